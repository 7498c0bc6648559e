/*
 * What only the machine can see of process creation, claimed item by item.
 *
 *   spec KERNEL INITRD      runs the claims, prints TAP
 *   spec --list             the claims' names alone
 *
 * A claim is a function over the recording of one program. Its name carries the items (S-…) that
 * it proves; docs/process-creation-coverage.md is made from these names.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "emu/tss_view.h"
#include "recorder.h"

enum {
    SIGCHLD_FLAG = 17,
    CLONE_VM = 0x100,
    CLONE_VFORK = 0x4000,
    CLONE_UNTRACED = 0x800000,
    STACK_END_MAGIC = 0x57ac6e9d,
    THREAD_SIZE = 8192,
    KERNEL_CS = 0x60,
    USER_DS = 0x7b,
    EFLAGS_USER_KEEP = 0xffff,
};

static const struct recording *r;
static char reason[200];

/* `return say(...)` is false with a reason. */
static bool say(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(reason, sizeof(reason), format, ap);
    va_end(ap);
    return false;
}

/* ---- Finding
 * ------------------------------------------------------------------------------------- */

static bool is(const struct visit *v, const char *function)
{
    return strcmp(v->function, function) == 0;
}

static const struct visit *end(void)
{
    return r->visit + r->visits;
}

/* The first visit of a function at or behind `v`; NULL: none. */
static const struct visit *next(const struct visit *v, const char *function)
{
    while (v < end() && !is(v, function))
        v++;
    return v < end() ? v : NULL;
}

/* The same by one task. */
static const struct visit *next_by(const struct visit *v, const char *function, uint32_t task)
{
    while (v < end() && !(is(v, function) && v->task == task))
        v++;
    return v < end() ? v : NULL;
}

static const struct visit *next_about(const struct visit *v, const char *function, uint32_t task)
{
    while (v < end() && !(is(v, function) && v->subject == task))
        v++;
    return v < end() ? v : NULL;
}

/* The first do_fork() that a user process called, through `entry`. */
static const struct visit *first_fork(const char *entry)
{
    const struct visit *v = next(r->visit, entry);

    return v ? next(v, "do_fork") : NULL;
}

static const struct fork_picture *picture_after(const struct visit *v)
{
    for (size_t i = 0; v && i < r->forks; i++)
        if (r->fork[i].icount >= v->icount)
            return &r->fork[i];
    return NULL;
}

static const struct fork_picture *user_fork(void)
{
    return picture_after(first_fork("sys_fork"));
}

/* The interrupt 0x80 that led to a visit. */
static const struct gate_event *gate_before(const struct visit *v)
{
    const struct gate_event *found = NULL;

    for (size_t i = 0; v && i < r->gates && r->gate[i].icount <= v->icount; i++)
        if (!r->gate[i].is_iret && r->gate[i].in.vector == 0x80)
            found = &r->gate[i];
    return found;
}

/* The first return to ring 3 of a task at or after a step. */
static const struct gate_event *user_return(uint32_t task, uint64_t icount)
{
    for (size_t i = 0; i < r->gates; i++) {
        const struct gate_event *g = &r->gate[i];

        if (g->is_iret && g->task == task && g->icount >= icount && g->out.cpl_to == 3)
            return g;
    }
    return NULL;
}

/* ---- Claims: the gate
 * ------------------------------------------------------------------------------ */

static bool entries_lead_to_do_fork(void)
{
    static const char *const entries[] = {"sys_fork", "sys_vfork", "sys_clone", "kernel_thread"};
    unsigned seen = 0;

    for (const struct visit *v = r->visit; v < end(); v++) {
        for (unsigned i = 0; i < 4; i++) {
            if (!is(v, entries[i]))
                continue;
            if (v + 1 == end() || !is(v + 1, "do_fork") || v[1].task != v->task)
                return say("%s does not call do_fork at once", entries[i]);
            seen |= 1u << i;
        }
    }
    return seen ? true : say("no entry was seen");
}

static bool stack_from_tss(void)
{
    for (size_t i = 0; i < r->gates; i++) {
        const struct gate_event *g = &r->gate[i];

        if (g->is_iret || g->in.cpl_from != 3)
            continue;
        if (!g->in.stack_switch || g->in.tss_esp != g->esp0 || g->in.tss_esp % THREAD_SIZE)
            return say("step %llu: TSS.esp0 %08x, thread.esp0 %08x", (unsigned long long)g->icount,
                       g->in.tss_esp, g->esp0);
        if (g->in.slot[0].linear != g->in.tss_esp - 4)
            return say("the first word lies at %08x", g->in.slot[0].linear);
    }
    return gate_before(first_fork("sys_fork")) ? true : say("no int 0x80");
}

