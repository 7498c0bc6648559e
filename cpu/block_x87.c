/* From x87 instructions to micro-operations: the translators that block_build.c hands over to. */
#include "cpu/block.h"
#include "cpu/uop_tables.h"
#include "cpu/x87.h"

/* How the handlers of one family differ. */
struct family {
    insn_fn *handler;
    uint8_t detail; /* enum x87_arith */
    uint8_t pops;
};

static const struct family arithmetic[] = {
    {exec_fadd, X87_ADD, 0},
    {exec_faddp, X87_ADD, 1},
    {exec_fmul, X87_MUL, 0},
    {exec_fmulp, X87_MUL, 1},
    {exec_fsub, X87_SUB, 0},
    {exec_fsubp, X87_SUB, 1},
    {exec_fsubr, X87_SUBR, 0},
    {exec_fsubrp, X87_SUBR, 1},
    {exec_fdiv, X87_DIV, 0},
    {exec_fdivp, X87_DIV, 1},
    {exec_fdivr, X87_DIVR, 0},
    {exec_fdivrp, X87_DIVR, 1},
    {NULL, 0, 0},
};

static const struct family compares[] = {
    {exec_fcom, 0, 0}, {exec_fcomp, 0, 1}, {exec_fcompp, 0, 2}, {NULL, 0, 0}};

static const struct family stores[] = {{exec_fst, 0, 0}, {exec_fstp, 0, 1}, {NULL, 0, 0}};

static const struct family *find(const struct family *table, insn_fn *handler)
{
    while (table->handler && table->handler != handler)
        table++;
    return table->handler ? table : NULL;
}

static uint32_t pack(const struct insn *in, unsigned detail, unsigned pops)
{
    return (in->opcode & 7u) << 8 | in->modrm | detail << 16 | pops << 20 | (uint32_t)in->seg << 24;
}

static uop_fn *by_width(unsigned size, uop_fn *m32, uop_fn *m64)
{
    return size == 4 ? m32 : size == 8 ? m64 : NULL;
}

/* What runs on the host's unit is preferred, where there is one. */
#ifdef X87_HAVE_HOST
#define HOST(name) uop_x87_host_##name
#define ARITH(f)   uop_x87_arith[(f)->detail]
#else
#define HOST(name) uop_x87_##name
#define ARITH(f)                                                                                   \
    (struct uop_x87_arith)                                                                         \
    {                                                                                              \
        {uop_x87_arith_st, uop_x87_arith_st}, uop_x87_arith_m32, uop_x87_arith_m64                 \
    }
#endif

static uop_fn *arith(const struct insn *in, const struct family *f, struct uop *u)
{
    u->imm = pack(in, f->detail, f->pops);
    if (in->op[1].kind == OPERAND_MEM)
        return by_width(in->op[1].size, ARITH(f).m32, ARITH(f).m64);
    u->dst = in->op[0].reg;
    u->src = in->op[1].reg;
    return ARITH(f).st[f->pops];
}

static uop_fn *compare(const struct insn *in, const struct family *f, struct uop *u)
{
    u->imm = pack(in, 0, f->pops);
    u->src = f->pops == 2 ? 1 : in->op[1].reg;
    return in->op[1].kind == OPERAND_MEM ? NULL : HOST(compare_st);
}

static uop_fn *store(const struct insn *in, const struct family *f, struct uop *u)
{
    u->imm = pack(in, 0, f->pops);
    if (in->op[0].kind == OPERAND_MEM)
        return by_width(in->op[0].size, HOST(store_m32), HOST(store_m64));
    u->dst = in->op[0].reg;
    return HOST(store_st);
}

static uop_fn *load(const struct insn *in, struct uop *u)
{
    u->imm = pack(in, 0, 0);
    if (in->op[0].kind == OPERAND_MEM)
        return by_width(in->op[0].size, HOST(load_m32), HOST(load_m64));
    u->src = in->op[0].reg;
    return HOST(load_st);
}

static uop_fn *load_integer(unsigned size)
{
#ifdef X87_HAVE_HOST
    return size == 2 ? uop_x87_host_load_i16
                     : by_width(size, uop_x87_host_load_i32, uop_x87_host_load_i64);
#else
    (void)size;
    return uop_x87_load_integer;
#endif
}

uop_fn *block_x87(const struct insn *in, struct uop *u)
{
    const struct family *f;

    if ((f = find(arithmetic, in->fn)))
        return arith(in, f, u);
    if ((f = find(compares, in->fn)))
        return compare(in, f, u);
    if ((f = find(stores, in->fn)))
        return store(in, f, u);
    if (in->fn == exec_fld)
        return load(in, u);
    u->imm = pack(in, in->op[0].size, 0);
    u->dst = in->op[0].reg;
    if (in->fn == exec_fild)
        return load_integer(in->op[0].size);
    if (in->fn == exec_fxch)
        return HOST(exchange);
    return in->fn == exec_fnstsw && in->op[0].kind == OPERAND_GPR ? HOST(fnstsw_ax) : NULL;
}
