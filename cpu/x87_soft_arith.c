/* Software arithmetic: the four operations, square root, comparison. */
#include "cpu/x87_soft.h"

/* ---- Addition and subtraction --------------------------------------------------------------- */

/* Two finite numbers, or zeros with significand 0; one bit of room at the top for the carry. */
static uint16_t add_finite(const struct x87_state *x, const struct soft *a, const struct soft *b,
                           struct x87_reg *r)
{
    const struct soft *large = a->exp >= b->exp ? a : b, *small = large == a ? b : a;
    soft_u128 high = (soft_u128)large->sig << 63;
    soft_u128 low =
        soft_shift_right((soft_u128)small->sig << 63, (unsigned)(large->exp - small->exp));
    bool sign = large->sign;
    soft_u128 sum;

    if (a->sign == b->sign) {
        sum = high + low;
    } else if (high >= low) {
        sum = high - low;
    } else {
        sum = low - high;
        sign = !sign;
    }
    if (sum == 0) {
        soft_zero(soft_rounding(x) == X87_DOWN, r);
        return 0;
    }
    return soft_round(x, soft_precision(x), sign, large->exp + 1, sum, r);
}

static uint16_t add(const struct x87_state *x, const struct soft *a, const struct soft *b,
                    struct x87_reg *r)
{
    struct soft zero = *a;
    uint16_t answer;

    if (soft_special(a, b, r, &answer))
        return answer;
    if (a->kind == SOFT_INFINITY && b->kind == SOFT_INFINITY && a->sign != b->sign)
        return soft_invalid(r);
    if (a->kind == SOFT_INFINITY || b->kind == SOFT_INFINITY) {
        soft_infinity(a->kind == SOFT_INFINITY ? a->sign : b->sign, r);
        return soft_denormal(a, b);
    }
    if (a->kind == SOFT_ZERO && b->kind == SOFT_ZERO) {
        soft_zero(a->sign == b->sign ? a->sign : soft_rounding(x) == X87_DOWN, r);
        return 0;
    }
    if (a->kind == SOFT_ZERO || b->kind == SOFT_ZERO) {
        const struct soft *other = a->kind == SOFT_ZERO ? b : a;

        zero.kind = SOFT_ZERO;
        zero.sign = other->sign;
        zero.exp = other->exp;
        zero.sig = 0;
        return soft_answer(x, soft_denormal(other, NULL), add_finite(x, other, &zero, r));
    }
    return soft_answer(x, soft_denormal(a, b), add_finite(x, a, b, r));
}

static struct soft negated(const struct soft *a)
{
    struct soft n = *a;

    if (n.kind != SOFT_NAN)
        n.sign = !n.sign;
    return n;
}

static uint16_t sub(const struct x87_state *x, const struct soft *a, const struct soft *b,
                    struct x87_reg *r)
{
    struct soft minus_b = negated(b);

    return add(x, a, &minus_b, r);
}

static uint16_t subr(const struct x87_state *x, const struct soft *a, const struct soft *b,
                     struct x87_reg *r)
{
    return sub(x, b, a, r);
}

/* ---- Multiplication and division ------------------------------------------------------------ */

static uint16_t mul(const struct x87_state *x, const struct soft *a, const struct soft *b,
                    struct x87_reg *r)
{
    bool sign = a->sign != b->sign;
    uint16_t answer;

    if (soft_special(a, b, r, &answer))
        return answer;
    if (a->kind == SOFT_INFINITY || b->kind == SOFT_INFINITY) {
        if (a->kind == SOFT_ZERO || b->kind == SOFT_ZERO)
            return soft_invalid(r);
        soft_infinity(sign, r);
        return soft_denormal(a, b);
    }
    if (a->kind == SOFT_ZERO || b->kind == SOFT_ZERO) {
        soft_zero(sign, r);
        return soft_denormal(a, b);
    }
    return soft_answer(
        x, soft_denormal(a, b),
        soft_round(x, soft_precision(x), sign, a->exp + b->exp + 1, (soft_u128)a->sig * b->sig, r));
}

/* 128 bits of quotient, with all that follow in the last. */
static uint16_t divide_finite(const struct x87_state *x, bool sign, const struct soft *a,
                              const struct soft *b, struct x87_reg *r)
{
    bool less = a->sig < b->sig;
    soft_u128 n = (soft_u128)a->sig << (less ? 64 : 63), quotient = n / b->sig;
    soft_u128 rest = (n % b->sig) << 64, low = rest / b->sig;

    quotient = quotient << 64 | low | (rest % b->sig != 0);
    return soft_round(x, soft_precision(x), sign, a->exp - b->exp - less, quotient, r);
}

static uint16_t divide(const struct x87_state *x, const struct soft *a, const struct soft *b,
                       struct x87_reg *r)
{
    bool sign = a->sign != b->sign;
    uint16_t answer;

