/*
 * Which processor this is: the text form of a model, CPUID, and the register bits that exist on
 * each level.
 */
#include "cpu/cpu_internal.h"

#include <errno.h>
#include <string.h>

static const struct {
    const char *name;
    uint32_t signature;
    uint32_t features; /* by default */
} levels[] = {
    [CPU_386] = {"386", 0x0308, CPU_FEAT_FPU},
    [CPU_486] = {"486", 0x0402, CPU_FEAT_FPU},
    [CPU_PENTIUM] = {"pentium", 0x0525, CPU_FEAT_FPU | CPU_FEAT_PSE | CPU_FEAT_TSC | CPU_FEAT_CX8},
    [CPU_I686] = {"i686", 0x0619,
                  CPU_FEAT_FPU | CPU_FEAT_PSE | CPU_FEAT_TSC | CPU_FEAT_CX8 | CPU_FEAT_PGE |
                      CPU_FEAT_CMOV},
};

enum { LEVELS = sizeof(levels) / sizeof(levels[0]) };

static const struct {
    const char *name;
    uint32_t bit;
    enum cpu_level since;
} features[] = {
    {"fpu", CPU_FEAT_FPU, CPU_386},     {"de", CPU_FEAT_DE, CPU_PENTIUM},
    {"pse", CPU_FEAT_PSE, CPU_PENTIUM}, {"tsc", CPU_FEAT_TSC, CPU_PENTIUM},
    {"cx8", CPU_FEAT_CX8, CPU_PENTIUM}, {"pge", CPU_FEAT_PGE, CPU_I686},
    {"cmov", CPU_FEAT_CMOV, CPU_I686},
};

enum { FEATURES = sizeof(features) / sizeof(features[0]) };

/* ---- Text ------------------------------------------------------------------------------------ */

/* One word of the text, up to a comma or the end. */
struct word {
    const char *at;
    int length;
};

static struct word next_word(const char **text)
{
    struct word w = {*text, (int)strcspn(*text, ",")};

    *text += w.length;
    if (**text == ',')
        ++*text;
    return w;
}

static bool word_is(struct word w, const char *name)
{
    return strlen(name) == (size_t)w.length && memcmp(w.at, name, w.length) == 0;
}

static struct word whole(const char *text)
{
    return (struct word){text, (int)strlen(text)};
}

/* Where the reasons for a refusal are written, cut where the room ends. */
struct reason {
    char *text;
    size_t size;
};

/* Three parts make the sentence. */
static int refuse(struct reason why, const char *before, struct word about, const char *behind)
{
    const struct word parts[] = {whole(before), about, whole(behind)};
    size_t used = 0;

    for (unsigned i = 0; i < 3; i++)
        for (int k = 0; k < parts[i].length && used + 1 < why.size; k++)
            why.text[used++] = parts[i].at[k];
    if (why.size)
        why.text[used] = '\0';
    return -EINVAL;
}

static int parse_level(struct word w, struct cpu_model *model, struct reason why)
{
    for (unsigned i = 0; i < LEVELS; i++) {
        if (word_is(w, levels[i].name)) {
            *model = (struct cpu_model){.level = i, .features = levels[i].features};
            return 0;
        }
    }
    return refuse(why, "unknown processor '", w, "': use 386, 486, pentium or i686");
}

static int apply_feature(unsigned i, bool on, struct cpu_model *model, struct reason why)
{
    if (on && model->level < features[i].since)
        return refuse(why, features[i].name, whole(" needs at least the processor "),
                      levels[features[i].since].name);
    model->features = on ? model->features | features[i].bit : model->features & ~features[i].bit;
    return 0;
}

static int parse_feature(struct word w, struct cpu_model *model, struct reason why)
{
    bool signed_word = w.length > 1 && (w.at[0] == '+' || w.at[0] == '-');
    struct word name = {w.at + 1, w.length - 1};

    for (unsigned i = 0; signed_word && i < FEATURES; i++)
        if (word_is(name, features[i].name))
            return apply_feature(i, w.at[0] == '+', model, why);
    return refuse(why, "unknown processor feature '", w,
                  "': use + or - with fpu, de, pse, tsc, cx8, pge or cmov");
}

int cpu_model_parse(const char *text, struct cpu_model *model, char *why, size_t why_size)
{
    struct reason reason = {why, why_size};
    struct cpu_model parsed;
    int error = parse_level(next_word(&text), &parsed, reason);

    while (!error && *text)
        error = parse_feature(next_word(&text), &parsed, reason);
    if (!error)
        *model = parsed;
    return error;
}

/* ---- CPUID ----------------------------------------------------------------------------------- */

uint32_t model_signature(const struct cpu_model *model)
{
    return levels[model->level].signature;
}

/* Leaves above the highest give the highest (SDM vol. 2, CPUID). */
struct cpuid_leaf model_cpuid(const struct cpu_model *model, uint32_t leaf)
{
    if (leaf == 0) /* "GenuineIntel" in EBX, EDX, ECX */
        return (struct cpuid_leaf){
            .eax = 1, .ebx = 0x756e6547, .edx = 0x49656e69, .ecx = 0x6c65746e};
    return (struct cpuid_leaf){.eax = model_signature(model), .edx = model->features};
}

/* ---- Register bits --------------------------------------------------------------------------- */

uint32_t model_eflags_mask(const struct cpu_model *model)
{
    uint32_t mask = EFLAGS_STATUS | EFLAGS_FIXED | EFLAGS_TF | EFLAGS_IF | EFLAGS_DF | EFLAGS_IOPL |
                    EFLAGS_NT | EFLAGS_RF | EFLAGS_VM;

    if (model->level >= CPU_486)
        mask |= EFLAGS_AC;
    if (model->level >= CPU_PENTIUM)
        mask |= EFLAGS_ID;
    return mask;
}

uint32_t model_cr0_mask(const struct cpu_model *model)
{
    uint32_t mask = CR0_PE | CR0_MP | CR0_EM | CR0_TS | CR0_PG;

    if (model->level == CPU_386)
        return mask | CR0_ET;
    return mask | CR0_NE | CR0_WP | CR0_AM | CR0_NW | CR0_CD;
}

uint32_t model_cr4_mask(const struct cpu_model *model)
{
    uint32_t mask = 0;

    if (model->features & CPU_FEAT_TSC)
        mask |= CR4_TSD;
    if (model->features & CPU_FEAT_DE)
        mask |= CR4_DE;
    if (model->features & CPU_FEAT_PSE)
        mask |= CR4_PSE;
    if (model->features & CPU_FEAT_PGE)
        mask |= CR4_PGE;
    return mask;
}
