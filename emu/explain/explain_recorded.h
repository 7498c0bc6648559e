/*
 * Explaining a recording: in the words that the run itself would be explained with, out of what its
 * events hold: registers of protection, and the words of tables that the CPU read. What they do not
 * hold (other segments, an instruction's text) is left out.
 */
#ifndef FORKSCOPE_EMU_EXPLAIN_RECORDED_H
#define FORKSCOPE_EMU_EXPLAIN_RECORDED_H

#include <stdint.h>

/* Tells the events of one step on standard output, or with `step` NULL the last triple fault or the
 * last exception of the recording. An exit code, after saying why on stderr. */
int explain_recording(const char *path, const uint64_t *step);

#endif
