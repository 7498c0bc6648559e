/* The child's saved registers, and kernel threads (S-114 to S-132, S-170, S-175). */
#include <string.h>

#include "claim.h"
#include "emu/guest/tss_view.h"

/* ---- registers ---- */

static bool frame_on_top(void)
{
    const struct fork_picture *p = picture_of_user_fork();

    if (!p)
        return claim_fails("no fork");
    return task_word(p->child_task, "thread.esp") == p->child_stack + THREAD_SIZE - USER_FRAME &&
                   task_word(p->child_task, "thread.esp0") == p->child_stack + THREAD_SIZE
               ? true
               : claim_fails("esp %08x, esp0 %08x", task_word(p->child_task, "thread.esp"),
                             task_word(p->child_task, "thread.esp0"));
}

static bool registers_copied(void)
{
    const struct fork_picture *p = picture_of_user_fork();

    for (unsigned i = 0; p && i < FRAME_WORDS; i++)
        if (i != R_EAX && p->child_frame[i] != p->parent_frame[i])
            return claim_fails("slot %u differs", i);
    return p ? true : claim_fails("no fork");
}

static bool eax_is_zero(void)
{
    const struct fork_picture *p = picture_of_user_fork();

    return p && p->child_frame[R_EAX] == 0 && p->parent_frame[R_EAX] != 0
               ? true
               : claim_fails("eax is not 0 in the child alone");
}

static bool clone_sets_esp(void)
{
    const struct visit *v = visit_first_fork("sys_clone");
    const struct fork_picture *p = picture_after(v);

    return p && v->args[1] && p->child_frame[R_ESP] == v->args[1] ? true
                                                                  : claim_fails("esp is another");
}

static bool starts_at_ret_from_fork(void)
{
    const struct fork_picture *p = picture_of_user_fork();
    const struct visit *v = recorded->visit;

    if (!p || task_word(p->child_task, "thread.eip") != guest_symbol("ret_from_fork"))
        return claim_fails("thread.eip is another");
    while (v < visit_end() && !(v->task == p->child && !visit_is(v, "__switch_to")))
        v++;
    return v < visit_end() && visit_is(v, "ret_from_fork")
               ? true
               : claim_fails("the child starts elsewhere");
}

static bool esp0_of_the_running_task(void)
{
    const struct fork_picture *p = picture_of_user_fork();
    const struct visit *v = p ? recorded->visit : NULL;

    while (v && v < visit_end() && !(v->task == p->child && visit_is(v, "schedule_tail")))
        v++;
    return v && v < visit_end() && v->tss_esp0 == p->child_stack + THREAD_SIZE
               ? true
               : claim_fails("TSS.esp0 is not the child's");
}

static bool two_returns(void)
{
    const struct fork_picture *p = picture_of_user_fork();
    const struct gate_event *parent = p ? gate_user_return(p->parent, p->icount) : NULL;
    const struct gate_event *child = p ? gate_user_return(p->child, p->icount) : NULL;

    if (!parent || !child)
        return claim_fails("a return is missing");
    if (parent->out.slot[0].value != child->out.slot[0].value)
        return claim_fails("they go on at different addresses");
    return parent->gpr[GPR_EAX] == (uint32_t)p->child_pid && child->gpr[GPR_EAX] == 0
               ? true
               : claim_fails("eax is %u and %u", parent->gpr[GPR_EAX], child->gpr[GPR_EAX]);
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
            return claim_fails("%s is %08x, the TSS has %08x", f->name, had[i].value, f->value);
    return true;
}

/* The 0.11 view of the parent's words is what the child really started with. */
static bool tss_view_is_the_child(void)
{
    static const char *const names[FRAME_WORDS] = {"ebx", "ecx", "edx",    "esi", "edi", "ebp",
                                                   "eax", "ds",  "es",     "fs",  "gs",  "orig_eax",
                                                   "eip", "cs",  "eflags", "esp", "ss"};
    const struct visit *v = visit_first_fork("sys_fork");
    const struct fork_picture *p = picture_after(v);
    const struct gate_event *entry = gate_before(v);
    const struct gate_event *child = p ? gate_user_return(p->child, p->icount) : NULL;
    struct tss_view_field fields[TSS_VIEW_FIELDS];

    if (!entry || !child)
        return claim_fails("no fork");
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
               : claim_fails("esp0 is %08x", fields[1].value);
}

/* ---- kernel threads ---- */

static bool kernel_thread_registers(void)
{
    const struct visit *v = visit_next(recorded->visit, "kernel_thread");
    const struct fork_picture *p = picture_after(v);
    const uint32_t *f = p ? p->child_frame : NULL;

    if (!p)
        return claim_fails("no kernel thread");
    if (f[R_EBX] != v->args[0] || (f[R_DS] & 0xffff) != USER_DS || (f[R_ES] & 0xffff) != USER_DS ||
        f[R_ORIG_EAX] != 0xffffffff || (f[R_CS] & 0xffff) != KERNEL_CS || !(f[R_EFLAGS] & 0x200))
        return claim_fails("the frame is another");
    v = visit_next(v, "do_fork");
    return v && (v->args[0] & (CLONE_VM | CLONE_UNTRACED)) == (CLONE_VM | CLONE_UNTRACED)
               ? true
               : claim_fails("the flags are others");
}

static bool kernel_thread_start(void)
{
    const struct fork_picture *p = picture_after(visit_next(recorded->visit, "kernel_thread"));

    return p && task_word(p->child_task, "thread.eip") == guest_symbol("ret_from_kernel_thread") &&
                   visit_next_by(recorded->visit, "ret_from_kernel_thread", p->child)
               ? true
               : claim_fails("it starts elsewhere");
}

static bool kernel_threads_never_leave(void)
{
    const struct visit *v = visit_next(recorded->visit, "kernel_thread");
    const struct fork_picture *p;

    v = v ? visit_next(v + 1, "kernel_thread") : NULL; /* the first becomes init */
    p = picture_after(v);
    if (!p)
        return claim_fails("no kernel thread");
    return gate_user_return(p->child, 0) ? claim_fails("it went to ring 3") : true;
}

static bool short_thread_exits(void)
{
    const struct visit *v = visit_next(recorded->visit, "do_exit");

    return v && v->args[0] == 7 &&
                   visit_next_by(recorded->visit, "ret_from_kernel_thread", v->task) &&
                   !gate_user_return(v->task, 0)
               ? true
               : claim_fails("do_exit was called with %u", v ? v->args[0] : 0);
}

static const struct claim claims[] = {
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
    {"forkdemo", "S-029 S-041 S-116 S-170 one call, two returns", two_returns},
    {"forkdemo", "S-125 S-175 the child as a TSS of Linux 0.11", tss_view_is_the_child},
};

const struct claim_list claims_registers = {claims, sizeof(claims) / sizeof(claims[0])};
