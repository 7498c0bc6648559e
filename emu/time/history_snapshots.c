/* The snapshots of a history: when one is taken, and which are missed least. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/meter.h"
#include "emu/time/history_state.h"

/*
 * How far snapshots lie apart, in steps. A page that was written costs about two microseconds, one
 * for its first write, which finds it guarded, and one to save it; a snapshot itself costs thirty.
 * A guest runs 300 steps in a microsecond, and 1800 where it copies and fills in bulk. So many
 * steps for each page keep the cost at some percent; the last line keeps the way back short.
 */
enum {
    INTERVAL_MIN = 2000000,
    INTERVAL_MAX = 32000000,
    STEPS_PER_PAGE = 64000,
};

/* How many snapshots are not younger than step n. */
unsigned history_older(const struct history *h, uint64_t n)
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

void history_drop_snapshot(struct history *h, unsigned i)
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
    uint64_t far = distance(h->end.icount, at), here = distance(history_now(h), at);

    return (double)((far < here ? far : here) + HISTORY_NEAR) / (double)(gap + 1);
}

/* Drops what is missed least until the budget is kept. */
static void thin_out(struct history *h)
{
    while (h->count > 2 && bytes_used(h) > h->config.budget) {
        unsigned best = 1;

        for (unsigned i = 2; i + 1 < h->count; i++)
            if (missed_little(h, i) > missed_little(h, best))
                best = i;
        history_drop_snapshot(h, best);
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

static int add_snapshot(struct history *h)
{
    unsigned at = history_older(h, history_now(h));
    struct snapshot snapshot;

    if (at > 0 && h->snapshot[at - 1].icount == history_now(h))
        return 0;
    if (make_room(h) || snapshot_save(&snapshot, h->m, &h->store))
        return -ENOMEM;
    memmove(&h->snapshot[at + 1], &h->snapshot[at], (h->count - at) * sizeof(h->snapshot[0]));
    h->snapshot[at] = snapshot;
    h->count++;
    thin_out(h);
    return 0;
}

/* Here and now, where a step was just reached. Without memory there are fewer. */
int history_take_snapshot(struct history *h)
{
    struct meter *meter = cpu_meter(machine_cpu(h->m));
    enum meter_part outer = meter_go(meter, METER_HISTORY);
    int error = add_snapshot(h);

    meter_go(meter, outer);
    return error;
}

void history_load_snapshot(struct history *h, unsigned i)
{
    snapshot_load(&h->snapshot[i], h->m, &h->store);
    inputlog_rewind(&h->log, moment_now(h->m));
}

bool history_snapshot_due(const struct history *h)
{
    uint64_t steps;

    if (h->config.forgetful)
        return false;
    steps = history_now(h) - h->snapshot[h->count - 1].icount;
    return steps >= INTERVAL_MAX ||
           (steps >= INTERVAL_MIN && steps >= (uint64_t)ramstore_dirty(&h->store) * STEPS_PER_PAGE);
}

struct history_stats history_stats(const struct history *h)
{
    return (struct history_stats){h->count, bytes_used(h)};
}
