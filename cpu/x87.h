/*
 * The floating-point unit, as the files of cpu/ that build it share it. Private to cpu/ and its
 * unit tests.
 *
 * Three layers:
 *   exec_x87_*.c   one handler for each row of insn.def: operands, order of events, what is
 *                  committed
 *   x87.c          the stack, status word, pointers, masked responses
 *   x87_unit       arithmetic on 80-bit operands: pure functions, in two implementations that
 *                  give the same results. x87_host.c lets the host's own x87 do it, x87_soft*.c
 *                  does it with integers.
 *
 * Modelled: SDM vol. 1, chapter 8, as the P6 does it on every level (FPTAN and friends have the
 * 387's full range, never the 8087's). Choices where the generations differ:
 *   - FOP, FIP, FCS, FDP and FDS are updated by every non-control instruction, FDP and FDS only
 *     when it has a memory operand.
 *   - Tags are those of the contents: FLDENV and FRSTOR take only "empty or not" from memory.
 *   - A processor without FPU answers ESC (with CR0.EM = TS = 0) as an absent 387 does: what
 *     FNSTSW and FNSTCW read is all ones, everything else does nothing.
 * Not modelled: IGNNE# (port F0h only drops the IRQ), the time anything takes.
 */
#ifndef FORKSCOPE_CPU_X87_H
#define FORKSCOPE_CPU_X87_H

#include "cpu/cpu_internal.h"

/* ---- Status and control word (SDM vol. 1, figures 8-4 and 8-6) ------------------------------ */

enum {
    X87_IE = 1 << 0, /* invalid operation, with SF: stack fault */
    X87_DE = 1 << 1, /* denormal operand */
    X87_ZE = 1 << 2, /* division by zero */
    X87_OE = 1 << 3,
    X87_UE = 1 << 4,
    X87_PE = 1 << 5, /* inexact */
    X87_EXCEPTIONS = 0x3f,
    X87_BEFORE = X87_IE | X87_DE | X87_ZE, /* unmasked: there is no result */
    X87_SF = 1 << 6,
    X87_ES = 1 << 7, /* an unmasked exception is pending */
    X87_C0 = 1 << 8,
    X87_C1 = 1 << 9,
    X87_C2 = 1 << 10,
    X87_C3 = 1 << 14,
    X87_CC = X87_C0 | X87_C1 | X87_C2 | X87_C3,
    X87_UNORDERED = X87_C0 | X87_C2 | X87_C3,
    X87_TOP_SHIFT = 11,
    X87_TOP = 7 << X87_TOP_SHIFT,
    X87_B = 1 << 15, /* follows ES */
};

enum {
    X87_CW_PC_SHIFT = 8, /* 0: 24 bits, 2: 53, 3: 64 */
    X87_CW_RC_SHIFT = 10,
    X87_CW_DEFAULT = 0x037f,
    X87_CW_WRITABLE = 0x1f3f,
    X87_CW_FIXED = 0x0040,
};

enum x87_rounding { X87_NEAREST, X87_DOWN, X87_UP, X87_CHOP };

/* Two bits a physical register. */
enum x87_tag { X87_VALID, X87_ZERO, X87_SPECIAL, X87_EMPTY };

/* ---- Values --------------------------------------------------------------------------------- */

enum { X87_EXP_MAX = 0x7fff, X87_SIGN = 0x8000 };
#define X87_INTEGER_BIT (UINT64_C(1) << 63)
#define X87_QUIET_BIT   (UINT64_C(1) << 62)

static const struct x87_reg x87_indefinite = {UINT64_C(0xc000000000000000), 0xffff};

static inline enum x87_tag x87_tag_of(const struct x87_reg *r)
{
    unsigned exp = r->se & X87_EXP_MAX;

    if (exp == 0 && r->mant == 0)
        return X87_ZERO;
    return exp == 0 || exp == X87_EXP_MAX || !(r->mant & X87_INTEGER_BIT) ? X87_SPECIAL : X87_VALID;
}

/* ---- The arithmetic unit -------------------------------------------------------------------- */

/* What an operand in memory looks like to the unit. */
enum x87_format {
    X87_F80,
    X87_F32,
    X87_F64,
    X87_FLOATS,
    X87_I16 = X87_FLOATS,
    X87_I32,
    X87_I64,
    X87_BCD,
    X87_FORMATS
};

