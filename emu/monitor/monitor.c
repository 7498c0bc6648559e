#include "emu/monitor/monitor.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/monitor/monitor_state.h"

const struct monitor_command monitor_commands[] = {
#define COMMAND(name, args, words, first, fn, help)                                                \
    {name, args, help, monitor_##fn, WORDS_##words, first},
#include "emu/monitor/monitor.def"
#undef COMMAND
};

const unsigned monitor_command_count = sizeof(monitor_commands) / sizeof(monitor_commands[0]);

/* ---- Life -------------------------------------------------------------------------------- */

struct monitor *monitor_create(struct control *c)
{
    struct monitor *m = calloc(1, sizeof(*m));

    if (!m)
        return NULL;
    m->control = c;
    m->in = control_inspect(c);
    return m;
}

void monitor_destroy(struct monitor *m)
{
    free(m);
}

bool monitor_quits(const struct monitor *m)
{
    return m->quits;
}

void monitor_quit(struct monitor *m, const struct monitor_line *line)
{
    (void)line;
    m->quits = true;
}

/* ---- Speaking ---------------------------------------------------------------------------- */

void monitor_say(struct monitor *m, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    m->out.say(m->out.ctx, text);
}

const char *monitor_symbol(struct monitor *m, uint32_t linear, char *buf, size_t size)
{
    buf[0] = '\0';
    if (symbols_by_addr(m->in->symbols, linear))
        symbols_format(m->in->symbols, linear, buf, size);
    return buf;
}

/* ---- Reading a line ---------------------------------------------------------------------- */

/* As in gdb, "x/4 $esp" is "x /4 $esp". */
static void split(struct monitor_line *line, const char *text)
{
    size_t command = strcspn(text, " \t/");
    const char *gap = text[command] == '/' ? " " : "";
    char *next;

    *line = (struct monitor_line){0};
    snprintf(line->text, sizeof(line->text), "%.*s%s%s", (int)command, text, gap, text + command);
    for (char *word = strtok_r(line->text, " \t\r\n", &next); word && line->count < MONITOR_WORDS;
         word = strtok_r(NULL, " \t\r\n", &next))
        line->word[line->count++] = word;
}

static const struct {
    const char *name;
    enum cpu_gpr reg;
} registers[] = {{"$eax", GPR_EAX}, {"$ecx", GPR_ECX}, {"$edx", GPR_EDX}, {"$ebx", GPR_EBX},
                 {"$esp", GPR_ESP}, {"$ebp", GPR_EBP}, {"$esi", GPR_ESI}, {"$edi", GPR_EDI}};

static bool register_value(const struct monitor *m, const char *name, uint32_t *value)
{
    const struct cpu_state *cpu = inspect_cpu(m->in);

    for (unsigned i = 0; i < sizeof(registers) / sizeof(registers[0]); i++)
        if (strcmp(name, registers[i].name) == 0) {
            *value = cpu->gpr[registers[i].reg];
            return true;
        }
    *value = strcmp(name, "$eip") == 0 || strcmp(name, "$pc") == 0 ? cpu->eip : cpu->cr3;
    return strcmp(name, "$eip") == 0 || strcmp(name, "$pc") == 0 || strcmp(name, "$cr3") == 0;
}

static bool plain_number(const char *text, uint64_t *value)
{
    char *end;

    if (!isdigit((unsigned char)*text))
        return false;
    errno = 0;
    *value = strtoull(text, &end, 0);
    return !errno && !*end;
}

bool monitor_number(struct monitor *m, const struct monitor_line *line, unsigned n,
                    uint64_t otherwise, uint64_t *value)
{
    *value = otherwise;
    if (n >= line->count || plain_number(line->word[n], value))
        return true;
    monitor_say(m, "'%s' is no number\n", line->word[n]);
    return false;
}

/* "$esp+8": a register with something added or taken away. */
static bool register_address(const struct monitor *m, const char *text, uint32_t *value)
{
    size_t length = strcspn(text, "+-");
    uint64_t offset = 0;
    char name[8];

    if (*text != '$' || length >= sizeof(name) ||
        (text[length] && !plain_number(text + length + 1, &offset)))
        return false;
    memcpy(name, text, length);
    name[length] = '\0';
    if (!register_value(m, name, value))
        return false;
    *value += text[length] == '-' ? -(uint32_t)offset : (uint32_t)offset;
    return true;
}

bool monitor_address(struct monitor *m, const struct monitor_line *line, unsigned n,
                     uint32_t otherwise, uint32_t *value)
{
    char why[160];

    *value = otherwise;
    if (n >= line->count || register_address(m, line->word[n], value))
        return true;
    if (control_locate(m->control, line->word[n], value, why, sizeof(why)) == 0)
        return true;
    monitor_say(m, "%s\n", why);
    return false;
}

/* ---- Finding the command ----------------------------------------------------------------- */

/* NULL: none, or several. */
static const struct monitor_command *find(const char *name, unsigned *fits)
{
    const struct monitor_command *found = NULL;
    size_t length = strlen(name);

    *fits = 0;
    for (unsigned i = 0; i < monitor_command_count; i++) {
        const struct monitor_command *c = &monitor_commands[i];

        if (strncmp(c->name, name, length) != 0)
            continue;
        ++*fits;
        if (c->name[length] == '\0') {
            *fits = 1;
            return c;
        }
        if (!found || (c->first && !found->first))
            found = c;
    }
    return *fits == 1 || (found && found->first) ? found : NULL;
}

static void execute(struct monitor *m, const struct monitor_line *line)
{
    unsigned fits;
    const struct monitor_command *command = find(line->word[0], &fits);

    if (command)
        command->fn(m, line);
    else if (fits)
        monitor_say(m, "'%s' may be %u commands: see help\n", line->word[0], fits);
    else
        monitor_say(m, "there is no command '%s': see help\n", line->word[0]);
}

void monitor_execute(struct monitor *m, const char *text, struct monitor_out out)
{
    struct monitor_line line;

    m->out = out;
    split(&line, text);
    if (line.count)
        execute(m, &line);
}

/* The words of gdb for what has other names here. */
static const char *gdb_word(const char *word)
{
    static const char *const words[][2] = {
        {"breakpoints", "points"}, {"watchpoints", "points"}, {"threads", "tasks"},
        {"inferiors", "tasks"},    {"mem", "pages"},          {"line", "symbol"},
    };

    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strncmp(words[i][0], word, strlen(word)) == 0)
            return words[i][1];
    return word;
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
    rest.word[0] = gdb_word(rest.word[0]);
    execute(m, &rest);
}

