/*
 * From decoded instructions to micro-operations.
 *
 * Each handler has at most one translator, found by the handler. A translator answers false where
 * it has no micro-operation for these operands; the instruction then becomes a call of its handler,
 * which is always right.
 */
#include "cpu/block.h"
#include "cpu/block_ring.h"
#include "cpu/cpu_internal.h"
#include "cpu/uop.h"
#include "cpu/uop_tables.h"

struct builder {
    const struct cpu *cpu;
    struct block_draft *draft;
    bool ended;          /* the last micro-operation leaves the block */
    unsigned unrecorded; /* the last instructions that the ring does not have yet */
};

/* ---- Operands ----------------------------------------------------------------------------------
 */

static bool is_reg(const struct operand *op)
{
    return op->kind == OPERAND_GPR;
}

/* Memory that micro-operations can address. */
static bool is_memory(const struct insn *in, const struct operand *op)
{
    return op->kind == OPERAND_MEM && in->addrsize == 4 &&
           (in->seg == SEG_DS || in->seg == SEG_SS || in->seg == SEG_ES);
}

/* A register as struct uop wants it: a byte offset for 8-bit registers. */
static uint8_t reg_field(const struct operand *op)
{
    return op->size == 1 ? (op->reg & 3) * 4 + (op->reg >> 2) : op->reg;
}

static uint32_t cut(uint32_t value, unsigned size)
{
    return value & 0xffffffffu >> (32 - 8 * size);
}

static unsigned address_form(const struct insn *in)
{
    return in->index == INSN_NO_REG ? UOP_BASE : UOP_SIB;
}

static void set_memory(struct uop *u, const struct insn *in)
{
    u->base = in->base;
    u->index = in->index;
    u->scale = in->scale;
    u->disp = in->disp;
}

/* ---- Emitting ----------------------------------------------------------------------------------
 */

static struct uop *emit(struct builder *b, uop_fn *fn)
{
    struct block_draft *d = b->draft;
    struct uop *u = &d->uop[d->nuops];

    *u = (struct uop){
        .fn = fn,
        .nth = (uint8_t)(d->ninsn - 1),
        .place = (uint16_t)d->nuops,
        .base = INSN_NO_REG,
        .index = INSN_NO_REG,
    };
    d->nuops++;
    return u;
}

static void emit_end(struct builder *b, uint32_t exit0, uint32_t exit1, unsigned nexits)
{
    b->draft->exit_eip[0] = exit0;
    b->draft->exit_eip[1] = exit1;
    b->draft->nexits = nexits;
    b->ended = true;
}

static uint32_t following(const struct block_insn *bi)
{
    return bi->eip + bi->in.length;
}

/* ---- Translators --------------------------------------------------------------------------------
 */

typedef bool translate_fn(struct builder *b, const struct block_insn *bi, unsigned arg);

static bool binary_forms(struct builder *b, const struct insn *in, const struct uop_binary *forms)
{
    const struct operand *to = &in->op[0], *from = &in->op[1];
    struct uop *u;

    if (is_reg(to) && is_reg(from)) {
        u = emit(b, forms->rr);
        u->src = reg_field(from);
    } else if (is_reg(to) && from->kind == OPERAND_IMM) {
        u = emit(b, forms->ri);
        u->imm = cut(in->imm, to->size);
    } else if (is_reg(to) && is_memory(in, from)) {
        u = emit(b, forms->rm[address_form(in)]);
        set_memory(u, in);
    } else if (is_memory(in, to) && is_reg(from)) {
        u = emit(b, forms->mr[address_form(in)]);
        u->src = reg_field(from);
        set_memory(u, in);
    } else if (is_memory(in, to) && from->kind == OPERAND_IMM) {
        u = emit(b, forms->mi[address_form(in)]);
        u->imm = cut(in->imm, to->size);
        set_memory(u, in);
    } else {
        return false;
    }
    u->dst = reg_field(to);
    return true;
}