    if (soft_special(a, b, r, &answer))
        return answer;
    if (a->kind == b->kind && a->kind != SOFT_FINITE)
        return soft_invalid(r);
    if (a->kind == SOFT_INFINITY) {
        soft_infinity(sign, r);
        return soft_denormal(a, b);
    }
    if (b->kind == SOFT_ZERO) {
        soft_infinity(sign, r);
        return X87_ZE;
    }
    if (a->kind == SOFT_ZERO || b->kind == SOFT_INFINITY) {
        soft_zero(sign, r);
        return soft_denormal(a, b);
    }
    return soft_answer(x, soft_denormal(a, b), divide_finite(x, sign, a, b, r));
}

static uint16_t divide_reversed(const struct x87_state *x, const struct soft *a,
                                const struct soft *b, struct x87_reg *r)
{
    return divide(x, b, a, r);
}

/* ---- In three formats each ------------------------------------------------------------------ */

#define ARITH(name, format, unpack_b, how)                                                         \
    uint16_t soft_##name##_##format(const struct x87_state *x, const struct x87_reg *a,            \
                                    const void *b, struct x87_reg *r)                              \
    {                                                                                              \
        struct soft left = soft_unpack(a), right = unpack_b;                                       \
                                                                                                   \
        return how(x, &left, &right, r);                                                           \
    }

#define ARITH3(name, how)                                                                          \
    ARITH(name, f80, soft_unpack(b), how)                                                          \
    ARITH(name, f32, soft_unpack_float(b, X87_F32), how)                                           \
    ARITH(name, f64, soft_unpack_float(b, X87_F64), how)

ARITH3(add, add)
ARITH3(mul, mul)
ARITH3(sub, sub)
ARITH3(subr, subr)
ARITH3(div, divide)
ARITH3(divr, divide_reversed)

/* ---- Square root ---------------------------------------------------------------------------- */

/* The integer root of n, and n - root^2. */
static uint64_t integer_root(soft_u128 n, soft_u128 *rest)
{
    soft_u128 root = 0, bit = (soft_u128)1 << 126;

    for (; bit; bit >>= 2) {
        if (n >= root + bit) {
            n -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    *rest = n;
    return (uint64_t)root;
}

uint16_t soft_sqrt(const struct x87_state *x, const struct x87_reg *a, const struct x87_reg *b,
                   struct x87_reg r[2])
{
    struct soft n = soft_unpack(a);
    bool odd = n.exp & 1;
    uint16_t answer;
    soft_u128 rest;
    uint64_t root, below;

    (void)b;
    if (soft_special(&n, NULL, r, &answer))
        return answer;
    if (n.kind == SOFT_ZERO || (n.kind == SOFT_INFINITY && !n.sign)) {
        *r = *a;
        return 0;
    }
    if (n.sign)
        return soft_invalid(r);
    root = integer_root((soft_u128)n.sig << (odd ? 64 : 63), &rest);
    below = rest == 0 ? 0 : rest > root ? X87_INTEGER_BIT | 1 : 1; /* never exactly a half */
    return soft_answer(x, soft_denormal(&n, NULL),
                       soft_round(x, soft_precision(x), false, (n.exp - odd) / 2,
                                  (soft_u128)root << 64 | below, r));
}

/* ---- Comparison ----------------------------------------------------------------------------- */

/* Orders magnitudes: zero, finite by exponent and significand, infinity. */
static int compare_magnitude(const struct soft *a, const struct soft *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->kind != SOFT_FINITE)
        return 0;
    if (a->exp != b->exp)
        return a->exp < b->exp ? -1 : 1;
    return a->sig < b->sig ? -1 : a->sig > b->sig;
}

static uint16_t compare(const struct soft *a, const struct soft *b, bool quiet)
{
    struct x87_reg unused;
    uint16_t answer;
    int order;

    if (soft_special(a, b, &unused, &answer))
        return answer | X87_UNORDERED | (quiet ? 0 : X87_IE);
    answer = soft_denormal(a, b);
    if (a->kind == SOFT_ZERO && b->kind == SOFT_ZERO)
        return answer | X87_C3;
    order = a->sign != b->sign ? 1 : compare_magnitude(a, b);
    if (order == 0)
        return answer | X87_C3;
    return answer | ((order < 0) != a->sign ? X87_C0 : 0);
}

#define COMPARE(name, unpack_b, quiet)                                                             \
    uint16_t name(const struct x87_state *x, const struct x87_reg *a, const void *b)               \
    {                                                                                              \
        struct soft left = soft_unpack(a), right = unpack_b;                                       \
                                                                                                   \
        (void)x;                                                                                   \
        return compare(&left, &right, quiet);                                                      \
    }

COMPARE(soft_com_f80, soft_unpack(b), false)
COMPARE(soft_com_f32, soft_unpack_float(b, X87_F32), false)
COMPARE(soft_com_f64, soft_unpack_float(b, X87_F64), false)
COMPARE(soft_ucom_f80, soft_unpack(b), true)
