/* Compares what the silicon did with what the emulator did, as far as it is defined. */
#ifndef FORKSCOPE_TESTS_ORACLE_JUDGE_H
#define FORKSCOPE_TESTS_ORACLE_JUDGE_H

#include <stdbool.h>
#include <stdio.h>

#include "cpu/insn.h"
#include "tests/oracle/oracle_case.h"

/* Flags that this instruction, with these operands, leaves undefined. */
uint32_t judge_undefined_flags(const struct insn *insn, const struct oracle_input *in);

/* True: alike. INSN_INVALID stands for a sequence: nothing in it is left open. `report` (may be
 * NULL) gets a line for each difference. */
bool judge_compare(const struct insn *insn, const struct oracle_input *in,
                   const struct oracle_output *silicon, const struct oracle_output *emulated,
                   FILE *report);

#endif
