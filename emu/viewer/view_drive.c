#include "emu/viewer/view_drive.h"

#include <errno.h>
#include <string.h>

#include "emu/log.h"
#include "emu/trace_collect.h"

enum { COM1 = 0x3f8, COM1_LCR = 0x3fb, LCR_DLAB = 0x80 };

static void on_port(void *ctx, bool out, uint16_t port, unsigned size, uint32_t value)
{
    struct view_drive *d = ctx;

    (void)size;
    if (out && port == COM1_LCR)
        d->divisor = value & LCR_DLAB;
    else if (out && port == COM1 && !d->divisor)
        view_serial_put(&d->serial, cpu_state(machine_cpu(d->session->machine))->icount,
                        (uint8_t)value);
}

int view_drive_open(struct view_drive *d, struct session *s, char *why, size_t why_size)
{
    struct trace_sink sink;
    uint32_t size;

    *d = (struct view_drive){.session = s, .in = {s->machine, s->symbols, s->guestinfo}};
    if (view_journal_create(&d->journal) != 0)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    if (s->guestinfo != NULL &&
        !guestinfo_member(s->guestinfo, "pt_regs", "eax", &d->journal.eax_offset, &size))
        guestinfo_member(s->guestinfo, "pt_regs", "ax", &d->journal.eax_offset, &size);
    d->hooks = (struct cpu_hooks){.ctx = d, .port = on_port};
    if (machine_attach(s->machine, &d->hooks) != 0)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    s->inspect = (struct inspect){s->machine, s->symbols, s->guestinfo};
    sink = (struct trace_sink){&d->journal.filter, view_journal_event, &d->journal};
    return trace_collector_create(&d->collector, &s->inspect, &sink, 1, why, why_size);
}

void view_drive_close(struct view_drive *d)
{
    trace_collector_destroy(d->collector);
    if (d->session != NULL && d->session->machine != NULL)
        machine_detach(d->session->machine, &d->hooks);
    machine_destroy(d->past);
    view_journal_destroy(&d->journal);
    view_serial_destroy(&d->serial);
}

uint64_t view_drive_frontier(const struct view_drive *d)
{
    return cpu_state(machine_cpu(d->session->machine))->icount;
}

static uint64_t icount(struct machine *m)
{
    return cpu_state(machine_cpu(m))->icount;
}

static enum machine_end advance(struct machine *m, uint64_t until)
{
    enum machine_end end = MACHINE_RUNNING;

    while (end == MACHINE_RUNNING && icount(m) < until)
        end = machine_run(m, until);
    return end;
}

static bool rebuild_past(struct view_drive *d)
{
    struct session *s = d->session;
    struct machine_config config;
    char why[256];

    machine_destroy(d->past);
    machine_config_init(&config);
    cpu_model_parse(s->o.cpu, &config.cpu, why, sizeof(why));
    config.ram_mb = (uint32_t)s->o.ram_mb;
    config.engine = s->o.engine;
    config.mips = (uint32_t)s->o.mips;
    d->past = machine_create(&config, why, sizeof(why));
    return d->past != NULL && boot_load(&s->boot, d->past, why, sizeof(why)) == 0;
}

bool view_drive_goto(struct view_drive *d, uint64_t position)
{
    if (position >= view_drive_frontier(d)) {
        d->in.machine = d->session->machine;
        d->end = advance(d->session->machine, position);
        d->over = d->end != MACHINE_RUNNING;
        return view_drive_frontier(d) == position;
    }
    if ((d->past == NULL || icount(d->past) > position) && !rebuild_past(d))
        return false;
    advance(d->past, position);
    d->in.machine = d->past;
    return icount(d->past) == position;
}
