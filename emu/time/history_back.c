/* Going back: to a step, and to where something happened last. */
#include <errno.h>

#include "emu/time/history_state.h"

/* How often it is asked whether a long way is to be given up, in steps. */
enum { LOOK_AROUND = 1000000 };

/* ---- Going to a step --------------------------------------------------------------------- */

/* A way of at most `all` steps begins; who asked for it may give it up. */
static void set_out(struct history *h, uint64_t all)
{
    h->done = 0;
    h->all = all;
    h->given_up = false;
}

/* After some steps more: on? */
static bool goes_on(struct history *h, uint64_t steps)
{
    h->done += steps;
    if (h->all && h->goes_on && !h->goes_on(h->goes_on_ctx, h->done, h->all))
        h->given_up = true;
    return !h->given_up;
}

/* Runs again, unheard, up to step n inside the past. */
static void rerun(struct history *h, uint64_t n)
{
    machine_set_audience(h->m, AUDIENCE_PARTS);
    machine_set_interactive(h->m, false);
    while (history_now(h) < n && !h->given_up) {
        uint64_t from = history_now(h), look = from + LOOK_AROUND;
        enum machine_end end = history_run_once(h, look < n ? look : n);

        if ((end != MACHINE_RUNNING && end != MACHINE_STOPPED) ||
            !goes_on(h, history_now(h) - from))
            break;
    }
}

/* To the moment at which step n was reached. */
static void goto_past(struct history *h, uint64_t n)
{
    unsigned i = history_older(h, n) - 1;

    if (history_now(h) >= n || h->snapshot[i].icount > history_now(h))
        history_load_snapshot(h, i);
    if (n - history_now(h) > 2 * HISTORY_NEAR) {
        rerun(h, n - HISTORY_NEAR);
        if (h->given_up)
            return;
        history_take_snapshot(h);
    }
    rerun(h, n);
}

struct history_place history_here(const struct history *h)
{
    return (struct history_place){moment_now(h->m), h->log.next};
}

/* To a moment that lies ahead, by no other way than through all that is in between. */
static void walk_to(struct history *h, const struct history_place *place)
{
    rerun(h, place->moment.icount);
    if (place->moment.turn || place->given > h->log.next)
        inputlog_finish(&h->log, h->m, place->moment);
}

/* This way is gone to its end. */
static void return_to(struct history *h, const struct history_place *place)
{
    set_out(h, 0);
    if (h->config.forgetful)
        return;
    goto_past(h, place->moment.icount);
    walk_to(h, place);
}

void history_return(struct history *h, const struct history_place *place)
{
    bool interactive = machine_interactive(h->m);

    history_note_end(h);
    return_to(h, place);
    machine_set_interactive(h->m, interactive);
    history_follow_audience(h);
}

void history_set_watcher(struct history *h, history_goes_on *ask, void *ctx)
{
    h->goes_on = ask;
    h->goes_on_ctx = ctx;
}

int history_retell(struct history *h, uint64_t from, int (*listen)(void *ctx), void *ctx)
{
    const struct history_place here = history_here(h);
    bool interactive = machine_interactive(h->m);
    int error;

    if (h->config.forgetful || from < h->snapshot[0].icount || from > here.moment.icount)
        return -ERANGE;
    set_out(h, 0);
    goto_past(h, from);
    error = listen(ctx);
    if (error)
        return_to(h, &here);
    else
        walk_to(h, &here);
    machine_set_interactive(h->m, interactive);
    history_follow_audience(h);
    return error;
}

int history_goto_end(struct history *h)
{
    bool interactive = machine_interactive(h->m);

    history_note_end(h);
    set_out(h, 0);
    if (history_in_past(h)) {
        if (history_now(h) < h->end.icount)
            goto_past(h, h->end.icount);
        inputlog_finish(&h->log, h->m, h->end);
    }
    machine_set_interactive(h->m, interactive);
    history_follow_audience(h);
    return 0;
}

