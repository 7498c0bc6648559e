#include "emu/trace/trace_event.h"

#include <string.h>

static const struct {
    const char *name, *levels;
} kinds[TRACE_KIND_COUNT] = {
#define TRACE_KIND(id, name, levels, help) [TRACE_##id] = {name, levels},
#include "emu/trace/trace_event.def"
};

static const struct {
    const char *name;
    char letter;
} levels[] = {
    [TRACE_EXACT] = {"exact", 'E'},
    [TRACE_SYMBOLIC] = {"symbolic", 'S'},
    [TRACE_SEMANTIC] = {"semantic", 'P'},
};

const char *trace_kind_name(enum trace_kind kind)
{
    return kinds[kind].name;
}

trace_kinds trace_level_kinds(enum trace_level level)
{
    trace_kinds set = 0;

    for (unsigned k = 0; k < TRACE_KIND_COUNT; k++)
        if (strchr(kinds[k].levels, levels[level].letter) != NULL)
            set |= TRACE_BIT(k);
    return set;
}

bool trace_kind_parse(const char *name, size_t length, enum trace_kind *kind)
{
    for (unsigned k = 0; k < TRACE_KIND_COUNT; k++)
        if (strlen(kinds[k].name) == length && memcmp(kinds[k].name, name, length) == 0) {
            *kind = (enum trace_kind)k;
            return true;
        }
    return false;
}

bool trace_level_parse(const char *name, enum trace_level *level)
{
    for (unsigned l = 0; l < sizeof(levels) / sizeof(levels[0]); l++)
        if (strcmp(levels[l].name, name) == 0) {
            *level = (enum trace_level)l;
            return true;
        }
    return false;
}

const char *trace_level_name(enum trace_level level)
{
    return levels[level].name;
}

char trace_level_letter(enum trace_level level)
{
    return levels[level].letter;
}

const char *trace_tss_word_name(unsigned word)
{
    static const char *const names[TSSWORDS] = {"cr3", "eip", "eflags", "eax", "ecx", "edx",
                                                "ebx", "esp", "ebp",    "esi", "edi", "es",
                                                "cs",  "ss",  "ds",     "fs",  "gs",  "ldt"};

    return names[word];
}

const char *const trace_user_reg_names[USER_REGS] = {"eip", "eflags", "esp", "cs",  "ss",  "eax",
                                                     "ebx", "ecx",    "edx", "esi", "edi", "ebp",
                                                     "ds",  "es",     "fs",  "gs"};

const char *trace_cpu_word_name(unsigned word)
{
    static const char *const names[CPUWORDS] = {
#define TRACE_CPU(id, name) [CPUWORD_##id] = name,
#include "emu/trace/trace_cpu.def"
#undef TRACE_CPU
    };

    return names[word];
}

const char *trace_table_name(enum cpu_table table)
{
    static const char *const names[] = {[CPU_TABLE_GDTR] = "gdt",
                                        [CPU_TABLE_IDTR] = "idt",
                                        [CPU_TABLE_LDTR] = "ldt",
                                        [CPU_TABLE_TR] = "tss"};

    return names[table];
}