enum x87_arith { X87_ADD, X87_MUL, X87_SUB, X87_SUBR, X87_DIV, X87_DIVR, X87_ARITHS };

/* a is ST(0), b is ST(1) where there is a second operand. The last three have two results:
 * r[0] is the new ST(0), r[1] lies below it. */
enum x87_function {
    X87_SQRT,
    X87_RNDINT,
    X87_SCALE,
    X87_PREM,
    X87_PREM1,
    X87_2XM1,
    X87_YL2X,
    X87_YL2XP1,
    X87_PATAN,
    X87_SIN,
    X87_COS,
    X87_SINCOS,
    X87_TAN,
    X87_XTRACT,
    X87_FUNCTIONS
};

/*
 * All of them look at x->cw, and at x->sw for the exceptions that are already noted there; these
 * may be left out of the answer or be in it. The answer has the exceptions in their places and the
 * condition codes that the operation defines; a result counts unless X87_BEFORE exceptions are
 * unmasked. Overflow and underflow give what their mask says: in registers the scaled result.
 * No operand overlaps with a result.
 */
typedef uint16_t x87_arith_fn(const struct x87_state *x, const struct x87_reg *a, const void *b,
                              struct x87_reg *r);
typedef uint16_t x87_compare_fn(const struct x87_state *x, const struct x87_reg *a, const void *b);
typedef uint16_t x87_function_fn(const struct x87_state *x, const struct x87_reg *a,
                                 const struct x87_reg *b, struct x87_reg r[2]);
/* Signalling NaNs and denormals are noticed here. */
typedef uint16_t x87_load_fn(const struct x87_state *x, const void *from, struct x87_reg *r);
/* Where an unmasked exception forbids the store `to` is not written. */
typedef uint16_t x87_store_fn(const struct x87_state *x, const struct x87_reg *a, void *to);

struct x87_unit {
    x87_arith_fn *arith[X87_ARITHS][X87_FLOATS];
    x87_compare_fn *compare[X87_FLOATS];
    x87_compare_fn *compare_unordered; /* FUCOM: quiet NaNs are not invalid */
    x87_function_fn *function[X87_FUNCTIONS];
    x87_load_fn *load[X87_FLOATS];    /* not X87_F80 */
    x87_store_fn *store[X87_FORMATS]; /* not X87_F80 */
};

/* Both units have the same functions, named after their instructions. */
#define X87_UNIT_ARITH(unit, name)                                                                 \
    {                                                                                              \
        unit##_##name##_f80, unit##_##name##_f32, unit##_##name##_f64                              \
    }
