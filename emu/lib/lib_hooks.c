/* Hooks of libforkscope on those of the CPU: only what somebody asked for is connected. They hear
 * of the past, too, when it is run again. */
#include <errno.h>
#include <string.h>

#include "emu/lib/handle.h"
#include "emu/support/log.h"

/* ---- Telling ----------------------------------------------------------------------------- */

static void tell(struct forkscope *f, const struct handle_hook *hook, struct forkscope_event *event)
{
    event->kind = hook->kind;
    event->id = hook->id;
    event->step = machine_icount(f->machine);
    if (hook->fn(hook->ctx, event))
        forkscope_stop(f);
}

static void tell_all(struct forkscope *f, enum forkscope_hook_kind kind, uint32_t place,
                     struct forkscope_event *event)
{
    for (unsigned i = 0; i < HANDLE_HOOKS; i++) {
        const struct handle_hook *hook = &f->hook[i];

        if (hook->id && hook->kind == kind && place >= hook->first && place <= hook->last)
            tell(f, hook, event);
    }
}

static void on_exec(void *ctx, uint32_t linear)
{
    struct forkscope_event event = {.address = linear};

    tell_all(ctx, FORKSCOPE_HOOK_EXEC, linear, &event);
}

static void on_mem(void *ctx, unsigned kind, uint32_t linear, unsigned size, uint32_t old,
                   uint32_t value)
{
    struct forkscope *f = ctx;
    struct forkscope_event event = {.address = linear,
                                    .value = value,
                                    .old = old,
                                    .size = size,
                                    .is_write = kind == CPU_WATCH_WRITE};

    for (unsigned i = 0; i < HANDLE_HOOKS; i++) {
        const struct handle_hook *hook = &f->hook[i];

        if (hook->id && hook->kind == FORKSCOPE_HOOK_MEMORY && linear <= hook->last &&
            linear + size - 1 >= hook->first)
            tell(f, hook, &event);
    }
}

static void copy_words(struct forkscope_event *event, const struct cpu_frame_slot *slot,
                       unsigned count)
{
    event->pushed_count = count;
    for (unsigned i = 0; i < count; i++)
        event->pushed[i] = slot[i].value;
}

static void on_interrupt(void *ctx, const struct cpu_int_event *e)
{
    struct forkscope_event event = {.address = e->from_eip,
                                    .vector = e->vector,
                                    .error = e->has_error ? e->error : 0,
                                    .cpl_from = e->cpl_from,
                                    .cpl_to = e->cpl_to};

    copy_words(&event, e->slot, e->slot_count);
    tell_all(ctx, FORKSCOPE_HOOK_INTERRUPT, e->vector, &event);
}

static void on_iret(void *ctx, const struct cpu_iret_event *e)
{
    struct forkscope_event event = {
        .address = e->from_eip, .cpl_from = e->cpl_from, .cpl_to = e->cpl_to};

    copy_words(&event, e->slot, e->slot_count);
    tell_all(ctx, FORKSCOPE_HOOK_IRET, 0, &event);
}

/* ---- Connecting -------------------------------------------------------------------------- */

static bool wanted(const struct forkscope *f, enum forkscope_hook_kind kind)
{
    for (unsigned i = 0; i < HANDLE_HOOKS; i++)
        if (f->hook[i].id && f->hook[i].kind == kind)
            return true;
    return false;
}

static int connect(struct forkscope *f)
{
    if (f->attached)
        machine_detach(f->machine, &f->hooks);
    f->hooks = (struct cpu_hooks){.ctx = f};
    if (wanted(f, FORKSCOPE_HOOK_EXEC))
        f->hooks.exec = on_exec;
    if (wanted(f, FORKSCOPE_HOOK_MEMORY))
        f->hooks.mem = on_mem;
    if (wanted(f, FORKSCOPE_HOOK_INTERRUPT))
        f->hooks.interrupt = on_interrupt;
    if (wanted(f, FORKSCOPE_HOOK_IRET))
        f->hooks.iret = on_iret;
    f->attached = machine_attach_as(f->machine, &f->hooks, OBSERVER_AGAIN) == 0;
    return f->attached ? 0 : -ENOMEM;
}

/* What the CPU must know of the place. */
static int arm(struct forkscope *f, struct handle_hook *hook)
{
    struct cpu *cpu = machine_cpu(f->machine);

    if (hook->kind == FORKSCOPE_HOOK_EXEC)
        return cpu_hook_exec_add(cpu, hook->first);
    if (hook->kind != FORKSCOPE_HOOK_MEMORY)
        return 0;
    hook->watch = cpu_watch_add(cpu, hook->first, hook->last, CPU_WATCH_READ | CPU_WATCH_WRITE);
    return hook->watch < 0 ? hook->watch : 0;
}

static void disarm(struct forkscope *f, const struct handle_hook *hook)
{
    struct cpu *cpu = machine_cpu(f->machine);

    if (hook->kind == FORKSCOPE_HOOK_EXEC)
        cpu_hook_exec_remove(cpu, hook->first);
    else if (hook->kind == FORKSCOPE_HOOK_MEMORY)
        cpu_watch_remove(cpu, hook->watch);
}

static struct handle_hook *hook_with_id(struct forkscope *f, int id)
{
    for (unsigned i = 0; i < HANDLE_HOOKS; i++)
        if (f->hook[i].id == id)
            return &f->hook[i];
    return NULL;
}

/* An IRET is at no place, and exec hooks are at one. */
static struct handle_hook made(enum forkscope_hook_kind kind, uint32_t first, uint32_t last,
                               forkscope_hook_fn *fn, void *ctx)
{
    struct handle_hook hook = {.kind = kind, .first = first, .last = last, .fn = fn, .ctx = ctx};

    if (kind == FORKSCOPE_HOOK_EXEC)
        hook.last = first;
    if (kind == FORKSCOPE_HOOK_IRET)
        hook.first = hook.last = 0;
    return hook;
}

static int refuse(struct forkscope *f, int error, const char *sentence)
{
    return log_why(f->why, sizeof(f->why), error, "%s", sentence);
}

int forkscope_hook(struct forkscope *f, enum forkscope_hook_kind kind, uint32_t first,
                   uint32_t last, forkscope_hook_fn *fn, void *ctx)
{
    struct handle_hook *free_one = hook_with_id(f, 0), hook = made(kind, first, last, fn, ctx);
    int error;

    if (!f->machine || !fn || kind < FORKSCOPE_HOOK_EXEC || kind > FORKSCOPE_HOOK_IRET ||
        hook.first > hook.last)
        return refuse(f, -EINVAL, "a hook needs a machine, a function, a kind and a place");
    if (!free_one)
        return refuse(f, -ENOSPC, "there are too many hooks");
    error = arm(f, &hook);
    if (error)
        return refuse(f, error, "out of memory");
    hook.id = ++f->last_id;
    *free_one = hook;
    error = connect(f);
    if (!error)
        return hook.id;
    forkscope_unhook(f, hook.id);
    return refuse(f, error, "too many observe this machine");
}

int forkscope_unhook(struct forkscope *f, int id)
{
    struct handle_hook *hook = id > 0 ? hook_with_id(f, id) : NULL;

    if (!hook)
        return refuse(f, -ENOENT, "there is no such hook");
    disarm(f, hook);
    *hook = (struct handle_hook){0};
    connect(f);
    return 0;
}

void handle_release_hooks(struct forkscope *f)
{
    if (f->attached)
        machine_detach(f->machine, &f->hooks);
    if (f->explains)
        explain_detach(&f->explain);
}
