#include "tests/oracle/generate_values.h"

#include <string.h>

#include "tests/oracle/emulate.h"
#include "tests/oracle/x87_tags.h"

uint32_t value_random32(struct oracle_rng *rng)
{
    static const uint32_t edges[] = {0,          1,          2,          0x7f,       0x80,
                                     0xff,       0x100,      0x7fff,     0x8000,     0xffff,
                                     0x10000,    0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe,
                                     0xffffffff, 0xffffff80, 0xffff8000};
    uint32_t chance = rng_below(rng, 100);
    if (chance < 50)
        return rng_u32(rng);
    if (chance < 70)
        return edges[rng_below(rng, sizeof edges / sizeof *edges)];
    if (chance < 85)
        return rng_u32(rng) & 0xff;
    return 1u << rng_below(rng, 32);
}

uint16_t value_random_selector(struct oracle_rng *rng)
{
    static const uint16_t fixed[] = {0,    1,    2,    3,    0x23, 0x20, 0x2b, 0x28,  0x10,
                                     0x18, 0x1b, 0x08, 0x63, 0x40, 0x50, 0x83, 0x100b};
    if (rng_percent(rng, 45))
        return fixed[rng_below(rng, sizeof fixed / sizeof *fixed)];
    return (uint16_t)(rng_below(rng, ORACLE_LDT_SIZE + 1) << 3 | 4 |
                      (rng_percent(rng, 85) ? 3 : rng_below(rng, 4)));
}

/* ---- Pokes ---------------------------------------------------------------------------------- */

static struct oracle_poke *new_poke(struct oracle_input *in, uint32_t address)
{
    static struct oracle_poke none;
    if (in->poke_count == ORACLE_MAX_POKES)
        return &none;
    struct oracle_poke *p = &in->poke[in->poke_count++];
    *p = (struct oracle_poke){.address = address};
    return p;
}

static void put(struct oracle_poke *p, uint32_t value, unsigned size)
{
    if (p->size + size > ORACLE_POKE_BYTES)
        return;
    memcpy(p->bytes + p->size, &value, size);
    p->size += size;
}

/* ---- Kinds of instructions ------------------------------------------------------------------ */

static bool is(const struct insn *insn, const char *mnemonic)
{
    return !strcmp(insn_rows[insn->id].mnemonic, mnemonic);
}

