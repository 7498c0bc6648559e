#include "emu/time/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/time/ramimage.h"
#include "emu/time/snapshot.h"

/*
 * How far snapshots lie apart, in steps. A page that was written costs about a microsecond to save,
 * a snapshot itself some tens; a guest runs some hundred steps in a microsecond. So many steps for
 * each page keep the cost at a few percent, and the way back short.
 */
enum {
    INTERVAL_MIN = 1000000,
    INTERVAL_LOOK = 250000, /* how often it is looked whether one is due */
    INTERVAL_MAX = 64000000,
    STEPS_PER_PAGE = 12000,
    NEAR = 250000, /* who goes back will take further single steps: a snapshot close before */
};

struct history {
    struct machine *m;
    struct history_config config;
    struct ramstore store;
    struct inputlog log;

    struct snapshot *snapshot; /* by icount */
    unsigned count, room;
    struct moment end;

    /* history_find_back() */
    uint64_t before, mark;
    bool marked;
};

static uint64_t now(const struct history *h)
{
    return machine_icount(h->m);
}

bool history_in_past(const struct history *h)
{
    return moment_before(moment_now(h->m), h->end);
}

bool history_remembers(const struct history *h)
{
    return !h->config.forgetful;
}

/* Time may have been skipped at the end since it was run last. */
static void note_end(struct history *h)
{
    if (!history_in_past(h))
        h->end = moment_now(h->m);
}

static void follow_audience(struct history *h)
{
    machine_set_audience(h->m, history_in_past(h) ? AUDIENCE_AGAIN : AUDIENCE_ALL);
}

/* ---- Snapshots --------------------------------------------------------------------------- */

