/* x87 arithmetic, and the functions of one or two registers. */
#include "cpu/operand.h"
#include "cpu/x87.h"
#include "cpu/x87_integer.h"

/* ---- The four operations -------------------------------------------------------------------- */

/* The source operand of an arithmetic instruction or a compare. */
struct source {
    enum x87_format format;
    bool empty;
    union {
        struct x87_reg reg;
        uint8_t bytes[8];
    } value;
};

static bool read_source(struct cpu *cpu, const struct insn *in, struct source *s)
{
    const struct operand *op = &in->op[1];

    s->empty = false;
    if (op->kind == OPERAND_ST) {
        s->format = X87_F80;
        s->empty = x87_empty(&cpu->s.x87, op->reg);
        s->value.reg = *x87_st(&cpu->s.x87, op->reg);
        return true;
    }
    s->format = op->size == 4 ? X87_F32 : X87_F64;
    return mem_read_block(cpu, in->seg, operand_offset(cpu, in), s->value.bytes, op->size);
}

static bool read_integer_source(struct cpu *cpu, const struct insn *in, struct source *s)
{
    unsigned size = in->op[1].size;
    uint8_t bytes[4];

    if (!mem_read_block(cpu, in->seg, operand_offset(cpu, in), bytes, size))
        return false;
    s->format = X87_F80;
    s->empty = false;
    x87_from_integer(x87_integer_of(bytes, size), &s->value.reg);
    return true;
}

typedef bool source_fn(struct cpu *cpu, const struct insn *in, struct source *s);

static bool arith(struct cpu *cpu, const struct insn *in, enum x87_arith op, source_fn *read,
                  bool pop)
{
    struct x87_state *x = &cpu->s.x87;
    unsigned to = in->op[0].reg;
    struct x87_reg result = x87_indefinite;
    uint16_t answer = X87_IE | X87_SF;
    struct source s;
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    if (!read(cpu, in, &s))
        return false;
    x87_note_insn(cpu, in);
    if (!s.empty && !x87_empty(x, to))
        answer = X87_UNIT.arith[op][s.format](x, x87_st(x, to), &s.value, &result);
    x87_note(cpu, answer, X87_C1);
    if (x87_refused(x, answer))
        return true;
    x87_set(x, to, &result);
    if (pop)
        x87_pop(x);
    return true;
}

#define ARITH(name, op)                                                                            \
    bool exec_f##name(struct cpu *cpu, const struct insn *in)                                      \
    {                                                                                              \
        return arith(cpu, in, op, read_source, false);                                             \
    }                                                                                              \
    bool exec_f##name##p(struct cpu *cpu, const struct insn *in)                                   \
    {                                                                                              \
        return arith(cpu, in, op, read_source, true);                                              \
    }                                                                                              \
    bool exec_fi##name(struct cpu *cpu, const struct insn *in)                                     \
    {                                                                                              \
        return arith(cpu, in, op, read_integer_source, false);                                     \
    }

ARITH(add, X87_ADD)
ARITH(mul, X87_MUL)
ARITH(sub, X87_SUB)
ARITH(subr, X87_SUBR)
ARITH(div, X87_DIV)
ARITH(divr, X87_DIVR)

/* ---- Functions ------------------------------------------------------------------------------ */

/* ST(0) becomes f(ST(0)). */
static bool unary(struct cpu *cpu, const struct insn *in, enum x87_function f, unsigned defined)
{
    struct x87_state *x = &cpu->s.x87;
    struct x87_reg r[2] = {x87_indefinite};
    uint16_t answer = X87_IE | X87_SF;
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    x87_note_insn(cpu, in);
    if (!x87_empty(x, 0))
        answer = X87_UNIT.function[f](x, x87_st(x, 0), NULL, r);
    x87_note(cpu, answer, defined);
    if (!x87_refused(x, answer))
        x87_set(x, 0, &r[0]);
    return true;
}

/* ST(`to`) becomes f(ST(0), ST(1)); where that is ST(1), ST(0) is popped. */
static bool binary(struct cpu *cpu, const struct insn *in, enum x87_function f, unsigned to,
                   unsigned defined)
{
    struct x87_state *x = &cpu->s.x87;
    struct x87_reg r[2] = {x87_indefinite};
    uint16_t answer = X87_IE | X87_SF;
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    x87_note_insn(cpu, in);
    if (!x87_empty(x, 0) && !x87_empty(x, 1))
        answer = X87_UNIT.function[f](x, x87_st(x, 0), x87_st(x, 1), r);
    x87_note(cpu, answer, defined);
    if (x87_refused(x, answer))
        return true;
    x87_set(x, to, &r[0]);
    if (to == 1)
        x87_pop(x);
    return true;
}

