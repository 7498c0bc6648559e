/*
 * How a run ended, in the forms people and scripts want it: a sentence, an exit code, JSON.
 */
#ifndef FORKSCOPE_EMU_REPORT_H
#define FORKSCOPE_EMU_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu/cpu.h"
#include "cpu/meter.h"
#include "emu/exitcode.h"
#include "emu/options.h"

enum run_end {
    RUN_GUEST_EXIT, /* the exit port was written */
    RUN_TRIPLE,
    RUN_STUCK,       /* hlt with interrupts off, or no deadline and no input left */
    RUN_IDLE,        /* --idle-limit */
    RUN_PANIC,       /* panic() was reached, and the guest did not end by itself */
    RUN_RESET,       /* with --no-reboot */
    RUN_BUDGET,      /* --max-insns */
    RUN_WALL,        /* --wall-timeout */
    RUN_INTERRUPTED, /* SIGINT, SIGTERM, or Ctrl-A x */
    RUN_OUTPUT,      /* something could not be written */
    RUN_ENDS,
};

struct report {
    enum run_end end;
    bool panicked;        /* panic() was reached before the end */
    uint32_t guest_value; /* RUN_GUEST_EXIT: what it wrote */
    uint64_t icount;
    int64_t now, idle; /* virtual ns */
    uint32_t eip;
    const char *where; /* eip as a symbol */
    double wall;       /* host seconds; goes to stderr only */
};

/* A stable word for scripts ("exit", "triple-fault", ...). */
const char *report_word(const struct report *r);

int report_exitcode(const struct report *r, enum exit_mode mode);

/* One sentence for people. Returns `buf`. */
const char *report_sentence(const struct report *r, char *buf, size_t size);

/* Counters and where the host's time went, on stderr. */
void report_stats(const struct report *r, const struct cpu_stats *cpu, const struct meter *meter);
/* The clock of that meter: cheap, of no particular unit. */
uint64_t report_clock(void);

/* 0, or -errno with a sentence in `why`. The file holds nothing of the host. */
int report_write_json(const struct report *r, int exitcode, const char *path, char *why,
                      size_t why_size);

#endif
