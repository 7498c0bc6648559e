/*
 * Makes random tests. Each starts from a row of insn.def, so that no instruction is forgotten, and
 * from random bytes behind the opcode; registers and memory are then arranged so that most
 * operands lie where there is memory, at interesting places of it.
 */
#ifndef FORKSCOPE_TESTS_ORACLE_GENERATE_H
#define FORKSCOPE_TESTS_ORACLE_GENERATE_H

#include <stdbool.h>

#include "cpu/insn.h"
#include "tests/oracle/oracle_case.h"
#include "tests/oracle/random.h"

/* One test of this row. False: none came out of a few tries. `insn` is what it decodes to. */
bool generate_test(struct oracle_rng *rng, const struct cpu_model *model, unsigned row,
                   struct oracle_input *in, struct insn *insn);

#endif
