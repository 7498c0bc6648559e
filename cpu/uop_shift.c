/* Micro-operations for shifts and rotates of 32-bit registers; the flags are those of alu.h for the
 * 486 and later. */
#include "cpu/uop.h"
#include "cpu/uop_tables.h"

/* ---- By an immediate 1..31 or by CL ------------------------------------------------------ */

static inline uint32_t shl(struct lazy_flags *l, uint32_t a, unsigned n)
{
    uint64_t wide = (uint64_t)a << n;

    return lazy_shifted(l, (uint32_t)wide, wide >> 32 & 1, (a >> 31 ^ a >> 30) & 1, 32);
}

static inline uint32_t shr(struct lazy_flags *l, uint32_t a, unsigned n)
{
    return lazy_shifted(l, a >> n, a >> (n - 1) & 1, a >> 31, 32);
}

static inline uint32_t sar(struct lazy_flags *l, uint32_t a, unsigned n)
{
    return lazy_shifted(l, (uint32_t)((int32_t)a >> n), a >> (n - 1) & 1, false, 32);
}

/* Rotates set CF and OF and leave the others. */
static inline void set_cf_of(struct lazy_flags *l, bool cf, bool of)
{
    l->r = (uint32_t)l->r | (uint64_t)cf << 32;
    l->x = (l->x & EFLAGS_AF) | (uint32_t)(cf != of) << 31;
}

static inline uint32_t rol(struct lazy_flags *l, uint32_t a, unsigned n)
{
    uint32_t result = a << n | a >> (32 - n);

    set_cf_of(l, result & 1, (a >> 31 ^ a >> 30) & 1);
    return result;
}

static inline uint32_t ror(struct lazy_flags *l, uint32_t a, unsigned n)
{
    uint32_t result = a >> n | a << (32 - n);

    set_cf_of(l, result >> 31, (a >> 31 ^ a) & 1);
    return result;
}

#define SHIFT(name)                                                                                \
    UOP_LOCAL(name##_ri)                                                                           \
    {                                                                                              \
        cpu->s.gpr[u->dst] = name(&cpu->lazy, cpu->s.gpr[u->base], u->imm);                        \
        UOP_NEXT;                                                                                  \
    }                                                                                              \
    UOP_LOCAL(name##_rc)                                                                           \
    {                                                                                              \
        unsigned n = cpu->s.gpr[GPR_ECX] & 31;                                                     \
        if (n != 0)                                                                                \
            cpu->s.gpr[u->dst] = name(&cpu->lazy, cpu->s.gpr[u->dst], n);                          \
        UOP_NEXT;                                                                                  \
    }

SHIFT(shl)
SHIFT(shr)
SHIFT(sar)
SHIFT(rol)
SHIFT(ror)

const struct uop_shift uop_shift[UOP_SHIFT_COUNT] = {
    [UOP_SHL] = {uop_shl_ri, uop_shl_rc}, [UOP_SHR] = {uop_shr_ri, uop_shr_rc},
    [UOP_SAR] = {uop_sar_ri, uop_sar_rc}, [UOP_ROL] = {uop_rol_ri, uop_rol_rc},
    [UOP_ROR] = {uop_ror_ri, uop_ror_rc},
};

/* Where nobody will look at the flags. */
#define QUIET_SHIFT(name, expression)                                                              \
    UOP_LOCAL(quiet_##name)                                                                        \
    {                                                                                              \
        uint32_t a = cpu->s.gpr[u->base];                                                          \
        cpu->s.gpr[u->dst] = expression;                                                           \
        UOP_NEXT;                                                                                  \
    }

QUIET_SHIFT(shl, a << u->imm)
QUIET_SHIFT(shr, a >> u->imm)
QUIET_SHIFT(sar, (uint32_t)((int32_t)a >> u->imm))
QUIET_SHIFT(rol, a << u->imm | a >> (32 - u->imm))
QUIET_SHIFT(ror, a >> u->imm | a << (32 - u->imm))

uop_fn *const uop_quiet_shift[UOP_SHIFT_COUNT] = {
    [UOP_SHL] = uop_quiet_shl, [UOP_SHR] = uop_quiet_shr, [UOP_SAR] = uop_quiet_sar,
    [UOP_ROL] = uop_quiet_rol, [UOP_ROR] = uop_quiet_ror,
};

/* Double shifts by 1..31. */
UOP(shld_rr)
{
    uint32_t a = cpu->s.gpr[u->dst], b = cpu->s.gpr[u->src];
    unsigned n = u->imm;

    cpu->s.gpr[u->dst] = lazy_shifted(&cpu->lazy, a << n | b >> (32 - n), a >> (32 - n) & 1,
                                      (a >> 31 ^ a >> 30) & 1, 32);
    UOP_NEXT;
}

UOP(shrd_rr)
{
    uint32_t a = cpu->s.gpr[u->dst], b = cpu->s.gpr[u->src];
    unsigned n = u->imm;

    cpu->s.gpr[u->dst] =
        lazy_shifted(&cpu->lazy, a >> n | b << (32 - n), a >> (n - 1) & 1, (a >> 31 ^ b) & 1, 32);
    UOP_NEXT;
}

/* The same by CL, where it is not 0. */
UOP(shld_rc)
{
    unsigned n = cpu->s.gpr[GPR_ECX] & 31;
    uint32_t a = cpu->s.gpr[u->dst], b = cpu->s.gpr[u->src];

    if (n != 0)
        cpu->s.gpr[u->dst] = lazy_shifted(&cpu->lazy, a << n | b >> (32 - n), a >> (32 - n) & 1,
                                          (a >> 31 ^ a >> 30) & 1, 32);
    UOP_NEXT;
}

UOP(shrd_rc)
{
    unsigned n = cpu->s.gpr[GPR_ECX] & 31;
    uint32_t a = cpu->s.gpr[u->dst], b = cpu->s.gpr[u->src];

    if (n != 0)
        cpu->s.gpr[u->dst] = lazy_shifted(&cpu->lazy, a >> n | b << (32 - n), a >> (n - 1) & 1,
                                          (a >> 31 ^ b) & 1, 32);
    UOP_NEXT;
}