static bool binary(struct builder *b, const struct block_insn *bi, unsigned op)
{
    return binary_forms(b, &bi->in, &uop_binary[op][uop_size(bi->in.op[0].size)]);
}

static bool unary(struct builder *b, const struct block_insn *bi, unsigned op)
{
    const struct operand *to = &bi->in.op[0];
    const struct uop_unary *forms = &uop_unary[op][uop_size(to->size)];

    if (is_reg(to))
        emit(b, forms->r)->dst = reg_field(to);
    else if (is_memory(&bi->in, to))
        set_memory(emit(b, forms->m[address_form(&bi->in)]), &bi->in);
    else
        return false;
    return true;
}

static bool extend(struct builder *b, const struct insn *in, const struct uop_extend *table)
{
    const struct operand *to = &in->op[0], *from = &in->op[1];
    const struct uop_extend *forms = &table[uop_size(from->size)];
    struct uop *u;

    if (to->size != 4 || from->size == 4)
        return false;
    if (is_reg(from)) {
        u = emit(b, forms->r);
        u->src = reg_field(from);
    } else if (is_memory(in, from)) {
        u = emit(b, forms->m[address_form(in)]);
        set_memory(u, in);
    } else {
        return false;
    }
    u->dst = to->reg;
    return true;
}

/* MOV, and MOVZX, which is a MOV from a smaller operand. */
static bool mov(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    const struct insn *in = &bi->in;

    (void)arg;
    if (in->op[1].kind != OPERAND_IMM && in->op[0].size != in->op[1].size)
        return extend(b, in, uop_movzx);
    return binary_forms(b, in, &uop_mov[uop_size(in->op[0].size)]);
}

static bool movsx(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    (void)arg;
    return extend(b, &bi->in, uop_movsx);
}

static bool lea(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    const struct insn *in = &bi->in;
    struct uop *u;

    (void)arg;
    if (in->opsize != 4 || in->addrsize != 4)
        return false;
    u = emit(b, address_form(in) == UOP_BASE ? uop_lea_base : uop_lea_sib);
    u->dst = in->op[0].reg;
    set_memory(u, in);
    return true;
}

static bool xchg(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    const struct operand *op = bi->in.op;
    struct uop *u;

    (void)arg;
    if (!is_reg(&op[0]) || !is_reg(&op[1]) || op[0].size != 4)
        return false;
    u = emit(b, uop_xchg_rr);
    u->dst = op[0].reg;
    u->src = op[1].reg;
    return true;
}

/* Instructions without operands, in their 32-bit form. */
static bool plain32(struct builder *b, const struct block_insn *bi, uop_fn *fn)
{
    if (bi->in.opsize != 4)
        return false;
    emit(b, fn);
    return true;
}

static bool cdq(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    (void)arg;
    return plain32(b, bi, uop_cdq);
}

static bool cwde(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    (void)arg;
    return plain32(b, bi, uop_cwde);
}

static bool nop(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    (void)arg;
    (void)bi;
    emit(b, uop_nop);
    return true;
}

static bool bswap(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    (void)arg;
    if (bi->in.opsize != 4)
        return false;
    emit(b, uop_bswap_r)->dst = bi->in.op[0].reg;
    return true;
}

/* A 386 has undefined flags of its own after shifts: its handlers know them. */
static bool shift(struct builder *b, const struct block_insn *bi, unsigned op)
{
    const struct operand *to = &bi->in.op[0], *count = &bi->in.op[1];
    unsigned n = bi->in.imm & 31;
    struct uop *u;

    if (!is_reg(to) || to->size != 4 || b->cpu->model.level == CPU_386)
        return false;
    if (is_reg(count)) {
        u = emit(b, uop_shift[op].by_cl);
    } else if (n != 0) {
        u = emit(b, uop_shift[op].by_imm);
        u->imm = n;
    } else {
        return nop(b, bi, 0);
    }
    u->dst = to->reg;
    return true;
}

