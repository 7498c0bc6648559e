/* From x87 instructions to micro-operations. */
#include "cpu/block_translate.h"
#include "cpu/uop_x87_live.h"

#if UOP_X87_LIVE

/* The condition of DA C0..DF and DB C0..DF, as in Jcc: below, equal, below or equal, unordered, and
 * their opposites. */
static unsigned move_condition(const struct insn *in)
{
    static const uint8_t conditions[4] = {0x2, 0x4, 0x6, 0xa};

    return conditions[in->modrm >> 3 & 3] | (in->opcode & 1);
}

/* NULL: it stays with its handler. */
static uop_fn *choose(const struct insn *in, bool memory)
{
    if (in->fn == exec_fwait)
        return uop_x87_wait;
    if (in->fn == exec_fldcw)
        return uop_x87_fldcw;
    if (in->fn == exec_fnstcw)
        return uop_x87_fnstcw;
    if (in->fn == exec_fnstsw && !memory)
        return uop_x87_fnstsw_ax;
    if (in->fn == exec_fcmovcc)
        return uop_x87_move_if[in->modrm & 7];
    return memory ? uop_x87_memory[in->opcode & 7][in->modrm >> 3 & 7]
                  : uop_x87_register[in->opcode & 7][in->modrm & 63];
}

bool block_translate_x87(struct builder *b, const struct block_insn *bi)
{
    const struct insn *in = &bi->in;
    bool memory = in->op[0].kind == OPERAND_MEM || in->op[1].kind == OPERAND_MEM;
    uop_fn *fn = choose(in, memory);
    struct uop *u;

    if (!fn || !(b->cpu->model.features & CPU_FEAT_FPU) ||
        (memory && !is_memory(in, &in->op[in->op[0].kind != OPERAND_MEM])))
        return false;
    u = emit(b, fn);
    u->imm = (in->opcode & 7u) << 8 | in->modrm | (uint32_t)in->seg << 24;
    if (memory)
        set_memory(u, in);
    else
        u->disp = bi->eip;
    if (in->fn == exec_fcmovcc)
        u->imm |= move_condition(in) << 16;
    return true;
}

#else

bool block_translate_x87(struct builder *b, const struct block_insn *bi)
{
    (void)b;
    (void)bi;
    return false;
}

#endif
