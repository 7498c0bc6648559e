/*
 * A decoded instruction, and the table of all instructions.
 *
 * cpu/insn.def is the one place that knows what exists: opcode, operands in the manual's notation
 * (SDM vol. 2, appendix A.2), handler, flags, attributes. Decoder, dispatch, tests and generated
 * documentation read it. Adding an instruction is one row, one function, one test.
 */
#ifndef FORKSCOPE_CPU_INSN_H
#define FORKSCOPE_CPU_INSN_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/cpu.h"

struct insn;

/* Carries out one instruction. False: a fault was recorded with cpu_raise*() and no register,
 * flag or memory has changed. cpu->next_eip holds the following instruction's address on entry;
 * a control transfer replaces it. */
typedef bool insn_fn(struct cpu *cpu, const struct insn *in);

enum operand_kind {
    OPERAND_NONE,
    OPERAND_GPR, /* reg; size 1 selects AL CL DL BL AH CH DH BH */
    OPERAND_SREG,
    OPERAND_CR,
    OPERAND_DR,
    OPERAND_ST,  /* reg: ST(i) */
    OPERAND_MEM, /* address in struct insn; size 0 where the operand is only an address */
    OPERAND_IMM, /* value in imm, sign- or zero-extended to 32 bits by the decoder */
    OPERAND_REL, /* displacement in imm, relative to the next instruction */
    OPERAND_FAR, /* imm: offset, imm2: selector */
};

struct operand {
    uint8_t kind; /* enum operand_kind */
    uint8_t reg;
    uint8_t size; /* bytes: 1, 2, 4; memory also 6, 8, 10, 14, 28, 94, 108 */
};

enum { INSN_MAX_OPERANDS = 3, INSN_MAX_LENGTH = 15, INSN_NO_REG = 8 };

struct insn {
    insn_fn *fn;
    uint16_t id;       /* enum insn_id: row of insn.def */
    uint8_t length;    /* bytes, prefixes included */
    uint8_t opcode;    /* last opcode byte */
    uint8_t modrm;     /* 0 where there is none */
    uint8_t opsize;    /* effective operand size: 2 or 4 */
    uint8_t addrsize;  /* effective address size: 2 or 4 */
    uint8_t rep;       /* 0, 0xf2 or 0xf3 */
    bool lock;
    /* Memory operand: seg:((base + (index << scale) + disp) mod 2^(8 * addrsize)). */
    uint8_t seg;       /* enum cpu_sreg, overrides applied */
    uint8_t base;      /* enum cpu_gpr or INSN_NO_REG */
    uint8_t index;
    uint8_t scale;
    uint32_t disp;
    uint32_t imm, imm2;
    struct operand op[INSN_MAX_OPERANDS];
};

#endif
