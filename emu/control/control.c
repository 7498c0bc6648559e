#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "emu/control/control_state.h"
#include "emu/support/log.h"

/* ---- Life -------------------------------------------------------------------------------- */

static void look_for_signals(struct control *c)
{
    int number = runner_interrupted(false);

    if (number == SIGINT && c->runner.sigint_pauses)
        c->pause_wanted = runner_interrupted(true);
    else if (number)
        c->pause_wanted = true;
}

/* The past is run again, and somebody waits for it. */
static bool goes_on(void *ctx, uint64_t done, uint64_t all)
{
    struct control *c = ctx;

    if (c->watcher)
        c->watcher(c->watcher_ctx, done, all);
    look_for_signals(c);
    c->given_up = c->pause_wanted;
    return !c->given_up;
}

struct control *control_create(struct session *s)
{
    struct control *c = calloc(1, sizeof(*c));

    if (!c)
        return NULL;
    c->s = s;
    c->scope = s->scope;
    runner_start(&c->runner, s);
    c->runner.may_stop = true;
    c->runner.max_wait_ms = 0;
    tasks_init(&c->tasks, &c->scope->inspect);
    control_events_init(c);
    control_forks_init(c);
    history_set_watcher(s->scope->history, goes_on, c);
    return c;
}

void control_destroy(struct control *c)
{
    if (!c)
        return;
    history_set_watcher(c->scope->history, NULL, NULL);
    control_points_free(c);
    control_forks_free(c);
    free(c);
}

struct session *control_session(const struct control *c)
{
    return c->s;
}

const struct inspect *control_inspect(const struct control *c)
{
    return &c->scope->inspect;
}

const struct tasks *control_tasks(const struct control *c)
{
    return &c->tasks;
}

/* ---- Orders ------------------------------------------------------------------------------ */

/* The place at which the order is done whatever comes. */
static uint64_t limit_of(const struct control *c)
{
    uint64_t now = control_icount(c), count = c->order.count ? c->order.count : 1;

    if (c->order.action == CONTROL_GOTO)
        return c->order.count;
    if (c->order.action == CONTROL_STEP)
        return now + count < now ? UINT64_MAX : now + count;
    return UINT64_MAX;
}

static bool is_back(const struct control *c, const struct control_order *o)
{
    return o->back || (o->action == CONTROL_GOTO && o->count < control_icount(c));
}

static int check(const struct control *c, const struct control_order *o, char *why, size_t why_size)
{
    bool back = is_back(c, o);

    if (back && !control_remembers(c))
        return log_why(why, why_size, -ENOTSUP, "no history is kept: there is no way back");
    if (c->ended && !back)
        return log_why(why, why_size, -EPIPE, "the run is over: there is nothing ahead");
    return control_events_check(c, o->events, why, why_size);
}

int control_go(struct control *c, const struct control_order *order, char *why, size_t why_size)
{
    int error = check(c, order, why, why_size);

    if (error)
        return error;
    c->order = *order;
    c->began = control_icount(c);
    c->limit = limit_of(c);
    control_back_begin(c);
    c->hit = (struct hit){0};
    c->deaf = order->action == CONTROL_GOTO;
    control_stepper_begin(c);
    if (control_arm(c))
        return log_why(why, why_size, -ENOMEM, "too many observers of the machine");
    c->running = true;
    return 0;
}

void control_finish(struct control *c, const struct control_stop *stop)
{
    c->running = false;
    c->stop = *stop;
    for (unsigned i = 0; i < c->point_count; i++) {
        struct control_point *p = &c->points[i].pub;

        if (p->id != stop->point)
            continue;
        p->hits++;
        if (p->once)
            control_remove(c, p->id);
        break;
    }
}

void control_done(struct control *c)
{
    control_finish(c, &(struct control_stop){.reason = CONTROL_DONE});
}

/* ---- Running ----------------------------------------------------------------------------- */

void control_run(struct control *c, uint64_t until)
{
    enum run_end end = runner_slice(&c->runner, until);

    if (end != RUN_ENDS) {
        c->ended = true;
        c->end = end;
        control_finish(c, &(struct control_stop){.reason = CONTROL_ENDED, .end = end});
    } else if (c->hit.any) {
        control_finish(c, &c->hit.stop);
    }
}

static bool by_instructions(const struct control *c)
{
    return c->order.action == CONTROL_INSN || c->order.action == CONTROL_OVER ||
           c->order.action == CONTROL_OUT;
}

static void advance(struct control *c, uint64_t until)
{
    if (c->order.back || (c->order.action == CONTROL_GOTO && c->order.count < c->began))
        control_back(c);
    else if (by_instructions(c))
        control_stepper_advance(c, until);
    else
        control_run(c, until < c->limit ? until : c->limit);
    if (c->running && control_icount(c) >= c->limit)
        control_done(c);
}

bool control_work(struct control *c, uint64_t steps)
{
    uint64_t now = control_icount(c), end = now + steps < now ? UINT64_MAX : now + steps, before;

    do {
        before = now;
        if (c->running)
            advance(c, end);
        now = control_icount(c);
        look_for_signals(c);
    } while (c->running && !c->pause_wanted && now != before && now < end);
    if (c->running && c->pause_wanted)
        control_finish(c, &(struct control_stop){.reason = CONTROL_PAUSED});
    return c->running;
}

