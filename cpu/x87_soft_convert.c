/* Software arithmetic: loads, stores, and the functions that only take a number apart. */
#include "cpu/x87_soft.h"

#include <string.h>

/* ---- Loads ---------------------------------------------------------------------------------- */

static uint16_t load(const void *from, enum x87_format format, struct x87_reg *r)
{
    struct soft n = soft_unpack_float(from, format);
    uint16_t answer;

    if (soft_special(&n, NULL, r, &answer))
        return answer;
    if (n.kind == SOFT_ZERO)
        soft_zero(n.sign, r);
    else if (n.kind == SOFT_INFINITY)
        soft_infinity(n.sign, r);
    else
        *r = (struct x87_reg){n.sig, (uint16_t)((n.exp + SOFT_BIAS) | (n.sign ? X87_SIGN : 0))};
    return soft_denormal(&n, NULL);
}

uint16_t soft_load_f32(const struct x87_state *x, const void *from, struct x87_reg *r)
{
    (void)x;
    return load(from, X87_F32, r);
}

uint16_t soft_load_f64(const struct x87_state *x, const void *from, struct x87_reg *r)
{
    (void)x;
    return load(from, X87_F64, r);
}

/* ---- Stores as 32- and 64-bit reals --------------------------------------------------------- */

struct narrow {
    unsigned bits, precision; /* of the format; of its significand, integer bit included */
    int bias;
};

static const struct narrow narrow_f32 = {32, 24, 127}, narrow_f64 = {64, 53, 1023};

static uint64_t narrow_join(const struct narrow *f, bool sign, int biased, uint64_t fraction)
{
    uint64_t mask = (UINT64_C(1) << (f->precision - 1)) - 1;

    return (uint64_t)sign << (f->bits - 1) | (uint64_t)biased << (f->precision - 1) |
           (fraction & mask);
}

static uint64_t narrow_infinity(const struct narrow *f, bool sign)
{
    return narrow_join(f, sign, 2 * f->bias + 1, 0);
}

static uint16_t narrow_overflow(const struct x87_state *x, const struct narrow *f, bool sign,
                                uint64_t *bits)
{
    enum x87_rounding mode = soft_rounding(x);

    if (mode == X87_NEAREST || mode == (sign ? X87_DOWN : X87_UP)) {
        *bits = narrow_infinity(f, sign);
        return X87_OE | X87_PE | X87_C1;
    }
    *bits = narrow_join(f, sign, 2 * f->bias, UINT64_MAX);
    return X87_OE | X87_PE;
}

/* Significand bits above `drop` of a number that is already shifted to its exponent; the carry out
 * of the fraction goes into the exponent by itself. */
static uint16_t narrow_finite(const struct x87_state *x, const struct narrow *f,
                              const struct soft *n, uint64_t *bits)
{
    soft_u128 sig = (soft_u128)n->sig << 63, tiny_sig;
    unsigned drop = 127 - f->precision;
    int biased = n->exp + f->bias;
    bool inexact, up = soft_cut(soft_rounding(x), n->sign, drop, &sig, &inexact), tiny;

    if (sig >> 127) {
        sig >>= 1;
        biased++;
    }
    if (biased > 2 * f->bias)
        return x->cw & X87_OE ? narrow_overflow(x, f, n->sign, bits) : X87_OE;
    tiny = biased < 1;
    if (tiny && !(x->cw & X87_UE))
        return X87_UE;
    if (tiny) {
        tiny_sig = soft_shift_right((soft_u128)n->sig << 63, (unsigned)(1 - n->exp - f->bias));
        up = soft_cut(soft_rounding(x), n->sign, drop, &tiny_sig, &inexact);
        sig = tiny_sig;
        biased = sig >> 126 ? 1 : 0;
    }
    *bits = narrow_join(f, n->sign, biased, (uint64_t)(sig >> drop));
    return (inexact ? X87_PE : 0) | (up ? X87_C1 : 0) | (tiny && inexact ? X87_UE : 0);
}

