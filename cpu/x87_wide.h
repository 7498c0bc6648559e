/*
 * Numbers with a 128-bit significand, for what the transcendental functions compute on the way:
 * sig / 2^127 * 2^exp, normalised, or sig = 0. Results are cut to 128 bits, and what is lost sets
 * the last bit; so a result that is not exact never looks exact.
 */
#ifndef FORKSCOPE_CPU_X87_WIDE_H
#define FORKSCOPE_CPU_X87_WIDE_H

#include "cpu/x87_soft.h"

struct wide {
    soft_u128 sig;
    int exp;
    bool sign;
};

#define WIDE(high, low, exp_)                                                                      \
    ((struct wide){.sig = (soft_u128)UINT64_C(high) << 64 | UINT64_C(low), .exp = (exp_)})

struct wide wide_of(const struct soft *n); /* a finite number or zero */
struct wide wide_integer(int64_t n);
struct wide wide_make(bool sign, int exp, soft_u128 sig); /* sig not normalised */

struct wide wide_add(struct wide a, struct wide b);
struct wide wide_mul(struct wide a, struct wide b);
struct wide wide_div(struct wide a, struct wide b);    /* b not zero */
struct wide wide_div_small(struct wide a, unsigned n); /* 1 <= n < 2^16 */

static inline struct wide wide_negated(struct wide a)
{
    a.sign = !a.sign;
    return a;
}

static inline struct wide wide_sub(struct wide a, struct wide b)
{
    return wide_add(a, wide_negated(b));
}

/* Into a register, with all 64 bits whatever PC says. */
uint16_t wide_round(const struct x87_state *x, struct wide a, struct x87_reg *r);

/* ---- Elementary functions, correct to about 120 bits ---------------------------------------- */

struct wide wide_exp2m1(struct wide x); /* 2^x - 1, |x| <= 1 */
struct wide wide_log2(struct wide x);   /* x > 0 */
struct wide wide_log2p1(struct wide x); /* log2(1 + x), x > -1 */
struct wide wide_atan(struct wide x);   /* 0 <= x <= 1 */
struct wide wide_sin(struct wide x);    /* |x| <= pi/4 */
struct wide wide_cos(struct wide x);

#define WIDE_PI WIDE(0xc90fdaa22168c234, 0xc4c6628b80dc1cd1, 1)

#endif
