/*
 * Arithmetic with flags, apart from any CPU state (SDM vol. 2, the operation sections).
 *
 * `size` is 1, 2 or 4 bytes; operands are zero-extended and results are cut to it. `flags` is an
 * EFLAGS image: each function replaces the status flags its instruction writes and leaves the rest.
 * Flags that the manuals leave undefined get what current Intel processors give (see flags.h).
 */
#ifndef FORKSCOPE_CPU_ALU_H
#define FORKSCOPE_CPU_ALU_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/cpu.h"

static inline uint32_t alu_mask(unsigned size)
{
    return 0xffffffffu >> (32 - 8 * size);
}

static inline uint32_t alu_sign(unsigned size)
{
    return 1u << (8 * size - 1);
}

static inline int32_t alu_sign_extend(uint32_t value, unsigned size)
{
    uint32_t sign = alu_sign(size);

    return (int32_t)(((value & alu_mask(size)) ^ sign) - sign);
}

/* The top bit, and the one below it. */
static inline bool alu_msb(uint32_t value, unsigned size)
{
    return value & alu_sign(size);
}

static inline bool alu_msb2(uint32_t value, unsigned size)
{
    return value & alu_sign(size) >> 1;
}

static inline uint32_t alu_flag(bool condition, uint32_t flag)
{
    return condition ? flag : 0;
}

static inline uint32_t alu_parity(uint32_t result)
{
    return alu_flag(!__builtin_parity(result & 0xff), EFLAGS_PF);
}

/* SF, ZF and PF of a result. */
static inline uint32_t alu_szp(uint32_t result, unsigned size)
{
    return alu_parity(result) | alu_flag(!result, EFLAGS_ZF) |
           alu_flag(alu_msb(result, size), EFLAGS_SF);
}

static inline void alu_set(uint32_t *flags, uint32_t which, uint32_t to)
{
    *flags = (*flags & ~which) | to;
}

/* ---- Addition, subtraction, logic ----------------------------------------------------------- */

static inline uint32_t alu_add_carry(uint32_t a, uint32_t b, bool carry, unsigned size,
                                     uint32_t *flags)
{
    uint64_t sum = (uint64_t)a + b + carry;
    uint32_t result = (uint32_t)sum & alu_mask(size);

    alu_set(flags, EFLAGS_STATUS,
            alu_szp(result, size) | ((a ^ b ^ result) & EFLAGS_AF) |
                alu_flag(sum >> (8 * size), EFLAGS_CF) |
                alu_flag(alu_msb(~(a ^ b) & (a ^ result), size), EFLAGS_OF));
    return result;
}

static inline uint32_t alu_sub_borrow(uint32_t a, uint32_t b, bool borrow, unsigned size,
                                      uint32_t *flags)
{
    uint32_t result = (a - b - borrow) & alu_mask(size);

    alu_set(flags, EFLAGS_STATUS,
            alu_szp(result, size) | ((a ^ b ^ result) & EFLAGS_AF) |
                alu_flag((uint64_t)b + borrow > a, EFLAGS_CF) |
                alu_flag(alu_msb((a ^ b) & (a ^ result), size), EFLAGS_OF));
    return result;
}

static inline uint32_t alu_add(uint32_t a, uint32_t b, unsigned size, uint32_t *flags)
{
    return alu_add_carry(a, b, false, size, flags);
}

static inline uint32_t alu_adc(uint32_t a, uint32_t b, unsigned size, uint32_t *flags)
{
    return alu_add_carry(a, b, *flags & EFLAGS_CF, size, flags);
}

static inline uint32_t alu_sub(uint32_t a, uint32_t b, unsigned size, uint32_t *flags)
{
    return alu_sub_borrow(a, b, false, size, flags);
}

static inline uint32_t alu_sbb(uint32_t a, uint32_t b, unsigned size, uint32_t *flags)
{
    return alu_sub_borrow(a, b, *flags & EFLAGS_CF, size, flags);
}

static inline uint32_t alu_logic(uint32_t result, unsigned size, uint32_t *flags)
{
    alu_set(flags, EFLAGS_STATUS, alu_szp(result, size));
    return result;
}

static inline uint32_t alu_and(uint32_t a, uint32_t b, unsigned size, uint32_t *flags)
{
    return alu_logic(a & b, size, flags);
}

static inline uint32_t alu_or(uint32_t a, uint32_t b, unsigned size, uint32_t *flags)
{
    return alu_logic(a | b, size, flags);
}

static inline uint32_t alu_xor(uint32_t a, uint32_t b, unsigned size, uint32_t *flags)
{
    return alu_logic(a ^ b, size, flags);
}

/* INC and DEC leave CF alone. */
static inline uint32_t alu_inc(uint32_t a, unsigned size, uint32_t *flags)
{
    uint32_t carry = *flags & EFLAGS_CF;
    uint32_t result = alu_add(a, 1, size, flags);

    alu_set(flags, EFLAGS_CF, carry);
    return result;
}