static bool double_shift(struct builder *b, const struct block_insn *bi, uop_fn *by_imm,
                         uop_fn *by_cl)
{
    const struct operand *op = bi->in.op;
    bool imm = op[2].kind == OPERAND_IMM;
    struct uop *u;

    if (!is_reg(&op[0]) || op[0].size != 4 || (imm && (bi->in.imm & 31) == 0) ||
        b->cpu->model.level == CPU_386)
        return false;
    u = emit(b, imm ? by_imm : by_cl);
    u->dst = op[0].reg;
    u->src = op[1].reg;
    u->imm = bi->in.imm & 31;
    return true;
}

static bool shld(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    (void)arg;
    return double_shift(b, bi, uop_shld_rr, uop_shld_rc);
}

static bool shrd(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    (void)arg;
    return double_shift(b, bi, uop_shrd_rr, uop_shrd_rc);
}

static bool imul_truncating(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    const struct operand *op = bi->in.op;
    struct uop *u;

    (void)arg;
    if (op[0].size != 4)
        return false;
    if (op[2].kind == OPERAND_IMM && is_reg(&op[1])) {
        u = emit(b, uop_imul_rri);
        u->imm = bi->in.imm;
    } else if (op[2].kind == OPERAND_IMM && is_memory(&bi->in, &op[1])) {
        u = emit(b, uop_imul_rmi);
        u->imm = bi->in.imm;
        set_memory(u, &bi->in);
    } else if (op[2].kind == OPERAND_NONE && is_reg(&op[1])) {
        u = emit(b, uop_imul_rr);
    } else if (op[2].kind == OPERAND_NONE && is_memory(&bi->in, &op[1])) {
        u = emit(b, uop_imul_rm);
        set_memory(u, &bi->in);
    } else {
        return false;
    }
    u->dst = op[0].reg;
    u->src = op[1].reg;
    return true;
}

enum wide_op { WIDE_MUL, WIDE_IMUL, WIDE_DIV, WIDE_IDIV };

static bool wide(struct builder *b, const struct block_insn *bi, unsigned op)
{
    static uop_fn *const fn[] = {
        [WIDE_MUL] = uop_mul_r,
        [WIDE_IMUL] = uop_imul_r,
        [WIDE_DIV] = uop_div_r,
        [WIDE_IDIV] = uop_idiv_r,
    };
    const struct operand *by = &bi->in.op[0];

    if (by->size != 4)
        return false;
    if (is_reg(by))
        emit(b, fn[op])->dst = by->reg;
    else if (op == WIDE_MUL && is_memory(&bi->in, by))
        set_memory(emit(b, uop_mul_m), &bi->in);
    else
        return false;
    return true;
}

static bool setcc(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    const struct operand *to = &bi->in.op[0];

    (void)arg;
    if (!is_reg(to))
        return false;
    emit(b, uop_setcc[bi->in.opcode & 15])->dst = reg_field(to);
    return true;
}

static bool cmovcc(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    const struct operand *op = bi->in.op;
    struct uop *u;

    (void)arg;
    if (!is_reg(&op[1]) || op[0].size != 4)
        return false;
    u = emit(b, uop_cmovcc[bi->in.opcode & 15]);
    u->dst = op[0].reg;
    u->src = op[1].reg;
    return true;
}

static bool push(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    const struct operand *op = &bi->in.op[0];

    (void)arg;
    if (bi->in.opsize != 4)
        return false;
    if (is_reg(op))
        emit(b, uop_push_r)->src = op->reg;
    else if (op->kind == OPERAND_IMM)
        emit(b, uop_push_i)->imm = bi->in.imm;
    else if (is_memory(&bi->in, op))
        set_memory(emit(b, uop_push_m), &bi->in);
    else
        return false;
    return true;
}

