/* Software arithmetic: formats, NaNs and rounding. */
#include "cpu/x87_soft.h"

#include <string.h>

/* ---- Into parts ----------------------------------------------------------------------------- */

static struct soft finite(bool sign, int exp, uint64_t sig, bool denormal)
{
    unsigned shift = (unsigned)__builtin_clzll(sig);

    return (struct soft){.kind = SOFT_FINITE,
                         .sign = sign,
                         .denormal = denormal,
                         .exp = exp - (int)shift,
                         .sig = sig << shift};
}

static struct soft infinity_or_nan(bool sign, uint64_t sig)
{
    if (sig == X87_INTEGER_BIT)
        return (struct soft){.kind = SOFT_INFINITY, .sign = sign};
    return (struct soft){
        .kind = SOFT_NAN, .sign = sign, .signalling = !(sig & X87_QUIET_BIT), .sig = sig};
}

struct soft soft_unpack(const struct x87_reg *r)
{
    bool sign = r->se & X87_SIGN;
    int exp = r->se & X87_EXP_MAX;

    if (exp == 0 && r->mant == 0)
        return (struct soft){.kind = SOFT_ZERO, .sign = sign};
    if (exp == 0)
        return finite(sign, SOFT_EXP_MIN, r->mant, true);
    if (!(r->mant & X87_INTEGER_BIT))
        return (struct soft){.kind = SOFT_UNSUPPORTED, .sign = sign};
    if (exp == X87_EXP_MAX)
        return infinity_or_nan(sign, r->mant);
    return finite(sign, exp - SOFT_BIAS, r->mant, false);
}

struct soft soft_unpack_float(const void *from, enum x87_format format)
{
    bool wide = format == X87_F64;
    unsigned fraction_bits = wide ? 52 : 23, exp_max = wide ? 0x7ff : 0xff, exp;
    uint64_t bits = 0, fraction;
    bool sign;

    memcpy(&bits, from, wide ? 8 : 4);
    if (!wide)
        bits = (uint32_t)bits;
    sign = bits >> (wide ? 63 : 31) & 1;
    exp = (unsigned)(bits >> fraction_bits) & exp_max;
    fraction = (bits & ((UINT64_C(1) << fraction_bits) - 1)) << (63 - fraction_bits);
    if (exp == exp_max)
        return infinity_or_nan(sign, X87_INTEGER_BIT | fraction);
    if (exp)
        return finite(sign, (int)exp - (int)(exp_max >> 1), X87_INTEGER_BIT | fraction, false);
    if (fraction)
        return finite(sign, 1 - (int)(exp_max >> 1), fraction, true);
    return (struct soft){.kind = SOFT_ZERO, .sign = sign};
}

/* ---- Results that need no arithmetic -------------------------------------------------------- */

uint16_t soft_invalid(struct x87_reg *r)
{
    *r = x87_indefinite;
    return X87_IE;
}

void soft_zero(bool sign, struct x87_reg *r)
{
    *r = (struct x87_reg){0, sign ? X87_SIGN : 0};
}

void soft_infinity(bool sign, struct x87_reg *r)
{
    *r = (struct x87_reg){X87_INTEGER_BIT, (uint16_t)(X87_EXP_MAX | (sign ? X87_SIGN : 0))};
}

/* SDM vol. 1, table 4-7: a quiet NaN before a signalling one, then the larger significand, then the
 * positive one. */
static const struct soft *choose_nan(const struct soft *a, const struct soft *b)
{
    if (!b || b->kind != SOFT_NAN)
        return a;
    if (a->kind != SOFT_NAN)
        return b;
    if (a->signalling != b->signalling)
        return a->signalling ? b : a;
    if (a->sig != b->sig)
        return a->sig > b->sig ? a : b;
    return a->sign ? b : a;
}

bool soft_special(const struct soft *a, const struct soft *b, struct x87_reg *r, uint16_t *answer)
{
    const struct soft *nan;

    if (a->kind == SOFT_UNSUPPORTED || (b && b->kind == SOFT_UNSUPPORTED)) {
        *answer = soft_invalid(r);
        return true;
    }
    if (a->kind != SOFT_NAN && !(b && b->kind == SOFT_NAN))
        return false;
    nan = choose_nan(a, b);
    *r = (struct x87_reg){nan->sig | X87_QUIET_BIT,
                          (uint16_t)(X87_EXP_MAX | (nan->sign ? X87_SIGN : 0))};
    *answer = a->signalling || (b && b->signalling) ? X87_IE : 0;
    return true;
}

/* ---- Rounding ------------------------------------------------------------------------------- */