/* ST(0) is replaced and a second result pushed. */
static bool pushing(struct cpu *cpu, const struct insn *in, enum x87_function f, unsigned defined)
{
    struct x87_state *x = &cpu->s.x87;
    struct x87_reg r[2] = {x87_indefinite, x87_indefinite};
    uint16_t answer = X87_IE | X87_SF;
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    x87_note_insn(cpu, in);
    if (!x87_empty(x, 0) && !x87_empty(x, 7))
        answer |= X87_C1;
    else if (!x87_empty(x, 0))
        answer = X87_UNIT.function[f](x, x87_st(x, 0), NULL, r);
    x87_note(cpu, answer, defined);
    if (x87_refused(x, answer) || (answer & defined & X87_C2))
        return true;
    x87_set(x, 0, &r[1]);
    x87_push(x, &r[0]);
    return true;
}

bool exec_fsqrt(struct cpu *cpu, const struct insn *in)
{
    return unary(cpu, in, X87_SQRT, X87_C1);
}

bool exec_frndint(struct cpu *cpu, const struct insn *in)
{
    return unary(cpu, in, X87_RNDINT, X87_C1);
}

bool exec_f2xm1(struct cpu *cpu, const struct insn *in)
{
    return unary(cpu, in, X87_2XM1, X87_C1);
}

bool exec_fsin(struct cpu *cpu, const struct insn *in)
{
    return unary(cpu, in, X87_SIN, X87_C1 | X87_C2);
}

bool exec_fcos(struct cpu *cpu, const struct insn *in)
{
    return unary(cpu, in, X87_COS, X87_C1 | X87_C2);
}

bool exec_fscale(struct cpu *cpu, const struct insn *in)
{
    return binary(cpu, in, X87_SCALE, 0, X87_C1);
}

static bool is_nan(const struct x87_reg *r)
{
    return (r->se & X87_EXP_MAX) == X87_EXP_MAX && r->mant != X87_INTEGER_BIT;
}

/* C0, C3 and C1 are the quotient's low bits, C2 says that there is more to do. A NaN has no
 * quotient: C0 and C3 stay. */
static bool remainder_of(struct cpu *cpu, const struct insn *in, enum x87_function f)
{
    struct x87_state *x = &cpu->s.x87;
    struct x87_reg r[2] = {x87_indefinite};
    uint16_t answer = X87_IE | X87_SF;
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    x87_note_insn(cpu, in);
    if (!x87_empty(x, 0) && !x87_empty(x, 1))
        answer = X87_UNIT.function[f](x, x87_st(x, 0), x87_st(x, 1), r);
    if (x87_refused(x, answer) || is_nan(&r[0]))
        x87_note(cpu, answer & ~X87_CC, X87_C1 | X87_C2);
    else
        x87_note(cpu, answer, X87_CC);
    if (!x87_refused(x, answer))
        x87_set(x, 0, &r[0]);
    return true;
}

bool exec_fprem(struct cpu *cpu, const struct insn *in)
{
    return remainder_of(cpu, in, X87_PREM);
}

bool exec_fprem1(struct cpu *cpu, const struct insn *in)
{
    return remainder_of(cpu, in, X87_PREM1);
}

bool exec_fyl2x(struct cpu *cpu, const struct insn *in)
{
    return binary(cpu, in, X87_YL2X, 1, X87_C1);
}

bool exec_fyl2xp1(struct cpu *cpu, const struct insn *in)
{
    return binary(cpu, in, X87_YL2XP1, 1, X87_C1);
}

bool exec_fpatan(struct cpu *cpu, const struct insn *in)
{
    return binary(cpu, in, X87_PATAN, 1, X87_C1);
}

bool exec_fsincos(struct cpu *cpu, const struct insn *in)
{
    return pushing(cpu, in, X87_SINCOS, X87_C1 | X87_C2);
}

bool exec_fptan(struct cpu *cpu, const struct insn *in)
{
    return pushing(cpu, in, X87_TAN, X87_C1 | X87_C2);
}

bool exec_fxtract(struct cpu *cpu, const struct insn *in)
{
    return pushing(cpu, in, X87_XTRACT, X87_C1);
}

/* ---- The sign ------------------------------------------------------------------------------- */

/* Not arithmetic: NaNs and denormals raise nothing. */
static bool change_sign(struct cpu *cpu, const struct insn *in, unsigned keep, unsigned flip)
{
    struct x87_state *x = &cpu->s.x87;
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    x87_note_insn(cpu, in);
    if (x87_empty(x, 0)) {
        if (x87_underflow(cpu))
            x87_set(x, 0, &x87_indefinite);
        return true;
    }
    x87_note(cpu, 0, X87_C1);
    x87_st(x, 0)->se = (uint16_t)((x87_st(x, 0)->se & keep) ^ flip);
    return true;
}

bool exec_fchs(struct cpu *cpu, const struct insn *in)
{
    return change_sign(cpu, in, 0xffff, X87_SIGN);
}

bool exec_fabs(struct cpu *cpu, const struct insn *in)
{
    return change_sign(cpu, in, X87_EXP_MAX, 0);
}
