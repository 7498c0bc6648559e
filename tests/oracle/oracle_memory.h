/*
 * The contents of the test windows. Compiled for both sides, so that they agree to the byte.
 *
 * `host[i]` is where window i lies for this side; `pristine[i]` is a copy of what it holds between
 * tests.
 */
#ifndef FORKSCOPE_TESTS_ORACLE_MEMORY_H
#define FORKSCOPE_TESTS_ORACLE_MEMORY_H

#include "tests/oracle/oracle_case.h"

struct oracle_memory {
    uint8_t *host[ORACLE_WINDOWS];
    uint8_t *pristine[ORACLE_WINDOWS];
};

extern const struct oracle_window oracle_windows[ORACLE_WINDOWS];

/* Fills all windows: code with INT3, data with a pattern of the seed. */
void oracle_memory_fill(struct oracle_memory *memory, uint32_t seed);

/* Puts a test's code and pokes into memory and the pristine copy. */
void oracle_memory_load(struct oracle_memory *memory, const struct oracle_input *in);

/* Lists the bytes that differ from the pristine copy, and puts those back. */
void oracle_memory_collect(struct oracle_memory *memory, struct oracle_output *out);

/* Takes the code and the pokes out again. */
void oracle_memory_unload(struct oracle_memory *memory, const struct oracle_input *in,
                          uint32_t seed);

/* The window of an address, or ORACLE_WINDOWS. */
unsigned oracle_window_of(uint32_t address);

#endif
