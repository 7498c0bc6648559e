/*
 * Several observers on the one set of hooks that a CPU has.
 *
 * Each observer gets every hook it has a function for, in the order of attachment. A hook that
 * nobody has a function for stays NULL in the CPU and costs nothing. Exec and mem hooks go to all
 * who listen: each looks whether the address is one of its own.
 */
#ifndef FORKSCOPE_EMU_OBSERVERS_H
#define FORKSCOPE_EMU_OBSERVERS_H

#include "cpu/cpu.h"
#include "cpu/hooks.h"

enum { OBSERVERS = 16 };

struct observers {
    struct cpu *cpu;
    const struct cpu_hooks *list[OBSERVERS];
    unsigned count;
};

/* The hooks must live until they are removed. 0 or -ENOMEM (too many). Not from inside a hook. */
int observers_add(struct observers *o, const struct cpu_hooks *hooks);
void observers_remove(struct observers *o, const struct cpu_hooks *hooks);

#endif
