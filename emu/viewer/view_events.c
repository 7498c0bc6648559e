#include "emu/viewer/view_events.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/log.h"
#include "emu/viewer/view_events_parts.h"

enum { PIECE = 4096 }; /* events read at a time */

/* ---- Reading --------------------------------------------------------------------------------- */

/* Names of members are known once the recording has told them. */
static void find_offsets(struct view_events *v)
{
    view_pt_regs_offset(&v->facts, "eax", "ax", &v->drive.journal.eax_offset);
    view_pt_regs_offset(&v->facts, "eip", "ip", &v->drive.journal.eip_offset);
    v->drive.journal.pt_regs_size = v->facts.ground.pt_regs_size;
}

static void take_console(struct view_events *v, const struct trace_event *e)
{
    const struct trace_console *c = &e->console;

    if (c->device != TRACE_SERIAL)
        return;
    for (unsigned i = 0; i < c->size; i++)
        view_serial_put(&v->drive.serial, e->icount, (uint8_t)c->text[i]);
    if (c->whole)
        view_serial_put(&v->drive.serial, e->icount, '\n');
}

static void take(struct view_events *v, const struct trace_event *e)
{
    v->facts = trace_reader_names(v->reader)->facts;
    if (e->kind == TRACE_FRAME || (e->kind == TRACE_IRET && v->drive.journal.pt_regs_size == 0))
        find_offsets(v);
    if (e->kind == TRACE_CONSOLE)
        take_console(v, e);
    view_journal_event(&v->drive.journal, e);
    if (e->icount >= v->reached)
        v->reached = e->icount + 1;
}

/* What cannot be read ends the recording, with a word about it. */
static void end(struct view_events *v, int got)
{
    v->ended = true;
    if (got == 0 && trace_reader_end(v->reader) == TRACE_END_CUT)
        snprintf(v->says, sizeof(v->says),
                 "The recording was cut off here: this is what was whole.");
}

/* Until something behind `position` was read, `most` events at most. False: nothing is left. */
static bool read_to(struct view_events *v, uint64_t position, unsigned most)
{
    struct trace_event e;

    while (!v->ended && v->reached <= position && most-- > 0) {
        int got = trace_reader_next(v->reader, &e, v->says, sizeof(v->says));

        if (got > 0)
            take(v, &e);
        else
            end(v, got);
    }
    return !v->ended;
}

static bool load(struct view_drive *d)
{
    if (d->journal.count + PIECE > VIEW_EVENTS_MAX)
        return false;
    return read_to(view_events_of(d), UINT64_MAX, PIECE);
}

/* ---- Where ----------------------------------------------------------------------------------- */

static uint64_t first(const struct view_drive *d)
{
    return d->journal.count > 0 ? view_journal_at(&d->journal, 0)->icount : 0;
}

static uint64_t frontier(const struct view_drive *d)
{
    return view_events_of(d)->reached;
}

static bool go(struct view_drive *d, uint64_t position)
{
    struct view_events *v = view_events_of(d);
    uint64_t to = position;

    while (v->reached < position && read_to(v, position, PIECE))
        ;
    if (to > v->reached)
        to = v->reached;
    if (to < first(d))
        to = first(d);
    if (to != v->position) {
        view_recall_goto(&v->recall, &d->journal, to);
        v->says[0] = '\0';
    }
    v->position = to;
    return to == position;
}

/* An int or iret is stood before, too: it tells what the registers are then. */
static bool tells_before(const struct trace_event *e)
{
    return e->kind == TRACE_INT || e->kind == TRACE_IRQ || e->kind == TRACE_IRET;
}

static bool next_after(const struct view_journal *j, uint64_t now, uint64_t *position)
{
    for (size_t k = view_journal_past(j, now); k < j->count; k++) {
        const struct trace_event *e = view_journal_at(j, k);

        *position = tells_before(e) && e->icount > now ? e->icount : view_event_place(e);
        if (*position > now)
            return true;
    }
    return false;
}