static bool five_words_pushed(void)
{
    static const enum cpu_frame_word order[] = {FRAME_SS, FRAME_ESP, FRAME_EFLAGS, FRAME_CS,
                                                FRAME_EIP};
    const struct gate_event *g = gate_before(first_fork("sys_fork"));

    if (!g || g->in.slot_count != 5 || g->in.has_error)
        return say("not five words");
    for (unsigned i = 0; i < 5; i++)
        if (g->in.slot[i].word != order[i] || g->in.slot[i].linear != g->in.tss_esp - 4 * (i + 1))
            return say("word %u is not in its place", i);
    if (g->code[0] != 0xcd || g->code[1] != 0x80 || g->in.slot[4].value != g->in.from_eip + 2)
        return say("EIP is not behind int 0x80");
    return true;
}

static bool frame_is_pt_regs(void)
{
    const struct visit *v = first_fork("sys_fork");
    const struct fork_picture *p = picture_after(v);
    const struct gate_event *g = gate_before(v);
    const uint32_t *f = p ? p->parent_frame : NULL;

    if (!p || !g)
        return say("no fork");
    if (f[R_EBX] != g->gpr[GPR_EBX] || f[R_ECX] != g->gpr[GPR_ECX] || f[R_EDX] != g->gpr[GPR_EDX] ||
        f[R_ESI] != g->gpr[GPR_ESI] || f[R_EDI] != g->gpr[GPR_EDI] || f[R_EBP] != g->gpr[GPR_EBP] ||
        f[R_ORIG_EAX] != g->gpr[GPR_EAX])
        return say("a general register is not in its slot");
    if ((f[R_DS] & 0xffff) != g->ds || (f[R_ES] & 0xffff) != g->es)
        return say("a segment register is not in its slot");
    return f[R_EIP] == g->in.slot[4].value && f[R_SS] == g->in.slot[0].value
               ? true
               : say("the CPU's words are not on top");
}

static bool arguments_are_the_frame(void)
{
    const struct visit *v = next(r->visit, "sys_clone");

    if (!v)
        return say("no clone");
    return v->esp + 4 == v->tss_esp0 - USER_FRAME
               ? true
               : say("the first argument lies at %08x, ebx at %08x", v->esp + 4,
                     v->tss_esp0 - USER_FRAME);
}

static bool fork_arguments(void)
{
    const struct visit *v = first_fork("sys_fork");

    return v && v->args[0] == SIGCHLD_FLAG && !v->args[1] && !v->args[4] && !v->args[5]
               ? true
               : say("do_fork's arguments are others");
}

static bool frame_is_handed_over(void)
{
    const struct visit *v = first_fork("sys_fork");

    return v && v->args[2] == v->tss_esp0 - USER_FRAME ? true : say("regs is %08x", v->args[2]);
}

static bool vfork_arguments(void)
{
    const struct visit *v = first_fork("sys_vfork");

    return v && v->args[0] == (CLONE_VFORK | CLONE_VM | SIGCHLD_FLAG) && !v->args[1]
               ? true
               : say("do_fork's arguments are others");
}

/* ---- Claims: the order of things
 * --------------------------------------------------------------------- */

/* For every fork: these visits, in this order, by the parent. */
static bool in_order(const char *const *functions)
{
    unsigned forks = 0;

    for (const struct visit *v = next(r->visit, "do_fork"); v; v = next(v + 1, "do_fork")) {
        const struct visit *at = v, *stop = next_by(v + 1, "do_fork", v->task);

        if (!picture_after(v) || picture_after(v)->parent != v->task)
            continue; /* this one failed */
        for (const char *const *f = functions; *f; f++) {
            const struct visit *found = next_by(at, *f, v->task);

            if (!found || (stop && found > stop))
                return say("%s is not in its place after step %llu", *f,
                           (unsigned long long)at->icount);
            at = found;
        }
        forks++;
    }
    return forks ? true : say("no fork was seen");
}

static bool canonical_flow(void)
{
    static const char *const flow[] = {"alloc_pidmap",
                                       "copy_process",
                                       "dup_task_struct",
                                       "prepare_to_copy",
                                       "copy_creds",
                                       "copy_semundo",
                                       "copy_files",
                                       "copy_fs",
                                       "copy_sighand",
                                       "copy_signal",
                                       "copy_mm",
                                       "copy_namespaces",
                                       "copy_thread",
                                       "sched_fork",
                                       "trace_task_newtask",
                                       "trace_sched_process_fork",
                                       "wake_up_new_task",
                                       NULL};

    return in_order(flow);
}

static bool six_stages(void)
{
    static const char *const stages[] = {"do_fork",     "copy_process", "dup_task_struct",
                                         "copy_thread", "sched_fork",   NULL};

    return in_order(stages) && (next(r->visit, "ret_from_fork") ? true : say("no ret_from_fork"));
}

static bool copy_thread_is_last(void)
{
    static const char *const order[] = {"copy_files",  "copy_fs", "copy_sighand",
                                        "copy_signal", "copy_mm", "copy_namespaces",
                                        "copy_thread", NULL};

    return in_order(order);
}

static bool told_before_woken(void)
{
    static const char *const order[] = {"trace_sched_process_fork", "wake_up_new_task", NULL};

    return in_order(order);
}

