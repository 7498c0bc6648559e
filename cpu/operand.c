#include "cpu/operand.h"
#include "cpu/alu.h"

static uint32_t read_simple(const struct cpu *cpu, const struct insn *in, const struct operand *op)
{
    switch (op->kind) {
    case OPERAND_GPR:
        return gpr_read(cpu, op->reg, op->size);
    case OPERAND_SREG:
        return cpu->s.seg[op->reg].selector;
    case OPERAND_IMM2:
        return in->imm2;
    default:
        return in->imm & alu_mask(op->size);
    }
}

bool operand_read(struct cpu *cpu, const struct insn *in, unsigned n, uint32_t *out)
{
    const struct operand *op = &in->op[n];

    if (op->kind == OPERAND_MEM)
        return mem_read(cpu, in->seg, operand_offset(cpu, in), op->size, out);
    *out = read_simple(cpu, in, op);
    return true;
}

bool operand_read_rmw(struct cpu *cpu, const struct insn *in, unsigned n, uint32_t *out)
{
    const struct operand *op = &in->op[n];

    if (op->kind == OPERAND_MEM)
        return mem_read_rmw(cpu, in->seg, operand_offset(cpu, in), op->size, out);
    *out = read_simple(cpu, in, op);
    return true;
}

bool operand_write(struct cpu *cpu, const struct insn *in, unsigned n, uint32_t value)
{
    const struct operand *op = &in->op[n];

    if (op->kind == OPERAND_MEM)
        return mem_write(cpu, in->seg, operand_offset(cpu, in), op->size,
                         value & alu_mask(op->size));
    gpr_write(cpu, op->reg, op->size, value);
    return true;
}

bool operand_read_far(struct cpu *cpu, const struct insn *in, unsigned n, uint16_t *selector,
                      uint32_t *offset)
{
    uint32_t at, high;

    if (in->op[n].kind == OPERAND_FAR) {
        *selector = (uint16_t)in->imm2;
        *offset = in->imm;
        return true;
    }
    at = operand_offset(cpu, in);
    if (!mem_read(cpu, in->seg, at, in->opsize, offset) ||
        !mem_read(cpu, in->seg, operand_wrap(in, at + in->opsize), 2, &high))
        return false;
    *selector = (uint16_t)high;
    return true;
}
