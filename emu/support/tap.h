/*
 * Results as TAP 13 (testanything.org): a line a test, failures with a YAML block.
 */
#ifndef FORKSCOPE_EMU_TAP_H
#define FORKSCOPE_EMU_TAP_H

#include <stddef.h>
#include <stdio.h>

/* "ok N - NAME" or "not ok N - NAME". */
void tap_result(FILE *f, int ok, size_t number, const char *name);

/* What went wrong, below a "not ok": a sentence and lines of detail. */
void tap_explain(FILE *f, const char *message, const char *detail);

/* Lines as comments. */
void tap_comment(FILE *f, const char *text);

#endif
