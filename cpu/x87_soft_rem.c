/* Software arithmetic: partial remainders. */
#include "cpu/x87_soft.h"

static uint16_t quotient_bits(uint64_t q)
{
    return (q & 1 ? X87_C1 : 0) | (q & 2 ? X87_C3 : 0) | (q & 4 ? X87_C0 : 0);
}

/* |a| - q * |b| for the truncated q of `bits` + 1 bits, significands only. */
static uint64_t reduce(uint64_t a, uint64_t b, unsigned bits, uint64_t *quotient)
{
    uint64_t q = 0;
    soft_u128 rest = a;

    for (unsigned i = 0;; i++) {
        q <<= 1;
        if (rest >= b) {
            rest -= b;
            q |= 1;
        }
        if (i == bits)
            break;
        rest <<= 1;
    }
    *quotient = q;
    return (uint64_t)rest;
}

/* The remainder rest * 2^(exp - 63), exact. */
static uint16_t give(const struct x87_state *x, bool sign, int exp, soft_u128 rest,
                     struct x87_reg *r)
{
    if (rest == 0) {
        soft_zero(sign, r);
        return 0;
    }
    return soft_round(x, 64, sign, exp + 64, rest, r) & ~X87_C1;
}

/* IEEE: the quotient is the nearest integer, so the rest may change its sign. `rest` counts in
 * units of half b's last place. */
static uint16_t to_nearest(const struct x87_state *x, const struct soft *a, const struct soft *b,
                           soft_u128 rest, int unit, uint64_t q, struct x87_reg *r)
{
    soft_u128 whole = (soft_u128)b->sig << 1;
    bool sign = a->sign;

    if (rest * 2 > whole || (rest * 2 == whole && (q & 1))) {
        rest = whole - rest;
        sign = !sign;
        q++;
    }
    if (rest == 0)
        sign = a->sign;
    return give(x, sign, unit, rest, r) | quotient_bits(q);
}

static uint16_t remainder_of(const struct x87_state *x, const struct soft *a, const struct soft *b,
                             bool nearest, struct x87_reg *r)
{
    int distance = a->exp - b->exp;
    uint64_t q = 0, rest;

    if (distance >= 64) {
        /* As much at once as silicon does: 32 to 63 bits of the quotient. */
        unsigned bits = 32 + (distance & 31);

        rest = reduce(a->sig, b->sig, bits, &q);
        return give(x, a->sign, a->exp - (int)bits, rest, r) | X87_C2;
    }
    if (distance < (nearest ? -1 : 0))
        return soft_round(x, 64, a->sign, a->exp, (soft_u128)a->sig << 64, r) & ~X87_C1;
    if (distance == -1)
        return to_nearest(x, a, b, a->sig, b->exp - 1, 0, r);
    rest = reduce(a->sig, b->sig, (unsigned)distance, &q);
    if (nearest)
        return to_nearest(x, a, b, (soft_u128)rest << 1, b->exp - 1, q, r);
    return give(x, a->sign, b->exp, rest, r) | quotient_bits(q);
}

static uint16_t prem(const struct x87_state *x, const struct x87_reg *a, const struct x87_reg *b,
                     bool nearest, struct x87_reg *r)
{
    struct soft n = soft_unpack(a), d = soft_unpack(b);
    uint16_t answer;

    if (soft_special(&n, &d, r, &answer))
        return answer;
    if (n.kind == SOFT_INFINITY || d.kind == SOFT_ZERO)
        return soft_invalid(r);
    answer = soft_denormal(&n, &d);
    if (n.kind == SOFT_ZERO) {
        *r = *a;
        return answer;
    }
    if (d.kind == SOFT_INFINITY) {
        soft_copy(&n, r);
        return answer;
    }
    return soft_answer(x, answer, remainder_of(x, &n, &d, nearest, r));
}

uint16_t soft_prem(const struct x87_state *x, const struct x87_reg *a, const struct x87_reg *b,
                   struct x87_reg r[2])
{
    return prem(x, a, b, false, r);
}

uint16_t soft_prem1(const struct x87_state *x, const struct x87_reg *a, const struct x87_reg *b,
                    struct x87_reg r[2])
{
    return prem(x, a, b, true, r);
}
