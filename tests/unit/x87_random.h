/* Random operands for the tests of the floating-point unit: mostly numbers whose exponents meet,
 * with every kind of edge among them. */
#ifndef FORKSCOPE_TESTS_X87_RANDOM_H
#define FORKSCOPE_TESTS_X87_RANDOM_H

#include "cpu/x87.h"

#include <string.h>

static uint64_t random_state = 88172645463325252u;

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state * UINT64_C(2685821657736338717);
}

static unsigned pick(unsigned n)
{
    return (unsigned)(next_random() >> 33) % n;
}

static uint64_t random_mantissa(void)
{
    static const uint64_t edges[] = {0,
                                     1,
                                     UINT64_C(0x8000000000000000),
                                     UINT64_C(0x8000000000000001),
                                     UINT64_C(0xffffffffffffffff),
                                     UINT64_C(0xc000000000000000),
                                     UINT64_C(0xa000000000000000),
                                     UINT64_C(0x7fffffffffffffff),
                                     UINT64_C(0x4000000000000000),
                                     UINT64_C(0xfffffffffffff800),
                                     UINT64_C(0xffffff0000000000),
                                     UINT64_C(0xffffff8000000000)};

    switch (pick(8)) {
    case 0:
        return edges[pick(sizeof edges / sizeof edges[0])];
    case 1:
        return next_random();
    case 2:
        return X87_INTEGER_BIT | next_random() << pick(64);
    default:
        return X87_INTEGER_BIT | next_random();
    }
}

static unsigned random_exponent(void)
{
    static const uint16_t edges[] = {0,      1,      2,      0x7fff, 0x7ffe, 0x3fff, 0x3ffe,
                                     0x4000, 0x3f80, 0x3f81, 0x407f, 0x3c00, 0x43fe, 0x43ff,
                                     0x403d, 0x403e, 0x401e, 0x3fbf, 0x3fc0, 0x3f6a, 0x3bcd};

    switch (pick(6)) {
    case 0:
        return edges[pick(sizeof edges / sizeof edges[0])];
    case 1:
        return pick(0x8000);
    case 2:
        return 0x3fff - 1100 + pick(2200);
    default:
        return 0x3fff - 70 + pick(140);
    }
}

static void random_register(struct x87_reg *r)
{
    static const struct x87_reg specials[] = {
        {0, 0},
        {X87_INTEGER_BIT, 0x7fff},
        {X87_INTEGER_BIT, 0x3fff},
        {X87_INTEGER_BIT, 0x4000},
        {X87_INTEGER_BIT, 0x3ffe},
        {UINT64_C(0xc000000000000000), 0x7fff},
        {UINT64_C(0xa000000000000000), 0x7fff},
        {1, 0},
    };

    r->mant = random_mantissa();
    r->se = (uint16_t)(random_exponent() | (pick(2) ? X87_SIGN : 0));
    if (!pick(10)) {
        *r = specials[pick(sizeof specials / sizeof specials[0])];
        r->se |= pick(2) ? X87_SIGN : 0;
    }
}

static void random_data(uint8_t data[16])
{
    uint64_t bits = next_random(), more = next_random();

    memcpy(data, &bits, 8);
    memcpy(data + 8, &more, 8);
    switch (pick(6)) {
    case 0: /* special floats of 32 and 64 bits */
        data[pick(2) ? 3 : 7] |= 0x7f;
        data[pick(2) ? 2 : 6] |= 0xf0;
        break;
    case 1:
        data[pick(2) ? 3 : 7] &= 0x80;
        data[pick(2) ? 2 : 6] &= pick(2) ? 0x7f : 0x0f;
        break;
    case 2: {
        struct x87_reg r;

        random_register(&r);
        memcpy(data, &r.mant, 8);
        memcpy(data + 8, &r.se, 2);
        break;
    }
    case 3:
        memset(data, 0, pick(9));
        break;
    default:
        break;
    }
}

static uint16_t random_control(void)
{
    uint16_t cw = X87_CW_DEFAULT;

    if (pick(2))
        cw = (uint16_t)((next_random() & 0x0f00) | X87_CW_FIXED | X87_EXCEPTIONS);
    if (!pick(3))
        cw = (uint16_t)((cw & ~X87_EXCEPTIONS) | pick(64));
    return cw;
}

#endif