static bool pop(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    (void)arg;
    if (bi->in.opsize != 4 || !is_reg(&bi->in.op[0]))
        return false;
    emit(b, uop_pop_r)->dst = bi->in.op[0].reg;
    return true;
}

static bool leave(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    (void)arg;
    return plain32(b, bi, uop_leave_frame);
}

static bool is_hooked(const struct cpu *cpu, uint32_t eip)
{
    return cpu->exec_hooks && cpu->hooks.exec && hooks_exec_hit(cpu, eip);
}

/* MOVS and STOS with REP; `op[0]` is ES:EDI. A hook is called before each iteration, which leaves
 * nothing to do in bulk. */
static bool rep_string(struct builder *b, const struct block_insn *bi, uop_fn *const *table)
{
    if (!bi->in.rep || bi->in.addrsize != 4 || is_hooked(b->cpu, bi->eip))
        return false;
    emit(b, table[uop_size(bi->in.op[0].size)]);
    return true;
}

static bool movs(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    (void)arg;
    return bi->in.seg == SEG_DS && rep_string(b, bi, uop_rep_movs);
}

static bool stos(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    (void)arg;
    return rep_string(b, bi, uop_rep_stos);
}

/* ---- Transfers: they end the block --------------------------------------------------------------
 */

static bool jcc(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    uint32_t next = following(bi);

    (void)arg;
    if (bi->in.opsize != 4)
        return false;
    emit(b, uop_jcc[bi->in.opcode & 15]);
    emit_end(b, next + bi->in.imm, next, 2);
    return true;
}

/* JMP and CALL: relative, through a register, through memory. */
static bool transfer(struct builder *b, const struct block_insn *bi, uop_fn *direct,
                     uop_fn *by_register, uop_fn *by_memory)
{
    const struct operand *op = &bi->in.op[0];
    struct uop *u;

    if (bi->in.opsize != 4)
        return false;
    if (op->kind == OPERAND_REL) {
        u = emit(b, direct);
        emit_end(b, following(bi) + bi->in.imm, 0, 1);
    } else if (is_reg(op) || is_memory(&bi->in, op)) {
        u = emit(b, is_reg(op) ? by_register : by_memory);
        u->src = op->reg;
        if (!is_reg(op))
            set_memory(u, &bi->in);
        emit_end(b, 0, 0, 0);
    } else {
        return false;
    }
    u->imm = following(bi);
    return true;
}

static bool jmp(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    (void)arg;
    return transfer(b, bi, uop_jmp, uop_jmp_r, uop_jmp_m);
}

static bool call(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    (void)arg;
    return transfer(b, bi, uop_call, uop_call_r, uop_call_m);
}

static bool ret(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    (void)arg;
    if (bi->in.opsize != 4)
        return false;
    if (bi->in.op[0].kind == OPERAND_IMM)
        emit(b, uop_ret_i)->imm = bi->in.imm;
    else
        emit(b, uop_ret);
    emit_end(b, 0, 0, 0);
    return true;
}

/* ---- Traps, segments, flags
 * ----------------------------------------------------------------------
 */

static bool int_n(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    struct uop *u = emit(b, uop_int_n);

    (void)arg;
    u->src = (uint8_t)bi->in.imm;
    u->imm = following(bi);
    emit_end(b, 0, 0, 0);
    return true;
}

static bool iret(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    (void)arg;
    if (!plain32(b, bi, uop_iret))
        return false;
    emit_end(b, 0, 0, 0);
    return true;
}

static bool mov_to_sreg(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    const struct operand *op = bi->in.op;
    struct uop *u;

    (void)arg;
    if (op[0].reg == SEG_SS || !is_reg(&op[1]))
        return false;
    u = emit(b, uop_mov_sreg_r);
    u->dst = op[0].reg;
    u->src = op[1].reg;
    return true;
}

