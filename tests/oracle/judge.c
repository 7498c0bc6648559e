#include "tests/oracle/judge.h"

#include <stdarg.h>
#include <string.h>

#include "tests/oracle/host_rules.h"

static const char *const gpr_names[] = {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"};
static const char *const sreg_names[] = {"es", "cs", "ss", "ds", "fs", "gs"};

/* ---- What is defined ------------------------------------------------------------------------ */

static bool is_shift(const struct insn_row *row)
{
    static const char *const names[] = {"rol", "ror", "rcl", "rcr",  "shl",
                                        "sal", "shr", "sar", "shld", "shrd"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(row->mnemonic, names[i]))
            return true;
    return false;
}

static unsigned shift_count(const struct insn *insn, const struct oracle_input *in)
{
    const struct operand *count = &insn->op[insn->op[2].kind == OPERAND_NONE ? 1 : 2];
    uint32_t value = count->kind == OPERAND_IMM ? insn->imm : in->regs.gpr[GPR_ECX];
    return value & 31;
}

/* Only a shift by one defines OF, and only a shift below the width CF (SDM vol. 2, SAL, SHLD). */
static uint32_t undefined_after_shift(const struct insn *insn, const struct oracle_input *in)
{
    const struct insn_row *row = &insn_rows[insn->id];
    unsigned count = shift_count(insn, in), width = 8u * insn->op[0].size;
    bool of_rotate = row->mnemonic[0] == 'r' || row->mnemonic[1] == 'a';
    bool is_double = insn->op[2].kind != OPERAND_NONE;
    if (count == 0)
        return 0;
    if (is_double && count > width)
        return EFLAGS_STATUS;
    uint32_t undefined = row->undefined;
    if (count == 1)
        undefined &= ~(uint32_t)EFLAGS_OF;
    if (!of_rotate && count >= width)
        undefined |= EFLAGS_CF;
    return undefined;
}

uint32_t judge_undefined_flags(const struct insn *insn, const struct oracle_input *in)
{
    const struct insn_row *row = &insn_rows[insn->id];
    return is_shift(row) ? undefined_after_shift(insn, in) : row->undefined;
}

/* A fault leaves the flags as they were, but for a division's; a fault at the instruction behind is
 * not one of this. */
static bool flags_may_be_undefined(const struct oracle_input *in,
                                   const struct oracle_output *silicon)
{
    return silicon->regs.eip != in->regs.eip || silicon->vector == VEC_DB ||
           silicon->vector == VEC_BP || silicon->vector == VEC_OF || silicon->vector == VEC_DE;
}

/* ---- Comparing ------------------------------------------------------------------------------ */

struct verdict {
    FILE *report;
    bool alike;
};

__attribute__((format(printf, 2, 3))) static void differ(struct verdict *v, const char *format, ...)
{
    va_list args;
    v->alike = false;
    if (!v->report)
        return;
    va_start(args, format);
    fputs("    ", v->report);
    vfprintf(v->report, format, args);
    fputc('\n', v->report);
    va_end(args);
}

static void compare_value(struct verdict *v, const char *name, uint32_t silicon, uint32_t emulated)
{
    if (silicon != emulated)
        differ(v, "%s is %x, silicon says %x", name, emulated, silicon);
}

/* A return to an outer ring makes every null selector 0: an interrupt of the host's own, in
 * between, does that, too. */
static void compare_selector(struct verdict *v, const char *name, uint16_t silicon,
                             uint16_t emulated)
{
    if (silicon != 0 || emulated > 3)
        compare_value(v, name, silicon, emulated);
}

static void compare_registers(struct verdict *v, const struct oracle_regs *silicon,
                              const struct oracle_regs *emulated, uint32_t undefined,
                              uint8_t ignored)
{
    for (unsigned i = 0; i < GPR_COUNT; i++)
        if (!(ignored >> i & 1))
            compare_value(v, gpr_names[i], silicon->gpr[i], emulated->gpr[i]);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        compare_selector(v, sreg_names[i], silicon->seg[i], emulated->seg[i]);
    compare_value(v, "eip", silicon->eip, emulated->eip);
    compare_value(v, "eflags", silicon->eflags & ~undefined, emulated->eflags & ~undefined);
}

static void compare_exception(struct verdict *v, const struct oracle_output *silicon,
                              const struct oracle_output *emulated)
{
    /* The host's #PF code has more bits: instruction fetch, protection keys. */
    uint32_t mask = silicon->vector == VEC_PF ? PF_PRESENT | PF_WRITE | PF_USER : UINT32_MAX;
    compare_value(v, "vector", silicon->vector, emulated->vector);
    compare_value(v, "error code", silicon->error & mask, emulated->error & mask);
    if (silicon->vector == VEC_PF)
        compare_value(v, "cr2", silicon->cr2, emulated->cr2);
}

static bool change_find(const struct oracle_output *out, uint32_t address, uint32_t *value)
{
    for (uint32_t i = 0; i < out->change_count && i < ORACLE_CHANGES; i++)
        if (out->change[i].address == address) {
            *value = out->change[i].value;
            return true;
        }
    return false;
}

static void compare_memory(struct verdict *v, const struct oracle_output *silicon,
                           const struct oracle_output *emulated)
{
    uint32_t value;
    if (silicon->change_count == emulated->change_count &&
        !memcmp(silicon->change, emulated->change,
                (silicon->change_count < ORACLE_CHANGES ? silicon->change_count : ORACLE_CHANGES) *
                    sizeof *silicon->change))
        return;
    v->alike = false;
    for (uint32_t i = 0; i < silicon->change_count && i < ORACLE_CHANGES; i++)
        if (!change_find(emulated, silicon->change[i].address, &value))
            differ(v, "[%08x] unchanged, silicon writes %02x", silicon->change[i].address,
                   silicon->change[i].value);
        else if (value != silicon->change[i].value)
            differ(v, "[%08x] is %02x, silicon writes %02x", silicon->change[i].address, value,
                   silicon->change[i].value);
    for (uint32_t i = 0; i < emulated->change_count && i < ORACLE_CHANGES; i++)
        if (!change_find(silicon, emulated->change[i].address, &value))
            differ(v, "[%08x] is %02x, silicon leaves it", emulated->change[i].address,
                   emulated->change[i].value);
}

/* ---- x87 ------------------------------------------------------------------------------------ */

static void compare_x87(struct verdict *v, const struct oracle_x87 *silicon,
                        const struct oracle_x87 *emulated)
{
    compare_value(v, "cw", silicon->cw, emulated->cw);
    compare_value(v, "sw", silicon->sw, emulated->sw);
    compare_value(v, "tw", silicon->tw, emulated->tw);
    for (unsigned i = 0; i < 8; i++) {
        uint64_t a, b;
        uint16_t x, y;
        memcpy(&a, silicon->st[i], 8);
        memcpy(&x, silicon->st[i] + 8, 2);
        memcpy(&b, emulated->st[i], 8);
        memcpy(&y, emulated->st[i] + 8, 2);
        if (a != b || x != y)
            differ(v, "st%u is %04x:%016llx, silicon says %04x:%016llx", i, y,
                   (unsigned long long)b, x, (unsigned long long)a);
    }
}

bool judge_compare(const struct insn *insn, const struct oracle_input *in,
                   const struct oracle_output *silicon, const struct oracle_output *emulated,
                   FILE *report)
{
    struct verdict v = {.report = report, .alike = true};
    const struct host_rule *rule = host_rule_find(insn);
    uint32_t undefined = flags_may_be_undefined(in, silicon) ? judge_undefined_flags(insn, in) : 0;
    compare_exception(&v, silicon, emulated);
    compare_registers(&v, &silicon->regs, &emulated->regs, undefined, rule ? rule->registers : 0);
    compare_memory(&v, silicon, emulated);
    if (insn_rows[insn->id].attrs & ATTR_X87 || insn->id == INSN_INVALID)
        compare_x87(&v, &silicon->regs.x87, &emulated->regs.x87);
    return v.alike;
}
