/* The x87 tag word as FSAVE shows it. */
#ifndef FORKSCOPE_TESTS_ORACLE_X87_TAGS_H
#define FORKSCOPE_TESTS_ORACLE_X87_TAGS_H

#include "tests/oracle/oracle_case.h"

/* Empty registers as in x->tw, the others by what they hold. */
uint16_t x87_tags(const struct oracle_x87 *x);

#endif
