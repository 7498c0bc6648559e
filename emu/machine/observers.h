/*
 * Several observers on the one set of hooks that a CPU has.
 *
 * Each observer gets every hook it has a function for, in the order of attachment. A hook that
 * nobody has a function for stays NULL in the CPU and costs nothing. Exec and mem hooks go to all
 * who listen: each looks whether the address is one of its own.
 *
 * When the past is run again (emu/time/history.h), who writes things down must not do so twice:
 * observers_set_audience() says who listens.
 */
#ifndef FORKSCOPE_EMU_OBSERVERS_H
#define FORKSCOPE_EMU_OBSERVERS_H

#include "cpu/cpu.h"
#include "cpu/hooks.h"

enum { OBSERVERS = 16 };

/* What an observer is to the machine. */
enum observer_kind {
    OBSERVER_ONCE,  /* is told of each step once: traces, logs */
    OBSERVER_AGAIN, /* also when the past is run again: breakpoints */
    OBSERVER_PART,  /* is a part of the machine: it always listens */
};

/* Who listens now. */
enum audience {
    AUDIENCE_ALL,
    AUDIENCE_AGAIN, /* not those of OBSERVER_ONCE */
    AUDIENCE_PARTS, /* those of OBSERVER_PART alone */
};

struct observers {
    struct cpu *cpu;
    enum audience audience;
    struct {
        const struct cpu_hooks *hooks;
        enum observer_kind kind;
    } all[OBSERVERS];
    unsigned all_count;
    const struct cpu_hooks *list[OBSERVERS]; /* who listens */
    unsigned count;
};

/* The hooks must live until they are removed. 0 or -ENOMEM (too many). Not from inside a hook. */
int observers_add(struct observers *o, const struct cpu_hooks *hooks, enum observer_kind kind);
void observers_remove(struct observers *o, const struct cpu_hooks *hooks);
/* Not from inside a hook. */
void observers_set_audience(struct observers *o, enum audience audience);

#endif
