/* The machine while it runs: its steps and turns, what comes from outside, deadlines and ends. */
#include <errno.h>
#include <sys/mman.h>

#include "cpu/meter.h"
#include "emu/machine/machine_internal.h"

/* ---- Where the machine is within a step, and input ------------------------------------------- */

/* A new step begins with turn 0. */
static void update_turn(struct machine *m)
{
    uint64_t icount = cpu_state(m->cpu)->icount;

    if (m->s.turn_icount == icount)
        return;
    m->s.turn_icount = icount;
    m->s.turn = 0;
    m->s.halted = false;
}

uint32_t machine_turn(const struct machine *m)
{
    return m->s.turn_icount == cpu_state(m->cpu)->icount ? m->s.turn : 0;
}

bool machine_is_halted(const struct machine *m)
{
    return m->s.halted && m->s.turn_icount == machine_icount(m);
}

/* The CPU was found halted. To find it so again, with nothing in between, is no new turn. */
static void note_halted(struct machine *m)
{
    update_turn(m);
    m->s.turn += !m->s.halted;
    m->s.halted = true;
}

/* Time was skipped. */
static void note_skip(struct machine *m)
{
    update_turn(m);
    m->s.turn++;
    m->s.halted = false;
}

static void note_input(struct machine *m)
{
    update_turn(m);
    m->s.halted = false;
}

void machine_set_cpu(struct machine *m, const struct cpu_state *state)
{
    cpu_set_state(m->cpu, state);
    note_input(m);
}

void machine_guard_ram(struct machine *m, const struct bus_guard *guard)
{
    m->bus.guard = guard ? *guard : (struct bus_guard){0};
    cpu_pages_changed(m->cpu);
}

int machine_map_ram(struct machine *m, uint32_t page, uint32_t pages, int fd, int64_t offset)
{
    uint32_t at = page * BUS_PAGE, size = pages * BUS_PAGE;
    int flags = MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE | (fd < 0 ? MAP_ANONYMOUS : 0);

    bus_before_write(&m->bus, at, size);
    if (mmap(m->ram + at, size, PROT_READ | PROT_WRITE, flags, fd, offset) == MAP_FAILED)
        return -errno;
    cpu_memory_written(m->cpu, at, size);
    return 0;
}

uint8_t *machine_ram_to_write(struct machine *m)
{
    bus_before_write(&m->bus, 0, m->ram_size);
    return m->ram;
}

bool machine_poke(struct machine *m, uint32_t paddr, const void *from, size_t size)
{
    const uint8_t *bytes = from;
    uint8_t old;

    for (size_t i = 0; i < size; i++)
        if (cpu_peek_phys(m->cpu, paddr + (uint32_t)i, &old, 1) != 1)
            return false;
    note_input(m);
    for (size_t i = 0; i < size; i++)
        bus_write(&m->bus, paddr + (uint32_t)i, bytes[i], 1);
    cpu_memory_written(m->cpu, paddr, (uint32_t)size);
    return true;
}

size_t machine_serial_input(struct machine *m, const uint8_t *bytes, size_t n)
{
    size_t taken = uart_receive(&m->uart, bytes, n);

    if (taken)
        note_input(m);
    return taken;
}

void machine_set_carrier(struct machine *m, bool up)
{
    uart_set_modem(&m->uart, UART_CTS | UART_DSR | (up ? UART_DCD : 0));
    note_input(m);
}

bool machine_serial_listens(const struct machine *m)
{
    enum { IER_RECEIVE = 1 };

    return m->uart.s.ier & IER_RECEIVE;
}

const struct vgatext *machine_screen(const struct machine *m)
{
    return &m->vgatext;
}

bool machine_press_key(struct machine *m, const uint8_t *code, size_t n)
{
    bool taken = kbd_press(&m->kbd, code, n);

    if (taken)
        note_input(m);
    return taken;
}

/* ---- Running ----------------------------------------------------------------------------- */

/* Deadlines passed in one call of machine_run() while the CPU stays halted: then the caller gets a
 * chance to look at its own limits. */
enum { SKIPS_PER_RUN = 10000 };

void machine_set_interactive(struct machine *m, bool on)
{
    m->interactive = on;
}

