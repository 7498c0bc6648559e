/*
 * `forkscope check` on a recording.
 */
#ifndef FORKSCOPE_EMU_CHECK_RECORDED_H
#define FORKSCOPE_EMU_CHECK_RECORDED_H

#include <stdbool.h>
#include <stddef.h>

/* Judges what emu/check/check.h names by `what`, prints the verdict on standard output and, unless
 * `junit` is NULL, into that file. 0, or -errno with a sentence in `why`, -EIO where the verdict
 * could not be written; *good: no rule is broken.
 */
int check_recording(const char *path, unsigned what, const char *junit, bool *good, char *why,
                    size_t why_size);

#endif
