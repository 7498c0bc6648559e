/*
 * x87 micro-operations on an x86 host's own unit, straight on the register stack in cpu_state.
 *
 * They stand for the plainest case: the guest's control word is the one that the host's unit has
 * anyway (X87_CW_DEFAULT), and the operation raises no exception that the guest's status word does
 * not have yet. The host's flags are sticky, as in x87_host.c, so one that is new there may be old.
 * Everything else, flags to be told apart included, is done again from the beginning by the
 * micro-operations of uop_x87.c: until then nothing has changed.
 */
#include "cpu/uop_x87.h"

#ifdef X87_HAVE_HOST

typedef long double __attribute__((aligned(8), may_alias)) reg_value;

/* Guest memory, at any address. */
typedef uint8_t bytes16[2], bytes32[4], bytes64[8];

/* ---- The state while they run ------------------------------------------------------------ */

static inline unsigned physical(const struct cpu *cpu, unsigned i)
{
    return (cpu->x87_live.top + i) & 7;
}

static inline bool is_full(const struct cpu *cpu, unsigned n)
{
    return cpu->x87_live.full >> n & 1;
}

/* Live, and ST(i) holds something? */
static inline bool has(const struct cpu *cpu, unsigned n)
{
    return cpu->x87_live.on && is_full(cpu, n);
}

static inline bool has_both(const struct cpu *cpu, unsigned a, unsigned b)
{
    return cpu->x87_live.on && is_full(cpu, a) && is_full(cpu, b);
}

/* May something be pushed? */
static inline bool has_room(const struct cpu *cpu)
{
    return cpu->x87_live.on && !is_full(cpu, physical(cpu, 7));
}

static inline void pop(struct cpu *cpu)
{
    cpu->x87_live.full &= (uint8_t) ~(1u << cpu->x87_live.top);
    cpu->x87_live.top = (uint8_t)physical(cpu, 1);
}

/* ST(0) is physical register `n` now. */
static inline void push(struct cpu *cpu, unsigned n)
{
    cpu->x87_live.full |= (uint8_t)(1u << n);
    cpu->x87_live.top = (uint8_t)n;
}

static inline long double get(const struct cpu *cpu, unsigned n)
{
    return *(const reg_value *)&cpu->s.x87.st[n];
}

/* Ten bytes: those between registers are not touched. */
static inline void put(struct cpu *cpu, unsigned n, long double value)
{
    *(reg_value *)&cpu->s.x87.st[n] = value;
}

static inline bool is_news(const struct cpu *cpu, uint16_t sw)
{
    return sw & cpu->x87_live.new_exceptions;
}

/* st(1) is what st(1) stands for in the instruction. */
#define RUN(insn, a, b, result, sw)                                                                \
    __asm__ volatile(insn " %%st(1), %%st\n\tfnstsw %%ax" : "=t"(result), "=a"(sw) : "0"(a), "u"(b))
#define RUN_MEMORY(insn, a, p, type, result, sw)                                                   \
    __asm__ volatile(insn " %2\n\tfnstsw %%ax"                                                     \
                     : "=t"(result), "=a"(sw)                                                      \
                     : "m"(*(const type *)(p)), "0"(a))

/* ---- Arithmetic ---------------------------------------------------------------------------- */

