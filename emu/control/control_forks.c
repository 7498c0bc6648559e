/* The list of forks: an observer of its own, which costs one hook at one address. */
#include <stdlib.h>
#include <string.h>

#include "emu/control/control_state.h"

static int make_room(struct control *c)
{
    unsigned room = c->fork_room ? 2 * c->fork_room : 16;
    struct control_fork *forks;

    if (c->fork_count < c->fork_room)
        return 0;
    forks = reallocarray(c->forks, room, sizeof(*forks));
    if (!forks)
        return -1;
    c->forks = forks;
    c->fork_room = room;
    return 0;
}

/* Another future may have begun: what was known of the old one from here on is not true any more.
 */
static void forget_from(struct control *c, uint64_t icount)
{
    while (c->fork_count && c->forks[c->fork_count - 1].icount >= icount)
        c->fork_count--;
}

static void on_exec(void *ctx, uint32_t linear)
{
    struct control *c = ctx;
    struct control_fork fork = {.icount = control_icount(c)};
    struct inspect_task parent, child;
    uint32_t arg[2];

    if (linear != c->tracepoints[CONTROL_FORK].addr)
        return;
    control_event_arguments(c, CONTROL_FORK, arg);
    forget_from(c, fork.icount);
    if (!inspect_task_at(&c->scope->inspect, arg[0], &parent) ||
        !inspect_task_at(&c->scope->inspect, arg[1], &child) || make_room(c))
        return;
    fork.parent = parent.pid;
    fork.child = child.pid;
    memcpy(fork.comm, parent.comm, sizeof(fork.comm));
    c->forks[c->fork_count++] = fork;
}

void control_forks_init(struct control *c)
{
    uint32_t addr = c->tracepoints[CONTROL_FORK].addr;

    c->fork_hooks = (struct cpu_hooks){.ctx = c, .exec = on_exec};
    if (addr && cpu_hook_exec_add(control_cpu(c), addr) == 0)
        machine_attach(c->scope->machine, &c->fork_hooks);
}

void control_forks_free(struct control *c)
{
    uint32_t addr = c->tracepoints[CONTROL_FORK].addr;

    machine_detach(c->scope->machine, &c->fork_hooks);
    if (addr)
        cpu_hook_exec_remove(control_cpu(c), addr);
    free(c->forks);
}

const struct control_fork *control_fork_at(const struct control *c, unsigned n)
{
    return n < c->fork_count ? &c->forks[n] : NULL;
}
