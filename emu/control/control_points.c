/*
 * What stops the machine: breakpoints, watchpoints and events, and the hooks they need. Only what
 * an order needs is hooked, so that a machine nobody stops runs at full speed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/control/control_state.h"
#include "emu/support/log.h"

/* ---- What the hooks notice --------------------------------------------------------------- */

/* Going back, the last that is seen before the place one came from counts. True: stop here. */
static bool note(struct control *c, uint64_t at, const struct control_stop *stop)
{
    if (c->scanning ? at < c->began : !c->hit.any) {
        c->hit = (struct hit){.any = true, .at = at, .stop = *stop};
        if (c->scanning)
            history_mark(c->scope->history);
    }
    return !c->scanning;
}

static bool passes(const struct control *c, const struct control_stop *stop)
{
    return !c->filter || c->filter(c->filter_ctx, stop);
}

static void stop_before(struct control *c, const struct control_stop *stop)
{
    if (!passes(c, stop))
        return;
    if (note(c, control_icount(c), stop))
        machine_stop_before(c->scope->machine);
}

/* Behind the step under way; a watchpoint, going back, before it. */
static void stop_behind(struct control *c, const struct control_stop *stop)
{
    bool before = c->scanning && stop->reason == CONTROL_WATCHPOINT;

    if (!passes(c, stop))
        return;
    if (note(c, control_icount(c) + !before, stop))
        machine_request_stop(c->scope->machine);
}

static bool is_of(const struct control *c, int32_t pid)
{
    struct task_info task;

    return pid < 0 || (tasks_current(&c->tasks, &task) && task.tgid == pid);
}

/* ---- Instructions ------------------------------------------------------------------------ */

bool control_at_resume(const struct control *c)
{
    const struct resume *r = &c->stepper.resume;
    const struct cpu_state *cpu = cpu_state(control_cpu(c));
    struct inspect_task task;
    enum { RELEASED = 0x10000 }; /* RET n releases arguments */

    if (!r->active || cpu->seg[SEG_CS].base + cpu->eip != r->linear || cpu->cpl != r->cpl ||
        cpu->gpr[GPR_ESP] - r->esp >= RELEASED)
        return false;
    return !r->task || (inspect_current(&c->scope->inspect, &task) && task.task == r->task);
}

static const struct point *breakpoint_here(const struct control *c, uint32_t linear)
{
    for (unsigned i = 0; i < c->point_count; i++) {
        const struct control_point *p = &c->points[i].pub;

        if (p->kind == CONTROL_EXECUTE && p->linear == linear && is_of(c, p->pid))
            return &c->points[i];
    }
    return NULL;
}

/* Leaves *value alone where the argument cannot be read. */
static bool argument(const struct control *c, const struct guestinfo_param *param, uint32_t *value)
{
    const struct cpu_state *cpu = cpu_state(control_cpu(c));

    if (param->place == GUEST_REGISTER) {
        *value = cpu->gpr[param->at % GPR_COUNT];
        return true;
    }
    return param->place == GUEST_STACK &&
           inspect_u32(&c->scope->inspect, cpu->gpr[GPR_ESP] + param->at, value);
}

void control_event_arguments(const struct control *c, enum control_event event, uint32_t arg[2])
{
    const struct tracepoint *t = &c->tracepoints[event];
    struct inspect_task parent;

    arg[0] = arg[1] = 0;
    argument(c, &t->param[0], &arg[0]);
    argument(c, &t->param[1], &arg[1]);
    if (t->only_child) {
        arg[1] = arg[0];
        arg[0] = inspect_current(&c->scope->inspect, &parent) ? parent.task : 0;
    }
}

static void tracepoint_hit(struct control *c, enum control_event event)
{
    struct control_stop stop = {.reason = CONTROL_EVENT, .event = event};

    control_event_arguments(c, event, stop.arg);
    stop_before(c, &stop);
}

static void on_exec(void *ctx, uint32_t linear)
{
    struct control *c = ctx;
    const struct point *point;

    if (c->deaf || control_icount(c) == c->began)
        return;
    if (control_at_resume(c)) {
        c->stepper.resume.active = false;
        machine_stop_before(c->scope->machine);
    }
    point = breakpoint_here(c, linear);
    if (point)
        stop_before(c,
                    &(struct control_stop){.reason = CONTROL_BREAKPOINT, .point = point->pub.id});
    for (unsigned e = 0; e < CONTROL_EVENTS; e++)
        if (c->tracepoints[e].armed && c->tracepoints[e].addr == linear)
            tracepoint_hit(c, e);
}

/* ---- Memory ------------------------------------------------------------------------------ */

