#include "emu/suite/suite_spec.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/guest/layout.h"
#include "emu/support/file.h"
#include "emu/support/log.h"

struct key;

struct parser {
    struct suite_case *c;
    const char *file;
    unsigned line;
    char *why;
    size_t why_size;
};

typedef int set_fn(const struct parser *p, const struct key *key, const char *value);

static set_fn set_option, set_path, set_layout, set_level, set_trace, set_serial, set_says,
    set_engine, set_exit;

struct key {
    const char *name;
    const char *option; /* of forkscope run, for those that become one */
    set_fn *set;
};

/* clang-format off */
static const struct key keys[] = {
    {"kernel",  "-kernel",        set_path},
    {"initrd",  "-initrd",        set_path},
    {"append",  "-append",        set_option},
    {"memory",  "-m",             set_option},
    {"cpu",     "--cpu",          set_option},
    {"mips",    "--mips",         set_option},
    {"jitter",  "--jitter-seed",  set_option},
    {"symbols", "--symbols",      set_path},
    {"layout",  "--layout",       set_layout},
    {"input",   "--input",        set_path},
    {"state",   "--load-state",   set_path},
    {"budget",  "--max-insns",    set_option},
    {"filter",  "--trace-filter", set_option},
    {"probe",   "--probe",        set_option},
    {"graph",   "--graph",        set_option},
    {"level",   NULL,             set_level},
    {"trace",   NULL,             set_trace},
    {"serial",  NULL,             set_serial},
    {"says",    NULL,             set_says},
    {"engine",  NULL,             set_engine},
    {"exit",    NULL,             set_exit},
};
/* clang-format on */

enum { KEYS = sizeof(keys) / sizeof(keys[0]), EXIT_MAX = 255 };

#define REFUSE(p, ...) refuse(p, -EINVAL, __VA_ARGS__)

