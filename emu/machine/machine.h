/*
 * The PC that the guest runs on: a CPU, RAM, and a handful of devices wired together.
 *
 *   RAM          1..1024 MB at physical 0, with the hole 0xa0000..0xfffff (device memory and ROM)
 *   8259A pair   0x20, 0xa0       8254        0x40..0x43, IRQ 0; gate and speaker bit 0x61
 *   16550A       0x3f8, IRQ 4     CMOS/RTC    0x70, 0x71, IRQ 8
 *   keyboard     0x60, 0x64, IRQ 1; A20, reset 0x92
 *   text screen  0x3d4..0x3da, memory 0xb8000..0xbffff
 *   debugcon     0xe9             exit port   0xf4 (isa-debug-exit)
 *   x87 errors   FERR#, 0xf0, IRQ 13
 *   anything else reads as all ones
 *
 * Time is virtual: 1 step of the CPU is 1000/mips nanoseconds; a halted CPU skips to the next
 * deadline. Nothing here reads the host's clock. emu/machine/machine.c is the schematic.
 *
 * Not modelled: PCI, ACPI, DMA, a BIOS (a kernel is loaded directly, see emu/boot/loader.h).
 */
#ifndef FORKSCOPE_EMU_MACHINE_H
#define FORKSCOPE_EMU_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/cpu.h"
#include "cpu/hooks.h"
#include "devices/device.h"
#include "devices/vgatext.h"
#include "emu/machine/bus.h"
#include "emu/machine/observers.h"

struct machine;

/* The hole in RAM (device memory and ROM): first byte, and first byte behind it. */
enum { RAM_HOLE = 0xa0000, RAM_HOLE_END = 0x100000 };

struct machine_config {
    uint32_t ram_mb; /* 1..1024 */
    struct cpu_model cpu;
    const char *engine;     /* NULL: the default */
    uint32_t mips;          /* virtual speed: steps per microsecond, 1..10000 */
    int64_t rtc_epoch;      /* seconds since 1970 that the RTC shows at power-on */
    struct char_out serial; /* what the guest sends on COM1 */
    struct char_out debugcon;
};

/* Fills in the defaults: 64 MB, i686, default engine, 100 MIPS, RTC at a fixed date. */
void machine_config_init(struct machine_config *config);

/* NULL when out of memory or the configuration is out of range; `why` then says so. */
struct machine *machine_create(const struct machine_config *config, char *why, size_t why_size);
void machine_destroy(struct machine *m);

struct cpu *machine_cpu(struct machine *m);
uint8_t *machine_ram(struct machine *m);
uint32_t machine_ram_size(const struct machine *m);
/* Steps since power-on. */
uint64_t machine_icount(const struct machine *m);

/* Why machine_run() returned. */
enum machine_end {
    MACHINE_RUNNING, /* `until` reached, or a long idle time skipped: call again */
    MACHINE_EXIT,    /* the guest wrote the exit port; see machine_exit_value() */
    MACHINE_TRIPLE,  /* triple fault; the state is the one before the reset */
    MACHINE_STUCK,   /* halted, and nothing can ever wake it */
    MACHINE_STOPPED, /* machine_request_stop() */
    MACHINE_RESET,   /* the guest asked for a reset; machine_reset() carries it out */
    MACHINE_IDLE,    /* halted until time or input wakes it (see machine_set_interactive) */
};

/* Runs until the CPU's icount reaches `until` or something else ends it. */
enum machine_end machine_run(struct machine *m, uint64_t until);
void machine_request_stop(struct machine *m);
/* From inside an exec or insn hook: as cpu_stop_before(). */
void machine_stop_before(struct machine *m);
/* What the guest wrote to the exit port last. */
uint32_t machine_exit_value(const struct machine *m);

/* RESET# to the CPU and all devices. Memory and time go on. */
void machine_reset(struct machine *m);

