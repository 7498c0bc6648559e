/*
 * Micro-operations for the x87 instructions that compilers emit: arithmetic, loads, stores,
 * exchange, compare. They stand for the plain case, in which all exceptions are masked and no
 * register is empty that should hold a value, or full that should be empty; everything else is left
 * to the handlers (exec_x87_*.c), which use the same arithmetic unit. On x86 hosts most of them are
 * what uop_x87_host.c falls back to.
 */
#include "cpu/uop_x87.h"
#include "cpu/x87_integer.h"

/* The work is done in functions that answer false to give up. They are not inlined: a variable
 * whose address was taken would keep gcc from making the next micro-operation's call a jump. */
#define WORK(name)                                                                                 \
    __attribute__((noinline)) static bool name(struct cpu *cpu, const struct uop *u);              \
    UOP(x87_##name)                                                                                \
    {                                                                                              \
        uop_settle(cpu);                                                                           \
        if (unlikely(!name(cpu, u)))                                                               \
            UOP_GIVE_UP;                                                                           \
        uop_x87_unsettle(cpu);                                                                     \
        UOP_NEXT;                                                                                  \
    }                                                                                              \
    static bool name(struct cpu *cpu, const struct uop *u)

/* ---- What is kept apart from cpu_state --------------------------------------------------- */

static uint8_t full_registers(const struct x87_state *x)
{
    unsigned full = 0;

    for (unsigned i = 0; i < 8; i++)
        full |= (unsigned)((x->tw >> 2 * i & 3) != X87_EMPTY) << i;
    return (uint8_t)full;
}

void uop_x87_unsettle(struct cpu *cpu)
{
    const struct x87_state *x = &cpu->s.x87;

    cpu->x87_live = (struct x87_live){
        .on = x->cw == X87_CW_DEFAULT && uop_x87_ready(cpu),
        .top = (uint8_t)x87_top(x),
        .full = full_registers(x),
        .new_exceptions = ~x->sw & X87_EXCEPTIONS,
        .c1 = x->sw,
    };
}

void uop_x87_settle(struct cpu *cpu)
{
    const struct x87_live *live = &cpu->x87_live;
    struct x87_state *x = &cpu->s.x87;
    unsigned tw = 0;

    for (unsigned i = 0; i < 8; i++)
        tw |= (live->full >> i & 1 ? x87_tag_of(&x->st[i]) : (unsigned)X87_EMPTY) << 2 * i;
    x->tw = (uint16_t)tw;
    x->sw = (uint16_t)((x->sw & ~(X87_TOP | X87_C1)) | live->top << X87_TOP_SHIFT |
                       (live->c1 & X87_C1));
    cpu->x87_live.on = false;
}

/* ---- Before and after
 * -----------------------------------------------------------------------------
 */

static inline bool is_plain(const struct cpu *cpu)
{
    return uop_x87_ready(cpu) && (cpu->s.x87.cw & X87_EXCEPTIONS) == X87_EXCEPTIONS;
}

static inline void pop(struct x87_state *x, const struct uop *u)
{
    for (unsigned n = uop_x87_pops(u); n > 0; n--)
        x87_pop(x);
}

/* ---- Arithmetic and compare
 * -------------------------------------------------------------------------
 */

WORK(arith_st)
{
    struct x87_state *x = &cpu->s.x87;
    struct x87_reg result;

    if (unlikely(!is_plain(cpu) || x87_empty(x, u->dst) || x87_empty(x, u->src)))
        return false;
    x87_note(cpu,
             X87_UNIT.arith[uop_x87_detail(u)][X87_F80](x, x87_st(x, u->dst), x87_st(x, u->src),
                                                        &result),
             X87_C1);
    uop_x87_note(cpu, u);
    x87_set(x, u->dst, &result);
    pop(x, u);
    return true;
}

static inline bool arith_format(struct cpu *cpu, const struct uop *u, enum x87_format format,
                                unsigned size)
{
    struct x87_state *x = &cpu->s.x87;
    uint32_t address = uop_address(cpu, u, UOP_SIB);
    const uint8_t *p = uop_readable(cpu, address, size);
    struct x87_reg result;

    if (unlikely(!p || !is_plain(cpu) || x87_empty(x, 0)))
        return false;
    x87_note(cpu, X87_UNIT.arith[uop_x87_detail(u)][format](x, x87_st(x, 0), p, &result), X87_C1);
    uop_x87_note_memory(cpu, u, CPU_WATCH_READ, address, p, size);
    x87_set(x, 0, &result);
    return true;
}

WORK(arith_m32)
{
    return arith_format(cpu, u, X87_F32, 4);
}

WORK(arith_m64)
{
    return arith_format(cpu, u, X87_F64, 8);
}

WORK(compare_st)
{
    struct x87_state *x = &cpu->s.x87;

    if (unlikely(!is_plain(cpu) || x87_empty(x, 0) || x87_empty(x, u->src)))
        return false;
    x87_note(cpu, X87_UNIT.compare[X87_F80](x, x87_st(x, 0), x87_st(x, u->src)), X87_CC);
    uop_x87_note(cpu, u);
    pop(x, u);
    return true;
}

UOP(x87_fnstsw_ax)
{
    if (unlikely(cpu->s.cr0 & (CR0_EM | CR0_TS)))
        UOP_GIVE_UP;
    uop_settle(cpu);
    uop_write(cpu, GPR_EAX, cpu->s.x87.sw, 16);
    UOP_NEXT;
}

/* ---- Loads
 * ------------------------------------------------------------------------------------------
 */

static inline bool may_push(struct cpu *cpu)
{
    return is_plain(cpu) && x87_empty(&cpu->s.x87, 7);
}

/* A normal number becomes an extended one by moving its fields. */
static inline bool extend_normal(uint64_t bits, unsigned exp_bits, unsigned frac_bits,
                                 struct x87_reg *r)
{
    unsigned exp_max = (1u << exp_bits) - 1, bias = exp_max >> 1;
    unsigned exp = bits >> frac_bits & exp_max;

    if (exp == 0 || exp == exp_max)
        return false;
    r->mant = X87_INTEGER_BIT | bits << (63 - frac_bits);
    r->se = (uint16_t)((bits >> (exp_bits + frac_bits)) << 15 | (exp - bias + 0x3fff));
    return true;
}

static inline bool load_format(struct cpu *cpu, const struct uop *u, enum x87_format format,
                               unsigned size)
{
    struct x87_state *x = &cpu->s.x87;
    uint32_t address = uop_address(cpu, u, UOP_SIB);
    const uint8_t *p = uop_readable(cpu, address, size);
    uint16_t answer = 0;
    struct x87_reg value;

    if (unlikely(!p || !may_push(cpu)))
        return false;
    if (format == X87_F32
            ? !extend_normal(le_load(p, 4), 8, 23, &value)
            : !extend_normal(le_load(p, 4) | (uint64_t)le_load(p + 4, 4) << 32, 11, 52, &value))
        answer = X87_UNIT.load[format](x, p, &value);
    x87_note(cpu, answer, X87_C1);
    uop_x87_note_memory(cpu, u, CPU_WATCH_READ, address, p, size);
    x87_push(x, &value);
    return true;
}

WORK(load_m32)
{
    return load_format(cpu, u, X87_F32, 4);
}

WORK(load_m64)
{
    return load_format(cpu, u, X87_F64, 8);
}

WORK(load_integer)
{
    struct x87_state *x = &cpu->s.x87;
    uint32_t address = uop_address(cpu, u, UOP_SIB);
    const uint8_t *p = uop_readable(cpu, address, uop_x87_detail(u));
    struct x87_reg value;

    if (unlikely(!p || !may_push(cpu)))
        return false;
    x87_from_integer(x87_integer_of(p, uop_x87_detail(u)), &value);
    x87_note(cpu, 0, X87_C1);
    uop_x87_note_memory(cpu, u, CPU_WATCH_READ, address, p, uop_x87_detail(u));
    x87_push(x, &value);
    return true;
}

WORK(load_st)
{
    struct x87_state *x = &cpu->s.x87;
    struct x87_reg value;

    if (unlikely(!may_push(cpu) || x87_empty(x, u->src)))
        return false;
    value = *x87_st(x, u->src);
    x87_note(cpu, 0, X87_C1);
    uop_x87_note(cpu, u);
    x87_push(x, &value);
    return true;
}

/* ---- Stores and exchange
 * ------------------------------------------------------------------------------
 */

/* With all exceptions masked the unit always stores. */
static inline bool store_format(struct cpu *cpu, const struct uop *u, enum x87_format format,
                                unsigned size)
{
    struct x87_state *x = &cpu->s.x87;
    uint32_t address = uop_address(cpu, u, UOP_SIB);
    uint8_t *p = uop_writable(cpu, address, size);

    if (unlikely(!p || !is_plain(cpu) || x87_empty(x, 0)))
        return false;
    x87_note(cpu, X87_UNIT.store[format](x, x87_st(x, 0), p), X87_C1);
    uop_x87_note_memory(cpu, u, CPU_WATCH_WRITE, address, p, size);
    pop(x, u);
    return true;
}

WORK(store_m32)
{
    return store_format(cpu, u, X87_F32, 4);
}

WORK(store_m64)
{
    return store_format(cpu, u, X87_F64, 8);
}

WORK(store_st)
{
    struct x87_state *x = &cpu->s.x87;
    struct x87_reg value;

    if (unlikely(!is_plain(cpu) || x87_empty(x, 0)))
        return false;
    value = *x87_st(x, 0);
    x87_note(cpu, 0, X87_C1);
    uop_x87_note(cpu, u);
    x87_set(x, u->dst, &value);
    pop(x, u);
    return true;
}

WORK(exchange)
{
    struct x87_state *x = &cpu->s.x87;
    struct x87_reg top, other;

    if (unlikely(!is_plain(cpu) || x87_empty(x, 0) || x87_empty(x, u->dst)))
        return false;
    top = *x87_st(x, 0);
    other = *x87_st(x, u->dst);
    x87_note(cpu, 0, X87_C1);
    uop_x87_note(cpu, u);
    x87_set(x, 0, &other);
    x87_set(x, u->dst, &top);
    return true;
}
