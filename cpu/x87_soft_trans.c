/*
 * Software arithmetic: transcendental functions. The special operands are those of the tables in
 * SDM vol. 2; everything else is computed with 128 bits and rounded once, so it differs from
 * silicon by one unit in the last place at most.
 */
#include "cpu/x87_wide.h"

static const struct x87_reg one = {X87_INTEGER_BIT, SOFT_BIAS};

static bool is_finite(const struct soft *n)
{
    return n->kind == SOFT_FINITE;
}

/* Silicon calls every result inexact, even where it is not. A denormal one is an underflow. */
static uint16_t give(const struct x87_state *x, struct wide result, struct x87_reg *r)
{
    uint16_t answer = wide_round(x, result, r) | X87_PE;

    return r->se & X87_EXP_MAX ? answer : answer | X87_UE;
}

/* ---- F2XM1 ---------------------------------------------------------------------------------- */

uint16_t soft_2xm1(const struct x87_state *x, const struct x87_reg *a, const struct x87_reg *b,
                   struct x87_reg r[2])
{
    struct soft n = soft_unpack(a);
    uint16_t answer;

    (void)b;
    if (soft_special(&n, NULL, r, &answer))
        return answer;
    *r = *a;
    if (n.kind == SOFT_INFINITY && n.sign)
        *r = (struct x87_reg){one.mant, one.se | X87_SIGN};
    if (!is_finite(&n))
        return 0;
    /* Beyond -1..1 the result is undefined: the operand stays. */
    if (n.exp > 0 || (n.exp == 0 && n.sig != X87_INTEGER_BIT))
        return X87_PE;
    if (n.exp == 0) { /* 2^1 - 1 and 2^-1 - 1 */
        r->se -= n.sign;
        return X87_PE;
    }
    return soft_answer(x, soft_denormal(&n, NULL), give(x, wide_exp2m1(wide_of(&n)), r));
}

/* ---- FYL2X, FYL2XP1 ------------------------------------------------------------------------- */

/* y * log, where log is infinite with this sign. */
static uint16_t times_infinity(bool sign, const struct soft *y, uint16_t answer, struct x87_reg *r)
{
    if (y->kind == SOFT_ZERO)
        return soft_invalid(r);
    soft_infinity(sign != y->sign, r);
    return answer;
}

/* y * log, where log is finite. */
static uint16_t times_log(const struct x87_state *x, const struct soft *y, struct wide log,
                          uint16_t denormal, struct x87_reg *r)
{
    bool sign = log.sign != y->sign;

    if (y->kind == SOFT_INFINITY && log.sig == 0)
        return soft_invalid(r);
    if (y->kind == SOFT_INFINITY) {
        soft_infinity(sign, r);
        return denormal;
    }
    if (y->kind == SOFT_ZERO || log.sig == 0) {
        soft_zero(sign, r);
        return denormal;
    }
    return soft_answer(x, denormal, give(x, wide_mul(wide_of(y), log), r));
}

uint16_t soft_yl2x(const struct x87_state *x, const struct x87_reg *a, const struct x87_reg *b,
                   struct x87_reg r[2])
{
    struct soft n = soft_unpack(a), y = soft_unpack(b);
    uint16_t denormal, answer;

    if (soft_special(&n, &y, r, &answer))
        return answer;
    denormal = soft_denormal(&n, &y);
    if (n.kind == SOFT_ZERO)
        return times_infinity(true, &y, y.kind == SOFT_INFINITY ? 0 : X87_ZE, r);
    if (n.sign)
        return soft_invalid(r);
    if (n.kind == SOFT_INFINITY)
        return times_infinity(false, &y, denormal, r);
    return times_log(x, &y, wide_log2(wide_of(&n)), denormal, r);
}

/* At -1 and below there is no logarithm, and the result is undefined. Silicon leaves the operand
 * where y is finite, else it goes on with the sign. */
uint16_t soft_yl2xp1(const struct x87_state *x, const struct x87_reg *a, const struct x87_reg *b,
                     struct x87_reg r[2])
{
    struct soft n = soft_unpack(a), y = soft_unpack(b);
    struct wide log = wide_of(&n);
    uint16_t denormal, answer;
    bool undefined;

