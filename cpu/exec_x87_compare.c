/* x87 compares: to the condition codes, and from the P6 on to EFLAGS. */
#include "cpu/operand.h"
#include "cpu/x87.h"
#include "cpu/x87_integer.h"

typedef uint16_t compare_fn(struct x87_state *x, const void *b, unsigned size);

static uint16_t compare_float(struct x87_state *x, const void *b, unsigned size)
{
    enum x87_format format = size == 4 ? X87_F32 : size == 8 ? X87_F64 : X87_F80;

    return X87_UNIT.compare[format](x, x87_st(x, 0), b);
}

static uint16_t compare_unordered(struct x87_state *x, const void *b, unsigned size)
{
    (void)size;
    return X87_UNIT.compare_unordered(x, x87_st(x, 0), b);
}

static uint16_t compare_integer(struct x87_state *x, const void *b, unsigned size)
{
    struct x87_reg value;

    x87_from_integer(x87_integer_of(b, size), &value);
    return X87_UNIT.compare[X87_F80](x, x87_st(x, 0), &value);
}

static uint16_t compare_zero(struct x87_state *x, const void *b, unsigned size)
{
    static const struct x87_reg zero;

    (void)b;
    (void)size;
    return X87_UNIT.compare[X87_F80](x, x87_st(x, 0), &zero);
}

static uint16_t compare_register(struct x87_state *x, unsigned i, compare_fn *compare)
{
    if (x87_empty(x, 0) || x87_empty(x, i))
        return X87_IE | X87_SF | X87_UNORDERED;
    return compare(x, x87_st(x, i), sizeof(struct x87_reg));
}

static bool compare_operand(struct cpu *cpu, const struct insn *in, const struct operand *op,
                            compare_fn *compare, uint16_t *answer)
{
    struct x87_state *x = &cpu->s.x87;
    uint8_t bytes[8];

    if (op->kind != OPERAND_MEM) {
        *answer = compare_register(x, op->kind == OPERAND_ST ? op->reg : 0, compare);
        return true;
    }
    if (!mem_read_block(cpu, in->seg, operand_offset(cpu, in), bytes, op->size))
        return false;
    *answer = x87_empty(x, 0) ? X87_IE | X87_SF | X87_UNORDERED : compare(x, bytes, op->size);
    return true;
}

/* ---- To C0, C2, C3 -------------------------------------------------------------------------- */

static bool compare(struct cpu *cpu, const struct insn *in, const struct operand *op,
                    compare_fn *how, unsigned pops)
{
    struct x87_state *x = &cpu->s.x87;
    uint16_t answer;
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    if (!compare_operand(cpu, in, op, how, &answer))
        return false;
    x87_note_insn(cpu, in);
    x87_note(cpu, answer, X87_CC);
    if (x87_refused(x, answer))
        return true;
    while (pops-- > 0)
        x87_pop(x);
    return true;
}

static const struct operand st0 = {.kind = OPERAND_ST, .reg = 0};
static const struct operand st1 = {.kind = OPERAND_ST, .reg = 1};

bool exec_fcom(struct cpu *cpu, const struct insn *in)
{
    return compare(cpu, in, &in->op[1], compare_float, 0);
}

bool exec_fcomp(struct cpu *cpu, const struct insn *in)
{
    return compare(cpu, in, &in->op[1], compare_float, 1);
}

bool exec_fcompp(struct cpu *cpu, const struct insn *in)
{
    return compare(cpu, in, &st1, compare_float, 2);
}

bool exec_ficom(struct cpu *cpu, const struct insn *in)
{
    return compare(cpu, in, &in->op[1], compare_integer, 0);
}

bool exec_ficomp(struct cpu *cpu, const struct insn *in)
{
    return compare(cpu, in, &in->op[1], compare_integer, 1);
}

bool exec_fucom(struct cpu *cpu, const struct insn *in)
{
    return compare(cpu, in, &in->op[1], compare_unordered, 0);
}

bool exec_fucomp(struct cpu *cpu, const struct insn *in)
{
    return compare(cpu, in, &in->op[1], compare_unordered, 1);
}

bool exec_fucompp(struct cpu *cpu, const struct insn *in)
{
    return compare(cpu, in, &st1, compare_unordered, 2);
}

bool exec_ftst(struct cpu *cpu, const struct insn *in)
{
    return compare(cpu, in, &st0, compare_zero, 0);
}

/* ---- To EFLAGS ------------------------------------------------------------------------------ */

static uint32_t eflags_of(unsigned answer)
{
    return (answer & X87_C0 ? EFLAGS_CF : 0) | (answer & X87_C2 ? EFLAGS_PF : 0) |
           (answer & X87_C3 ? EFLAGS_ZF : 0);
}

/* The condition codes stay, but a stack fault clears C1. EFLAGS are written in any case, an
 * unmasked exception only forbids the pop. */
static bool compare_to_eflags(struct cpu *cpu, const struct insn *in, compare_fn *how, bool pop)
{
    struct x87_state *x = &cpu->s.x87;
    uint16_t answer;
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    answer = compare_register(x, in->op[1].reg, how);
    x87_note_insn(cpu, in);
    x87_note(cpu, answer, answer & X87_SF ? X87_C1 : 0);
    cpu->s.eflags = (cpu->s.eflags & ~(uint32_t)EFLAGS_STATUS) | eflags_of(answer);
    if (pop && !x87_refused(x, answer))
        x87_pop(x);
    return true;
}

bool exec_fcomi(struct cpu *cpu, const struct insn *in)
{
    return compare_to_eflags(cpu, in, compare_float, false);
}

bool exec_fcomip(struct cpu *cpu, const struct insn *in)
{
    return compare_to_eflags(cpu, in, compare_float, true);
}

bool exec_fucomi(struct cpu *cpu, const struct insn *in)
{
    return compare_to_eflags(cpu, in, compare_unordered, false);
}

bool exec_fucomip(struct cpu *cpu, const struct insn *in)
{
    return compare_to_eflags(cpu, in, compare_unordered, true);
}

/* ---- What is it? ---------------------------------------------------------------------------- */

/* SDM vol. 2, FXAM: unsupported, NaN, normal, infinity, zero, empty, denormal. */
static unsigned examine(const struct x87_reg *r)
{
    unsigned exp = r->se & X87_EXP_MAX;

    if (exp == 0)
        return r->mant ? X87_C3 | X87_C2 : X87_C3;
    if (!(r->mant & X87_INTEGER_BIT))
        return 0;
    if (exp < X87_EXP_MAX)
        return X87_C2;
    return r->mant == X87_INTEGER_BIT ? X87_C2 | X87_C0 : X87_C0;
}

bool exec_fxam(struct cpu *cpu, const struct insn *in)
{
    struct x87_state *x = &cpu->s.x87;
    const struct x87_reg *r = x87_st(x, 0);
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    x87_note_insn(cpu, in);
    x87_note(cpu,
             (x87_empty(x, 0) ? X87_C3 | X87_C0 : examine(r)) | (r->se & X87_SIGN ? X87_C1 : 0),
             X87_CC);
    return true;
}
