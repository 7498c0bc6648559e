/*
 * What a machine consists of. Private to emu/machine/machine.c, which wires it,
 * emu/machine/machine_run.c, and emu/time/, which saves it.
 */
#ifndef FORKSCOPE_EMU_MACHINE_INTERNAL_H
#define FORKSCOPE_EMU_MACHINE_INTERNAL_H

#include "devices/cmos.h"
#include "devices/debugcon.h"
#include "devices/exitport.h"
#include "devices/fpuerr.h"
#include "devices/kbd.h"
#include "devices/pic.h"
#include "devices/pit.h"
#include "devices/port61.h"
#include "devices/port92.h"
#include "devices/uart.h"
#include "devices/vgatext.h"
#include "emu/machine/bus.h"
#include "emu/machine/clock.h"
#include "emu/machine/jitter.h"
#include "emu/machine/machine.h"
#include "emu/machine/observers.h"

enum { MACHINE_ROMS = 4 };

/* A device's timer: the clock, and which of its timers it is. */
struct timer_wire {
    struct machine *machine;
    unsigned number;
};

/* Plain data: a snapshot copies it. */
struct machine_state {
    uint64_t turn_icount; /* the step that `turn` and `halted` belong to; see machine_turn() */
    uint32_t turn;
    bool halted; /* the CPU was found halted, and neither time nor input has come since */
    bool a20[2]; /* levels of the two lines that open the gate */
    bool exited;
};

struct machine {
    struct machine_config config;
    struct machine_state s;
    struct cpu *cpu;
    struct bus bus;
    struct clock clock;
    struct jitter_state jitter;
    struct cpu_hooks jitter_hooks;
    struct observers observers;

    uint8_t *ram;
    uint32_t ram_size;
    uint8_t *rom[MACHINE_ROMS];
    unsigned roms;

    struct pic master, slave;
    struct pit pit;
    struct kbd kbd;
    struct port61 port61;
    struct port92 port92;
    struct fpuerr fpuerr;
    struct cmos cmos;
    struct uart uart;
    struct vgatext vgatext;
    struct debugcon debugcon;
    struct exitport exitport;

    struct timer_wire timer[CLOCK_TIMERS];

    uint64_t run_until; /* of the cpu_run() under way; 0: none */
    bool interactive;
    bool stop_requested;
};

#endif
