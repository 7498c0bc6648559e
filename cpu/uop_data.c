/* Micro-operations that move data: MOV and its relatives, and the stack. */
#include "cpu/uop.h"
#include "cpu/uop_tables.h"

/* ---- MOV --------------------------------------------------------------------------------- */

#define MOV_FORMS(bits)                                                                            \
    UOP_LOCAL(mov##bits##_rr)                                                                      \
    {                                                                                              \
        uop_write(cpu, u->dst, uop_read(cpu, u->src, bits), bits);                                 \
        UOP_NEXT;                                                                                  \
    }                                                                                              \
    UOP_LOCAL(mov##bits##_ri)                                                                      \
    {                                                                                              \
        uop_write(cpu, u->dst, u->imm, bits);                                                      \
        UOP_NEXT;                                                                                  \
    }                                                                                              \
    MOV_MEMORY_FORMS(bits, base, UOP_BASE)                                                         \
    MOV_MEMORY_FORMS(bits, sib, UOP_SIB)

#define MOV_MEMORY_FORMS(bits, suffix, form)                                                       \
    UOP_LOCAL(mov##bits##_rm_##suffix)                                                             \
    {                                                                                              \
        const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, form), bits / 8);                 \
        if (unlikely(!p))                                                                          \
            UOP_GIVE_UP;                                                                           \
        uop_write(cpu, u->dst, uop_get(p, bits), bits);                                            \
        UOP_NEXT;                                                                                  \
    }                                                                                              \
    UOP_LOCAL(mov##bits##_mr_##suffix)                                                             \
    {                                                                                              \
        uint8_t *p = uop_writable(cpu, uop_address(cpu, u, form), bits / 8);                       \
        if (unlikely(!p))                                                                          \
            UOP_GIVE_UP;                                                                           \
        uop_put(p, uop_read(cpu, u->src, bits), bits);                                             \
        UOP_NEXT;                                                                                  \
    }                                                                                              \
    UOP_LOCAL(mov##bits##_mi_##suffix)                                                             \
    {                                                                                              \
        uint8_t *p = uop_writable(cpu, uop_address(cpu, u, form), bits / 8);                       \
        if (unlikely(!p))                                                                          \
            UOP_GIVE_UP;                                                                           \
        uop_put(p, u->imm, bits);                                                                  \
        UOP_NEXT;                                                                                  \
    }

MOV_FORMS(8)
MOV_FORMS(16)
MOV_FORMS(32)

#define MOV_ROW(bits) UOP_BINARY_ROW(mov##bits)

const struct uop_binary uop_mov[UOP_SIZES] = {MOV_ROW(8), MOV_ROW(16), MOV_ROW(32)};

/* ---- MOVZX, MOVSX to 32 bits ------------------------------------------------------------- */

static inline uint32_t zero_extend(uint32_t value, unsigned bits)
{
    (void)bits;
    return value;
}

#define EXTEND_FORMS(name, extend, bits)                                                           \
    UOP_LOCAL(name##bits##_r)                                                                      \
    {                                                                                              \
        cpu->s.gpr[u->dst] = extend(uop_read(cpu, u->src, bits), bits);                            \
        UOP_NEXT;                                                                                  \
    }                                                                                              \
    EXTEND_MEMORY_FORM(name, extend, bits, base, UOP_BASE)                                         \
    EXTEND_MEMORY_FORM(name, extend, bits, sib, UOP_SIB)

#define EXTEND_MEMORY_FORM(name, extend, bits, suffix, form)                                       \
    UOP_LOCAL(name##bits##_m_##suffix)                                                             \
    {                                                                                              \
        const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, form), bits / 8);                 \
        if (unlikely(!p))                                                                          \
            UOP_GIVE_UP;                                                                           \
        cpu->s.gpr[u->dst] = extend(uop_get(p, bits), bits);                                       \
        UOP_NEXT;                                                                                  \
    }

EXTEND_FORMS(movzx, zero_extend, 8)
EXTEND_FORMS(movzx, zero_extend, 16)
EXTEND_FORMS(movsx, lazy_sign_extend, 8)
EXTEND_FORMS(movsx, lazy_sign_extend, 16)

#define EXTEND_ROW(name, bits)                                                                     \
    {                                                                                              \
        .r = uop_##name##bits##_r, .m = { uop_##name##bits##_m_base, uop_##name##bits##_m_sib }    \
    }

const struct uop_extend uop_movzx[2] = {EXTEND_ROW(movzx, 8), EXTEND_ROW(movzx, 16)};
const struct uop_extend uop_movsx[2] = {EXTEND_ROW(movsx, 8), EXTEND_ROW(movsx, 16)};

/* ---- Others ------------------------------------------------------------------------------ */

UOP(lea_base)
{
    cpu->s.gpr[u->dst] = uop_address(cpu, u, UOP_BASE);
    UOP_NEXT;
}

UOP(lea_sib)
{
    cpu->s.gpr[u->dst] = uop_address(cpu, u, UOP_SIB);
    UOP_NEXT;
}

UOP(xchg_rr)
{
    uint32_t a = cpu->s.gpr[u->dst];

    cpu->s.gpr[u->dst] = cpu->s.gpr[u->src];
    cpu->s.gpr[u->src] = a;
    UOP_NEXT;
}

UOP(cdq)
{
    cpu->s.gpr[GPR_EDX] = cpu->s.gpr[GPR_EAX] >> 31 ? 0xffffffffu : 0;
    UOP_NEXT;
}

UOP(cwde)
{
    cpu->s.gpr[GPR_EAX] = lazy_sign_extend(cpu->s.gpr[GPR_EAX], 16);
    UOP_NEXT;
}

UOP(bswap_r)
{
    cpu->s.gpr[u->dst] = __builtin_bswap32(cpu->s.gpr[u->dst]);
    UOP_NEXT;
}

UOP(nop)
{
    UOP_NEXT;
}

/* ---- Stack: 32-bit, flat ----------------------------------------------------------------- */

UOP(push_r)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP] - 4;
    uint8_t *p = uop_writable(cpu, esp, 4);

    if (unlikely(!p))
        UOP_GIVE_UP;
    uop_put(p, cpu->s.gpr[u->src], 32);
    cpu->s.gpr[GPR_ESP] = esp;
    UOP_NEXT;
}

UOP(push_i)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP] - 4;
    uint8_t *p = uop_writable(cpu, esp, 4);

    if (unlikely(!p))
        UOP_GIVE_UP;
    uop_put(p, u->imm, 32);
    cpu->s.gpr[GPR_ESP] = esp;
    UOP_NEXT;
}

