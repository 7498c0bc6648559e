/* Integers and packed decimals on their way into the floating-point unit: exact, so both units
 * share them. */
#ifndef FORKSCOPE_CPU_X87_INTEGER_H
#define FORKSCOPE_CPU_X87_INTEGER_H

#include "cpu/x87.h"

/* Two's complement of 2, 4 or 8 bytes. */
static inline int64_t x87_integer_of(const uint8_t *bytes, unsigned size)
{
    uint64_t value = 0, sign = UINT64_C(1) << (8 * size - 1);

    for (unsigned i = size; i-- > 0;)
        value = value << 8 | bytes[i];
    return (int64_t)((value ^ sign) - sign);
}

static inline void x87_from_magnitude(uint64_t magnitude, bool negative, struct x87_reg *r)
{
    enum { EXP_OF_63 = 0x3fff + 63 };
    unsigned shift = magnitude ? (unsigned)__builtin_clzll(magnitude) : 0;

    r->mant = magnitude << shift;
    r->se = (uint16_t)((magnitude ? EXP_OF_63 - shift : 0) | (negative ? X87_SIGN : 0));
}

static inline void x87_from_integer(int64_t value, struct x87_reg *r)
{
    x87_from_magnitude(value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0, r);
}

/* 18 digits, two a byte, and the sign in bit 79. A digit above 9 counts what it is worth. */
static inline void x87_from_bcd(const uint8_t bytes[10], struct x87_reg *r)
{
    uint64_t magnitude = 0;

    for (unsigned i = 9; i-- > 0;)
        magnitude = magnitude * 100 + (bytes[i] >> 4) * 10u + (bytes[i] & 15);
    x87_from_magnitude(magnitude, bytes[9] & 0x80, r);
}

#endif