/* ---- Help and completion ----------------------------------------------------------------- */

void monitor_help(struct monitor *m, const struct monitor_line *line)
{
    enum { COLUMN = 34 };

    for (unsigned i = 0; i < monitor_command_count; i++) {
        const struct monitor_command *c = &monitor_commands[i];
        char usage[96];

        if (line->count > 1 && strncmp(c->name, line->word[1], strlen(line->word[1])) != 0)
            continue;
        snprintf(usage, sizeof(usage), "%s %s", c->name, c->args);
        if (strlen(usage) < COLUMN)
            monitor_say(m, "  %-*s%s\n", COLUMN, usage, c->help);
        else
            monitor_say(m, "  %s\n  %-*s%s\n", usage, COLUMN, "", c->help);
    }
}

/* Which of `count` names that begin with `prefix` is the nth? NULL: there are not so many. */
static const char *nth_name(const char *const *names, unsigned count, const char *prefix,
                            unsigned *n)
{
    for (unsigned i = 0; i < count; i++)
        if (strncmp(names[i], prefix, strlen(prefix)) == 0 && (*n)-- == 0)
            return names[i];
    return NULL;
}

static const char *nth_command(const char *prefix, unsigned n)
{
    for (unsigned i = 0; i < monitor_command_count; i++) {
        const char *name = monitor_commands[i].name;

        if (nth_name(&name, 1, prefix, &n))
            return name;
    }
    return NULL;
}

const char *monitor_complete(struct monitor *m, const char *text, unsigned n)
{
    size_t length = strlen(text);
    bool fresh = length == 0 || text[length - 1] == ' ';
    const struct monitor_command *command;
    struct monitor_line line;
    const char *prefix, *name;
    unsigned fits;

    split(&line, text);
    prefix = fresh || !line.count ? "" : line.word[line.count - 1];
    if (line.count + fresh <= 1)
        return nth_command(prefix, n);
    command = find(line.word[0], &fits);
    if (!command || command->words == WORDS_NONE)
        return NULL;
    if (command->words == WORDS_COMMANDS)
        return nth_command(prefix, n);
    if (command->words == WORDS_EVENTS)
        return nth_name(control_event_names, CONTROL_EVENTS, prefix, &n);
    name = symbols_with_prefix(m->in->symbols, prefix, n);
    if (!name)
        return NULL;
    snprintf(m->completion, sizeof(m->completion), "%s", name);
    return m->completion;
}
