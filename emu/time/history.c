#include "emu/time/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/bytes.h"
#include "emu/time/history_state.h"

/* How often it is looked whether a snapshot is due, in steps. */
enum { INTERVAL_LOOK = 250000 };

bool history_in_past(const struct history *h)
{
    return moment_before(moment_now(h->m), h->end);
}

bool history_remembers(const struct history *h)
{
    return !h->config.forgetful;
}

/* Time may have been skipped at the end since it was run last. */
void history_note_end(struct history *h)
{
    if (!history_in_past(h))
        h->end = moment_now(h->m);
}

void history_follow_audience(struct history *h)
{
    machine_set_audience(h->m, history_in_past(h) ? AUDIENCE_AGAIN : AUDIENCE_ALL);
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
    if (!config->forgetful && (ramstore_init(&h->store, m) || history_take_snapshot(h))) {
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
enum machine_end history_run_once(struct history *h, uint64_t until)
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
    while (history_now(h) < until && end == MACHINE_RUNNING)
        end = history_run_once(h, until);
    if (last && end == MACHINE_RUNNING && history_now(h) == until)
        inputlog_finish(&h->log, h->m, h->end);
    machine_set_interactive(h->m, interactive);
    return end;
}

enum machine_end history_run_live(struct history *h, uint64_t until)
{
    enum machine_end end = MACHINE_RUNNING;
    bool arrived = true;

    while (history_now(h) < until && end == MACHINE_RUNNING && arrived) {
        uint64_t look = history_now(h) + INTERVAL_LOOK;

        look = look < until ? look : until;
        end = history_run_once(h, look);
        arrived = history_now(h) >= look;
        h->end = moment_now(h->m);
        if (arrived && machine_turn(h->m) == 0 && history_snapshot_due(h))
            history_take_snapshot(h);
    }
    return end;
}

enum machine_end history_run(struct history *h, uint64_t until)
{
    enum machine_end end = MACHINE_RUNNING;

    if (history_in_past(h)) {
        machine_set_audience(h->m, AUDIENCE_AGAIN);
        end = run_past(h, until);
        history_follow_audience(h);
    }
    if (end == MACHINE_RUNNING && history_now(h) < until && !history_in_past(h))
        end = history_run_live(h, until);
    return end;
}

/* ---- Input ------------------------------------------------------------------------------- */

/* Here the future begins. */
static void forget_future(struct history *h)
{
    inputlog_truncate(&h->log);
    if (!history_in_past(h))
        return;
    while (h->count > 1 && h->snapshot[h->count - 1].icount > history_now(h))
        history_drop_snapshot(h, h->count - 1);
    h->end = moment_now(h->m);
    if (h->forgotten)
        h->forgotten(h->forgotten_ctx);
    history_follow_audience(h);
}

void history_set_forgetting(struct history *h, void (*forgotten)(void *ctx), void *ctx)
{
    h->forgotten = forgotten;
    h->forgotten_ctx = ctx;
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

void history_set_carrier(struct history *h, bool up)
{
    struct moment when = moment_now(h->m);
    const uint8_t level = up;

    forget_future(h);
    machine_set_carrier(h->m, up);
    add_input(h, when, INPUT_CARRIER, &level, sizeof(level));
}

int history_write_memory(struct history *h, uint32_t paddr, const void *bytes, uint32_t n)
{
    uint8_t *entry = malloc(sizeof(paddr) + n);
    struct moment when = moment_now(h->m);
    int error;

    if (!entry)
        return -ENOMEM;
    put_le32(entry, paddr);
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

/* ---- Looking ----------------------------------------------------------------------------- */

void history_span(const struct history *h, uint64_t *first, uint64_t *last)
{
    *first = h->config.forgetful ? history_now(h) : h->snapshot[0].icount;
    *last = h->end.icount;
}

const struct inputlog *history_log(const struct history *h)
{
    return &h->log;
}