static int goto_live(struct history *h, uint64_t icount)
{
    enum machine_end end = MACHINE_RUNNING;

    history_goto_end(h);
    while (history_now(h) < icount && (end == MACHINE_RUNNING || end == MACHINE_STOPPED))
        end = history_run_live(h, icount);
    return history_now(h) == icount ? 0 : -ENODATA;
}

/* Steps that have to be run to get to n. */
static uint64_t distance_to(const struct history *h, uint64_t n)
{
    uint64_t from = h->snapshot[history_older(h, n) - 1].icount;

    if (history_now(h) < n && history_now(h) > from)
        from = history_now(h);
    return n - from;
}

int history_goto(struct history *h, uint64_t icount)
{
    bool interactive = machine_interactive(h->m);
    struct history_place here;

    history_note_end(h);
    if (icount > h->end.icount)
        return goto_live(h, icount);
    if (h->config.forgetful || icount < h->snapshot[0].icount)
        return -ERANGE;
    if (h->store.out_of_memory)
        return -ENOMEM;
    here = history_here(h);
    set_out(h, distance_to(h, icount));
    goto_past(h, icount);
    bool given_up = h->given_up;
    if (given_up)
        return_to(h, &here);
    machine_set_interactive(h->m, interactive);
    history_follow_audience(h);
    return given_up ? -EINTR : 0;
}

int history_draw_near(struct history *h, uint64_t near)
{
    const struct history_place place = history_here(h);
    uint64_t here = history_now(h);
    int error;

    if (h->config.forgetful || here < h->snapshot[0].icount + near ||
        distance_to(h, here) <= 2 * near)
        return 0;
    error = history_goto(h, here - near);
    if (error == 0) {
        error = history_take_snapshot(h);
        history_return(h, &place);
    }
    return error;
}

/* ---- Looking back ------------------------------------------------------------------------ */

void history_mark(struct history *h)
{
    if (history_now(h) >= h->before)
        return;
    h->marked = true;
    h->mark = history_now(h);
}

/* Runs from snapshot i to the next, or to `before`. True: something was marked, or no more is to be
 * looked at. */
static bool scan_piece(struct history *h, unsigned i)
{
    uint64_t to = h->before;

    if (i + 1 < h->count && h->snapshot[i + 1].icount < to)
        to = h->snapshot[i + 1].icount;
    history_load_snapshot(h, i);
    rerun(h, to);
    return h->marked || h->given_up;
}

int history_find_back(struct history *h, const struct cpu_hooks *hooks, uint64_t before,
                      uint64_t *found)
{
    const struct history_place here = history_here(h);
    bool interactive = machine_interactive(h->m), given_up;

    if (h->config.forgetful)
        return -ENOENT;
    if (h->store.out_of_memory || machine_attach_as(h->m, hooks, OBSERVER_PART))
        return -ENOMEM;
    history_note_end(h);
    h->before = before < h->end.icount ? before : h->end.icount;
    h->marked = false;
    set_out(h, h->before - h->snapshot[0].icount);
    for (unsigned i = h->before ? history_older(h, h->before - 1) : 0;
         i-- > 0 && !scan_piece(h, i);)
        ;
    machine_detach(h->m, hooks);
    given_up = h->given_up;
    set_out(h, 0);
    if (h->marked && !given_up)
        goto_past(h, *found = h->mark);
    else
        return_to(h, &here);
    machine_set_interactive(h->m, interactive);
    history_follow_audience(h);
    return given_up ? -EINTR : h->marked ? 0 : -ENOENT;
}

static void marks_write(void *ctx)
{
    history_mark(ctx);
}

int history_find_write(struct history *h, uint32_t paddr, uint32_t size, uint64_t before,
                       uint64_t *found)
{
    static const struct cpu_hooks none;
    int error;

    if (h->config.forgetful || !size || size - 1 > UINT32_MAX - paddr)
        return -ENOENT;
    ramstore_watch(&h->store, paddr, paddr + (size - 1), marks_write, h);
    error = history_find_back(h, &none, before, found);
    ramstore_watch(&h->store, 0, 0, NULL, NULL);
    return error;
}
