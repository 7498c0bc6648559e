#include "tests/oracle/generate.h"

#include <string.h>

#include "cpu/cpu_internal.h"
#include "tests/oracle/emulate.h"
#include "tests/oracle/generate_code.h"
#include "tests/oracle/generate_values.h"
#include "tests/oracle/oracle_memory.h"

/* ---- Where memory operands go --------------------------------------------------------------- */

/* A linear address for an operand of `size` bytes; `low`: below 64 KB. */
static uint32_t pick_place(struct oracle_rng *rng, bool low, uint32_t size)
{
    bool use_low = low || rng_percent(rng, 60);
    uint32_t base = use_low ? ORACLE_LOW : ORACLE_HIGH;
    uint32_t length = use_low ? ORACLE_LOW_SIZE : ORACLE_HIGH_SIZE;
    uint32_t chance = rng_below(rng, 100);
    if (chance < 50)
        return base + (rng_below(rng, length - 256) & ~3u) + 64;
    if (chance < 72)
        return base + rng_below(rng, length - 256) + 64;
    if (chance < 84) /* across two pages that are there */
        return base + 0x1000 * (1 + rng_below(rng, length / 0x1000 - 1)) - rng_below(rng, size + 1);
    if (chance < 89) /* across the end of what is there */
        return base + length - rng_below(rng, size + 1);
    if (chance < 91)
        return base - rng_below(rng, size + 1);
    if (chance < 95)
        return ORACLE_READONLY + rng_below(rng, ORACLE_READONLY_SIZE);
    if (chance < 97)
        return ORACLE_READONLY + ORACLE_READONLY_SIZE - rng_below(rng, size + 1);
    if (chance < 98 && !low)
        return ORACLE_CODE + 0x100 + rng_below(rng, 0x400);
    return low ? rng_u32(rng) & 0xffff : rng_u32(rng);
}

/* Bit tests reach memory away from the address that ModRM gives. */
static uint32_t bit_displacement(const struct insn *insn, const struct oracle_regs *r)
{
    bool by_register = insn_rows[insn->id].op[1] == OPERAND_FORM_Gv;
    const char *name = insn_rows[insn->id].mnemonic;
    if (name[0] != 'b' || name[1] != 't' || !by_register)
        return 0;
    uint32_t bit = r->gpr[insn->op[1].reg];
    if (insn->opsize == 2)
        return (uint32_t)((int16_t)bit >> 4) * 2;
    return (uint32_t)((int32_t)bit >> 5) * 4;
}

static uint32_t address_of(const struct insn *insn, const struct oracle_regs *r)
{
    uint32_t offset = insn->disp;
    if (insn->base != INSN_NO_REG)
        offset += r->gpr[insn->base];
    if (insn->index != INSN_NO_REG)
        offset += r->gpr[insn->index] << insn->scale;
    return insn->addrsize == 2 ? offset & 0xffff : offset;
}

static void set_part(uint32_t *reg, uint32_t value, unsigned addrsize)
{
    *reg = addrsize == 2 ? (*reg & 0xffff0000) | (value & 0xffff) : value;
}

/* Bends base and index so that the operand lies at `offset`, as far as that can be done. */
static void aim(struct oracle_rng *rng, const struct insn *insn, struct oracle_regs *r,
                uint32_t offset)
{
    uint32_t rest = offset - insn->disp;
    if (insn->base != INSN_NO_REG && insn->base == insn->index)
        set_part(&r->gpr[insn->base], rest / (1 + (1u << insn->scale)), insn->addrsize);
    else if (insn->base != INSN_NO_REG && insn->index != INSN_NO_REG) {
        if (rng_percent(rng, 80))
            r->gpr[insn->index] = rng_below(rng, 4096);
        set_part(&r->gpr[insn->base], rest - (r->gpr[insn->index] << insn->scale), insn->addrsize);
    } else if (insn->base != INSN_NO_REG)
        set_part(&r->gpr[insn->base], rest, insn->addrsize);
    else if (insn->index != INSN_NO_REG)
        set_part(&r->gpr[insn->index], rest >> insn->scale, insn->addrsize);
}

static bool has_memory_operand(const struct insn *insn)
{
    for (unsigned i = 0; i < INSN_MAX_OPERANDS; i++)
        if (insn->op[i].kind == OPERAND_MEM)
            return true;
    return false;
}

static uint32_t operand_size(const struct insn *insn)
{
    for (unsigned i = 0; i < INSN_MAX_OPERANDS; i++)
        if (insn->op[i].kind == OPERAND_MEM)
            return insn->op[i].size ? insn->op[i].size : 4;
    return 4;
}

/* A locked access across cache lines stops the host's whole bus, and hypervisors make whoever does
 * that wait for seconds. */
static bool spares_the_bus(const struct insn *insn, const struct oracle_regs *r)
{
    enum { CACHE_LINE = 64 };
    bool locked = insn->lock || insn->id == INSN_XCHG_Eb_Gb || insn->id == INSN_XCHG_Ev_Gv;
    if (!locked || !has_memory_operand(insn))
        return true;
    uint32_t at =
        emulator_segment_base(r->seg[insn->seg]) + address_of(insn, r) + bit_displacement(insn, r);
    return at % CACHE_LINE + operand_size(insn) <= CACHE_LINE;
}