/* How many snapshots are not younger than step n. */
static unsigned older(const struct history *h, uint64_t n)
{
    unsigned low = 0, high = h->count;

    while (low < high) {
        unsigned mid = low + (high - low) / 2;

        if (h->snapshot[mid].icount <= n)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void drop_snapshot(struct history *h, unsigned i)
{
    snapshot_drop(&h->snapshot[i], &h->store);
    h->count--;
    memmove(&h->snapshot[i], &h->snapshot[i + 1], (h->count - i) * sizeof(h->snapshot[0]));
}

static size_t bytes_used(const struct history *h)
{
    size_t bytes = ramstore_bytes(&h->store);

    for (unsigned i = 0; i < h->count; i++)
        bytes += h->snapshot[i].state_size;
    return bytes;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

/* How little snapshot i is missed: the gap it would leave, seen from the end or from here. */
static double missed_little(const struct history *h, unsigned i)
{
    uint64_t at = h->snapshot[i].icount;
    uint64_t gap = h->snapshot[i + 1].icount - h->snapshot[i - 1].icount;
    uint64_t far = distance(h->end.icount, at), here = distance(now(h), at);

    return (double)((far < here ? far : here) + NEAR) / (double)(gap + 1);
}

/* Drops what is missed least until the budget is kept. */
static void thin_out(struct history *h)
{
    while (h->count > 2 && bytes_used(h) > h->config.budget) {
        unsigned best = 1;

        for (unsigned i = 2; i + 1 < h->count; i++)
            if (missed_little(h, i) > missed_little(h, best))
                best = i;
        drop_snapshot(h, best);
    }
}

static int make_room(struct history *h)
{
    unsigned room = h->room ? h->room * 2 : 64;
    struct snapshot *snapshot;

    if (h->count < h->room)
        return 0;
    snapshot = realloc(h->snapshot, room * sizeof(*snapshot));
    if (!snapshot)
        return -ENOMEM;
    h->snapshot = snapshot;
    h->room = room;
    return 0;
}

/* Here and now, where a step was just reached. Without memory there are fewer. */
static int take_snapshot(struct history *h)
{
    unsigned at = older(h, now(h));
    struct snapshot snapshot;

    if (at > 0 && h->snapshot[at - 1].icount == now(h))
        return 0;
    if (make_room(h) || snapshot_save(&snapshot, h->m, &h->store))
        return -ENOMEM;
    memmove(&h->snapshot[at + 1], &h->snapshot[at], (h->count - at) * sizeof(h->snapshot[0]));
    h->snapshot[at] = snapshot;
    h->count++;
    thin_out(h);
    return 0;
}

static void load_snapshot(struct history *h, unsigned i)
{
    snapshot_load(&h->snapshot[i], h->m, &h->store);
    inputlog_rewind(&h->log, moment_now(h->m));
}

/* ---- Life -------------------------------------------------------------------------------- */

struct history *history_create(struct machine *m, const struct history_config *config)
{
    struct history *h = calloc(1, sizeof(*h));

    if (!h)
        return NULL;
    h->m = m;
    h->config = *config;
    if (!h->config.budget)
        h->config.budget = HISTORY_BUDGET;
    h->end = moment_now(m);
    if (!config->forgetful && (ramstore_init(&h->store, m) || take_snapshot(h))) {
        history_destroy(h);
        return NULL;
    }
    return h;
}

void history_destroy(struct history *h)
{
    if (!h)
        return;
    for (unsigned i = 0; i < h->count; i++)
        snapshot_drop(&h->snapshot[i], &h->store);
    free(h->snapshot);
    machine_set_audience(h->m, AUDIENCE_ALL);
    ramstore_destroy(&h->store);
    inputlog_release(&h->log);
    free(h);
}

/* ---- Running ----------------------------------------------------------------------------- */

/* As inputlog_run(), and carries out resets. */
static enum machine_end run(struct history *h, uint64_t until)
{
    enum machine_end end = inputlog_run(&h->log, h->m, until);

    if (end != MACHINE_RESET || !h->config.reboot || h->config.reboot(h->config.ctx))
        return end;
    return MACHINE_RUNNING;
}

/* The past again, up to `until` or its end. */
static enum machine_end run_past(struct history *h, uint64_t until)
{
    bool interactive = machine_interactive(h->m), last = until >= h->end.icount;
    enum machine_end end = MACHINE_RUNNING;

    machine_set_interactive(h->m, false);
    if (last)
        until = h->end.icount;
    while (now(h) < until && end == MACHINE_RUNNING)
        end = run(h, until);
    if (last && end == MACHINE_RUNNING && now(h) == until)
        inputlog_finish(&h->log, h->m, h->end);
    machine_set_interactive(h->m, interactive);
    return end;
}

static bool is_due(const struct history *h)
{
    uint64_t steps;

    if (h->config.forgetful)
        return false;
    steps = now(h) - h->snapshot[h->count - 1].icount;
    return steps >= INTERVAL_MAX ||
           (steps >= INTERVAL_MIN && steps >= (uint64_t)ramstore_dirty(&h->store) * STEPS_PER_PAGE);
}

static enum machine_end run_live(struct history *h, uint64_t until)
{
    enum machine_end end = MACHINE_RUNNING;
    bool arrived = true;

    while (now(h) < until && end == MACHINE_RUNNING && arrived) {
        uint64_t look = now(h) + INTERVAL_LOOK;

        look = look < until ? look : until;
        end = run(h, look);
        arrived = now(h) >= look;
        h->end = moment_now(h->m);
        if (arrived && machine_turn(h->m) == 0 && is_due(h))
            take_snapshot(h);
    }
    return end;
}

enum machine_end history_run(struct history *h, uint64_t until)
{
    enum machine_end end = MACHINE_RUNNING;

    if (history_in_past(h)) {
        machine_set_audience(h->m, AUDIENCE_AGAIN);
        end = run_past(h, until);
        follow_audience(h);
    }
    if (end == MACHINE_RUNNING && now(h) < until && !history_in_past(h))
        end = run_live(h, until);
    return end;
}

/* ---- Input ------------------------------------------------------------------------------- */

/* Here the future begins. */
static void forget_future(struct history *h)
{
    inputlog_truncate(&h->log);
    if (!history_in_past(h))
        return;
    while (h->count > 1 && h->snapshot[h->count - 1].icount > now(h))
        drop_snapshot(h, h->count - 1);
    h->end = moment_now(h->m);
    follow_audience(h);
}

/* The log's newest entry is what the machine has just got. */
static int add_input(struct history *h, struct moment when, enum input_kind kind, const void *bytes,
                     size_t n)
{
    if (inputlog_add(&h->log, when, kind, bytes, (uint32_t)n))
        return -ENOMEM;
    h->log.next = h->log.count;
    return 0;
}

size_t history_serial_input(struct history *h, const uint8_t *bytes, size_t n)
{
    struct moment when = moment_now(h->m);

    forget_future(h);
    n = machine_serial_input(h->m, bytes, n);
    if (n)
        add_input(h, when, INPUT_SERIAL, bytes, n);
    return n;
}

bool history_press_key(struct history *h, const uint8_t *code, size_t n)
{
    struct moment when = moment_now(h->m);

    forget_future(h);
    if (!machine_press_key(h->m, code, n))
        return false;
    add_input(h, when, INPUT_KEY, code, n);
    return true;
}

int history_write_memory(struct history *h, uint32_t paddr, const void *bytes, uint32_t n)
{
    uint8_t *entry = malloc(sizeof(paddr) + n);
    struct moment when = moment_now(h->m);
    int error;

    if (!entry)
        return -ENOMEM;
    memcpy(entry, &paddr, sizeof(paddr));
    memcpy(entry + sizeof(paddr), bytes, n);
    forget_future(h);
    if (!machine_poke(h->m, paddr, bytes, n))
        error = -EFAULT;
    else
        error = add_input(h, when, INPUT_MEMORY, entry, sizeof(paddr) + n);
    free(entry);
    return error;
}

int history_set_registers(struct history *h, const struct cpu_state *state)
{
    int error;

    forget_future(h);
    error = inputlog_add_registers(&h->log, moment_now(h->m), state);
    if (!error)
        inputlog_feed(&h->log, h->m);
    return error;
}

void history_replay(struct history *h, struct inputlog *log)
{
    inputlog_release(&h->log);
    h->log = *log;
    *log = (struct inputlog){0};
    inputlog_rewind(&h->log, moment_now(h->m));
}

/* ---- Going to a step --------------------------------------------------------------------- */

/* Runs again, unheard, up to step n inside the past. */
static void rerun(struct history *h, uint64_t n)
{
    machine_set_audience(h->m, AUDIENCE_PARTS);
    machine_set_interactive(h->m, false);
    while (now(h) < n) {
        enum machine_end end = run(h, n);

        if (end != MACHINE_RUNNING && end != MACHINE_STOPPED)
            break;
    }
}

/* To the moment at which step n was reached. */
static void goto_past(struct history *h, uint64_t n)
{
    unsigned i = older(h, n) - 1;

    if (now(h) >= n || h->snapshot[i].icount > now(h))
        load_snapshot(h, i);
    if (n - now(h) > 2 * NEAR) {
        rerun(h, n - NEAR);
        take_snapshot(h);
    }
    rerun(h, n);
}

int history_goto_end(struct history *h)
{
    bool interactive = machine_interactive(h->m);

    note_end(h);
    if (history_in_past(h)) {
        if (now(h) < h->end.icount)
            goto_past(h, h->end.icount);
        inputlog_finish(&h->log, h->m, h->end);
    }
    machine_set_interactive(h->m, interactive);
    follow_audience(h);
    return 0;
}

static int goto_live(struct history *h, uint64_t icount)
{
    enum machine_end end = MACHINE_RUNNING;

    history_goto_end(h);
    while (now(h) < icount && (end == MACHINE_RUNNING || end == MACHINE_STOPPED))
        end = run_live(h, icount);
    return now(h) == icount ? 0 : -ENODATA;
}

int history_goto(struct history *h, uint64_t icount)
{
    bool interactive = machine_interactive(h->m);

    note_end(h);
    if (icount > h->end.icount)
        return goto_live(h, icount);
    if (h->config.forgetful || icount < h->snapshot[0].icount)
        return -ERANGE;
    if (h->store.out_of_memory)
        return -ENOMEM;
    goto_past(h, icount);
    machine_set_interactive(h->m, interactive);
    follow_audience(h);
    return 0;
}

/* ---- Looking back ------------------------------------------------------------------------ */

void history_mark(struct history *h)
{
    if (now(h) >= h->before)
        return;
    h->marked = true;
    h->mark = now(h);
}

/* Runs from snapshot i to the next, or to `before`. True: something was marked. */
static bool scan_piece(struct history *h, unsigned i)
{
    uint64_t to = h->before;

    if (i + 1 < h->count && h->snapshot[i + 1].icount < to)
        to = h->snapshot[i + 1].icount;
    load_snapshot(h, i);
    rerun(h, to);
    return h->marked;
}

/* `given`: how much of the log the machine had got. */
static void return_to(struct history *h, struct moment moment, size_t given)
{
    goto_past(h, moment.icount);
    if (moment.turn || given > h->log.next)
        inputlog_finish(&h->log, h->m, moment);
}

int history_find_back(struct history *h, const struct cpu_hooks *hooks, uint64_t before,
                      uint64_t *found)
{
    struct moment here = moment_now(h->m);
    size_t given = h->log.next;
    bool interactive = machine_interactive(h->m);

    if (h->config.forgetful)
        return -ENOENT;
    if (h->store.out_of_memory || machine_attach_as(h->m, hooks, OBSERVER_PART))
        return -ENOMEM;
    note_end(h);
    h->before = before < h->end.icount ? before : h->end.icount;
    h->marked = false;
    for (unsigned i = h->before ? older(h, h->before - 1) : 0; i-- > 0 && !scan_piece(h, i);)
        ;
    machine_detach(h->m, hooks);
    if (h->marked)
        goto_past(h, *found = h->mark);
    else
        return_to(h, here, given);
    machine_set_interactive(h->m, interactive);
    follow_audience(h);
    return h->marked ? 0 : -ENOENT;
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

/* ---- Looking ----------------------------------------------------------------------------- */

void history_span(const struct history *h, uint64_t *first, uint64_t *last)
{
    *first = h->config.forgetful ? now(h) : h->snapshot[0].icount;
    *last = h->end.icount;
}

struct history_stats history_stats(const struct history *h)
{
    return (struct history_stats){h->count, bytes_used(h)};
}

const struct inputlog *history_log(const struct history *h)
{
    return &h->log;
}
