/*
 * Immediates that are rewritten over and over: code that changes only numbers in its instructions
 * keeps its blocks, and the numbers are changed in the micro-operations.
 */
#include "cpu/block.h"

/* The instruction of the block that byte `offset` belongs to. */
static struct block_insn *insn_at(const struct block *b, uint32_t offset)
{
    unsigned n = b->ninsn - 1;

    while (b->insn_eip[n] - b->eip > offset)
        n--;
    return &b->insn[n];
}

/* As the decoder takes it: one byte is sign-extended to a larger operation's size. */
static uint32_t immediate_at(const struct block_insn *bi, const uint8_t *end)
{
    uint32_t value = 0;

    for (unsigned i = 1; i <= bi->imm_bytes; i++)
        value = value << 8 | end[-(int)i];
    return bi->imm_bytes < bi->imm_size ? lazy_sign_extend(value, 8) : value;
}

bool block_patch(struct block *b, const uint8_t *code, uint32_t phys, uint32_t size)
{
    uint32_t offset = phys - b->phys, end;
    struct block_insn *bi;

    if (phys < b->phys)
        return false;
    bi = insn_at(b, offset);
    end = bi->eip - b->eip + bi->in.length;
    if (offset < end - bi->imm_bytes || size > end - offset || bi->makes_flags)
        return false;
    bi->in.imm = immediate_at(bi, code + end);
    b->uop[bi->imm_uop].imm = bi->in.imm & 0xffffffffu >> (32 - 8 * bi->imm_size);
    return true;
}
