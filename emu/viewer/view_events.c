#include "emu/viewer/view_events.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/log.h"
#include "emu/trace/trace_reader.h"
#include "emu/viewer/view_recall.h"

enum {
    PIECE = 4096, /* events read at a time */
    POINTS = 64,
};

struct view_point {
    uint32_t address;
    bool watch;
};

struct view_events {
    struct view_drive drive;
    struct trace_reader *reader;
    struct trace_facts facts;
    struct view_recall recall;
    uint64_t position, reached;
    bool ended;
    struct view_point points[POINTS];
    unsigned point_count;
    char says[VIEW_LINE]; /* why it stands */
};

static struct view_events *events_of(const struct view_drive *d)
{
    return (struct view_events *)d;
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* Names of members are known once the recording has told them. */
static void find_eax(struct view_events *v)
{
    view_pt_regs_offset(&v->facts, "eax", "ax", &v->drive.journal.eax_offset);
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
    if (e->kind == TRACE_FRAME)
        find_eax(v);
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
    if (got == 0 && trace_reader_was_cut(v->reader))
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
    return read_to(events_of(d), UINT64_MAX, PIECE);
}

/* ---- Where ----------------------------------------------------------------------------------- */

static uint64_t first(const struct view_drive *d)
{
    return d->journal.count > 0 ? view_journal_at(&d->journal, 0)->icount : 0;
}

static uint64_t frontier(const struct view_drive *d)
{
    return events_of(d)->reached;
}

static bool go(struct view_drive *d, uint64_t position)
{
    struct view_events *v = events_of(d);
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

static bool next_before(const struct view_journal *j, uint64_t now, uint64_t *position)
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
    uint64_t now = events_of(d)->position;

    if (!back && view_journal_past(j, now) == j->count)
        read_to(events_of(d), events_of(d)->reached, PIECE);
    if (back ? next_before(j, now, position) : next_after(j, now, position))
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
    v->recall = &events_of(d)->recall;
    v->facts = &events_of(d)->facts;
}

/* ---- Breakpoints ----------------------------------------------------------------------------- */

static bool writes(const struct cpu_int_event *i, uint32_t address)
{
    for (unsigned k = 0; k < i->slot_count; k++)
        if (i->slot[k].linear == address)
            return true;
    return false;
}

/* Does the event tell of a write to the word? */
static bool event_writes(const struct trace_event *e, uint32_t address)
{
    if (e->kind == TRACE_INT || e->kind == TRACE_IRQ)
        return writes(&e->interrupt, address);
    return e->kind == TRACE_FRAME && address - e->frame.linear < e->frame.size;
}

static bool stops(const struct view_events *v, const struct trace_event *e)
{
    for (unsigned i = 0; i < v->point_count; i++) {
        const struct view_point *p = &v->points[i];

        if (p->watch ? event_writes(e, p->address) : e->eip == p->address)
            return true;
    }
    return false;
}

static int toggle(struct view_drive *d, uint32_t address, bool watch)
{
    struct view_events *v = events_of(d);

    for (unsigned i = 0; i < v->point_count; i++)
        if (v->points[i].address == address && v->points[i].watch == watch) {
            v->points[i] = v->points[--v->point_count];
            return 0;
        }
    if (v->point_count == POINTS)
        return -ENOMEM;
    v->points[v->point_count++] = (struct view_point){address, watch};
    return 1;
}

static int locate(const struct view_drive *d, const char *text, uint32_t *address, char *why,
                  size_t why_size)
{
    const struct view_journal *j = &d->journal;
    char *rest;
    unsigned long value = strtoul(text, &rest, 16);

    if (*text != '\0' && *rest == '\0' && value <= UINT32_MAX) {
        *address = (uint32_t)value;
        return 0;
    }
    for (size_t k = 0; k < j->count; k++) {
        const struct trace_event *e = view_journal_at(j, k);

        if (e->kind == TRACE_CALL && strcmp(e->call.probe->name, text) == 0) {
            *address = e->call.probe->addr;
            return 0;
        }
    }
    return log_why(why, why_size, -EINVAL,
                   "'%s' is no address and no function that this recording tells of", text);
}

/* ---- Orders ---------------------------------------------------------------------------------- */

/* Behind, or before, the call that begins, or ended, with event k. */
static bool match_call(const struct view_journal *j, size_t k, bool back, uint64_t *position)
{
    const struct trace_event *from = view_journal_at(j, k);
    int depth = 0;

    for (; k < j->count; k = back ? k - 1 : k + 1) {
        const struct trace_event *e = view_journal_at(j, k);

        if (e->who.task != from->who.task ||
            (e->kind == TRACE_CALL && e->call.probe->shape != TRACE_FUNCTION))
            continue;
        depth += (e->kind == TRACE_CALL) - (e->kind == TRACE_RETURN);
        if (depth == 0) {
            *position = view_event_place(e);
            return true;
        }
    }
    return false;
}

/* The event of a kind that happened just now, if one did; the number of events: none. */
static size_t at_place(const struct view_journal *j, uint64_t place, enum trace_kind kind)
{
    for (size_t k = view_journal_past(j, place); k-- > 0;) {
        const struct trace_event *e = view_journal_at(j, k);

        if (view_event_place(e) != place)
            break;
        if (e->kind == kind && e->call.probe->shape == TRACE_FUNCTION)
            return k;
    }
    return j->count;
}

/* A step; a call is taken whole. */
static bool over(const struct view_events *v, bool back, uint64_t *position)
{
    const struct view_journal *j = &v->drive.journal;
    size_t k;

    if (back && (k = at_place(j, v->position, TRACE_RETURN)) < j->count &&
        match_call(j, k, true, position))
        return next_before(j, *position, position);
    if (!next(&v->drive, back, position))
        return false;
    if (!back && (k = at_place(j, *position, TRACE_CALL)) < j->count)
        match_call(j, k, false, position);
    return true;
}

/* The return of the function under way, or its call. */
static bool out(const struct view_events *v, bool back, uint64_t *position)
{
    const struct view_journal *j = &v->drive.journal;
    size_t past = view_journal_past(j, v->position), call = past;
    uint32_t task = view_journal_running(j, v->position);
    int depth = 0;

    while (call-- > 0 && depth <= 0) {
        const struct trace_event *e = view_journal_at(j, call);

        if (e->who.task != task || (back && view_event_place(e) == v->position))
            continue;
        if (e->kind == TRACE_CALL && e->call.probe->shape == TRACE_FUNCTION)
            depth++;
        depth -= e->kind == TRACE_RETURN;
        if (depth > 0)
            break;
    }
    if (depth <= 0)
        return false;
    *position = view_event_place(view_journal_at(j, call));
    return back || match_call(j, call, false, position);
}

/* To the next event that a breakpoint names, else to the end. */
static void run(struct view_events *v)
{
    const struct view_journal *j = &v->drive.journal;
    size_t k;

    while (load(&v->drive))
        ;
    for (k = view_journal_past(j, v->position); k < j->count; k++)
        if (stops(v, view_journal_at(j, k)) &&
            view_event_place(view_journal_at(j, k)) > v->position) {
            go(&v->drive, view_event_place(view_journal_at(j, k)));
            snprintf(v->says, sizeof(v->says), "Stopped at a breakpoint.");
            return;
        }
    go(&v->drive, v->reached);
    if (v->says[0] == '\0')
        snprintf(v->says, sizeof(v->says), "%s",
                 v->ended ? "The recording ends here." : "So far this recording was read.");
}

static int order(struct view_drive *d, const struct control_order *o, char *why, size_t why_size)
{
    struct view_events *v = events_of(d);
    uint64_t position = v->position;
    bool found = true;

    v->says[0] = '\0';
    if (o->action == CONTROL_OVER)
        found = over(v, o->back, &position);
    else if (o->action == CONTROL_OUT)
        found = out(v, o->back, &position);
    else if (o->action == CONTROL_GOTO)
        position = o->count;
    else
        run(v);
    if (!found)
        return log_why(why, why_size, -ENOENT, "The recording tells of nothing more there.");
    if (o->action == CONTROL_OVER || o->action == CONTROL_OUT || o->action == CONTROL_GOTO)
        go(d, position);
    return 0;
}

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
    snprintf(to, size, "%s", events_of(d)->says);
}

