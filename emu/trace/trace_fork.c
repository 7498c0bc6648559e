/* A fork from the call of do_fork to the two returns: one id, two sides, one frame made by hand. */
#include <string.h>

#include "emu/trace/trace_state.h"

/* ---- The attempt, as the parent sees it ------------------------------------------------------ */

void trace_fork_begin(const struct visit *v)
{
    v->task->attempt = (struct fork_attempt){.id = ++v->c->last_fork,
                                             .user = v->task->syscall.active,
                                             .flags = trace_visit_arg(v, 0),
                                             .child_pid = -1};
}

void trace_fork_open(const struct visit *v)
{
    struct fork_attempt *attempt = &v->task->attempt;

    if (attempt->id == 0)
        *attempt = (struct fork_attempt){
            .id = ++v->c->last_fork, .user = v->task->syscall.active, .child_pid = -1};
}

/* trace_task_newtask(task, clone_flags). */
void trace_fork_flags(const struct visit *v)
{
    v->task->attempt.flags = trace_visit_arg(v, 1);
}

/* trace_sched_fork(parent, child, parent_slice, child_slice). */
void trace_fork_slice(const struct visit *v)
{
    trace_begin(v->c, TRACE_SLICE, &v->who)->slice = (struct trace_slice){
        trace_who_at(v->c, trace_visit_arg(v, 0)), trace_who_at(v->c, trace_visit_arg(v, 1)),
        trace_visit_arg(v, 2), trace_visit_arg(v, 3)};
    trace_send(v->c);
}

/* A kernel thread's maker never returns to ring 3, so its attempt ends here. */
void trace_fork_end(const struct visit *v)
{
    struct fork_attempt *attempt = &v->task->attempt;

    if (syscall_is_error(v->result) && attempt->child != 0)
        trace_fork_child_gone(v->c, attempt->child);
    if (!attempt->user)
        attempt->id = 0;
}

/* ---- The child's saved registers ------------------------------------------------------------- */

static struct child_watch *watch_of(struct trace_collector *c, uint32_t child)
{
    for (unsigned i = 0; i < CHILD_WATCHES_MAX; i++)
        if (c->watches[i].id != 0 && c->watches[i].child == child)
            return &c->watches[i];
    return NULL;
}

static struct child_watch *free_watch(struct trace_collector *c)
{
    for (unsigned i = 0; i < CHILD_WATCHES_MAX; i++)
        if (c->watches[i].id == 0)
            return &c->watches[i];
    return NULL;
}

void trace_fork_child_gone(struct trace_collector *c, uint32_t child)
{
    struct child_watch *watch = watch_of(c, child);

    if (watch != NULL) {
        cpu_watch_remove(c->cpu, watch->id);
        watch->id = 0;
    }
}

static void watch_frame(const struct visit *v, const struct inspect_task *child)
{
    struct trace_collector *c = v->c;
    struct child_watch *watch = free_watch(c);
    uint32_t size = c->layout.pt_regs_size, base = child->stack + c->layout.thread_size - size;
    int id;

    if (size == 0 || watch == NULL || !trace_wants(c, TRACE_FRAME))
        return;
    id = cpu_watch_add(c->cpu, base, base + size - 1, CPU_WATCH_WRITE);
    if (id > 0)
        *watch = (struct child_watch){id, v->task->attempt.id, child->task, base, size};
}

/* On return of dup_task_struct: there is a stack, and nothing in it yet. */
void trace_fork_watch_child(const struct visit *v)
{
    struct inspect_task child;
    struct task *made;

    if (v->result == 0 || syscall_is_error(v->result) || !v->task->attempt.user ||
        !inspect_task_at(v->c->in, v->result, &child))
        return;
    v->task->attempt.child = child.task;
    made = trace_task_get(v->c, child.task);
    if (made->address == child.task)
        made->maker = v->task->address;
    watch_frame(v, &child);
}

