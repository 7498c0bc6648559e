#include "emu/machine/machine_internal.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "emu/support/log.h"

enum { RAM_MB_MAX = 1024 };

/* 2000-01-01 00:00:00 UTC. */
#define RTC_DEFAULT_EPOCH 946684800

/* ---- The schematic: who answers at which port --------------------------------------------- */

#define AT(member) offsetof(struct machine, member)

/* clang-format off */
static const struct {
    uint16_t first;
    const struct device_ports *ports;
    size_t device;
} port_map[] = {
    {0x020, &pic_ports,         AT(master)},
    {0x040, &pit_ports,         AT(pit)},
    {0x060, &kbd_data_ports,    AT(kbd)},
    {0x061, &port61_ports,      AT(port61)},
    {0x064, &kbd_command_ports, AT(kbd)},
    {0x070, &cmos_ports,        AT(cmos)},
    {0x092, &port92_ports,      AT(port92)},
    {0x0a0, &pic_ports,         AT(slave)},
    {0x0e9, &debugcon_ports,    AT(debugcon)},
    {0x0f0, &fpuerr_ports,      AT(fpuerr)},
    {0x0f4, &exitport_ports,    AT(exitport)},
    {0x3d4, &vgatext_ports,     AT(vgatext)},
    {0x3f8, &uart_ports,        AT(uart)},
    {0x4d0, &pic_elcr_ports,    AT(master)},
    {0x4d1, &pic_elcr_ports,    AT(slave)},
};
/* clang-format on */

static void wire_ports(struct machine *m)
{
    for (unsigned i = 0; i < sizeof(port_map) / sizeof(port_map[0]); i++) {
        int error = bus_map_ports(&m->bus, port_map[i].first, port_map[i].ports,
                                  (char *)m + port_map[i].device);

        assert(!error);
        (void)error;
    }
}

enum { TEXT_MEMORY = 0xb8000 };

static void wire_memory(struct machine *m)
{
    bus_map_memory(&m->bus, 0, m->ram, RAM_HOLE, true);
    if (m->ram_size > RAM_HOLE_END)
        bus_map_memory(&m->bus, RAM_HOLE_END, m->ram + RAM_HOLE_END, m->ram_size - RAM_HOLE_END,
                       true);
    bus_map_memory(&m->bus, TEXT_MEMORY, m->vgatext.s.memory, VGATEXT_MEMORY_SIZE, true);
}

/* ---- The schematic: interrupts, time, pins -------------------------------------------------- */

static void intr_pin(void *ctx, unsigned n, bool level)
{
    struct machine *m = ctx;

    (void)n;
    cpu_set_intr(m->cpu, level);
}

/* The CPU's bus calls come with the struct bus. */
static struct machine *machine_of(void *bus)
{
    return (struct machine *)((char *)bus - AT(bus));
}

static uint8_t acknowledge(void *ctx)
{
    return pic_acknowledge(&machine_of(ctx)->master);
}

/* Input n of the interrupt controllers, counted as IRQ 0..15. */
static struct irq_line irq(struct machine *m, unsigned n)
{
    struct pic *pic = n < PIC_INPUTS ? &m->master : &m->slave;

    return (struct irq_line){pic_set_input, pic, n % PIC_INPUTS};
}

enum { IRQ_PIT = 0, IRQ_KBD = 1, IRQ_COM1 = 4, IRQ_RTC = 8, IRQ_FERR = 13 };

/* What a device sends to the outside; nothing is sent twice when the past is run again. */
static void put_serial(void *ctx, uint8_t byte)
{
    const struct machine *m = ctx;

    if (m->observers.audience == AUDIENCE_ALL)
        char_out_put(&m->config.serial, byte);
}

static void put_debugcon(void *ctx, uint8_t byte)
{
    const struct machine *m = ctx;

    if (m->observers.audience == AUDIENCE_ALL)
        char_out_put(&m->config.debugcon, byte);
}

/* For a device that only asks for the time. */
static void no_deadline(void *device)
{
    (void)device;
}

/* CMOS byte 0x14: 80-column colour screen, x87. */
enum { EQUIPMENT = 0x22 };

static void ferr_pin(void *ctx, bool level)
{
    fpuerr_set_ferr(&machine_of(ctx)->fpuerr, level);
}

static void ignne_pin(void *ctx, unsigned n, bool level)
{
    struct machine *m = ctx;

    (void)n;
    cpu_set_ignne(m->cpu, level);
}

static int64_t timer_now(void *ctx)
{
    const struct timer_wire *wire = ctx;

    return machine_now(wire->machine);
}

