#include "tests/oracle/generate_code.h"

#include <string.h>

#include "cpu/cpu_internal.h"
#include "tests/oracle/emulate.h"
#include "tests/oracle/host_rules.h"

enum { TRIES = 64, SYSCALL_VECTOR = 0x80 };

struct code_buffer {
    uint8_t bytes[40];
    unsigned n;
};

static void add(struct code_buffer *b, uint8_t byte)
{
    b->bytes[b->n++] = byte;
}

static void add_prefixes(struct oracle_rng *rng, const struct insn_row *row, struct code_buffer *b)
{
    static const uint8_t overrides[] = {0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65};
    bool repeats = row->attrs & (ATTR_REP | ATTR_REPCC);
    if (rng_percent(rng, 15))
        add(b, overrides[rng_below(rng, sizeof overrides)]);
    if (rng_percent(rng, 30))
        add(b, 0x66);
    if (rng_percent(rng, 15))
        add(b, 0x67);
    if (rng_percent(rng, repeats ? 60 : 3))
        add(b, (uint8_t)(0xf2 + rng_below(rng, 2)));
    if (rng_percent(rng, row->attrs & ATTR_LOCK ? 10 : 1))
        add(b, 0xf0);
    for (unsigned i = b->n; i > 1; i--) {
        unsigned other = rng_below(rng, i);
        uint8_t byte = b->bytes[i - 1];
        b->bytes[i - 1] = b->bytes[other];
        b->bytes[other] = byte;
    }
    /* Up to the 15-byte limit and over it. */
    if (b->n && row != &insn_rows[INSN_INVALID] && rng_percent(rng, 1))
        for (unsigned more = rng_below(rng, 14); more && b->n < 14; more--)
            add(b, b->bytes[0]);
}

static void add_opcode(struct oracle_rng *rng, const struct insn_row *row, struct code_buffer *b)
{
    uint8_t random = (uint8_t)rng_u32(rng);
    if (row == &insn_rows[INSN_INVALID]) {
        if (random & 1)
            add(b, 0x0f);
        add(b, (uint8_t)rng_u32(rng));
        return;
    }
    if (row->map == MAP_0F)
        add(b, 0x0f);
    switch (row->form) {
    case FORM_SPAN:
        add(b, (uint8_t)(row->opcode + rng_below(rng, row->ext + 1u)));
        return;
    case FORM_EXT:
    case FORM_MEM:
        add(b, row->opcode);
        add(b, (uint8_t)((random & 0xc7) | row->ext << 3));
        return;
    case FORM_REG:
        add(b, row->opcode);
        add(b, (uint8_t)(0xc0 | row->ext << 3 | (random & 7)));
        return;
    default:
        add(b, row->opcode);
        add(b, row->ext);
        return;
    }
}

/* ModRM, SIB, displacement and immediate, whatever the row takes of them. */
static void add_tail(struct oracle_rng *rng, struct code_buffer *b)
{
    static const uint8_t edges[] = {0x00, 0xff, 0x7f, 0x80, 0x01, 0xfe};
    bool with_edges = rng_percent(rng, 40);
    for (unsigned i = 0; i < 15; i++)
        add(b, with_edges && i && rng_percent(rng, 70) ? edges[rng_below(rng, sizeof edges)]
                                                       : (uint8_t)rng_u32(rng));
}

static void pick_code_segment(struct oracle_rng *rng, struct oracle_regs *r)
{
    uint32_t chance = rng_below(rng, 100);
    unsigned entry = chance < 92   ? LDT_CODE16
                     : chance < 95 ? LDT_CODE32
                     : chance < 98 ? LDT_CODE_SMALL
                                   : LDT_CODE32_X;
    r->seg[SEG_CS] = chance < 84 ? ORACLE_USER_CS : oracle_ldt_selector(entry);
}

/* Never beyond the limit of CS: there IRET would fault, not the fetch. */
static uint32_t random_code_place(struct oracle_rng *rng, const struct oracle_input *in)
{
    bool small = in->regs.seg[SEG_CS] == oracle_ldt_selector(LDT_CODE_SMALL);
    uint32_t chance = rng_below(rng, 100);
    if (in->code_size == INSN_MAX_LENGTH) /* undefined: how much of it is fetched is open */
        chance = 100;
    if (chance < 8) /* across two pages */
        return ORACLE_CODE + 0x1000 - rng_below(rng, in->code_size + 1);
    if (chance < 11 && !small) /* into the page that is not there */
        return ORACLE_CODE + ORACLE_CODE_SIZE - rng_below(rng, in->code_size + 1);
    if (chance < 40 && small) /* across the limit */
        return ORACLE_CODE + ORACLE_CODE_LIMIT - rng_below(rng, in->code_size);
    return ORACLE_CODE + 0x800 + rng_below(rng, 64);
}

static void pick_code_place(struct oracle_rng *rng, struct oracle_input *in)
{
    in->code_at = random_code_place(rng, in);
    if (in->code_at + in->code_size > ORACLE_CODE + ORACLE_CODE_SIZE)
        in->code_size = ORACLE_CODE + ORACLE_CODE_SIZE - in->code_at;
    in->regs.eip = in->code_at - emulator_segment_base(in->regs.seg[SEG_CS]);
}

static bool is_wanted(const struct insn *insn, int result, unsigned row, const uint8_t *bytes)
{
    if (insn->id != row || result == 0)
        return false;
    if (row == INSN_INVALID && host_has_later_insn(bytes, INSN_MAX_LENGTH))
        return false;
    return !(row == INSN_INT_Ib && insn->imm == SYSCALL_VECTOR);
}

bool generate_insn(struct oracle_rng *rng, const struct cpu_model *model, unsigned row, bool code32,
                   uint8_t *bytes, struct insn *insn)
{
    for (unsigned i = 0; i < TRIES; i++) {
        struct code_buffer b = {.n = 0};
        add_prefixes(rng, &insn_rows[row], &b);
        add_opcode(rng, &insn_rows[row], &b);
        add_tail(rng, &b);
        int result = insn_decode(model, code32, b.bytes, INSN_MAX_LENGTH, insn);
        if (!is_wanted(insn, result, row, b.bytes))
            continue;
        if (row == INSN_INVALID) /* what comes behind must not matter */
            insn->length = INSN_MAX_LENGTH;
        memcpy(bytes, b.bytes, insn->length);
        return true;
    }
    return false;
}

bool generate_code(struct oracle_rng *rng, const struct cpu_model *model, unsigned row,
                   struct oracle_input *in, struct insn *insn)
{
    pick_code_segment(rng, &in->regs);
    bool code32 = emulator_segment_is_32bit(in->regs.seg[SEG_CS]);
    if (!generate_insn(rng, model, row, code32, in->code, insn))
        return false;
    in->code_size = insn->length;
    pick_code_place(rng, in);
    return true;
}
