/* Forks with their landmarks, from what was traced; where a kernel does not tell who the child is,
 * from who appears. */
#include <string.h>

#include "emu/guest/inspect.h"
#include "emu/guest/syscalls.h"
#include "emu/viewer/view_journal_parts.h"

/* The youngest fork that is not over, of which this task is the parent, or the child. */
static struct view_fork *open_fork(struct view_journal *j, uint32_t task, bool as_child)
{
    for (unsigned i = j->fork_count; i-- > 0;) {
        struct view_fork *f = &j->forks[i];

        if (!f->over && task != 0 && (as_child ? f->child.task : f->parent.task) == task)
            return f;
    }
    return NULL;
}

static void begin_fork(struct view_journal *j, const struct trace_event *e)
{
    struct view_fork *f, *before = open_fork(j, e->who.task, false);

    if (before != NULL && before->at[LANDMARK_PARENT_IRET] == VIEW_NEVER)
        before->over = true;
    if (j->fork_count == VIEW_FORKS_MAX || j->last_int.who.task != e->who.task)
        return;
    f = &j->forks[j->fork_count++];
    *f = (struct view_fork){.parent = e->who};
    for (int i = 0; i < LANDMARK_COUNT; i++)
        f->at[i] = VIEW_NEVER;
    f->eax_written = f->frame_begun = VIEW_NEVER;
    f->at[LANDMARK_INT] = j->last_int.icount;
    f->at[LANDMARK_PUSH] = j->last_int.icount + 1;
}

static void on_syscall(struct view_journal *j, const struct trace_event *e)
{
    if (syscall_forks_linux(e->syscall.nr))
        begin_fork(j, e);
}

static void set_once(uint64_t *at, uint64_t position)
{
    if (*at == VIEW_NEVER)
        *at = position;
}

static void on_call(struct view_journal *j, const struct trace_event *e)
{
    const char *name = e->call.probe->name;
    struct view_fork *as_parent = open_fork(j, e->who.task, false);
    struct view_fork *as_child = open_fork(j, e->who.task, true);

    if (as_parent != NULL && strcmp(name, "do_fork") == 0)
        set_once(&as_parent->at[LANDMARK_DO_FORK], e->icount);
    if (as_parent != NULL && strcmp(name, "copy_thread") == 0)
        set_once(&as_parent->at[LANDMARK_COPY_THREAD], e->icount);
    if (as_child != NULL && strcmp(name, "ret_from_fork") == 0)
        as_child->at[LANDMARK_SWITCH] = e->icount;
}

static void on_return(struct view_journal *j, const struct trace_event *e)
{
    struct view_fork *f = open_fork(j, e->who.task, false);

    if (f != NULL && strcmp(e->call.probe->name, "copy_thread") == 0)
        set_once(&f->at[LANDMARK_FRAME], e->icount);
}

/* The child's frame is known by the first write into it, before the fork is complete. */
static void on_frame(struct view_journal *j, const struct trace_event *e)
{
    struct view_fork *f = open_fork(j, e->who.task, false);

    if (f == NULL)
        return;
    f->id = e->frame.id;
    f->child = e->frame.child;
    f->child_frame = e->frame.linear - e->frame.offset;
    set_once(&f->frame_begun, e->icount);
    if (e->frame.value == 0 && e->frame.offset == j->eax_offset)
        f->eax_written = e->icount;
}

static void on_fork(struct view_journal *j, const struct trace_event *e)
{
    struct view_fork *f = open_fork(j, e->who.task, false);

    view_journal_new_task(j, &e->fork.child, e->fork.parent.task, e->icount);
    if (f == NULL || !e->fork.user)
        return;
    f->id = e->fork.id;
    f->number = ++j->fork_numbers;
    f->parent = e->fork.parent;
    f->child = e->fork.child;
    f->flags = e->fork.flags;
    f->parent_frame = e->fork.parent_frame;
    f->child_frame = e->fork.child_frame;
    f->words = e->fork.words;
    memcpy(f->regs[0], e->fork.parent_regs, sizeof(f->regs[0]));
    memcpy(f->regs[1], e->fork.child_regs, sizeof(f->regs[1]));
}

static struct view_fork *fork_by_id(struct view_journal *j, uint32_t id)
{
    for (unsigned i = j->fork_count; i-- > 0;)
        if (j->forks[i].id == id)
            return &j->forks[i];
    return NULL;
}

/* ---- Kernels that do not tell who the child is ----------------------------------------------- */

void view_journal_forget_child(struct view_fork *f)
{
    f->child = (struct trace_who){.pid = f->number ? f->child.pid : 0};
    f->guessed = false;
    f->child_frame = 0;
    f->frame_begun = f->at[LANDMARK_SWITCH] = f->at[LANDMARK_CHILD_IRET] = VIEW_NEVER;
}

void view_journal_appeared(struct view_journal *j, struct view_task *task)
{
    for (unsigned i = j->fork_count; i-- > 0;) {
        struct view_fork *f = &j->forks[i];
        uint64_t ready = f->at[LANDMARK_FRAME] != VIEW_NEVER ? f->at[LANDMARK_FRAME] : task->seen;

        if (f->over || f->child.task != 0 || f->parent.task == task->who.task ||
            (f->child.pid != 0 && f->child.pid != task->who.pid))
            continue;
        f->child = task->who;
        f->guessed = true;
        f->seen = f->at[LANDMARK_SWITCH] = task->seen;
        f->frame_begun = ready - 1;
        task->parent = f->parent.task;
        task->born = ready;
        return;
    }
}

