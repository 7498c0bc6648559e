/* Translators of arithmetic and logic. */
#include "cpu/block_translate.h"

/* `MOV d, s; OP d, x` becomes `d = s OP x`: the micro-operation of OP, which is the last, takes the
 * place of the MOV's. Returns where it is now. */
static struct uop *take_mov(struct builder *b, struct uop *u, unsigned size)
{
    struct block_draft *d = b->draft;
    uint16_t place = u->place;
    struct uop *mov;

    u->base = u->dst;
    if (size != 4 || place == 0)
        return u;
    mov = u - 1;
    if (mov->fn != uop_mov[UOP_SIZE_32].form[UOP_RR] || mov->dst != u->dst)
        return u;
    u->base = mov->src;
    if (u->src == u->dst)
        u->src = mov->src;
    *mov = *u;
    mov->place = place - 1;
    d->note[place - 1] = d->note[place];
    d->nuops--;
    return mov;
}

/* ---- Two operands ------------------------------------------------------------------------ */

/* UOP_FORMS: none. */
static enum uop_form form_of(const struct insn *in)
{
    const struct operand *to = &in->op[0], *from = &in->op[1];
    unsigned address = address_form(in);

    if (is_reg(to) && is_memory(in, from))
        return UOP_RM + address;
    if (is_reg(from))
        return is_reg(to) ? UOP_RR : is_memory(in, to) ? UOP_MR + address : UOP_FORMS;
    if (from->kind == OPERAND_IMM)
        return is_reg(to) ? UOP_RI : is_memory(in, to) ? UOP_MI + address : UOP_FORMS;
    return UOP_FORMS;
}

static struct uop *emit_binary(struct builder *b, const struct insn *in,
                               const struct uop_binary *forms, enum uop_form form)
{
    struct uop *u = emit(b, forms->form[form]);

    u->dst = reg_field(&in->op[0]);
    u->src = reg_field(&in->op[1]);
    if (form >= UOP_RM)
        set_memory(u, in);
    return u;
}

static void set_form_immediate(struct builder *b, struct uop *u, enum uop_form form, unsigned size)
{
    if (form == UOP_RI || form >= UOP_MI)
        set_immediate(b, u, size);
}

bool block_translate_mov(struct builder *b, const struct insn *in)
{
    enum uop_form form = form_of(in);
    unsigned size = in->op[0].size;
    struct uop *u;

    if (form == UOP_FORMS)
        return false;
    u = emit_binary(b, in, &uop_mov[uop_size(size)], form);
    set_writes(b, u, is_reg(&in->op[0]) ? register_bit(&in->op[0]) : 0);
    if (form >= UOP_RM)
        set_may_give_up(b, u);
    set_form_immediate(b, u, form, size);
    return true;
}

static uint8_t binary_recovery(unsigned op, enum uop_form form)
{
    switch (op) {
    case UOP_AND:
    case UOP_OR:
    case UOP_XOR:
        return RECOVER_LOGIC;
    case UOP_ADD:
        return form == UOP_RI ? RECOVER_ADD_IMM : RECOVER_ADD;
    case UOP_SUB:
        return form == UOP_RI ? RECOVER_SUB_IMM : RECOVER_SUB;
    default:
        return RECOVER_NOT;
    }
}

/* Also what the micro-operation becomes without flags, or with a Jcc behind it. */
TRANSLATE(binary)
{
    const struct insn *in = &bi->in;
    enum uop_form form = form_of(in);
    unsigned size = in->op[0].size;
    const struct uop_fused *fused = uop_fused[arg][uop_size(size)];
    struct uop *u;

    if (form == UOP_FORMS)
        return false;
    u = emit_binary(b, in, &uop_binary[arg][uop_size(size)], form);
    if (arg != UOP_ADC && arg != UOP_SBB) {
        set_flags(b, u, FLAGS_SET, NULL);
        if (form >= UOP_RM)
            set_may_give_up(b, u);
    }
    if (size == 4) {
        note_of(b, u)->quiet = uop_quiet_binary[arg].form[form];
        note_of(b, u)->recovery = binary_recovery(arg, form);
    }
    if (fused)
        note_of(b, u)->with_jcc = fused->form[form];
    else if (form < UOP_RM)
        u = take_mov(b, u, size);
    set_form_immediate(b, u, form, size);
    return true;
}

