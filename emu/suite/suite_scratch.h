/*
 * A folder for the files of runs, which nobody else sees.
 */
#ifndef FORKSCOPE_EMU_SUITE_SCRATCH_H
#define FORKSCOPE_EMU_SUITE_SCRATCH_H

#include <stddef.h>

enum { SUITE_SCRATCH_PATH = 1024 };

/* Below $TMPDIR or /tmp. 0, or -errno with a sentence in `why`; `path` is "" then. */
int suite_scratch_create(char path[SUITE_SCRATCH_PATH], char *why, size_t why_size);

/* With all that is in it. */
void suite_scratch_remove(const char *path);

#endif