static int refuse(const struct parser *p, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int refuse(const struct parser *p, int error, const char *format, ...)
{
    char sentence[256];
    va_list args;

    va_start(args, format);
    vsnprintf(sentence, sizeof(sentence), format, args);
    va_end(args);
    return log_why(p->why, p->why_size, error, "%s:%u: %s", p->file, p->line, sentence);
}

static int no_memory(const struct parser *p)
{
    return refuse(p, -ENOMEM, "out of memory");
}

/* ---- Values ------------------------------------------------------------------------------ */

/* `path` as seen from the folder of `file`. */
static char *beside(const char *file, const char *path)
{
    int folder = (int)(file_basename(file) - file);
    char *joined;

    if (*path == '/')
        return strdup(path);
    return asprintf(&joined, "%.*s%s", folder, file, path) < 0 ? NULL : joined;
}

/* Takes over `value`. */
static int add_arg(const struct parser *p, const struct key *key, char *value)
{
    if (!value)
        return no_memory(p);
    if (p->c->args == SUITE_ARGS) {
        free(value);
        return REFUSE(p, "more than %d options", SUITE_ARGS);
    }
    p->c->arg[p->c->args++] = (struct suite_arg){key->option, value};
    return 0;
}

static int set_option(const struct parser *p, const struct key *key, const char *value)
{
    return add_arg(p, key, strdup(value));
}

static int set_path(const struct parser *p, const struct key *key, const char *value)
{
    return add_arg(p, key, beside(p->file, value));
}

/* One that is built in, or a file. */
static int set_layout(const struct parser *p, const struct key *key, const char *value)
{
    for (const struct layout_builtin *b = layout_builtins; b->name; b++)
        if (strcmp(b->name, value) == 0)
            return set_option(p, key, value);
    return set_path(p, key, value);
}

static int set_text(const struct parser *p, char **field, char *text)
{
    *field = text;
    return text ? 0 : no_memory(p);
}

static int set_level(const struct parser *p, const struct key *key, const char *value)
{
    (void)key;
    return set_text(p, &p->c->level, strdup(value));
}

static int set_trace(const struct parser *p, const struct key *key, const char *value)
{
    (void)key;
    return set_text(p, &p->c->trace, beside(p->file, value));
}

static int set_serial(const struct parser *p, const struct key *key, const char *value)
{
    (void)key;
    return set_text(p, &p->c->serial, beside(p->file, value));
}

static int set_says(const struct parser *p, const struct key *key, const char *value)
{
    (void)key;
    if (p->c->says_count == SUITE_SAYS)
        return REFUSE(p, "more than %d times says", SUITE_SAYS);
    return set_text(p, &p->c->says[p->c->says_count++], strdup(value));
}

/* Names with blanks between them. */
static int set_engine(const struct parser *p, const struct key *key, const char *value)
{
    (void)key;
    while (*value) {
        size_t length = strcspn(value, " \t");

        if (p->c->engines == SUITE_ENGINES)
            return REFUSE(p, "more than %d engines", SUITE_ENGINES);
        if (set_text(p, &p->c->engine[p->c->engines++], strndup(value, length)))
            return -ENOMEM;
        value += length;
        value += strspn(value, " \t");
    }
    return 0;
}

static int set_exit(const struct parser *p, const struct key *key, const char *value)
{
    char *end;
    long code = strtol(value, &end, 10);

    (void)key;
    if (!isdigit((unsigned char)*value) || *end || code > EXIT_MAX)
        return REFUSE(p, "exit is a number from 0 to %d, not '%s'", EXIT_MAX, value);
    p->c->exit = (int)code;
    return 0;
}

/* ---- Lines ------------------------------------------------------------------------------- */

static const struct key *find_key(const char *name)
{
    for (unsigned i = 0; i < KEYS; i++)
        if (strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

static bool may_repeat(const struct key *key)
{
    return key->set == set_says || strcmp(key->name, "symbols") == 0;
}

/* Without the blanks around it. */
static char *trim(char *text)
{
    size_t length;

    text += strspn(text, " \t\r");
    length = strlen(text);
    while (length && strchr(" \t\r", text[length - 1]))
        text[--length] = '\0';
    return text;
}

static int parse_line(const struct parser *p, char *line, unsigned *seen)
{
    char *text = trim(line), *equals = strchr(text, '=');
    const struct key *key;

    if (!*text || *text == '#')
        return 0;
    if (!equals)
        return REFUSE(p, "'%s' is not of the form key = value", text);
    *equals = '\0';
    key = find_key(trim(text));
    if (!key)
        return REFUSE(p, "there is no key '%s'", trim(text));
    if ((*seen & 1u << (key - keys)) && !may_repeat(key))
        return REFUSE(p, "a second %s", key->name);
    *seen |= 1u << (key - keys);
    text = trim(equals + 1);
    if (!*text)
        return REFUSE(p, "%s has no value", key->name);
    return key->set(p, key, text);
}

/* What is said of a trace is lost where none is written. */
static int check_level(const struct parser *p, unsigned seen)
{
    static const char *const of_trace[] = {"trace", "filter", "probe", "graph"};

    for (unsigned i = 0; i < sizeof(of_trace) / sizeof(of_trace[0]) && !p->c->level; i++)
        if (seen & 1u << (find_key(of_trace[i]) - keys))
            return REFUSE(p, "%s needs a level: exact, symbolic or semantic", of_trace[i]);
    return 0;
}

static int parse_lines(struct parser *p, char *text)
{
    unsigned seen = 0;
    char *line;
    int error = 0;

    while (!error && (line = strsep(&text, "\n"))) {
        p->line++;
        error = parse_line(p, line, &seen);
    }
    return error ? error : check_level(p, seen);
}

int suite_spec_parse(struct suite_case *c, const char *text, const char *file, const char *name,
                     char *why, size_t why_size)
{
    struct parser p = {.c = c, .file = file, .why = why, .why_size = why_size};
    char *copy = strdup(text);
    int error;

    *c = (struct suite_case){.name = strdup(name), .file = strdup(file)};
    error = copy && c->name && c->file ? parse_lines(&p, copy) : no_memory(&p);
    free(copy);
    return error;
}

int suite_spec_read(struct suite_case *c, const char *file, const char *name, char *why,
                    size_t why_size)
{
    struct file bytes;
    char *text;
    int error;

    *c = (struct suite_case){0};
    error = file_read(file, SUITE_SPEC_MAX, &bytes, why, why_size);
    if (error)
        return error;
    text = strndup((const char *)bytes.bytes, bytes.size);
    if (!text)
        error = log_why(why, why_size, -ENOMEM, "out of memory");
    else if (strlen(text) != bytes.size)
        error = log_why(why, why_size, -EINVAL, "%s: not a text file", file);
    else
        error = suite_spec_parse(c, text, file, name, why, why_size);
    free(text);
    file_release(&bytes);
    return error;
}

void suite_spec_release(struct suite_case *c)
{
    for (unsigned i = 0; i < c->args; i++)
        free(c->arg[i].value);
    for (unsigned i = 0; i < c->says_count; i++)
        free(c->says[i]);
    for (unsigned i = 0; i < c->engines; i++)
        free(c->engine[i]);
    free(c->name);
    free(c->file);
    free(c->level);
    free(c->trace);
    free(c->serial);
    *c = (struct suite_case){0};
}