static inline uint32_t alu_dec(uint32_t a, unsigned size, uint32_t *flags)
{
    uint32_t carry = *flags & EFLAGS_CF;
    uint32_t result = alu_sub(a, 1, size, flags);

    alu_set(flags, EFLAGS_CF, carry);
    return result;
}

static inline uint32_t alu_neg(uint32_t a, unsigned size, uint32_t *flags)
{
    return alu_sub(0, a, size, flags);
}

/* ---- Shifts and rotates; count is 0..31, and 0 changes nothing ------------------------------ */

enum { ALU_SHIFT_FLAGS = EFLAGS_STATUS, ALU_ROTATE_FLAGS = EFLAGS_CF | EFLAGS_OF };

static inline uint32_t alu_shl(uint32_t a, unsigned count, unsigned size, uint32_t *flags)
{
    uint64_t wide = (uint64_t)a << count;
    uint32_t result = (uint32_t)wide & alu_mask(size);

    if (count == 0)
        return a;
    alu_set(flags, ALU_SHIFT_FLAGS,
            alu_szp(result, size) | alu_flag(wide >> (8 * size) & 1, EFLAGS_CF) |
                alu_flag(alu_msb(a, size) != alu_msb2(a, size), EFLAGS_OF));
    return result;
}

static inline uint32_t alu_shr(uint32_t a, unsigned count, unsigned size, uint32_t *flags)
{
    uint32_t result = a >> count;

    if (count == 0)
        return a;
    alu_set(flags, ALU_SHIFT_FLAGS,
            alu_szp(result, size) | alu_flag(a >> (count - 1) & 1, EFLAGS_CF) |
                alu_flag(alu_msb(a, size), EFLAGS_OF));
    return result;
}

static inline uint32_t alu_sar(uint32_t a, unsigned count, unsigned size, uint32_t *flags)
{
    int32_t wide = alu_sign_extend(a, size);
    uint32_t result = (uint32_t)(wide >> count) & alu_mask(size);

    if (count == 0)
        return a;
    alu_set(flags, ALU_SHIFT_FLAGS,
            alu_szp(result, size) | alu_flag(wide >> (count - 1) & 1, EFLAGS_CF));
    return result;
}

/* Rotates the low `bits` bits (8 to 33) left by n < bits. */
static inline uint64_t alu_rotate(uint64_t value, unsigned n, unsigned bits)
{
    return (value << n | value >> (bits - n)) & (((uint64_t)1 << bits) - 1);
}

static inline uint32_t alu_rol(uint32_t a, unsigned count, unsigned size, uint32_t *flags)
{
    uint32_t result = (uint32_t)alu_rotate(a, count % (8 * size), 8 * size);

    if (count == 0)
        return a;
    alu_set(flags, ALU_ROTATE_FLAGS,
            alu_flag(result & 1, EFLAGS_CF) |
                alu_flag(alu_msb(a, size) != alu_msb2(a, size), EFLAGS_OF));
    return result;
}

static inline uint32_t alu_ror(uint32_t a, unsigned count, unsigned size, uint32_t *flags)
{
    unsigned bits = 8 * size;
    uint32_t result = (uint32_t)alu_rotate(a, (bits - count % bits) % bits, bits);

    if (count == 0)
        return a;
    alu_set(flags, ALU_ROTATE_FLAGS,
            alu_flag(alu_msb(result, size), EFLAGS_CF) |
                alu_flag(alu_msb(a, size) != (a & 1), EFLAGS_OF));
    return result;
}

/* Through CF: a rotation of one bit more, which for 8 and 16 bits may come out as none at all. */
static inline uint32_t alu_rcl(uint32_t a, unsigned count, unsigned size, uint32_t *flags)
{
    unsigned bits = 8 * size + 1, n = count % bits;
    uint64_t wide = alu_rotate(a | (uint64_t)(*flags & EFLAGS_CF) << (bits - 1), n, bits);

    if (n == 0)
        return a;
    alu_set(flags, ALU_ROTATE_FLAGS,
            alu_flag(wide >> (bits - 1), EFLAGS_CF) |
                alu_flag(alu_msb(a, size) != alu_msb2(a, size), EFLAGS_OF));
    return (uint32_t)wide & alu_mask(size);
}

static inline uint32_t alu_rcr(uint32_t a, unsigned count, unsigned size, uint32_t *flags)
{
    unsigned bits = 8 * size + 1, n = count % bits;
    bool carry = *flags & EFLAGS_CF;
    uint64_t wide = alu_rotate(a | (uint64_t)carry << (bits - 1), (bits - n) % bits, bits);

    if (n == 0)
        return a;
    alu_set(flags, ALU_ROTATE_FLAGS,
            alu_flag(wide >> (bits - 1), EFLAGS_CF) |
                alu_flag(alu_msb(a, size) != carry, EFLAGS_OF));
    return (uint32_t)wide & alu_mask(size);
}

