/*
 * How instructions are carried out, behind one interface.
 *
 * `step` decodes one instruction and runs it: it is the oracle. Every other engine must give the
 * same state at every icount. An engine owns only derived data; create() may fail, nothing else.
 */
#ifndef FORKSCOPE_CPU_ENGINE_H
#define FORKSCOPE_CPU_ENGINE_H

#include "cpu/cpu.h"

struct cpu_engine {
    const char *name;
    /* 0 or -ENOMEM. NULL: nothing to set up. */
    int (*create)(struct cpu *cpu);
    void (*destroy)(struct cpu *cpu);
    /* See cpu_run(). */
    enum cpu_stop (*run)(struct cpu *cpu, uint64_t until);
    /* Is decoded code of this physical page kept? Where the answer changes, the engine calls
     * mmu_refresh_phys(). NULL: never. */
    bool (*holds_code)(const struct cpu *cpu, uint32_t page);
    /* Guest code at these physical bytes may have changed. NULL: nothing is kept. */
    void (*code_written)(struct cpu *cpu, uint32_t paddr, uint32_t size);
    /* Forget everything (hooks, model or mapping changed). */
    void (*flush)(struct cpu *cpu);
};

extern const struct cpu_engine cpu_engine_block;
extern const struct cpu_engine cpu_engine_step;

/* All engines of this build, ended by NULL; the first is the default. */
extern const struct cpu_engine *const cpu_engines[];

#endif