static const struct child_watch *watch_at(const struct trace_collector *c, uint32_t linear)
{
    for (unsigned i = 0; i < CHILD_WATCHES_MAX; i++)
        if (c->watches[i].id != 0 && linear - c->watches[i].base < c->watches[i].size)
            return &c->watches[i];
    return NULL;
}

void trace_fork_frame_write(void *ctx, unsigned kind, uint32_t linear, unsigned size, uint32_t old,
                            uint32_t value)
{
    struct trace_collector *c = ctx;
    const struct child_watch *watch = watch_at(c, linear);
    struct trace_frame_write *write;
    struct inspect_task who;
    struct task *task;

    if (!(kind & CPU_WATCH_WRITE) || trace_machine_write(c, linear, size, old, value) ||
        watch == NULL)
        return;
    inspect_current(c->in, &who);
    task = trace_task_get(c, who.task);
    write = &trace_begin(c, TRACE_FRAME, &who)->frame;
    write->id = watch->fork;
    write->child = trace_who_at(c, watch->child);
    write->linear = linear;
    write->offset = linear - watch->base;
    write->size = (uint8_t)size;
    write->old = old;
    write->value = value;
    if (task->call_count > 0)
        write->by = task->calls[task->call_count - 1].probe->pub.addr;
    trace_send(c);
}

/* ---- The fork itself --------------------------------------------------------------------- */

static unsigned read_registers(const struct trace_collector *c, uint32_t frame, uint32_t *words)
{
    unsigned count = c->layout.pt_regs_size / 4;

    if (count > TRACE_REGS_WORDS)
        count = TRACE_REGS_WORDS;
    for (unsigned i = 0; i < count; i++)
        if (!inspect_u32(c->in, frame + 4 * i, &words[i]))
            return 0;
    return count;
}

/* thread.esp0 is the top of a task's stack, and the saved registers lie right below. */
static uint32_t child_frame(const struct trace_collector *c, const struct inspect_task *child)
{
    uint32_t top = child->stack + c->layout.thread_size, esp0;

    if (c->layout.thread_esp0 >= 0 &&
        inspect_u32(c->in, child->task + (uint32_t)c->layout.thread_esp0, &esp0) &&
        esp0 - child->stack <= c->layout.thread_size)
        top = esp0;
    return top - c->layout.pt_regs_size;
}

static uint32_t address_of(const struct trace_collector *c, const char *function)
{
    const struct symbol *symbol = symbols_by_name(c->in->symbols, function);

    return symbol ? symbol->addr : 0;
}

static void send_fork(const struct visit *v, const struct inspect_task *child)
{
    struct trace_collector *c = v->c;
    const struct fork_attempt *attempt = &v->task->attempt;
    struct trace_fork *fork = &trace_begin(c, TRACE_FORK, &v->who)->fork;

    fork->id = attempt->id;
    fork->user = attempt->user;
    fork->flags = attempt->flags;
    fork->parent = trace_who_is(&v->who);
    fork->child = trace_who_is(child);
    fork->child_stack = child->stack;
    fork->child_esp = trace_task_word(c, child->task, c->layout.thread_esp);
    fork->copy_thread = address_of(c, "copy_thread");
    fork->ret_from_fork = address_of(c, "ret_from_fork");
    if (c->layout.pt_regs_size > 0) {
        fork->child_frame = child_frame(c, child);
        fork->words = read_registers(c, fork->child_frame, fork->child_regs);
        if (fork->user) {
            fork->parent_frame = v->task->syscall.stack_top - c->layout.pt_regs_size;
            read_registers(c, fork->parent_frame, fork->parent_regs);
        }
    }
    trace_send(c);
}

