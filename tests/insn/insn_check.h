/* What a case expects against what came out. */
#ifndef FORKSCOPE_TESTS_INSN_CHECK_H
#define FORKSCOPE_TESTS_INSN_CHECK_H

#include <stdbool.h>
#include <stdio.h>

#include "tests/insn/insn_case.h"

/* The test that a user-mode case is, for the emulator and for the host. */
void insn_case_input(const struct insn_case *c, struct oracle_input *in);

/* True: as expected. Otherwise `report` gets the case and a line for each difference. `system`:
 * the system registers, NULL for user mode. `who` ran it. */
bool insn_check(const struct insn_case *c, const char *who, const struct oracle_output *out,
                const uint32_t *system, FILE *report);

#endif
