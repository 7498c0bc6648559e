/*
 * Results as JUnit XML, in the form that CI systems read: one <testsuite>, a <testcase> a test.
 * No time stamps, durations or host names: the same results are the same bytes.
 */
#ifndef FORKSCOPE_EMU_JUNIT_H
#define FORKSCOPE_EMU_JUNIT_H

#include <stddef.h>

enum junit_result { JUNIT_PASSED, JUNIT_FAILED, JUNIT_SKIPPED };

struct junit_case {
    const char *name;
    enum junit_result result;
    const char *message; /* why it failed or was skipped; else NULL */
    const char *detail;  /* several lines; NULL: none */
};

/* Writes the file ("-": standard output). Bytes that XML cannot hold become '?'. 0, or -errno with
 * a sentence in `why`. */
int junit_write(const char *path, const char *suite, const struct junit_case *cases, size_t count,
                char *why, size_t why_size);

#endif
