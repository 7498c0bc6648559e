#include "emu/viewer/view_drive.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/log.h"
#include "emu/time/history.h"
#include "emu/trace/trace_collect.h"

enum { COM1 = 0x3f8, COM1_LCR = 0x3fb, LCR_DLAB = 0x80 };

/* Steps worked off at a time where nobody waits. */
#define PIECE UINT64_C(100000000)

#define NS_PER_S INT64_C(1000000000)

static uint64_t icount(const struct view_drive *d)
{
    return cpu_state(machine_cpu(d->session->scope->machine))->icount;
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void on_port(void *ctx, bool out, uint16_t port, unsigned size, uint32_t value)
{
    struct view_drive *d = ctx;

    (void)size;
    if (out && port == COM1_LCR)
        d->divisor = value & LCR_DLAB;
    else if (out && port == COM1 && !d->divisor)
        view_serial_put(&d->serial, icount(d), (uint8_t)value);
}

static void find_eax(struct view_drive *d)
{
    const struct guestinfo *g = d->session->scope->guestinfo;
    uint32_t size, *offset = &d->journal.eax_offset;

    if (g != NULL && !guestinfo_member(g, "pt_regs", "eax", offset, &size))
        guestinfo_member(g, "pt_regs", "ax", offset, &size);
}

int view_drive_open(struct view_drive *d, struct session *s, char *why, size_t why_size)
{
    struct trace_sink sink = {&d->journal.filter, view_journal_event, &d->journal};

    *d = (struct view_drive){.session = s};
    d->hooks = (struct cpu_hooks){.ctx = d, .port = on_port};
    d->control = control_create(s);
    d->monitor = d->control != NULL ? monitor_create(d->control) : NULL;
    if (view_journal_create(&d->journal) != 0 || d->monitor == NULL ||
        machine_attach(s->scope->machine, &d->hooks) != 0)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    find_eax(d);
    return trace_collector_create(&d->collector, &s->scope->inspect, &sink, 1, why, why_size);
}

void view_drive_close(struct view_drive *d)
{
    if (d->session == NULL)
        return;
    trace_collector_destroy(d->collector);
    machine_detach(d->session->scope->machine, &d->hooks);
    monitor_destroy(d->monitor);
    control_destroy(d->control);
    view_journal_destroy(&d->journal);
    view_serial_destroy(&d->serial);
}

/* ---- Where ----------------------------------------------------------------------------------- */

uint64_t view_drive_first(const struct view_drive *d)
{
    uint64_t first, last;

    history_span(d->session->scope->history, &first, &last);
    return first;
}

uint64_t view_drive_frontier(const struct view_drive *d)
{
    uint64_t first, last;

    history_span(d->session->scope->history, &first, &last);
    return last;
}

bool view_drive_goto(struct view_drive *d, uint64_t position)
{
    struct control_order order = {
        .action = CONTROL_GOTO, .back = position < icount(d), .count = position};
    char why[256];

    if (position == icount(d))
        return true;
    if (control_go(d->control, &order, why, sizeof(why)) == 0)
        while (control_work(d->control, PIECE))
            ;
    return icount(d) == position;
}

/* ---- Orders ---------------------------------------------------------------------------------- */

void view_drive_stir(struct view_drive *d)
{
    d->quiet_since = machine_now(d->session->scope->machine);
    d->idle_before = machine_idle_time(d->session->scope->machine);
    d->waits = false;
}

int view_drive_order(struct view_drive *d, const struct control_order *order, char *why,
                     size_t why_size)
{
    view_drive_stir(d);
    return control_go(d->control, order, why, why_size);
}

/* Idle but for its clock for two seconds of its time: nothing will come of running on. */
static bool waits_for_input(struct view_drive *d)
{
    int64_t quiet = machine_now(d->session->scope->machine) - d->quiet_since;
    int64_t busy = quiet - (machine_idle_time(d->session->scope->machine) - d->idle_before);

    if (quiet < 2 * NS_PER_S)
        return false;
    if (busy > quiet / 50) {
        view_drive_stir(d);
        return false;
    }
    return true;
}

bool view_drive_ahead(struct view_drive *d, uint64_t position)
{
    bool there = view_drive_goto(d, position);

    d->waits = there && waits_for_input(d);
    return there && !d->waits;
}

bool view_drive_work(struct view_drive *d, uint64_t steps)
{
    bool more = control_work(d->control, steps);

    if (more && waits_for_input(d)) {
        control_pause(d->control);
        more = control_work(d->control, 1);
        d->waits = true;
    }
    return more;
}

void view_drive_pause(struct view_drive *d)
{
    control_pause(d->control);
}

void view_drive_describe(const struct view_drive *d, char *to, size_t size)
{
    enum control_reason reason = control_stopped(d->control)->reason;

    to[0] = '\0';
    if (d->waits)
        snprintf(to, size, "The guest waits: Enter in the serial panel types to it.");
    else if (reason != CONTROL_DONE && reason != CONTROL_READY && reason != CONTROL_EVENT)
        control_describe(d->control, to, size);
}

void view_drive_type(struct view_drive *d, uint8_t byte)
{
    uint64_t now = icount(d);

    if (now < view_drive_frontier(d)) {
        view_journal_cut(&d->journal, now);
        view_serial_cut(&d->serial, now);
    }
    history_serial_input(d->session->scope->history, &byte, 1);
    view_drive_stir(d);
}

/* ---- Places ---------------------------------------------------------------------------------- */

int view_drive_locate(const struct view_drive *d, const char *text, uint32_t *address, char *why,
                      size_t why_size)
{
    char *end;
    unsigned long value = strtoul(text, &end, 16);

    /* Eight digits are an address, as everything here shows them. */
    if (strlen(text) == 8 && *end == '\0') {
        *address = (uint32_t)value;
        return 0;
    }
    return control_locate(d->control, text, address, why, why_size);
}

int view_drive_toggle(struct view_drive *d, uint32_t address, bool watch)
{
    struct control_point point = {.kind = watch ? CONTROL_WRITE : CONTROL_EXECUTE,
                                  .linear = address,
                                  .size = watch ? 4 : 0,
                                  .pid = -1};
    const struct control_point *p;

    for (unsigned n = 0; (p = control_point_at(d->control, n)) != NULL; n++)
        if (p->linear == address && p->kind == point.kind) {
            control_remove(d->control, p->id);
            return 0;
        }
    return control_add(d->control, &point) > 0 ? 1 : -ENOMEM;
}

/* ---- The last writer ------------------------------------------------------------------------- */

void view_drive_last_writer(struct view_drive *d, uint32_t address, char *says, size_t size)
{
    uint64_t before = icount(d);
    struct control_write w;
    char code[64];

    if (control_last_write(d->control, address, 4, &w, says, size) != 0 ||
        !view_drive_goto(d, w.icount))
        return;
    snprintf(says, size,
             "%08" PRIx32 " was written %" PRIu64 " steps before, here: %s by %s (%d), %08" PRIx32
             " -> %08" PRIx32,
             address, before - w.icount,
             symbols_format(d->session->scope->symbols, w.eip, code, sizeof(code)), w.task.comm,
             w.task.pid, w.access.old, w.access.value);
}
