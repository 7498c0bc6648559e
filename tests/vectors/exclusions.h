/*
 * Where a captured test does not bind us: the 286 differs from the 386, or the chip's behaviour is
 * undefined. One row a difference, as narrow as it can be put, each with its reason.
 */
#ifndef FORKSCOPE_TESTS_VECTORS_EXCLUSIONS_H
#define FORKSCOPE_TESTS_VECTORS_EXCLUSIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/vectors/moo.h"

/* The captured instruction, taken apart as far as the rows need it. */
struct vector_insn {
    const struct moo_file *file;
    const struct moo_test *test;
    bool lock;
    uint8_t override; /* the last segment prefix, 0 where there is none */
    uint8_t opcode;
    uint8_t modrm; /* the byte after the opcode, whether or not it is a ModRM byte */
    unsigned length;
};

struct exclusion {
    const char *name;
    const char *reason;
    bool (*applies)(const struct vector_insn *in);
};

void vector_insn_read(const struct moo_file *file, const struct moo_test *test,
                      struct vector_insn *in);

/* The row that takes the whole test out, or NULL. */
const struct exclusion *exclusion_find(const struct vector_insn *in);

/* The flags that the test does not define. */
uint32_t exclusion_flags(const struct vector_insn *in);

#endif
