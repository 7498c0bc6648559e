/*
 * The status flags of the last result, kept so that setting them costs two stores and reading one
 * of them costs a few operations. Used by the block engine while it runs; cpu_state.eflags has the
 * truth everywhere else (lazy_store, lazy_load).
 *
 *   r   bits 0..31  the result, sign-extended to 32 bits: ZF = (it is 0), SF = bit 31,
 *                   PF = even parity of bits 0..7
 *       bit  32     CF (the bits above it are not used)
 *   x   bit  4      AF
 *       bit  31     CF xor OF: the carry into the top bit
 *
 * For a sum or difference of 32-bit values r is the 64-bit result and x is a ^ b ^ result.
 * What r cannot say is ZF = 1 together with SF = 1 or PF = 0; such flags stay in eflags.
 */
#ifndef FORKSCOPE_CPU_LAZY_H
#define FORKSCOPE_CPU_LAZY_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/cpu.h"

struct lazy_flags {
    uint64_t r;
    uint32_t x;
};

static inline bool lazy_cf(const struct lazy_flags *l)
{
    return l->r >> 32 & 1;
}

static inline bool lazy_zf(const struct lazy_flags *l)
{
    return (uint32_t)l->r == 0;
}

static inline bool lazy_sf(const struct lazy_flags *l)
{
    return (int32_t)l->r < 0;
}

static inline bool lazy_of(const struct lazy_flags *l)
{
    return (l->x >> 31 ^ (uint32_t)(l->r >> 32)) & 1;
}

static inline bool lazy_pf(const struct lazy_flags *l)
{
    return !__builtin_parity(l->r & 0xff);
}

/* Condition code cc as in the low bits of Jcc. */
static inline bool lazy_condition(const struct lazy_flags *l, unsigned cc)
{
    bool value = false;

    switch (cc >> 1) {
    case 0:
        value = lazy_of(l);
        break;
    case 1:
        value = lazy_cf(l);
        break;
    case 2:
        value = lazy_zf(l);
        break;
    case 3:
        value = lazy_cf(l) || lazy_zf(l);
        break;
    case 4:
        value = lazy_sf(l);
        break;
    case 5:
        value = lazy_pf(l);
        break;
    case 6:
        value = lazy_sf(l) != lazy_of(l);
        break;
    case 7:
        value = lazy_zf(l) || lazy_sf(l) != lazy_of(l);
        break;
    }
    return value != (cc & 1);
}

/* ---- To and from EFLAGS ------------------------------------------------------------------ */

static inline uint32_t lazy_status(const struct lazy_flags *l)
{
    return (lazy_cf(l) ? EFLAGS_CF : 0) | (lazy_pf(l) ? EFLAGS_PF : 0) | (l->x & EFLAGS_AF) |
           (lazy_zf(l) ? EFLAGS_ZF : 0) | (lazy_sf(l) ? EFLAGS_SF : 0) |
           (lazy_of(l) ? EFLAGS_OF : 0);
}

static inline void lazy_store(const struct lazy_flags *l, uint32_t *eflags)
{
    *eflags = (*eflags & ~(uint32_t)EFLAGS_STATUS) | lazy_status(l);
}

/* Sets the flags from single values; ZF = 1 needs SF = 0 and PF = 1. */
static inline void lazy_set(struct lazy_flags *l, bool cf, bool pf, bool af, bool zf, bool sf,
                            bool of)
{
    uint32_t result = zf ? 0 : (uint32_t)sf << 31 | (pf ? 0x100 : 1);

    l->r = result | (uint64_t)cf << 32;
    l->x = (uint32_t)(cf != of) << 31 | (af ? EFLAGS_AF : 0);
}

/* False: these flags cannot be held here. */
static inline bool lazy_load(struct lazy_flags *l, uint32_t eflags)
{
    bool zf = eflags & EFLAGS_ZF, sf = eflags & EFLAGS_SF, pf = eflags & EFLAGS_PF;

    if (zf && (sf || !pf))
        return false;
    lazy_set(l, eflags & EFLAGS_CF, pf, eflags & EFLAGS_AF, zf, sf, eflags & EFLAGS_OF);
    return true;
}