    if (soft_special(&n, &y, r, &answer))
        return answer;
    denormal = soft_denormal(&n, &y);
    if (n.kind == SOFT_INFINITY)
        return n.sign ? soft_invalid(r) : times_infinity(false, &y, denormal, r);
    undefined = is_finite(&n) && n.sign && n.exp >= 0;
    if (undefined && is_finite(&y)) {
        *r = *a;
        return soft_answer(x, denormal, X87_PE);
    }
    if (is_finite(&n) && !undefined)
        log = wide_log2p1(log);
    log.sign = n.sign;
    return times_log(x, &y, log, denormal, r);
}

/* ---- FPATAN --------------------------------------------------------------------------------- */

/* n * pi/4 */
static struct wide quarters_of_pi(unsigned n)
{
    struct wide pi = WIDE_PI;

    pi.exp -= 2;
    return wide_mul(pi, wide_integer(n));
}

/* The angle of (x, y) for a point in the first quadrant with finite, non-zero coordinates. */
static struct wide first_quadrant(struct wide across, struct wide up)
{
    bool steep = up.exp > across.exp || (up.exp == across.exp && up.sig > across.sig);
    struct wide angle = wide_atan(steep ? wide_div(across, up) : wide_div(up, across));

    return steep ? wide_sub(quarters_of_pi(2), angle) : angle;
}

static struct wide angle_of(const struct soft *across, const struct soft *up)
{
    bool no_up = up->kind == SOFT_ZERO || (across->kind == SOFT_INFINITY && is_finite(up));
    bool no_across = across->kind == SOFT_ZERO || (up->kind == SOFT_INFINITY && is_finite(across));
    struct wide a = wide_of(across), u = wide_of(up);

    a.sign = u.sign = false;
    if (no_up)
        return quarters_of_pi(across->sign ? 4 : 0);
    if (up->kind == SOFT_INFINITY && across->kind == SOFT_INFINITY)
        return quarters_of_pi(across->sign ? 3 : 1);
    if (no_across)
        return quarters_of_pi(2);
    return across->sign ? wide_sub(quarters_of_pi(4), first_quadrant(a, u)) : first_quadrant(a, u);
}

uint16_t soft_patan(const struct x87_state *x, const struct x87_reg *a, const struct x87_reg *b,
                    struct x87_reg r[2])
{
    struct soft across = soft_unpack(a), up = soft_unpack(b);
    struct wide angle;
    uint16_t answer;

    if (soft_special(&across, &up, r, &answer))
        return answer;
    angle = angle_of(&across, &up);
    angle.sign = up.sign;
    soft_zero(up.sign, r);
    answer = angle.sig ? give(x, angle, r) : 0;
    return soft_answer(x, soft_denormal(&across, &up), answer);
}

/* ---- FSIN, FCOS, FSINCOS, FPTAN ------------------------------------------------------------- */

/* An angle as quarter turns and what remains, at most pi/4 either way. */
struct reduced {
    unsigned quarters;
    struct wide rest;
};

/* Silicon's pi has 66 bits, and its remainder of that pi is exact. In units of 2^-65, pi/2 is the
 * integer below. */
static struct reduced reduce(const struct soft *n)
{
    const soft_u128 half_pi = (soft_u128)3 << 64 | UINT64_C(0x243f6a8885a308d3);
    struct reduced d = {0, wide_of(n)};
    soft_u128 rest = n->sig;

    if (n->exp < -2)
        return d;
    for (int i = 0; i < n->exp + 2; i++) {
        rest <<= 1;
        d.quarters <<= 1;
        if (rest >= half_pi) {
            rest -= half_pi;
            d.quarters |= 1;
        }
    }
    d.rest = wide_make(false, 127 - 65, rest);
    if (rest > half_pi / 2) {
        d.rest = wide_make(true, 127 - 65, half_pi - rest);
        d.quarters++;
    }
    if (n->sign) {
        d.quarters = 0 - d.quarters;
        d.rest.sign = !d.rest.sign;
    }
    return d;
}