/* Interactive: a halted guest is handed back as MACHINE_IDLE instead of being skipped ahead to its
 * next deadline, so that a person at a terminal sees time pass as it does for them. The caller
 * waits, then either gives input or calls machine_skip_idle(). */
void machine_set_interactive(struct machine *m, bool on);
bool machine_interactive(const struct machine *m);
/* Virtual nanoseconds from now to the next deadline; -1: there is none. */
int64_t machine_idle_left(const struct machine *m);
void machine_skip_idle(struct machine *m);

/* From this step on timer interrupts come where `seed` draws them (emu/machine/jitter.h); 0: no
 * more. Not to be called from inside a hook. 0, or as machine_attach(). */
int machine_set_jitter(struct machine *m, uint64_t seed);

/* Virtual time in nanoseconds since power-on, and how much of it the CPU was halted. */
int64_t machine_now(const struct machine *m);
int64_t machine_idle_time(const struct machine *m);

/* Outside input, taken at the current step, between two calls of machine_run(). Returns how many
 * bytes the UART accepted. */
size_t machine_serial_input(struct machine *m, const uint8_t *bytes, size_t n);
/* The modem's carrier on COM1; it is there from the start. Taking it away is a hang-up. */
void machine_set_carrier(struct machine *m, bool up);
/* Has the guest enabled COM1's receive interrupt? */
bool machine_serial_listens(const struct machine *m);

/*
 * Where the machine is among the moments of one step: a halted CPU stays at its step while time is
 * skipped and input comes. The turn is 0 when the step is reached, and one more each time the CPU
 * is found halted or time is skipped. (icount, turn) is the place of an input: who runs the machine
 * in the same way from the same state comes by the same turns.
 */
uint32_t machine_turn(const struct machine *m);
/* The CPU was found halted at this step, and neither time nor input has come since. */
bool machine_is_halted(const struct machine *m);

/* The screen, for looking at. A key goes down or up: as kbd_press(). */
const struct vgatext *machine_screen(const struct machine *m);
bool machine_press_key(struct machine *m, const uint8_t *code, size_t n);

/* Writes guest memory from outside, as a debugger does. False: not all of it is memory, nothing was
 * written. */
bool machine_poke(struct machine *m, uint32_t paddr, const void *from, size_t size);

/* Observers: each gets every hook it has a function for, in the order of attachment. The hooks must
 * live until they are detached; not to be called from inside a hook. 0, -ENOMEM. */
int machine_attach(struct machine *m, const struct cpu_hooks *hooks);
void machine_detach(struct machine *m, const struct cpu_hooks *hooks);
/* machine_attach() is for OBSERVER_ONCE. */
int machine_attach_as(struct machine *m, const struct cpu_hooks *hooks, enum observer_kind kind);
/* Who listens while the machine runs; but for AUDIENCE_ALL its serial port and debug console are
 * silent too. */
void machine_set_audience(struct machine *m, enum audience audience);

/* Other registers, from outside. */
void machine_set_cpu(struct machine *m, const struct cpu_state *state);

/* Who keeps watch over the pages of RAM (emu/machine/bus.h); NULL: nobody. To be called again when
 * pages are guarded that were not. */
void machine_guard_ram(struct machine *m, const struct bus_guard *guard);
/* Maps part of a file over pages of RAM, copy-on-write; fd -1: zeroes (emu/time/savefile.h). 0 or
 * -errno, in errno too. */
int machine_map_ram(struct machine *m, uint32_t page, uint32_t pages, int fd, int64_t offset);
/* As machine_ram(), for who is about to write anywhere in it (a loader); the guard is told. */
uint8_t *machine_ram_to_write(struct machine *m);

/* More hardware, before the first run: a ROM image (copied; the rest of its last page reads as all
 * ones), and a register block at free ports. 0, or -errno as bus_map_*() say. */
int machine_map_rom(struct machine *m, uint32_t paddr, const void *image, uint32_t size);
int machine_attach_ports(struct machine *m, uint16_t first, const struct device_ports *ports,
                         void *device);

#endif
