/*
 * What the CPU did and why, in plain words: interrupts and exceptions with the gate, descriptor,
 * TSS and page-table entries that decided, those that could not be delivered, returns, hardware
 * task switches, and the chain of faults that ends in a triple fault.
 *
 * An explain_log is told by the CPU's hooks and keeps the last happenings; explaining reads the
 * guest's tables as they are then. That is exact for a crash (nothing runs behind it) and for the
 * last step; tables that the guest changed between a happening and its explanation are told as
 * they are now.
 *
 * References are to the SDM, volume 3, chapters 4 to 8.
 */
#ifndef FORKSCOPE_EMU_EXPLAIN_EXPLAIN_H
#define FORKSCOPE_EMU_EXPLAIN_EXPLAIN_H

#include <stdio.h>

#include "cpu/hooks.h"
#include "emu/guest/inspect.h"

enum { EXPLAIN_KEPT = 16 };

enum explain_kind { EXPLAIN_INT, EXPLAIN_FAILED, EXPLAIN_IRET, EXPLAIN_TASK, EXPLAIN_SHUTDOWN };

struct explain_event {
    enum explain_kind kind;
    uint64_t icount;
    struct cpu_state after; /* where the CPU was then; EXPLAIN_FAILED: still at the instruction */
    union {
        struct cpu_int_event interrupt;
        struct cpu_failed_event failed;
        struct cpu_iret_event iret;
        struct cpu_task_event task;
    };
};

struct explain_log {
    struct machine *machine;
    struct cpu_hooks hooks;
    struct explain_event event[EXPLAIN_KEPT]; /* a ring */
    uint64_t count;                           /* of all that came */
};

/* What is listened to. Failures and shutdown cost nothing; the rest makes INT and IRET slower. */
enum explain_what { EXPLAIN_CRASHES, EXPLAIN_ALL };

/* 0 or -ENOMEM. The log must live until it is detached. */
int explain_attach(struct explain_log *log, struct machine *machine, enum explain_what what);
void explain_detach(struct explain_log *log);

/* The chain of faults behind a triple fault; false: there was none. */
bool explain_crash(const struct explain_log *log, const struct inspect *in, FILE *out);

/* What happened in one step. */
bool explain_step(const struct explain_log *log, const struct inspect *in, uint64_t icount,
                  FILE *out);

/* The instruction that the CPU stands before, and where that is. */
void explain_place(const struct inspect *in, FILE *out);

#endif