static bool watches(const struct control_point *p, unsigned kind, uint32_t linear, unsigned size)
{
    bool wanted = p->kind == CONTROL_ACCESS ||
                  (p->kind == CONTROL_WRITE && kind == CPU_WATCH_WRITE) ||
                  (p->kind == CONTROL_READ && kind == CPU_WATCH_READ);

    return wanted && (linear - p->linear < p->size || p->linear - linear < size);
}

static void on_mem(void *ctx, unsigned kind, uint32_t linear, unsigned size, uint32_t old,
                   uint32_t value)
{
    struct control *c = ctx;
    struct control_stop stop = {.reason = CONTROL_WATCHPOINT,
                                .access = {kind == CPU_WATCH_WRITE, linear, old, value, size}};

    for (unsigned i = 0; i < c->point_count && !c->deaf; i++) {
        const struct control_point *p = &c->points[i].pub;

        stop.point = p->id;
        if (watches(p, kind, linear, size) && is_of(c, p->pid))
            stop_behind(c, &stop);
    }
}

/* ---- Events ------------------------------------------------------------------------------ */

static unsigned events_wanted(const struct control *c)
{
    return c->caught | (c->order.action == CONTROL_UNTIL ? c->order.events : 0);
}

static void on_interrupt(void *ctx, const struct cpu_int_event *event)
{
    struct control *c = ctx;
    bool irq = event->kind == CPU_INT_IRQ || event->kind == CPU_INT_NMI;
    struct control_stop stop = {
        .reason = CONTROL_EVENT, .event = irq ? CONTROL_IRQ : CONTROL_INT, .vector = event->vector};

    c->stepper.delivery = (struct delivery){.any = true, .kind = event->kind};
    if (!c->deaf && (events_wanted(c) & 1u << stop.event))
        stop_behind(c, &stop);
}

static void on_iret(void *ctx, const struct cpu_iret_event *event)
{
    struct control *c = ctx;

    (void)event;
    if (!c->deaf)
        stop_behind(c, &(struct control_stop){.reason = CONTROL_EVENT, .event = CONTROL_IRET});
}

/* By the names of Linux; of two for one event the first that a kernel has counts. A fork is told of
 * where the new task is complete and has not run. */
/* clang-format off */
static const struct {
    enum control_event event;
    const char *symbol;
    bool only_child;
} tracepoint_names[] = {
    {CONTROL_FORK,   "wake_up_new_task",         true},
    {CONTROL_FORK,   "trace_sched_process_fork", false},
    {CONTROL_EXEC,   "trace_sched_process_exec", false},
    {CONTROL_EXIT,   "trace_sched_process_exit", false},
    {CONTROL_SWITCH, "trace_sched_switch",       false},
    {CONTROL_SWITCH, "__switch_to",              false},
};
/* clang-format on */

enum { TRACEPOINT_NAMES = sizeof(tracepoint_names) / sizeof(tracepoint_names[0]) };

static void place_arguments(struct control *c, struct tracepoint *t, const char *symbol)
{
    struct guestinfo_function f;

    for (unsigned i = 0; i < 2; i++)
        t->param[i] = (struct guestinfo_param){.place = GUEST_STACK, .at = 4 + 4 * i};
    if (!c->scope->guestinfo || !guestinfo_function(c->scope->guestinfo, symbol, &f))
        return;
    for (unsigned i = 0; i < 2 && i < f.param_count; i++)
        t->param[i] = f.param[i];
}

void control_events_init(struct control *c)
{
    for (unsigned i = 0; i < TRACEPOINT_NAMES; i++) {
        struct tracepoint *t = &c->tracepoints[tracepoint_names[i].event];
        const struct symbol *symbol =
            symbols_by_name(c->scope->symbols, tracepoint_names[i].symbol);

        if (t->addr || !symbol)
            continue;
        t->addr = symbol->addr;
        t->only_child = tracepoint_names[i].only_child;
        place_arguments(c, t, tracepoint_names[i].symbol);
    }
}

static bool has_tracepoint(enum control_event event)
{
    return event != CONTROL_INT && event != CONTROL_IRQ && event != CONTROL_IRET;
}

int control_events_check(const struct control *c, unsigned events, char *why, size_t why_size)
{
    for (unsigned e = 0; e < CONTROL_EVENTS; e++)
        if ((events & 1u << e) && has_tracepoint(e) && !c->tracepoints[e].addr)
            return log_why(why, why_size, -ENOENT, "this kernel has no symbol that tells of '%s'",
                           control_event_names[e]);
    return 0;
}

int control_catch(struct control *c, unsigned events, char *why, size_t why_size)
{
    int error = control_events_check(c, events, why, why_size);

    if (!error)
        c->caught = events;
    return error;
}

