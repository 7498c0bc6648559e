#include "emu/guest/insnkind.h"

#include <stdbool.h>

/* SDM vol. 2, 2.1.1. */
static bool is_prefix(uint8_t byte)
{
    switch (byte) {
    case 0x26: /* segments */
    case 0x2e:
    case 0x36:
    case 0x3e:
    case 0x64:
    case 0x65:
    case 0x66: /* operand and address size */
    case 0x67:
    case 0xf0: /* LOCK, REPNE, REP */
    case 0xf2:
    case 0xf3:
        return true;
    default:
        return false;
    }
}

/* INS, OUTS, MOVS, CMPS, STOS, LODS, SCAS. */
static bool is_string(uint8_t opcode)
{
    return (opcode >= 0x6c && opcode <= 0x6f) || (opcode >= 0xa4 && opcode <= 0xa7) ||
           (opcode >= 0xaa && opcode <= 0xaf);
}

/* Group 5: CALL is /2 and /3. */
static bool is_indirect_call(const uint8_t *bytes, size_t left)
{
    return left > 1 && ((bytes[1] >> 3 & 7) == 2 || (bytes[1] >> 3 & 7) == 3);
}

enum insnkind insnkind_of(const uint8_t *bytes, size_t size, unsigned *length)
{
    unsigned n = 0;
    bool repeat = false;

    for (; n < size && is_prefix(bytes[n]); n++)
        repeat |= bytes[n] == 0xf2 || bytes[n] == 0xf3;
    if (n == size)
        return INSN_PLAIN;
    if (length)
        *length = n + (bytes[n] == 0xcd ? 2 : 1);
    if (repeat && is_string(bytes[n]))
        return INSN_REP;
    switch (bytes[n]) {
    case 0xe8:
    case 0x9a:
        return INSN_CALL;
    case 0xff:
        return is_indirect_call(bytes + n, size - n) ? INSN_CALL : INSN_PLAIN;
    case 0xcc:
    case 0xcd:
    case 0xce:
        return INSN_INT;
    case 0xc2:
    case 0xc3:
    case 0xca:
    case 0xcb:
        return INSN_RET;
    case 0xcf:
        return INSN_IRET;
    default:
        return INSN_PLAIN;
    }
}
