/*
 * A crystal, counted exactly: tick k of a crystal of `hz` comes k / hz seconds after power-on.
 *
 * A tick seldom falls on a whole nanosecond. oscillator_ns() rounds up, so that at the time it
 * returns the tick has come: oscillator_ticks(hz, oscillator_ns(hz, k)) == k for hz up to 1 GHz.
 * Whole seconds are taken apart first, so nothing overflows and no error adds up.
 */
#ifndef FORKSCOPE_DEVICES_OSCILLATOR_H
#define FORKSCOPE_DEVICES_OSCILLATOR_H

#include <stdint.h>

#define NS_PER_SECOND INT64_C(1000000000)

/* How many ticks have come by `ns` (>= 0). */
static inline int64_t oscillator_ticks(int64_t hz, int64_t ns)
{
    return ns / NS_PER_SECOND * hz + ns % NS_PER_SECOND * hz / NS_PER_SECOND;
}

/* The first whole nanosecond at which `ticks` (>= 0) have come. */
static inline int64_t oscillator_ns(int64_t hz, int64_t ticks)
{
    return ticks / hz * NS_PER_SECOND + (ticks % hz * NS_PER_SECOND + hz - 1) / hz;
}

#endif