unsigned soft_precision(const struct x87_state *x)
{
    static const uint8_t bits[4] = {24, 64, 53, 64}; /* 1 is reserved and acts as 3 */

    return bits[x->cw >> X87_CW_PC_SHIFT & 3];
}

bool soft_cut(enum x87_rounding mode, bool sign, unsigned drop, soft_u128 *sig, bool *inexact)
{
    soft_u128 unit = (soft_u128)1 << drop, rest = *sig & (unit - 1);
    bool up;

    *sig -= rest;
    *inexact = rest != 0;
    switch (mode) {
    case X87_NEAREST:
        up = rest > unit >> 1 || (rest && rest == unit >> 1 && (*sig & unit));
        break;
    case X87_DOWN:
        up = sign && rest;
        break;
    case X87_UP:
        up = !sign && rest;
        break;
    default:
        up = false;
    }
    if (up)
        *sig += unit;
    return up;
}

/* A number on its way into a register. */
struct rounded {
    soft_u128 sig;
    int exp;
    bool up, inexact;
};

static struct rounded round_to(const struct x87_state *x, unsigned precision, bool sign, int exp,
                               soft_u128 sig)
{
    struct rounded n = {.sig = sig, .exp = exp};

    n.up = soft_cut(soft_rounding(x), sign, 128 - precision, &n.sig, &n.inexact);
    if (n.up && n.sig == 0) {
        n.sig = (soft_u128)1 << 127;
        n.exp++;
    }
    return n;
}

static uint16_t pack(const struct rounded *n, bool sign, int biased, struct x87_reg *r)
{
    *r = (struct x87_reg){(uint64_t)(n->sig >> 64), (uint16_t)(biased | (sign ? X87_SIGN : 0))};
    return (n->inexact ? X87_PE : 0) | (n->up ? X87_C1 : 0);
}

/* Unmasked, the exponent is scaled back into range; FSCALE can go too far for that, which
 * gives infinity. */
static uint16_t overflow(const struct x87_state *x, unsigned precision, bool sign,
                         const struct rounded *n, struct x87_reg *r)
{
    enum x87_rounding mode = soft_rounding(x);

    bool unmasked = !(x->cw & X87_OE);

    if (unmasked && n->exp - SOFT_SCALING <= SOFT_BIAS)
        return X87_OE | pack(n, sign, n->exp + SOFT_BIAS - SOFT_SCALING, r);
    if (unmasked || mode == X87_NEAREST || mode == (sign ? X87_DOWN : X87_UP)) {
        soft_infinity(sign, r);
        return X87_OE | X87_PE | X87_C1;
    }
    *r = (struct x87_reg){UINT64_MAX << (64 - precision),
                          (uint16_t)((X87_EXP_MAX - 1) | (sign ? X87_SIGN : 0))};
    return X87_OE | X87_PE;
}

/* Masked, it is an exception only if the denormal is inexact. */
static uint16_t underflow(const struct x87_state *x, unsigned precision, bool sign, int exp,
                          soft_u128 sig, const struct rounded *n, struct x87_reg *r)
{
    struct rounded denormal;
    uint16_t answer;
    bool unmasked = !(x->cw & X87_UE);

    if (unmasked && n->exp + SOFT_SCALING >= SOFT_EXP_MIN)
        return X87_UE | pack(n, sign, n->exp + SOFT_BIAS + SOFT_SCALING, r);
    if (unmasked) {
        soft_zero(sign, r);
        return X87_UE | X87_PE;
    }
    denormal =
        round_to(x, precision, sign, 0, soft_shift_right(sig, (unsigned)(SOFT_EXP_MIN - exp)));
    answer = pack(&denormal, sign, denormal.sig >> 127 ? 1 : 0, r);
    return answer & X87_PE ? answer | X87_UE : answer;
}

uint16_t soft_round(const struct x87_state *x, unsigned precision, bool sign, int exp,
                    soft_u128 sig, struct x87_reg *r)
{
    unsigned shift = soft_leading_zeros(sig);
    struct rounded n;

    sig <<= shift;
    exp -= (int)shift;
    n = round_to(x, precision, sign, exp, sig);
    if (n.exp > SOFT_BIAS)
        return overflow(x, precision, sign, &n, r);
    if (n.exp < SOFT_EXP_MIN)
        return underflow(x, precision, sign, exp, sig, &n, r);
    return pack(&n, sign, n.exp + SOFT_BIAS, r);
}

void soft_copy(const struct soft *n, struct x87_reg *r)
{
    const struct x87_state masked = {.cw = X87_CW_DEFAULT};

    soft_round(&masked, 64, n->sign, n->exp, (soft_u128)n->sig << 64, r);
}