static bool takes_selector(const struct insn *insn)
{
    static const char *const names[] = {"lar", "lsl", "verr", "verw", "arpl", "lldt", "ltr"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (is(insn, names[i]))
            return true;
    return insn->id == INSN_MOV_Sw_Ew;
}

static bool divides(const struct insn *insn)
{
    return is(insn, "div") || is(insn, "idiv");
}

/* A register by operand, as far as `size` reaches. */
static void set_operand(struct oracle_regs *r, const struct operand *op, uint32_t value)
{
    if (op->kind != OPERAND_GPR)
        return;
    unsigned reg = op->size == 1 ? op->reg & 3 : op->reg;
    unsigned shift = op->size == 1 && op->reg > 3 ? 8 : 0;
    uint32_t mask = op->size == 1 ? 0xff : op->size == 2 ? 0xffff : UINT32_MAX;
    r->gpr[reg] = (r->gpr[reg] & ~(mask << shift)) | (value & mask) << shift;
}

static void arrange_division(struct oracle_rng *rng, struct oracle_regs *r)
{
    uint32_t high = rng_below(rng, 64);
    if (rng_percent(rng, 30)) /* sign extension of what is below */
        high = r->gpr[GPR_EAX] >> 31 ? UINT32_MAX : 0;
    if (rng_percent(rng, 70))
        r->gpr[GPR_EDX] = high;
    if (rng_percent(rng, 50))
        r->gpr[GPR_EAX] &= 0xffff0fff;
}

void value_arrange(struct oracle_rng *rng, const struct insn *insn, struct oracle_input *in)
{
    struct oracle_regs *r = &in->regs;
    const struct operand *op = insn->op;
    if (is(insn, "xlat"))
        r->gpr[GPR_EBX] = ORACLE_LOW + rng_below(rng, ORACLE_LOW_SIZE);
    if (divides(insn))
        arrange_division(rng, r);
    if (takes_selector(insn) && rng_percent(rng, 90))
        set_operand(r, &op[is(insn, "arpl") || op[1].kind == OPERAND_NONE ? 0 : 1],
                    value_random_selector(rng));
    if (is(insn, "arpl") && rng_percent(rng, 90))
        set_operand(r, &op[1], value_random_selector(rng));
    if ((insn->opcode & 0xfc) == 0xe0 && rng_percent(rng, 80)) /* LOOPcc, JCXZ */
        r->gpr[GPR_ECX] = rng_below(rng, 3) | (rng_percent(rng, 50) ? rng_u32(rng) << 16 : 0);
    if (is(insn, "cmpxchg") && rng_percent(rng, 50))
        set_operand(r, &op[0], r->gpr[GPR_EAX]);
    if (is(insn, "bound"))
        set_operand(r, &op[0], rng_below(rng, 64) - 32);
    if (is(insn, "leave") || is(insn, "enter"))
        r->gpr[GPR_EBP] = r->gpr[GPR_ESP] + 4 * rng_below(rng, 256);
    if (insn_rows[insn->id].op[1] == OPERAND_FORM_Gv && rng_percent(rng, 70) && is(insn, "bt"))
        set_operand(r, &op[1], rng_below(rng, 4096) - 2048);
}

/* ---- Memory operands ------------------------------------------------------------------------ */

static void put_far_pointer(struct oracle_rng *rng, const struct insn *insn, struct oracle_poke *p)
{
    uint32_t offset = rng_percent(rng, 60) ? rng_below(rng, ORACLE_CODE_SIZE) : rng_u32(rng);
    put(p, offset, insn->opsize);
    put(p, value_random_selector(rng), 2);
}

static void put_bounds(struct oracle_rng *rng, const struct insn *insn, struct oracle_poke *p)
{
    put(p, rng_below(rng, 64) - 48, insn->opsize);
    put(p, rng_below(rng, 64) - 16, insn->opsize);
}

/* A real number near one of the places where formats and roundings change. */
static void put_real(struct oracle_rng *rng, unsigned size, struct oracle_poke *p)
{
    static const uint16_t exponents[] = {0x0000, 0x0001, 0x3fff, 0x3ffe, 0x4000, 0x3f80, 0x407f,
                                         0x3c00, 0x43fe, 0x7ffe, 0x7fff, 0x403e, 0x401e, 0x400e};
    uint32_t hi = value_random32(rng), lo = value_random32(rng);
    uint16_t se = exponents[rng_below(rng, sizeof exponents / sizeof *exponents)];
    se = (uint16_t)((se + rng_below(rng, 3) - 1) | rng_u32(rng) << 15);
    if (size == 4) {
        put(p, rng_percent(rng, 50) ? hi : (hi & 0x807fffff) | rng_below(rng, 256) << 23, 4);
        return;
    }
    put(p, lo, 4);
    put(p,
        size == 8 && rng_percent(rng, 60)
            ? (hi & 0x800fffff) | (0x3ff + rng_below(rng, 40) - 20) << 20
            : hi | (size == 10 && rng_percent(rng, 90) ? 0x80000000 : 0),
        4);
    if (size == 10)
        put(p, se, 2);
}

static void put_bcd(struct oracle_rng *rng, struct oracle_poke *p)
{
    for (unsigned i = 0; i < 9; i++)
        put(p, rng_below(rng, 10) << 4 | rng_below(rng, 10), 1);
    put(p, rng_u32(rng) & 0x80, 1);
}

static unsigned memory_size(const struct insn *insn)
{
    for (unsigned i = 0; i < INSN_MAX_OPERANDS; i++)
        if (insn->op[i].kind == OPERAND_MEM)
            return insn->op[i].size;
    return 0;
}

static void put_plain(struct oracle_rng *rng, unsigned size, struct oracle_poke *p)
{
    for (; size >= 4; size -= 4)
        put(p, value_random32(rng), 4);
    for (; size; size--)
        put(p, rng_u32(rng), 1);
}

void value_poke_operand(struct oracle_rng *rng, const struct insn *insn, uint32_t linear,
                        struct oracle_input *in)
{
    const struct insn_row *row = &insn_rows[insn->id];
    const uint32_t *gpr = in->regs.gpr;
    unsigned size = memory_size(insn);
    if (!size || rng_percent(rng, 10))
        return;
    struct oracle_poke *p = new_poke(in, linear);
    if (row->op[0] == OPERAND_FORM_Mp || row->op[1] == OPERAND_FORM_Mp) {
        put_far_pointer(rng, insn, p);
    } else if (row->op[1] == OPERAND_FORM_Ma) {
        put_bounds(rng, insn, p);
    } else if (takes_selector(insn)) {
        put(p, value_random_selector(rng), 2);
    } else if (is(insn, "fbld")) {
        put_bcd(rng, p);
    } else if (row->attrs & ATTR_X87 && size >= 4 && size <= 10) {
        put_real(rng, size, p);
    } else if (is(insn, "cmpxchg8b") && rng_percent(rng, 50)) {
        put(p, gpr[GPR_EAX], 4);
        put(p, gpr[GPR_EDX], 4);
    } else if (is(insn, "cmpxchg") && rng_percent(rng, 50)) {
        put(p, gpr[GPR_EAX], size);
    } else {
        put_plain(rng, size < ORACLE_POKE_BYTES ? size : ORACLE_POKE_BYTES, p);
    }
}

void value_poke_alike(struct oracle_rng *rng, const struct insn *insn, struct oracle_input *in)
{
    const struct oracle_regs *r = &in->regs;
    uint32_t mask = insn->addrsize == 2 ? 0xffff : UINT32_MAX;
    uint32_t to = emulator_segment_base(r->seg[SEG_ES]) + (r->gpr[GPR_EDI] & mask);
    uint32_t from = emulator_segment_base(r->seg[insn->seg]) + (r->gpr[GPR_ESI] & mask);
    uint32_t value = is(insn, "scas") ? r->gpr[GPR_EAX] : rng_u32(rng);
    struct oracle_poke *p = new_poke(in, to), *q = new_poke(in, from);
    unsigned size = is(insn, "scas") ? insn->op[1].size : 4;
    for (unsigned i = 0; i < ORACLE_POKE_BYTES / 4; i++) {
        put(p, value, size);
        put(q, value, size);
    }
}

void value_poke_stack(struct oracle_rng *rng, const struct insn *insn, struct oracle_input *in)
{
    const struct oracle_regs *r = &in->regs;
    bool wide = emulator_segment_is_32bit(r->seg[SEG_SS]);
    uint32_t esp = wide ? r->gpr[GPR_ESP] : r->gpr[GPR_ESP] & 0xffff;
    bool far = is(insn, "retf") || is(insn, "iret");
    bool selector = insn->op[0].kind == OPERAND_SREG && is(insn, "pop");
    if (!far && !selector && !is(insn, "popf"))
        return;
    struct oracle_poke *p = new_poke(in, emulator_segment_base(r->seg[SEG_SS]) + esp);
    if (far)
        put(p, rng_percent(rng, 70) ? rng_below(rng, ORACLE_CODE_SIZE) : rng_u32(rng),
            insn->opsize);
    if (far || selector)
        put(p, value_random_selector(rng) | (rng_percent(rng, 80) ? 3 : 0), insn->opsize);
    if (!selector)
        put(p, rng_u32(rng), insn->opsize);
}

/* ---- x87 ------------------------------------------------------------------------------------ */

static void random_x87_register(struct oracle_rng *rng, uint8_t *reg)
{
    struct oracle_poke p = {.size = 0};
    put_real(rng, 10, &p);
    memcpy(reg, p.bytes, 10);
}

void value_x87(struct oracle_rng *rng, const struct insn *insn, struct oracle_input *in)
{
    in->regs.x87 = (struct oracle_x87){.cw = 0x37f, .tw = 0xffff};
    if (insn_rows[insn->id].attrs & ATTR_X87)
        value_x87_state(rng, &in->regs.x87);
}

void value_x87_state(struct oracle_rng *rng, struct oracle_x87 *x)
{
    x->tw = 0xffff;
    for (unsigned i = 0; i < 8; i++) {
        random_x87_register(rng, x->st[i]);
        if (rng_percent(rng, 80))
            x->tw &= (uint16_t) ~(3u << (2 * i));
    }
    x->sw = (uint16_t)(rng_u32(rng) & 0x7f00);
    x->tw = x87_tags(x);
    x->cw = (uint16_t)(0x40 | (rng_u32(rng) & 0x0f00) | (rng_percent(rng, 70) ? 0x3f : 0));
    if (rng_percent(rng, 20))
        x->cw = (uint16_t)((x->cw & ~0x3f) | (rng_u32(rng) & 0x3f));
    if (rng_percent(rng, 30))
        x->sw |= (uint16_t)(rng_u32(rng) & 0x7f);
    /* The summary bits follow from the others. */
    if (x->sw & ~x->cw & 0x3f)
        x->sw |= 0x8080;
}
