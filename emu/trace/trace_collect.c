/* From the CPU's hooks to events, and from events to sinks. */
#include "emu/trace/trace_collect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/trace/trace_state.h"

enum { INT_INSN_SIZE = 2 };

/* ---- Events -------------------------------------------------------------------------------- */

struct trace_who trace_who_is(const struct inspect_task *task)
{
    struct trace_who who = {.task = task->task, .pid = task->pid};

    memcpy(who.comm, task->comm, sizeof(who.comm));
    return who;
}

struct trace_who trace_who_at(const struct trace_collector *c, uint32_t task)
{
    struct inspect_task t;

    if (!inspect_task_at(c->in, task, &t))
        t = (struct inspect_task){.task = task, .pid = -1};
    return trace_who_is(&t);
}

struct trace_event *trace_begin(struct trace_collector *c, enum trace_kind kind,
                                const struct inspect_task *who)
{
    const struct cpu_state *cpu = inspect_cpu(c->in);
    struct trace_event *e = &c->event;

    memset(e, 0, sizeof(*e));
    e->kind = kind;
    e->icount = cpu->icount;
    e->cpl = cpu->cpl;
    e->eip = cpu->eip;
    e->who = trace_who_is(who);
    e->program = trace_task_get(c, who->task)->program;
    return e;
}

void trace_send(struct trace_collector *c)
{
    if (!trace_wants(c, c->event.kind))
        return;
    c->event.seq = ++c->seq;
    for (unsigned s = 0; s < c->sink_count; s++)
        if (trace_filter_wants(c->sinks[s].filter, &c->event))
            c->sinks[s].event(c->sinks[s].ctx, &c->event);
}

/* ---- Interrupts and system calls ----------------------------------------------------------- */

/* Reads the text that the call's first string or buffer argument points at. */
static void read_string(const struct trace_collector *c, struct trace_syscall *s)
{
    const struct syscall_info *info = syscall_by_nr(s->nr);
    const char *letter = info ? strpbrk(info->args, "sb") : NULL;
    size_t k = letter ? (size_t)(letter - info->args) : 0, size = sizeof(s->string);

    if (letter == NULL)
        return;
    if (*letter == 'b' && s->arg[k + 1] < size)
        size = s->arg[k + 1];
    size = cpu_peek(c->cpu, inspect_cpu(c->in)->cr3, s->arg[k], s->string, size);
    if (size == 0)
        return;
    s->string_arg = (uint8_t)(k + 1);
    s->string_size = (uint8_t)(*letter == 's' ? strnlen(s->string, size) : size);
    memset(s->string + s->string_size, 0, sizeof(s->string) - s->string_size);
    s->string_cut = *letter == 's' ? s->string_size == size : s->arg[k + 1] > size;
}

/* The CPU is in the handler: what it pushed is what the program had. */
static void note_frame(uint32_t *regs, const struct cpu_int_event *event)
{
    static const enum trace_user_reg of[FRAME_PARAMETER + 1] = {
        [FRAME_EIP] = USER_EIP,    [FRAME_CS] = USER_CS,         [FRAME_EFLAGS] = USER_EFLAGS,
        [FRAME_ESP] = USER_ESP,    [FRAME_SS] = USER_SS,         [FRAME_DS] = USER_REGS,
        [FRAME_ES] = USER_REGS,    [FRAME_FS] = USER_REGS,       [FRAME_GS] = USER_REGS,
        [FRAME_ERROR] = USER_REGS, [FRAME_PARAMETER] = USER_REGS};

    for (unsigned i = 0; i < event->slot_count; i++) {
        enum trace_user_reg reg = of[event->slot[i].word];

        if (reg != USER_REGS)
            regs[reg] = event->slot[i].value;
    }
    regs[USER_CS] &= 0xffff;
    regs[USER_SS] &= 0xffff;
}

