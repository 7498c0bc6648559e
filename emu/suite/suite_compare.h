/*
 * What a run wrote against what was expected: the first divergence, with what led to it.
 */
#ifndef FORKSCOPE_EMU_SUITE_COMPARE_H
#define FORKSCOPE_EMU_SUITE_COMPARE_H

#include <stdbool.h>
#include <stdio.h>

#include "emu/support/textdiff.h"

enum { SUITE_CONTEXT = 10 };

/* Are they the same? Else prints to `out` where they part, SUITE_CONTEXT events before that place,
 * and what follows on each side. An event of a text trace is a line and the indented ones below. */
bool suite_compare_traces(FILE *out, const struct text_lines *expected,
                          const struct text_lines *got);

/* The same of plain texts, where each line counts. */
bool suite_compare_texts(FILE *out, const struct text_lines *expected,
                         const struct text_lines *got);

#endif
