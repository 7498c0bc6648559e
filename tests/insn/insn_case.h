/*
 * The cases of tests/insn, read from the file that the assembler made of them (case.inc).
 */
#ifndef FORKSCOPE_TESTS_INSN_CASE_H
#define FORKSCOPE_TESTS_INSN_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu/insn.h"
#include "tests/oracle/oracle_case.h"

/* Where the instruction runs. */
enum insn_world { WORLD_USER, WORLD_RING0, WORLD_REAL, WORLD_V86 };

/* System registers by number, for ring0, real and v86. */
enum insn_sysreg {
    SYS_CR0,
    SYS_CR2,
    SYS_CR3,
    SYS_CR4,
    SYS_DR0,
    SYS_DR7 = SYS_DR0 + 7,
    SYS_TR0,
    SYS_TR7 = SYS_TR0 + 7,
    SYS_GDTB,
    SYS_GDTL,
    SYS_IDTB,
    SYS_IDTL,
    SYS_LDTR,
    SYS_TR,
    SYS_CPL,
    SYS_HALTED,
    SYS_PORT_IN,  /* what the port answers */
    SYS_PORT_OUT, /* the last value written */
    SYS_PORT,     /* its number */
    SYS_COUNT
};

struct insn_memory {
    uint32_t address, size;
    uint8_t bytes[32];
};

enum { INSN_CASE_MEMORY = 8, NO_EXCEPTION = -1 };
enum { NAMED_CW = 8, NAMED_SW, NAMED_TW };

/* One side of a case, as far as its words name things. */
struct insn_words {
    struct oracle_regs regs;
    uint32_t flags;
    uint32_t system[SYS_COUNT];
    uint64_t named_system; /* bit n: sysreg n */
    uint8_t st_full;       /* bit n: ST(n) is not empty */
    uint16_t named_x87;    /* bit n: ST(n), then NAMED_* */
    bool ignore_flags;
    int vector; /* NO_EXCEPTION */
    uint32_t error, cr2;
    unsigned memory_count;
    struct insn_memory memory[INSN_CASE_MEMORY];
};

struct insn_case {
    const char *file, *text, *in_text, *out_text;
    enum insn_world world;
    struct cpu_model model;
    bool host_model; /* the model whose user mode the host's processor has */
    bool code32;
    const uint8_t *code;
    unsigned code_size;
    struct insn insn;
    bool run; /* to the INT3 behind it, without single step */
    struct insn_words in, out;
};

struct insn_cases {
    uint8_t *data;
    size_t size;
    struct insn_case *list;
    unsigned count;
};

/* 0, or -errno with a sentence in `why`: which case, and which word is not understood. */
int insn_cases_read(const char *path, struct insn_cases *cases, char *why, size_t why_size);
void insn_cases_free(struct insn_cases *cases);

/* The linear address of the code in this world. */
uint32_t insn_case_code_at(const struct insn_case *c);

#endif
