/* Help, words of other debuggers, and completion. */
#include <stdio.h>
#include <string.h>

#include "emu/monitor/monitor_state.h"

/* ---- Words of other debuggers ------------------------------------------------------------ */

struct synonym {
    const char *theirs, *ours;
};

static const struct synonym words[] = {
#define WORD(theirs, ours) {theirs, ours},
#define INFO(theirs, ours)
#include "emu/monitor/monitor_words.def"
#undef WORD
#undef INFO
};

static const struct synonym info_words[] = {
#define WORD(theirs, ours)
#define INFO(theirs, ours) {theirs, ours},
#include "emu/monitor/monitor_words.def"
#undef WORD
#undef INFO
};

enum {
    WORDS = sizeof(words) / sizeof(words[0]),
    INFO_WORDS = sizeof(info_words) / sizeof(info_words[0]),
};

/* One or two words in place of the first. */
static void replace_first(struct monitor_line *line, const char *ours)
{
    char text[sizeof(line->text)];
    struct monitor_line whole;
    int used = snprintf(text, sizeof(text), "%s", ours);

    for (unsigned i = 1; i < line->count && used < (int)sizeof(text); i++)
        used += snprintf(text + used, sizeof(text) - (size_t)used, " %s", line->word[i]);
    monitor_split(&whole, text);
    line->count = whole.count;
    memcpy(line->text, whole.text, sizeof(line->text));
    for (unsigned i = 0; i < whole.count; i++)
        line->word[i] = line->text + (whole.word[i] - whole.text);
}

void monitor_translate(struct monitor_line *line)
{
    for (unsigned i = 0; line->count && i < WORDS; i++)
        if (strcmp(words[i].theirs, line->word[0]) == 0) {
            replace_first(line, words[i].ours);
            return;
        }
}

void monitor_info(struct monitor *m, const struct monitor_line *line)
{
    struct monitor_line rest = {.count = line->count - 1};

    for (unsigned i = 0; i < rest.count; i++)
        rest.word[i] = line->word[i + 1];
    if (!rest.count || strcmp(rest.word[0], "info") == 0) {
        monitor_say(m, "info COMMAND: see help\n");
        return;
    }
    for (unsigned i = 0; i < INFO_WORDS; i++)
        if (strncmp(info_words[i].theirs, rest.word[0], strlen(rest.word[0])) == 0) {
            replace_first(&rest, info_words[i].ours);
            break;
        }
    monitor_execute_line(m, &rest);
}

/* ---- Help -------------------------------------------------------------------------------- */

static void list_words(struct monitor *m)
{
    for (unsigned i = 0; i < WORDS; i++)
        monitor_say(m, "  %-20s %s\n", words[i].theirs, words[i].ours);
    for (unsigned i = 0; i < INFO_WORDS; i++)
        monitor_say(m, "  info %-15s %s\n", info_words[i].theirs, info_words[i].ours);
}

static void describe(struct monitor *m, const struct monitor_command *c)
{
    enum { COLUMN = 34 };
    char usage[96];

    snprintf(usage, sizeof(usage), "%s %s", c->name, c->args);
    if (strlen(usage) < COLUMN)
        monitor_say(m, "  %-*s%s\n", COLUMN, usage, c->help);
    else
        monitor_say(m, "  %s\n  %-*s%s\n", usage, COLUMN, "", c->help);
}

void monitor_help(struct monitor *m, const struct monitor_line *line)
{
    const char *prefix = line->count > 1 ? line->word[1] : "";

    if (strcmp(prefix, "words") == 0) {
        list_words(m);
        return;
    }
    for (unsigned i = 0; i < monitor_command_count; i++)
        if (strncmp(monitor_commands[i].name, prefix, strlen(prefix)) == 0)
            describe(m, &monitor_commands[i]);
    if (!*prefix)
        monitor_say(m, "Words of gdb and QEMU are understood, too: help words\n");
}

/* ---- Completion -------------------------------------------------------------------------- */

static const char *const registers[] = {"$eax", "$ebx", "$ecx", "$edx", "$esi", "$edi",
                                        "$ebp", "$esp", "$eip", "$cr3", NULL};
static const char *const written[] = {
    "eax", "ebx", "ecx",  "edx", "esi", "edi", "ebp", "esp", "cs",   "ds",   "es",     "fs", "gs",
    "ss",  "tr",  "ldtr", "cr0", "cr2", "cr3", "cr4", "cpl", "gdtr", "idtr", "eflags", NULL};
static const char *const back[] = {"next", "continue", "finish", "until", NULL};
static const char *const ends[] = {"start", "end", NULL};
static const char *const on_off[] = {"on", "off", NULL};
static const char *const all[] = {"all", NULL};
static const char *const pid[] = {"pid", NULL};
static const char *const none[] = {NULL};

