/*
 * One test of the native oracle, and the world it runs in. Shared by the 64-bit side (generator,
 * emulator, comparison) and the 32-bit program that runs the test on the host's processor, so: only
 * types of fixed width, no pointers.
 *
 * A test loads all registers and executes at `eip`. With TF set (ORACLE_STEP) the processor traps
 * after one instruction wherever that leads; without it, code memory is full of INT3, and the
 * instruction behind the tested one ends the test (ORACLE_RUN: REP runs to its end). Either way
 * the test ends in an exception, and its output is the interrupted state.
 *
 *   linear address        what
 *   00004000..00007fff    data, within reach of 16-bit addresses
 *   00008000..00008fff    data, read-only
 *   10000000..10001fff    code, writable, filled with INT3; unmapped behind
 *   30000000..30001fff    data; unmapped around
 *   50000000              the native program keeps its own here, and at 08000000 and above f0000000
 */
#ifndef FORKSCOPE_TESTS_ORACLE_CASE_H
#define FORKSCOPE_TESTS_ORACLE_CASE_H

#include <stdint.h>

enum {
    ORACLE_LOW = 0x00004000,
    ORACLE_LOW_SIZE = 0x4000,
    ORACLE_READONLY = 0x00008000,
    ORACLE_READONLY_SIZE = 0x1000,
    ORACLE_CODE = 0x10000000,
    ORACLE_CODE_SIZE = 0x2000,
    ORACLE_CODE_LIMIT = 0x1803, /* of LDT_CODE_SMALL */
    ORACLE_HIGH = 0x30000000,
    ORACLE_HIGH_SIZE = 0x2000,
    ORACLE_SHARED = 0x50000000,
    ORACLE_FILL = 0xcc, /* INT3 */
};

struct oracle_window {
    uint32_t base, size;
    uint8_t writable, code;
};

enum { ORACLE_WINDOWS = 4 };
#define ORACLE_WINDOW_TABLE                                                                        \
    {                                                                                              \
        {ORACLE_LOW, ORACLE_LOW_SIZE, 1, 0}, {ORACLE_READONLY, ORACLE_READONLY_SIZE, 0, 0},        \
            {ORACLE_CODE, ORACLE_CODE_SIZE, 1, 1}, {ORACLE_HIGH, ORACLE_HIGH_SIZE, 1, 0},          \
    }

/* What modify_ldt() is told, and the emulator's LDT is built from. */
struct oracle_ldt_entry {
    uint32_t base, limit;
    uint8_t bits32, contents, read_exec_only, pages, absent;
};

/* modify_ldt()'s contents. */
enum { LDT_DATA, LDT_EXPAND_DOWN, LDT_CODE };

enum {
    LDT_STACK16,     /* 16-bit stack and data */
    LDT_DATA_SMALL,  /* ends in the middle of a page */
    LDT_DOWN32,      /* expand-down, 4 GB upper bound */
    LDT_DOWN16,      /* expand-down, 64 KB upper bound */
    LDT_DATA_RO,     /* read-only */
    LDT_CODE32,      /* flat readable code */
    LDT_CODE32_X,    /* flat execute-only code */
    LDT_CODE16,      /* 16-bit code: IP, operand and address size */
    LDT_CODE_SMALL,  /* 32-bit code with a byte limit */
    LDT_NOT_PRESENT, /* #NP, #SS */
    LDT_DATA_OFFSET, /* a base that wraps round 4 GB */
    ORACLE_LDT_SIZE,
};

#define ORACLE_LDT_TABLE                                                                           \
    {                                                                                              \
        [LDT_STACK16] = {0, 0xffff, 0, LDT_DATA, 0, 0, 0},                                         \
        [LDT_DATA_SMALL] = {ORACLE_LOW, 0x2345, 1, LDT_DATA, 0, 0, 0},                             \
        [LDT_DOWN32] = {0, 0x4fff, 1, LDT_EXPAND_DOWN, 0, 0, 0},                                   \
        [LDT_DOWN16] = {0, 0x4fff, 0, LDT_EXPAND_DOWN, 0, 0, 0}, [LDT_DATA_RO] = {0, 0xfffff,      \
                                                                                  1, LDT_DATA,     \
                                                                                  1, 1,            \
                                                                                  0},              \
        [LDT_CODE32] = {0, 0xfffff, 1, LDT_CODE, 0, 1, 0}, [LDT_CODE32_X] = {0,        0xfffff, 1, \
                                                                             LDT_CODE, 1,       1, \
                                                                             0},                   \
        [LDT_CODE16] = {ORACLE_CODE, 0xffff, 0, LDT_CODE, 0, 0, 0},                                \
        [LDT_CODE_SMALL] = {ORACLE_CODE, ORACLE_CODE_LIMIT, 1, LDT_CODE, 0, 0, 0},                 \
        [LDT_NOT_PRESENT] = {0, 0xfffff, 1, LDT_DATA, 0, 1, 1}, [LDT_DATA_OFFSET] = {0xfffff000,   \
                                                                                     0xfffff,      \
                                                                                     1,            \
                                                                                     LDT_DATA,     \
                                                                                     0,            \
                                                                                     1,            \
                                                                                     0},           \
    }

/* Selectors that Linux gives a 32-bit process on an x86-64 kernel. */
enum { ORACLE_USER_CS = 0x23, ORACLE_USER_DS = 0x2b, ORACLE_USER_CS64 = 0x33 };

static inline uint16_t oracle_ldt_selector(unsigned entry)
{
    return (uint16_t)(entry << 3 | 7);
}

/* ST(0)..ST(7) in stack order, the tag word with two bits a physical register. */
struct oracle_x87 {
    uint16_t cw, sw, tw, fop;
    uint32_t fip, fdp;
    uint16_t fcs, fds;
    uint8_t st[8][10];
};

struct oracle_regs {
    uint32_t gpr[8]; /* in encoding order: eax ecx edx ebx esp ebp esi edi */
    uint32_t eip, eflags;
    uint16_t seg[6]; /* es cs ss ds fs gs */
    struct oracle_x87 x87;
};

enum { ORACLE_MAX_CODE = 96, ORACLE_MAX_POKES = 3, ORACLE_POKE_BYTES = 16, ORACLE_CHANGES = 160 };

/* Bytes put into memory before the test, on top of the batch's pattern. */
struct oracle_poke {
    uint32_t address, size;
    uint8_t bytes[ORACLE_POKE_BYTES];
};

struct oracle_input {
    struct oracle_regs regs;
    uint32_t code_at; /* linear */
    uint32_t code_size;
    uint8_t code[ORACLE_MAX_CODE];
    uint32_t poke_count;
    struct oracle_poke poke[ORACLE_MAX_POKES];
};

struct oracle_change {
    uint32_t address, value;
};

struct oracle_output {
    struct oracle_regs regs;
    uint32_t vector, error, cr2;
    uint32_t change_count; /* all of them; the first ORACLE_CHANGES are listed */
    struct oracle_change change[ORACLE_CHANGES];
};

enum { ORACLE_BATCH = 512, ORACLE_BATCHES = 2 };

struct oracle_batch {
    uint32_t pattern; /* seed of the memory contents */
    uint32_t count;
    uint32_t current; /* the native side's progress: the suspect if it dies */
    struct oracle_input in[ORACLE_BATCH];
    struct oracle_output out[ORACLE_BATCH];
};

/* One is being filled while the native side works on the other. */
struct oracle_shared {
    uint8_t
        readonly[ORACLE_READONLY_SIZE]; /* the read-only window, seen from where it is writable */
    struct oracle_batch batch[ORACLE_BATCHES];
};

#endif