/* ---- Arithmetic; `bits` is 8, 16 or 32, operands are zero-extended ----------------------- */

static inline uint32_t lazy_sign_extend(uint32_t value, unsigned bits)
{
    return bits == 8 ? (uint32_t)(int8_t)value : bits == 16 ? (uint32_t)(int16_t)value : value;
}

/* `wide` is the uncut sum or difference: its bit `bits` is the carry or borrow. */
static inline uint32_t lazy_sum(struct lazy_flags *l, uint64_t wide, uint32_t a, uint32_t b,
                                unsigned bits)
{
    uint32_t carries = a ^ b ^ (uint32_t)wide;

    if (bits == 32) {
        l->r = wide;
        l->x = carries;
    } else {
        l->r = lazy_sign_extend((uint32_t)wide, bits) | (wide >> bits & 1) << 32;
        l->x = carries << (32 - bits) | (carries & EFLAGS_AF);
    }
    return (uint32_t)wide;
}

static inline uint32_t lazy_add(struct lazy_flags *l, uint32_t a, uint32_t b, unsigned bits)
{
    return lazy_sum(l, (uint64_t)a + b, a, b, bits);
}

static inline uint32_t lazy_adc(struct lazy_flags *l, uint32_t a, uint32_t b, unsigned bits)
{
    return lazy_sum(l, (uint64_t)a + b + lazy_cf(l), a, b, bits);
}

static inline uint32_t lazy_sub(struct lazy_flags *l, uint32_t a, uint32_t b, unsigned bits)
{
    return lazy_sum(l, (uint64_t)a - b, a, b, bits);
}

static inline uint32_t lazy_sbb(struct lazy_flags *l, uint32_t a, uint32_t b, unsigned bits)
{
    return lazy_sum(l, (uint64_t)a - b - lazy_cf(l), a, b, bits);
}

static inline uint32_t lazy_logic(struct lazy_flags *l, uint32_t result, unsigned bits)
{
    l->r = lazy_sign_extend(result, bits);
    l->x = 0;
    return result;
}

static inline uint32_t lazy_and(struct lazy_flags *l, uint32_t a, uint32_t b, unsigned bits)
{
    return lazy_logic(l, a & b, bits);
}

static inline uint32_t lazy_or(struct lazy_flags *l, uint32_t a, uint32_t b, unsigned bits)
{
    return lazy_logic(l, a | b, bits);
}

static inline uint32_t lazy_xor(struct lazy_flags *l, uint32_t a, uint32_t b, unsigned bits)
{
    return lazy_logic(l, a ^ b, bits);
}

/* Keeps CF as it was, with the OF and AF of what was just computed. */
static inline void lazy_keep_cf(struct lazy_flags *l, bool cf)
{
    l->x ^= (uint32_t)(lazy_cf(l) != cf) << 31;
    l->r = (uint32_t)l->r | (uint64_t)cf << 32;
}

static inline uint32_t lazy_inc(struct lazy_flags *l, uint32_t a, unsigned bits)
{
    bool cf = lazy_cf(l);
    uint32_t result = lazy_add(l, a, 1, bits);

    lazy_keep_cf(l, cf);
    return result;
}

static inline uint32_t lazy_dec(struct lazy_flags *l, uint32_t a, unsigned bits)
{
    bool cf = lazy_cf(l);
    uint32_t result = lazy_sub(l, a, 1, bits);

    lazy_keep_cf(l, cf);
    return result;
}

/* A result with CF and OF given and AF clear (shifts, as alu.h defines them). */
static inline uint32_t lazy_shifted(struct lazy_flags *l, uint32_t result, bool cf, bool of,
                                    unsigned bits)
{
    l->r = lazy_sign_extend(result, bits) | (uint64_t)cf << 32;
    l->x = (uint32_t)(cf != of) << 31;
    return result;
}

#endif
