/* From bytes to struct insn (SDM vol. 2, chapter 2), driven by insn.def. */
#include "cpu/cpu_internal.h"

#include <string.h>

/* Bytes taken one after the other. Past the end they read as zero and `truncated` is set, so that
 * the code below reads straight on; no answer counts until insn_decode() has looked at it. */
struct reader {
    const uint8_t *bytes;
    unsigned n, pos;
    bool truncated;
};

static uint8_t take_byte(struct reader *r)
{
    if (r->pos < r->n)
        return r->bytes[r->pos++];
    r->truncated = true;
    return 0;
}

static uint32_t take(struct reader *r, unsigned size)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < size; i++)
        value |= (uint32_t)take_byte(r) << (8 * i);
    return value;
}

static uint32_t take_signed(struct reader *r, unsigned size)
{
    uint32_t value = take(r, size);
    uint32_t sign = 1u << (8 * size - 1);

    return (value ^ sign) - sign;
}

/* ---- Prefixes ------------------------------------------------------------------------------- */

enum { SEG_DEFAULT = SEG_COUNT }; /* no override yet */

static bool take_prefix(struct insn *in, bool code32, uint8_t byte)
{
    switch (byte) {
    case 0x26:
        in->seg = SEG_ES;
        return true;
    case 0x2e:
        in->seg = SEG_CS;
        return true;
    case 0x36:
        in->seg = SEG_SS;
        return true;
    case 0x3e:
        in->seg = SEG_DS;
        return true;
    case 0x64:
        in->seg = SEG_FS;
        return true;
    case 0x65:
        in->seg = SEG_GS;
        return true;
    case 0x66:
        in->opsize = code32 ? 2 : 4;
        return true;
    case 0x67:
        in->addrsize = code32 ? 2 : 4;
        return true;
    case 0xf0:
        in->lock = true;
        return true;
    case 0xf2:
    case 0xf3:
        in->rep = byte;
        return true;
    default:
        return false;
    }
}

/* Returns the first byte that is not a prefix. */
static uint8_t take_prefixes(struct reader *r, bool code32, struct insn *in)
{
    uint8_t byte;

    in->opsize = in->addrsize = code32 ? 4 : 2;
    in->seg = SEG_DEFAULT;
    in->base = in->index = INSN_NO_REG;
    do
        byte = take_byte(r);
    while (take_prefix(in, code32, byte));
    return byte;
}

/* ---- Memory operands (SDM vol. 2, tables 2-1 to 2-3) --------------------------------------- */

static void take_memory16(struct reader *r, struct insn *in)
{
    static const uint8_t bases[8] = {GPR_EBX, GPR_EBX, GPR_EBP, GPR_EBP,
                                     GPR_ESI, GPR_EDI, GPR_EBP, GPR_EBX};
    static const uint8_t indexes[8] = {GPR_ESI,     GPR_EDI,     GPR_ESI,     GPR_EDI,
                                       INSN_NO_REG, INSN_NO_REG, INSN_NO_REG, INSN_NO_REG};
    unsigned mod = in->modrm >> 6, rm = in->modrm & 7;

    if (mod == 0 && rm == 6) {
        in->disp = take(r, 2);
        return;
    }
    in->base = bases[rm];
    in->index = indexes[rm];
    if (mod != 0)
        in->disp = take_signed(r, mod);
}

static void take_sib(struct reader *r, struct insn *in)
{
    uint8_t sib = take_byte(r);

    in->base = sib & 7;
    in->scale = sib >> 6;
    if ((sib >> 3 & 7) != GPR_ESP)
        in->index = sib >> 3 & 7;
}

static void take_memory32(struct reader *r, struct insn *in)
{
    unsigned mod = in->modrm >> 6;

    in->base = in->modrm & 7;
    if (in->base == GPR_ESP)
        take_sib(r, in);
    if (mod == 0 && in->base == GPR_EBP) {
        in->base = INSN_NO_REG;
        in->disp = take(r, 4);
    } else if (mod != 0) {
        in->disp = take_signed(r, mod == 1 ? 1 : 4);
    }
}

/* Without an index the scale has no meaning, but a 386 applies it to the base. */
static void scale_base(struct insn *in)
{
    if (in->index == INSN_NO_REG && in->scale != 0) {
        in->index = in->base;
        in->base = INSN_NO_REG;
    }
}

