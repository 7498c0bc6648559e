/*
 * One case of a golden suite: a small text file NAME.case that says what to boot and what is
 * expected. docs/golden-suites.md is its manual.
 *
 *   # One fork, seen from both sides.
 *   append = init=/bin/forkdemo
 *   level  = symbolic
 *   trace  = forkdemo.trace
 *   exit   = 0
 *
 * Lines are `key = value`; a line whose first sign is # is a comment. Files are named from the
 * folder of the case. A key that does not exist, or is given twice where once is all that makes
 * sense, is an error with its line.
 */
#ifndef FORKSCOPE_EMU_SUITE_SPEC_H
#define FORKSCOPE_EMU_SUITE_SPEC_H

#include <stddef.h>

enum {
    SUITE_SPEC_MAX = 64 * 1024, /* bytes of a case file */
    SUITE_ARGS = 32,
    SUITE_SAYS = 16,
    SUITE_ENGINES = 8,
};

/* An option of `forkscope run` and its value. */
struct suite_arg {
    const char *option;
    char *value;
};

struct suite_case {
    char *name; /* path below the suite without ".case" */
    char *file; /* the case file */
    struct suite_arg arg[SUITE_ARGS];
    unsigned args;
    char *level;            /* of the trace; NULL: nothing is traced */
    char *trace, *serial;   /* files with what is expected; NULL: not compared */
    char *says[SUITE_SAYS]; /* texts that the serial port must have carried */
    unsigned says_count;
    char *engine[SUITE_ENGINES];
    unsigned engines; /* 0: the default one */
    int exit;         /* of forkscope run */
};

/* Reads the text of a case file. 0, or -EINVAL (-ENOMEM) with a sentence in `why` that begins with
 * FILE:LINE. Release the case in either event. */
int suite_spec_parse(struct suite_case *c, const char *text, const char *file, const char *name,
                     char *why, size_t why_size);

/* The same from the file itself; also -errno where it cannot be read. */
int suite_spec_read(struct suite_case *c, const char *file, const char *name, char *why,
                    size_t why_size);

void suite_spec_release(struct suite_case *c);

#endif