void trace_user_regs(const struct trace_collector *c, uint32_t regs[USER_REGS])
{
    static const enum cpu_gpr general[] = {GPR_EAX, GPR_EBX, GPR_ECX, GPR_EDX,
                                           GPR_ESI, GPR_EDI, GPR_EBP};
    static const enum cpu_sreg segments[] = {SEG_DS, SEG_ES, SEG_FS, SEG_GS};
    const struct cpu_state *cpu = inspect_cpu(c->in);

    regs[USER_EIP] = cpu->eip;
    regs[USER_EFLAGS] = cpu->eflags;
    regs[USER_ESP] = cpu->gpr[GPR_ESP];
    regs[USER_CS] = cpu->seg[SEG_CS].selector;
    regs[USER_SS] = cpu->seg[SEG_SS].selector;
    for (unsigned i = 0; i < sizeof(general) / sizeof(general[0]); i++)
        regs[USER_EAX + i] = cpu->gpr[general[i]];
    for (unsigned i = 0; i < sizeof(segments) / sizeof(segments[0]); i++)
        regs[USER_DS + i] = cpu->seg[segments[i]].selector;
}

/* Of an ABI: where a call has its arguments. `user` is what the program had. */
static uint32_t syscall_argument(const struct trace_collector *c, enum syscall_abi abi,
                                 const uint32_t user[USER_REGS], unsigned k)
{
    static const enum trace_user_reg order[SYSCALL_ARGS_MAX] = {USER_EBX, USER_ECX, USER_EDX,
                                                                USER_ESI, USER_EDI, USER_EBP};
    uint32_t value = 0;

    if (abi == SYSCALL_LINUX)
        return user[order[k]];
    inspect_u32(c->in, user[USER_ESP] + 4 + 4 * k, &value);
    return value;
}

static void begin_syscall(struct trace_collector *c, struct task *task,
                          const struct inspect_task *who, const struct cpu_int_event *event)
{
    const struct cpu_state *cpu = inspect_cpu(c->in);
    enum syscall_abi abi = c->layout.syscalls;
    struct trace_syscall *s;

    task->syscall = (struct open_syscall){.active = true,
                                          .nr = syscall_nr(abi, cpu->gpr[GPR_EAX]),
                                          .eip = event->from_eip + INT_INSN_SIZE,
                                          .stack_top = event->tss_esp,
                                          .cr3 = cpu->cr3};
    trace_user_regs(c, task->syscall.regs);
    note_frame(task->syscall.regs, event);
    if (!trace_wants(c, TRACE_SYSCALL))
        return;
    s = &trace_begin(c, TRACE_SYSCALL, who)->syscall;
    s->nr = task->syscall.nr;
    for (unsigned k = 0; k < syscall_arg_count(s->nr); k++)
        s->arg[k] = syscall_argument(c, abi, task->syscall.regs, k);
    read_string(c, s);
    c->event.cpl = event->cpl_from;
    trace_send(c);
}

static void send_fault(struct trace_collector *c, const struct inspect_task *who,
                       const struct cpu_int_event *event)
{
    if (!trace_wants(c, TRACE_PF))
        return;
    trace_begin(c, TRACE_PF, who)->pf =
        (struct trace_pf){event->cr2, event->error, event->from_eip};
    c->event.cpl = event->cpl_from;
    trace_send(c);
}

static void send_interrupt(struct trace_collector *c, const struct inspect_task *who,
                           const struct cpu_int_event *event)
{
    bool irq = event->kind == CPU_INT_IRQ;
    struct trace_event *e;

    if (!trace_wants(c, irq ? TRACE_IRQ : TRACE_INT))
        return;
    e = trace_begin(c, irq ? TRACE_IRQ : TRACE_INT, who);
    e->interrupt = *event;
    e->cpl = event->cpl_from;
    if (irq)
        e->time = (uint64_t)machine_idle_time(c->in->machine);
    trace_why_registers(&e->why, inspect_cpu(c->in));
    trace_why_delivery(c, &e->why, event->vector, event->cpl_from);
    if (event->vector == VEC_PF && event->kind == CPU_INT_FAULT)
        trace_why_page(c, &e->why, event->cr2);
    if (event->vector == VEC_GP && event->kind == CPU_INT_FAULT)
        trace_why_code(c, &e->why, inspect_cpu(c->in)->seg[SEG_CS].base + event->from_eip);
    trace_send(c);
}

