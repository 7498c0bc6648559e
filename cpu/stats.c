/* The names of the counters. They are counted where the work is done. */
#include "cpu/cpu.h"

const struct cpu_stat_row cpu_stat_rows[] = {
#define STAT(name, text) {text, offsetof(struct cpu_stats, name)},
#include "cpu/stats.def"
    {NULL, 0},
};