UOP(push_m)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP] - 4;
    const uint8_t *from = uop_readable(cpu, uop_address(cpu, u, UOP_SIB), 4);
    uint8_t *p = uop_writable(cpu, esp, 4);

    if (unlikely(!from || !p))
        UOP_GIVE_UP;
    uop_put(p, uop_get(from, 32), 32);
    cpu->s.gpr[GPR_ESP] = esp;
    UOP_NEXT;
}

UOP(pop_r)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP];
    const uint8_t *p = uop_readable(cpu, esp, 4);

    if (unlikely(!p))
        UOP_GIVE_UP;
    cpu->s.gpr[GPR_ESP] = esp + 4;
    cpu->s.gpr[u->dst] = uop_get(p, 32);
    UOP_NEXT;
}

/* As many PUSHes or POPs of registers (not ESP) as `n` says, the first of which this one is. Where
 * their memory is not one piece, it does that one alone: the others stand behind it. */
#define STACK_RUN(n)                                                                               \
    UOP_LOCAL(push_##n)                                                                            \
    {                                                                                              \
        uint32_t esp = cpu->s.gpr[GPR_ESP] - 4 * (n);                                              \
        uint8_t *p = uop_writable(cpu, esp, 4 * (n));                                              \
        if (unlikely(!p))                                                                          \
            UOP_TAIL return uop_push_r(cpu, u);                                                    \
        _Pragma("GCC unroll 4") for (unsigned i = 0; i < (n); i++)                                 \
            uop_put(p + 4 * ((n)-1 - i), cpu->s.gpr[u[i].src], 32);                                \
        cpu->s.gpr[GPR_ESP] = esp;                                                                 \
        UOP_SKIP(n);                                                                               \
    }                                                                                              \
    UOP_LOCAL(pop_##n)                                                                             \
    {                                                                                              \
        uint32_t esp = cpu->s.gpr[GPR_ESP];                                                        \
        const uint8_t *p = uop_readable(cpu, esp, 4 * (n));                                        \
        if (unlikely(!p))                                                                          \
            UOP_TAIL return uop_pop_r(cpu, u);                                                     \
        _Pragma("GCC unroll 4") for (unsigned i = 0; i < (n); i++) cpu->s.gpr[u[i].dst] =          \
            uop_get(p + 4 * i, 32);                                                                \
        cpu->s.gpr[GPR_ESP] = esp + 4 * (n);                                                       \
        UOP_SKIP(n);                                                                               \
    }
STACK_RUN(2)
STACK_RUN(3)
STACK_RUN(4)

uop_fn *const uop_push_run[] = {[2] = uop_push_2, uop_push_3, uop_push_4};
uop_fn *const uop_pop_run[] = {[2] = uop_pop_2, uop_pop_3, uop_pop_4};

UOP(leave_frame)
{
    uint32_t ebp = cpu->s.gpr[GPR_EBP];
    const uint8_t *p = uop_readable(cpu, ebp, 4);

    if (unlikely(!p))
        UOP_GIVE_UP;
    cpu->s.gpr[GPR_EBP] = uop_get(p, 32);
    cpu->s.gpr[GPR_ESP] = ebp + 4;
    UOP_NEXT;
}
