/*
 * What an instruction does to control flow, from its bytes: enough to step over calls and to find
 * the way back from a return. Prefixes are looked through; everything else is left to the CPU.
 */
#ifndef FORKSCOPE_EMU_INSNKIND_H
#define FORKSCOPE_EMU_INSNKIND_H

#include <stddef.h>
#include <stdint.h>

enum insnkind {
    INSN_PLAIN,
    INSN_CALL, /* near or far */
    INSN_INT,  /* INT n, INT3, INTO */
    INSN_REP,  /* a string instruction with a repeat prefix */
    INSN_RET,  /* near or far */
    INSN_IRET,
};

/* `length`, where it is not NULL, is filled in for INSN_INT and INSN_REP. */
enum insnkind insnkind_of(const uint8_t *bytes, size_t size, unsigned *length);

#endif