static bool not_queued_before_wake_up(void)
{
    unsigned seen = 0;

    for (const struct visit *v = r->visit; v < end(); v++) {
        if (!is(v, "trace_sched_process_fork") && !is(v, "wake_up_new_task") &&
            !is(v, "trace_task_newtask"))
            continue;
        if (v->array)
            return say("a child is queued at %s", v->function);
        seen++;
    }
    return seen ? true : say("no fork was seen");
}

static bool pid_first(void)
{
    for (const struct visit *v = next(r->visit, "do_fork"); v; v = next(v + 1, "do_fork")) {
        const struct visit *pid = next_by(v, "alloc_pidmap", v->task);
        const struct visit *copy = next_by(v, "copy_process", v->task);

        if (copy && (!pid || pid > copy))
            return say("copy_process before the pid");
    }
    return next(r->visit, "alloc_pidmap") ? true : say("no fork was seen");
}

static bool failed_fork_frees_pid(void)
{
    unsigned failed = 0;

    for (const struct visit *v = next(r->visit, "copy_process"); v;
         v = next(v + 1, "copy_process")) {
        const struct visit *ok = next_by(v, "trace_sched_process_fork", v->task);
        const struct visit *again = next_by(v + 1, "copy_process", v->task);
        const struct visit *freed = next_by(v, "free_pid", v->task);

        if (ok && (!again || ok < again))
            continue;
        if (!freed || (again && freed > again) || freed->args[0] != v->last_pid)
            return say("pid %u was not released", v->last_pid);
        failed++;
    }
    return failed ? true : say("no fork failed");
}

/* ---- Claims: pids
 * --------------------------------------------------------------------------------- */

static bool bit_is_set(void)
{
    for (size_t i = 0; i < r->forks; i++)
        if (!r->fork[i].pid_bit)
            return say("the bit of pid %d is clear", r->fork[i].child_pid);
    return r->forks ? true : say("no fork was seen");
}

static bool bitmap_made_once(void)
{
    unsigned pages = 0;

    for (const struct visit *v = r->visit; v + 1 < end(); v++)
        if (is(v, "pidmap_alloc_page") && is(v + 1, "get_zeroed_page"))
            pages++;
    return pages == 1 ? true : say("%u pages were made", pages);
}

static bool pids_in_sequence(void)
{
    for (size_t i = 1; i < r->forks; i++)
        if (r->fork[i].child_pid != r->fork[i - 1].child_pid + 1)
            return say("%d after %d", r->fork[i].child_pid, r->fork[i - 1].child_pid);
    return r->forks > 2 ? true : say("too few forks");
}

/* ---- Claims: the copied task
 * ------------------------------------------------------------------------ */

static bool processes_counted(void)
{
    const struct visit *v = first_fork("sys_fork");
    const struct visit *later = v ? next_by(v, "wake_up_new_task", v->task) : NULL;

    return later && later->processes == v->processes + 1
               ? true
               : say("the user's processes do not go up by one");
}

static bool counters_start_at_zero(void)
{
    static const char *const members[] = {"rchar", "wchar", "syscr",  "syscw",   "utime",
                                          "stime", "nvcsw", "nivcsw", "min_flt", "maj_flt"};
    const struct fork_picture *p = user_fork();

    for (unsigned i = 0; p && i < sizeof(members) / sizeof(members[0]); i++)
        if (task_word(p->child_task, members[i]))
            return say("%s is not zero", members[i]);
    return p ? true : say("no fork");
}

static bool new_files_struct(void)
{
    const struct fork_picture *p = user_fork();

    return p && p->files_count == 1 && p->files_next_fd == 0
               ? true
               : say("count %u, next_fd %u", p ? p->files_count : 0, p ? p->files_next_fd : 0);
}

static bool exec_ids(void)
{
    const struct fork_picture *p = user_fork();

    return p && task_word(p->child_task, "parent_exec_id") ==
                       task_word(p->parent_task, "self_exec_id")
               ? true
               : say("parent_exec_id is not the parent's");
}

/* Members that copy_process() sets anew; all others are the parent's. */
static bool rest_of_the_task_is_copied(void)
{
    static const char *const same[] = {"static_prio",  "blocked",   "comm",
                                       "self_exec_id", "sas_ss_sp", "sas_ss_size"};
    const struct fork_picture *p = user_fork();

    for (unsigned i = 0; p && i < sizeof(same) / sizeof(same[0]); i++)
        if (task_word(p->child_task, same[i]) != task_word(p->parent_task, same[i]))
            return say("%s differs", same[i]);
    return p && p->child_ti[0] == p->child ? true : say("thread_info does not point back");
}

static bool stack_block(void)
{
    for (size_t i = 0; i < r->forks; i++)
        if (r->fork[i].child_stack % THREAD_SIZE ||
            task_word(r->fork[i].child_task, "thread_info") != r->fork[i].child_stack)
            return say("a stack at %08x", r->fork[i].child_stack);
    return r->forks && guest_sizeof("thread_union") == THREAD_SIZE ? true : say("no fork");
}

