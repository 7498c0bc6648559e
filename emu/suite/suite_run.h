/*
 * One case of a suite, carried out: a child process for each engine, which does what
 * `forkscope run` does with the case's options; then what it wrote is judged.
 *
 * All files of a run lie in the scratch folder; standard input is empty; nothing is shared between
 * runs, so that any number can go on at once.
 */
#ifndef FORKSCOPE_EMU_SUITE_RUN_H
#define FORKSCOPE_EMU_SUITE_RUN_H

#include <stdbool.h>
#include <stdio.h>

#include "emu/suite/suite_spec.h"

/* What the command line adds to every case. NULL: nothing. */
struct suite_plan {
    const char *kernel, *initrd, *engine; /* instead of the case's own */
    bool update;                          /* write what is expected instead of comparing */
};

/*
 * Prints to `out` what is wrong, or with `update` what has changed: a sentence, then lines of
 * detail, the last of which is the command that reproduces a failure. Returns whether the case
 * holds. `scratch` is an empty folder, which gets files.
 */
bool suite_run_case(const struct suite_case *c, const struct suite_plan *plan, const char *scratch,
                    FILE *out);

#endif
