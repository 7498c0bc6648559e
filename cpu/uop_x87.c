/*
 * Micro-operations for the x87 instructions that compilers emit: arithmetic, loads, stores,
 * exchange, compare. They stand for the plain case, in which all exceptions are masked and no
 * register is empty that should hold a value, or full that should be empty; everything else is left
 * to the handlers (exec_x87_*.c), which use the same arithmetic unit.
 *
 *   imm   bits 0..10  the opcode for FOP
 *         bits 16..19 enum x87_arith, or the size of an integer
 *         bits 20..23 how many registers are popped afterwards
 *         bits 24..27 the segment register, for FDS
 */
#include "cpu/ring.h"
#include "cpu/uop.h"
#include "cpu/uop_tables.h"
#include "cpu/x87.h"
#include "cpu/x87_integer.h"

/* The work is done in functions that answer false to give up. They are not inlined: a variable
 * whose address was taken would keep gcc from making the next micro-operation's call a jump. */
#define WORK __attribute__((noinline)) static bool

/* ---- Before and after
 * -----------------------------------------------------------------------------
 */

static inline bool is_plain(const struct cpu *cpu)
{
    return !(cpu->s.cr0 & (CR0_EM | CR0_TS)) && !(cpu->s.x87.sw & X87_ES) &&
           (cpu->s.x87.cw & X87_EXCEPTIONS) == X87_EXCEPTIONS;
}

static inline void note_insn(struct cpu *cpu, const struct uop *u)
{
    struct x87_state *x = &cpu->s.x87;

    x->fop = u->imm & 0x7ff;
    x->fip = uop_block(u)->insn_eip[u->nth];
    x->fcs = cpu->s.seg[SEG_CS].selector;
}

/* `p`: what was read or written, which the ring wants to know. */
static inline void note_memory_insn(struct cpu *cpu, const struct uop *u, unsigned kind,
                                    uint32_t address, const uint8_t *p, unsigned size)
{
    ring_note_access(cpu, kind, address, size, le_load(p, size < 4 ? size : 4));
    note_insn(cpu, u);
    cpu->s.x87.fdp = address;
    cpu->s.x87.fds = cpu->s.seg[u->imm >> 24 & 15].selector;
}

static inline unsigned detail(const struct uop *u)
{
    return u->imm >> 16 & 15;
}

static inline void pop(struct x87_state *x, const struct uop *u)
{
    for (unsigned n = u->imm >> 20 & 15; n > 0; n--)
        x87_pop(x);
}

/* ---- Arithmetic and compare
 * -------------------------------------------------------------------------
 */

WORK arith_registers(struct cpu *cpu, const struct uop *u)
{
    struct x87_state *x = &cpu->s.x87;
    struct x87_reg result;

    if (unlikely(!is_plain(cpu) || x87_empty(x, u->dst) || x87_empty(x, u->src)))
        return false;
    x87_note(cpu,
             X87_UNIT.arith[detail(u)][X87_F80](x, x87_st(x, u->dst), x87_st(x, u->src), &result),
             X87_C1);
    note_insn(cpu, u);
    x87_set(x, u->dst, &result);
    pop(x, u);
    return true;
}

UOP(x87_arith_st)
{
    if (unlikely(!arith_registers(cpu, u)))
        UOP_GIVE_UP;
    UOP_NEXT;
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
    x87_note(cpu, X87_UNIT.arith[detail(u)][format](x, x87_st(x, 0), p, &result), X87_C1);
    note_memory_insn(cpu, u, CPU_WATCH_READ, address, p, size);
    x87_set(x, 0, &result);
    return true;
}

WORK arith_m32(struct cpu *cpu, const struct uop *u)
{
    return arith_format(cpu, u, X87_F32, 4);
}

UOP(x87_arith_m32)
{
    if (unlikely(!arith_m32(cpu, u)))
        UOP_GIVE_UP;
    UOP_NEXT;
}

WORK arith_m64(struct cpu *cpu, const struct uop *u)
{
    return arith_format(cpu, u, X87_F64, 8);
}

UOP(x87_arith_m64)
{
    if (unlikely(!arith_m64(cpu, u)))
        UOP_GIVE_UP;
    UOP_NEXT;
}

WORK compare_registers(struct cpu *cpu, const struct uop *u)
{
    struct x87_state *x = &cpu->s.x87;

    if (unlikely(!is_plain(cpu) || x87_empty(x, 0) || x87_empty(x, u->src)))
        return false;
    x87_note(cpu, X87_UNIT.compare[X87_F80](x, x87_st(x, 0), x87_st(x, u->src)), X87_CC);
    note_insn(cpu, u);
    pop(x, u);
    return true;
}

