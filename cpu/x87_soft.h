/*
 * The arithmetic unit in integers: what its files share. Private to x87_soft*.c.
 *
 * Operands are unpacked into sign, exponent and a significand with its top bit set, whatever format
 * they came in. Results are computed with 128 bits, the last of which stands for all that follow
 * ("sticky"), and rounded once, in soft_round().
 */
#ifndef FORKSCOPE_CPU_X87_SOFT_H
#define FORKSCOPE_CPU_X87_SOFT_H

#include "cpu/x87.h"

__extension__ typedef unsigned __int128 soft_u128;

enum soft_kind { SOFT_ZERO, SOFT_FINITE, SOFT_INFINITY, SOFT_NAN, SOFT_UNSUPPORTED };

struct soft {
    enum soft_kind kind;
    bool sign;
    bool denormal;
    bool signalling;
    int exp;      /* of a finite number: value = sig / 2^63 * 2^exp */
    uint64_t sig; /* of a finite number: top bit set; of a NaN: as it is in 80 bits */
};

enum { SOFT_BIAS = 0x3fff, SOFT_EXP_MIN = -0x3ffe, SOFT_SCALING = 24576 };

/* ---- x87_soft_value.c: formats, NaNs, rounding ---------------------------------------------- */

struct soft soft_unpack(const struct x87_reg *r);
struct soft soft_unpack_float(const void *from, enum x87_format format);

/* What operands decide alone: unsupported formats and NaNs. True: `r` and `*answer` are final.
 * b may be NULL. */
bool soft_special(const struct soft *a, const struct soft *b, struct x87_reg *r, uint16_t *answer);

uint16_t soft_invalid(struct x87_reg *r);
void soft_zero(bool sign, struct x87_reg *r);
void soft_infinity(bool sign, struct x87_reg *r);

/* A finite number as it is, without the underflow exception that a denormal result would be. */
void soft_copy(const struct soft *n, struct x87_reg *r);

/* DE where one of the operands is denormal. */
static inline uint16_t soft_denormal(const struct soft *a, const struct soft *b)
{
    return a->denormal || (b && b->denormal) ? X87_DE : 0;
}

/* The answer of an operation whose operands gave `denormal`: unmasked, that stops it. */
static inline uint16_t soft_answer(const struct x87_state *x, uint16_t denormal, uint16_t answer)
{
    return denormal & ~x->cw ? denormal : denormal | answer;
}

static inline enum x87_rounding soft_rounding(const struct x87_state *x)
{
    return (enum x87_rounding)(x->cw >> X87_CW_RC_SHIFT & 3);
}

/* PC in bits. */
unsigned soft_precision(const struct x87_state *x);

/* Cuts the low `drop` bits off (0 to 127), rounding as RC says. Returns whether the magnitude grew;
 * *inexact: something was lost. The sum may wrap to 0. */
bool soft_cut(enum x87_rounding mode, bool sign, unsigned drop, soft_u128 *sig, bool *inexact);

/* Shifts right; what falls out stays as the last bit. */
static inline soft_u128 soft_shift_right(soft_u128 sig, unsigned n)
{
    if (n == 0)
        return sig;
    if (n > 127)
        return sig != 0;
    return sig >> n | ((sig << (128 - n)) != 0);
}

static inline unsigned soft_leading_zeros(soft_u128 sig)
{
    uint64_t high = (uint64_t)(sig >> 64), low = (uint64_t)sig;

    return (unsigned)(high ? __builtin_clzll(high) : low ? 64 + __builtin_clzll(low) : 128);
}

/* sig / 2^127 * 2^exp, rounded to `precision` bits and the range of a register; sig != 0 need not
 * be normalised. */
uint16_t soft_round(const struct x87_state *x, unsigned precision, bool sign, int exp,
                    soft_u128 sig, struct x87_reg *r);

/* ---- The operations ------------------------------------------------------------------------- */

x87_arith_fn soft_add_f80, soft_mul_f80, soft_sub_f80, soft_subr_f80, soft_div_f80, soft_divr_f80;
x87_arith_fn soft_add_f32, soft_mul_f32, soft_sub_f32, soft_subr_f32, soft_div_f32, soft_divr_f32;
x87_arith_fn soft_add_f64, soft_mul_f64, soft_sub_f64, soft_subr_f64, soft_div_f64, soft_divr_f64;
x87_compare_fn soft_com_f80, soft_com_f32, soft_com_f64, soft_ucom_f80;
x87_function_fn soft_sqrt, soft_rndint, soft_scale, soft_prem, soft_prem1, soft_xtract;
x87_function_fn soft_2xm1, soft_yl2x, soft_yl2xp1, soft_patan, soft_sin, soft_cos, soft_sincos,
    soft_ptan;
x87_load_fn soft_load_f32, soft_load_f64;
x87_store_fn soft_store_f32, soft_store_f64, soft_store_i16, soft_store_i32, soft_store_i64,
    soft_store_bcd;

#endif