static bool mov_from_sreg(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    const struct operand *op = bi->in.op;
    struct uop *u;

    (void)arg;
    if (!is_reg(&op[0]) || op[0].size != 4)
        return false;
    u = emit(b, uop_mov_r_sreg);
    u->dst = op[0].reg;
    u->src = op[1].reg;
    return true;
}

static bool pop_sreg(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    (void)arg;
    if (bi->in.opsize != 4 || bi->in.op[0].reg == SEG_SS)
        return false;
    emit(b, uop_pop_sreg)->dst = bi->in.op[0].reg;
    return true;
}

static bool push_sreg(struct builder *b, const struct block_insn *bi, unsigned arg)
{
    (void)arg;
    if (bi->in.opsize != 4)
        return false;
    emit(b, uop_push_sreg)->src = bi->in.op[0].reg;
    return true;
}

/* Instructions without operands that one micro-operation stands for, in their 32-bit form. */
enum plain_op { PLAIN_PUSHF, PLAIN_PUSHA, PLAIN_POPA, PLAIN_CLI, PLAIN_CLD, PLAIN_STD };

static bool plain(struct builder *b, const struct block_insn *bi, unsigned op)
{
    static uop_fn *const fn[] = {
        [PLAIN_PUSHF] = uop_pushf, [PLAIN_PUSHA] = uop_pusha, [PLAIN_POPA] = uop_popa,
        [PLAIN_CLI] = uop_cli,     [PLAIN_CLD] = uop_cld,     [PLAIN_STD] = uop_std,
    };

    return plain32(b, bi, fn[op]);
}

/* ---- Which handler has which translator
 * ---------------------------------------------------------- */

static const struct {
    insn_fn *handler;
    translate_fn *translate;
    unsigned arg;
} translators[] = {
    {exec_add, binary, UOP_ADD},
    {exec_or, binary, UOP_OR},
    {exec_adc, binary, UOP_ADC},
    {exec_sbb, binary, UOP_SBB},
    {exec_and, binary, UOP_AND},
    {exec_sub, binary, UOP_SUB},
    {exec_xor, binary, UOP_XOR},
    {exec_cmp, binary, UOP_CMP},
    {exec_test, binary, UOP_TEST},
    {exec_inc, unary, UOP_INC},
    {exec_dec, unary, UOP_DEC},
    {exec_neg, unary, UOP_NEG},
    {exec_not, unary, UOP_NOT},
    {exec_mov, mov, 0},
    {exec_movsx, movsx, 0},
    {exec_lea, lea, 0},
    {exec_xchg, xchg, 0},
    {exec_cwd, cdq, 0},
    {exec_cbw, cwde, 0},
    {exec_nop, nop, 0},
    {exec_bswap, bswap, 0},
    {exec_shl, shift, UOP_SHL},
    {exec_shr, shift, UOP_SHR},
    {exec_sar, shift, UOP_SAR},
    {exec_rol, shift, UOP_ROL},
    {exec_ror, shift, UOP_ROR},
    {exec_shld, shld, 0},
    {exec_shrd, shrd, 0},
    {exec_imul_truncating, imul_truncating, 0},
    {exec_mul, wide, WIDE_MUL},
    {exec_imul, wide, WIDE_IMUL},
    {exec_div, wide, WIDE_DIV},
    {exec_idiv, wide, WIDE_IDIV},
    {exec_setcc, setcc, 0},
    {exec_cmovcc, cmovcc, 0},
    {exec_push, push, 0},
    {exec_pop, pop, 0},
    {exec_leave, leave, 0},
    {exec_movs, movs, 0},
    {exec_stos, stos, 0},
    {exec_jcc, jcc, 0},
    {exec_jmp, jmp, 0},
    {exec_call, call, 0},
    {exec_ret, ret, 0},
    {exec_int, int_n, 0},
    {exec_iret, iret, 0},
    {exec_mov_to_sreg, mov_to_sreg, 0},
    {exec_mov_from_sreg, mov_from_sreg, 0},
    {exec_pop_sreg, pop_sreg, 0},
    {exec_push_sreg, push_sreg, 0},
    {exec_pushf, plain, PLAIN_PUSHF},
    {exec_pusha, plain, PLAIN_PUSHA},
    {exec_popa, plain, PLAIN_POPA},
    {exec_cli, plain, PLAIN_CLI},
    {exec_cld, plain, PLAIN_CLD},
    {exec_std, plain, PLAIN_STD},
};

