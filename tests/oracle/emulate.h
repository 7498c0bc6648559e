/*
 * The emulator's side of the native oracle: a CPU at ring 3 with paging on, segments and tables as
 * a 32-bit process sees them under an x86-64 Linux kernel, and the windows of oracle_case.h.
 */
#ifndef FORKSCOPE_TESTS_ORACLE_EMULATE_H
#define FORKSCOPE_TESTS_ORACLE_EMULATE_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/cpu.h"
#include "tests/oracle/oracle_case.h"

struct emulator;

/* Vector of a test that did not end in an exception. */
enum { EMULATE_NO_VECTOR = 0xff };

struct emulator *emulator_create(const struct cpu_model *model, const char *engine);
void emulator_destroy(struct emulator *emulator);

/* See native_cpu_limit(). */
void emulator_set_cpu_limit(struct emulator *emulator, uint32_t limit);

/* The memory contents of the tests that follow; as in struct oracle_batch. */
void emulator_set_pattern(struct emulator *emulator, uint32_t seed);

/* Runs one test; false: it would touch addresses that the native program needs for itself. */
bool emulator_run(struct emulator *emulator, const struct oracle_input *in,
                  struct oracle_output *out);

/* The base of a segment as a selector gives it, 0 where it gives none. */
uint32_t emulator_segment_base(uint16_t selector);
/* Its D/B bit. */
bool emulator_segment_is_32bit(uint16_t selector);

#endif