#define X87_UNIT_TABLE(unit)                                                                       \
    {                                                                                              \
        .arith = {[X87_ADD] = X87_UNIT_ARITH(unit, add), [X87_MUL] = X87_UNIT_ARITH(unit, mul),    \
                  [X87_SUB] = X87_UNIT_ARITH(unit, sub), [X87_SUBR] = X87_UNIT_ARITH(unit, subr),  \
                  [X87_DIV] = X87_UNIT_ARITH(unit, div), [X87_DIVR] = X87_UNIT_ARITH(unit, divr)}, \
        .compare = {unit##_com_f80, unit##_com_f32, unit##_com_f64},                               \
        .compare_unordered = unit##_ucom_f80,                                                      \
        .function =                                                                                \
            {[X87_SQRT] = unit##_sqrt, [X87_RNDINT] = unit##_rndint, [X87_SCALE] = unit##_scale,   \
             [X87_PREM] = unit##_prem, [X87_PREM1] = unit##_prem1,   [X87_2XM1] = unit##_2xm1,     \
             [X87_YL2X] = unit##_yl2x, [X87_YL2XP1] = unit##_yl2xp1, [X87_PATAN] = unit##_patan,   \
             [X87_SIN] = unit##_sin,   [X87_COS] = unit##_cos,       [X87_SINCOS] = unit##_sincos, \
             [X87_TAN] = unit##_ptan,  [X87_XTRACT] = unit##_xtract},                              \
        .load = {[X87_F32] = unit##_load_f32, [X87_F64] = unit##_load_f64},                        \
        .store = {[X87_F32] = unit##_store_f32, [X87_F64] = unit##_store_f64,                      \
                  [X87_I16] = unit##_store_i16, [X87_I32] = unit##_store_i32,                      \
                  [X87_I64] = unit##_store_i64, [X87_BCD] = unit##_store_bcd},                     \
    }

extern const struct x87_unit x87_soft_unit;
#if defined(__x86_64__) || defined(__i386__)
#define X87_HAVE_HOST 1
extern const struct x87_unit x87_host_unit;
#define X87_UNIT x87_host_unit
#else
#define X87_UNIT x87_soft_unit
#endif

/* Does this answer of the unit forbid its result? */
static inline bool x87_refused(const struct x87_state *x, unsigned answer)
{
    return answer & ~x->cw & X87_BEFORE;
}

/* ---- The register stack --------------------------------------------------------------------- */

static inline unsigned x87_top(const struct x87_state *x)
{
    return x->sw >> X87_TOP_SHIFT & 7;
}

/* The physical register of ST(i). */
static inline unsigned x87_physical(const struct x87_state *x, unsigned i)
{
    return (x87_top(x) + i) & 7;
}

static inline struct x87_reg *x87_st(struct x87_state *x, unsigned i)
{
    return &x->st[x87_physical(x, i)];
}

static inline void x87_set_tag(struct x87_state *x, unsigned i, enum x87_tag tag)
{
    unsigned shift = 2 * x87_physical(x, i);

    x->tw = (uint16_t)((x->tw & ~(3u << shift)) | (unsigned)tag << shift);
}

static inline bool x87_empty(const struct x87_state *x, unsigned i)
{
    return (x->tw >> 2 * x87_physical(x, i) & 3) == X87_EMPTY;
}

/* By member: the bytes between registers are state too, and stay zero. */
static inline void x87_set(struct x87_state *x, unsigned i, const struct x87_reg *value)
{
    struct x87_reg *st = x87_st(x, i);

    st->mant = value->mant;
    st->se = value->se;
    x87_set_tag(x, i, x87_tag_of(value));
}

static inline void x87_turn(struct x87_state *x, unsigned by)
{
    x->sw = (uint16_t)((x->sw & ~X87_TOP) | ((x87_top(x) + by) & 7) << X87_TOP_SHIFT);
}

static inline void x87_pop(struct x87_state *x)
{
    x87_set_tag(x, 0, X87_EMPTY);
    x87_turn(x, 1);
}

static inline void x87_push(struct x87_state *x, const struct x87_reg *value)
{
    x87_turn(x, 7);
    x87_set(x, 0, value);
}

/* ---- What handlers begin and end with (x87.c) ----------------------------------------------- */

/* Everything that may keep an x87 instruction from running; see x87_begin(). */
bool x87_begin_slow(struct cpu *cpu, const struct insn *in, bool *done);

/* Is there a unit that may be used (else #NM), and is no exception of an earlier instruction
 * pending (else #MF, or the wait for its interrupt)? False: the handler returns *done. */
static inline bool x87_begin(struct cpu *cpu, const struct insn *in, bool *done)
{
    if (!(cpu->s.cr0 & (CR0_EM | CR0_TS)) && !(cpu->s.x87.sw & X87_ES) &&
        (cpu->model.features & CPU_FEAT_FPU))
        return true;
    return x87_begin_slow(cpu, in, done);
}

/* This is the last non-control instruction now. */
void x87_note_insn(struct cpu *cpu, const struct insn *in);

/* What memory or the outside may say otherwise: fixed bits of the control word, tags of registers
 * that are not empty, ES and B. */
void x87_make_consistent(struct x87_state *x);
/* After anything that changed masks or flags: ES, B and the FERR# pin follow. */
void x87_update_summary(struct cpu *cpu);
/* After CR0.NE changed, too. */
void x87_update_ferr(struct cpu *cpu);

/* Adds exceptions; the condition codes in `defined` become those of `answer`. */
static inline void x87_note(struct cpu *cpu, unsigned answer, unsigned defined)
{
    struct x87_state *x = &cpu->s.x87;

    x->sw = (uint16_t)((x->sw & ~defined) | (answer & (defined | X87_EXCEPTIONS | X87_SF)));
    if (x->sw & ~x->cw & X87_EXCEPTIONS)
        x87_update_summary(cpu);
}

/* Note a stack fault. True where it is masked, so that the masked response follows. */
bool x87_underflow(struct cpu *cpu);
bool x87_overflow(struct cpu *cpu);

#endif