static bool esp_gives_current(void)
{
    for (const struct visit *v = r->visit; v < end(); v++) {
        if (!is(v, "__switch_to"))
            continue;
        /* __switch_to(prev, next) runs on the stack of next. */
        if (v->task != v->args[1])
            return say("esp %08x does not lead to the task", v->esp);
    }
    return next(r->visit, "__switch_to") ? true : say("no switch");
}

static bool need_resched_is_clear(void)
{
    uint32_t at = guest_offset("thread_info", "flags") / 4;

    for (size_t i = 0; i < r->forks; i++)
        if (r->fork[i].child_ti[at] & 8)
            return say("pid %d starts with need_resched", r->fork[i].child_pid);
    return r->forks ? true : say("no fork");
}

static bool stack_end_magic(void)
{
    for (size_t i = 0; i < r->forks; i++)
        if (r->fork[i].end_of_stack != STACK_END_MAGIC)
            return say("%08x at the end of the stack", r->fork[i].end_of_stack);
    return r->forks ? true : say("no fork");
}

static bool canaries_differ(void)
{
    for (size_t i = 0; i < r->forks; i++)
        for (size_t k = 0; k < i; k++)
            if (task_word(r->fork[i].child_task, "stack_canary") ==
                task_word(r->fork[k].child_task, "stack_canary"))
                return say("two tasks have the same");
    return r->forks > 1 ? true : say("too few forks");
}

static bool usage_counts(void)
{
    const struct visit *v;

    for (size_t i = 0; i < r->forks; i++)
        if (task_word(r->fork[i].child_task, "usage") != 2)
            return say("%u references at birth", task_word(r->fork[i].child_task, "usage"));
    v = next(r->visit, "release_task");
    return v && v->usage == 1 ? true : say("%d references as a zombie", v ? v->usage : -1);
}

static bool own_slab_cache(void)
{
    unsigned seen = 0;

    for (const struct visit *v = next(r->visit, "dup_task_struct"); v;
         v = next(v + 1, "dup_task_struct")) {
        const struct visit *after = next_by(v, "copy_creds", v->task);

        if (!after)
            continue;
        if (after->task_structs != v->task_structs + 1)
            return say("%u task_structs after %u", after->task_structs, v->task_structs);
        seen++;
    }
    return seen ? true : say("no fork");
}

static bool nproc_mark_is_cleared(void)
{
    enum { PF_NPROC_EXCEEDED = 0x1000 };
    unsigned seen = 0;

    for (const struct visit *v = next(r->visit, "dup_task_struct"); v;
         v = next(v + 1, "dup_task_struct")) {
        const struct visit *undone = next_by(v, "free_task", v->task);
        const struct visit *copied = next_by(v, "copy_creds", v->task);
        const struct visit *after = !copied || (undone && undone < copied) ? undone : copied;

        if (!(v->flags & PF_NPROC_EXCEEDED))
            continue;
        if (!after || (after->flags & PF_NPROC_EXCEEDED))
            return say("the mark stays");
        seen++;
    }
    return seen ? true : say("no caller was marked");
}

/* ---- Claims: registers
 * --------------------------------------------------------------------------------- */

static bool frame_on_top(void)
{
    const struct fork_picture *p = user_fork();

    if (!p)
        return say("no fork");
    return task_word(p->child_task, "thread.esp") == p->child_stack + THREAD_SIZE - USER_FRAME &&
                   task_word(p->child_task, "thread.esp0") == p->child_stack + THREAD_SIZE
               ? true
               : say("esp %08x, esp0 %08x", task_word(p->child_task, "thread.esp"),
                     task_word(p->child_task, "thread.esp0"));
}

static bool registers_copied(void)
{
    const struct fork_picture *p = user_fork();

    for (unsigned i = 0; p && i < FRAME_WORDS; i++)
        if (i != R_EAX && p->child_frame[i] != p->parent_frame[i])
            return say("slot %u differs", i);
    return p ? true : say("no fork");
}

static bool eax_is_zero(void)
{
    const struct fork_picture *p = user_fork();

    return p && p->child_frame[R_EAX] == 0 && p->parent_frame[R_EAX] != 0
               ? true
               : say("eax is not 0 in the child alone");
}

static bool clone_sets_esp(void)
{
    const struct visit *v = first_fork("sys_clone");
    const struct fork_picture *p = picture_after(v);

    return p && v->args[1] && p->child_frame[R_ESP] == v->args[1] ? true : say("esp is another");
}

static bool starts_at_ret_from_fork(void)
{
    const struct fork_picture *p = user_fork();
    const struct visit *v = r->visit;

    if (!p || task_word(p->child_task, "thread.eip") != guest_symbol("ret_from_fork"))
        return say("thread.eip is another");
    while (v < end() && !(v->task == p->child && !is(v, "__switch_to")))
        v++;
    return v < end() && is(v, "ret_from_fork") ? true : say("the child starts elsewhere");
}

static bool esp0_of_the_running_task(void)
{
    const struct fork_picture *p = user_fork();
    const struct visit *v = p ? r->visit : NULL;

    while (v && v < end() && !(v->task == p->child && is(v, "schedule_tail")))
        v++;
    return v && v < end() && v->tss_esp0 == p->child_stack + THREAD_SIZE
               ? true
               : say("TSS.esp0 is not the child's");
}