void control_set_filter(struct control *c, control_filter *filter, void *ctx)
{
    c->filter = filter;
    c->filter_ctx = ctx;
}

/* ---- Arming ------------------------------------------------------------------------------ */

static int arm_tracepoints(struct control *c, unsigned events)
{
    for (unsigned e = 0; e < CONTROL_EVENTS; e++) {
        struct tracepoint *t = &c->tracepoints[e];
        bool wanted = t->addr && (events & 1u << e);

        if (wanted && !t->armed && cpu_hook_exec_add(control_cpu(c), t->addr))
            return -ENOMEM;
        if (!wanted && t->armed)
            cpu_hook_exec_remove(control_cpu(c), t->addr);
        t->armed = wanted;
    }
    return 0;
}

static struct cpu_hooks hooks_wanted(struct control *c, unsigned events)
{
    struct cpu_hooks hooks = {.ctx = c};
    enum control_action action = c->order.action;
    bool steps = action == CONTROL_INSN || action == CONTROL_OVER || action == CONTROL_OUT;

    hooks.exec = on_exec;
    for (unsigned i = 0; i < c->point_count; i++)
        if (c->points[i].pub.kind != CONTROL_EXECUTE)
            hooks.mem = on_mem;
    if (steps || (events & (CONTROL_BIT(INT) | CONTROL_BIT(IRQ))))
        hooks.interrupt = on_interrupt;
    if (events & CONTROL_BIT(IRET))
        hooks.iret = on_iret;
    return hooks;
}

int control_arm(struct control *c)
{
    unsigned events = events_wanted(c);
    struct cpu_hooks hooks = hooks_wanted(c, events);
    int error = arm_tracepoints(c, events);

    if (error || (c->attached && memcmp(&hooks, &c->hooks, sizeof(hooks)) == 0))
        return error;
    if (c->attached)
        machine_detach(c->scope->machine, &c->hooks);
    c->hooks = hooks;
    error = machine_attach_as(c->scope->machine, &c->hooks, OBSERVER_AGAIN);
    c->attached = error == 0;
    return error;
}

/* ---- The list ---------------------------------------------------------------------------- */

static int arm_point(struct control *c, struct point *p)
{
    static const unsigned kinds[] = {[CONTROL_WRITE] = CPU_WATCH_WRITE,
                                     [CONTROL_READ] = CPU_WATCH_READ,
                                     [CONTROL_ACCESS] = CPU_WATCH_READ | CPU_WATCH_WRITE};
    uint32_t last = p->pub.linear + p->pub.size - 1;

    if (p->pub.kind == CONTROL_EXECUTE)
        return cpu_hook_exec_add(control_cpu(c), p->pub.linear);
    p->watch = cpu_watch_add(control_cpu(c), p->pub.linear,
                             last < p->pub.linear ? UINT32_MAX : last, kinds[p->pub.kind]);
    return p->watch < 0 ? p->watch : 0;
}

static void disarm_point(struct control *c, const struct point *p)
{
    if (p->pub.kind == CONTROL_EXECUTE)
        cpu_hook_exec_remove(control_cpu(c), p->pub.linear);
    else
        cpu_watch_remove(control_cpu(c), p->watch);
}

static int make_room(struct control *c)
{
    unsigned room = c->point_room ? 2 * c->point_room : 16;
    struct point *points;

    if (c->point_count < c->point_room)
        return 0;
    points = reallocarray(c->points, room, sizeof(*points));
    if (!points)
        return -ENOMEM;
    c->points = points;
    c->point_room = room;
    return 0;
}

int control_add(struct control *c, const struct control_point *point)
{
    struct point p = {.pub = *point};
    int error = make_room(c);

    if (!p.pub.size)
        p.pub.size = 1;
    if (!error)
        error = arm_point(c, &p);
    if (error)
        return error;
    p.pub.id = ++c->last_id;
    p.pub.hits = 0;
    c->points[c->point_count++] = p;
    return p.pub.id;
}

bool control_remove(struct control *c, int id)
{
    for (unsigned i = 0; i < c->point_count; i++) {
        if (c->points[i].pub.id != id)
            continue;
        disarm_point(c, &c->points[i]);
        c->point_count--;
        memmove(&c->points[i], &c->points[i + 1], (c->point_count - i) * sizeof(c->points[0]));
        return true;
    }
    return false;
}

const struct control_point *control_point_at(const struct control *c, unsigned n)
{
    return n < c->point_count ? &c->points[n].pub : NULL;
}

void control_points_free(struct control *c)
{
    while (c->point_count)
        control_remove(c, c->points[0].pub.id);
    arm_tracepoints(c, 0);
    if (c->attached)
        machine_detach(c->scope->machine, &c->hooks);
    free(c->points);
}
