#include "tests/oracle/generate_sequence.h"

#include <string.h>

#include "cpu/cpu_internal.h"
#include "tests/oracle/generate_code.h"
#include "tests/oracle/generate_values.h"
#include "tests/oracle/host_rules.h"
#include "tests/oracle/judge.h"

enum { TRIES = 200, LOOP = 0xe2, NEAR = 192 };

/* The last instruction that was appended, as far as the next one matters to it. */
struct tail {
    uint8_t *displacement; /* of a jump over the next instruction, NULL: no jump */
    unsigned size;
};

static bool is_jcc(const struct insn *insn)
{
    return insn->fn == exec_jcc && insn->opsize == 4;
}

static bool counts_by_cl(const struct insn_row *row)
{
    return row->op[1] == OPERAND_FORM_CL || row->op[2] == OPERAND_FORM_CL;
}

static bool is_defined(const struct insn *insn)
{
    const struct insn_row *row = &insn_rows[insn->id];
    const struct oracle_input none = {.code_size = 0};
    return !counts_by_cl(row) && !(judge_undefined_flags(insn, &none) & ~(uint32_t)EFLAGS_AF) &&
           !host_rule_find(insn);
}

/* Pointers into the windows come from registers; a far displacement would only fault. */
static bool stays_near(const struct insn *insn)
{
    bool by_register = insn->base != INSN_NO_REG && insn->addrsize == 4 && insn->scale == 0;
    for (unsigned i = 0; i < INSN_MAX_OPERANDS; i++)
        if (insn->op[i].kind == OPERAND_MEM)
            return by_register && insn->index == INSN_NO_REG && insn->disp + NEAR / 2 < NEAR;
    return true;
}

/* Where the operand will lie is not known here, and it must not cross cache lines (generate.c). */
static bool is_locked(const struct insn *insn)
{
    return insn->lock || (insn->id == INSN_XCHG_Ev_Gv && insn->modrm < 0xc0);
}

/* FNSTENV and FNSAVE show where the last x87 instruction was. Processors of today keep only FIP of
 * that: FCS and FDS are 0, FOP and FDP follow unmasked exceptions alone. */
static bool shows_last_insn(const struct insn *insn)
{
    return insn->fn == exec_fnstenv || insn->fn == exec_fnsave;
}

static bool is_fit(const struct insn *insn)
{
    enum { BARRED = ATTR_PRIV | ATTR_IO };
    uint16_t attrs = insn_rows[insn->id].attrs;
    if (attrs & BARRED || (attrs & ATTR_JUMP && !is_jcc(insn)) || is_locked(insn))
        return false;
    return is_defined(insn) && stays_near(insn) && !shows_last_insn(insn);
}

static bool pick_insn(struct oracle_rng *rng, const struct cpu_model *model, const unsigned *rows,
                      unsigned row_count, uint8_t *bytes, struct insn *insn)
{
    for (unsigned i = 0; i < TRIES; i++) {
        unsigned row = rows[rng_below(rng, row_count)];
        if (generate_insn(rng, model, row, true, bytes, insn) && is_fit(insn))
            return true;
    }
    return false;
}

static void append(struct oracle_input *in, const uint8_t *bytes, const struct insn *insn,
                   struct tail *tail)
{
    if (tail->displacement) {
        memset(tail->displacement, 0, tail->size);
        tail->displacement[0] = insn->length;
    }
    memcpy(in->code + in->code_size, bytes, insn->length);
    in->code_size += insn->length;
    *tail = (struct tail){.displacement = NULL};
    if (is_jcc(insn)) {
        tail->size = insn_rows[insn->id].op[0] == OPERAND_FORM_Jb ? 1 : insn->opsize;
        tail->displacement = in->code + in->code_size - tail->size;
    }
}

static void append_loop(struct oracle_rng *rng, struct oracle_input *in)
{
    in->code[in->code_size] = LOOP;
    in->code[in->code_size + 1] = (uint8_t)(-2 - (int)in->code_size);
    in->code_size += 2;
    in->regs.gpr[GPR_ECX] = 1 + rng_below(rng, 4);
}

/* Most registers point somewhere; now and then into the code itself. */
static void pick_registers(struct oracle_rng *rng, struct oracle_input *in)
{
    struct oracle_regs *r = &in->regs;
    for (unsigned i = 0; i < GPR_COUNT; i++) {
        bool high = rng_percent(rng, 50);
        r->gpr[i] = (high ? ORACLE_HIGH : ORACLE_LOW) + 0x200 + rng_below(rng, 0x1c00);
        if (i != GPR_ESP && rng_percent(rng, 40))
            r->gpr[i] = value_random32(rng);
        else if (rng_percent(rng, 2))
            r->gpr[i] = in->code_at + rng_below(rng, 64);
    }
    r->gpr[GPR_ESP] &= ~3u;
    r->eflags = (rng_u32(rng) & (EFLAGS_STATUS | EFLAGS_DF)) | EFLAGS_FIXED | EFLAGS_IF;
    for (unsigned i = 0; i < SEG_COUNT; i++)
        r->seg[i] = ORACLE_USER_DS;
    r->seg[SEG_CS] = ORACLE_USER_CS;
}

bool generate_sequence(struct oracle_rng *rng, const struct cpu_model *model, const unsigned *rows,
                       unsigned row_count, unsigned length, struct oracle_input *in)
{
    struct tail tail = {.displacement = NULL};
    struct insn insn;
    uint8_t bytes[INSN_MAX_LENGTH];
    memset(in, 0, sizeof *in);
    in->code_at = ORACLE_CODE + (rng_percent(rng, 80) ? 0x800 : 0xff8) + rng_below(rng, 8);
    in->regs.eip = in->code_at;
    pick_registers(rng, in);
    while (length-- && in->code_size + INSN_MAX_LENGTH + 2 <= ORACLE_MAX_CODE) {
        if (!pick_insn(rng, model, rows, row_count, bytes, &insn))
            return false;
        append(in, bytes, &insn, &tail);
    }
    if (tail.displacement)
        memset(tail.displacement, 0, tail.size);
    if (rng_percent(rng, 25))
        append_loop(rng, in);
    value_x87_state(rng, &in->regs.x87);
    return true;
}