/* So small that sine and tangent are the angle, and the cosine is 1. */
static bool is_tiny(const struct soft *n)
{
    return n->exp < -70;
}

static struct wide sine(const struct reduced *d, unsigned quarters)
{
    struct wide s = quarters & 1 ? wide_cos(d->rest) : wide_sin(d->rest);

    return quarters & 2 ? wide_negated(s) : s;
}

/* What needs no computing; true: the answer is final, with sine and cosine for a zero. */
static bool trig_special(const struct soft *n, const struct x87_reg *a, struct x87_reg *sin,
                         struct x87_reg *cos, uint16_t *answer)
{
    if (soft_special(n, NULL, sin, answer)) {
        *cos = *sin;
        return true;
    }
    *sin = *cos = *a;
    *answer = 0;
    if (n->kind == SOFT_INFINITY) {
        *answer = soft_invalid(sin);
        *cos = *sin;
    } else if (n->kind == SOFT_ZERO) {
        *cos = one;
    } else if (n->exp >= 63) {
        *answer = X87_C2;
    } else {
        return false;
    }
    return true;
}

uint16_t soft_sin(const struct x87_state *x, const struct x87_reg *a, const struct x87_reg *b,
                  struct x87_reg r[2])
{
    struct soft n = soft_unpack(a);
    struct x87_reg unused;
    struct reduced d;
    uint16_t answer;

    (void)b;
    if (trig_special(&n, a, r, &unused, &answer))
        return answer;
    if (is_tiny(&n))
        return soft_answer(x, soft_denormal(&n, NULL), give(x, wide_of(&n), r));
    d = reduce(&n);
    return soft_answer(x, soft_denormal(&n, NULL), give(x, sine(&d, d.quarters), r));
}

uint16_t soft_cos(const struct x87_state *x, const struct x87_reg *a, const struct x87_reg *b,
                  struct x87_reg r[2])
{
    struct soft n = soft_unpack(a);
    struct x87_reg unused;
    struct reduced d;
    uint16_t answer;

    (void)b;
    if (trig_special(&n, a, &unused, r, &answer))
        return answer;
    *r = one;
    if (is_tiny(&n))
        return soft_answer(x, soft_denormal(&n, NULL), X87_PE);
    d = reduce(&n);
    return soft_answer(x, soft_denormal(&n, NULL), give(x, sine(&d, d.quarters + 1), r));
}

uint16_t soft_sincos(const struct x87_state *x, const struct x87_reg *a, const struct x87_reg *b,
                     struct x87_reg r[2])
{
    struct soft n = soft_unpack(a);
    struct reduced d;
    uint16_t answer;

    (void)b;
    if (trig_special(&n, a, &r[1], &r[0], &answer))
        return answer;
    r[0] = one;
    if (is_tiny(&n))
        return soft_answer(x, soft_denormal(&n, NULL), give(x, wide_of(&n), &r[1]));
    d = reduce(&n);
    answer = give(x, sine(&d, d.quarters + 1), &r[0]);
    answer |= give(x, sine(&d, d.quarters), &r[1]);
    return soft_answer(x, soft_denormal(&n, NULL), answer);
}

/* The tangent, and 1 above it on the stack. */
uint16_t soft_ptan(const struct x87_state *x, const struct x87_reg *a, const struct x87_reg *b,
                   struct x87_reg r[2])
{
    struct soft n = soft_unpack(a);
    struct reduced d;
    uint16_t answer;

    (void)b;
    if (trig_special(&n, a, &r[1], &r[0], &answer))
        return answer;
    r[0] = one;
    if (is_tiny(&n))
        return soft_answer(x, soft_denormal(&n, NULL), give(x, wide_of(&n), &r[1]));
    d = reduce(&n);
    answer = give(x, wide_div(sine(&d, d.quarters), sine(&d, d.quarters + 1)), &r[1]);
    return soft_answer(x, soft_denormal(&n, NULL), answer);
}