/* A deadline before the end of the CPU's present slice ends the slice. */
static void timer_arm(void *ctx, int64_t when)
{
    const struct timer_wire *wire = ctx;
    struct machine *m = wire->machine;

    clock_arm(&m->clock, wire->number, when);
    if (m->run_until && clock_step_of(&m->clock, when) < m->run_until)
        cpu_request_stop(m->cpu);
}

static struct device_timer timer(struct machine *m, void (*fn)(void *), void *device)
{
    int number = clock_add_timer(&m->clock, fn, device);
    struct timer_wire *wire = &m->timer[number];

    *wire = (struct timer_wire){m, (unsigned)number};
    return (struct device_timer){wire, timer_now, timer_arm};
}

/* Either of two keys opens the A20 gate; both are open at power-on, as a boot loader leaves them.
 */
enum { A20_KBD, A20_PORT92 };

static void a20_pin(void *ctx, unsigned n, bool level)
{
    struct machine *m = ctx;

    m->s.a20[n] = level;
    cpu_set_a20(m->cpu, m->s.a20[A20_KBD] || m->s.a20[A20_PORT92]);
}

static struct irq_line a20_line(struct machine *m, unsigned key)
{
    return (struct irq_line){a20_pin, m, key};
}

static void reset_pin(void *ctx, unsigned n, bool level)
{
    struct machine *m = ctx;

    (void)n;
    if (level)
        cpu_request_reset(m->cpu);
}

static void exit_pin(void *ctx, uint32_t value)
{
    struct machine *m = ctx;

    (void)value;
    m->s.exited = true;
    cpu_request_stop(m->cpu);
}

static void wire_devices(struct machine *m)
{
    pic_init(&m->master, (struct irq_line){intr_pin, m, 0}, &m->slave);
    pic_init(&m->slave, irq(m, PIC_CASCADE_INPUT), NULL);

    const struct irq_line pit_out[PIT_CHANNELS] = {irq(m, IRQ_PIT)};
    pit_init(&m->pit, pit_out, timer(m, pit_timer, &m->pit));
    port61_init(&m->port61, &m->pit);
    kbd_init(&m->kbd, irq(m, IRQ_KBD), a20_line(m, A20_KBD), (struct irq_line){reset_pin, m, 0});
    port92_init(&m->port92, a20_line(m, A20_PORT92), (struct irq_line){reset_pin, m, 0});
    fpuerr_init(&m->fpuerr, irq(m, IRQ_FERR), (struct irq_line){ignne_pin, m, 0});
    const struct cmos_config cmos = {
        .epoch = m->config.rtc_epoch, .ram_bytes = m->ram_size, .equipment = EQUIPMENT};
    cmos_init(&m->cmos, &cmos, irq(m, IRQ_RTC), timer(m, cmos_timer, &m->cmos));
    uart_init(&m->uart, irq(m, IRQ_COM1), timer(m, uart_timer, &m->uart),
              (struct char_out){put_serial, m});
    vgatext_init(&m->vgatext, timer(m, no_deadline, &m->vgatext));
    debugcon_init(&m->debugcon, (struct char_out){put_debugcon, m});
    exitport_init(&m->exitport, (struct exit_line){exit_pin, m});
}

void machine_reset(struct machine *m)
{
    cpu_reset(m->cpu);
    pic_reset(&m->slave);
    pic_reset(&m->master);
    pit_reset(&m->pit);
    port61_reset(&m->port61);
    kbd_reset(&m->kbd);
    port92_reset(&m->port92);
    fpuerr_reset(&m->fpuerr);
    cmos_reset(&m->cmos);
    uart_reset(&m->uart);
    vgatext_reset(&m->vgatext);
    exitport_reset(&m->exitport);
    m->s.exited = false;
}

/* ---- Life -------------------------------------------------------------------------------- */

void machine_config_init(struct machine_config *config)
{
    char why[1];

    *config = (struct machine_config){.ram_mb = 64, .mips = 100, .rtc_epoch = RTC_DEFAULT_EPOCH};
    cpu_model_parse("i686", &config->cpu, why, sizeof(why));
}

static int check_config(const struct machine_config *c, char *why, size_t why_size)
{
    if (c->ram_mb < 1 || c->ram_mb > RAM_MB_MAX)
        return log_why(why, why_size, -EINVAL, "%u MB of memory: 1 to %d can be had", c->ram_mb,
                       RAM_MB_MAX);
    if (c->mips < 1 || c->mips > CLOCK_MIPS_MAX)
        return log_why(why, why_size, -EINVAL, "%u MIPS: 1 to %d can be had", c->mips,
                       CLOCK_MIPS_MAX);
    return 0;
}

