#include "emu/explain/explain.h"

static struct explain_event *begin(struct explain_log *log, enum explain_kind kind)
{
    struct explain_event *e = &log->event[log->count++ % EXPLAIN_KEPT];
    const struct cpu_state *cpu = cpu_state(machine_cpu(log->machine));

    e->kind = kind;
    e->icount = cpu->icount;
    e->after = *cpu;
    return e;
}

static void on_interrupt(void *ctx, const struct cpu_int_event *event)
{
    begin(ctx, EXPLAIN_INT)->interrupt = *event;
}

static void on_failed(void *ctx, const struct cpu_failed_event *event)
{
    begin(ctx, EXPLAIN_FAILED)->failed = *event;
}

static void on_iret(void *ctx, const struct cpu_iret_event *event)
{
    begin(ctx, EXPLAIN_IRET)->iret = *event;
}

static void on_task(void *ctx, const struct cpu_task_event *event)
{
    begin(ctx, EXPLAIN_TASK)->task = *event;
}

static void on_shutdown(void *ctx)
{
    begin(ctx, EXPLAIN_SHUTDOWN);
}

int explain_attach(struct explain_log *log, struct machine *machine, enum explain_what what)
{
    *log = (struct explain_log){.machine = machine};
    log->hooks = (struct cpu_hooks){.ctx = log, .failed = on_failed, .shutdown = on_shutdown};
    if (what == EXPLAIN_ALL) {
        log->hooks.interrupt = on_interrupt;
        log->hooks.iret = on_iret;
        log->hooks.task = on_task;
    }
    return machine_attach(machine, &log->hooks);
}

void explain_detach(struct explain_log *log)
{
    machine_detach(log->machine, &log->hooks);
}
