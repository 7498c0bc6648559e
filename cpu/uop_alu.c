/* Micro-operations for arithmetic and logic. Those on registers have their first operand in `base`,
 * so that a MOV before them can be taken in. */
#include "cpu/uop.h"
#include "cpu/uop_tables.h"

/* ---- Two operands: OP(register | memory, register | memory | immediate) ------------------ */

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

#define FORMS(name, bits) UOP_BINARY_ROW(name##bits)
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

/* ---- One operand ------------------------------------------------------------------------- */

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

/* ---- Flags made afterwards --------------------------------------------------------------- */

void uop_recover_flags(struct cpu *cpu, const struct uop *u)
{
    uint32_t result = cpu->s.gpr[u->dst];
    bool imm = u->scale == RECOVER_ADD_IMM || u->scale == RECOVER_SUB_IMM;
    uint32_t b = imm ? u->imm : cpu->s.gpr[u->src];

    switch (u->scale) {
    case RECOVER_LOGIC:
        lazy_logic(&cpu->lazy, result, 32);
        break;
    case RECOVER_ADD:
    case RECOVER_ADD_IMM:
        lazy_add(&cpu->lazy, result - b, b, 32);
        break;
    case RECOVER_SUB:
    case RECOVER_SUB_IMM:
        lazy_sub(&cpu->lazy, result + b, b, 32);
        break;
    case RECOVER_INC:
        lazy_inc(&cpu->lazy, result - 1, 32);
        break;
    case RECOVER_DEC:
        lazy_dec(&cpu->lazy, result + 1, 32);
        break;
    }
}