/* Pages of RAM cost nothing until the guest touches them. */
static uint8_t *map_ram(uint32_t size)
{
    void *ram = mmap(NULL, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return ram == MAP_FAILED ? NULL : ram;
}

static int build(struct machine *m, char *why, size_t why_size)
{
    const struct cpu_bus cpu_bus = {.ctx = &m->bus,
                                    .page = bus_page,
                                    .read = bus_read,
                                    .write = bus_write,
                                    .in = bus_in,
                                    .out = bus_out,
                                    .intack = acknowledge,
                                    .ferr = ferr_pin};

    m->ram_size = m->config.ram_mb << 20;
    m->ram = map_ram(m->ram_size);
    if (!m->ram)
        return log_why(why, why_size, -ENOMEM, "no memory for a guest of %u MB: use a smaller -m",
                       m->config.ram_mb);
    m->cpu = cpu_create(&m->config.cpu, &cpu_bus, m->config.engine);
    if (!m->cpu)
        return log_why(why, why_size, -EINVAL, "there is no engine '%s': see forkscope doctor",
                       m->config.engine ? m->config.engine : "default");
    m->observers.cpu = m->cpu;
    clock_init(&m->clock, m->config.mips);
    jitter_start(&m->jitter, 0);
    wire_memory(m);
    wire_devices(m);
    wire_ports(m);
    return 0;
}

struct machine *machine_create(const struct machine_config *config, char *why, size_t why_size)
{
    struct machine *m;

    if (check_config(config, why, why_size))
        return NULL;
    m = calloc(1, sizeof(*m));
    if (!m) {
        log_why(why, why_size, -ENOMEM, "out of memory");
        return NULL;
    }
    m->config = *config;
    bus_init(&m->bus);
    if (build(m, why, why_size)) {
        machine_destroy(m);
        return NULL;
    }
    return m;
}

void machine_destroy(struct machine *m)
{
    if (!m)
        return;
    if (m->cpu)
        cpu_destroy(m->cpu);
    if (m->ram)
        munmap(m->ram, m->ram_size);
    for (unsigned i = 0; i < m->roms; i++)
        free(m->rom[i]);
    free(m);
}

int machine_map_rom(struct machine *m, uint32_t paddr, const void *image, uint32_t size)
{
    uint64_t whole = ((uint64_t)size + BUS_PAGE - 1) / BUS_PAGE * BUS_PAGE;
    int error;

    if (m->roms == MACHINE_ROMS)
        return -ENOSPC;
    if (!size || whole > UINT32_MAX)
        return -EINVAL;
    uint8_t *rom = malloc(whole);
    if (!rom)
        return -ENOMEM;
    memset(rom, 0xff, whole);
    memcpy(rom, image, size);
    error = bus_map_memory(&m->bus, paddr, rom, (uint32_t)whole, false);
    if (error) {
        free(rom);
        return error;
    }
    m->rom[m->roms++] = rom;
    cpu_tlb_flush(m->cpu);
    return 0;
}

int machine_attach_ports(struct machine *m, uint16_t first, const struct device_ports *ports,
                         void *device)
{
    return bus_map_ports(&m->bus, first, ports, device);
}

int machine_attach(struct machine *m, const struct cpu_hooks *hooks)
{
    return machine_attach_as(m, hooks, OBSERVER_ONCE);
}

int machine_attach_as(struct machine *m, const struct cpu_hooks *hooks, enum observer_kind kind)
{
    return observers_add(&m->observers, hooks, kind);
}

void machine_set_audience(struct machine *m, enum audience audience)
{
    observers_set_audience(&m->observers, audience);
}

void machine_detach(struct machine *m, const struct cpu_hooks *hooks)
{
    observers_remove(&m->observers, hooks);
}

/* ---- Looking ----------------------------------------------------------------------------- */

struct cpu *machine_cpu(struct machine *m)
{
    return m->cpu;
}

uint8_t *machine_ram(struct machine *m)
{
    return m->ram;
}

uint32_t machine_ram_size(const struct machine *m)
{
    return m->ram_size;
}

uint64_t machine_icount(const struct machine *m)
{
    return cpu_state(m->cpu)->icount;
}

uint32_t machine_exit_value(const struct machine *m)
{
    return m->exitport.s.value;
}

int64_t machine_now(const struct machine *m)
{
    return clock_at(&m->clock, cpu_state(m->cpu)->icount);
}

int64_t machine_idle_time(const struct machine *m)
{
    return m->clock.s.idle;
}

int64_t machine_idle_left(const struct machine *m)
{
    int64_t next = clock_next(&m->clock), now = machine_now(m);

    if (next == TIMER_NEVER)
        return -1;
    return next > now ? next - now : 0;
}
