/* What is asked of a recording of events: breakpoints, ways through its calls, who wrote. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/log.h"
#include "emu/viewer/view_events_parts.h"

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

int view_events_toggle(struct view_drive *d, uint32_t address, bool watch)
{
    struct view_events *v = view_events_of(d);

    for (unsigned i = 0; i < v->point_count; i++)
        if (v->points[i].address == address && v->points[i].watch == watch) {
            v->points[i] = v->points[--v->point_count];
            return 0;
        }
    if (v->point_count == VIEW_EVENTS_POINTS)
        return -ENOMEM;
    v->points[v->point_count++] = (struct view_point){address, watch};
    return 1;
}

int view_events_locate(const struct view_drive *d, const char *text, uint32_t *address, char *why,
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
        return view_events_before(j, *position, position);
    if (!view_drive_next(&v->drive, back, position))
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

    while (view_drive_load(&v->drive))
        ;
    for (k = view_journal_past(j, v->position); k < j->count; k++)
        if (stops(v, view_journal_at(j, k)) &&
            view_event_place(view_journal_at(j, k)) > v->position) {
            view_drive_goto(&v->drive, view_event_place(view_journal_at(j, k)));
            snprintf(v->says, sizeof(v->says), "Stopped at a breakpoint.");
            return;
        }
    view_drive_goto(&v->drive, v->reached);
    if (v->says[0] == '\0')
        snprintf(v->says, sizeof(v->says), "%s",
                 v->ended ? "The recording ends here." : "So far this recording was read.");
}

int view_events_order(struct view_drive *d, const struct control_order *o, char *why,
                      size_t why_size)
{
    struct view_events *v = view_events_of(d);
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
        view_drive_goto(d, position);
    return 0;
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

void view_events_last_writer(struct view_drive *d, uint32_t address, char *says, size_t size)
{
    struct view_events *v = view_events_of(d);
    uint64_t before = v->position;

    for (size_t k = view_journal_past(&d->journal, before); k-- > 0;) {
        const struct trace_event *e = view_journal_at(&d->journal, k);

        if (!event_writes(e, address))
            continue;
        view_drive_goto(d, e->icount);
        tell_writer(e, address, before - e->icount, says, size);
        return;
    }
    snprintf(says, size, "The recording tells of no write to %08" PRIx32 " before this.", address);
}