static void on_interrupt(void *ctx, const struct cpu_int_event *event)
{
    struct trace_collector *c = ctx;
    struct inspect_task who;
    struct task *task;

    inspect_current(c->in, &who);
    task = trace_task_get(c, who.task);
    trace_task_open_int(task, event);
    if (event->stack_switch)
        task->call_count = task->root_count = 0; /* an empty stack: nothing can be open on it */
    send_interrupt(c, &who, event);
    if (event->vector == VEC_PF && event->kind == CPU_INT_FAULT) {
        send_fault(c, &who, event);
        trace_memory_fault(c, &who, event);
    }
    if (event->vector == c->layout.syscall_vector && event->kind == CPU_INT_SOFTWARE &&
        event->cpl_from == 3)
        begin_syscall(c, task, &who, event);
}

static void end_syscall(struct trace_collector *c, struct task *task,
                        const struct inspect_task *who)
{
    const struct cpu_state *cpu = inspect_cpu(c->in);
    struct open_syscall *s = &task->syscall;
    struct trace_sysret *ret;

    if (!s->active)
        return;
    s->active = false;
    if (!trace_wants(c, TRACE_SYSRET))
        return;
    ret = &trace_begin(c, TRACE_SYSRET, who)->sysret;
    ret->nr = s->nr;
    ret->result = cpu->gpr[GPR_EAX];
    ret->restart = cpu->eip == s->eip - INT_INSN_SIZE;
    ret->diverted = cpu->eip != s->eip && !ret->restart && !s->executed;
    trace_send(c);
}

/* In ring 3 the current task is known by TSS.esp0, which a kernel under test may have wrong: the
 * stack that the frame was popped from tells who really returns. */
static void returning_task(const struct trace_collector *c, const struct cpu_iret_event *event,
                           struct inspect_task *who)
{
    if (event->slot_count == 0 || !inspect_stack_owner(c->in, event->slot[0].linear, who))
        inspect_current(c->in, who);
}

static void on_iret(void *ctx, const struct cpu_iret_event *event)
{
    struct trace_collector *c = ctx;
    struct inspect_task who;
    struct trace_iret *iret;
    struct task *task;
    bool to_user = event->cpl_to == 3 && event->cpl_from != 3, by_irq, page_fault;

    returning_task(c, event, &who);
    task = trace_task_get(c, who.task);
    iret = &trace_begin(c, TRACE_IRET, &who)->iret;
    iret->cpu = *event;
    iret->origin = trace_task_close_int(task, event, &iret->vector);
    if (to_user) {
        uint16_t ss0;

        iret->cr3 = inspect_cpu(c->in)->cr3;
        inspect_tss_stack0(c->in, &ss0, &iret->esp0);
    }
    by_irq = iret->origin == TRACE_FRAME_IRQ;
    page_fault = iret->origin == TRACE_FRAME_INT && iret->vector == VEC_PF;
    trace_send(c);
    if (page_fault)
        trace_memory_served(c, &who);
    if (!to_user || by_irq)
        return;
    end_syscall(c, task, &who);
    task = trace_fork_child_runs(c, task);
    trace_fork_user_return(c, task, &who);
}

static void on_cr_write(void *ctx, unsigned cr, uint32_t old, uint32_t value)
{
    struct trace_collector *c = ctx;
    struct inspect_task who;

    inspect_current(c->in, &who);
    trace_begin(c, TRACE_CR, &who)->cr = (struct trace_cr){cr, old, value};
    trace_send(c);
}

/* ---- Life ---------------------------------------------------------------------------------- */

static int64_t member_or_none(const struct guestinfo *g, const char *path, const char *older)
{
    uint32_t offset, size;

    if (g != NULL && (guestinfo_member(g, "task_struct", path, &offset, &size) ||
                      guestinfo_member(g, "task_struct", older, &offset, &size)))
        return offset;
    return -1;
}

static void find_layout(struct trace_collector *c)
{
    const struct guestinfo *g = c->in->guestinfo;

    c->layout.thread_esp = member_or_none(g, "thread.sp", "thread.esp");
    c->layout.mm = member_or_none(g, "mm", "mm");
    c->layout.thread_esp0 = member_or_none(g, "thread.sp0", "thread.esp0");
    c->layout.syscall_vector = LINUX_SYSCALL;
    if (g != NULL) {
        c->layout.syscall_vector = guestinfo_tasks(g)->syscall_vector;
        c->layout.syscalls = guestinfo_tasks(g)->syscalls;
        c->layout.pt_regs_size = guestinfo_tasks(g)->pt_regs_size;
        c->layout.thread_size = guestinfo_tasks(g)->thread_size;
    }
}

