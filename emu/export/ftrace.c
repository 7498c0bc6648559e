/*
 * The form of Linux's /sys/kernel/tracing/trace, with Linux's event names: Perfetto, Trace Compass
 * and KernelShark's friends open it. A step is shown as one microsecond. Calls of probed functions
 * are marks that such tools draw as nested slices.
 */
#include <stdio.h>
#include <string.h>

#include "emu/trace/trace_form.h"

enum { STEPS_PER_SECOND = 1000000, TIMER_VECTORS = 32 };

#define PRINT(w, ...) trace_out_printf((w)->out, __VA_ARGS__)

static int begin_ftrace(struct trace_writer *w)
{
    PRINT(w, "# tracer: nop\n"
             "#\n"
             "# one step of the CPU is one microsecond\n"
             "#\n"
             "#           TASK-PID     CPU#  ||||   TIMESTAMP  FUNCTION\n"
             "#              | |         |   ||||      |         |\n");
    return 0;
}

static int32_t pid_of(const struct trace_who *who)
{
    return who->pid < 0 ? 0 : who->pid;
}

static const char *comm_of(const struct trace_who *who)
{
    if (who->pid <= 0 && who->comm[0] == '\0')
        return "<idle>";
    return who->comm[0] ? who->comm : "<...>";
}

static void print_head(struct trace_writer *w, const struct trace_event *e, const char *event)
{
    PRINT(w, "%16s-%-7d [000] .... %5llu.%06llu: %s: ", comm_of(&e->who), pid_of(&e->who),
          (unsigned long long)(e->icount / STEPS_PER_SECOND),
          (unsigned long long)(e->icount % STEPS_PER_SECOND), event);
}

static void print_syscall(struct trace_writer *w, const struct trace_event *e)
{
    const uint32_t *a = e->syscall.arg;

    print_head(w, e, "sys_enter");
    PRINT(w, "NR %u (%x, %x, %x, %x, %x, %x)\n", e->syscall.nr, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static void print_sysret(struct trace_writer *w, const struct trace_event *e)
{
    print_head(w, e, "sys_exit");
    PRINT(w, "NR %u = %d\n", e->sysret.nr, (int32_t)e->sysret.result);
}

static void print_switch(struct trace_writer *w, const struct trace_event *e)
{
    const struct trace_switch *s = &e->sched;

    print_head(w, e, "sched_switch");
    PRINT(w,
          "prev_comm=%s prev_pid=%d prev_prio=120 prev_state=R ==> next_comm=%s next_pid=%d "
          "next_prio=120\n",
          comm_of(&s->prev), pid_of(&s->prev), comm_of(&s->next), pid_of(&s->next));
}

static void print_fork(struct trace_writer *w, const struct trace_event *e)
{
    const struct trace_fork *f = &e->fork;

    print_head(w, e, "sched_process_fork");
    PRINT(w, "comm=%s pid=%d child_comm=%s child_pid=%d\n", comm_of(&f->parent), pid_of(&f->parent),
          comm_of(&f->child), pid_of(&f->child));
}

static void print_life(struct trace_writer *w, const struct trace_event *e)
{
    const struct trace_who *who = &e->life.who;

    switch (e->kind) {
    case TRACE_EXEC:
        print_head(w, e, "sched_process_exec");
        PRINT(w, "filename=%s pid=%d old_pid=%d\n", e->life.text, pid_of(who), pid_of(who));
        break;
    case TRACE_EXIT:
        print_head(w, e, "sched_process_exit");
        PRINT(w, "comm=%s pid=%d prio=120\n", comm_of(who), pid_of(who));
        break;
    case TRACE_WAIT:
        print_head(w, e, "sched_process_wait");
        PRINT(w, "comm=%s pid=%d prio=120\n", comm_of(who), pid_of(who));
        break;
    default:
        print_head(w, e, "signal_deliver");
        PRINT(w, "sig=%d errno=0 code=0 sa_handler=0 sa_flags=0\n", e->life.code);
    }
}

static void print_fault(struct trace_writer *w, const struct trace_event *e)
{
    print_head(w, e, e->pf.error & PF_USER ? "page_fault_user" : "page_fault_kernel");
    PRINT(w, "address=0x%x ip=0x%x error_code=0x%x\n", e->pf.address, e->pf.eip, e->pf.error);
}

static void print_irq(struct trace_writer *w, const struct trace_event *e)
{
    unsigned irq = e->interrupt.vector - TIMER_VECTORS;

    print_head(w, e, "irq_handler_entry");
    PRINT(w, "irq=%u name=irq%u\n", irq, irq);
}

static void print_iret(struct trace_writer *w, const struct trace_event *e)
{
    if (e->iret.origin != TRACE_FRAME_IRQ)
        return;
    print_head(w, e, "irq_handler_exit");
    PRINT(w, "irq=%u ret=handled\n", e->iret.vector - TIMER_VECTORS);
}

/* Labels are reached by a jump: they begin nothing that would end. */
static void print_call(struct trace_writer *w, const struct trace_event *e)
{
    if (e->call.probe->shape != TRACE_FUNCTION)
        return;
    print_head(w, e, "tracing_mark_write");
    if (e->kind == TRACE_CALL)
        PRINT(w, "B|%d|%s\n", pid_of(&e->who), e->call.probe->name);
    else
        PRINT(w, "E|%d\n", pid_of(&e->who));
}

static void print_console(struct trace_writer *w, const struct trace_event *e)
{
    char text[TRACE_STRING + 1] = "";

    for (unsigned i = 0; i < e->console.size; i++)
        text[i] = e->console.text[i] >= ' ' && e->console.text[i] < 0x7f ? e->console.text[i] : '?';
    print_head(w, e, "console");
    PRINT(w, "%s\n", text);
}

static void (*const printers[TRACE_KIND_COUNT])(struct trace_writer *,
                                                const struct trace_event *) = {
    [TRACE_SYSCALL] = print_syscall, [TRACE_SYSRET] = print_sysret,   [TRACE_SWITCH] = print_switch,
    [TRACE_FORK] = print_fork,       [TRACE_EXEC] = print_life,       [TRACE_EXIT] = print_life,
    [TRACE_WAIT] = print_life,       [TRACE_SIGNAL] = print_life,     [TRACE_PF] = print_fault,
    [TRACE_IRQ] = print_irq,         [TRACE_IRET] = print_iret,       [TRACE_CALL] = print_call,
    [TRACE_RETURN] = print_call,     [TRACE_CONSOLE] = print_console,
};

static void write_ftrace(struct trace_writer *w, const struct trace_event *e)
{
    if (printers[e->kind] != NULL)
        printers[e->kind](w, e);
}

const struct trace_form trace_form_ftrace = {
    .name = "ftrace",
    .help = "the text of Linux's tracefs, for Perfetto and Trace Compass",
    .begin = begin_ftrace,
    .event = write_ftrace,
};
