#include "tests/vectors/exclusions.h"

#include <stddef.h>
#include <string.h>

#include "cpu/cpu.h"

static bool is_286(const struct vector_insn *in)
{
    return !memcmp(in->file->cpu, "C286", 4);
}

static unsigned reg_field(const struct vector_insn *in)
{
    return in->modrm >> 3 & 7;
}

static bool is_memory(const struct vector_insn *in)
{
    return in->modrm < 0xc0;
}

/* Does the 386 allow LOCK before this instruction? (80386 PRM, LOCK; of one-byte opcodes only.) */
static bool lockable(const struct vector_insn *in)
{
    if (!is_memory(in))
        return false;
    if (in->opcode < 0x38)
        return (in->opcode & 7) < 2;
    switch (in->opcode) {
    case 0x80:
    case 0x81:
    case 0x82:
    case 0x83:
        return reg_field(in) != 7;
    case 0x86:
    case 0x87:
        return true;
    case 0xf6:
    case 0xf7:
        return reg_field(in) == 2 || reg_field(in) == 3;
    case 0xfe:
    case 0xff:
        return reg_field(in) < 2;
    default:
        return false;
    }
}

static bool lock_386(const struct vector_insn *in)
{
    return is_286(in) && in->lock && !lockable(in);
}

static bool fs_gs_286(const struct vector_insn *in)
{
    return is_286(in) && (in->opcode == 0x8c || in->opcode == 0x8e) && (reg_field(in) & 6) == 4;
}

static bool faulted_286(const struct vector_insn *in)
{
    return is_286(in) && in->test->exception && in->test->vector == VEC_GP;
}

static bool too_long_286(const struct vector_insn *in)
{
    enum { LONGEST_286 = 10 };
    return faulted_286(in) && in->length > LONGEST_286;
}

static bool base_is_bp(const struct vector_insn *in)
{
    unsigned mod = in->modrm >> 6, rm = in->modrm & 7;
    return mod != 3 && (rm == 2 || rm == 3 || (rm == 6 && mod != 0));
}

static bool stack_limit_286(const struct vector_insn *in)
{
    enum { POPA = 0x61, LEAVE = 0xc9, SS_PREFIX = 0x36 };
    bool pops = in->opcode == POPA || in->opcode == LEAVE;
    bool by_prefix = in->override == SS_PREFIX && is_memory(in);
    return faulted_286(in) && (pops || by_prefix || (!in->override && base_is_bp(in)));
}

static bool string_286(const struct vector_insn *in)
{
    bool moves = in->opcode >= 0xa4 && in->opcode <= 0xaf && in->opcode != 0xa9;
    bool port = in->opcode >= 0x6c && in->opcode <= 0x6f;
    return faulted_286(in) && (moves || port);
}

static bool pop_memory_286(const struct vector_insn *in)
{
    return faulted_286(in) && in->opcode == 0x8f;
}

static bool wraps_286(const struct vector_insn *in)
{
    const struct moo_regs *fina = &in->test->fina.regs;
    return is_286(in) && (fina->present >> MOO_EIP & 1) && fina->value[MOO_EIP] == 0;
}

static const struct exclusion exclusions[] = {
    {"lock", "the 386 raises #UD for LOCK where the 286 ignores it", lock_386},
    {"fs-gs", "MOV to and from FS and GS does not exist on the 286", fs_gs_286},
    {"length", "the 286 takes 10 bytes, the 386 takes 15", too_long_286},
    {"stack-limit", "a word at SS:FFFF is #GP on the 286 and #SS on the 386", stack_limit_286},
    {"string-restart", "the 286 leaves SI, DI and CX moved on when a string instruction faults",
     string_286},
    {"pop-restart", "the 286 leaves SP moved on when POP cannot store", pop_memory_286},
    {"ip-wrap", "behind FFFF comes 10000 on the 386 and 0 on the 286", wraps_286},
};

enum {
    CF = EFLAGS_CF,
    PF = EFLAGS_PF,
    AF = EFLAGS_AF,
    ZF = EFLAGS_ZF,
    SF = EFLAGS_SF,
    OF = EFLAGS_OF,
};

