#include "tests/insn/insn_check.h"

#include <stdarg.h>
#include <string.h>

#include "tests/oracle/host_rules.h"
#include "tests/oracle/judge.h"

static const char *const gpr_names[] = {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"};
static const char *const sreg_names[] = {"es", "cs", "ss", "ds", "fs", "gs"};

struct check {
    const struct insn_case *c;
    const char *who;
    FILE *report;
    bool good;
};

__attribute__((format(printf, 2, 3))) static void differ(struct check *k, const char *format, ...)
{
    va_list args;
    if (k->good)
        fprintf(k->report, "%s: case \"%s\", \"%s\", %s\n", k->c->file, k->c->in_text,
                k->c->out_text, k->c->text);
    k->good = false;
    fprintf(k->report, "    %s: ", k->who);
    va_start(args, format);
    vfprintf(k->report, format, args);
    va_end(args);
    fputc('\n', k->report);
}

static void check_value(struct check *k, const char *name, uint32_t got, uint32_t expected)
{
    if (got != expected)
        differ(k, "%s is %x, expected %x", name, got, expected);
}

/* ---- The input ------------------------------------------------------------------------------ */

void insn_case_input(const struct insn_case *c, struct oracle_input *in)
{
    *in = (struct oracle_input){.regs = c->in.regs, .code_at = insn_case_code_at(c)};
    in->regs.eflags = c->in.flags | EFLAGS_FIXED | EFLAGS_IF | (c->run ? 0 : EFLAGS_TF);
    in->code_size = c->code_size;
    memcpy(in->code, c->code, c->code_size);
    for (unsigned i = 0; i < c->in.memory_count; i++)
        for (uint32_t at = 0; at < c->in.memory[i].size; at += ORACLE_POKE_BYTES) {
            struct oracle_poke *p = &in->poke[in->poke_count];
            uint32_t left = c->in.memory[i].size - at;
            if (in->poke_count == ORACLE_MAX_POKES)
                return;
            p->address = c->in.memory[i].address + at;
            p->size = left < ORACLE_POKE_BYTES ? left : ORACLE_POKE_BYTES;
            memcpy(p->bytes, c->in.memory[i].bytes + at, p->size);
            in->poke_count++;
        }
}

/* ---- The output ----------------------------------------------------------------------------- */

/* A user-mode test ends in INT3 or the single-step trap where nothing else is expected. */
static struct oracle_output normal_end(const struct insn_case *c, const struct oracle_output *out)
{
    struct oracle_output o = *out;
    if (c->world != WORLD_USER || c->out.vector != NO_EXCEPTION)
        return o;
    if (c->run && o.vector == VEC_BP) {
        o.regs.eip--;
        o.vector = UINT32_MAX;
    } else if (!c->run && o.vector == VEC_DB) {
        o.vector = UINT32_MAX;
    }
    return o;
}

static void check_exception(struct check *k, const struct oracle_output *out)
{
    const struct insn_words *expected = &k->c->out;
    uint32_t vector = expected->vector == NO_EXCEPTION ? UINT32_MAX : (uint32_t)expected->vector;
    check_value(k, "exception", out->vector, vector);
    if (vector == UINT32_MAX || out->vector != vector)
        return;
    check_value(k, "error code", vector == VEC_PF ? out->error & 7 : out->error, expected->error);
    if (vector == VEC_PF)
        check_value(k, "cr2", out->cr2, expected->cr2);
}

static uint32_t flags_that_count(const struct insn_case *c)
{
    uint32_t mask = EFLAGS_STATUS | EFLAGS_DF | EFLAGS_NT | EFLAGS_AC | EFLAGS_ID;
    if (c->world != WORLD_USER)
        mask |= EFLAGS_TF | EFLAGS_IF | EFLAGS_IOPL | EFLAGS_VM;
    return c->out.ignore_flags ? 0 : mask;
}

static void check_flags(struct check *k, uint32_t got)
{
    const struct insn_case *c = k->c;
    struct oracle_input in;
    insn_case_input(c, &in);
    uint32_t written = insn_rows[c->insn.id].written, mask = flags_that_count(c);
    uint32_t expected = (c->in.flags & ~written) | c->out.flags;
    if (c->out.vector == NO_EXCEPTION)
        mask &= ~judge_undefined_flags(&c->insn, &in);
    else
        expected = c->in.flags | c->out.flags;
    check_value(k, "eflags", got & mask, expected & mask);
}

static void check_registers(struct check *k, const struct oracle_regs *got, uint8_t ignored)
{
    const struct oracle_regs *expected = &k->c->out.regs;
    for (unsigned i = 0; i < GPR_COUNT; i++)
        if (!(ignored >> i & 1))
            check_value(k, gpr_names[i], got->gpr[i], expected->gpr[i]);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        check_value(k, sreg_names[i], got->seg[i], expected->seg[i]);
    check_value(k, "eip", got->eip, expected->eip);
}

static void check_st(struct check *k, unsigned i, const struct oracle_x87 *got)
{
    const struct oracle_x87 *expected = &k->c->out.regs.x87;
    unsigned physical = ((got->sw >> 11) + i) & 7;
    bool empty = (got->tw >> 2 * physical & 3) == 3;
    bool expected_empty = !(k->c->out.st_full >> i & 1);
    if (empty != expected_empty)
        differ(k, "st%u is %s, expected %s", i, empty ? "empty" : "full",
               expected_empty ? "empty" : "full");
    if (expected_empty || !memcmp(got->st[i], expected->st[i], 10))
        return;
    uint64_t mant[2];
    uint16_t se[2];
    memcpy(&mant[0], got->st[i], 8);
    memcpy(&se[0], got->st[i] + 8, 2);
    memcpy(&mant[1], expected->st[i], 8);
    memcpy(&se[1], expected->st[i] + 8, 2);
    differ(k, "st%u is %04x:%016llx, expected %04x:%016llx", i, se[0], (unsigned long long)mant[0],
           se[1], (unsigned long long)mant[1]);
}

static void check_x87(struct check *k, const struct oracle_x87 *got)
{
    const struct insn_words *out = &k->c->out;
    for (unsigned i = 0; i < 8; i++)
        if (out->named_x87 >> i & 1)
            check_st(k, i, got);
    if (out->named_x87 >> NAMED_CW & 1)
        check_value(k, "cw", got->cw, out->regs.x87.cw);
    if (out->named_x87 >> NAMED_SW & 1)
        check_value(k, "sw", got->sw, out->regs.x87.sw);
    if (out->named_x87 >> NAMED_TW & 1)
        check_value(k, "tw", got->tw, out->regs.x87.tw);
}

/* ---- Memory --------------------------------------------------------------------------------- */

static bool words_name(const struct insn_words *w, uint32_t address, uint8_t *value)
{
    for (unsigned i = 0; i < w->memory_count; i++)
        if (address - w->memory[i].address < w->memory[i].size) {
            *value = w->memory[i].bytes[address - w->memory[i].address];
            return true;
        }
    return false;
}

static bool is_changed(const struct oracle_output *out, uint32_t address)
{
    for (uint32_t i = 0; i < out->change_count && i < ORACLE_CHANGES; i++)
        if (out->change[i].address == address)
            return true;
    return false;
}

/* A byte that was not changed must have been what is expected; where in does not name it, it
 * held a pattern, and chance may make it the same. */
static void check_unchanged(struct check *k, const struct oracle_output *out)
{
    const struct insn_words *expected = &k->c->out;
    uint8_t before;
    for (unsigned i = 0; i < expected->memory_count; i++)
        for (uint32_t n = 0; n < expected->memory[i].size; n++) {
            uint32_t at = expected->memory[i].address + n;
            uint8_t value = expected->memory[i].bytes[n];
            if (!is_changed(out, at) && words_name(&k->c->in, at, &before) && before != value)
                differ(k, "[%x] is still %02x, expected %02x", at, before, value);
        }
}

static void check_memory(struct check *k, const struct oracle_output *out)
{
    uint8_t value;
    for (uint32_t i = 0; i < out->change_count && i < ORACLE_CHANGES; i++) {
        const struct oracle_change *change = &out->change[i];
        if (!words_name(&k->c->out, change->address, &value))
            differ(k, "[%x] became %02x", change->address, change->value);
        else if (value != change->value)
            differ(k, "[%x] is %02x, expected %02x", change->address, change->value, value);
    }
    check_unchanged(k, out);
}

/* ---- System registers ----------------------------------------------------------------------- */

static void check_system(struct check *k, const uint32_t *got)
{
    static const char *const names[SYS_COUNT] = {
        "cr0",  "cr2",  "cr3",  "cr4", "dr0", "dr1",    "dr2", "dr3", "dr4", "dr5",  "dr6",
        "dr7",  "tr0",  "tr1",  "tr2", "tr3", "tr4",    "tr5", "tr6", "tr7", "gdtb", "gdtl",
        "idtb", "idtl", "ldtr", "tr",  "cpl", "halted", "in",  "out", "port"};
    for (unsigned i = 0; i < SYS_PORT_IN; i++)
        check_value(k, names[i], got[i], k->c->out.system[i]);
    if (k->c->out.named_system >> SYS_PORT_OUT & 1)
        check_value(k, "out", got[SYS_PORT_OUT], k->c->out.system[SYS_PORT_OUT]);
}

bool insn_check(const struct insn_case *c, const char *who, const struct oracle_output *out,
                const uint32_t *system, FILE *report)
{
    struct check k = {.c = c, .who = who, .report = report, .good = true};
    struct oracle_output o = normal_end(c, out);
    const struct host_rule *rule = host_rule_find(&c->insn);
    bool on_host = !strcmp(who, "silicon");
    check_exception(&k, &o);
    check_registers(&k, &o.regs, on_host && rule ? rule->registers : 0);
    check_flags(&k, o.regs.eflags);
    check_x87(&k, &o.regs.x87);
    check_memory(&k, &o);
    if (system)
        check_system(&k, system);
    return k.good;
}
