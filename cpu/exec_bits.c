/* Single bits, bit scans, and the flags as operands. */
#include "cpu/alu.h"
#include "cpu/cpu_internal.h"
#include "cpu/flags.h"
#include "cpu/operand.h"

/* ---- BT, BTS, BTR, BTC ---------------------------------------------------------------------- */

/*
 * With a register as index and memory as base, the operand is a string of bits: the index is
 * signed, and the unit of `size` bytes that holds the bit is used, wherever it lies.
 */
static uint32_t bit_string_offset(struct cpu *cpu, const struct insn *in, uint32_t index)
{
    unsigned size = in->op[0].size;
    uint32_t offset = operand_offset(cpu, in);

    if (in->op[1].kind == OPERAND_GPR) {
        int32_t unit = alu_sign_extend(index, size) >> (size == 4 ? 5 : 4);

        offset += (uint32_t)unit * size;
    }
    return operand_wrap(in, offset);
}

static void bit_test_commit(struct cpu *cpu, uint32_t value, unsigned index, unsigned size)
{
    uint32_t flags = cpu->s.eflags;

    alu_set(&flags, EFLAGS_CF, alu_flag(value >> index & 1, EFLAGS_CF));
    if (cpu->model.level == CPU_386)
        flags = flags_386_bit_test(flags, value, index, size);
    cpu->s.eflags = flags;
}

bool exec_bt(struct cpu *cpu, const struct insn *in)
{
    unsigned size = in->op[0].size;
    uint32_t index, value;

    if (!operand_read(cpu, in, 1, &index))
        return false;
    if (in->op[0].kind == OPERAND_MEM) {
        if (!mem_read(cpu, in->seg, bit_string_offset(cpu, in, index), size, &value))
            return false;
    } else {
        value = gpr_read(cpu, in->op[0].reg, size);
    }
    bit_test_commit(cpu, value, index & (8 * size - 1), size);
    return true;
}

typedef uint32_t bit_fn(uint32_t value, uint32_t bit);

static bool bit_modify(struct cpu *cpu, const struct insn *in, bit_fn *fn)
{
    unsigned size = in->op[0].size;
    uint32_t index, value, bit, offset;

    if (!operand_read(cpu, in, 1, &index))
        return false;
    bit = 1u << (index & (8 * size - 1));
    if (in->op[0].kind == OPERAND_MEM) {
        offset = bit_string_offset(cpu, in, index);
        if (!mem_read_rmw(cpu, in->seg, offset, size, &value) ||
            !mem_write(cpu, in->seg, offset, size, fn(value, bit)))
            return false;
    } else {
        value = gpr_read(cpu, in->op[0].reg, size);
        gpr_write(cpu, in->op[0].reg, size, fn(value, bit));
    }
    bit_test_commit(cpu, value, index & (8 * size - 1), size);
    return true;
}

static uint32_t bit_set(uint32_t value, uint32_t bit)
{
    return value | bit;
}

static uint32_t bit_reset(uint32_t value, uint32_t bit)
{
    return value & ~bit;
}

static uint32_t bit_complement(uint32_t value, uint32_t bit)
{
    return value ^ bit;
}

bool exec_bts(struct cpu *cpu, const struct insn *in)
{
    return bit_modify(cpu, in, bit_set);
}

bool exec_btr(struct cpu *cpu, const struct insn *in)
{
    return bit_modify(cpu, in, bit_reset);
}

bool exec_btc(struct cpu *cpu, const struct insn *in)
{
    return bit_modify(cpu, in, bit_complement);
}

/* ---- BSF, BSR ------------------------------------------------------------------------------- */

/* A zero source leaves the destination as it is: what all silicon does and AMD documents. */
static void bit_scan_commit(struct cpu *cpu, const struct insn *in, uint32_t source, unsigned index)
{
    if (source != 0)
        gpr_write(cpu, in->op[0].reg, in->op[0].size, index);
    alu_set(&cpu->s.eflags, EFLAGS_STATUS, alu_parity(index) | alu_flag(!source, EFLAGS_ZF));
}

bool exec_bsf(struct cpu *cpu, const struct insn *in)
{
    uint32_t source;

    if (!operand_read(cpu, in, 1, &source))
        return false;
    bit_scan_commit(cpu, in, source, source ? (unsigned)__builtin_ctz(source) : 0);
    return true;
}

bool exec_bsr(struct cpu *cpu, const struct insn *in)
{
    uint32_t source;

    if (!operand_read(cpu, in, 1, &source))
        return false;
    bit_scan_commit(cpu, in, source, source ? 31 - (unsigned)__builtin_clz(source) : 0);
    return true;
}

/* ---- Flags ---------------------------------------------------------------------------------- */

bool exec_setcc(struct cpu *cpu, const struct insn *in)
{
    return operand_write(cpu, in, 0, alu_condition(cpu->s.eflags, in->opcode & 15));
}

enum { AH_FLAGS = EFLAGS_SF | EFLAGS_ZF | EFLAGS_AF | EFLAGS_PF | EFLAGS_CF };
enum { AH = 4 }; /* its number as a byte register */

bool exec_lahf(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    gpr_write(cpu, AH, 1, (cpu->s.eflags & AH_FLAGS) | EFLAGS_FIXED);
    return true;
}

bool exec_sahf(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    alu_set(&cpu->s.eflags, AH_FLAGS, gpr_read(cpu, AH, 1) & AH_FLAGS);
    return true;
}

bool exec_salc(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    gpr_write(cpu, GPR_EAX, 1, cpu->s.eflags & EFLAGS_CF ? 0xff : 0);
    return true;
}

bool exec_cmc(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    cpu->s.eflags ^= EFLAGS_CF;
    return true;
}

bool exec_clc(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    cpu->s.eflags &= ~(uint32_t)EFLAGS_CF;
    return true;
}

bool exec_stc(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    cpu->s.eflags |= EFLAGS_CF;
    return true;
}

bool exec_cld(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    cpu->s.eflags &= ~(uint32_t)EFLAGS_DF;
    return true;
}

bool exec_std(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    cpu->s.eflags |= EFLAGS_DF;
    return true;
}