static bool two_returns(void)
{
    const struct fork_picture *p = user_fork();
    const struct gate_event *parent = p ? user_return(p->parent, p->icount) : NULL;
    const struct gate_event *child = p ? user_return(p->child, p->icount) : NULL;

    if (!parent || !child)
        return say("a return is missing");
    if (parent->out.slot[0].value != child->out.slot[0].value)
        return say("they go on at different addresses");
    return parent->gpr[GPR_EAX] == (uint32_t)p->child_pid && child->gpr[GPR_EAX] == 0
               ? true
               : say("eax is %u and %u", parent->gpr[GPR_EAX], child->gpr[GPR_EAX]);
}

static uint32_t gate_word(const struct gate_event *g, enum cpu_frame_word word)
{
    for (unsigned i = 0; i < g->out.slot_count; i++)
        if (g->out.slot[i].word == word)
            return g->out.slot[i].value;
    return 0;
}

/* What the child had when it reached ring 3, as the fields of a TSS. */
static bool child_started_with(const struct gate_event *g, const struct tss_view_field *f)
{
    const struct {
        const char *name;
        uint32_t value;
    } had[] = {
        {"eip", gate_word(g, FRAME_EIP)},
        {"eflags", gate_word(g, FRAME_EFLAGS)},
        {"esp", gate_word(g, FRAME_ESP)},
        {"cs", gate_word(g, FRAME_CS) & 0xffff},
        {"ss", gate_word(g, FRAME_SS) & 0xffff},
        {"eax", g->gpr[GPR_EAX]},
        {"ecx", g->gpr[GPR_ECX]},
        {"edx", g->gpr[GPR_EDX]},
        {"ebx", g->gpr[GPR_EBX]},
        {"ebp", g->gpr[GPR_EBP]},
        {"esi", g->gpr[GPR_ESI]},
        {"edi", g->gpr[GPR_EDI]},
        {"es", g->es},
        {"ds", g->ds},
        {"fs", g->fs},
        {"gs", g->gs},
    };

    for (unsigned i = 0; i < sizeof(had) / sizeof(had[0]); i++)
        if (strcmp(had[i].name, f->name) == 0 && had[i].value != f->value)
            return say("%s is %08x, the TSS has %08x", f->name, had[i].value, f->value);
    return true;
}

/* The 0.11 view of the parent's words is what the child really started with. */
static bool tss_view_is_the_child(void)
{
    static const char *const names[FRAME_WORDS] = {"ebx", "ecx", "edx",    "esi", "edi", "ebp",
                                                   "eax", "ds",  "es",     "fs",  "gs",  "orig_eax",
                                                   "eip", "cs",  "eflags", "esp", "ss"};
    const struct visit *v = first_fork("sys_fork");
    const struct fork_picture *p = picture_after(v);
    const struct gate_event *entry = gate_before(v);
    const struct gate_event *child = p ? user_return(p->child, p->icount) : NULL;
    struct tss_view_field fields[TSS_VIEW_FIELDS];

    if (!entry || !child)
        return say("no fork");
    tss_view_make(&(struct tss_view_input){.words = FRAME_WORDS,
                                           .names = names,
                                           .parent = p->parent_frame,
                                           .child = p->child_frame,
                                           .stack_top = p->child_stack + THREAD_SIZE,
                                           .ss0 = entry->in.tss_ss},
                  fields);
    for (unsigned i = 0; i < TSS_VIEW_FIELDS; i++)
        if (!child_started_with(child, &fields[i]))
            return false;
    return fields[1].value == task_word(p->child_task, "thread.esp0") && fields[0].value == 0
               ? true
               : say("esp0 is %08x", fields[1].value);
}

/* ---- Claims: kernel threads
 * ------------------------------------------------------------------------ */

static bool kernel_thread_registers(void)
{
    const struct visit *v = next(r->visit, "kernel_thread");
    const struct fork_picture *p = picture_after(v);
    const uint32_t *f = p ? p->child_frame : NULL;

    if (!p)
        return say("no kernel thread");
    if (f[R_EBX] != v->args[0] || (f[R_DS] & 0xffff) != USER_DS || (f[R_ES] & 0xffff) != USER_DS ||
        f[R_ORIG_EAX] != 0xffffffff || (f[R_CS] & 0xffff) != KERNEL_CS || !(f[R_EFLAGS] & 0x200))
        return say("the frame is another");
    v = next(v, "do_fork");
    return v && (v->args[0] & (CLONE_VM | CLONE_UNTRACED)) == (CLONE_VM | CLONE_UNTRACED)
               ? true
               : say("the flags are others");
}

static bool kernel_thread_start(void)
{
    const struct fork_picture *p = picture_after(next(r->visit, "kernel_thread"));

    return p && task_word(p->child_task, "thread.eip") == guest_symbol("ret_from_kernel_thread") &&
                   next_by(r->visit, "ret_from_kernel_thread", p->child)
               ? true
               : say("it starts elsewhere");
}