static uint16_t narrow_store(const struct x87_state *x, const struct narrow *f,
                             const struct x87_reg *a, void *to)
{
    struct soft n = soft_unpack(a);
    uint16_t answer = 0;
    struct x87_reg nan;
    uint64_t bits = 0;

    if (soft_special(&n, NULL, &nan, &answer))
        bits = narrow_join(f, nan.se & X87_SIGN, 2 * f->bias + 1, nan.mant >> (64 - f->precision));
    else if (n.kind == SOFT_ZERO)
        bits = narrow_join(f, n.sign, 0, 0);
    else if (n.kind == SOFT_INFINITY)
        bits = narrow_infinity(f, n.sign);
    else
        answer = narrow_finite(x, f, &n, &bits);
    if (!(answer & ~x->cw & (X87_BEFORE | X87_OE | X87_UE)))
        memcpy(to, &bits, f->bits / 8);
    return answer;
}

uint16_t soft_store_f32(const struct x87_state *x, const struct x87_reg *a, void *to)
{
    return narrow_store(x, &narrow_f32, a, to);
}

uint16_t soft_store_f64(const struct x87_state *x, const struct x87_reg *a, void *to)
{
    return narrow_store(x, &narrow_f64, a, to);
}

/* ---- Integers ------------------------------------------------------------------------------- */

/* The magnitude as an integer in the upper half of *sig; false: 2^64 or more. */
static bool to_integer(const struct x87_state *x, const struct soft *n, uint64_t *magnitude,
                       uint16_t *answer)
{
    soft_u128 sig;
    bool inexact, up;

    if (n->exp > 63)
        return false;
    sig = soft_shift_right((soft_u128)n->sig << 64, (unsigned)(63 - n->exp));
    up = soft_cut(soft_rounding(x), n->sign, 64, &sig, &inexact);
    *magnitude = (uint64_t)(sig >> 64);
    *answer = (inexact ? X87_PE : 0) | (up ? X87_C1 : 0);
    return !(up && sig == 0);
}

/* False: there is no such integer of at most `limit` (one more where negative). */
static bool integer_of(const struct x87_state *x, const struct x87_reg *a, uint64_t limit,
                       bool asymmetric, bool *sign, uint64_t *magnitude, uint16_t *answer)
{
    struct soft n = soft_unpack(a);

    *sign = n.sign;
    *magnitude = 0;
    *answer = 0;
    if (n.kind == SOFT_ZERO)
        return true;
    if (n.kind != SOFT_FINITE || !to_integer(x, &n, magnitude, answer))
        return false;
    return *magnitude <= limit + (asymmetric && n.sign);
}

static uint16_t store_integer(const struct x87_state *x, const struct x87_reg *a, unsigned size,
                              void *to)
{
    uint64_t indefinite = UINT64_C(1) << (8 * size - 1), magnitude, value;
    uint16_t answer;
    bool sign;

    if (integer_of(x, a, indefinite - 1, true, &sign, &magnitude, &answer)) {
        value = sign ? 0 - magnitude : magnitude;
    } else {
        answer = X87_IE;
        value = indefinite;
    }
    if (!x87_refused(x, answer))
        memcpy(to, &value, size);
    return answer;
}

uint16_t soft_store_i16(const struct x87_state *x, const struct x87_reg *a, void *to)
{
    return store_integer(x, a, 2, to);
}

uint16_t soft_store_i32(const struct x87_state *x, const struct x87_reg *a, void *to)
{
    return store_integer(x, a, 4, to);
}

uint16_t soft_store_i64(const struct x87_state *x, const struct x87_reg *a, void *to)
{
    return store_integer(x, a, 8, to);
}

uint16_t soft_store_bcd(const struct x87_state *x, const struct x87_reg *a, void *to)
{
    static const uint8_t indefinite[10] = {[7] = 0xc0, [8] = 0xff, [9] = 0xff};
    uint8_t digits[10];
    uint64_t magnitude;
    uint16_t answer;
    bool sign;

    if (integer_of(x, a, UINT64_C(999999999999999999), false, &sign, &magnitude, &answer)) {
        for (unsigned i = 0; i < 9; i++, magnitude /= 100)
            digits[i] = (uint8_t)(magnitude / 10 % 10 << 4 | magnitude % 10);
        digits[9] = sign ? 0x80 : 0;
    } else {
        answer = X87_IE;
        memcpy(digits, indefinite, sizeof digits);
    }
    if (!x87_refused(x, answer))
        memcpy(to, digits, sizeof digits);
    return answer;
}

