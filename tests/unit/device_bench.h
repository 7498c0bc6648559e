/*
 * A test bench for one device: what is at the other end of its wires, in plain data, so that a
 * test can copy the bench together with the device's state and go back to that moment.
 */
#ifndef FORKSCOPE_TESTS_DEVICE_BENCH_H
#define FORKSCOPE_TESTS_DEVICE_BENCH_H

#include <check.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "devices/device.h"

enum { BENCH_LINES = 8, BENCH_BYTES = 8192 };

struct bench {
    int64_t now;
    int64_t deadline;
    bool level[BENCH_LINES];
    unsigned rises[BENCH_LINES];
    int64_t changed[BENCH_LINES]; /* when the line last changed */
    uint8_t bytes[BENCH_BYTES];
    size_t byte_count;
};

static struct bench bench;

static inline void bench_reset(void)
{
    memset(&bench, 0, sizeof bench);
    bench.deadline = TIMER_NEVER;
}

static inline void bench_drive(void *ctx, unsigned n, bool level)
{
    struct bench *b = ctx;
    if (b->level[n] == level)
        return;
    b->rises[n] += level;
    b->level[n] = level;
    b->changed[n] = b->now;
}

static inline struct irq_line bench_line(unsigned n)
{
    return (struct irq_line){bench_drive, &bench, n};
}

static inline int64_t bench_now(void *ctx)
{
    return ((struct bench *)ctx)->now;
}

static inline void bench_arm(void *ctx, int64_t when)
{
    ((struct bench *)ctx)->deadline = when;
}

static inline struct device_timer bench_timer(void)
{
    return (struct device_timer){&bench, bench_now, bench_arm};
}

static inline void bench_put(void *ctx, uint8_t byte)
{
    struct bench *b = ctx;
    ck_assert_uint_lt(b->byte_count, BENCH_BYTES);
    b->bytes[b->byte_count++] = byte;
}

static inline struct char_out bench_char_out(void)
{
    return (struct char_out){bench_put, &bench};
}

/* Lets virtual time go on until `until`, calling the device at each deadline on the way. */
static inline void bench_run(int64_t until, void (*timer)(void *), void *device)
{
    while (bench.deadline != TIMER_NEVER && bench.deadline <= until) {
        if (bench.deadline > bench.now)
            bench.now = bench.deadline;
        bench.deadline = TIMER_NEVER;
        timer(device);
    }
    bench.now = until;
}

/* A short deterministic sequence of bytes, for writing nonsense into registers. */
static inline uint32_t bench_noise(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Runs one suite's cases and returns the exit code of main. */
static inline int bench_main(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
