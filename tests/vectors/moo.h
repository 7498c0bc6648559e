/*
 * Reads MOO files: single-instruction tests captured on real processors
 * (../shared/vectors/README.md describes the format; version 1, gzip).
 *
 * Both register layouts of the format (16-bit REGS, 32-bit RG32) come out as one array.
 */
#ifndef FORKSCOPE_TESTS_VECTORS_MOO_H
#define FORKSCOPE_TESTS_VECTORS_MOO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum moo_reg {
    MOO_EAX,
    MOO_EBX,
    MOO_ECX,
    MOO_EDX,
    MOO_ESI,
    MOO_EDI,
    MOO_EBP,
    MOO_ESP,
    MOO_CS,
    MOO_DS,
    MOO_ES,
    MOO_FS,
    MOO_GS,
    MOO_SS,
    MOO_EIP,
    MOO_EFLAGS,
    MOO_CR0,
    MOO_CR3,
    MOO_DR6,
    MOO_DR7,
    MOO_REGS
};

/* Registers that are in the file have their bit in `present`. */
struct moo_regs {
    uint32_t present;
    uint32_t value[MOO_REGS];
};

struct moo_byte {
    uint32_t address;
    uint8_t value;
};

struct moo_state {
    struct moo_regs regs;
    struct moo_byte *ram;
    uint32_t ram_count;
};

enum { MOO_MAX_BYTES = 24, MOO_MAX_NAME = 64 };

struct moo_test {
    uint32_t index;
    char name[MOO_MAX_NAME];
    uint8_t bytes[MOO_MAX_BYTES]; /* the instruction, prefixes first, then F4 */
    unsigned byte_count;
    struct moo_state init, fina; /* fina: what changed */
    bool exception;
    uint8_t vector;
};

struct moo_file {
    char cpu[5];             /* "C286", "386E" */
    bool wide;               /* 32-bit registers */
    struct moo_regs defined; /* AND-mask for all tests; all ones where the file has none */
    struct moo_test *test;
    uint32_t test_count;
};

/* 0, or -errno with a sentence in `why`: -EINVAL for a file that is not well-formed. */
int moo_read(const char *path, struct moo_file *file, char *why, size_t why_size);
void moo_free(struct moo_file *file);

const char *moo_reg_name(enum moo_reg reg);

#endif
