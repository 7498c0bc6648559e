/*
 * How handlers get at their operands: values by the size that the decoder found.
 *
 * Values are zero-extended to 32 bits. Operand numbers are those of insn.def, 0 is the destination.
 * Memory operands of more than four bytes are reached through operand_offset() and mem_*.
 */
#ifndef FORKSCOPE_CPU_OPERAND_H
#define FORKSCOPE_CPU_OPERAND_H

#include "cpu/cpu_internal.h"

/* ---- General registers ---------------------------------------------------------------------- */

static inline uint32_t gpr_read(const struct cpu *cpu, unsigned reg, unsigned size)
{
    if (size == 4)
        return cpu->s.gpr[reg];
    if (size == 2)
        return cpu->s.gpr[reg] & 0xffff;
    return cpu->s.gpr[reg & 3] >> (reg < 4 ? 0 : 8) & 0xff;
}

static inline void gpr_write(struct cpu *cpu, unsigned reg, unsigned size, uint32_t value)
{
    unsigned shift = size == 1 && reg >= 4 ? 8 : 0;
    uint32_t mask = size == 4 ? 0xffffffff : size == 2 ? 0xffff : 0xffu << shift;
    uint32_t *gpr = &cpu->s.gpr[size == 1 ? reg & 3 : reg];

    *gpr = (*gpr & ~mask) | (value << shift & mask);
}

/* ---- Operands ------------------------------------------------------------------------------- */

/* An offset cut to the instruction's address size. */
static inline uint32_t operand_wrap(const struct insn *in, uint32_t offset)
{
    return in->addrsize == 4 ? offset : offset & 0xffff;
}

/* The memory operand's offset in segment in->seg. */
static inline uint32_t operand_offset(const struct cpu *cpu, const struct insn *in)
{
    uint32_t offset = in->disp;

    if (in->base != INSN_NO_REG)
        offset += cpu->s.gpr[in->base];
    if (in->index != INSN_NO_REG)
        offset += cpu->s.gpr[in->index] << in->scale;
    return operand_wrap(in, offset);
}

MUST_CHECK bool operand_read(struct cpu *cpu, const struct insn *in, unsigned n, uint32_t *out);
/* For an operand that operand_write() will follow: faults now as the write would. */
MUST_CHECK bool operand_read_rmw(struct cpu *cpu, const struct insn *in, unsigned n, uint32_t *out);
MUST_CHECK bool operand_write(struct cpu *cpu, const struct insn *in, unsigned n, uint32_t value);

/* A far pointer: an immediate, or memory as offset then selector. */
MUST_CHECK bool operand_read_far(struct cpu *cpu, const struct insn *in, unsigned n,
                                 uint16_t *selector, uint32_t *offset);

#endif
