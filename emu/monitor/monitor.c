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

void monitor_split(struct monitor_line *line, const char *text)
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

const struct monitor_command *monitor_find(const char *name, unsigned *fits)
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

void monitor_execute_line(struct monitor *m, const struct monitor_line *line)
{
    unsigned fits;
    const struct monitor_command *command = monitor_find(line->word[0], &fits);

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
    monitor_split(&line, text);
    monitor_translate(&line);
    if (line.count)
        monitor_execute_line(m, &line);
}
