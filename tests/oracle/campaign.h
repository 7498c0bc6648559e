/*
 * A campaign: many random tests on the host's processor and on the emulator at the same time,
 * compared; failures shrunk to what matters and printed.
 */
#ifndef FORKSCOPE_TESTS_ORACLE_CAMPAIGN_H
#define FORKSCOPE_TESTS_ORACLE_CAMPAIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/cpu.h"

struct campaign_options {
    const char *native; /* path of the 32-bit program */
    const char *engine;
    const char *only;    /* a row or a mnemonic, NULL: all */
    const char *without; /* rows that the build cannot run yet: "x87", NULL: none */
    unsigned length;     /* instructions in a test */
    uint64_t seed, count;
    uint64_t progress;     /* a line to standard error after every so many tests, 0: none */
    unsigned max_failures; /* printed in full; after as many the campaign ends */
};

struct campaign;

/* NULL with a sentence in `why` where the host cannot do it. */
struct campaign *campaign_create(const struct campaign_options *options, char *why,
                                 unsigned long why_size);
void campaign_destroy(struct campaign *campaign);

/* Runs options.count tests; the number of tests that differ, or -errno. */
int64_t campaign_run(struct campaign *campaign);

/* Runs one test in the notation of case_text.h; the same answer. */
int64_t campaign_run_text(struct campaign *campaign, const char *text);

#endif
