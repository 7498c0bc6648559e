/*
 * A random world for the processor: registers, descriptor tables, TSS, page tables and code, all
 * drawn from one seed. Enough of it is sound that a guest gets somewhere, and enough of it is not
 * that it comes where few guests go.
 */
#ifndef FORKSCOPE_TESTS_FUZZ_CPU_WORLD_H
#define FORKSCOPE_TESTS_FUZZ_CPU_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/cpu.h"

enum {
    WORLD_RAM = 256 << 10,
    WORLD_DEVICE = 0x3f000,     /* the last page is device memory */
    WORLD_READ_ONLY = 0x7000,   /* a page that ignores writes, like ROM */
    WORLD_PAGE_TABLES = 0x8000, /* directory and three tables */
};

struct world {
    uint8_t ram[WORLD_RAM];
    struct cpu_state state;
    uint32_t watch;     /* 0: none */
    uint32_t exec_hook; /* the first of some; 0: none */
    bool every_insn;
    struct cpu_model model;
};

/* The same seed gives the same world. */
void cpu_world_make(struct world *w, uint64_t seed);

#endif
