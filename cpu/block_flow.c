/* Translators of what ends a block: jumps, calls, returns, traps. */
#include "cpu/block_translate.h"

TRANSLATE(jcc)
{
    uint32_t next = following(bi);

    if (bi->in.opsize != 4)
        return false;
    emit(b, uop_jcc[bi->in.opcode & 15])->src = bi->in.opcode & 15;
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

TRANSLATE(jmp)
{
    return transfer(b, bi, uop_jmp, uop_jmp_r, uop_jmp_m);
}

TRANSLATE(call)
{
    return transfer(b, bi, uop_call, uop_call_r, uop_call_m);
}

TRANSLATE(ret)
{
    if (bi->in.opsize != 4)
        return false;
    if (bi->in.op[0].kind == OPERAND_IMM)
        emit(b, uop_ret_i)->imm = bi->in.imm;
    else
        emit(b, uop_ret);
    emit_end(b, 0, 0, 0);
    return true;
}

TRANSLATE(int_n)
{
    struct uop *u = emit(b, uop_int_n);

    u->src = (uint8_t)bi->in.imm;
    u->imm = following(bi);
    emit_end(b, 0, 0, 0);
    return true;
}

TRANSLATE(iret)
{
    if (bi->in.opsize != 4)
        return false;
    emit(b, uop_iret);
    emit_end(b, 0, 0, 0);
    return true;
}

const struct translator block_flow_translators[] = {
    {exec_jcc, jcc, 0, NULL}, {exec_call, call, 0, NULL}, {exec_ret, ret, 0, NULL},
    {exec_jmp, jmp, 0, NULL}, {exec_int, int_n, 0, NULL}, {exec_iret, iret, 0, NULL},
    {NULL, NULL, 0, NULL},
};
