/*
 * One instruction as text, by Zydis.
 *
 * A build without Zydis (libzydis-dev) has no text: disasm_available() is false and every
 * instruction is shown as its first byte. What an instruction does to control flow is told by
 * emu/guest/insnkind.h, which needs no library.
 */
#ifndef FORKSCOPE_EMU_DISASM_H
#define FORKSCOPE_EMU_DISASM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/guest/symbols.h"

enum { DISASM_TEXT = 96, DISASM_BYTES = 15 };

/* As gdb and kernel sources have it, or as Intel's manuals have it. */
enum disasm_style { DISASM_ATT, DISASM_INTEL };

struct disasm_options {
    enum disasm_style style;
    bool code16;                   /* CS.D = 0 */
    const struct symbols *symbols; /* names for addresses; NULL: none */
};

struct disasm_insn {
    unsigned length;
    char text[DISASM_TEXT];
};

bool disasm_available(void);

/* The instruction at `address`, of which `size` bytes are known. False: there is none; then it is
 * one byte long and its text says so. */
bool disasm_decode(const struct disasm_options *o, uint32_t address, const void *bytes, size_t size,
                   struct disasm_insn *out);

#endif