/* Fixed words, and what else fits. */
static const struct {
    const char *const *fixed, *const *more;
    bool symbols, events, commands, info, marks;
} kinds[WORDS_KINDS] = {
    [WORDS_NONE] = {.fixed = none, .more = none},
    [WORDS_PLACE] = {registers, none, .symbols = true},
    [WORDS_POINT] = {registers, pid, .symbols = true},
    [WORDS_WRITTEN] = {registers, written, .symbols = true},
    [WORDS_EVENTS] = {none, none, .events = true},
    [WORDS_BACK] = {back, none, .events = true},
    [WORDS_GOTO] = {ends, none, .marks = true},
    [WORDS_COMMANDS] = {none, none, .commands = true},
    [WORDS_INFO] = {none, none, .commands = true, .info = true},
    [WORDS_ON_OFF] = {.fixed = on_off, .more = none},
    [WORDS_ALL] = {.fixed = all, .more = none},
};

/* Candidates are counted down: where *n comes to -1 the name is the one that was asked for. */
static const char *count(const char *name, const char *prefix, int *n)
{
    return strncmp(name, prefix, strlen(prefix)) == 0 && (*n)-- == 0 ? name : NULL;
}

static const char *of_list(const char *const *list, const char *prefix, int *n)
{
    const char *name = NULL;

    for (; *list && !name; list++)
        name = count(*list, prefix, n);
    return name;
}

static const char *of_commands(const char *prefix, int *n)
{
    const char *name = NULL;

    for (unsigned i = 0; i < monitor_command_count && !name; i++)
        name = count(monitor_commands[i].name, prefix, n);
    return name;
}

static const char *of_info(const char *prefix, int *n)
{
    const char *name = NULL;

    for (unsigned i = 0; i < INFO_WORDS && !name; i++)
        name = count(info_words[i].theirs, prefix, n);
    return name;
}

static const char *of_events(const char *prefix, int *n)
{
    const char *name = NULL;

    for (unsigned i = 0; i < CONTROL_EVENTS && !name; i++)
        name = count(control_event_names[i], prefix, n);
    return name;
}

static const char *of_marks(const struct monitor *m, const char *prefix, int *n)
{
    const char *name = NULL;

    for (unsigned i = 0; i < m->mark_count && !name; i++)
        name = count(m->marks[i].name, prefix, n);
    return name;
}

static const char *of_symbols(struct monitor *m, const char *prefix, int n)
{
    const char *name = symbols_with_prefix(m->in->symbols, prefix, (unsigned)n);

    if (!name)
        return NULL;
    snprintf(m->completion, sizeof(m->completion), "%s", name);
    return m->completion;
}

/* The nth of a kind that begins with `prefix`. */
static const char *of_kind(struct monitor *m, enum monitor_words kind, const char *prefix, int n)
{
    const char *name = of_list(kinds[kind].fixed, prefix, &n);

    if (!name)
        name = of_list(kinds[kind].more, prefix, &n);
    if (!name && kinds[kind].commands)
        name = of_commands(prefix, &n);
    if (!name && kinds[kind].info)
        name = of_info(prefix, &n);
    if (!name && kinds[kind].events)
        name = of_events(prefix, &n);
    if (!name && kinds[kind].marks)
        name = of_marks(m, prefix, &n);
    if (!name && kinds[kind].symbols)
        name = of_symbols(m, prefix, n);
    return name;
}

/* Where the word begins that is to be completed. */
static const char *last_word(const char *text)
{
    const char *space = strrchr(text, ' ');

    return space ? space + 1 : text;
}

const char *monitor_complete(struct monitor *m, const char *text, unsigned n)
{
    const char *word = last_word(text);
    const struct monitor_command *command;
    struct monitor_line line;
    unsigned fits;

    monitor_split(&line, text);
    if (!line.count || (line.count == 1 && *word))
        return of_kind(m, WORDS_COMMANDS, word, (int)n);
    monitor_translate(&line);
    command = monitor_find(line.word[0], &fits);
    return command ? of_kind(m, command->words, word, (int)n) : NULL;
}

unsigned monitor_extend(struct monitor *m, const char *text, char *more, size_t size)
{
    char common[sizeof(m->completion)] = "";
    size_t typed = strlen(last_word(text)), length = 0;
    const char *name;
    unsigned n;

    for (n = 0; (name = monitor_complete(m, text, n)); n++) {
        if (n == 0) {
            snprintf(common, sizeof(common), "%s", name);
            length = strlen(common);
        }
        while (strncmp(common, name, length) != 0)
            length--;
    }
    snprintf(more, size, "%.*s%s", length > typed ? (int)(length - typed) : 0, common + typed,
             n == 1 ? " " : "");
    return n;
}
