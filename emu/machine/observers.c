#include "emu/machine/observers.h"

#include <errno.h>
#include <string.h>

#include "cpu/meter.h"

/* Calls one hook of every observer that has it. */
#define TELL(ctx, hook, ...)                                                                       \
    do {                                                                                           \
        const struct observers *o_ = (ctx);                                                        \
        enum meter_part outer_ = meter_go(cpu_meter(o_->cpu), METER_OBSERVERS);                    \
        for (unsigned i_ = 0; i_ < o_->count; i_++)                                                \
            if (o_->list[i_]->hook)                                                                \
                o_->list[i_]->hook(o_->list[i_]->ctx, __VA_ARGS__);                                \
        meter_go(cpu_meter(o_->cpu), outer_);                                                      \
    } while (0)

#define TELL_NOTHING(ctx, hook)                                                                    \
    do {                                                                                           \
        const struct observers *o_ = (ctx);                                                        \
        for (unsigned i_ = 0; i_ < o_->count; i_++)                                                \
            if (o_->list[i_]->hook)                                                                \
                o_->list[i_]->hook(o_->list[i_]->ctx);                                             \
    } while (0)

static void tell_exec(void *ctx, uint32_t linear)
{
    TELL(ctx, exec, linear);
}

static void tell_insn(void *ctx, uint32_t linear)
{
    TELL(ctx, insn, linear);
}

static void tell_mem(void *ctx, unsigned kind, uint32_t linear, unsigned size, uint32_t old,
                     uint32_t value)
{
    TELL(ctx, mem, kind, linear, size, old, value);
}

static void tell_interrupt(void *ctx, const struct cpu_int_event *event)
{
    TELL(ctx, interrupt, event);
}

static void tell_failed(void *ctx, const struct cpu_failed_event *event)
{
    TELL(ctx, failed, event);
}

static void tell_iret(void *ctx, const struct cpu_iret_event *event)
{
    TELL(ctx, iret, event);
}

static void tell_task(void *ctx, const struct cpu_task_event *event)
{
    TELL(ctx, task, event);
}

static void tell_cr_write(void *ctx, unsigned cr, uint32_t old, uint32_t value)
{
    TELL(ctx, cr_write, cr, old, value);
}

static void tell_table_load(void *ctx, enum cpu_table table, uint16_t selector, uint32_t base,
                            uint32_t limit)
{
    TELL(ctx, table_load, table, selector, base, limit);
}

static void tell_port(void *ctx, bool out, uint16_t port, unsigned size, uint32_t value)
{
    TELL(ctx, port, out, port, size, value);
}

static void tell_halt(void *ctx)
{
    TELL_NOTHING(ctx, halt);
}

static void tell_shutdown(void *ctx)
{
    TELL_NOTHING(ctx, shutdown);
}

/* Connects only what somebody listens to. */
static void connect(struct observers *o)
{
    struct cpu_hooks all = {.ctx = o};

    for (unsigned i = 0; i < o->count; i++) {
        const struct cpu_hooks *h = o->list[i];

        all.exec = h->exec ? tell_exec : all.exec;
        all.insn = h->insn ? tell_insn : all.insn;
        all.mem = h->mem ? tell_mem : all.mem;
        all.interrupt = h->interrupt ? tell_interrupt : all.interrupt;
        all.failed = h->failed ? tell_failed : all.failed;
        all.iret = h->iret ? tell_iret : all.iret;
        all.task = h->task ? tell_task : all.task;
        all.cr_write = h->cr_write ? tell_cr_write : all.cr_write;
        all.table_load = h->table_load ? tell_table_load : all.table_load;
        all.port = h->port ? tell_port : all.port;
        all.halt = h->halt ? tell_halt : all.halt;
        all.shutdown = h->shutdown ? tell_shutdown : all.shutdown;
    }
    cpu_set_hooks(o->cpu, o->count ? &all : NULL);
}

static bool listens(enum observer_kind kind, enum audience audience)
{
    return (unsigned)kind >= (unsigned)audience;
}

/* Makes the list of those who listen, and connects them. */
static void update(struct observers *o)
{
    o->count = 0;
    for (unsigned i = 0; i < o->all_count; i++)
        if (listens(o->all[i].kind, o->audience))
            o->list[o->count++] = o->all[i].hooks;
    connect(o);
}

int observers_add(struct observers *o, const struct cpu_hooks *hooks, enum observer_kind kind)
{
    if (o->all_count == OBSERVERS)
        return -ENOMEM;
    o->all[o->all_count].hooks = hooks;
    o->all[o->all_count++].kind = kind;
    update(o);
    return 0;
}

void observers_remove(struct observers *o, const struct cpu_hooks *hooks)
{
    for (unsigned i = 0; i < o->all_count; i++) {
        if (o->all[i].hooks != hooks)
            continue;
        o->all_count--;
        memmove(&o->all[i], &o->all[i + 1], (o->all_count - i) * sizeof(o->all[0]));
        update(o);
        return;
    }
}

void observers_set_audience(struct observers *o, enum audience audience)
{
    if (o->audience == audience)
        return;
    o->audience = audience;
    update(o);
}
