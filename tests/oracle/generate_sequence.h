/*
 * Random tests of several instructions in a row, for what an engine keeps from one instruction to
 * the next: lazy flags, decoded blocks, pairs. They run on to an INT3, with short jumps over the
 * next instruction, and sometimes a LOOP round all of it.
 *
 * Only instructions are taken whose results are wholly defined, since every later one may look at
 * them. (Logic leaves AF open, and every processor clears it.)
 */
#ifndef FORKSCOPE_TESTS_ORACLE_GENERATE_SEQUENCE_H
#define FORKSCOPE_TESTS_ORACLE_GENERATE_SEQUENCE_H

#include <stdbool.h>

#include "cpu/insn.h"
#include "tests/oracle/oracle_case.h"
#include "tests/oracle/random.h"

/* `length` instructions of these rows; fewer where they are long. */
bool generate_sequence(struct oracle_rng *rng, const struct cpu_model *model, const unsigned *rows,
                       unsigned row_count, unsigned length, struct oracle_input *in);

#endif