/* ---- FRNDINT, FXTRACT, FSCALE --------------------------------------------------------------- */

uint16_t soft_rndint(const struct x87_state *x, const struct x87_reg *a, const struct x87_reg *b,
                     struct x87_reg r[2])
{
    struct soft n = soft_unpack(a);
    uint64_t magnitude;
    uint16_t answer;

    (void)b;
    if (soft_special(&n, NULL, r, &answer))
        return answer;
    *r = *a;
    if (n.kind != SOFT_FINITE || n.exp >= 63 || !to_integer(x, &n, &magnitude, &answer))
        return soft_denormal(&n, NULL);
    if (magnitude == 0)
        soft_zero(n.sign, r);
    else
        answer |= soft_round(x, 64, n.sign, 63, (soft_u128)magnitude << 64, r);
    return soft_answer(x, soft_denormal(&n, NULL), answer);
}

static void integer_to_reg(int value, struct x87_reg *r)
{
    unsigned magnitude = (unsigned)(value < 0 ? -value : value);
    unsigned shift = magnitude ? (unsigned)__builtin_clzll(magnitude) : 0;

    *r = (struct x87_reg){
        (uint64_t)magnitude << shift,
        (uint16_t)((magnitude ? SOFT_BIAS + 63 - shift : 0) | (value < 0 ? X87_SIGN : 0))};
}

/* r[0]: the significand, r[1]: the exponent. */
uint16_t soft_xtract(const struct x87_state *x, const struct x87_reg *a, const struct x87_reg *b,
                     struct x87_reg r[2])
{
    struct soft n = soft_unpack(a);
    uint16_t answer;

    (void)b;
    (void)x;
    if (soft_special(&n, NULL, &r[0], &answer)) {
        r[1] = r[0];
        return answer;
    }
    r[0] = *a;
    if (n.kind == SOFT_ZERO || n.kind == SOFT_INFINITY) {
        soft_infinity(n.kind == SOFT_ZERO, &r[1]);
        return n.kind == SOFT_ZERO ? X87_ZE : 0;
    }
    r[0] = (struct x87_reg){n.sig, (uint16_t)(SOFT_BIAS | (n.sign ? X87_SIGN : 0))};
    integer_to_reg(n.exp, &r[1]);
    return soft_denormal(&n, NULL);
}

/* Scaling by an infinity. */
static uint16_t scale_infinitely(const struct soft *a, const struct soft *b, struct x87_reg *r)
{
    if (a->kind == (b->sign ? SOFT_INFINITY : SOFT_ZERO))
        return soft_invalid(r);
    if (b->sign)
        soft_zero(a->sign, r);
    else
        soft_infinity(a->sign, r);
    return soft_denormal(a, b);
}

uint16_t soft_scale(const struct x87_state *x, const struct x87_reg *a, const struct x87_reg *b,
                    struct x87_reg r[2])
{
    enum { FAR = 0x10000 }; /* beyond all exponents */
    struct soft n = soft_unpack(a), by = soft_unpack(b);
    uint16_t answer;
    int shift = 0;

    if (soft_special(&n, &by, r, &answer))
        return answer;
    if (by.kind == SOFT_INFINITY)
        return scale_infinitely(&n, &by, r);
    answer = soft_denormal(&n, &by);
    if (n.kind != SOFT_FINITE) {
        *r = *a;
        return answer;
    }
    if (by.kind == SOFT_ZERO) {
        soft_copy(&n, r);
        return answer;
    }
    if (by.exp >= 0)
        shift = by.exp > 15 ? FAR : (int)(by.sig >> (63 - by.exp));
    return soft_answer(
        x, answer,
        soft_round(x, 64, n.sign, n.exp + (by.sign ? -shift : shift), (soft_u128)n.sig << 64, r));
}