bool machine_interactive(const struct machine *m)
{
    return m->interactive;
}

void machine_request_stop(struct machine *m)
{
    m->stop_requested = true;
    cpu_request_stop(m->cpu);
}

void machine_stop_before(struct machine *m)
{
    m->stop_requested = true;
    cpu_stop_before(m->cpu);
}

void machine_skip_idle(struct machine *m)
{
    uint64_t icount = cpu_state(m->cpu)->icount;
    int64_t next = clock_next(&m->clock);

    if (next == TIMER_NEVER)
        return;
    note_skip(m);
    clock_skip_to(&m->clock, icount, next);
    clock_fire(&m->clock, icount);
}

static void jitter_on_iret(void *ctx, const struct cpu_iret_event *event)
{
    struct machine *m = ctx;

    (void)event;
    if (jitter_iret(&m->jitter, cpu_state(m->cpu)->icount + 1))
        cpu_request_stop(m->cpu);
}

int machine_set_jitter(struct machine *m, uint64_t seed)
{
    machine_detach(m, &m->jitter_hooks);
    jitter_start(&m->jitter, seed);
    if (!seed)
        return 0;
    m->jitter_hooks = (struct cpu_hooks){.ctx = m, .iret = jitter_on_iret};
    return machine_attach_as(m, &m->jitter_hooks, OBSERVER_PART);
}

/* Fires the timers that are due at this step, by time or by jitter. */
static void fire_timers(struct machine *m)
{
    uint64_t icount = cpu_state(m->cpu)->icount;
    enum meter_part outer = meter_go(cpu_meter(m->cpu), METER_DEVICES);

    if (m->jitter.step <= icount) {
        clock_leap(&m->clock, icount);
        jitter_leapt(&m->jitter, icount);
    }
    clock_fire(&m->clock, icount);
    meter_go(cpu_meter(m->cpu), outer);
}

/* The CPU from here to the next deadline or `until`, one step at least. */
static enum cpu_stop run_slice(struct machine *m, uint64_t until)
{
    uint64_t icount = cpu_state(m->cpu)->icount;
    uint64_t deadline = clock_step_of(&m->clock, clock_next(&m->clock));
    enum cpu_stop stop;

    if (deadline > m->jitter.step)
        deadline = m->jitter.step;
    if (deadline <= icount)
        deadline = icount + 1;
    m->run_until = deadline < until ? deadline : until;
    stop = cpu_run(m->cpu, m->run_until);
    m->run_until = 0;
    return stop;
}

/* Halted. MACHINE_RUNNING: time was skipped, go on. */
static enum machine_end idle(struct machine *m)
{
    if (!(cpu_state(m->cpu)->eflags & EFLAGS_IF))
        return MACHINE_STUCK;
    if (m->interactive)
        return MACHINE_IDLE;
    if (clock_next(&m->clock) == TIMER_NEVER)
        return MACHINE_STUCK;
    machine_skip_idle(m);
    return MACHINE_RUNNING;
}

/* What ended the slice; MACHINE_RUNNING: nothing that the caller must know. */
static enum machine_end end_of_slice(struct machine *m, enum cpu_stop stop)
{
    if (m->s.exited)
        return MACHINE_EXIT;
    if (stop == CPU_STOP_SHUTDOWN)
        return MACHINE_TRIPLE;
    if (stop == CPU_STOP_RESET)
        return MACHINE_RESET;
    if (m->stop_requested)
        return MACHINE_STOPPED;
    return stop == CPU_STOP_HALTED ? idle(m) : MACHINE_RUNNING;
}

enum machine_end machine_run(struct machine *m, uint64_t until)
{
    const struct cpu_state *state = cpu_state(m->cpu);
    enum machine_end end = MACHINE_RUNNING;
    int skips = 0;

    if (m->s.exited)
        return MACHINE_EXIT;
    while (end == MACHINE_RUNNING && state->icount < until && skips < SKIPS_PER_RUN) {
        fire_timers(m);
        enum cpu_stop stop = run_slice(m, until);

        if (stop == CPU_STOP_HALTED)
            note_halted(m);
        skips = stop == CPU_STOP_HALTED ? skips + 1 : 0;
        end = end_of_slice(m, stop);
    }
    m->stop_requested = false;
    return end;
}
