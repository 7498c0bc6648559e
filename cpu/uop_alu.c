/* Micro-operations for arithmetic and logic. Those on registers have their first operand in `base`,
 * so that a MOV before them can be taken in. */
#include "cpu/uop.h"
#include "cpu/uop_tables.h"

/* ---- Two operands: OP(register | memory, register | memory | immediate) ------------------------
 */

/* OP writes its first operand. mr and mi are read-modify-write: the write tag stands for both. */
#define WRITING_FORMS(name, op, bits)                                                              \
    UOP_LOCAL(name##bits##_rr)                                                                     \
    {                                                                                              \
        uint32_t a = uop_read(cpu, u->base, bits), b = uop_read(cpu, u->src, bits);                \
        uop_write(cpu, u->dst, op(&cpu->lazy, a, b, bits), bits);                                  \
        UOP_NEXT;                                                                                  \
    }                                                                                              \
    UOP_LOCAL(name##bits##_ri)                                                                     \
    {                                                                                              \
        uint32_t a = uop_read(cpu, u->base, bits);                                                 \
        uop_write(cpu, u->dst, op(&cpu->lazy, a, u->imm, bits), bits);                             \
        UOP_NEXT;                                                                                  \
    }                                                                                              \
    WRITING_MEMORY_FORMS(name, op, bits, base, UOP_BASE)                                           \
    WRITING_MEMORY_FORMS(name, op, bits, sib, UOP_SIB)

#define WRITING_MEMORY_FORMS(name, op, bits, suffix, form)                                         \
    UOP_LOCAL(name##bits##_rm_##suffix)                                                            \
    {                                                                                              \
        const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, form), bits / 8);                 \
        uint32_t a;                                                                                \
        if (unlikely(!p))                                                                          \
            UOP_GIVE_UP;                                                                           \
        a = uop_read(cpu, u->dst, bits);                                                           \
        uop_write(cpu, u->dst, op(&cpu->lazy, a, uop_get(p, bits), bits), bits);                   \
        UOP_NEXT;                                                                                  \
    }                                                                                              \
    UOP_LOCAL(name##bits##_mr_##suffix)                                                            \
    {                                                                                              \
        uint8_t *p = uop_writable(cpu, uop_address(cpu, u, form), bits / 8);                       \
        uint32_t b;                                                                                \
        if (unlikely(!p))                                                                          \
            UOP_GIVE_UP;                                                                           \
        b = uop_read(cpu, u->src, bits);                                                           \
        uop_put(p, op(&cpu->lazy, uop_get(p, bits), b, bits), bits);                               \
        UOP_NEXT;                                                                                  \
    }                                                                                              \
    UOP_LOCAL(name##bits##_mi_##suffix)                                                            \
    {                                                                                              \
        uint8_t *p = uop_writable(cpu, uop_address(cpu, u, form), bits / 8);                       \
        if (unlikely(!p))                                                                          \
            UOP_GIVE_UP;                                                                           \
        uop_put(p, op(&cpu->lazy, uop_get(p, bits), u->imm, bits), bits);                          \
        UOP_NEXT;                                                                                  \
    }

/* OP only sets flags: CMP and TEST. */
#define COMPARING_FORMS(name, op, bits)                                                            \
    UOP_LOCAL(name##bits##_rr)                                                                     \
    {                                                                                              \
        lazy_##op(&cpu->lazy, uop_read(cpu, u->dst, bits), uop_read(cpu, u->src, bits), bits);     \
        UOP_NEXT;                                                                                  \
    }                                                                                              \
    UOP_LOCAL(name##bits##_ri)                                                                     \
    {                                                                                              \
        lazy_##op(&cpu->lazy, uop_read(cpu, u->dst, bits), u->imm, bits);                          \
        UOP_NEXT;                                                                                  \
    }                                                                                              \
    COMPARING_MEMORY_FORMS(name, op, bits, base, UOP_BASE)                                         \
    COMPARING_MEMORY_FORMS(name, op, bits, sib, UOP_SIB)

#define COMPARING_MEMORY_FORMS(name, op, bits, suffix, form)                                       \
    UOP_LOCAL(name##bits##_rm_##suffix)                                                            \
    {                                                                                              \
        const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, form), bits / 8);                 \
        if (unlikely(!p))                                                                          \
            UOP_GIVE_UP;                                                                           \
        lazy_##op(&cpu->lazy, uop_read(cpu, u->dst, bits), uop_get(p, bits), bits);                \
        UOP_NEXT;                                                                                  \
    }                                                                                              \
    UOP_LOCAL(name##bits##_mr_##suffix)                                                            \
    {                                                                                              \
        const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, form), bits / 8);                 \
        if (unlikely(!p))                                                                          \
            UOP_GIVE_UP;                                                                           \
        lazy_##op(&cpu->lazy, uop_get(p, bits), uop_read(cpu, u->src, bits), bits);                \
        UOP_NEXT;                                                                                  \
    }                                                                                              \
    UOP_LOCAL(name##bits##_mi_##suffix)                                                            \
    {                                                                                              \
        const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, form), bits / 8);                 \
        if (unlikely(!p))                                                                          \
            UOP_GIVE_UP;                                                                           \
        lazy_##op(&cpu->lazy, uop_get(p, bits), u->imm, bits);                                     \
        UOP_NEXT;                                                                                  \
    }

#define WRITING(name)                                                                              \
    WRITING_FORMS(name, lazy_##name, 8)                                                            \
    WRITING_FORMS(name, lazy_##name, 16) WRITING_FORMS(name, lazy_##name, 32)
#define COMPARING(name, op)                                                                        \
    COMPARING_FORMS(name, op, 8) COMPARING_FORMS(name, op, 16) COMPARING_FORMS(name, op, 32)

WRITING(add)
WRITING(or)
WRITING(adc)
WRITING(sbb)
WRITING(and)
WRITING(sub)
WRITING(xor)
COMPARING(cmp, sub)
COMPARING(test, and)

/* Where nobody will look at the flags: 32-bit operations that only leave their result. */
#define QUIET(name, expression)                                                                    \
    static inline uint32_t quiet_##name(struct lazy_flags *l, uint32_t a, uint32_t b,              \
                                        unsigned bits)                                             \
    {                                                                                              \
        (void)l;                                                                                   \
        (void)bits;                                                                                \
        return expression;                                                                         \
    }                                                                                              \
    WRITING_FORMS(quiet_##name, quiet_##name, 32)

QUIET(add, a + b)
QUIET(or, a | b)
QUIET(and, a &b)
QUIET(sub, a - b)
QUIET(xor, a ^ b)

#define FORMS(name, bits)                                                                          \
    {                                                                                              \
        .rr = uop_##name##bits##_rr, .ri = uop_##name##bits##_ri,                                  \
        .rm = {uop_##name##bits##_rm_base, uop_##name##bits##_rm_sib},                             \
        .mr = {uop_##name##bits##_mr_base, uop_##name##bits##_mr_sib},                             \
        .mi = {uop_##name##bits##_mi_base, uop_##name##bits##_mi_sib},                             \
    }
#define SIZES(name)                                                                                \
    {                                                                                              \
        FORMS(name, 8), FORMS(name, 16), FORMS(name, 32)                                           \
    }

const struct uop_binary uop_binary[UOP_BINARY_COUNT][UOP_SIZES] = {
    [UOP_ADD] = SIZES(add), [UOP_OR] = SIZES(or),   [UOP_ADC] = SIZES(adc),
    [UOP_SBB] = SIZES(sbb), [UOP_AND] = SIZES(and), [UOP_SUB] = SIZES(sub),
    [UOP_XOR] = SIZES(xor), [UOP_CMP] = SIZES(cmp), [UOP_TEST] = SIZES(test),
};

const struct uop_binary uop_quiet_binary[UOP_BINARY_COUNT] = {
    [UOP_ADD] = FORMS(quiet_add, 32), [UOP_OR] = FORMS(quiet_or, 32),
    [UOP_AND] = FORMS(quiet_and, 32), [UOP_SUB] = FORMS(quiet_sub, 32),
    [UOP_XOR] = FORMS(quiet_xor, 32),
};

/* ---- One operand ------------------------------------------------------------------------------
 */

static inline uint32_t lazy_neg(struct lazy_flags *l, uint32_t a, unsigned bits)
{
    return lazy_sub(l, 0, a, bits);
}

static inline uint32_t lazy_not(struct lazy_flags *l, uint32_t a, unsigned bits)
{
    (void)l;
    (void)bits;
    return ~a;
}

#define UNARY_FORMS(name, op, bits)                                                                \
    UOP_LOCAL(name##bits##_r)                                                                      \
    {                                                                                              \
        uint32_t a = uop_read(cpu, u->base, bits);                                                 \
        uop_write(cpu, u->dst, op(&cpu->lazy, a, bits), bits);                                     \
        UOP_NEXT;                                                                                  \
    }                                                                                              \
    UNARY_MEMORY_FORM(name, op, bits, base, UOP_BASE)                                              \
    UNARY_MEMORY_FORM(name, op, bits, sib, UOP_SIB)

#define UNARY_MEMORY_FORM(name, op, bits, suffix, form)                                            \
    UOP_LOCAL(name##bits##_m_##suffix)                                                             \
    {                                                                                              \
        uint8_t *p = uop_writable(cpu, uop_address(cpu, u, form), bits / 8);                       \
        if (unlikely(!p))                                                                          \
            UOP_GIVE_UP;                                                                           \
        uop_put(p, op(&cpu->lazy, uop_get(p, bits), bits), bits);                                  \
        UOP_NEXT;                                                                                  \
    }

#define UNARY(name)                                                                                \
    UNARY_FORMS(name, lazy_##name, 8)                                                              \
    UNARY_FORMS(name, lazy_##name, 16) UNARY_FORMS(name, lazy_##name, 32)

UNARY(inc)
UNARY(dec)
UNARY(neg)
UNARY(not )

#define UNARY_FORM_ROW(name, bits)                                                                 \
    {                                                                                              \
        .r = uop_##name##bits##_r, .m = { uop_##name##bits##_m_base, uop_##name##bits##_m_sib }    \
    }
#define UNARY_SIZES(name)                                                                          \
    {                                                                                              \
        UNARY_FORM_ROW(name, 8), UNARY_FORM_ROW(name, 16), UNARY_FORM_ROW(name, 32)                \
    }

const struct uop_unary uop_unary[UOP_UNARY_COUNT][UOP_SIZES] = {
    [UOP_INC] = UNARY_SIZES(inc),
    [UOP_DEC] = UNARY_SIZES(dec),
    [UOP_NEG] = UNARY_SIZES(neg),
    [UOP_NOT] = UNARY_SIZES(not ),
};

/* Registers only. */
#define QUIET_UNARY(name, expression)                                                              \
    UOP_LOCAL(quiet_##name)                                                                        \
    {                                                                                              \
        uint32_t a = cpu->s.gpr[u->base];                                                          \
        cpu->s.gpr[u->dst] = expression;                                                           \
        UOP_NEXT;                                                                                  \
    }

QUIET_UNARY(inc, a + 1)
QUIET_UNARY(dec, a - 1)
QUIET_UNARY(neg, 0 - a)

uop_fn *const uop_quiet_unary[UOP_UNARY_COUNT] = {
    [UOP_INC] = uop_quiet_inc, [UOP_DEC] = uop_quiet_dec, [UOP_NEG] = uop_quiet_neg};

/* ---- Shifts of 32-bit registers; the flags are those of alu.h for the 486 and later ------------
 */

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

QUIET_UNARY(shl, a << u->imm)
QUIET_UNARY(shr, a >> u->imm)
QUIET_UNARY(sar, (uint32_t)((int32_t)a >> u->imm))
QUIET_UNARY(rol, a << u->imm | a >> (32 - u->imm))
QUIET_UNARY(ror, a >> u->imm | a << (32 - u->imm))

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

/* ---- Multiplication and division of 32-bit operands ---------------------------------------------
 */

/* ZF and AF are clear, SF and PF those of the low half (alu_mul_flags). */
static inline void multiply_flags(struct lazy_flags *l, uint32_t low, bool overflow)
{
    lazy_set(l, overflow, !__builtin_parity(low & 0xff), false, false, low >> 31, overflow);
}

static inline uint32_t imul(struct lazy_flags *l, uint32_t a, uint32_t b)
{
    int64_t product = (int64_t)(int32_t)a * (int32_t)b;

    multiply_flags(l, (uint32_t)product, product != (int32_t)product);
    return (uint32_t)product;
}

UOP(imul_rr)
{
    cpu->s.gpr[u->dst] = imul(&cpu->lazy, cpu->s.gpr[u->dst], cpu->s.gpr[u->src]);
    UOP_NEXT;
}

UOP(imul_rri)
{
    cpu->s.gpr[u->dst] = imul(&cpu->lazy, cpu->s.gpr[u->src], u->imm);
    UOP_NEXT;
}

UOP(imul_rm)
{
    const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, UOP_SIB), 4);

    if (unlikely(!p))
        UOP_GIVE_UP;
    cpu->s.gpr[u->dst] = imul(&cpu->lazy, cpu->s.gpr[u->dst], uop_get(p, 32));
    UOP_NEXT;
}

UOP(imul_rmi)
{
    const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, UOP_SIB), 4);

    if (unlikely(!p))
        UOP_GIVE_UP;
    cpu->s.gpr[u->dst] = imul(&cpu->lazy, uop_get(p, 32), u->imm);
    UOP_NEXT;
}

UOP(quiet_imul_rr)
{
    cpu->s.gpr[u->dst] *= cpu->s.gpr[u->src];
    UOP_NEXT;
}

UOP(quiet_imul_rri)
{
    cpu->s.gpr[u->dst] = cpu->s.gpr[u->src] * u->imm;
    UOP_NEXT;
}

UOP(quiet_imul_rm)
{
    const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, UOP_SIB), 4);

    if (unlikely(!p))
        UOP_GIVE_UP;
    cpu->s.gpr[u->dst] *= uop_get(p, 32);
    UOP_NEXT;
}

UOP(quiet_imul_rmi)
{
    const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, UOP_SIB), 4);

    if (unlikely(!p))
        UOP_GIVE_UP;
    cpu->s.gpr[u->dst] = uop_get(p, 32) * u->imm;
    UOP_NEXT;
}

static inline void mul(struct cpu *cpu, uint32_t by)
{
    uint64_t product = (uint64_t)cpu->s.gpr[GPR_EAX] * by;

    cpu->s.gpr[GPR_EAX] = (uint32_t)product;
    cpu->s.gpr[GPR_EDX] = product >> 32;
    multiply_flags(&cpu->lazy, (uint32_t)product, product >> 32);
}

UOP(mul_m)
{
    const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, UOP_SIB), 4);

    if (unlikely(!p))
        UOP_GIVE_UP;
    mul(cpu, uop_get(p, 32));
    UOP_NEXT;
}

UOP(mul_r)
{
    mul(cpu, cpu->s.gpr[u->dst]);
    UOP_NEXT;
}

UOP(imul_r)
{
    int64_t product = (int64_t)(int32_t)cpu->s.gpr[GPR_EAX] * (int32_t)cpu->s.gpr[u->dst];

    cpu->s.gpr[GPR_EAX] = (uint32_t)product;
    cpu->s.gpr[GPR_EDX] = (uint32_t)((uint64_t)product >> 32);
    multiply_flags(&cpu->lazy, (uint32_t)product, product != (int32_t)product);
    UOP_NEXT;
}

/* Flags stay as they are (alu.h); an overflow is the handler's to report. */
UOP(div_r)
{
    uint64_t dividend = (uint64_t)cpu->s.gpr[GPR_EDX] << 32 | cpu->s.gpr[GPR_EAX];
    uint32_t divisor = cpu->s.gpr[u->dst];

    if (unlikely(cpu->s.gpr[GPR_EDX] >= divisor))
        UOP_GIVE_UP;
    cpu->s.gpr[GPR_EAX] = (uint32_t)(dividend / divisor);
    cpu->s.gpr[GPR_EDX] = (uint32_t)(dividend % divisor);
    UOP_NEXT;
}

/* Only the plain case: a dividend that fits 32 bits and cannot overflow. */
UOP(idiv_r)
{
    int32_t low = (int32_t)cpu->s.gpr[GPR_EAX], divisor = (int32_t)cpu->s.gpr[u->dst];

    if (unlikely(divisor == 0 || divisor == -1 || (int32_t)cpu->s.gpr[GPR_EDX] != low >> 31))
        UOP_GIVE_UP;
    cpu->s.gpr[GPR_EAX] = (uint32_t)(low / divisor);
    cpu->s.gpr[GPR_EDX] = (uint32_t)(low % divisor);
    UOP_NEXT;
}
