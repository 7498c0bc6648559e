/* Translators of instructions that move data, and of string instructions. */
#include "cpu/block_translate.h"

enum { REPE = 0xf3 };

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
        set_may_give_up(b, u);
    } else {
        return false;
    }
    u->dst = to->reg;
    set_writes(b, u, register_bit(to));
    return true;
}

/* MOV, and MOVZX, which is a MOV from a smaller operand. */
TRANSLATE(mov)
{
    const struct insn *in = &bi->in;

    if (in->op[1].kind != OPERAND_IMM && in->op[0].size != in->op[1].size)
        return extend(b, in, uop_movzx);
    return block_translate_mov(b, in);
}

TRANSLATE(movsx)
{
    return extend(b, &bi->in, uop_movsx);
}

TRANSLATE(lea)
{
    const struct insn *in = &bi->in;
    struct uop *u;

    if (in->opsize != 4 || in->addrsize != 4)
        return false;
    u = emit(b, address_form(in) == UOP_BASE ? uop_lea_base : uop_lea_sib);
    u->dst = in->op[0].reg;
    set_memory(u, in);
    set_writes(b, u, register_bit(&in->op[0]));
    return true;
}

TRANSLATE(xchg)
{
    const struct operand *op = bi->in.op;
    struct uop *u;

    if (!is_reg(&op[0]) || !is_reg(&op[1]) || op[0].size != 4)
        return false;
    u = emit(b, uop_xchg_rr);
    set_flags(b, u, FLAGS_UNTOUCHED, NULL);
    u->dst = op[0].reg;
    u->src = op[1].reg;
    return true;
}

TRANSLATE(bswap)
{
    if (bi->in.opsize != 4)
        return false;
    emit(b, uop_bswap_r)->dst = bi->in.op[0].reg;
    return true;
}

TRANSLATE(cmovcc)
{
    const struct operand *op = bi->in.op;
    struct uop *u;

    if (!is_reg(&op[1]) || op[0].size != 4)
        return false;
    u = emit(b, uop_cmovcc[bi->in.opcode & 15]);
    u->dst = op[0].reg;
    u->src = op[1].reg;
    return true;
}

TRANSLATE(push)
{
    const struct operand *op = &bi->in.op[0];
    struct uop *u;

    if (bi->in.opsize != 4 || !(is_reg(op) || op->kind == OPERAND_IMM || is_memory(&bi->in, op)))
        return false;
    u = emit(b, is_reg(op) ? uop_push_r : op->kind == OPERAND_IMM ? uop_push_i : uop_push_m);
    if (is_reg(op))
        u->src = op->reg;
    else if (op->kind == OPERAND_IMM)
        set_immediate(b, u, 4);
    else
        set_memory(u, &bi->in);
    set_writes(b, u, 1u << GPR_ESP);
    set_may_give_up(b, u);
    return true;
}

TRANSLATE(pop)
{
    const struct operand *op = &bi->in.op[0];
    struct uop *u;

    if (bi->in.opsize != 4 || !is_reg(op))
        return false;
    u = emit(b, uop_pop_r);
    u->dst = op->reg;
    set_writes(b, u, 1u << GPR_ESP | register_bit(op));
    set_may_give_up(b, u);
    return true;
}

TRANSLATE(mov_to_sreg)
{
    const struct operand *op = bi->in.op;
    struct uop *u;

    if (op[0].reg == SEG_SS || !is_reg(&op[1]))
        return false;
    u = emit(b, uop_mov_sreg_r);
    u->dst = op[0].reg;
    u->src = op[1].reg;
    return true;
}

TRANSLATE(mov_from_sreg)
{
    const struct operand *op = bi->in.op;
    struct uop *u;

    if (!is_reg(&op[0]) || op[0].size != 4)
        return false;
    u = emit(b, uop_mov_r_sreg);
    u->dst = op[0].reg;
    u->src = op[1].reg;
    return true;
}

TRANSLATE(pop_sreg)
{
    if (bi->in.opsize != 4 || bi->in.op[0].reg == SEG_SS)
        return false;
    emit(b, uop_pop_sreg)->dst = bi->in.op[0].reg;
    return true;
}

TRANSLATE(push_sreg)
{
    if (bi->in.opsize != 4)
        return false;
    emit(b, uop_push_sreg)->src = bi->in.op[0].reg;
    return true;
}

/* Strings with a repeat prefix; `op[0]` has the element's size. A hook is called before each
 * iteration, which leaves nothing to do in bulk. */
static bool rep_string(struct builder *b, const struct block_insn *bi, uop_fn *const *table)
{
    if (!bi->in.rep || bi->in.addrsize != 4 || is_hooked(b->cpu, bi->eip))
        return false;
    emit(b, table[uop_size(bi->in.op[0].size)])->imm = bi->in.rep == REPE;
    return true;
}

TRANSLATE(movs)
{
    return bi->in.seg == SEG_DS && rep_string(b, bi, uop_rep_movs);
}

TRANSLATE(stos)
{
    return rep_string(b, bi, uop_rep_stos);
}

TRANSLATE(cmps)
{
    return bi->in.seg == SEG_DS && rep_string(b, bi, uop_rep_cmps);
}

TRANSLATE(scas)
{
    return rep_string(b, bi, uop_rep_scas);
}

/* NOP needs no operand size. */
TRANSLATE(nop)
{
    (void)bi;
    emit(b, uop_nop);
    return true;
}

TRANSLATE(sti)
{
    (void)bi;
    emit(b, uop_sti);
    return true;
}

const struct translator block_data_translators[] = {
    {exec_mov, mov, 0, NULL},
    {exec_push, push, 0, NULL},
    {exec_pop, pop, 0, NULL},
    {exec_leave, NULL, 0, uop_leave_frame},
    {exec_lea, lea, 0, NULL},
    {exec_movsx, movsx, 0, NULL},
    {exec_xchg, xchg, 0, NULL},
    {exec_cwd, NULL, 0, uop_cdq},
    {exec_cbw, NULL, 0, uop_cwde},
    {exec_nop, nop, 0, NULL},
    {exec_bswap, bswap, 0, NULL},
    {exec_cmovcc, cmovcc, 0, NULL},
    {exec_movs, movs, 0, NULL},
    {exec_stos, stos, 0, NULL},
    {exec_cmps, cmps, 0, NULL},
    {exec_scas, scas, 0, NULL},
    {exec_mov_to_sreg, mov_to_sreg, 0, NULL},
    {exec_mov_from_sreg, mov_from_sreg, 0, NULL},
    {exec_pop_sreg, pop_sreg, 0, NULL},
    {exec_push_sreg, push_sreg, 0, NULL},
    {exec_pushf, NULL, 0, uop_pushf},
    {exec_pusha, NULL, 0, uop_pusha},
    {exec_popa, NULL, 0, uop_popa},
    {exec_popf, NULL, 0, uop_popf},
    {exec_sti, sti, 0, NULL},
    {exec_cli, NULL, 0, uop_cli},
    {exec_cld, NULL, 0, uop_cld},
    {exec_std, NULL, 0, uop_std},
    {NULL, NULL, 0, NULL},
};