static bool kernel_threads_never_leave(void)
{
    const struct visit *v = next(r->visit, "kernel_thread");
    const struct fork_picture *p;

    v = v ? next(v + 1, "kernel_thread") : NULL; /* the first becomes init */
    p = picture_after(v);
    if (!p)
        return say("no kernel thread");
    return user_return(p->child, 0) ? say("it went to ring 3") : true;
}

static bool short_thread_exits(void)
{
    const struct visit *v = next(r->visit, "do_exit");

    return v && v->args[0] == 7 && next_by(r->visit, "ret_from_kernel_thread", v->task) &&
                   !user_return(v->task, 0)
               ? true
               : say("do_exit was called with %u", v ? v->args[0] : 0);
}

/* ---- Claims: visibility
 * ----------------------------------------------------------------------------- */

static bool leads_its_own_group(void)
{
    const struct fork_picture *p = user_fork();

    return p && task_word(p->child_task, "group_leader") == p->child &&
                   task_word(p->child_task, "thread_group.next") ==
                       p->child + guest_offset("task_struct", "thread_group")
               ? true
               : say("the group is another's");
}

static bool hung_on_its_parent(void)
{
    const struct fork_picture *p = user_fork();

    return p && task_word(p->child_task, "real_parent") == p->parent &&
                   task_word(p->child_task, "sibling.next") ==
                       p->parent + guest_offset("task_struct", "children")
               ? true
               : say("it is not the last of its parent's children");
}

static bool totals_count_up(void)
{
    for (size_t i = 1; i < r->forks; i++)
        if (r->fork[i].total_forks != r->fork[i - 1].total_forks + 1)
            return say("total_forks %u after %u", r->fork[i].total_forks,
                       r->fork[i - 1].total_forks);
    return r->forks > 1 ? true : say("too few forks");
}

static bool terminal_is_referenced(void)
{
    unsigned seen = 0;

    for (const struct visit *v = next(r->visit, "copy_process"); v;
         v = next(v + 1, "copy_process")) {
        const struct fork_picture *p = picture_after(v);

        if (!v->tty_refs || !p || p->parent != v->task || p->leader_pid != p->child_pid)
            continue;
        if ((int)p->tty_refs != v->tty_refs + 1)
            return say("%u references after %d", p->tty_refs, v->tty_refs);
        seen++;
    }
    return seen ? true : say("no parent had a terminal");
}

static bool idle_is_not_linked(void)
{
    uint32_t idle = guest_symbol("init_task");

    for (size_t i = 0; i < r->forks; i++)
        if (r->fork[i].child == idle || r->fork[i].child_pid == 0)
            return say("pid 0 was forked");
    return r->forks && r->fork[0].total_forks == 1 && r->fork[0].nr_threads == 1
               ? true
               : say("%u threads after the first fork", r->forks ? r->fork[0].nr_threads : 0);
}

/* ---- Claims: the scheduler
 * -------------------------------------------------------------------------- */

static bool running_but_unqueued(void)
{
    for (const struct visit *v = next(r->visit, "trace_sched_fork"); v;
         v = next(v + 1, "trace_sched_fork"))
        if (v->state || v->array || v->preempt_count != 1 || !v->first_slice)
            return say("state %u, array %08x, preempt_count %d", v->state, v->array,
                       v->preempt_count);
    return next(r->visit, "trace_sched_fork") ? true : say("no fork");
}

static bool slice_is_halved(void)
{
    for (const struct visit *v = next(r->visit, "sched_fork"); v; v = next(v + 1, "sched_fork")) {
        const struct visit *after = next_by(v, "trace_sched_fork", v->task);

        if (after && (after->args[3] != (v->parent_slice + 1) >> 1 ||
                      after->args[2] != v->parent_slice >> 1))
            return say("%u became %u and %u", v->parent_slice, after->args[2], after->args[3]);
    }
    return next(r->visit, "sched_fork") ? true : say("no fork");
}

static bool last_tick_is_used_up(void)
{
    unsigned seen = 0;

    for (const struct visit *v = next(r->visit, "trace_sched_fork"); v;
         v = next(v + 1, "trace_sched_fork")) {
        if (v->args[2] != 0)
            continue;
        if (v + 1 == end() || !is(v + 1, "scheduler_tick") || v[1].parent_slice != 1)
            return say("no tick at once");
        seen++;
    }
    return seen ? true : say("no parent had one tick left");
}

static bool slice_goes_back(void)
{
    const struct visit *v = next(r->visit, "sched_exit");

    return v && v->subject ? true : say("sched_exit was not reached");
}

static bool sleep_average_is_scaled(void)
{
    enum { CHILD_PENALTY = 95 };
    unsigned seen = 0;

    for (const struct visit *v = next(r->visit, "wake_up_new_task"); v;
         v = next(v + 1, "wake_up_new_task")) {
        const struct visit *after = next_about(v, "trace_sched_wakeup_new", v->subject);

        if (!after || after->sleep_avg != v->own_sleep_avg * CHILD_PENALTY / 100)
            return say("%u became %u", v->own_sleep_avg, after ? after->sleep_avg : 0);
        seen += v->own_sleep_avg > 1;
    }
    return seen ? true : say("no parent had slept");
}

