/* The instruction bytes of a random test, and where they lie. */
#ifndef FORKSCOPE_TESTS_ORACLE_GENERATE_CODE_H
#define FORKSCOPE_TESTS_ORACLE_GENERATE_CODE_H

#include <stdbool.h>

#include "cpu/insn.h"
#include "tests/oracle/oracle_case.h"
#include "tests/oracle/random.h"

/* Random bytes of this row for a 16- or 32-bit segment; `bytes` has room for 15. False: none were
 * found, or they would be a system call. */
bool generate_insn(struct oracle_rng *rng, const struct cpu_model *model, unsigned row, bool code32,
                   uint8_t *bytes, struct insn *insn);

/* Fills in->code, code_at, CS and EIP. False: no bytes of this row were found. */
bool generate_code(struct oracle_rng *rng, const struct cpu_model *model, unsigned row,
                   struct oracle_input *in, struct insn *insn);

#endif
