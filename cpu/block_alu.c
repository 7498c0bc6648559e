/* Translators of arithmetic and logic. */
#include "cpu/block_translate.h"

bool block_translate_binary(struct builder *b, const struct insn *in,
                            const struct uop_binary *forms)
{
    const struct operand *to = &in->op[0], *from = &in->op[1];
    struct uop *u;

    if (is_reg(to) && is_reg(from)) {
        u = emit(b, forms->rr);
        u->src = reg_field(from);
    } else if (is_reg(to) && from->kind == OPERAND_IMM) {
        u = emit(b, forms->ri);
        set_immediate(b, u, to->size);
    } else if (is_reg(to) && is_memory(in, from)) {
        u = emit(b, forms->rm[address_form(in)]);
        set_memory(u, in);
    } else if (is_memory(in, to) && is_reg(from)) {
        u = emit(b, forms->mr[address_form(in)]);
        u->src = reg_field(from);
        set_memory(u, in);
    } else if (is_memory(in, to) && from->kind == OPERAND_IMM) {
        u = emit(b, forms->mi[address_form(in)]);
        set_immediate(b, u, to->size);
        set_memory(u, in);
    } else {
        return false;
    }
    u->dst = reg_field(to);
    return true;
}

TRANSLATE(binary)
{
    return block_translate_binary(b, &bi->in, &uop_binary[arg][uop_size(bi->in.op[0].size)]);
}

TRANSLATE(unary)
{
    const struct operand *to = &bi->in.op[0];
    const struct uop_unary *forms = &uop_unary[arg][uop_size(to->size)];

    if (is_reg(to))
        emit(b, forms->r)->dst = reg_field(to);
    else if (is_memory(&bi->in, to))
        set_memory(emit(b, forms->m[address_form(&bi->in)]), &bi->in);
    else
        return false;
    return true;
}

/* A 386 has undefined flags of its own after shifts: its handlers know them. */
TRANSLATE(shift)
{
    const struct operand *to = &bi->in.op[0], *count = &bi->in.op[1];
    unsigned n = bi->in.imm & 31;
    struct uop *u;

    if (!is_reg(to) || to->size != 4 || b->cpu->model.level == CPU_386)
        return false;
    if (is_reg(count)) {
        u = emit(b, uop_shift[arg].by_cl);
    } else if (n != 0) {
        u = emit(b, uop_shift[arg].by_imm);
        u->imm = n;
    } else {
        emit(b, uop_nop);
        return true;
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

TRANSLATE(shld)
{
    return double_shift(b, bi, uop_shld_rr, uop_shld_rc);
}

TRANSLATE(shrd)
{
    return double_shift(b, bi, uop_shrd_rr, uop_shrd_rc);
}

TRANSLATE(imul_truncating)
{
    const struct operand *op = bi->in.op;
    struct uop *u;

    if (op[0].size != 4)
        return false;
    if (op[2].kind == OPERAND_IMM && is_reg(&op[1])) {
        u = emit(b, uop_imul_rri);
        set_immediate(b, u, 4);
    } else if (op[2].kind == OPERAND_IMM && is_memory(&bi->in, &op[1])) {
        u = emit(b, uop_imul_rmi);
        set_immediate(b, u, 4);
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

TRANSLATE(wide)
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
        emit(b, fn[arg])->dst = by->reg;
    else if (arg == WIDE_MUL && is_memory(&bi->in, by))
        set_memory(emit(b, uop_mul_m), &bi->in);
    else
        return false;
    return true;
}

TRANSLATE(setcc)
{
    const struct operand *to = &bi->in.op[0];

    if (!is_reg(to))
        return false;
    emit(b, uop_setcc[bi->in.opcode & 15])->dst = reg_field(to);
    return true;
}

const struct translator block_alu_translators[] = {
    {exec_add, binary, UOP_ADD, NULL},
    {exec_or, binary, UOP_OR, NULL},
    {exec_adc, binary, UOP_ADC, NULL},
    {exec_sbb, binary, UOP_SBB, NULL},
    {exec_and, binary, UOP_AND, NULL},
    {exec_sub, binary, UOP_SUB, NULL},
    {exec_xor, binary, UOP_XOR, NULL},
    {exec_cmp, binary, UOP_CMP, NULL},
    {exec_test, binary, UOP_TEST, NULL},
    {exec_inc, unary, UOP_INC, NULL},
    {exec_dec, unary, UOP_DEC, NULL},
    {exec_neg, unary, UOP_NEG, NULL},
    {exec_not, unary, UOP_NOT, NULL},
    {exec_shl, shift, UOP_SHL, NULL},
    {exec_shr, shift, UOP_SHR, NULL},
    {exec_sar, shift, UOP_SAR, NULL},
    {exec_rol, shift, UOP_ROL, NULL},
    {exec_ror, shift, UOP_ROR, NULL},
    {exec_shld, shld, 0, NULL},
    {exec_shrd, shrd, 0, NULL},
    {exec_imul_truncating, imul_truncating, 0, NULL},
    {exec_mul, wide, WIDE_MUL, NULL},
    {exec_imul, wide, WIDE_IMUL, NULL},
    {exec_div, wide, WIDE_DIV, NULL},
    {exec_idiv, wide, WIDE_IDIV, NULL},
    {exec_setcc, setcc, 0, NULL},
    {NULL, NULL, 0, NULL},
};