static void take_memory(struct reader *r, enum cpu_level level, struct insn *in)
{
    if (in->addrsize == 2)
        take_memory16(r, in);
    else
        take_memory32(r, in);
    if (in->seg == SEG_DEFAULT && (in->base == GPR_ESP || in->base == GPR_EBP))
        in->seg = SEG_SS;
    if (level == CPU_386)
        scale_base(in);
}

/* ---- Operands ------------------------------------------------------------------------------- */

static unsigned width_bytes(unsigned width, unsigned opsize, bool is_memory)
{
    bool wide = opsize == 4;

    switch ((enum operand_width)width) {
    case WIDTH_NONE:
        return 0;
    case WIDTH_B:
        return 1;
    case WIDTH_W:
        return 2;
    case WIDTH_D:
        return 4;
    case WIDTH_Q:
        return 8;
    case WIDTH_T:
        return 10;
    case WIDTH_V:
        return opsize;
    case WIDTH_RV:
        return is_memory ? 2 : opsize;
    case WIDTH_P:
        return opsize + 2;
    case WIDTH_A:
        return 2 * opsize;
    case WIDTH_S:
        return 6;
    case WIDTH_ENV:
        return wide ? 28 : 14;
    case WIDTH_SAVE:
        return wide ? 108 : 94;
    }
    return 0;
}

static bool form_uses_modrm(const struct operand_form *form)
{
    return form->source >= FROM_E && form->source <= FROM_STI && form->source != FROM_Z;
}

static bool row_uses_modrm(const struct insn_row *row)
{
    for (unsigned i = 0; i < INSN_MAX_OPERANDS; i++) {
        if (form_uses_modrm(&operand_forms[row->op[i]]))
            return true;
    }
    return row->form != FORM_SPAN;
}

static bool row_uses_memory(const struct insn_row *row, uint8_t modrm)
{
    if (modrm >= 0xc0)
        return false;
    for (unsigned i = 0; i < INSN_MAX_OPERANDS; i++) {
        unsigned source = operand_forms[row->op[i]].source;

        if (source == FROM_E || source == FROM_M)
            return true;
    }
    return false;
}

/* The operand's kind and register; false: #UD. */
static bool locate_operand(const struct insn *in, const struct operand_form *form,
                           struct operand *op)
{
    static const uint8_t kinds[] = {
        [FROM_NONE] = OPERAND_NONE, [FROM_E] = OPERAND_MEM,     [FROM_M] = OPERAND_MEM,
        [FROM_R] = OPERAND_GPR,     [FROM_G] = OPERAND_GPR,     [FROM_Z] = OPERAND_GPR,
        [FROM_SREG] = OPERAND_SREG, [FROM_CR] = OPERAND_CR,     [FROM_DR] = OPERAND_DR,
        [FROM_TR] = OPERAND_TR,     [FROM_STI] = OPERAND_ST,    [FROM_ST0] = OPERAND_ST,
        [FROM_GPR] = OPERAND_GPR,   [FROM_SEG] = OPERAND_SREG,  [FROM_IMM] = OPERAND_IMM,
        [FROM_SIMM] = OPERAND_IMM,  [FROM_IMM2] = OPERAND_IMM2, [FROM_ONE] = OPERAND_IMM,
        [FROM_JB] = OPERAND_REL,    [FROM_JZ] = OPERAND_REL,    [FROM_FAR] = OPERAND_FAR,
        [FROM_MOFFS] = OPERAND_MEM, [FROM_SRC] = OPERAND_SRC,   [FROM_DST] = OPERAND_DST,
    };
    bool is_register = in->modrm >= 0xc0;

    op->kind = kinds[form->source];
    op->reg = form->reg;
    switch ((enum operand_source)form->source) {
    case FROM_E:
        op->kind = is_register ? OPERAND_GPR : OPERAND_MEM;
        op->reg = is_register ? in->modrm & 7 : 0;
        return true;
    case FROM_M:
        return !is_register;
    case FROM_R:
    case FROM_STI:
        op->reg = in->modrm & 7;
        return true;
    case FROM_Z:
        op->reg = in->opcode & 7;
        return true;
    case FROM_SREG:
        op->reg = in->modrm >> 3 & 7;
        return op->reg < SEG_COUNT;
    case FROM_G:
    case FROM_CR:
    case FROM_DR:
    case FROM_TR:
        op->reg = in->modrm >> 3 & 7;
        return true;
    default:
        return true;
    }
}