/* A kernel without the tracepoint that tells of forks: the fork is known by its returns alone. */
static void name_fork(struct view_journal *j, struct view_fork *f, const struct trace_ret *ret)
{
    if (f->number != 0 || ret->child || (int32_t)ret->eax <= 0)
        return;
    f->number = ++j->fork_numbers;
    if (f->guessed && f->child.pid != (int32_t)ret->eax)
        view_journal_forget_child(f);
    f->child.pid = (int32_t)ret->eax;
}

/* The saved registers of a side, where the fork itself did not tell them: below what iret popped.
 */
static void keep_registers(const struct view_journal *j, struct view_fork *f, bool child,
                           const struct cpu_iret_event *iret)
{
    uint32_t base = 0, words = j->pt_regs_size / 4;

    for (unsigned i = 0; i < iret->slot_count; i++)
        if (iret->slot[i].word == FRAME_EIP)
            base = iret->slot[i].linear - j->eip_offset;
    if (base == 0 || words == 0 || words > TRACE_REGS_WORDS)
        return;
    *(child ? &f->child_frame : &f->parent_frame) = base;
    for (unsigned i = 0; i < words; i++)
        if (j->in == NULL || !inspect_u32(j->in, base + 4 * i, &f->regs[child][i]))
            return;
    f->words = words;
}

static void both_back(struct view_fork *f, uint64_t at)
{
    if (f->at[LANDMARK_PARENT_IRET] == VIEW_NEVER || f->at[LANDMARK_CHILD_IRET] == VIEW_NEVER)
        return;
    f->at[LANDMARK_RETURNS] = at + 1;
    f->over = true;
}

static void on_iret(struct view_journal *j, const struct trace_event *e)
{
    struct view_fork *as_parent = open_fork(j, e->who.task, false);
    struct view_fork *as_child = open_fork(j, e->who.task, true);

    if (e->iret.cpu.cpl_from == 3 || e->iret.cpu.cpl_to != 3)
        return;
    if (as_parent != NULL && as_parent->id == 0 &&
        as_parent->at[LANDMARK_PARENT_IRET] == VIEW_NEVER)
        keep_registers(j, as_parent, false, &e->iret.cpu);
    if (as_child == NULL || !as_child->guessed || as_child->at[LANDMARK_CHILD_IRET] != VIEW_NEVER)
        return;
    keep_registers(j, as_child, true, &e->iret.cpu);
    as_child->ret[1] = (struct trace_ret){
        .child = true, .parent_pid = as_child->parent.pid, .child_pid = as_child->child.pid};
    if (j->in != NULL)
        as_child->ret[1].eax = inspect_cpu(j->in)->gpr[GPR_EAX];
    as_child->told[1] = j->in != NULL;
    as_child->at[LANDMARK_CHILD_IRET] = e->icount;
    both_back(as_child, e->icount);
}

/* ---- The returns ----------------------------------------------------------------------------- */

static void on_ret(struct view_journal *j, const struct trace_event *e)
{
    struct view_fork *f = fork_by_id(j, e->ret.id);

    if (f == NULL)
        f = open_fork(j, e->who.task, false); /* it failed early, and has no number yet */
    if (f == NULL || f->over)
        return;
    name_fork(j, f, &e->ret);
    f->ret[e->ret.child] = e->ret;
    f->told[e->ret.child] = true;
    f->at[e->ret.child ? LANDMARK_CHILD_IRET : LANDMARK_PARENT_IRET] = e->icount;
    f->over = e->ret.child_pid < 0 && (int32_t)e->ret.eax <= 0;
    both_back(f, e->icount);
}

static void on_switch(struct view_journal *j, const struct trace_event *e)
{
    struct view_fork *f = open_fork(j, e->sched.next.task, true);

    j->tells_switches = true;
    view_journal_see(j, &e->sched.prev, e->icount);
    view_journal_see(j, &e->sched.next, e->icount);
    view_journal_turn(j, e->icount, e->sched.next.task);
    /* ret_from_fork tells better, where the kernel has it. */
    if (f != NULL)
        set_once(&f->at[LANDMARK_SWITCH], e->icount);
}

const struct view_fork *view_journal_fork(const struct view_journal *j, uint64_t position)
{
    const struct view_fork *found = NULL;

    for (unsigned i = 0; i < j->fork_count; i++)
        if (found == NULL || j->forks[i].at[LANDMARK_INT] <= position)
            found = &j->forks[i];
    return found;
}

const struct view_fork *view_journal_fork_number(const struct view_journal *j, unsigned number)
{
    for (unsigned i = 0; i < j->fork_count; i++)
        if (j->forks[i].number == number)
            return &j->forks[i];
    return NULL;
}

const struct view_fork *view_journal_birth(const struct view_journal *j, uint32_t task,
                                           uint64_t position)
{
    for (unsigned i = j->fork_count; i-- > 0;)
        if (j->forks[i].child.task == task && j->forks[i].frame_begun <= position)
            return &j->forks[i];
    return NULL;
}

/* ---- All ------------------------------------------------------------------------------------- */

void view_journal_fork_event(struct view_journal *j, const struct trace_event *e)
{
    static void (*const on[TRACE_KIND_COUNT])(struct view_journal *, const struct trace_event *) = {
        [TRACE_SYSCALL] = on_syscall, [TRACE_CALL] = on_call,     [TRACE_RETURN] = on_return,
        [TRACE_FRAME] = on_frame,     [TRACE_FORK] = on_fork,     [TRACE_IRET] = on_iret,
        [TRACE_RET] = on_ret,         [TRACE_SWITCH] = on_switch,
    };

    if (e->kind < TRACE_KIND_COUNT && on[e->kind] != NULL)
        on[e->kind](j, e);
}