/* Which hooks the wanted kinds come from. */
static void choose_hooks(struct trace_collector *c)
{
    trace_kinds interrupt = TRACE_BIT(TRACE_INT) | TRACE_BIT(TRACE_IRQ) | TRACE_BIT(TRACE_IRET) |
                            TRACE_BIT(TRACE_SYSCALL) | TRACE_BIT(TRACE_SYSRET) |
                            TRACE_BIT(TRACE_PF) | TRACE_BIT(TRACE_FORK) | TRACE_BIT(TRACE_FRAME) |
                            TRACE_BIT(TRACE_RET) | TRACE_BIT(TRACE_CALL) | TRACE_BIT(TRACE_RETURN) |
                            TRACE_BIT(TRACE_SPACE) | TRACE_BIT(TRACE_SHARE);
    trace_kinds iret = TRACE_BIT(TRACE_IRET) | TRACE_BIT(TRACE_SYSRET) | TRACE_BIT(TRACE_FORK) |
                       TRACE_BIT(TRACE_FRAME) | TRACE_BIT(TRACE_RET) | TRACE_BIT(TRACE_SPACE) |
                       TRACE_BIT(TRACE_SHARE);

    c->hooks.ctx = c;
    if (c->kinds & interrupt)
        c->hooks.interrupt = on_interrupt;
    if (c->kinds & iret)
        c->hooks.iret = on_iret;
    if (trace_wants(c, TRACE_CR))
        c->hooks.cr_write = on_cr_write;
    if (trace_wants(c, TRACE_FRAME))
        c->hooks.mem = trace_fork_frame_write;
    if (c->probe_count > 0)
        c->hooks.exec = trace_probe_exec;
    trace_machine_hooks(c);
}

static int attach(struct trace_collector *c, char *why, size_t why_size)
{
    int err = trace_probes_create(c, why, why_size);

    if (err != 0)
        return err;
    choose_hooks(c);
    snprintf(why, why_size, "out of memory");
    if (trace_task_get(c, 0) == NULL || machine_attach(c->in->machine, &c->hooks) != 0)
        return -ENOMEM;
    c->attached = true;
    return trace_probes_arm(c);
}

int trace_collector_create(struct trace_collector **out, const struct inspect *in,
                           const struct trace_sink *sinks, unsigned count, char *why,
                           size_t why_size)
{
    struct trace_collector *c = calloc(1, sizeof(*c));
    int err = -ENOMEM;

    if (c != NULL) {
        c->in = in;
        c->cpu = machine_cpu(in->machine);
        c->sink_count = count;
        memcpy(c->sinks, sinks, count * sizeof(*sinks));
        for (unsigned s = 0; s < count; s++)
            c->kinds |= sinks[s].filter->kinds;
        find_layout(c);
        err = attach(c, why, why_size);
    } else {
        snprintf(why, why_size, "out of memory");
    }
    if (err != 0) {
        trace_collector_destroy(c);
        c = NULL;
    }
    *out = c;
    return err;
}

void trace_collector_finish(struct trace_collector *c)
{
    if (c != NULL && c->attached)
        trace_machine_flush(c);
}

void trace_collector_listen(struct trace_collector *c, enum observer_kind kind)
{
    machine_detach(c->in->machine, &c->hooks);
    machine_attach_as(c->in->machine, &c->hooks, kind);
}

void trace_collector_destroy(struct trace_collector *c)
{
    if (c == NULL)
        return;
    trace_machine_end(c);
    for (unsigned i = 0; i < CHILD_WATCHES_MAX; i++)
        if (c->watches[i].id != 0)
            cpu_watch_remove(c->cpu, c->watches[i].id);
    trace_tasks_free(c);
    trace_probes_free(c);
    if (c->attached)
        machine_detach(c->in->machine, &c->hooks);
    free(c);
}
