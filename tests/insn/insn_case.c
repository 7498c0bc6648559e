#include "tests/insn/insn_case.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/cpu_internal.h"
#include "tests/insn/insn_words.h"
#include "tests/insn/system.h"
#include "tests/oracle/x87_tags.h"

/* The kinds of records that case.inc writes. */
enum { RECORD_END, RECORD_CASE, RECORD_CASE16, RECORD_FILE };

enum { USER_STACK = 0x5000 };

static const struct cpu_model i686 = {
    .level = CPU_I686,
    .features =
        CPU_FEAT_FPU | CPU_FEAT_TSC | CPU_FEAT_CX8 | CPU_FEAT_CMOV | CPU_FEAT_PSE | CPU_FEAT_PGE,
};

static const uint8_t *skip_string(const uint8_t *p)
{
    return p + strlen((const char *)p) + 1;
}

uint32_t insn_case_code_at(const struct insn_case *c)
{
    return c->world == WORLD_USER ? ORACLE_CODE + 0x800 : SYSTEM_CODE;
}

/* ---- Words ---------------------------------------------------------------------------------- */

static bool take_words(struct insn_case *c, struct insn_words *w, const char *text, char *why,
                       size_t why_size)
{
    char copy[512], *rest = copy, *word;
    bool good = true;
    snprintf(copy, sizeof copy, "%s", text);
    while (good && (word = strtok_r(rest, " ", &rest))) {
        good = insn_words_take(c, w, word);
        if (!good)
            snprintf(why, why_size, "%s: case «%s»: «%s» is not understood", c->file, c->text,
                     word);
    }
    return good;
}

/* The registers that words change; the world is only known after a first look. */
static void start_words(struct insn_case *c, struct insn_words *w)
{
    *w = (struct insn_words){.vector = NO_EXCEPTION};
    w->regs.x87 = (struct oracle_x87){.cw = 0x37f, .tw = 0xffff};
    if (c->world != WORLD_USER) {
        system_start(c, w);
        return;
    }
    w->regs.gpr[GPR_ESP] = USER_STACK;
    for (unsigned i = 0; i < SEG_COUNT; i++)
        w->regs.seg[i] = ORACLE_USER_DS;
    w->regs.seg[SEG_CS] = c->code32 ? ORACLE_USER_CS : oracle_ldt_selector(LDT_CODE16);
    w->regs.eip = c->code32 ? ORACLE_CODE + 0x800 : 0x800;
}

static bool is_fault(int vector)
{
    return vector != NO_EXCEPTION && vector != VEC_BP && vector != VEC_OF && vector != VEC_DB;
}

/* Before its words, out is what in was, with EIP behind the instruction. A fault anywhere in the
 * words takes EIP back. */
static void start_out(struct insn_case *c)
{
    c->out = (struct insn_words){.vector = NO_EXCEPTION, .regs = c->in.regs};
    c->out.regs.eip += strchr(c->out_text, '#') ? 0 : c->insn.length;
    memcpy(c->out.system, c->in.system, sizeof c->out.system);
}

/* Tags by what the registers hold; TOP may have been named after them. */
static void set_tags(struct insn_words *w)
{
    unsigned top = w->regs.x87.sw >> 11 & 7;
    if (w->named_x87 >> NAMED_TW & 1)
        return;
    w->regs.x87.tw = 0;
    for (unsigned i = 0; i < 8; i++)
        if (!(w->st_full >> i & 1))
            w->regs.x87.tw |= (uint16_t)(3u << (2 * ((top + i) & 7)));
    w->regs.x87.tw = x87_tags(&w->regs.x87);
}

static bool read_words(struct insn_case *c, char *why, size_t why_size)
{
    start_words(c, &c->in);
    if (!take_words(c, &c->in, c->in_text, why, why_size))
        return false;
    start_words(c, &c->in);
    take_words(c, &c->in, c->in_text, why, why_size);
    set_tags(&c->in);
    if (c->world == WORLD_REAL || c->world == WORLD_V86)
        c->code32 = false;
    insn_decode(&c->model, c->code32, c->code, c->code_size, &c->insn);
    c->run = !(insn_rows[c->insn.id].attrs & ATTR_JUMP);
    start_out(c);
    if (!take_words(c, &c->out, c->out_text, why, why_size))
        return false;
    if (c->out.vector != NO_EXCEPTION && !is_fault(c->out.vector) &&
        c->out.regs.eip == c->in.regs.eip)
        c->out.regs.eip += c->insn.length;
    return true;
}

/* ---- Records -------------------------------------------------------------------------------- */

static int read_case(struct insn_cases *cases, const uint8_t **at, const char *file, char *why,
                     size_t why_size)
{
    struct insn_case *list = realloc(cases->list, (cases->count + 1) * sizeof *list);
    if (!list)
        return -ENOMEM;
    cases->list = list;
    struct insn_case *c = &list[cases->count++];
    const uint8_t *p = *at;
    *c = (struct insn_case){.file = file, .model = i686, .host_model = true};
    c->code32 = *p++ == RECORD_CASE;
    c->in_text = (const char *)p;
    c->out_text = (const char *)(p = skip_string(p));
    c->text = (const char *)(p = skip_string(p));
    p = skip_string(p);
    c->code_size = *p++;
    c->code = p;
    *at = p + c->code_size;
    if (c->code_size > INSN_MAX_LENGTH + 1) {
        snprintf(why, why_size, "%s: case «%s» is longer than an instruction", file, c->text);
        return -EINVAL;
    }
    return read_words(c, why, why_size) ? 0 : -EINVAL;
}

static int read_records(struct insn_cases *cases, char *why, size_t why_size)
{
    const uint8_t *p = cases->data, *end = cases->data + cases->size;
    const char *file = "";
    int err = 0;
    while (!err && p < end && *p != RECORD_END) {
        if (*p == RECORD_FILE) {
            file = (const char *)p + 1;
            p = skip_string(p);
        } else {
            err = read_case(cases, &p, file, why, why_size);
        }
    }
    return err;
}

int insn_cases_read(const char *path, struct insn_cases *cases, char *why, size_t why_size)
{
    enum { MAX = 8 << 20 };
    FILE *in = fopen(path, "rb");
    *cases = (struct insn_cases){.data = calloc(1, MAX)};
    if (!in || !cases->data) {
        snprintf(why, why_size, "%s: %s", path, strerror(errno));
        if (in)
            fclose(in);
        insn_cases_free(cases);
        return -ENOENT;
    }
    cases->size = fread(cases->data, 1, MAX - 1, in);
    fclose(in);
    int err = read_records(cases, why, why_size);
    if (err)
        insn_cases_free(cases);
    return err;
}

void insn_cases_free(struct insn_cases *cases)
{
    free(cases->data);
    free(cases->list);
    *cases = (struct insn_cases){0};
}