/* ---- Others ------------------------------------------------------------------------------ */

TRANSLATE(unary)
{
    const struct operand *to = &bi->in.op[0];
    const struct uop_unary *forms = &uop_unary[arg][uop_size(to->size)];

    struct uop *u;

    if (is_memory(&bi->in, to)) {
        set_memory(emit(b, forms->m[address_form(&bi->in)]), &bi->in);
        return true;
    }
    if (!is_reg(to))
        return false;
    u = emit(b, forms->r);
    u->dst = reg_field(to);
    if (arg == UOP_NEG)
        set_flags(b, u, FLAGS_SET, NULL);
    else
        set_flags(b, u, arg == UOP_NOT ? FLAGS_UNTOUCHED : FLAGS_CHANGED, NULL);
    if (to->size == 4)
        note_of(b, u)->quiet = uop_quiet_unary[arg];
    if (to->size == 4 && (arg == UOP_INC || arg == UOP_DEC))
        note_of(b, u)->recovery = arg == UOP_INC ? RECOVER_INC : RECOVER_DEC;
    if (to->size == 4 && arg == UOP_DEC)
        note_of(b, u)->with_jcc = uop_fused_dec;
    take_mov(b, u, to->size);
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
        u->dst = to->reg;
        return true;
    }
    if (n == 0) {
        set_flags(b, emit(b, uop_nop), FLAGS_UNTOUCHED, NULL);
        return true;
    }
    u = emit(b, uop_shift[arg].by_imm);
    u->imm = n;
    u->dst = to->reg;
    set_flags(b, u, arg == UOP_ROL || arg == UOP_ROR ? FLAGS_CHANGED : FLAGS_SET,
              uop_quiet_shift[arg]);
    take_mov(b, u, 4);
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
        set_flags(b, u, FLAGS_SET, uop_quiet_imul_rri);
    } else if (op[2].kind == OPERAND_IMM && is_memory(&bi->in, &op[1])) {
        u = emit(b, uop_imul_rmi);
        set_immediate(b, u, 4);
        set_flags(b, u, FLAGS_SET, uop_quiet_imul_rmi);
        set_may_give_up(b, u);
        set_memory(u, &bi->in);
    } else if (op[2].kind == OPERAND_NONE && is_reg(&op[1])) {
        u = emit(b, uop_imul_rr);
        set_flags(b, u, FLAGS_SET, uop_quiet_imul_rr);
    } else if (op[2].kind == OPERAND_NONE && is_memory(&bi->in, &op[1])) {
        u = emit(b, uop_imul_rm);
        set_flags(b, u, FLAGS_SET, uop_quiet_imul_rm);
        set_may_give_up(b, u);
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
    else if ((arg == WIDE_MUL || arg == WIDE_IMUL) && is_memory(&bi->in, by))
        set_memory(emit(b, arg == WIDE_MUL ? uop_mul_m : uop_imul_m), &bi->in);
    else
        return false;
    return true;
}

static bool decimal(struct builder *b, uop_fn *fn)
{
    if (b->cpu->model.level == CPU_386)
        return false;
    set_flags(b, emit(b, fn), FLAGS_CHANGED, NULL);
    return true;
}

TRANSLATE(daa)
{
    (void)bi;
    return decimal(b, uop_daa);
}

TRANSLATE(das)
{
    (void)bi;
    return decimal(b, uop_das);
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
    {exec_daa, daa, 0, NULL},
    {exec_das, das, 0, NULL},
    {exec_setcc, setcc, 0, NULL},
    {NULL, NULL, 0, NULL},
};