/* A memory operand is the first or the second. */
static bool translate_x87(struct builder *b, const struct block_insn *bi)
{
    const struct insn *in = &bi->in;
    bool memory = in->op[0].kind == OPERAND_MEM || in->op[1].kind == OPERAND_MEM;
    struct uop draft = {0};
    uop_fn *fn = block_x87(in, &draft);
    struct uop *u;

    if (!fn || !(b->cpu->model.features & CPU_FEAT_FPU) ||
        (memory && !is_memory(in, &in->op[in->op[0].kind != OPERAND_MEM])))
        return false;
    u = emit(b, fn);
    u->dst = draft.dst;
    u->src = draft.src;
    u->imm = draft.imm;
    if (memory)
        set_memory(u, in);
    return true;
}

static bool translate(struct builder *b, const struct block_insn *bi)
{
    for (unsigned i = 0; i < sizeof(translators) / sizeof(translators[0]); i++)
        if (translators[i].handler == bi->in.fn)
            return translators[i].translate(b, bi, translators[i].arg);
    return (insn_rows[bi->in.id].attrs & ATTR_X87) && translate_x87(b, bi);
}

/* Loads a segment register, so that the block's flat world may be over. */
static bool loads_segment(const struct insn *in)
{
    return in->fn == exec_mov_to_sreg || in->fn == exec_pop_sreg || in->fn == exec_load_far;
}

/* SS holds interrupts back, which is for the run loop. */
static bool loads_stack(const struct insn *in)
{
    return in->fn == exec_load_far || in->op[0].reg == SEG_SS;
}

static uop_fn *handler_kind(const struct insn *in)
{
    enum { LEAVES = ATTR_JUMP | ATTR_END | ATTR_PRIV | ATTR_IO };

    if (loads_segment(in))
        return loads_stack(in) ? uop_handler_last : uop_handler_segment;
    return insn_rows[in->id].attrs & LEAVES ? uop_handler_last : uop_handler;
}

static void call_handler(struct builder *b, const struct block_insn *bi)
{
    uop_fn *kind = handler_kind(&bi->in);

    emit(b, kind);
    b->ended = kind == uop_handler_last;
}

/* A compare and the jump behind it become one. */
static void fuse(struct block_draft *d)
{
    struct uop *jump = &d->uop[d->nuops - 1], *before = jump - 1;
    unsigned cc = 0;

    if (d->nuops < 2 || d->nexits != 2)
        return;
    while (cc < 16 && uop_jcc[cc] != jump->fn)
        cc++;
    for (const struct uop_fused *f = uop_fused; f->alone && cc < 16; f++) {
        if (f->alone != before->fn)
            continue;
        before->fn = f->with_jcc[cc];
        before->nth = jump->nth;
        d->nuops--;
        return;
    }
}

/* ---- The ring
 * ------------------------------------------------------------------------------------
 */

/* Makes room in front of a micro-operation. */
static struct uop *insert(struct block_draft *d, unsigned at)
{
    struct uop *u = &d->uop[at];

    memmove(u + 1, u, (d->nuops - at) * sizeof(*u));
    d->nuops++;
    for (unsigned i = at + 1; i < d->nuops; i++)
        d->uop[i].place = (uint16_t)i;
    return u;
}

static void set_access(struct uop *u, uop_fn *fn, const struct uop *access)
{
    u->fn = fn;
    u->src = access->src;
    u->base = access->base;
    u->index = access->index;
    u->scale = access->scale;
    u->imm = access->imm;
    u->disp = access->disp;
}

