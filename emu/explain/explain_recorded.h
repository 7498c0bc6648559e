/*
 * Explaining a recording: only what the trace holds is known, so gates and stacks are told as the
 * events have them, and tables in memory are not.
 */
#ifndef FORKSCOPE_EMU_EXPLAIN_RECORDED_H
#define FORKSCOPE_EMU_EXPLAIN_RECORDED_H

#include <stdint.h>

/* Tells the events of one step on standard output, or with `step` NULL the last triple fault or the
 * last exception of the recording. An exit code, after saying why on stderr. */
int explain_recording(const char *path, const uint64_t *step);

#endif