#define ARITH_ST(name, insn, pops)                                                                 \
    UOP_LOCAL(name##_st##pops)                                                                     \
    {                                                                                              \
        unsigned to = physical(cpu, u->dst), from = physical(cpu, u->src);                         \
        long double result;                                                                        \
        uint16_t sw;                                                                               \
        if (unlikely(!has_both(cpu, to, from)))                                                    \
            UOP_TAIL return uop_x87_arith_st(cpu, u);                                              \
        RUN(insn, get(cpu, to), get(cpu, from), result, sw);                                       \
        if (unlikely(is_news(cpu, sw)))                                                            \
            UOP_TAIL return uop_x87_arith_st(cpu, u);                                              \
        uop_x87_note(cpu, u);                                                                      \
        cpu->x87_live.c1 = sw;                                                                     \
        put(cpu, to, result);                                                                      \
        if (pops)                                                                                  \
            pop(cpu);                                                                              \
        UOP_NEXT;                                                                                  \
    }

#define ARITH_MEMORY(name, insn, bits, type)                                                       \
    UOP_LOCAL(name##_m##bits)                                                                      \
    {                                                                                              \
        uint32_t address = uop_address(cpu, u, UOP_SIB);                                           \
        const uint8_t *p = uop_readable(cpu, address, bits / 8);                                   \
        unsigned top = cpu->x87_live.top;                                                          \
        long double result;                                                                        \
        uint16_t sw;                                                                               \
        if (unlikely(!p || !has(cpu, top)))                                                        \
            UOP_TAIL return uop_x87_arith_m##bits(cpu, u);                                         \
        RUN_MEMORY(insn, get(cpu, top), p, type, result, sw);                                      \
        if (unlikely(is_news(cpu, sw)))                                                            \
            UOP_TAIL return uop_x87_arith_m##bits(cpu, u);                                         \
        uop_x87_note_memory(cpu, u, CPU_WATCH_READ, address, p, bits / 8);                         \
        cpu->x87_live.c1 = sw;                                                                     \
        put(cpu, top, result);                                                                     \
        UOP_NEXT;                                                                                  \
    }

#define ARITH(name)                                                                                \
    ARITH_ST(name, "f" #name, 0)                                                                   \
    ARITH_ST(name, "f" #name, 1)                                                                   \
    ARITH_MEMORY(name, "f" #name "s", 32, bytes32)                                                 \
    ARITH_MEMORY(name, "f" #name "l", 64, bytes64)

ARITH(add)
ARITH(mul)
ARITH(sub)
ARITH(subr)
ARITH(div)
ARITH(divr)

#define ROW(name)                                                                                  \
    {                                                                                              \
        {uop_##name##_st0, uop_##name##_st1}, uop_##name##_m32, uop_##name##_m64                   \
    }

const struct uop_x87_arith uop_x87_arith[X87_ARITHS] = {
    [X87_ADD] = ROW(add),   [X87_MUL] = ROW(mul), [X87_SUB] = ROW(sub),
    [X87_SUBR] = ROW(subr), [X87_DIV] = ROW(div), [X87_DIVR] = ROW(divr),
};

/* ---- Compare, exchange --------------------------------------------------------------------- */

UOP(x87_host_compare_st)
{
    struct x87_state *x = &cpu->s.x87;
    unsigned top = cpu->x87_live.top, other = physical(cpu, u->src);
    uint16_t sw;

    if (unlikely(!has_both(cpu, top, other)))
        UOP_TAIL return uop_x87_compare_st(cpu, u);
    __asm__ volatile("fcom %%st(1)\n\tfnstsw %%ax"
                     : "=a"(sw)
                     : "t"(get(cpu, top)), "u"(get(cpu, other)));
    if (unlikely(is_news(cpu, sw)))
        UOP_TAIL return uop_x87_compare_st(cpu, u);
    uop_x87_note(cpu, u);
    x->sw = (uint16_t)((x->sw & ~X87_CC) | (sw & X87_CC));
    cpu->x87_live.c1 = sw;
    if (uop_x87_pops(u))
        pop(cpu);
    if (uop_x87_pops(u) == 2)
        pop(cpu);
    UOP_NEXT;
}

/* ---- Registers as they are ------------------------------------------------------------------- */

/* By member: a copy of ten bytes would have to wait for both parts of the last store. */
static inline void copy(struct x87_reg *to, const struct x87_reg *from)
{
    to->mant = from->mant;
    to->se = from->se;
}

UOP(x87_host_exchange)
{
    unsigned top = cpu->x87_live.top, other = physical(cpu, u->dst);
    struct x87_reg *a = &cpu->s.x87.st[top], *b = &cpu->s.x87.st[other];
    uint64_t mant = a->mant;
    uint16_t se = a->se;

    if (unlikely(!has_both(cpu, top, other)))
        UOP_TAIL return uop_x87_exchange(cpu, u);
    copy(a, b);
    b->mant = mant;
    b->se = se;
    uop_x87_note(cpu, u);
    cpu->x87_live.c1 = 0;
    UOP_NEXT;
}

UOP(x87_host_load_st)
{
    unsigned from = physical(cpu, u->src), to = physical(cpu, 7);

    if (unlikely(!has_room(cpu) || !is_full(cpu, from)))
        UOP_TAIL return uop_x87_load_st(cpu, u);
    copy(&cpu->s.x87.st[to], &cpu->s.x87.st[from]);
    uop_x87_note(cpu, u);
    cpu->x87_live.c1 = 0;
    push(cpu, to);
    UOP_NEXT;
}

UOP(x87_host_store_st)
{
    unsigned top = cpu->x87_live.top, to = physical(cpu, u->dst);

    if (unlikely(!has(cpu, top)))
        UOP_TAIL return uop_x87_store_st(cpu, u);
    copy(&cpu->s.x87.st[to], &cpu->s.x87.st[top]);
    cpu->x87_live.full |= (uint8_t)(1u << to);
    uop_x87_note(cpu, u);
    cpu->x87_live.c1 = 0;
    if (uop_x87_pops(u))
        pop(cpu);
    UOP_NEXT;
}

UOP(x87_host_fnstsw_ax)
{
    unsigned sw = cpu->s.x87.sw & ~(X87_TOP | X87_C1);

    if (unlikely(!cpu->x87_live.on))
        UOP_TAIL return uop_x87_fnstsw_ax(cpu, u);
    sw |= (unsigned)cpu->x87_live.top << X87_TOP_SHIFT | (cpu->x87_live.c1 & X87_C1);
    uop_write(cpu, GPR_EAX, sw, 16);
    UOP_NEXT;
}

/* ---- Loads ------------------------------------------------------------------------------- */

/* A load raises no other exceptions than these; of integers, none. */
enum { LOAD_EXCEPTIONS = X87_IE | X87_DE };

#define LOAD(name, insn, bits, exceptions, otherwise)                                              \
    UOP(x87_host_load_##name)                                                                      \
    {                                                                                              \
        uint32_t address = uop_address(cpu, u, UOP_SIB);                                           \
        const uint8_t *p = uop_readable(cpu, address, bits / 8);                                   \
        unsigned to = physical(cpu, 7);                                                            \
        long double value;                                                                         \
        uint16_t sw = 0;                                                                           \
        if (unlikely(!p || !has_room(cpu)))                                                        \
            UOP_TAIL return uop_x87_##otherwise(cpu, u);                                           \
        __asm__ volatile(insn " %1" : "=t"(value) : "m"(*(const bytes##bits *)p));                 \
        if (exceptions)                                                                            \
            __asm__ volatile("fnstsw %%ax" : "=a"(sw) : "t"(value));                               \
        if (unlikely(is_news(cpu, sw & (exceptions))))                                             \
            UOP_TAIL return uop_x87_##otherwise(cpu, u);                                           \
        uop_x87_note_memory(cpu, u, CPU_WATCH_READ, address, p, bits / 8);                         \
        cpu->x87_live.c1 = 0;                                                                      \
        put(cpu, to, value);                                                                       \
        push(cpu, to);                                                                             \
        UOP_NEXT;                                                                                  \
    }

LOAD(m32, "flds", 32, LOAD_EXCEPTIONS, load_m32)
LOAD(m64, "fldl", 64, LOAD_EXCEPTIONS, load_m64)
LOAD(i16, "filds", 16, 0, load_integer)
LOAD(i32, "fildl", 32, 0, load_integer)
LOAD(i64, "fildll", 64, 0, load_integer)

/* ---- Stores -------------------------------------------------------------------------------- */

/* Done again, a masked store gives the same bytes. */
#define STORE(bits, insn, type)                                                                    \
    UOP(x87_host_store_m##bits)                                                                    \
    {                                                                                              \
        uint32_t address = uop_address(cpu, u, UOP_SIB);                                           \
        uint8_t *p = uop_writable(cpu, address, bits / 8);                                         \
        unsigned top = cpu->x87_live.top;                                                          \
        uint16_t sw;                                                                               \
        if (unlikely(!p || !has(cpu, top)))                                                        \
            UOP_TAIL return uop_x87_store_m##bits(cpu, u);                                         \
        __asm__ volatile(insn " %1\n\tfnstsw %%ax"                                                 \
                         : "=a"(sw), "=m"(*(type *)p)                                              \
                         : "t"(get(cpu, top)));                                                    \
        if (unlikely(is_news(cpu, sw)))                                                            \
            UOP_TAIL return uop_x87_store_m##bits(cpu, u);                                         \
        uop_x87_note_memory(cpu, u, CPU_WATCH_WRITE, address, p, bits / 8);                        \
        cpu->x87_live.c1 = sw;                                                                     \
        if (uop_x87_pops(u))                                                                       \
            pop(cpu);                                                                              \
        UOP_NEXT;                                                                                  \
    }

STORE(32, "fsts", bytes32)
STORE(64, "fstl", bytes64)

#endif