/* Writes the records of what came so far. */
static void record_pending(struct builder *b)
{
    if (b->unrecorded)
        emit(b, uop_ring_none)->dst = (uint8_t)b->unrecorded;
    b->unrecorded = 0;
}

static bool calls_handler(const struct uop *u)
{
    return u->fn == uop_handler || u->fn == uop_handler_last || u->fn == uop_handler_segment;
}

/* For an instruction that writes its own records. */
static void record_before(struct builder *b, unsigned at)
{
    struct uop *u;

    if (--b->unrecorded > 0) {
        u = insert(b->draft, at);
        set_access(u, uop_ring_none, &(struct uop){.base = INSN_NO_REG, .index = INSN_NO_REG});
        u->dst = (uint8_t)b->unrecorded;
        u->nth = (uint8_t)(b->draft->ninsn - 2);
    }
    b->unrecorded = 0;
}

/* The record goes before the instruction, whose micro-operation is at `at`; where it ends the block
 * and only jumps, before the one ahead of it, so that the two can be fused. */
static void record_insn(struct builder *b, const struct ring_plan *plan, unsigned at)
{
    struct block_draft *d = b->draft;
    bool by_handler = calls_handler(&d->uop[at]);
    struct uop *u;

    b->unrecorded++;
    if (!plan->may_leave && !by_handler && !b->ended)
        return;
    if (plan->by_itself && !by_handler) {
        record_before(b, at);
        return;
    }
    if (!plan->may_leave && !by_handler && b->unrecorded > 1)
        at--;
    u = insert(d, at);
    set_access(u, by_handler ? uop_ring_none : plan->before, &plan->access);
    u->dst = (uint8_t)b->unrecorded;
    u->nth = (uint8_t)(d->ninsn - 1);
    b->unrecorded = 0;
    if (plan->after && !by_handler)
        set_access(emit(b, plan->after), plan->after, &plan->access);
}

/* ---- A block
 * ------------------------------------------------------------------------------------- */

static void translate_insn(struct builder *b, const struct block_insn *bi)
{
    bool rings = b->cpu->ring.start;
    struct ring_plan plan = {0};
    unsigned at = b->draft->nuops;

    if (rings)
        plan = block_ring_plan(bi);
    if (plan.by_handler || !translate(b, bi))
        call_handler(b, bi);
    if (rings)
        record_insn(b, &plan, at);
}

/* False: the block ends before this instruction. */
static bool take_insn(struct builder *b, uint32_t eip, const uint8_t *bytes, unsigned size)
{
    struct block_draft *d = b->draft;
    struct block_insn *bi = &d->insn[d->ninsn];

    if (size > INSN_MAX_LENGTH)
        size = INSN_MAX_LENGTH;
    if (insn_decode(&b->cpu->model, true, bytes, size, &bi->in) != 1)
        return false;
    bi->eip = eip;
    if (is_hooked(b->cpu, eip))
        record_pending(b);
    d->ninsn++;
    d->length += bi->in.length;
    if (is_hooked(b->cpu, eip))
        emit(b, uop_exec_hook);
    translate_insn(b, bi);
    return true;
}

bool block_build(const struct cpu *cpu, uint32_t eip, const uint8_t *bytes, unsigned size,
                 struct block_draft *draft)
{
    struct builder b = {.cpu = cpu, .draft = draft};

    draft->ninsn = draft->nuops = draft->nexits = draft->length = 0;
    while (!b.ended && draft->ninsn < BLOCK_MAX_INSNS &&
           take_insn(&b, eip + draft->length, bytes + draft->length, size - draft->length))
        ;
    if (draft->ninsn == 0)
        return false;
    if (!b.ended) {
        record_pending(&b);
        emit(&b, uop_fall_out);
        emit_end(&b, eip + draft->length, 0, 1);
    }
    fuse(draft);
    return true;
}
