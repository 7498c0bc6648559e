/*
 * What the host cannot do as a 386-family processor without extensions under a kernel of its own
 * would: one row a difference, with its reason.
 */
#ifndef FORKSCOPE_TESTS_ORACLE_HOST_RULES_H
#define FORKSCOPE_TESTS_ORACLE_HOST_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/insn.h"
#include "tests/oracle/oracle_case.h"

struct host_rule {
    const char *mnemonic;
    bool (*applies)(const struct insn *insn); /* NULL: always */
    bool skip;                                /* the test is not run */
    uint8_t registers; /* bit n: general register n is not compared where the instruction ran */
    const char *reason;
};

/* The rule for this instruction, or NULL. */
const struct host_rule *host_rule_find(const struct insn *insn);

/* Do these bytes, undefined on a P6 without extensions, mean something on later processors? */
bool host_has_later_insn(const uint8_t *code, unsigned size);

#endif