/*
 * Double shifts. 16-bit operands may be shifted by more than 16: what then follows the 32 bits of
 * a and b is `more`, the destination again on the P6 and later, the source before that.
 */
static inline uint32_t alu_shld(uint32_t a, uint32_t b, uint32_t more, unsigned count,
                                unsigned size, uint32_t *flags)
{
    uint64_t wide = size == 2 ? (uint64_t)a << 32 | b << 16 | more : (uint64_t)a << 32 | b;
    uint32_t result = (uint32_t)(wide << count >> 32) & alu_mask(size);

    if (count == 0)
        return a;
    alu_set(flags, ALU_SHIFT_FLAGS,
            alu_szp(result, size) | alu_flag(wide >> (32 + 8 * size - count) & 1, EFLAGS_CF) |
                alu_flag(alu_msb(a, size) != alu_msb2(a, size), EFLAGS_OF));
    return result;
}

static inline uint32_t alu_shrd(uint32_t a, uint32_t b, uint32_t more, unsigned count,
                                unsigned size, uint32_t *flags)
{
    uint64_t wide = size == 2 ? (uint64_t)more << 32 | b << 16 | a : (uint64_t)b << 32 | a;
    uint32_t result = (uint32_t)(wide >> count) & alu_mask(size);

    if (count == 0)
        return a;
    alu_set(flags, ALU_SHIFT_FLAGS,
            alu_szp(result, size) | alu_flag(wide >> (count - 1) & 1, EFLAGS_CF) |
                alu_flag(alu_msb(a, size) != (b & 1), EFLAGS_OF));
    return result;
}

/* ---- Multiplication ------------------------------------------------------------------------- */

/* The flags of any multiplication: `fits` when the upper half says nothing new. */
static inline void alu_mul_flags(uint32_t low, bool fits, unsigned size, uint32_t *flags)
{
    alu_set(flags, EFLAGS_STATUS,
            (alu_szp(low, size) & ~(uint32_t)EFLAGS_ZF) | alu_flag(!fits, EFLAGS_CF | EFLAGS_OF));
}

static inline uint64_t alu_mul(uint32_t a, uint32_t b, unsigned size, uint32_t *flags)
{
    uint64_t product = (uint64_t)a * b;

    alu_mul_flags((uint32_t)product & alu_mask(size), product <= alu_mask(size), size, flags);
    return product;
}

static inline uint64_t alu_imul(uint32_t a, uint32_t b, unsigned size, uint32_t *flags)
{
    int64_t product = (int64_t)alu_sign_extend(a, size) * alu_sign_extend(b, size);
    uint32_t low = (uint32_t)product & alu_mask(size);

    alu_mul_flags(low, product == alu_sign_extend(low, size), size, flags);
    return (uint64_t)product;
}

/* ---- Division: false for #DE ---------------------------------------------------------------- */

static inline bool alu_div(uint64_t dividend, uint32_t divisor, unsigned size, uint32_t *quotient,
                           uint32_t *remainder)
{
    if (divisor == 0 || dividend / divisor > alu_mask(size))
        return false;
    *quotient = (uint32_t)(dividend / divisor);
    *remainder = (uint32_t)(dividend % divisor);
    return true;
}

/* On magnitudes, so that no host division can overflow. The remainder has the dividend's sign. */
static inline bool alu_idiv(int64_t dividend, int32_t divisor, unsigned size, uint32_t *quotient,
                            uint32_t *remainder)
{
    bool negative = (dividend < 0) != (divisor < 0);
    uint64_t n = dividend < 0 ? -(uint64_t)dividend : (uint64_t)dividend;
    uint32_t d = divisor < 0 ? -(uint32_t)divisor : (uint32_t)divisor;
    uint32_t q, r;

    if (d == 0 || n / d > alu_sign(size) - !negative)
        return false;
    q = (uint32_t)(n / d);
    r = (uint32_t)(n % d);
    *quotient = (negative ? -q : q) & alu_mask(size);
    *remainder = (dividend < 0 ? -r : r) & alu_mask(size);
    return true;
}

/* ---- Conditions (SDM vol. 2, table B-10) ---------------------------------------------------- */

/* Is condition code cc (0..15, as in the low bits of Jcc) true? */
static inline bool alu_condition(uint32_t flags, unsigned cc)
{
    bool sign = flags & EFLAGS_SF, overflow = flags & EFLAGS_OF;
    bool value = false;

    switch (cc >> 1 & 7) {
    case 0:
        value = overflow;
        break;
    case 1:
        value = flags & EFLAGS_CF;
        break;
    case 2:
        value = flags & EFLAGS_ZF;
        break;
    case 3:
        value = flags & (EFLAGS_CF | EFLAGS_ZF);
        break;
    case 4:
        value = sign;
        break;
    case 5:
        value = flags & EFLAGS_PF;
        break;
    case 6:
        value = sign != overflow;
        break;
    case 7:
        value = flags & EFLAGS_ZF || sign != overflow;
        break;
    }
    return value != (cc & 1);
}

#endif
