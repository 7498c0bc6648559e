/* Addition, subtraction, logic, multiplication, division, decimal adjustment. */
#include "cpu/alu.h"
#include "cpu/cpu_internal.h"
#include "cpu/operand.h"

/* ---- Two operands, one operand -------------------------------------------------------------- */

typedef uint32_t binary_fn(uint32_t a, uint32_t b, unsigned size, uint32_t *flags);
typedef uint32_t unary_fn(uint32_t a, unsigned size, uint32_t *flags);

static inline bool binary(struct cpu *cpu, const struct insn *in, binary_fn *fn)
{
    uint32_t flags = cpu->s.eflags, a, b, result;

    if (!operand_read_rmw(cpu, in, 0, &a) || !operand_read(cpu, in, 1, &b))
        return false;
    result = fn(a, b, in->op[0].size, &flags);
    if (!operand_write(cpu, in, 0, result))
        return false;
    cpu->s.eflags = flags;
    return true;
}

/* Flags only: CMP and TEST. */
static inline bool compare(struct cpu *cpu, const struct insn *in, binary_fn *fn)
{
    uint32_t flags = cpu->s.eflags, a, b;

    if (!operand_read(cpu, in, 0, &a) || !operand_read(cpu, in, 1, &b))
        return false;
    fn(a, b, in->op[0].size, &flags);
    cpu->s.eflags = flags;
    return true;
}

static inline bool unary(struct cpu *cpu, const struct insn *in, unary_fn *fn)
{
    uint32_t flags = cpu->s.eflags, a, result;

    if (!operand_read_rmw(cpu, in, 0, &a))
        return false;
    result = fn(a, in->op[0].size, &flags);
    if (!operand_write(cpu, in, 0, result))
        return false;
    cpu->s.eflags = flags;
    return true;
}

bool exec_add(struct cpu *cpu, const struct insn *in)
{
    return binary(cpu, in, alu_add);
}

bool exec_or(struct cpu *cpu, const struct insn *in)
{
    return binary(cpu, in, alu_or);
}

bool exec_adc(struct cpu *cpu, const struct insn *in)
{
    return binary(cpu, in, alu_adc);
}

bool exec_sbb(struct cpu *cpu, const struct insn *in)
{
    return binary(cpu, in, alu_sbb);
}

bool exec_and(struct cpu *cpu, const struct insn *in)
{
    return binary(cpu, in, alu_and);
}

bool exec_sub(struct cpu *cpu, const struct insn *in)
{
    return binary(cpu, in, alu_sub);
}

bool exec_xor(struct cpu *cpu, const struct insn *in)
{
    return binary(cpu, in, alu_xor);
}

bool exec_cmp(struct cpu *cpu, const struct insn *in)
{
    return compare(cpu, in, alu_sub);
}

bool exec_test(struct cpu *cpu, const struct insn *in)
{
    return compare(cpu, in, alu_and);
}

bool exec_inc(struct cpu *cpu, const struct insn *in)
{
    return unary(cpu, in, alu_inc);
}

bool exec_dec(struct cpu *cpu, const struct insn *in)
{
    return unary(cpu, in, alu_dec);
}

bool exec_neg(struct cpu *cpu, const struct insn *in)
{
    return unary(cpu, in, alu_neg);
}

bool exec_not(struct cpu *cpu, const struct insn *in)
{
    uint32_t value;

    return operand_read_rmw(cpu, in, 0, &value) && operand_write(cpu, in, 0, ~value);
}

/* ---- Multiply and divide: AX, DX:AX or EDX:EAX ---------------------------------------------- */

static uint64_t wide_read(const struct cpu *cpu, unsigned size)
{
    if (size == 1)
        return gpr_read(cpu, GPR_EAX, 2);
    return (uint64_t)gpr_read(cpu, GPR_EDX, size) << (8 * size) | gpr_read(cpu, GPR_EAX, size);
}

/* High and low half, each of `size` bytes. */
static void wide_write(struct cpu *cpu, unsigned size, uint32_t high, uint32_t low)
{
    if (size == 1) {
        gpr_write(cpu, GPR_EAX, 2, (high & 0xff) << 8 | (low & 0xff));
        return;
    }
    gpr_write(cpu, GPR_EAX, size, low);
    gpr_write(cpu, GPR_EDX, size, high);
}

typedef uint64_t multiply_fn(uint32_t a, uint32_t b, unsigned size, uint32_t *flags);

static bool multiply(struct cpu *cpu, const struct insn *in, multiply_fn *fn)
{
    unsigned size = in->op[0].size;
    uint32_t factor;
    uint64_t product;

    if (!operand_read(cpu, in, 0, &factor))
        return false;
    product = fn(gpr_read(cpu, GPR_EAX, size), factor, size, &cpu->s.eflags);
    wide_write(cpu, size, (uint32_t)(product >> (8 * size)), (uint32_t)product);
    return true;
}

bool exec_mul(struct cpu *cpu, const struct insn *in)
{
    return multiply(cpu, in, alu_mul);
}

bool exec_imul(struct cpu *cpu, const struct insn *in)
{
    return multiply(cpu, in, alu_imul);
}