static bool child_runs_first(void)
{
    const struct fork_picture *p = user_fork();
    const struct gate_event *parent = p ? user_return(p->parent, p->icount) : NULL;
    const struct gate_event *child = p ? user_return(p->child, p->icount) : NULL;

    return parent && child && child->icount < parent->icount ? true : say("the parent came first");
}

/* ---- Claims: vfork
 * ------------------------------------------------------------------------------------ */

static bool completion_on_the_stack(void)
{
    const struct visit *v = first_fork("sys_vfork");
    const struct visit *wake = v ? next_by(v, "wake_up_new_task", v->task) : NULL;

    if (!wake || !wake->vfork_done)
        return say("vfork_done is not set");
    return wake->vfork_done / THREAD_SIZE == wake->esp / THREAD_SIZE
               ? true
               : say("the completion is not on the parent's stack");
}

static bool waiting_holds_a_reference(void)
{
    const struct visit *v = first_fork("sys_vfork");
    const struct visit *wake = v ? next_by(v, "wake_up_new_task", v->task) : NULL;

    return wake && wake->usage == 3 ? true : say("%d references", wake ? wake->usage : 0);
}

static bool parent_sleeps_until_done(void)
{
    const struct visit *v = first_fork("sys_vfork");
    const struct visit *done = v ? next(v, "complete") : NULL;
    const struct gate_event *back = v ? user_return(v->task, v->icount) : NULL;

    return done && back && done->icount < back->icount ? true : say("the parent went on too early");
}

/* ---- Claims: ends
 * ------------------------------------------------------------------------------------- */

static bool ends_in_do_exit(void)
{
    for (const struct visit *v = next(r->visit, "release_task"); v;
         v = next(v + 1, "release_task")) {
        const struct visit *at = next_by(r->visit, "do_exit", v->subject);

        if (!at || at > v)
            return say("a task was released that never called do_exit");
    }
    return next(r->visit, "release_task") ? true : say("nothing ended");
}

static bool threads_take_the_same_path(void)
{
    const struct visit *v = first_fork("sys_clone");

    if (!v || !(v->args[0] & 0x10000))
        return say("no CLONE_THREAD");
    return next_by(v, "copy_process", v->task) && next_by(v, "copy_thread", v->task) &&
                   next_about(v, "wake_up_new_task", picture_after(v)->child)
               ? true
               : say("another path");
}

/* ---- The list
 * ------------------------------------------------------------------------------------------- */

