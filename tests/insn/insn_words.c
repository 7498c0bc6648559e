#include "tests/insn/insn_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    uint32_t mask;
} flag_names[] = {
    {"CF", EFLAGS_CF}, {"PF", EFLAGS_PF}, {"AF", EFLAGS_AF},     {"ZF", EFLAGS_ZF},
    {"SF", EFLAGS_SF}, {"OF", EFLAGS_OF}, {"DF", EFLAGS_DF},     {"TF", EFLAGS_TF},
    {"IF", EFLAGS_IF}, {"NT", EFLAGS_NT}, {"IOPL", EFLAGS_IOPL}, {"AC", EFLAGS_AC},
    {"ID", EFLAGS_ID}, {"VM", EFLAGS_VM},
};

static const char *const gpr_names[] = {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"};
static const char *const sreg_names[] = {"es", "cs", "ss", "ds", "fs", "gs"};

static const struct {
    const char *name;
    uint8_t number;
} system_names[] = {
    {"cr0", SYS_CR0},      {"cr2", SYS_CR2},     {"cr3", SYS_CR3},       {"cr4", SYS_CR4},
    {"dr0", SYS_DR0},      {"dr1", SYS_DR0 + 1}, {"dr2", SYS_DR0 + 2},   {"dr3", SYS_DR0 + 3},
    {"dr6", SYS_DR0 + 6},  {"dr7", SYS_DR7},     {"tr3", SYS_TR0 + 3},   {"tr4", SYS_TR0 + 4},
    {"tr5", SYS_TR0 + 5},  {"tr6", SYS_TR0 + 6}, {"tr7", SYS_TR7},       {"gdtb", SYS_GDTB},
    {"gdtl", SYS_GDTL},    {"idtb", SYS_IDTB},   {"idtl", SYS_IDTL},     {"ldtr", SYS_LDTR},
    {"tr", SYS_TR},        {"cpl", SYS_CPL},     {"halted", SYS_HALTED}, {"in", SYS_PORT_IN},
    {"out", SYS_PORT_OUT}, {"port", SYS_PORT},
};

static const struct {
    const char *name;
    uint8_t vector;
} exception_names[] = {
    {"#DE", VEC_DE}, {"#DB", VEC_DB}, {"#BP", VEC_BP}, {"#OF", VEC_OF}, {"#BR", VEC_BR},
    {"#UD", VEC_UD}, {"#NM", VEC_NM}, {"#DF", VEC_DF}, {"#TS", VEC_TS}, {"#NP", VEC_NP},
    {"#SS", VEC_SS}, {"#GP", VEC_GP}, {"#PF", VEC_PF}, {"#MF", VEC_MF}, {"#AC", VEC_AC},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static int find_name(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(names[i], name))
            return (int)i;
    return -1;
}

/* ---- Words without a value ------------------------------------------------------------------ */

static const struct {
    const char *name;
    struct cpu_model model;
} models[] = {
    {"386", {CPU_386, CPU_FEAT_FPU}},
    {"486", {CPU_486, CPU_FEAT_FPU}},
    {"pentium",
     {CPU_PENTIUM, CPU_FEAT_FPU | CPU_FEAT_TSC | CPU_FEAT_CX8 | CPU_FEAT_DE | CPU_FEAT_PSE}},
};

static bool take_model(struct insn_case *c, const char *word)
{
    for (size_t i = 0; i < COUNT(models); i++)
        if (!strcmp(models[i].name, word)) {
            c->model = models[i].model;
            c->host_model = false;
            return true;
        }
    return false;
}

static bool take_world(struct insn_case *c, const char *word)
{
    static const char *const names[] = {"user", "ring0", "real", "v86"};
    int i = find_name(names, COUNT(names), word);
    if (i >= 0)
        c->world = (enum insn_world)i;
    return i >= 0;
}

static bool take_plain(struct insn_case *c, struct insn_words *w, const char *word)
{
    for (size_t i = 0; i < COUNT(flag_names); i++)
        if (!strcmp(flag_names[i].name, word)) {
            w->flags |= flag_names[i].mask;
            return true;
        }
    if (!strcmp(word, "-fl"))
        return w->ignore_flags = true;
    return take_model(c, word) || take_world(c, word);
}

/* ---- Words with a value --------------------------------------------------------------------- */

static bool take_exception(struct insn_words *w, const char *name, uint32_t error)
{
    for (size_t i = 0; i < COUNT(exception_names); i++)
        if (!strcmp(exception_names[i].name, name)) {
            w->vector = exception_names[i].vector;
            w->error = error;
            return true;
        }
    return false;
}

static bool take_system(struct insn_words *w, const char *name, uint32_t value)
{
    for (size_t i = 0; i < COUNT(system_names); i++)
        if (!strcmp(system_names[i].name, name)) {
            w->system[system_names[i].number] = value;
            w->named_system |= 1ull << system_names[i].number;
            if (system_names[i].number == SYS_CR2)
                w->cr2 = value;
            return true;
        }
    return false;
}

static bool take_register(struct insn_words *w, const char *name, uint32_t value)
{
    int i = find_name(gpr_names, COUNT(gpr_names), name);
    if (i >= 0)
        return w->regs.gpr[i] = value, true;
    i = find_name(sreg_names, COUNT(sreg_names), name);
    if (i >= 0)
        return w->regs.seg[i] = (uint16_t)value, true;
    if (!strcmp(name, "eip"))
        return w->regs.eip = value, true;
    static const char *const control[] = {"cw", "sw", "tw"};
    uint16_t *const where[] = {&w->regs.x87.cw, &w->regs.x87.sw, &w->regs.x87.tw};
    i = find_name(control, COUNT(control), name);
    if (i < 0)
        return false;
    *where[i] = (uint16_t)value;
    w->named_x87 |= (uint16_t)(1 << (NAMED_CW + i));
    return true;
}

/* st0=3fff:8000000000000000, or st0=empty. */
static bool take_st(struct insn_words *w, unsigned i, const char *value)
{
    unsigned se;
    unsigned long long mant;
    w->named_x87 |= (uint16_t)(1 << i);
    w->st_full &= (uint8_t) ~(1 << i);
    if (!strcmp(value, "empty"))
        return true;
    if (sscanf(value, "%x:%llx", &se, &mant) != 2)
        return false;
    w->st_full |= (uint8_t)(1 << i);
    memcpy(w->regs.x87.st[i], &mant, 8);
    memcpy(w->regs.x87.st[i] + 8, &se, 2);
    return true;
}

/* [4000].4=12345678 or [4000]=0102ff */
static bool take_memory(struct insn_words *w, const char *word)
{
    struct insn_memory *m = &w->memory[w->memory_count];
    char *end;
    if (w->memory_count == INSN_CASE_MEMORY)
        return false;
    m->address = (uint32_t)strtoul(word + 1, &end, 16);
    if (end[0] != ']')
        return false;
    w->memory_count++;
    if (end[1] == '.') {
        unsigned long long value = strtoull(strchr(end, '=') ? strchr(end, '=') + 1 : "", NULL, 16);
        m->size = (uint32_t)(end[2] - '0');
        memcpy(m->bytes, &value, sizeof value);
        return m->size == 1 || m->size == 2 || m->size == 4 || m->size == 8;
    }
    const char *hex = end + 2;
    for (m->size = 0; hex[0] && hex[1] && m->size < sizeof m->bytes; hex += 2, m->size++) {
        unsigned byte;
        if (sscanf(hex, "%2x", &byte) != 1)
            return false;
        m->bytes[m->size] = (uint8_t)byte;
    }
    return end[1] == '=' && !hex[0];
}

bool insn_words_take(struct insn_case *c, struct insn_words *w, const char *word)
{
    char name[16] = "", *end = NULL;
    const char *equals = strchr(word, '=');
    if (word[0] == '[')
        return equals && take_memory(w, word);
    size_t length = equals ? (size_t)(equals - word) : strlen(word);
    if (length >= sizeof name)
        return false;
    memcpy(name, word, length);
    if (name[0] == '#')
        return take_exception(w, name, equals ? (uint32_t)strtoul(equals + 1, NULL, 16) : 0);
    if (!equals)
        return take_plain(c, w, word);
    if (!strncmp(name, "st", 2) && name[2] >= '0' && name[2] <= '7' && !name[3])
        return take_st(w, (unsigned)(name[2] - '0'), equals + 1);
    uint32_t value = (uint32_t)strtoul(equals + 1, &end, 16);
    return end != equals + 1 && !*end &&
           (take_register(w, name, value) || take_system(w, name, value));
}
