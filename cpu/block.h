/*
 * The block engine's data: blocks of micro-operations and how they hang together. Private to
 * block.c, block_build.c and uop_*.c.
 *
 * A block is a straight run of instructions from one physical page, keyed by where it lies
 * (physical address and EIP). An instruction across a page's end begins a block of its own, which
 * is also keyed by its second page and reached through the jump cache only. Blocks exist for flat
 * 32-bit protected-mode code; everything else runs on the step engine. A block's last
 * micro-operation leaves it, mostly straight into another block:
 *
 *   struct block | uop | uop | ... | last uop | exit | exit |      exit: 24 bytes, as a uop
 *
 * A direct exit is linked to its target while both lie in the same linear page: no translation
 * can change between them. All other transfers go through the jump cache, whose entries hold as
 * long as no instruction translation is dropped.
 */
#ifndef FORKSCOPE_CPU_BLOCK_H
#define FORKSCOPE_CPU_BLOCK_H

#include "cpu/cpu_internal.h"

struct uop;
typedef const struct uop *uop_fn(struct cpu *cpu, const struct uop *u);

/*
 * A micro-operation: a function and its operands, resolved when the block was built. Register
 * fields are indices into cpu_state.gpr, or byte offsets into it for 8-bit registers;
 * INSN_NO_REG reads as zero.
 */
struct uop {
    uop_fn *fn;
    uint8_t dst, src;
    uint8_t base, index, scale; /* memory operand, with disp */
    uint8_t nth;                /* which instruction of the block this is (the last, where fused) */
    uint16_t place;             /* index in block.uop[]; of a record: the instructions before it */
    uint32_t imm;
    uint32_t disp;
};

/* Where control goes from a block; lies behind the block's last micro-operation. */
struct block_exit {
    const struct block *to;   /* where it is not linked: block_nowhere */
    struct block_exit *other; /* next exit that is linked to the same block */
    uint32_t eip;
    uint32_t linkable; /* the target is in the same linear page */
};

_Static_assert(sizeof(struct uop) == sizeof(struct block_exit), "an exit takes a uop's place");

/* An instruction of a block, for its handler. */
struct block_insn {
    struct insn in;
    uint32_t eip;
    /* Its last bytes where they are a number that only stands in one micro-operation: they may be
     * written without rebuilding the block (block_patch.c). */
    uint8_t imm_bytes; /* 0: there are none */
    uint8_t imm_size;  /* the operation's: to so many bytes the number is cut */
    uint16_t imm_uop;  /* place of the micro-operation */
    /* Where it gives up, the flags have yet to be made from what this micro-operation left behind
     * (its place and 1; 0: they are there). */
    uint16_t flags_uop;
    bool makes_flags; /* its number is wanted for that, later on */
};

struct block {
    uint64_t entry_steps; /* may be entered where so many steps may be done: ninsn, or never */
    uint32_t eip, phys;
    uint32_t tail;   /* the physical page where it ends, or BLOCK_NO_TAIL: where it begins */
    uint16_t length; /* bytes of code */
    uint8_t ninsn;   /* instructions, all of which retire when the block is left at its end */
    uint8_t dead;    /* thrown away; its memory stays until the next flush */
    struct block *next_in_bucket;
    struct block *next_in_page, *next_tail;
    struct block_exit *linked_from;
    struct block_insn *insn;
    uint32_t *insn_eip; /* the same addresses, close together */
    unsigned nexits;
    unsigned nuops; /* without the exits */
    struct uop uop[];
};

enum {
    BLOCK_NO_TAIL = 1, /* no address of a page */
    BLOCK_MAX_INSNS = 48,
    BLOCK_MAX_BYTES = BLOCK_MAX_INSNS * INSN_MAX_LENGTH,
    BLOCK_MAX_EXITS = 2,
    /* Of an instruction: hook, record, operation, its result; two to fall out of the block, and
     * one to count. */
    BLOCK_MAX_UOPS = 4 * BLOCK_MAX_INSNS + 3,
};

/* Stands where an exit is not linked: run_limit never lets so many steps. */
extern const struct block block_nowhere;

static inline struct block *uop_block(const struct uop *u)
{
    return (struct block *)((char *)(u - u->place) - offsetof(struct block, uop));
}

static inline struct block_exit *uop_exits(const struct uop *last)
{
    return (struct block_exit *)(last + 1);
}

/* What a micro-operation has to do with the flags. */
enum uop_flags {
    FLAGS_NEEDED,    /* it reads them, or may leave the block */
    FLAGS_CHANGED,   /* it reads some and writes some */
    FLAGS_SET,       /* it writes all of them */
    FLAGS_UNTOUCHED, /* nothing */
};

/* How flags that a micro-operation did not compute are made afterwards (uop_recover_flags); stands
 * in its `scale`. */
enum uop_recovery {
    RECOVER_NOT,
    RECOVER_LOGIC, /* from the result */
    RECOVER_ADD,   /* from the result and the second operand, a register ... */
    RECOVER_SUB,
    RECOVER_ADD_IMM, /* ... or `imm` */
    RECOVER_SUB_IMM,
    RECOVER_INC, /* and CF, which is there */
    RECOVER_DEC,
};

/* What the builder knows of a micro-operation until the block is complete. */
struct uop_note {
    uint8_t flags;           /* enum uop_flags */
    bool may_give_up;        /* SET or UNTOUCHED, but where it gives up, they are wanted */
    uint8_t writes;          /* UNTOUCHED: the registers that it may change, a bit for each */
    uint8_t recovery;        /* enum uop_recovery: for `quiet` */
    uop_fn *quiet;           /* does the same, but leaves the flags; NULL: there is none */
    uop_fn *const *with_jcc; /* by condition code: is one with the Jcc behind it; or NULL */
    bool records;            /* writes a record of the ring, which also stands for ... */
    uint16_t steps_back;     /* ... these instructions before its own (ring.h) */
};

/* What the builder fills in before it is copied into the cache (block_build.c). */
struct block_draft {
    unsigned ninsn, nuops, nexits, length;
    struct block_insn insn[BLOCK_MAX_INSNS];
    struct uop uop[BLOCK_MAX_UOPS];
    struct uop_note note[BLOCK_MAX_UOPS];
    uint32_t exit_eip[BLOCK_MAX_EXITS];
    const struct translator *translator[INSN_COUNT]; /* by row of insn.def; NULL: there is none */
};

/* Once, before the first block is built in it. */
void block_draft_init(struct block_draft *draft);

/* Translates the code at `bytes` (the rest of its page, `size` bytes), which EIP reaches now.
 * False: not even one instruction could be taken; the step engine knows why. */
bool block_build(const struct cpu *cpu, uint32_t eip, const uint8_t *bytes, unsigned size,
                 struct block_draft *draft);

/* Says for each micro-operation whether anyone will look at its flags (block_flags.c). */
void block_drop_flags(struct block_draft *draft);

/* `size` bytes at `phys`, some of them of the block, were written; `code` is where the block's
 * bytes lie. True: only an immediate changed, and the block follows it. */
bool block_patch(struct block *b, const uint8_t *code, uint32_t phys, uint32_t size);

/* Why micro-operations gave control back to the run loop. */
enum uop_left {
    LEFT_LOOKUP, /* cpu->s.eip says where to go on */
    LEFT_FAULT,  /* cpu->fault is to be delivered */
};

#endif
