/* What the parts of the history share. Private to emu/time/history*.c. */
#ifndef FORKSCOPE_EMU_HISTORY_STATE_H
#define FORKSCOPE_EMU_HISTORY_STATE_H

#include "emu/time/history.h"
#include "emu/time/ramimage.h"
#include "emu/time/snapshot.h"

/* Who goes back will take further single steps: a snapshot close before. */
enum { HISTORY_NEAR = 250000 };

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

    void (*forgotten)(void *ctx);
    void *forgotten_ctx;

    history_goes_on *goes_on;
    void *goes_on_ctx;
    uint64_t done, all; /* of the way under way */
    bool given_up;
};

static inline uint64_t history_now(const struct history *h)
{
    return machine_icount(h->m);
}

/* history.c: as inputlog_run(), and carries out resets. */
enum machine_end history_run_once(struct history *h, uint64_t until);
/* Beyond the end, whose snapshots are taken on the way. */
enum machine_end history_run_live(struct history *h, uint64_t until);
/* Time may have been skipped at the end since it was run last. */
void history_note_end(struct history *h);
/* Who listens where the machine is now. */
void history_follow_audience(struct history *h);

/* history_snapshots.c: by age, under the budget. How many are not younger than step n. */
unsigned history_older(const struct history *h, uint64_t n);
/* Here and now, where a step was just reached. Without memory there are fewer. */
int history_take_snapshot(struct history *h);
void history_load_snapshot(struct history *h, unsigned i);
void history_drop_snapshot(struct history *h, unsigned i);
/* Is another one due at the end? */
bool history_snapshot_due(const struct history *h);

#endif
