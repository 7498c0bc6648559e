/* What can stand behind an option, as far as it is known before the user says it. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cpu/engine.h"
#include "emu/guest/layout.h"
#include "emu/trace/trace_form.h"
#include "tools/optiondoc/optiondoc.h"

static void add(struct values *v, const char *word, size_t length)
{
    size_t used = strlen(v->words);

    snprintf(v->words + used, sizeof(v->words) - used, "%s%.*s", used ? " " : "", (int)length,
             word);
}

/* ---- Lists that others keep ---------------------------------------------------------------- */

static void add_engines(struct values *v)
{
    for (unsigned i = 0; cpu_engines[i]; i++)
        add(v, cpu_engines[i]->name, strlen(cpu_engines[i]->name));
}

static void add_layouts(struct values *v)
{
    for (const struct layout_builtin *b = layout_builtins; b->name; b++)
        add(v, b->name, strlen(b->name));
}

/* "text, jsonl or binary" */
static void add_forms(struct values *v)
{
    char list[256];
    char *save = NULL;

    trace_form_list(list, sizeof(list));
    for (char *word = strtok_r(list, " ,", &save); word; word = strtok_r(NULL, " ,", &save))
        if (strcmp(word, "or") != 0)
            add(v, word, strlen(word));
}

static const struct {
    const char *option;
    void (*add)(struct values *v); /* NULL: words */
    const char *words;
} known[] = {
    {"cpu", NULL, "386 486 pentium i686"},
    {"engine", add_engines, NULL},
    {"format", add_forms, NULL},
    {"layout", add_layouts, NULL},
    {"shard", NULL, "auto"},
    {"trace-format", add_forms, NULL},
    {"trace-level", NULL, "exact symbolic semantic"},
    {"d", NULL, "int exec int,exec"},
};

static void add_known(struct values *v, const char *option)
{
    for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(known[i].option, option) != 0)
            continue;
        if (known[i].add)
            known[i].add(v);
        else
            add(v, known[i].words, strlen(known[i].words));
    }
}

/* ---- What the table says ------------------------------------------------------------------- */

static bool is_file(const char *word, size_t length)
{
    static const char *const names[] = {"FILE", "DIR", "ELF", "SCRIPT"};

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (length >= strlen(names[i]) && strncmp(word, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

/* Small letters stand for themselves; behind a colon comes more. */
static size_t literal(const char *word, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (word[i] == ':' && i > 0)
            return i + 1;
        if (isupper((unsigned char)word[i]) || word[i] == '[')
            return 0;
    }
    return length;
}

struct values values_of(const struct option_info *option)
{
    struct values v = {0};
    const char *word = option->arg;

    if (!word)
        return v;
    v.argument = true;
    v.optional = *word == '[';
    word += v.optional;
    add_known(&v, option->name);
    while (*word) {
        size_t length = strcspn(word, "|]"), said = literal(word, length);

        v.files |= is_file(word, length);
        if (said && strcmp(option->name, "gdb") != 0)
            add(&v, word, said);
        word += length + (word[length] != '\0');
        if (word[-1] == ']')
            break;
    }
    return v;
}