/* The bytes behind ModRM, SIB and displacement. */
static void take_immediate(struct reader *r, const struct operand_form *form, unsigned size,
                           struct insn *in)
{
    switch ((enum operand_source)form->source) {
    case FROM_IMM:
        in->imm = take(r, size);
        break;
    case FROM_SIMM:
    case FROM_JB:
        in->imm = take_signed(r, 1);
        break;
    case FROM_IMM2:
        in->imm2 = take(r, size);
        break;
    case FROM_ONE:
        in->imm = 1;
        break;
    case FROM_JZ:
        in->imm = take_signed(r, size);
        break;
    case FROM_FAR:
        in->imm = take(r, in->opsize);
        in->imm2 = take(r, 2);
        break;
    case FROM_MOFFS:
        in->disp = take(r, in->addrsize);
        break;
    default:
        break;
    }
}

static bool take_operands(struct reader *r, const struct insn_row *row, struct insn *in)
{
    bool valid = true;

    for (unsigned i = 0; i < INSN_MAX_OPERANDS; i++) {
        const struct operand_form *form = &operand_forms[row->op[i]];
        struct operand *op = &in->op[i];

        valid &= locate_operand(in, form, op);
        op->size = (uint8_t)width_bytes(form->width, in->opsize, op->kind == OPERAND_MEM);
        take_immediate(r, form, op->size, in);
    }
    return valid;
}

/* ---- The whole instruction ------------------------------------------------------------------ */

static unsigned take_opcode(struct reader *r, uint8_t byte, struct insn *in)
{
    enum insn_map map = byte == 0x0f ? MAP_0F : MAP_1;
    unsigned id;

    in->opcode = map == MAP_0F ? take_byte(r) : byte;
    id = insn_find(map, in->opcode);
    if (id != INSN_INVALID) {
        if (row_uses_modrm(&insn_rows[id]))
            in->modrm = take_byte(r);
        return id;
    }
    if (!insn_is_group(map, in->opcode))
        return INSN_INVALID;
    in->modrm = take_byte(r);
    return insn_find_modrm(map, in->opcode, in->modrm);
}

/* What the row allows in general but not in this form. */
static bool is_legal(const struct insn_row *row, const struct cpu_model *model,
                     const struct insn *in)
{
    const struct operand *to = &in->op[0];

    if (!insn_available(row, model))
        return false;
    if (in->lock && !(row->attrs & ATTR_LOCK && to->kind == OPERAND_MEM))
        return false;
    return !(in->fn == exec_mov_to_sreg && to->reg == SEG_CS);
}

int insn_decode(const struct cpu_model *model, bool code32, const uint8_t *bytes, unsigned n,
                struct insn *in)
{
    struct reader r = {.bytes = bytes, .n = n < INSN_MAX_LENGTH ? n : INSN_MAX_LENGTH};
    const struct insn_row *row;
    bool valid;

    memset(in, 0, sizeof *in);
    in->id = (uint16_t)take_opcode(&r, take_prefixes(&r, code32, in), in);
    row = &insn_rows[in->id];
    in->fn = row->fn;
    if (in->id != INSN_INVALID && !insn_available(row, model))
        return -1;
    if (row_uses_memory(row, in->modrm))
        take_memory(&r, model->level, in);
    valid = take_operands(&r, row, in);
    if (in->seg == SEG_DEFAULT)
        in->seg = SEG_DS;
    in->length = (uint8_t)r.pos;
    if (r.truncated)
        return 0;
    return in->id != INSN_INVALID && valid && is_legal(row, model, in) ? 1 : -1;
}

bool cpu_decode(struct cpu *cpu, struct insn *in)
{
    bool code32 = cpu->s.seg[SEG_CS].attr & SEGATTR_DB;
    uint8_t bytes[INSN_MAX_LENGTH];
    unsigned have = 0;
    int result;

    do {
        unsigned got;

        if (have == sizeof bytes)
            return cpu_raise_error(cpu, VEC_GP, 0);
        if (!mem_fetch(cpu, cpu->s.eip + have, bytes + have, sizeof bytes - have, &got))
            return false;
        have += got;
        result = insn_decode(&cpu->model, code32, bytes, have, in);
    } while (result == 0);
    return result > 0 || cpu_raise(cpu, VEC_UD);
}