static void place_memory_operand(struct oracle_rng *rng, const struct insn *insn,
                                 struct oracle_input *in)
{
    struct oracle_regs *r = &in->regs;
    if (!has_memory_operand(insn))
        return;
    uint32_t base = emulator_segment_base(r->seg[insn->seg]);
    uint32_t place = pick_place(rng, insn->addrsize == 2, operand_size(insn));
    aim(rng, insn, r, place - base - bit_displacement(insn, r));
    value_poke_operand(rng, insn, address_of(insn, r) + base + bit_displacement(insn, r), in);
}

/* ---- Registers that instructions use without naming them --------------------------------- */

static void place_pointer(struct oracle_rng *rng, struct oracle_regs *r, unsigned gpr,
                          unsigned sreg, unsigned addrsize, uint32_t size)
{
    uint32_t place = pick_place(rng, addrsize == 2, size);
    set_part(&r->gpr[gpr], place - emulator_segment_base(r->seg[sreg]), addrsize);
}

static void place_string(struct oracle_rng *rng, const struct insn *insn, struct oracle_input *in)
{
    struct oracle_regs *r = &in->regs;
    for (unsigned i = 0; i < INSN_MAX_OPERANDS; i++) {
        uint32_t size = insn->op[i].size;
        if (insn->op[i].kind == OPERAND_SRC)
            place_pointer(rng, r, GPR_ESI, insn->seg, insn->addrsize, size);
        if (insn->op[i].kind == OPERAND_DST)
            place_pointer(rng, r, GPR_EDI, SEG_ES, insn->addrsize, size);
    }
    if (insn->rep)
        set_part(&r->gpr[GPR_ECX], rng_below(rng, rng_percent(rng, 20) ? 60 : 9), insn->addrsize);
    /* Alike for a while, so that a repeated comparison goes on. */
    if (insn_rows[insn->id].attrs & ATTR_REPCC && rng_percent(rng, 50))
        value_poke_alike(rng, insn, in);
}

static void place_stack(struct oracle_rng *rng, struct oracle_input *in)
{
    struct oracle_regs *r = &in->regs;
    bool wide = emulator_segment_is_32bit(r->seg[SEG_SS]);
    uint32_t base = emulator_segment_base(r->seg[SEG_SS]);
    uint32_t place = pick_place(rng, !wide, 4);
    if (rng_percent(rng, 80))
        place = (wide && rng_percent(rng, 50) ? ORACLE_HIGH : ORACLE_LOW) + 0x400 +
                4 * rng_below(rng, 0x700);
    r->gpr[GPR_ESP] = place - base;
    if (!wide && rng_percent(rng, 50))
        r->gpr[GPR_ESP] |= rng_u32(rng) << 16;
    if (rng_percent(rng, 60))
        r->gpr[GPR_EBP] = r->gpr[GPR_ESP] + 4 * rng_below(rng, 64) - 64;
}

/* ---- The whole test ------------------------------------------------------------------------- */

static void pick_segments(struct oracle_rng *rng, struct oracle_regs *r)
{
    static const uint8_t data_entries[] = {LDT_STACK16,  LDT_DATA_SMALL,  LDT_DOWN32,
                                           LDT_DOWN16,   LDT_DATA_RO,     LDT_CODE32,
                                           LDT_CODE32_X, LDT_DATA_OFFSET, LDT_STACK16};
    static const uint8_t stack_entries[] = {LDT_STACK16, LDT_DATA_SMALL, LDT_DOWN32, LDT_DOWN16,
                                            LDT_DATA_OFFSET};
    static const uint8_t data_sregs[] = {SEG_ES, SEG_DS, SEG_FS, SEG_GS};
    for (unsigned i = 0; i < sizeof data_sregs; i++) {
        unsigned entry = data_entries[rng_below(rng, sizeof data_entries)];
        bool ordinary = rng_percent(rng, data_sregs[i] <= SEG_DS ? 85 : 50);
        bool null = !ordinary && rng_percent(rng, 15);
        if (entry == LDT_CODE32_X) /* cannot be loaded into a data segment register */
            entry = LDT_CODE32;
        r->seg[data_sregs[i]] = ordinary ? ORACLE_USER_DS : null ? 3 : oracle_ldt_selector(entry);
    }
    r->seg[SEG_SS] = rng_percent(rng, 85)
                         ? ORACLE_USER_DS
                         : oracle_ldt_selector(stack_entries[rng_below(rng, sizeof stack_entries)]);
}

static void pick_flags(struct oracle_rng *rng, const struct insn *insn, struct oracle_regs *r)
{
    bool run = !(insn_rows[insn->id].attrs & ATTR_JUMP) && rng_percent(rng, insn->rep ? 75 : 25);
    r->eflags = (rng_u32(rng) & (EFLAGS_STATUS | EFLAGS_DF)) | EFLAGS_FIXED | EFLAGS_IF;
    if (rng_percent(rng, 6))
        r->eflags |= EFLAGS_AC;
    if (!run)
        r->eflags |= EFLAGS_TF;
}

bool generate_test(struct oracle_rng *rng, const struct cpu_model *model, unsigned row,
                   struct oracle_input *in, struct insn *insn)
{
    memset(in, 0, sizeof *in);
    if (!generate_code(rng, model, row, in, insn))
        return false;
    pick_segments(rng, &in->regs);
    pick_flags(rng, insn, &in->regs);
    for (unsigned i = 0; i < GPR_COUNT; i++)
        in->regs.gpr[i] = value_random32(rng);
    place_stack(rng, in);
    value_arrange(rng, insn, in);
    place_string(rng, insn, in);
    place_memory_operand(rng, insn, in);
    value_poke_stack(rng, insn, in);
    value_x87(rng, insn, in);
    return spares_the_bus(insn, &in->regs);
}
