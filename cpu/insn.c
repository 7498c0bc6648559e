/* The instruction table as data: rows, operand notations, and the way from opcode to row. */
#include "cpu/insn.h"

#include <stddef.h>

/* The short names that the columns of insn.def use. */
enum {
    CF = EFLAGS_CF,
    PF = EFLAGS_PF,
    AF = EFLAGS_AF,
    ZF = EFLAGS_ZF,
    SF = EFLAGS_SF,
    OF = EFLAGS_OF,
    IF = EFLAGS_IF,
    DF = EFLAGS_DF,
    ALL = EFLAGS_STATUS,
    EVERY = EFLAGS_STATUS | EFLAGS_TF | EFLAGS_IF | EFLAGS_DF | EFLAGS_IOPL | EFLAGS_NT |
            EFLAGS_RF | EFLAGS_VM | EFLAGS_AC | EFLAGS_VIF | EFLAGS_VIP | EFLAGS_ID,
};

enum {
    LOCK = ATTR_LOCK,
    JUMP = ATTR_JUMP,
    END = ATTR_END,
    PRIV = ATTR_PRIV,
    IO = ATTR_IO,
    REP = ATTR_REP,
    REPCC = ATTR_REPCC,
    X87 = ATTR_X87,
    NOWAIT = ATTR_NOWAIT,
    L486 = ATTR_L486,
    L586 = ATTR_L586,
    L686 = ATTR_L686,
    OLD = ATTR_OLD,
    TSC = ATTR_TSC,
    CX8 = ATTR_CX8,
    CMOV = ATTR_CMOV,
};

const struct insn_row insn_rows[INSN_COUNT] = {
    [INSN_INVALID] = {.mnemonic = "(bad)"},
#define INSN(id, map_, opcode_, form_, ext_, mnemonic_, op1, op2, op3, handler, written_,          \
             undefined_, attrs_)                                                                   \
    [INSN_##id] = {.fn = exec_##handler,                                                           \
                   .mnemonic = #mnemonic_,                                                         \
                   .written = (written_),                                                          \
                   .undefined = (undefined_),                                                      \
                   .attrs = (attrs_),                                                              \
                   .map = MAP_##map_,                                                              \
                   .opcode = (opcode_),                                                            \
                   .form = FORM_##form_,                                                           \
                   .ext = (ext_),                                                                  \
                   .op = {OPERAND_FORM_##op1, OPERAND_FORM_##op2, OPERAND_FORM_##op3}},
#include "cpu/insn.def"
};

const struct operand_form operand_forms[OPERAND_FORM_COUNT] = {
#define OPERAND(name_, from, width_, reg_)                                                         \
    [OPERAND_FORM_##                                                                               \
        name_] = {.name = #name_, .source = FROM_##from, .width = WIDTH_##width_, .reg = (reg_)},
#include "cpu/insn.def"
};

/*
 * Lookup tables, filled at compile time. Each row writes its places in the tables of its form;
 * two rows in one place are an error of the compiler (-Woverride-init).
 */

/* By opcode alone. */
#define OPCODE_SPAN(map, opcode, ext, id) [map][opcode...(opcode) + (ext)] = id,
#define OPCODE_EXT(map, opcode, ext, id)
#define OPCODE_MEM(map, opcode, ext, id)
#define OPCODE_REG(map, opcode, ext, id)
#define OPCODE_ONE(map, opcode, ext, id)
static const uint16_t by_opcode[2][256] = {
#define INSN(id, map, opcode, form, ext, ...) OPCODE_##form(MAP_##map, opcode, ext, INSN_##id)
#include "cpu/insn.def"
};

/* By opcode and ModRM.reg, memory operand. */
#define MEMORY_SPAN(map, opcode, ext, id)
#define MEMORY_EXT(map, opcode, ext, id) [map][opcode][ext] = id,
#define MEMORY_MEM(map, opcode, ext, id) [map][opcode][ext] = id,
#define MEMORY_REG(map, opcode, ext, id)
#define MEMORY_ONE(map, opcode, ext, id)
static const uint16_t by_memory[2][256][8] = {
#define INSN(id, map, opcode, form, ext, ...) MEMORY_##form(MAP_##map, opcode, ext, INSN_##id)
#include "cpu/insn.def"
};

/* By opcode and ModRM.reg, register operand. */
#define REGISTER_SPAN(map, opcode, ext, id)
#define REGISTER_EXT(map, opcode, ext, id) [map][opcode][ext] = id,
#define REGISTER_MEM(map, opcode, ext, id)
#define REGISTER_REG(map, opcode, ext, id) [map][opcode][ext] = id,
#define REGISTER_ONE(map, opcode, ext, id)
static const uint16_t by_register[2][256][8] = {
#define INSN(id, map, opcode, form, ext, ...) REGISTER_##form(MAP_##map, opcode, ext, INSN_##id)
#include "cpu/insn.def"
};

/* x87 opcodes D8..DF by the whole ModRM byte C0..FF. */
#define WHOLE_SPAN(opcode, ext, id)
#define WHOLE_EXT(opcode, ext, id)
#define WHOLE_MEM(opcode, ext, id)
#define WHOLE_REG(opcode, ext, id)
#define WHOLE_ONE(opcode, ext, id) [(opcode)-0xd8][(ext)-0xc0] = id,
static const uint16_t by_modrm[8][64] = {
#define INSN(id, map, opcode, form, ext, ...) WHOLE_##form(opcode, ext, INSN_##id)
#include "cpu/insn.def"
};

unsigned insn_find(enum insn_map map, uint8_t opcode)
{
    return by_opcode[map][opcode];
}

unsigned insn_find_modrm(enum insn_map map, uint8_t opcode, uint8_t modrm)
{
    unsigned reg = modrm >> 3 & 7;

    if (modrm < 0xc0)
        return by_memory[map][opcode][reg];
    if (map == MAP_1 && (opcode & 0xf8) == 0xd8 && by_modrm[opcode - 0xd8][modrm - 0xc0])
        return by_modrm[opcode - 0xd8][modrm - 0xc0];
    return by_register[map][opcode][reg];
}

bool insn_is_group(enum insn_map map, uint8_t opcode)
{
    for (unsigned reg = 0; reg < 8; reg++) {
        if (by_memory[map][opcode][reg] || by_register[map][opcode][reg])
            return true;
    }
    return false;
}

bool insn_available(const struct insn_row *row, const struct cpu_model *model)
{
    enum { GATED = L486 | L586 | L686 | OLD | TSC | CX8 | CMOV };
    static const struct {
        uint16_t attr;
        enum cpu_level level;
    } levels[] = {{ATTR_L486, CPU_486}, {ATTR_L586, CPU_PENTIUM}, {ATTR_L686, CPU_I686}};
    static const struct {
        uint16_t attr;
        uint32_t feature;
    } features[] = {{ATTR_TSC, CPU_FEAT_TSC}, {ATTR_CX8, CPU_FEAT_CX8}, {ATTR_CMOV, CPU_FEAT_CMOV}};

    if (!(row->attrs & GATED))
        return true;
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (row->attrs & levels[i].attr && model->level < levels[i].level)
            return false;
    }
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++) {
        if (row->attrs & features[i].attr && !(model->features & features[i].feature))
            return false;
    }
    return !(row->attrs & ATTR_OLD) || model->level <= CPU_486;
}
