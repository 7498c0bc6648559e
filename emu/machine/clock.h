/*
 * Virtual time and the deadlines that lie in it.
 *
 * Time is counted, never measured: now = idle + stolen + icount * 1000 / mips, in nanoseconds since
 * power-on, in whole numbers. `icount` is the CPU's step counter; `idle` is what a halted CPU has
 * skipped; `stolen` is what jitter has taken from a running one (emu/machine/jitter.h). It only
 * goes forward.
 *
 * Each device owns one timer with at most one deadline. A deadline comes due at the first step at
 * which now >= when; timers that are due together fire in the order of their times, then of their
 * numbers. So every interrupt that a timer causes lands on the same step in every run.
 */
#ifndef FORKSCOPE_EMU_CLOCK_H
#define FORKSCOPE_EMU_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum { CLOCK_TIMERS = 8, CLOCK_MIPS_MAX = 10000 };

/* No deadline: a step that is never reached. */
#define CLOCK_NEVER UINT64_MAX

/* Plain data: a snapshot copies it. */
struct clock_state {
    uint32_t mips;
    int64_t idle, stolen;       /* ns */
    int64_t when[CLOCK_TIMERS]; /* ns, or TIMER_NEVER */
};

struct clock {
    struct clock_state s;
    struct {
        void (*fn)(void *ctx);
        void *ctx;
    } timer[CLOCK_TIMERS];
    unsigned count;
};

/* mips: steps per microsecond, 1..CLOCK_MIPS_MAX. */
void clock_init(struct clock *c, uint32_t mips);

/* Returns the new timer's number, or -ENOSPC. */
int clock_add_timer(struct clock *c, void (*fn)(void *ctx), void *ctx);

/* ns at a step, and the first step at which `when` has come (CLOCK_NEVER for TIMER_NEVER). */
int64_t clock_at(const struct clock *c, uint64_t icount);
uint64_t clock_step_of(const struct clock *c, int64_t when);

void clock_arm(struct clock *c, unsigned timer, int64_t when);

/* The earliest deadline in ns; TIMER_NEVER if there is none. */
int64_t clock_next(const struct clock *c);

/* Calls every timer that is due at this step, in order. */
void clock_fire(struct clock *c, uint64_t icount);

/* A halted CPU skips: afterwards clock_at(icount) == max(before, when). */
void clock_skip_to(struct clock *c, uint64_t icount, int64_t when);

/* A running CPU is made to skip to the earliest deadline, if there is one. */
void clock_leap(struct clock *c, uint64_t icount);

#endif
