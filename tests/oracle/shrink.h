/* Makes a test that differs as small as it can be and still differ. */
#ifndef FORKSCOPE_TESTS_ORACLE_SHRINK_H
#define FORKSCOPE_TESTS_ORACLE_SHRINK_H

#include <stdbool.h>

#include "cpu/insn.h"
#include "tests/oracle/oracle_case.h"

struct oracle_test {
    struct oracle_input in;
    uint32_t pattern;
};

typedef bool shrink_differs_fn(void *ctx, const struct oracle_test *test);

/* Takes out instructions, registers, flags, segments and memory one by one; what `differs` still
 * says yes to is kept. */
void shrink_test(const struct cpu_model *model, struct oracle_test *test,
                 shrink_differs_fn *differs, void *ctx);

/* Decodes the instruction at an offset of the test's code; its length, 1 where there is none. */
unsigned shrink_decode(const struct cpu_model *model, const struct oracle_input *in, unsigned at,
                       struct insn *insn);

#endif
