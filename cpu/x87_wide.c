/* Arithmetic and elementary functions on numbers of 128 bits. */
#include "cpu/x87_wide.h"

#define ONE   WIDE(0x8000000000000000, 0, 0)
#define LN2   WIDE(0xb17217f7d1cf79ab, 0xc9e3b39803f2f6af, -1)
#define LOG2E WIDE(0xb8aa3b295c17f0bb, 0xbe87fed0691d3e89, 0)

/* ---- Arithmetic ----------------------------------------------------------------------------- */

struct wide wide_make(bool sign, int exp, soft_u128 sig)
{
    unsigned shift = soft_leading_zeros(sig);

    if (sig == 0)
        return (struct wide){0};
    return (struct wide){.sig = sig << shift, .exp = exp - (int)shift, .sign = sign};
}

struct wide wide_of(const struct soft *n)
{
    return wide_make(n->sign, n->exp, n->kind == SOFT_FINITE ? (soft_u128)n->sig << 64 : 0);
}

struct wide wide_integer(int64_t n)
{
    return wide_make(n < 0, 127, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

/* The upper 128 of the 256 bits, with what follows in the last one. */
static soft_u128 mul_high(soft_u128 a, soft_u128 b)
{
    uint64_t ah = (uint64_t)(a >> 64), al = (uint64_t)a, bh = (uint64_t)(b >> 64), bl = (uint64_t)b;
    soft_u128 low = (soft_u128)al * bl, mid1 = (soft_u128)ah * bl, mid2 = (soft_u128)al * bh;
    soft_u128 mid = (low >> 64) + (uint64_t)mid1 + (uint64_t)mid2;
    soft_u128 high = (soft_u128)ah * bh + (mid1 >> 64) + (mid2 >> 64) + (mid >> 64);

    return high | ((uint64_t)mid != 0 || (uint64_t)low != 0);
}

struct wide wide_mul(struct wide a, struct wide b)
{
    if (a.sig == 0 || b.sig == 0)
        return (struct wide){0};
    return wide_make(a.sign != b.sign, a.exp + b.exp + 1, mul_high(a.sig, b.sig));
}

static soft_u128 shift_one(soft_u128 sig)
{
    return soft_shift_right(sig, 1);
}

struct wide wide_add(struct wide a, struct wide b)
{
    soft_u128 high, low;

    if (a.sig == 0 || b.sig == 0)
        return a.sig == 0 ? b : a;
    if (a.exp < b.exp || (a.exp == b.exp && a.sig < b.sig))
        return wide_add(b, a);
    low = soft_shift_right(b.sig, (unsigned)(a.exp - b.exp));
    if (a.sign != b.sign)
        return wide_make(a.sign, a.exp, a.sig - low);
    high = a.sig + low;
    if (high >= a.sig)
        return wide_make(a.sign, a.exp, high);
    return wide_make(a.sign, a.exp + 1, shift_one(high) | (soft_u128)1 << 127);
}

struct wide wide_div(struct wide a, struct wide b)
{
    bool less = a.sig < b.sig;
    soft_u128 rest = a.sig, quotient = 0;
    bool carry = false;

    if (a.sig == 0)
        return a;
    for (unsigned i = 0; i < 128 + (unsigned)less; i++) {
        bool fits = carry || rest >= b.sig;

        quotient = quotient << 1 | fits;
        if (fits)
            rest -= b.sig;
        carry = rest >> 127;
        rest <<= 1;
    }
    return wide_make(a.sign != b.sign, a.exp - b.exp - less, quotient | (rest != 0));
}

struct wide wide_div_small(struct wide a, unsigned n)
{
    soft_u128 quotient = a.sig / n, rest = a.sig % n;
    unsigned shift = soft_leading_zeros(quotient);

    if (a.sig == 0)
        return a;
    rest <<= shift;
    return (struct wide){.sig = quotient << shift | rest / n | (rest % n != 0),
                         .exp = a.exp - (int)shift,
                         .sign = a.sign};
}

uint16_t wide_round(const struct x87_state *x, struct wide a, struct x87_reg *r)
{
    if (a.sig == 0) {
        soft_zero(a.sign, r);
        return 0;
    }
    return soft_round(x, 64, a.sign, a.exp, a.sig, r);
}

/* ---- Functions ------------------------------------------------------------------------------ */

/* e^y - 1 = y (1 + y/2 (1 + y/3 (1 + ...))), |y| <= ln 2. */
struct wide wide_exp2m1(struct wide x)
{
    enum { TERMS = 34 }; /* ln2^34 / 34! < 2^-140 */
    struct wide y = wide_mul(x, LN2), sum = ONE;

    for (unsigned n = TERMS; n > 1; n--)
        sum = wide_add(ONE, wide_div_small(wide_mul(y, sum), n));
    return wide_mul(y, sum);
}

/* z (1 + z^2/3 + z^4/5 + ...), or with alternating signs; the last divisor is 2 * terms + 1. */
static struct wide odd_series(struct wide z, bool alternating, unsigned terms)
{
    struct wide square = wide_mul(z, z), sum = wide_div_small(ONE, 2 * terms + 1);

    square.sign = alternating;
    for (unsigned n = terms; n-- > 0;)
        sum = wide_add(wide_div_small(ONE, 2 * n + 1), wide_mul(square, sum));
    return wide_mul(z, sum);
}

/* log2 of (1 + z) / (1 - z), |z| <= 0.172: twice the inverse hyperbolic tangent. */
static struct wide log2_of_ratio(struct wide z)
{
    enum { TERMS = 26 }; /* 0.172^52 < 2^-131 */
    struct wide l = wide_mul(odd_series(z, false, TERMS), LOG2E);

    l.exp += l.sig != 0;
    return l;
}

/* Splits into 2^e * m with m between the roots of 1/2 and 2. */
struct wide wide_log2(struct wide x)
{
    const soft_u128 root2 = (soft_u128)UINT64_C(0xb504f333f9de6484) << 64;
    struct wide m = {.sig = x.sig, .exp = x.sig > root2 ? -1 : 0};
    struct wide z = wide_div(wide_sub(m, ONE), wide_add(m, ONE));

    return wide_add(wide_integer(x.exp - m.exp), log2_of_ratio(z));
}

struct wide wide_log2p1(struct wide x)
{
    struct wide two = {.sig = ONE.sig, .exp = 1};

    if (x.sig != 0 && x.exp >= -2)
        return wide_log2(wide_add(ONE, x));
    return log2_of_ratio(wide_div(x, wide_add(two, x)));
}

/* Above tan(pi/8) it is pi/4 + atan((x - 1) / (x + 1)). */
struct wide wide_atan(struct wide x)
{
    enum { TERMS = 52 }; /* 0.415^104 < 2^-131 */
    struct wide quarter = WIDE_PI;

    if (x.sig == 0 || x.exp < -2 ||
        (x.exp == -2 && x.sig < (soft_u128)UINT64_C(0xd413cccfe7799211) << 64))
        return odd_series(x, true, TERMS);
    quarter.exp -= 2;
    return wide_add(quarter, odd_series(wide_div(wide_sub(x, ONE), wide_add(x, ONE)), true, TERMS));
}

/* 1 - x^2 / (first (first + 1)) (1 - x^2 / ((first + 2) (first + 3)) ...). */
static struct wide factorial_series(struct wide x, unsigned first)
{
    enum { TERMS = 18 }; /* (pi/4)^36 / 36! < 2^-140 */
    struct wide square = wide_mul(x, x), sum = ONE;

    square.sign = true;
    for (unsigned i = TERMS; i-- > 0;) {
        unsigned n = first + 2 * i;

        sum = wide_add(ONE, wide_div_small(wide_mul(square, sum), n * (n + 1)));
    }
    return sum;
}

struct wide wide_sin(struct wide x)
{
    return wide_mul(x, factorial_series(x, 2));
}

struct wide wide_cos(struct wide x)
{
    return factorial_series(x, 1);
}