enum { ANY = -1 };

/* Flags that the 286 and the 386 leave undefined, and compute differently. */
static const struct {
    uint8_t first, last; /* opcodes */
    int8_t reg;          /* ModRM reg field or ANY */
    uint16_t undefined;
} undefined_flags[] = {
    {0x27, 0x27, ANY, OF},                /* DAA */
    {0x2f, 0x2f, ANY, OF},                /* DAS */
    {0x37, 0x37, ANY, OF | SF | ZF | PF}, /* AAA */
    {0x3f, 0x3f, ANY, OF | SF | ZF | PF}, /* AAS */
    {0x69, 0x69, ANY, SF | ZF | AF | PF}, /* IMUL */
    {0x6b, 0x6b, ANY, SF | ZF | AF | PF}, /* IMUL */
    {0xd4, 0xd4, ANY, OF | AF | CF},      /* AAM */
    {0xd5, 0xd5, ANY, OF | AF | CF},      /* AAD */
    {0xf6, 0xf7, 4, SF | ZF | AF | PF},   /* MUL */
    {0xf6, 0xf7, 5, SF | ZF | AF | PF},   /* IMUL */
    {0xf6, 0xf7, 6, EFLAGS_STATUS},       /* DIV */
    {0xf6, 0xf7, 7, EFLAGS_STATUS},       /* IDIV */
};

/* The flags that a shift or rotate of more than one bit leaves undefined. */
static uint32_t undefined_after_shift(const struct vector_insn *in)
{
    unsigned width = in->opcode & 1 ? 16 : 8;
    unsigned count = 1;
    if (in->opcode == 0xc0 || in->opcode == 0xc1)
        count = in->test->bytes[in->length - 1] & 31;
    if (in->opcode == 0xd2 || in->opcode == 0xd3)
        count = in->test->init.regs.value[MOO_ECX] & 31;
    uint32_t undefined = count > 1 ? OF : 0;
    if (count && reg_field(in) >= 4)
        undefined |= AF;
    if (count >= width && reg_field(in) >= 4 && reg_field(in) != 7)
        undefined |= CF;
    return undefined;
}

static bool is_shift(const struct vector_insn *in)
{
    return (in->opcode & 0xfe) == 0xc0 || (in->opcode & 0xfc) == 0xd0;
}

uint32_t exclusion_flags(const struct vector_insn *in)
{
    if (!is_286(in))
        return 0;
    if (is_shift(in))
        return undefined_after_shift(in);
    for (size_t i = 0; i < sizeof undefined_flags / sizeof *undefined_flags; i++)
        if (in->opcode >= undefined_flags[i].first && in->opcode <= undefined_flags[i].last &&
            (undefined_flags[i].reg == ANY || (unsigned)undefined_flags[i].reg == reg_field(in)))
            return undefined_flags[i].undefined;
    return 0;
}

const struct exclusion *exclusion_find(const struct vector_insn *in)
{
    for (size_t i = 0; i < sizeof exclusions / sizeof *exclusions; i++)
        if (exclusions[i].applies(in))
            return &exclusions[i];
    return NULL;
}

static bool is_prefix(const struct vector_insn *in, uint8_t byte)
{
    return (byte & 0xe7) == 0x26 || byte == 0xf0 || byte == 0xf2 || byte == 0xf3 ||
           (!is_286(in) && byte >= 0x64 && byte <= 0x67);
}

void vector_insn_read(const struct moo_file *file, const struct moo_test *test,
                      struct vector_insn *in)
{
    unsigned at = 0;
    *in = (struct vector_insn){.file = file, .test = test};
    /* The captured bytes end in F4; for HLT itself that is the instruction. */
    in->length = test->byte_count > 1 ? test->byte_count - 1 : test->byte_count;
    for (; at + 1 < in->length && is_prefix(in, test->bytes[at]); at++) {
        in->lock |= test->bytes[at] == 0xf0;
        if ((test->bytes[at] & 0xe7) == 0x26)
            in->override = test->bytes[at];
    }
    in->opcode = test->bytes[at];
    in->modrm = at + 1 < in->length ? test->bytes[at + 1] : 0;
}
