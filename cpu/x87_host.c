/*
 * The arithmetic unit on x86 hosts: the host's x87 runs the guest's instruction on the guest's
 * operands under the guest's control word.
 *
 * The host's unit is found and left with an empty stack, all exceptions masked and X87_CW_DEFAULT,
 * which is what the System V ABI promises. Its exception flags are left as they come: clearing them
 * costs more than everything else here. So an operation runs at first on top of what is there, and
 * only when it leaves a flag that the guest has not noted already the flags are cleared and it runs
 * again. Masks are another matter: an exception must not come through from earlier, so flags are
 * cleared first. An unmasked exception of the operation itself would be reported at the host's next
 * waiting instruction; FNCLEX, which does not wait, takes it away before.
 */
#include "cpu/x87.h"

#ifdef X87_HAVE_HOST

#define CLOBBERS "st", "st(1)", "st(2)", "st(3)", "st(4)", "st(5)", "st(6)", "st(7)", "cc", "memory"

/* The operation's status word into AX, and any exception out of the way. */
#define TAKE_STATUS                                                                                \
    "fnstsw %%ax\n\t"                                                                              \
    "testb $0x80, %%al\n\t"                                                                        \
    "jz 1f\n\t"                                                                                    \
    "fnclex\n\t"                                                                                   \
    "1:\n\t"

static bool all_masked(const struct x87_state *x)
{
    return (x->cw & X87_EXCEPTIONS) == X87_EXCEPTIONS;
}

static void host_begin(const struct x87_state *x)
{
    if (!all_masked(x))
        __asm__ volatile("fnclex");
    if (x->cw != X87_CW_DEFAULT)
        __asm__ volatile("fldcw %0" : : "m"(x->cw));
}

/* Must it run again, so that its flags can be told from older ones? */
static bool host_again(const struct x87_state *x, uint16_t sw, bool *again)
{
    if (all_masked(x) && !*again && (sw & ~x->sw & X87_EXCEPTIONS)) {
        __asm__ volatile("fnclex");
        *again = true;
        return true;
    }
    if (x->cw != X87_CW_DEFAULT) {
        const uint16_t cw = X87_CW_DEFAULT;

        __asm__ volatile("fldcw %0" : : "m"(cw));
    }
    return false;
}

#define HOST_RUN(...)                                                                              \
    uint16_t sw;                                                                                   \
    bool again = false;                                                                            \
                                                                                                   \
    host_begin(x);                                                                                 \
    do                                                                                             \
        __asm__ volatile(__VA_ARGS__);                                                             \
    while (host_again(x, sw, &again));                                                             \
    return sw & (X87_EXCEPTIONS | X87_CC)

/* ---- Arithmetic ----------------------------------------------------------------------------- */

/* An operand of 80 bits is loaded and popped again, the others are taken from memory. */
#define ARITH_F80(name, insn)                                                                      \
    static uint16_t name(const struct x87_state *x, const struct x87_reg *a, const void *b,        \
                         struct x87_reg *r)                                                        \
    {                                                                                              \
        HOST_RUN("fldt %3\n\tfldt %2\n\t" insn " %%st(1), %%st\n\t" TAKE_STATUS                    \
                 "fstpt %1\n\tfstp %%st(0)"                                                        \
                 : "=&a"(sw), "=m"(*r)                                                             \
                 : "m"(*a), "m"(*(const struct x87_reg *)b)                                        \
                 : CLOBBERS);                                                                      \
    }

#define ARITH_MEM(name, insn, type)                                                                \
    static uint16_t name(const struct x87_state *x, const struct x87_reg *a, const void *b,        \
                         struct x87_reg *r)                                                        \
    {                                                                                              \
        HOST_RUN("fldt %2\n\t" insn " %3\n\t" TAKE_STATUS "fstpt %1"                               \
                 : "=&a"(sw), "=m"(*r)                                                             \
                 : "m"(*a), "m"(*(const type *)b)                                                  \
                 : CLOBBERS);                                                                      \
    }

