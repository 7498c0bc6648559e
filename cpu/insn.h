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
 * flag or memory has changed, but for what silicon leaves changed, too (CALL, POPA, FSTP m80).
 * cpu->next_eip holds the following instruction's address on entry; a control transfer replaces it.
 */
typedef bool insn_fn(struct cpu *cpu, const struct insn *in);

enum operand_kind {
    OPERAND_NONE,
    OPERAND_GPR, /* reg; size 1 selects AL CL DL BL AH CH DH BH */
    OPERAND_SREG,
    OPERAND_CR,
    OPERAND_DR,
    OPERAND_TR,
    OPERAND_ST,   /* reg: ST(i) */
    OPERAND_MEM,  /* address in struct insn; size 0 where the operand is only an address */
    OPERAND_SRC,  /* string source: seg:(E)SI */
    OPERAND_DST,  /* string destination: ES:(E)DI */
    OPERAND_IMM,  /* value in imm, sign- or zero-extended to 32 bits by the decoder */
    OPERAND_IMM2, /* value in imm2 (ENTER) */
    OPERAND_REL,  /* displacement in imm, relative to the next instruction */
    OPERAND_FAR,  /* imm: offset, imm2: selector */
};

struct operand {
    uint8_t kind; /* enum operand_kind */
    uint8_t reg;
    uint8_t size; /* bytes: 1, 2, 4; memory also 6, 8, 10, 14, 28, 94, 108 */
};

enum { INSN_MAX_OPERANDS = 3, INSN_MAX_LENGTH = 15, INSN_NO_REG = 8 };

struct insn {
    insn_fn *fn;
    uint16_t id;      /* enum insn_id: row of insn.def */
    uint8_t length;   /* bytes, prefixes included */
    uint8_t opcode;   /* last opcode byte */
    uint8_t modrm;    /* 0 where there is none */
    uint8_t opsize;   /* effective operand size: 2 or 4 */
    uint8_t addrsize; /* effective address size: 2 or 4 */
    uint8_t rep;      /* 0, 0xf2 or 0xf3 */
    bool lock;
    /* Memory operand: seg:((base + (index << scale) + disp) mod 2^(8 * addrsize)). */
    uint8_t seg;  /* enum cpu_sreg, overrides applied; set without a memory operand too */
    uint8_t base; /* enum cpu_gpr or INSN_NO_REG */
    uint8_t index;
    uint8_t scale;
    uint32_t disp;
    uint32_t imm, imm2;
    struct operand op[INSN_MAX_OPERANDS];
};

/* ---- The table (insn.c) --------------------------------------------------------------------- */

enum insn_id {
    INSN_INVALID,
#define INSN(id, ...) INSN_##id,
#include "cpu/insn.def"
    INSN_COUNT
};

/* One declaration for each row; rows of one instruction share a handler. */
#define INSN(id, map, opcode, form, ext, mnemonic, op1, op2, op3, handler, ...)                    \
    insn_fn exec_##handler;
#include "cpu/insn.def"

/* The notations of insn.def: OPERAND_FORM_Eb and so on. */
enum operand_form_id {
#define OPERAND(name, from, width, reg) OPERAND_FORM_##name,
#include "cpu/insn.def"
    OPERAND_FORM_COUNT
};

enum operand_source {
    FROM_NONE,
    FROM_E,    /* ModRM.rm: register or memory */
    FROM_M,    /* ModRM.rm: memory only */
    FROM_R,    /* ModRM.rm: register, mod is ignored */
    FROM_G,    /* ModRM.reg */
    FROM_Z,    /* opcode & 7 */
    FROM_SREG, /* ModRM.reg: segment register */
    FROM_CR,   /* ModRM.reg: control register */
    FROM_DR,   /* ModRM.reg: debug register */
    FROM_TR,   /* ModRM.reg: test register */
    FROM_STI,  /* ModRM.rm: x87 register */
    FROM_ST0,
    FROM_GPR,  /* the general register the notation names */
    FROM_SEG,  /* the segment register the notation names */
    FROM_IMM,  /* zero-extended */
    FROM_SIMM, /* one byte, sign-extended */
    FROM_IMM2,
    FROM_ONE,   /* the constant 1 */
    FROM_JB,    /* one-byte displacement */
    FROM_JZ,    /* displacement of the operand size */
    FROM_FAR,   /* offset and selector */
    FROM_MOFFS, /* memory at an immediate offset of the address size */
    FROM_SRC,
    FROM_DST,
};

enum operand_width {
    WIDTH_NONE,
    WIDTH_B,    /* 1 */
    WIDTH_W,    /* 2 */
    WIDTH_D,    /* 4 */
    WIDTH_Q,    /* 8 */
    WIDTH_T,    /* 10 */
    WIDTH_V,    /* operand size: 2 or 4 */
    WIDTH_RV,   /* register: operand size; memory: 2 */
    WIDTH_P,    /* far pointer: 4 or 6 */
    WIDTH_A,    /* pair: 4 or 8 */
    WIDTH_S,    /* limit and base: 6 */
    WIDTH_ENV,  /* x87 environment: 14 or 28 */
    WIDTH_SAVE, /* x87 state: 94 or 108 */
};

struct operand_form {
    const char *name;
    uint8_t source; /* enum operand_source */
    uint8_t width;  /* enum operand_width */
    uint8_t reg;
};

enum insn_map { MAP_1, MAP_0F };

enum insn_form { FORM_SPAN, FORM_EXT, FORM_MEM, FORM_REG, FORM_ONE };

enum insn_attr {
    ATTR_LOCK = 1 << 0,
    ATTR_JUMP = 1 << 1,
    ATTR_END = 1 << 2,
    ATTR_PRIV = 1 << 3,
    ATTR_IO = 1 << 4,
    ATTR_REP = 1 << 5,
    ATTR_REPCC = 1 << 6,
    ATTR_X87 = 1 << 7,
    ATTR_NOWAIT = 1 << 8,
    ATTR_L486 = 1 << 9,
    ATTR_L586 = 1 << 10,
    ATTR_L686 = 1 << 11,
    ATTR_OLD = 1 << 12,
    ATTR_TSC = 1 << 13,
    ATTR_CX8 = 1 << 14,
    ATTR_CMOV = 1 << 15,
};

/* A row of insn.def; see there. */
struct insn_row {
    insn_fn *fn;
    const char *mnemonic;
    uint32_t written, undefined; /* EFLAGS masks */
    uint16_t attrs;              /* enum insn_attr */
    uint8_t map;                 /* enum insn_map */
    uint8_t opcode;
    uint8_t form; /* enum insn_form */
    uint8_t ext;
    uint8_t op[INSN_MAX_OPERANDS]; /* enum operand_form_id */
};

extern const struct insn_row insn_rows[INSN_COUNT]; /* by enum insn_id; row 0 is invalid */
extern const struct operand_form operand_forms[OPERAND_FORM_COUNT];

/* The row that an opcode alone selects, or INSN_INVALID. */
unsigned insn_find(enum insn_map map, uint8_t opcode);
/* The row where the ModRM byte is needed to tell, or INSN_INVALID. */
unsigned insn_find_modrm(enum insn_map map, uint8_t opcode, uint8_t modrm);
/* Is there any row that insn_find_modrm() could give for this opcode? */
bool insn_is_group(enum insn_map map, uint8_t opcode);

/* Does the model have this instruction? */
bool insn_available(const struct insn_row *row, const struct cpu_model *model);

#endif
