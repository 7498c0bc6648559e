#include "emu/viewer/view_machine.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/log.h"
#include "emu/trace/trace_collect.h"

enum { COM1 = 0x3f8, COM1_LCR = 0x3fb, LCR_DLAB = 0x80 };

/* Steps worked off at a time where nobody waits. */
#define PIECE UINT64_C(100000000)

#define NS_PER_S INT64_C(1000000000)

struct view_machine {
    struct view_drive drive;
    struct session *session;
    struct control *control;
    struct monitor *monitor;
    struct trace_collector *collector;
    struct trace_facts facts;
    struct cpu_hooks hooks;
    bool divisor;                     /* the serial port's first register is its divisor now */
    int64_t quiet_since, idle_before; /* virtual time: since when the guest does nothing */
};

static struct view_machine *machine_of(const struct view_drive *d)
{
    return (struct view_machine *)d;
}

static uint64_t icount(const struct view_machine *m)
{
    return cpu_state(machine_cpu(m->session->scope->machine))->icount;
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void on_port(void *ctx, bool out, uint16_t port, unsigned size, uint32_t value)
{
    struct view_machine *m = ctx;

    (void)size;
    if (out && port == COM1_LCR)
        m->divisor = value & LCR_DLAB;
    else if (out && port == COM1 && !m->divisor)
        view_serial_put(&m->drive.serial, icount(m), (uint8_t)value);
}

/* What the journal needs to read saved registers. */
static void show_journal(struct view_machine *m)
{
    struct view_journal *j = &m->drive.journal;

    j->in = control_inspect(m->control);
    trace_facts_live(&m->facts, j->in);
    j->pt_regs_size = m->facts.ground.pt_regs_size;
    view_pt_regs_offset(&m->facts, "eax", "ax", &j->eax_offset);
    view_pt_regs_offset(&m->facts, "eip", "ip", &j->eip_offset);
}

static void close_machine(struct view_drive *d)
{
    struct view_machine *m = machine_of(d);

    trace_collector_destroy(m->collector);
    machine_detach(m->session->scope->machine, &m->hooks);
    monitor_destroy(m->monitor);
    control_destroy(m->control);
}

static void show(struct view_drive *d, struct view *v)
{
    struct view_machine *m = machine_of(d);

    v->in = m->drive.journal.in;
    v->facts = &m->facts;
}

/* ---- Where ----------------------------------------------------------------------------------- */

static uint64_t first(const struct view_drive *d)
{
    uint64_t from, to;

    history_span(machine_of(d)->session->scope->history, &from, &to);
    return from;
}

static uint64_t frontier(const struct view_drive *d)
{
    uint64_t from, to;

    history_span(machine_of(d)->session->scope->history, &from, &to);
    return to;
}

static bool next(const struct view_drive *d, bool back, uint64_t *position)
{
    uint64_t now = icount(machine_of(d));

    *position = back ? now - 1 : now + 1;
    return !back || now > first(d);
}

static bool go(struct view_drive *d, uint64_t position)
{
    struct view_machine *m = machine_of(d);
    struct control_order order = {
        .action = CONTROL_GOTO, .back = position < icount(m), .count = position};
    char why[256];

    if (position == icount(m))
        return true;
    if (control_go(m->control, &order, why, sizeof(why)) == 0)
        while (control_work(m->control, PIECE))
            ;
    return icount(m) == position;
}

/* ---- Orders ---------------------------------------------------------------------------------- */

static void stir(struct view_drive *d)
{
    struct view_machine *m = machine_of(d);

    m->quiet_since = machine_now(m->session->scope->machine);
    m->idle_before = machine_idle_time(m->session->scope->machine);
    d->waits = false;
}

static int order(struct view_drive *d, const struct control_order *o, char *why, size_t why_size)
{
    stir(d);
    return control_go(machine_of(d)->control, o, why, why_size);
}

/* Idle but for its clock for two seconds of its time: nothing will come of running on. */
static bool waits_for_input(struct view_machine *m)
{
    int64_t quiet = machine_now(m->session->scope->machine) - m->quiet_since;
    int64_t busy = quiet - (machine_idle_time(m->session->scope->machine) - m->idle_before);

    if (quiet < 2 * NS_PER_S)
        return false;
    if (busy > quiet / 50) {
        stir(&m->drive);
        return false;
    }
    return true;
}

static bool ahead(struct view_drive *d, uint64_t position)
{
    bool there = go(d, position);

    d->waits = there && waits_for_input(machine_of(d));
    return there && !d->waits;
}

static bool work(struct view_drive *d, uint64_t steps)
{
    struct view_machine *m = machine_of(d);
    bool more = control_work(m->control, steps);

    if (more && waits_for_input(m)) {
        control_pause(m->control);
        more = control_work(m->control, 1);
        d->waits = true;
    }
    return more;
}

static bool load(struct view_drive *d)
{
    (void)d;
    return false;
}

static void pause_machine(struct view_drive *d)
{
    control_pause(machine_of(d)->control);
}

static void watch(struct view_drive *d, control_watcher *watcher, void *ctx)
{
    control_set_watcher(machine_of(d)->control, watcher, ctx);
}

static void describe(const struct view_drive *d, char *to, size_t size)
{
    struct control *control = machine_of(d)->control;
    enum control_reason reason = control_stopped(control)->reason;

    to[0] = '\0';
    if (d->waits)
        snprintf(to, size, "The guest waits: Enter in the serial panel types to it.");
    else if (reason != CONTROL_DONE && reason != CONTROL_READY && reason != CONTROL_EVENT)
        control_describe(control, to, size);
}

static int type(struct view_drive *d, uint8_t byte, char *why, size_t why_size)
{
    struct view_machine *m = machine_of(d);
    uint64_t now = icount(m);

    (void)why;
    (void)why_size;
    if (now < frontier(d)) {
        view_journal_cut(&d->journal, now);
        view_serial_cut(&d->serial, now);
    }
    history_serial_input(m->session->scope->history, &byte, 1);
    stir(d);
    return 0;
}

/* ---- Places ---------------------------------------------------------------------------------- */

static int locate(const struct view_drive *d, const char *text, uint32_t *address, char *why,
                  size_t why_size)
{
    char *end;
    unsigned long value = strtoul(text, &end, 16);

    /* Eight digits are an address, as everything here shows them. */
    if (strlen(text) == 8 && *end == '\0') {
        *address = (uint32_t)value;
        return 0;
    }
    return control_locate(machine_of(d)->control, text, address, why, why_size);
}

static int toggle(struct view_drive *d, uint32_t address, bool watch)
{
    struct control *control = machine_of(d)->control;
    struct control_point point = {.kind = watch ? CONTROL_WRITE : CONTROL_EXECUTE,
                                  .linear = address,
                                  .size = watch ? 4 : 0,
                                  .pid = -1};
    const struct control_point *p;

    for (unsigned n = 0; (p = control_point_at(control, n)) != NULL; n++)
        if (p->linear == address && p->kind == point.kind) {
            control_remove(control, p->id);
            return 0;
        }
    return control_add(control, &point) > 0 ? 1 : -ENOMEM;
}

static void last_writer(struct view_drive *d, uint32_t address, char *says, size_t size)
{
    struct view_machine *m = machine_of(d);
    uint64_t before = icount(m);
    struct control_write w;
    char code[64];

    if (control_last_write(m->control, address, 4, &w, says, size) != 0 || !go(d, w.icount))
        return;
    snprintf(says, size,
             "%08" PRIx32 " was written %" PRIu64 " steps before, here: %s by %s (%d), %08" PRIx32
             " -> %08" PRIx32,
             address, before - w.icount,
             symbols_format(m->session->scope->symbols, w.eip, code, sizeof(code)), w.task.comm,
             w.task.pid, w.access.old, w.access.value);
}

static int writer(struct view_drive *d, struct view_writer *out)
{
    struct control_write w;
    char why[VIEW_LINE];
    int error = control_last_write(machine_of(d)->control, out->address, 4, &w, why, sizeof(why));

    if (error)
        return error;
    out->icount = w.icount;
    out->by_cpu = w.by == CONTROL_BY_DELIVERY;
    out->vector = w.vector;
    out->eip = w.eip;
    out->pid = w.task.pid;
    return 0;
}

/* ---- The monitor ----------------------------------------------------------------------------- */

static bool command(struct view_drive *d, const char *line, struct monitor_out out)
{
    struct view_machine *m = machine_of(d);

    monitor_execute(m->monitor, line, out);
    if (control_running(m->control))
        stir(d);
    return control_running(m->control);
}

static const char *complete(struct view_drive *d, const char *line, unsigned n)
{
    return monitor_complete(machine_of(d)->monitor, line, n);
}

static bool quits(const struct view_drive *d)
{
    return monitor_quits(machine_of(d)->monitor);
}

static void tell_stop(struct view_drive *d, struct monitor_out out)
{
    monitor_tell_stop(machine_of(d)->monitor, out);
}

static const struct view_drive_kind kind = {
    .close = close_machine,
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
    .pause = pause_machine,
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

int view_machine_open(struct view_drive **out, struct session *s, char *why, size_t why_size)
{
    struct view_machine *m = calloc(1, sizeof(*m));
    struct trace_sink sink;

    *out = m ? &m->drive : NULL;
    if (m == NULL)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    m->drive.kind = &kind;
    m->session = s;
    m->hooks = (struct cpu_hooks){.ctx = m, .port = on_port};
    m->control = control_create(s);
    m->monitor = m->control != NULL ? monitor_create(m->control) : NULL;
    if (view_journal_create(&m->drive.journal) != 0 || m->monitor == NULL ||
        machine_attach(s->scope->machine, &m->hooks) != 0)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    show_journal(m);
    sink = (struct trace_sink){&m->drive.journal.filter, view_journal_event, &m->drive.journal};
    return trace_collector_create(&m->collector, &s->scope->inspect, &sink, 1, why, why_size);
}