/* IMUL with two or three operands: the upper half is lost. */
bool exec_imul_truncating(struct cpu *cpu, const struct insn *in)
{
    unsigned first = in->op[2].kind == OPERAND_NONE ? 0 : 1;
    unsigned size = in->op[0].size;
    uint32_t a, b;

    if (!operand_read(cpu, in, first, &a) || !operand_read(cpu, in, first + 1, &b))
        return false;
    gpr_write(cpu, in->op[0].reg, size, (uint32_t)alu_imul(a, b, size, &cpu->s.eflags));
    return true;
}

bool exec_div(struct cpu *cpu, const struct insn *in)
{
    unsigned size = in->op[0].size;
    uint32_t divisor, quotient, remainder;

    if (!operand_read(cpu, in, 0, &divisor))
        return false;
    if (!alu_div(wide_read(cpu, size), divisor, size, &quotient, &remainder))
        return cpu_raise(cpu, VEC_DE);
    wide_write(cpu, size, remainder, quotient);
    return true;
}

bool exec_idiv(struct cpu *cpu, const struct insn *in)
{
    unsigned size = in->op[0].size, spare = 64 - 16 * size;
    uint32_t divisor, quotient, remainder;
    int64_t dividend;

    if (!operand_read(cpu, in, 0, &divisor))
        return false;
    dividend = (int64_t)(wide_read(cpu, size) << spare) >> spare;
    if (!alu_idiv(dividend, alu_sign_extend(divisor, size), size, &quotient, &remainder))
        return cpu_raise(cpu, VEC_DE);
    wide_write(cpu, size, remainder, quotient);
    return true;
}

/* ---- Decimal adjustment --------------------------------------------------------------------- */

/*
 * Undefined flags. DAA, DAS: current Intel clears OF, the 386 has that of the addition to AL. AAA,
 * AAS: current Intel clears OF and takes SF, ZF, PF from the final AL, the 386 has all four of the
 * addition before AL is cut to a digit. AAD: those of the addition; AAM: clear; on both.
 */

static bool low_digit_overflows(const struct cpu *cpu, uint32_t al)
{
    return (al & 0xf) > 9 || cpu->s.eflags & EFLAGS_AF;
}

/* DAA and DAS: `fn` applies the correction. */
static bool decimal_adjust(struct cpu *cpu, binary_fn *fn)
{
    uint32_t al = gpr_read(cpu, GPR_EAX, 1), old = cpu->s.eflags, flags = old;
    bool low = low_digit_overflows(cpu, al);
    bool high = al > 0x99 || old & EFLAGS_CF;
    uint32_t result = fn(al, (low ? 6 : 0) + (high ? 0x60 : 0), 1, &flags);
    bool borrowed = low && fn == alu_sub && al < 6;

    alu_set(&flags, EFLAGS_AF | EFLAGS_CF,
            alu_flag(low, EFLAGS_AF) | alu_flag(high || borrowed, EFLAGS_CF));
    if (cpu->model.level != CPU_386)
        alu_set(&flags, EFLAGS_OF, 0);
    gpr_write(cpu, GPR_EAX, 1, result);
    cpu->s.eflags = flags;
    return true;
}

bool exec_daa(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    return decimal_adjust(cpu, alu_add);
}

bool exec_das(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    return decimal_adjust(cpu, alu_sub);
}

/* AAA and AAS: `fn` applies the correction to AL and, with its carry, to AH. */
static bool ascii_adjust(struct cpu *cpu, binary_fn *fn)
{
    uint32_t ax = gpr_read(cpu, GPR_EAX, 2), flags = cpu->s.eflags, ignored = 0;
    bool adjust = low_digit_overflows(cpu, ax);
    uint32_t result = fn(ax, adjust ? 0x106 : 0, 2, &ignored) & 0xff0f;

    fn(ax & 0xff, adjust ? 6 : 0, 1, &flags);
    if (cpu->model.level != CPU_386)
        alu_set(&flags, EFLAGS_STATUS, alu_szp(result & 0xff, 1));
    alu_set(&flags, EFLAGS_AF | EFLAGS_CF, alu_flag(adjust, EFLAGS_AF | EFLAGS_CF));
    gpr_write(cpu, GPR_EAX, 2, result);
    cpu->s.eflags = flags;
    return true;
}

bool exec_aaa(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    return ascii_adjust(cpu, alu_add);
}

bool exec_aas(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    return ascii_adjust(cpu, alu_sub);
}

bool exec_aam(struct cpu *cpu, const struct insn *in)
{
    uint32_t al = gpr_read(cpu, GPR_EAX, 1);

    if (in->imm == 0)
        return cpu_raise(cpu, VEC_DE);
    gpr_write(cpu, GPR_EAX, 2, al / in->imm << 8 | al % in->imm);
    alu_set(&cpu->s.eflags, EFLAGS_STATUS, alu_szp(al % in->imm, 1));
    return true;
}

bool exec_aad(struct cpu *cpu, const struct insn *in)
{
    uint32_t ax = gpr_read(cpu, GPR_EAX, 2);
    uint32_t tens = (ax >> 8) * in->imm & 0xff;

    gpr_write(cpu, GPR_EAX, 2, alu_add(ax & 0xff, tens, 1, &cpu->s.eflags));
    return true;
}
