/*
 * What x87 micro-operations share. Private to uop_x87*.c.
 *
 *   imm   bits 0..15  the opcode for FOP
 *         bits 16..19 enum x87_arith, or the size of an integer
 *         bits 20..23 how many registers are popped afterwards
 *         bits 24..27 the segment register, for FDS
 *   disp  where there is no memory operand: the address of the instruction, for FIP
 */
#ifndef FORKSCOPE_CPU_UOP_X87_H
#define FORKSCOPE_CPU_UOP_X87_H

#include "cpu/ring.h"
#include "cpu/uop.h"
#include "cpu/uop_tables.h"
#include "cpu/x87.h"

/* Lets the micro-operations of uop_x87_host.c run, where the state allows it. */
void uop_x87_unsettle(struct cpu *cpu);

/* A unit that may be used, and nothing pending. */
static inline bool uop_x87_ready(const struct cpu *cpu)
{
    return !(cpu->s.cr0 & (CR0_EM | CR0_TS)) && !(cpu->s.x87.sw & X87_ES);
}

static inline void uop_x87_note_at(struct cpu *cpu, const struct uop *u, uint32_t eip)
{
    struct x87_state *x = &cpu->s.x87;

    x->fop = (uint16_t)u->imm;
    x->fip = eip;
    x->fcs = cpu->s.seg[SEG_CS].selector;
}

/* For instructions without memory operand. */
static inline void uop_x87_note(struct cpu *cpu, const struct uop *u)
{
    uop_x87_note_at(cpu, u, u->disp);
}

/* `p`: what was read or written, which the ring wants to know. */
static inline void uop_x87_note_memory(struct cpu *cpu, const struct uop *u, unsigned kind,
                                       uint32_t address, const uint8_t *p, unsigned size)
{
    ring_note_access(cpu, kind, address, size, le_load(p, size < 4 ? size : 4));
    uop_x87_note_at(cpu, u, uop_block(u)->insn_eip[u->nth]);
    cpu->s.x87.fdp = address;
    cpu->s.x87.fds = cpu->s.seg[u->imm >> 24 & 15].selector;
}

static inline unsigned uop_x87_detail(const struct uop *u)
{
    return u->imm >> 16 & 15;
}

static inline unsigned uop_x87_pops(const struct uop *u)
{
    return u->imm >> 20 & 15;
}

#endif
