/*
 * A test as one line of text, `name=value` with values in hex: what a failure prints, and what
 * `oracle --case` runs. Registers that are not named are 0; segment registers are flat, the x87 is
 * as after FINIT.
 *
 *   code=0fafc3 at=10000800 eip=10000800 eflags=302 eax=7 poke=00004000:1234
 */
#ifndef FORKSCOPE_TESTS_ORACLE_CASE_TEXT_H
#define FORKSCOPE_TESTS_ORACLE_CASE_TEXT_H

#include <stdio.h>

#include "tests/oracle/oracle_case.h"

/* The state that a text starts from. */
void case_text_default(struct oracle_input *in);
void case_text_print(FILE *out, const struct oracle_input *in, uint32_t pattern);
/* 0, or -EINVAL with the word that is wrong in `why`. */
int case_text_parse(const char *text, struct oracle_input *in, uint32_t *pattern, char *why,
                    unsigned long why_size);

#endif