bool view_events_before(const struct view_journal *j, uint64_t now, uint64_t *position)
{
    for (size_t k = view_journal_past(j, now); k-- > 0;) {
        const struct trace_event *e = view_journal_at(j, k);

        *position = tells_before(e) && view_event_place(e) >= now ? e->icount : view_event_place(e);
        if (*position < now)
            return true;
    }
    return false;
}

static bool next(const struct view_drive *d, bool back, uint64_t *position)
{
    const struct view_journal *j = &d->journal;
    uint64_t now = view_events_of(d)->position;

    if (!back && view_journal_past(j, now) == j->count)
        read_to(view_events_of(d), view_events_of(d)->reached, PIECE);
    if (back ? view_events_before(j, now, position) : next_after(j, now, position))
        return true;
    *position = now;
    return false;
}

static bool ahead(struct view_drive *d, uint64_t position)
{
    return go(d, position);
}

static void stir(struct view_drive *d)
{
    (void)d;
}

static void show(struct view_drive *d, struct view *v)
{
    v->recall = &view_events_of(d)->recall;
    v->facts = &view_events_of(d)->facts;
}

/* ---- What there is not --------------------------------------------------------------------- */

/* Orders are carried out when they are given. */
static bool work(struct view_drive *d, uint64_t steps)
{
    (void)d;
    (void)steps;
    return false;
}

static void watch(struct view_drive *d, control_watcher *watcher, void *ctx)
{
    (void)d;
    (void)watcher;
    (void)ctx;
}

static void describe(const struct view_drive *d, char *to, size_t size)
{
    snprintf(to, size, "%s", view_events_of(d)->says);
}

static int type(struct view_drive *d, uint8_t byte, char *why, size_t why_size)
{
    (void)d;
    (void)byte;
    return log_why(why, why_size, -ENOTSUP,
                   "A recording takes no input: forkscope view -kernel ... runs the guest.");
}

static int writer(struct view_drive *d, struct view_writer *out)
{
    (void)d;
    (void)out;
    return -ENOENT; /* memory is not drawn */
}

static bool command(struct view_drive *d, const char *line, struct monitor_out out)
{
    (void)d;
    (void)line;
    out.say(out.ctx, "The monitor looks at a machine, and a recording of events has none:\n"
                     "forkscope view -kernel ... --replay FILE has both.\n");
    return false;
}

static const char *complete(struct view_drive *d, const char *line, unsigned n)
{
    (void)d;
    (void)line;
    (void)n;
    return NULL;
}

static bool quits(const struct view_drive *d)
{
    (void)d;
    return false;
}

static void tell_stop(struct view_drive *d, struct monitor_out out)
{
    (void)d;
    (void)out;
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void close_events(struct view_drive *d)
{
    struct view_events *v = view_events_of(d);

    view_recall_destroy(&v->recall);
    trace_reader_close(v->reader);
}

static const struct view_drive_kind kind = {
    .close = close_events,
    .show = show,
    .first = first,
    .frontier = frontier,
    .next = next,
    .go = go,
    .ahead = ahead,
    .stir = stir,
    .order = view_events_order,
    .work = work,
    .load = load,
    .pause = stir,
    .watch = watch,
    .describe = describe,
    .type = type,
    .locate = view_events_locate,
    .toggle = view_events_toggle,
    .last_writer = view_events_last_writer,
    .writer = writer,
    .command = command,
    .complete = complete,
    .quits = quits,
    .tell_stop = tell_stop,
};

int view_events_open(struct view_drive **out, const char *path, char *why, size_t why_size)
{
    struct view_events *v = calloc(1, sizeof(*v));
    int error;

    *out = v ? &v->drive : NULL;
    if (v == NULL)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    v->drive.kind = &kind;
    if (view_journal_create(&v->drive.journal) != 0)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    error = trace_reader_open(&v->reader, path, why, why_size);
    if (error)
        return error;
    v->facts = trace_reader_names(v->reader)->facts;
    v->recall.facts = &v->facts;
    read_to(v, 0, PIECE);
    if (v->drive.journal.count == 0)
        return log_why(why, why_size, -EINVAL, "'%s': %s", path,
                       v->says[0] ? v->says : "there is no event in it");
    go(&v->drive, first(&v->drive));
    return 0;
}