/* A task was made, and nothing of it has run yet. */
static void child_made(const struct visit *v, uint32_t task)
{
    struct fork_attempt *attempt = &v->task->attempt;
    struct inspect_task child;
    struct task *born;

    if (!inspect_task_at(v->c->in, task, &child))
        return;
    trace_fork_open(v);
    attempt->child = child.task;
    attempt->child_pid = child.pid;
    send_fork(v, &child);
    trace_task_forget(v->c, child.task); /* what an earlier task left at this address */
    born = trace_task_get(v->c, child.task);
    if (born->address != child.task)
        return; /* too many tasks: this one is not followed */
    born->program = v->task->program;
    born->birth = (struct birth){.id = attempt->id,
                                 .user = attempt->user,
                                 .parent = trace_who_is(&v->who),
                                 .parent_cr3 = v->task->syscall.cr3};
    memcpy(born->birth.entry, v->task->syscall.regs, sizeof(born->birth.entry));
    if (attempt->user)
        trace_memory_forked(v->c, attempt->id, v->who.task, child.task, v->task->syscall.cr3);
}

/* trace_sched_process_fork(parent, child). */
void trace_fork_done(const struct visit *v)
{
    child_made(v, trace_visit_arg(v, 1));
}

/* The task of the layout's table that has this pid, 0: none. */
static uint32_t task_of_pid(const struct trace_collector *c, int32_t pid)
{
    const struct guestinfo_task_layout *t = guestinfo_tasks(c->in->guestinfo);
    struct inspect_task task;

    for (uint32_t i = 0; t->how == GUEST_TASK_TABLE && i < t->table_count; i++)
        if (inspect_task_at(c->in, t->table + i * t->table_stride, &task) && task.pid == pid)
            return task.task;
    return 0;
}

struct task *trace_fork_child_runs(struct trace_collector *c, struct task *task)
{
    uint32_t child = task->address;
    struct visit v = {.c = c};

    if (task->maker == 0)
        return task;
    v.task = trace_task_get(c, task->maker);
    task->maker = 0;
    if (v.task->attempt.id == 0 || v.task->attempt.child != child ||
        v.task->attempt.child_pid >= 0 || !inspect_task_at(c->in, v.task->address, &v.who))
        return task;
    child_made(&v, child);
    return trace_task_get(c, child);
}

void trace_fork_made(const struct visit *v)
{
    bool told = v->task->attempt.id != 0 && v->task->attempt.child_pid >= 0;
    bool failed = v->result == 0 || syscall_is_error(v->result);

    if (!told && !failed) {
        bool pid = guestinfo_tasks(v->c->in->guestinfo)->fork_gives_pid;

        child_made(v, pid ? task_of_pid(v->c, (int32_t)v->result) : v->result);
    }
    trace_fork_end(v);
}

/* `entry`: the registers at the int 0x80. */
static void send_ret(struct trace_collector *c, const struct inspect_task *who,
                     const struct trace_ret *side, const uint32_t entry[USER_REGS])
{
    const struct cpu_state *cpu = inspect_cpu(c->in);
    struct trace_ret *ret;

    if (!trace_wants(c, TRACE_RET))
        return;
    ret = &trace_begin(c, TRACE_RET, who)->ret;
    *ret = *side;
    ret->eax = cpu->gpr[GPR_EAX];
    ret->eip = cpu->eip;
    ret->esp = cpu->gpr[GPR_ESP];
    ret->cr3 = cpu->cr3;
    ret->ldt = cpu->ldtr.selector;
    ret->words = USER_REGS;
    memcpy(ret->entry, entry, sizeof(ret->entry));
    trace_user_regs(c, ret->regs);
    trace_send(c);
}

void trace_fork_user_return(struct trace_collector *c, struct task *task,
                            const struct inspect_task *who)
{
    if (task->attempt.id != 0 && task->attempt.user)
        send_ret(c, who,
                 &(struct trace_ret){.id = task->attempt.id,
                                     .parent_pid = who->pid,
                                     .child_pid = task->attempt.child_pid},
                 task->syscall.regs);
    if (task->birth.id != 0 && task->birth.user) {
        trace_memory_child_back(c, task, who);
        send_ret(c, who,
                 &(struct trace_ret){.id = task->birth.id,
                                     .child = true,
                                     .parent_pid = task->birth.parent.pid,
                                     .child_pid = who->pid},
                 task->birth.entry);
    }
    if (task->birth.id != 0)
        trace_fork_child_gone(c, task->address);
    task->attempt.id = task->birth.id = 0;
}