static const struct claim {
    const char *program;
    const char *name;
    bool (*check)(void);
} claims[] = {
    {"forkdemo", "S-003 fork and kernel_thread call do_fork", entries_lead_to_do_fork},
    {"vforkdemo", "S-003 vfork calls do_fork", entries_lead_to_do_fork},
    {"threaddemo", "S-003 clone calls do_fork", entries_lead_to_do_fork},
    {"forkdemo", "S-004 S-005 the stack comes from TSS.ss0:esp0", stack_from_tss},
    {"forkdemo", "S-006 SS, ESP, EFLAGS, CS, EIP are pushed in this order", five_words_pushed},
    {"forkdemo", "S-007 S-008 the frame is struct pt_regs", frame_is_pt_regs},
    {"threaddemo", "S-009 S-013 arguments are slots of the frame", arguments_are_the_frame},
    {"forkdemo", "S-010 sys_fork's arguments", fork_arguments},
    {"forkdemo", "S-011 do_fork gets the saved frame", frame_is_handed_over},
    {"vforkdemo", "S-012 sys_vfork's arguments", vfork_arguments},
    {"forkdemo", "S-018 the pid comes first", pid_first},
    {"forkdemo", "S-025 the child is not queued before it is woken", not_queued_before_wake_up},
    {"conform", "S-026 a fork that fails gives its pid back", failed_fork_frees_pid},
    {"forkdemo", "S-027 S-028 the tracepoint comes before the wake-up", told_before_woken},
    {"vforkdemo", "S-031 the completion lies on the parent's stack", completion_on_the_stack},
    {"vforkdemo", "S-032 three references while vfork waits", waiting_holds_a_reference},
    {"vforkdemo", "S-037 S-185 the parent sleeps until the child is done",
     parent_sleeps_until_done},
    {"puzzle", "S-044 S-066 S-147 each child's bit is set", bit_is_set},
    {"forkdemo", "S-045 one page of bitmap is made, once", bitmap_made_once},
    {"puzzle", "S-042 S-046 pids come in sequence", pids_in_sequence},
    {"conform", "S-060 the mark of an exceeded limit is cleared", nproc_mark_is_cleared},
    {"forkdemo", "S-061 the user's processes count up", processes_counted},
    {"forkdemo", "S-071 S-072 counters start at zero", counters_start_at_zero},
    {"forkdemo", "S-081 S-190 a new files_struct", new_files_struct},
    {"puzzle", "S-058 the canonical flow", canonical_flow},
    {"puzzle", "S-089 copy_thread comes last", copy_thread_is_last},
    {"forkdemo", "S-095 parent_exec_id", exec_ids},
    {"puzzle", "S-102 prepare_to_copy is the first step of dup_task_struct", canonical_flow},
    {"puzzle", "S-104 one object more of the task_struct cache", own_slab_cache},
    {"puzzle", "S-105 stack blocks are 8 KB and aligned", stack_block},
    {"forkdemo", "S-106 esp masked gives current", esp_gives_current},
    {"forkdemo", "S-107 the rest of the task is the parent's", rest_of_the_task_is_copied},
    {"puzzle", "S-108 need_resched is clear", need_resched_is_clear},
    {"puzzle", "S-109 STACK_END_MAGIC", stack_end_magic},
    {"puzzle", "S-110 canaries differ", canaries_differ},
    {"zombiedemo", "S-111 S-183 two references at birth, one as a zombie", usage_counts},
    {"forkdemo", "S-114 S-118 the frame is on top of the child's stack", frame_on_top},
    {"forkdemo", "S-115 registers are copied", registers_copied},
    {"forkdemo", "S-116 eax is 0 in the child", eax_is_zero},
    {"threaddemo", "S-117 a given stack replaces esp", clone_sets_esp},
    {"forkdemo", "S-118 TSS.esp0 is the running task's", esp0_of_the_running_task},
    {"forkdemo", "S-119 the child starts at ret_from_fork", starts_at_ret_from_fork},
    {"forkdemo", "S-126 kernel_thread's registers", kernel_thread_registers},
    {"selftest init=/bin/sleep 1", "S-127 S-187 a kernel thread that returns exits",
     short_thread_exits},
    {"forkdemo", "S-128 kernel threads start at ret_from_kernel_thread", kernel_thread_start},
    {"forkdemo", "S-129 kernel threads stay in ring 0", kernel_threads_never_leave},
    {"forkdemo", "S-133 the child leads its own group", leads_its_own_group},
    {"forkdemo", "S-131 S-143 pid 0 is neither counted nor linked", idle_is_not_linked},
    {"forkdemo", "S-138 S-144 the child is its parent's last child", hung_on_its_parent},
    {"puzzle", "S-148 total_forks counts up", totals_count_up},
    {"conform", "S-189 the child is one more reference to its terminal", terminal_is_referenced},
    {"puzzle", "S-152 S-153 after sched_fork: running, unqueued, not preemptible",
     running_but_unqueued},
    {"puzzle", "S-154 the slice is halved", slice_is_halved},
    {"conform", "S-155 a parent's last tick is used up", last_tick_is_used_up},
    {"conform", "S-156 the child starts with less of the sleep average", sleep_average_is_scaled},
    {"zombiedemo", "S-184 an unused slice goes back", slice_goes_back},
    {"forkdemo", "S-157 the child runs first", child_runs_first},
    {"forkdemo", "S-029 S-041 S-116 S-170 one call, two returns", two_returns},
    {"forkdemo", "S-125 S-175 the child as a TSS of Linux 0.11", tss_view_is_the_child},
    {"zombiedemo", "S-181 every end goes through do_exit", ends_in_do_exit},
    {"puzzle", "S-188 the six stages of every fork", six_stages},
    {"threaddemo", "S-101 S-191 threads take the same path", threads_take_the_same_path},
};
enum { CLAIMS = sizeof(claims) / sizeof(claims[0]) };

static unsigned check_program(const char *kernel, const char *initrd, const char *program,
                              unsigned *number)
{
    struct recording recording;
    unsigned failed = 0;

    r = &recording;
    record(&recording, kernel, initrd, program);
    for (unsigned i = 0; i < CLAIMS; i++) {
        bool ok;

        if (strcmp(claims[i].program, program) != 0)
            continue;
        reason[0] = '\0';
        ok = claims[i].check();
        failed += !ok;
        printf("%s %u - %s (%s)%s%s\n", ok ? "ok" : "not ok", ++*number, claims[i].name, program,
               ok ? "" : ": ", reason);
    }
    recording_free(&recording);
    return failed;
}

int main(int argc, char **argv)
{
    unsigned failed = 0, number = 0;

    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        for (unsigned i = 0; i < CLAIMS; i++)
            printf("%s (%s)\n", claims[i].name, claims[i].program);
        return 0;
    }
    if (argc != 3) {
        fprintf(stderr, "usage: spec KERNEL INITRD | spec --list\n");
        return 2;
    }
    for (unsigned i = 0; i < CLAIMS; i++) {
        bool first = true;

        for (unsigned k = 0; k < i; k++)
            first = first && strcmp(claims[k].program, claims[i].program) != 0;
        if (first)
            failed += check_program(argv[1], argv[2], claims[i].program, &number);
    }
    printf("1..%u\n", number);
    return failed != 0;
}
