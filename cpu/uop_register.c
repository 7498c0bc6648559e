/*
 * The most frequent micro-operations on 32-bit registers once more, a function for each register or
 * pair of registers. With the registers built in they load nothing but their operands.
 */
#include "cpu/uop.h"
#include "cpu/uop_tables.h"

#define FOR_EACH_REG(X, ...)                                                                       \
    X(0, __VA_ARGS__)                                                                              \
    X(1, __VA_ARGS__)                                                                              \
    X(2, __VA_ARGS__)                                                                              \
    X(3, __VA_ARGS__)                                                                              \
    X(4, __VA_ARGS__)                                                                              \
    X(5, __VA_ARGS__)                                                                              \
    X(6, __VA_ARGS__)                                                                              \
    X(7, __VA_ARGS__)

/* The same for the other register of a pair: a macro does not expand inside itself. */
#define FOR_EACH_OTHER(X, ...)                                                                     \
    X(0, __VA_ARGS__)                                                                              \
    X(1, __VA_ARGS__)                                                                              \
    X(2, __VA_ARGS__)                                                                              \
    X(3, __VA_ARGS__)                                                                              \
    X(4, __VA_ARGS__)                                                                              \
    X(5, __VA_ARGS__)                                                                              \
    X(6, __VA_ARGS__)                                                                              \
    X(7, __VA_ARGS__)

#define BY_REG(name)                                                                               \
    {                                                                                              \
        uop_##name##_0, uop_##name##_1, uop_##name##_2, uop_##name##_3, uop_##name##_4,            \
            uop_##name##_5, uop_##name##_6, uop_##name##_7                                         \
    }
#define BY_PAIR(name)                                                                              \
    {                                                                                              \
        BY_REG(name##_0), BY_REG(name##_1), BY_REG(name##_2), BY_REG(name##_3), BY_REG(name##_4),  \
            BY_REG(name##_5), BY_REG(name##_6), BY_REG(name##_7)                                   \
    }

/* ---- Operations: `a` is the register that the result goes to, `b` the second operand ----- */

#define OPERATION(to, name, second, result)                                                        \
    UOP_LOCAL(name##_##to)                                                                         \
    {                                                                                              \
        __attribute__((unused)) uint32_t a = cpu->s.gpr[to], b = second;                           \
        cpu->s.gpr[to] = result;                                                                   \
        UOP_NEXT;                                                                                  \
    }
#define OPERATION_PAIR(from, to, name, result)                                                     \
    OPERATION(to, name##_##from, cpu->s.gpr[from], result)
#define OPERATION_PAIRS(to, name, result) FOR_EACH_OTHER(OPERATION_PAIR, to, name, result)

#define UNARY(name, result)                                                                        \
    FOR_EACH_REG(OPERATION, name, u->imm, result)                                                  \
    static uop_fn *const name[] = BY_REG(name);
#define BINARY(name, result)                                                                       \
    UNARY(name##_ri, result)                                                                       \
    FOR_EACH_REG(OPERATION_PAIRS, name##_rr, result)                                               \
    static uop_fn *const name##_rr[][GPR_COUNT] = BY_PAIR(name##_rr);

BINARY(mov, b)
BINARY(add, lazy_add(&cpu->lazy, a, b, 32))
BINARY(or, lazy_or(&cpu->lazy, a, b, 32))
BINARY(and, lazy_and(&cpu->lazy, a, b, 32))
BINARY(sub, lazy_sub(&cpu->lazy, a, b, 32))
BINARY(xor, lazy_xor(&cpu->lazy, a, b, 32))
BINARY(quiet_add, a + b)
BINARY(quiet_or, a | b)
BINARY(quiet_and, a &b)
BINARY(quiet_sub, a - b)
BINARY(quiet_xor, a ^ b)
UNARY(inc, lazy_inc(&cpu->lazy, a, 32))
UNARY(dec, lazy_dec(&cpu->lazy, a, 32))
UNARY(quiet_inc, a + 1)
UNARY(quiet_dec, a - 1)
UNARY(quiet_shl, a << b)
UNARY(quiet_shr, a >> b)
UNARY(quiet_sar, (uint32_t)((int32_t)a >> b))

/* ---- Which stands for which -------------------------------------------------------------- */

/* Of the second operand's register (or none), then of the first's. */
#define ROW_RR(general, name) {&(general), name##_rr, NULL},
#define ROW_R(general, name)  {&(general), NULL, name},
#define ROWS(forms, name)     ROW_RR((forms).form[UOP_RR], name) ROW_R((forms).form[UOP_RI], name##_ri)

/* clang-format off */
static const struct {
    uop_fn *const *general;
    uop_fn *const (*pair)[GPR_COUNT];
    uop_fn *const *single;
} rows[] = {
    ROWS(uop_mov[UOP_SIZE_32], mov)
    ROWS(uop_quiet_binary[UOP_ADD], quiet_add)
    ROWS(uop_quiet_binary[UOP_OR], quiet_or)
    ROWS(uop_quiet_binary[UOP_AND], quiet_and)
    ROWS(uop_quiet_binary[UOP_SUB], quiet_sub)
    ROWS(uop_quiet_binary[UOP_XOR], quiet_xor)
    ROWS(uop_binary[UOP_ADD][UOP_SIZE_32], add)
    ROWS(uop_binary[UOP_OR][UOP_SIZE_32], or)
    ROWS(uop_binary[UOP_AND][UOP_SIZE_32], and)
    ROWS(uop_binary[UOP_SUB][UOP_SIZE_32], sub)
    ROWS(uop_binary[UOP_XOR][UOP_SIZE_32], xor)
    ROW_R(uop_unary[UOP_INC][UOP_SIZE_32].r, inc)
    ROW_R(uop_unary[UOP_DEC][UOP_SIZE_32].r, dec)
    ROW_R(uop_quiet_unary[UOP_INC], quiet_inc)
    ROW_R(uop_quiet_unary[UOP_DEC], quiet_dec)
    ROW_R(uop_quiet_shift[UOP_SHL], quiet_shl)
    ROW_R(uop_quiet_shift[UOP_SHR], quiet_shr)
    ROW_R(uop_quiet_shift[UOP_SAR], quiet_sar)
};
/* clang-format on */

uop_fn *uop_with_registers(const struct uop *u)
{
    bool in_place = u->base == u->dst || u->base == INSN_NO_REG; /* no MOV was taken in */

    for (unsigned i = 0; in_place && i < sizeof(rows) / sizeof(rows[0]); i++)
        if (u->fn == *rows[i].general)
            return rows[i].pair ? rows[i].pair[u->src][u->dst] : rows[i].single[u->dst];
    return u->fn;
}