static int type(struct view_drive *d, uint8_t byte, char *why, size_t why_size)
{
    (void)d;
    (void)byte;
    return log_why(why, why_size, -ENOTSUP,
                   "A recording takes no input: forkscope view -kernel ... runs the guest.");
}

/* ---- Who wrote ------------------------------------------------------------------------------- */

static void tell_writer(const struct trace_event *e, uint32_t address, uint64_t steps, char *says,
                        size_t size)
{
    if (e->kind == TRACE_FRAME)
        snprintf(says, size,
                 "%08" PRIx32 " was written %" PRIu64
                 " steps before, here, into the saved registers of the child (%d): %08" PRIx32
                 " -> %08" PRIx32,
                 address, steps, e->frame.child.pid, e->frame.old, e->frame.value);
    else
        snprintf(says, size,
                 "%08" PRIx32 " was pushed by the CPU %" PRIu64
                 " steps before, here: vector 0x%02x",
                 address, steps, e->interrupt.vector);
}

static void last_writer(struct view_drive *d, uint32_t address, char *says, size_t size)
{
    struct view_events *v = events_of(d);
    uint64_t before = v->position;

    for (size_t k = view_journal_past(&d->journal, before); k-- > 0;) {
        const struct trace_event *e = view_journal_at(&d->journal, k);

        if (!event_writes(e, address))
            continue;
        go(d, e->icount);
        tell_writer(e, address, before - e->icount, says, size);
        return;
    }
    snprintf(says, size, "The recording tells of no write to %08" PRIx32 " before this.", address);
}

static int writer(struct view_drive *d, struct view_writer *out)
{
    (void)d;
    (void)out;
    return -ENOENT; /* memory is not drawn */
}

/* ---- No monitor ------------------------------------------------------------------------------ */

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
    struct view_events *v = events_of(d);

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
    .order = order,
    .work = work,
    .load = load,
    .pause = stir,
    .watch = watch,
    .describe = describe,
    .type = type,
    .locate = locate,
    .toggle = toggle,
    .last_writer = last_writer,
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
