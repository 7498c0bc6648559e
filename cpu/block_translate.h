/*
 * What translators from instructions to micro-operations share. Private to block_*.c.
 *
 * Each family of instructions has a table: which handler has which translator. A translator answers
 * false where it has no micro-operation for these operands; the instruction then becomes a call of
 * its handler, which is always right.
 */
#ifndef FORKSCOPE_CPU_BLOCK_TRANSLATE_H
#define FORKSCOPE_CPU_BLOCK_TRANSLATE_H

#include "cpu/block.h"
#include "cpu/cpu_internal.h"
#include "cpu/uop.h"
#include "cpu/uop_tables.h"

struct builder {
    const struct cpu *cpu;
    struct block_draft *draft;
    bool ended;          /* the last micro-operation leaves the block */
    struct uop *count;   /* uop_count, while a meter runs */
    unsigned unrecorded; /* the last instructions that the ring does not have yet */
};

typedef bool translate_fn(struct builder *b, const struct block_insn *bi, unsigned arg);

#define TRANSLATE(name)                                                                            \
    static bool name(struct builder *b, const struct block_insn *bi,                               \
                     __attribute__((unused)) unsigned arg)

/* A row has a translator, or the one micro-operation that its 32-bit form becomes. */
struct translator {
    insn_fn *handler;
    translate_fn *translate;
    unsigned arg;
    uop_fn *plain32;
};

/* Ended by a row without handler. */
extern const struct translator block_data_translators[], block_alu_translators[],
    block_flow_translators[];

/* For rows with ATTR_X87 (block_x87.c). */
bool block_translate_x87(struct builder *b, const struct block_insn *bi);
/* MOV, in the forms of ADD (block_alu.c). */
bool block_translate_mov(struct builder *b, const struct insn *in);

/* ---- Operands ---------------------------------------------------------------------------- */

static inline bool is_reg(const struct operand *op)
{
    return op->kind == OPERAND_GPR;
}

/* Memory that micro-operations can address. */
static inline bool is_memory(const struct insn *in, const struct operand *op)
{
    return op->kind == OPERAND_MEM && in->addrsize == 4 &&
           (in->seg == SEG_DS || in->seg == SEG_SS || in->seg == SEG_ES);
}

/* A register as struct uop wants it: a byte offset for 8-bit registers. */
static inline uint8_t reg_field(const struct operand *op)
{
    return op->size == 1 ? (op->reg & 3) * 4 + (op->reg >> 2) : op->reg;
}

static inline uint32_t cut(uint32_t value, unsigned size)
{
    return value & 0xffffffffu >> (32 - 8 * size);
}

static inline unsigned address_form(const struct insn *in)
{
    return in->index == INSN_NO_REG ? UOP_BASE : UOP_SIB;
}

static inline void set_memory(struct uop *u, const struct insn *in)
{
    u->base = in->base;
    u->index = in->index;
    u->scale = in->scale;
    u->disp = in->disp;
}

/* ---- Emitting ---------------------------------------------------------------------------- */

static inline struct uop *emit(struct builder *b, uop_fn *fn)
{
    struct block_draft *d = b->draft;
    struct uop *u = &d->uop[d->nuops];

    *u = (struct uop){
        .fn = fn,
        .nth = (uint8_t)(d->ninsn - 1),
        .place = (uint16_t)d->nuops,
        .base = INSN_NO_REG,
        .index = INSN_NO_REG,
    };
    d->note[d->nuops] = (struct uop_note){.writes = 0xff};
    d->nuops++;
    return u;
}

static inline struct uop_note *note_of(struct builder *b, const struct uop *u)
{
    return &b->draft->note[u->place];
}

/* For a micro-operation on registers that cannot leave the block. */
static inline void set_flags(struct builder *b, const struct uop *u, enum uop_flags flags,
                             uop_fn *quiet)
{
    note_of(b, u)->flags = (uint8_t)flags;
    note_of(b, u)->quiet = quiet;
}

static inline unsigned register_bit(const struct operand *op)
{
    return 1u << (op->size == 1 ? op->reg & 3 : op->reg);
}

/* For one that has nothing to do with flags: the registers that it changes. */
static inline void set_writes(struct builder *b, const struct uop *u, unsigned registers)
{
    note_of(b, u)->flags = FLAGS_UNTOUCHED;
    note_of(b, u)->writes = (uint8_t)registers;
}

/* For one that goes to memory before anything else, and has said what it does with flags. */
static inline void set_may_give_up(struct builder *b, const struct uop *u)
{
    note_of(b, u)->may_give_up = true;
}

/* The instruction's immediate, cut to the operation's size: for a number that nothing else depends
 * on. */
static inline void set_immediate(struct builder *b, struct uop *u, unsigned size)
{
    struct block_insn *bi = &b->draft->insn[b->draft->ninsn - 1];
    const struct insn_row *row = &insn_rows[bi->in.id];

    u->imm = cut(bi->in.imm, size);
    for (unsigned i = 0; i < INSN_MAX_OPERANDS; i++) {
        if (bi->in.op[i].kind != OPERAND_IMM)
            continue;
        bi->imm_bytes = operand_forms[row->op[i]].source == FROM_SIMM ? 1 : bi->in.op[i].size;
        bi->imm_size = (uint8_t)size;
        bi->imm_uop = u->place;
    }
}

static inline void emit_end(struct builder *b, uint32_t exit0, uint32_t exit1, unsigned nexits)
{
    b->draft->exit_eip[0] = exit0;
    b->draft->exit_eip[1] = exit1;
    b->draft->nexits = nexits;
    b->ended = true;
}

static inline uint32_t following(const struct block_insn *bi)
{
    return bi->eip + bi->in.length;
}

static inline bool is_hooked(const struct cpu *cpu, uint32_t eip)
{
    return cpu->exec_hooks && cpu->hooks.exec && hooks_exec_hit(cpu, eip);
}

#endif
