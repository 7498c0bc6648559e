/*
 * What engines are compared on: a CPU with RAM, ports that answer by their number and raise
 * interrupts, and observers that come and go. Two such worlds are in step when their states, their
 * memory, their rings and all that their hooks were told are the same.
 */
#ifndef FORKSCOPE_TESTS_LOCKSTEP_WORLD_H
#define FORKSCOPE_TESTS_LOCKSTEP_WORLD_H

#include "cpu/cpu.h"
#include "cpu/hooks.h"

enum { RAM_SIZE = 1 << 20, RING_RECORDS = 300 };

struct world {
    uint8_t *ram;
    struct cpu *cpu;
    struct cpu_hooks hooks;
    uint64_t told; /* a digest of what the hooks were told, and when */
    int watch;
};

/* Ends the program where it cannot. */
void world_create(struct world *w, const char *engine);
void world_destroy(struct world *w);

/* False: they differ, and standard output says where. */
bool world_same_state(const struct cpu_state *a, const struct cpu_state *b);
bool world_same_ram(const struct world *a, const struct world *b);
bool world_same_ring(struct world *a, struct world *b);
void world_print_state(const char *who, const struct cpu_state *s);

/* Hooks of interrupts and IRET on or off; the others are always there. */
void world_observe(struct world *w, bool on);
/* One watch, in the place of the one before; size 0: none. */
void world_watch(struct world *w, uint32_t first, uint32_t size);

#endif
