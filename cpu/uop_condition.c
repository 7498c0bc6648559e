/* Micro-operations for conditions: Jcc, SETcc, CMOVcc, and compares that are one with their Jcc. */
#include "cpu/uop.h"
#include "cpu/uop_tables.h"

/* ---- Alone ------------------------------------------------------------------------------- */

#define FOR_EACH_CONDITION(X)                                                                      \
    X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)

#define BY_CONDITION(name)                                                                         \
    {                                                                                              \
        uop_##name##0, uop_##name##1, uop_##name##2, uop_##name##3, uop_##name##4, uop_##name##5,  \
            uop_##name##6, uop_##name##7, uop_##name##8, uop_##name##9, uop_##name##10,            \
            uop_##name##11, uop_##name##12, uop_##name##13, uop_##name##14, uop_##name##15         \
    }

/* Exit 0 is the jump, exit 1 the next instruction. */
#define JCC(cc)                                                                                    \
    UOP_LOCAL(jcc_##cc)                                                                            \
    {                                                                                              \
        if (lazy_condition(&cpu->lazy, cc))                                                        \
            UOP_EXIT(0);                                                                           \
        UOP_EXIT(1);                                                                               \
    }
FOR_EACH_CONDITION(JCC)
uop_fn *const uop_jcc[16] = BY_CONDITION(jcc_);

#define SETCC(cc)                                                                                  \
    UOP_LOCAL(setcc_##cc)                                                                          \
    {                                                                                              \
        uop_write(cpu, u->dst, lazy_condition(&cpu->lazy, cc), 8);                                 \
        UOP_NEXT;                                                                                  \
    }
FOR_EACH_CONDITION(SETCC)
uop_fn *const uop_setcc[16] = BY_CONDITION(setcc_);

#define CMOVCC(cc)                                                                                 \
    UOP_LOCAL(cmovcc_##cc)                                                                         \
    {                                                                                              \
        if (lazy_condition(&cpu->lazy, cc))                                                        \
            cpu->s.gpr[u->dst] = cpu->s.gpr[u->src];                                               \
        UOP_NEXT;                                                                                  \
    }
FOR_EACH_CONDITION(CMOVCC)
uop_fn *const uop_cmovcc[16] = BY_CONDITION(cmovcc_);

/* ---- Compare (or decrement) and jump ----------------------------------------------------- */

/* Is `cc` true after a - b? Said of the operands, which is shorter than of the flags. */
static inline bool condition_after_sub(uint32_t a, uint32_t b, unsigned cc, unsigned bits)
{
    int32_t sa = (int32_t)lazy_sign_extend(a, bits), sb = (int32_t)lazy_sign_extend(b, bits);
    int32_t difference = (int32_t)lazy_sign_extend(a - b, bits);
    bool value = false;

    switch (cc >> 1) {
    case 0:
        value = ((sa ^ sb) & (sa ^ difference)) < 0;
        break;
    case 1:
        value = a < b;
        break;
    case 2:
        value = a == b;
        break;
    case 3:
        value = a <= b;
        break;
    case 4:
        value = difference < 0;
        break;
    case 5:
        value = !__builtin_parity(difference & 0xff);
        break;
    case 6:
        value = sa < sb;
        break;
    case 7:
        value = sa <= sb;
        break;
    }
    return value != (cc & 1);
}

/* The same after a & b: CF = OF = 0. */
static inline bool condition_after_and(uint32_t a, uint32_t b, unsigned cc, unsigned bits)
{
    return condition_after_sub(a & b & (0xffffffffu >> (32 - bits)), 0, cc, bits);
}

#define FUSED(name, op, bits, cc)                                                                  \
    UOP_LOCAL(name##bits##_rr_j##cc)                                                               \
    {                                                                                              \
        uint32_t a = uop_read(cpu, u->dst, bits), b = uop_read(cpu, u->src, bits);                 \
        lazy_##op(&cpu->lazy, a, b, bits);                                                         \
        if (condition_after_##op(a, b, cc, bits))                                                  \
            UOP_EXIT(0);                                                                           \
        UOP_EXIT(1);                                                                               \
    }                                                                                              \
    UOP_LOCAL(name##bits##_ri_j##cc)                                                               \
    {                                                                                              \
        uint32_t a = uop_read(cpu, u->dst, bits), b = u->imm;                                      \
        lazy_##op(&cpu->lazy, a, b, bits);                                                         \
        if (condition_after_##op(a, b, cc, bits))                                                  \
            UOP_EXIT(0);                                                                           \
        UOP_EXIT(1);                                                                               \
    }

/* Of memory: giving up runs the compare alone, so the jump's own micro-operation stays behind it.
 */
#define FUSED_MEMORY(name, op, bits, cc, form, suffix, first, second)                              \
    UOP_LOCAL(name##bits##_##suffix##_j##cc)                                                       \
    {                                                                                              \
        const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, form), bits / 8);                 \
        uint32_t a, b;                                                                             \
        if (unlikely(!p))                                                                          \
            UOP_GIVE_UP;                                                                           \
        a = first;                                                                                 \
        b = second;                                                                                \
        lazy_##op(&cpu->lazy, a, b, bits);                                                         \
        u++;                                                                                       \
        if (condition_after_##op(a, b, cc, bits))                                                  \
            UOP_EXIT(0);                                                                           \
        UOP_EXIT(1);                                                                               \
    }
#define FUSED_MEMORY_FORMS(name, op, bits, cc, form, suffix)                                       \
    FUSED_MEMORY(name, op, bits, cc, form, rm_##suffix, uop_read(cpu, u->dst, bits),               \
                 uop_get(p, bits))                                                                 \
    FUSED_MEMORY(name, op, bits, cc, form, mr_##suffix, uop_get(p, bits),                          \
                 uop_read(cpu, u->src, bits))                                                      \
    FUSED_MEMORY(name, op, bits, cc, form, mi_##suffix, uop_get(p, bits), u->imm)

#define CMP_JCC_8(cc)                                                                              \
    FUSED(cmp, sub, 8, cc)                                                                         \
    FUSED_MEMORY_FORMS(cmp, sub, 8, cc, UOP_BASE, base)                                            \
    FUSED_MEMORY_FORMS(cmp, sub, 8, cc, UOP_SIB, sib)
#define CMP_JCC_32(cc)                                                                             \
    FUSED(cmp, sub, 32, cc)                                                                        \
    FUSED_MEMORY_FORMS(cmp, sub, 32, cc, UOP_BASE, base)                                           \
    FUSED_MEMORY_FORMS(cmp, sub, 32, cc, UOP_SIB, sib)
#define TEST_JCC_8(cc)                                                                             \
    FUSED(test, and, 8, cc)                                                                        \
    FUSED_MEMORY_FORMS(test, and, 8, cc, UOP_BASE, base)                                           \
    FUSED_MEMORY_FORMS(test, and, 8, cc, UOP_SIB, sib)
#define TEST_JCC_32(cc)                                                                            \
    FUSED(test, and, 32, cc)                                                                       \
    FUSED_MEMORY_FORMS(test, and, 32, cc, UOP_BASE, base)                                          \
    FUSED_MEMORY_FORMS(test, and, 32, cc, UOP_SIB, sib)
FOR_EACH_CONDITION(CMP_JCC_8)
FOR_EACH_CONDITION(CMP_JCC_32)
FOR_EACH_CONDITION(TEST_JCC_8)
FOR_EACH_CONDITION(TEST_JCC_32)

/* DEC r32: the end of many a loop. */
#define DEC_JCC(cc)                                                                                \
    UOP_LOCAL(dec32_r_j##cc)                                                                       \
    {                                                                                              \
        cpu->s.gpr[u->dst] = lazy_dec(&cpu->lazy, cpu->s.gpr[u->base], 32);                        \
        if (lazy_condition(&cpu->lazy, cc))                                                        \
            UOP_EXIT(0);                                                                           \
        UOP_EXIT(1);                                                                               \
    }
FOR_EACH_CONDITION(DEC_JCC)

#define BY_FORM(name)                                                                              \
    {                                                                                              \
        .form = {                                                                                  \
            [UOP_RR] = BY_CONDITION(name##_rr_j),                                                  \
            [UOP_RI] = BY_CONDITION(name##_ri_j),                                                  \
            [UOP_RM] = BY_CONDITION(name##_rm_base_j),                                             \
            BY_CONDITION(name##_rm_sib_j),                                                         \
            [UOP_MR] = BY_CONDITION(name##_mr_base_j),                                             \
            BY_CONDITION(name##_mr_sib_j),                                                         \
            [UOP_MI] = BY_CONDITION(name##_mi_base_j),                                             \
            BY_CONDITION(name##_mi_sib_j)                                                          \
        }                                                                                          \
    }

static const struct uop_fused cmp8 = BY_FORM(cmp8), cmp32 = BY_FORM(cmp32);
static const struct uop_fused test8 = BY_FORM(test8), test32 = BY_FORM(test32);

const struct uop_fused *const uop_fused[UOP_BINARY_COUNT][UOP_SIZES] = {
    [UOP_CMP] = {[UOP_SIZE_8] = &cmp8, [UOP_SIZE_32] = &cmp32},
    [UOP_TEST] = {[UOP_SIZE_8] = &test8, [UOP_SIZE_32] = &test32},
};

uop_fn *const uop_fused_dec[16] = BY_CONDITION(dec32_r_j);