UOP(x87_compare_st)
{
    if (unlikely(!compare_registers(cpu, u)))
        UOP_GIVE_UP;
    UOP_NEXT;
}

UOP(x87_fnstsw_ax)
{
    if (unlikely(cpu->s.cr0 & (CR0_EM | CR0_TS)))
        UOP_GIVE_UP;
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
    note_memory_insn(cpu, u, CPU_WATCH_READ, address, p, size);
    x87_push(x, &value);
    return true;
}

WORK load_m32(struct cpu *cpu, const struct uop *u)
{
    return load_format(cpu, u, X87_F32, 4);
}

UOP(x87_load_m32)
{
    if (unlikely(!load_m32(cpu, u)))
        UOP_GIVE_UP;
    UOP_NEXT;
}

WORK load_m64(struct cpu *cpu, const struct uop *u)
{
    return load_format(cpu, u, X87_F64, 8);
}

UOP(x87_load_m64)
{
    if (unlikely(!load_m64(cpu, u)))
        UOP_GIVE_UP;
    UOP_NEXT;
}

WORK load_integer(struct cpu *cpu, const struct uop *u)
{
    struct x87_state *x = &cpu->s.x87;
    uint32_t address = uop_address(cpu, u, UOP_SIB);
    const uint8_t *p = uop_readable(cpu, address, detail(u));
    struct x87_reg value;

    if (unlikely(!p || !may_push(cpu)))
        return false;
    x87_from_integer(x87_integer_of(p, detail(u)), &value);
    x87_note(cpu, 0, X87_C1);
    note_memory_insn(cpu, u, CPU_WATCH_READ, address, p, detail(u));
    x87_push(x, &value);
    return true;
}

UOP(x87_load_integer)
{
    if (unlikely(!load_integer(cpu, u)))
        UOP_GIVE_UP;
    UOP_NEXT;
}

WORK load_register(struct cpu *cpu, const struct uop *u)
{
    struct x87_state *x = &cpu->s.x87;
    struct x87_reg value;

    if (unlikely(!may_push(cpu) || x87_empty(x, u->src)))
        return false;
    value = *x87_st(x, u->src);
    x87_note(cpu, 0, X87_C1);
    note_insn(cpu, u);
    x87_push(x, &value);
    return true;
}

UOP(x87_load_st)
{
    if (unlikely(!load_register(cpu, u)))
        UOP_GIVE_UP;
    UOP_NEXT;
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
    note_memory_insn(cpu, u, CPU_WATCH_WRITE, address, p, size);
    pop(x, u);
    return true;
}

WORK store_m32(struct cpu *cpu, const struct uop *u)
{
    return store_format(cpu, u, X87_F32, 4);
}

UOP(x87_store_m32)
{
    if (unlikely(!store_m32(cpu, u)))
        UOP_GIVE_UP;
    UOP_NEXT;
}

WORK store_m64(struct cpu *cpu, const struct uop *u)
{
    return store_format(cpu, u, X87_F64, 8);
}

UOP(x87_store_m64)
{
    if (unlikely(!store_m64(cpu, u)))
        UOP_GIVE_UP;
    UOP_NEXT;
}

WORK store_register(struct cpu *cpu, const struct uop *u)
{
    struct x87_state *x = &cpu->s.x87;
    struct x87_reg value;

    if (unlikely(!is_plain(cpu) || x87_empty(x, 0)))
        return false;
    value = *x87_st(x, 0);
    x87_note(cpu, 0, X87_C1);
    note_insn(cpu, u);
    x87_set(x, u->dst, &value);
    pop(x, u);
    return true;
}

UOP(x87_store_st)
{
    if (unlikely(!store_register(cpu, u)))
        UOP_GIVE_UP;
    UOP_NEXT;
}

WORK exchange(struct cpu *cpu, const struct uop *u)
{
    struct x87_state *x = &cpu->s.x87;
    struct x87_reg top, other;

    if (unlikely(!is_plain(cpu) || x87_empty(x, 0) || x87_empty(x, u->dst)))
        return false;
    top = *x87_st(x, 0);
    other = *x87_st(x, u->dst);
    x87_note(cpu, 0, X87_C1);
    note_insn(cpu, u);
    x87_set(x, 0, &other);
    x87_set(x, u->dst, &top);
    return true;
}

UOP(x87_exchange)
{
    if (unlikely(!exchange(cpu, u)))
        UOP_GIVE_UP;
    UOP_NEXT;
}