#define ARITH(name)                                                                                \
    ARITH_F80(host_##name##_f80, "f" #name)                                                        \
    ARITH_MEM(host_##name##_f32, "f" #name "s", uint32_t)                                          \
    ARITH_MEM(host_##name##_f64, "f" #name "l", uint64_t)

ARITH(add)
ARITH(mul)
ARITH(sub)
ARITH(subr)
ARITH(div)
ARITH(divr)

/* ---- Compares ------------------------------------------------------------------------------- */

#define COMPARE_F80(name, insn)                                                                    \
    static uint16_t name(const struct x87_state *x, const struct x87_reg *a, const void *b)        \
    {                                                                                              \
        HOST_RUN("fldt %2\n\tfldt %1\n\t" insn " %%st(1)\n\t" TAKE_STATUS                          \
                 "fstp %%st(0)\n\tfstp %%st(0)"                                                    \
                 : "=&a"(sw)                                                                       \
                 : "m"(*a), "m"(*(const struct x87_reg *)b)                                        \
                 : CLOBBERS);                                                                      \
    }

#define COMPARE_MEM(name, insn, type)                                                              \
    static uint16_t name(const struct x87_state *x, const struct x87_reg *a, const void *b)        \
    {                                                                                              \
        HOST_RUN("fldt %1\n\t" insn " %2\n\t" TAKE_STATUS "fstp %%st(0)"                           \
                 : "=&a"(sw)                                                                       \
                 : "m"(*a), "m"(*(const type *)b)                                                  \
                 : CLOBBERS);                                                                      \
    }

COMPARE_F80(host_com_f80, "fcom")
COMPARE_F80(host_ucom_f80, "fucom")
COMPARE_MEM(host_com_f32, "fcoms", uint32_t)
COMPARE_MEM(host_com_f64, "fcoml", uint64_t)

/* ---- Functions ------------------------------------------------------------------------------ */

#define UNARY(name)                                                                                \
    static uint16_t host_##name(const struct x87_state *x, const struct x87_reg *a,                \
                                const struct x87_reg *b, struct x87_reg r[2])                      \
    {                                                                                              \
        (void)b;                                                                                   \
        HOST_RUN("fldt %2\n\tf" #name "\n\t" TAKE_STATUS "fstpt %1"                                \
                 : "=&a"(sw), "=m"(*r)                                                             \
                 : "m"(*a)                                                                         \
                 : CLOBBERS);                                                                      \
    }

/* ST(0) becomes a function of ST(0) and ST(1). */
#define BINARY(name)                                                                               \
    static uint16_t host_##name(const struct x87_state *x, const struct x87_reg *a,                \
                                const struct x87_reg *b, struct x87_reg r[2])                      \
    {                                                                                              \
        HOST_RUN("fldt %3\n\tfldt %2\n\tf" #name "\n\t" TAKE_STATUS "fstpt %1\n\tfstp %%st(0)"     \
                 : "=&a"(sw), "=m"(*r)                                                             \
                 : "m"(*a), "m"(*b)                                                                \
                 : CLOBBERS);                                                                      \
    }

/* ST(1) does, and ST(0) is popped; both are still there if an exception forbids it. */
#define BINARY_POP(name)                                                                           \
    static uint16_t host_##name(const struct x87_state *x, const struct x87_reg *a,                \
                                const struct x87_reg *b, struct x87_reg r[2])                      \
    {                                                                                              \
        HOST_RUN("fldt %3\n\tfldt %2\n\tf" #name "\n\t" TAKE_STATUS "fstpt %1\n\t"                 \
                 "testb $0x08, %%ah\n\tjnz 2f\n\tfstp %%st(0)\n\t2:"                               \
                 : "=&a"(sw), "=m"(*r)                                                             \
                 : "m"(*a), "m"(*b)                                                                \
                 : CLOBBERS);                                                                      \
    }

/* Pushes a second result, unless an exception or a too large operand forbids it: TOP tells. */
#define PUSHING(name)                                                                              \
    static uint16_t host_##name(const struct x87_state *x, const struct x87_reg *a,                \
                                const struct x87_reg *b, struct x87_reg r[2])                      \
    {                                                                                              \
        (void)b;                                                                                   \
        HOST_RUN("fldt %3\n\tf" #name "\n\t" TAKE_STATUS "fstpt %1\n\t"                            \
                 "testb $0x08, %%ah\n\tjnz 2f\n\tfstpt %2\n\t2:"                                   \
                 : "=&a"(sw), "=m"(r[0]), "=m"(r[1])                                               \
                 : "m"(*a)                                                                         \
                 : CLOBBERS);                                                                      \
    }

UNARY(sqrt)
UNARY(rndint)
UNARY(2xm1)
UNARY(sin)
UNARY(cos)
BINARY(scale)
BINARY(prem)
BINARY(prem1)
BINARY_POP(yl2x)
BINARY_POP(yl2xp1)
BINARY_POP(patan)
PUSHING(sincos)
PUSHING(ptan)
PUSHING(xtract)

/* ---- Loads and stores ----------------------------------------------------------------------- */

/* A load is exact, so the guest's control word does not matter; with everything masked there is
 * always a result to take off the stack. */
#define LOAD(name, insn, type)                                                                     \
    static uint16_t name(const struct x87_state *x, const void *from, struct x87_reg *r)           \
    {                                                                                              \
        const struct x87_state masked = {.cw = X87_CW_DEFAULT, .sw = all_masked(x) ? x->sw : 0};   \
                                                                                                   \
        x = &masked;                                                                               \
        HOST_RUN(insn " %2\n\t" TAKE_STATUS "fstpt %1"                                             \
                 : "=&a"(sw), "=m"(*r)                                                             \
                 : "m"(*(const type *)from)                                                        \
                 : CLOBBERS);                                                                      \
    }

LOAD(host_load_f32, "flds", uint32_t)
LOAD(host_load_f64, "fldl", uint64_t)

/* The popping forms: one for every format. TOP is 0 again where the store took place. */
#define STORE(name, insn, type)                                                                    \
    static uint16_t name(const struct x87_state *x, const struct x87_reg *a, void *to)             \
    {                                                                                              \
        HOST_RUN("fldt %2\n\t" insn " %1\n\t" TAKE_STATUS                                          \
                 "testb $0x38, %%ah\n\tjz 2f\n\tfstp %%st(0)\n\t2:"                                \
                 : "=&a"(sw), "+m"(*(type *)to)                                                    \
                 : "m"(*a)                                                                         \
                 : CLOBBERS);                                                                      \
    }

struct bcd {
    uint8_t bytes[10];
};

STORE(host_store_f32, "fstps", uint32_t)
STORE(host_store_f64, "fstpl", uint64_t)
STORE(host_store_i16, "fistps", uint16_t)
STORE(host_store_i32, "fistpl", uint32_t)
STORE(host_store_i64, "fistpll", uint64_t)
STORE(host_store_bcd, "fbstp", struct bcd)

const struct x87_unit x87_host_unit = X87_UNIT_TABLE(host);

#endif