void control_pause(struct control *c)
{
    c->pause_wanted = true;
}

bool control_running(const struct control *c)
{
    return c->running;
}

bool control_ended(const struct control *c)
{
    return c->ended;
}

enum run_end control_end(const struct control *c)
{
    return c->end;
}

void control_set_interruptible(struct control *c, bool on)
{
    c->runner.sigint_pauses = on;
}

void control_set_watcher(struct control *c, control_watcher *watcher, void *ctx)
{
    c->watcher = watcher;
    c->watcher_ctx = ctx;
}

void control_set_patience(struct control *c, int ms)
{
    c->runner.max_wait_ms = ms;
}

/* ---- Where it stands --------------------------------------------------------------------- */

const struct control_stop *control_stopped(const struct control *c)
{
    return &c->stop;
}

uint64_t control_icount(const struct control *c)
{
    return cpu_state(control_cpu(c))->icount;
}

void control_span(const struct control *c, uint64_t *first, uint64_t *last)
{
    history_span(c->scope->history, first, last);
    if (*last < control_icount(c))
        *last = control_icount(c);
}

bool control_remembers(const struct control *c)
{
    return history_remembers(c->scope->history);
}

const char *const control_event_names[CONTROL_EVENTS] = {
    [CONTROL_INT] = "int",       [CONTROL_IRQ] = "irq",   [CONTROL_IRET] = "iret",
    [CONTROL_FORK] = "fork",     [CONTROL_EXEC] = "exec", [CONTROL_EXIT] = "exit",
    [CONTROL_SWITCH] = "switch",
};

static void describe_access(const struct control_stop *stop, char *buf, size_t size)
{
    const struct control_access *a = &stop->access;

    if (a->write)
        snprintf(buf, size,
                 "watchpoint %d: %u bytes at %08" PRIx32 " written: %0*" PRIx32 " -> %0*" PRIx32,
                 stop->point, a->size, a->linear, (int)a->size * 2, a->old, (int)a->size * 2,
                 a->value);
    else
        snprintf(buf, size, "watchpoint %d: %u bytes at %08" PRIx32 " read: %0*" PRIx32,
                 stop->point, a->size, a->linear, (int)a->size * 2, a->value);
}

static void describe_event(const struct control *c, char *buf, size_t size)
{
    const struct control_stop *stop = &c->stop;
    struct inspect_task task;

    if (stop->event == CONTROL_INT || stop->event == CONTROL_IRQ)
        snprintf(buf, size, "%s: vector 0x%02x", control_event_names[stop->event], stop->vector);
    else if (stop->event == CONTROL_FORK &&
             inspect_task_at(&c->scope->inspect, stop->arg[1], &task))
        snprintf(buf, size, "fork: child %d", task.pid);
    else if (stop->event == CONTROL_SWITCH &&
             inspect_task_at(&c->scope->inspect, stop->arg[1], &task))
        snprintf(buf, size, "switch to %s, pid %d", task.comm, task.pid);
    else
        snprintf(buf, size, "%s", control_event_names[stop->event]);
}

const char *control_describe(const struct control *c, char *buf, size_t size)
{
    static const char *const plain[] = {
        [CONTROL_READY] = "ready",
        [CONTROL_DONE] = "done",
        [CONTROL_PAUSED] = "paused",
        [CONTROL_GIVEN_UP] = "the way back was given up: here it began",
        [CONTROL_BEGINNING] = "nothing older is remembered",
    };

    switch (c->stop.reason) {
    case CONTROL_BREAKPOINT:
        snprintf(buf, size, "breakpoint %d", c->stop.point);
        break;
    case CONTROL_WATCHPOINT:
        describe_access(&c->stop, buf, size);
        break;
    case CONTROL_EVENT:
        describe_event(c, buf, size);
        break;
    case CONTROL_ENDED:
        snprintf(buf, size, "the run is over: %s",
                 report_word(&(struct report){.end = c->stop.end, .panicked = c->s->panicked}));
        break;
    default:
        snprintf(buf, size, "%s", plain[c->stop.reason]);
    }
    return buf;
}

/* ---- Changing the guest ------------------------------------------------------------------ */

bool control_poke_phys(struct control *c, uint32_t paddr, const void *from, size_t size)
{
    return history_write_memory(c->scope->history, paddr, from, (uint32_t)size) == 0;
}

/* Page by page, all of them mapped. */
bool control_poke(struct control *c, uint32_t cr3, uint32_t linear, const void *from, size_t size)
{
    enum { PAGE = 4096 };
    const uint8_t *bytes = from;
    uint32_t paddr;

    for (uint32_t page = linear & ~(PAGE - 1u), i = 0; i <= (size + PAGE) / PAGE; i++, page += PAGE)
        if (page - linear < size && !cpu_peek_translate(control_cpu(c), cr3, page, &paddr))
            return false;
    while (size) {
        size_t n = PAGE - linear % PAGE;

        n = n < size ? n : size;
        if (!cpu_peek_translate(control_cpu(c), cr3, linear, &paddr) ||
            !control_poke_phys(c, paddr, bytes, n))
            return false;
        linear += (uint32_t)n;
        bytes += n;
        size -= n;
    }
    return true;
}

void control_set_cpu(struct control *c, const struct cpu_state *state)
{
    history_set_registers(c->scope->history, state);
}
