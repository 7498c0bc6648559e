#include "emu/options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/gdb/gdbstub.h"
#include "emu/machine/chardev.h"
#include "emu/machine/clock.h"
#include "emu/support/log.h"

struct option_row;

struct reader {
    struct options *o;
    enum verb_id verb;
    const char *typed; /* the option as the user wrote it */
    char *why;
    size_t why_size;
};

typedef int read_fn(const struct reader *r, const struct option_row *row, const char *text);

static read_fn read_flag, read_text, read_count, read_memory, read_choice, read_symbols, read_panel,
    read_chardev, read_device, read_display, read_gdb, read_monitor;

#define GROUP_BOOT    "What to boot"
#define GROUP_MACHINE "The machine"
#define GROUP_TIME    "Time"
#define GROUP_LOOK    "What to look at"
#define GROUP_PICTURE "Pictures"
#define GROUP_END     "How it ends"
#define GROUP_SUITE   "Results"

struct option_row {
    struct option_info info;
    read_fn *read;
    size_t offset; /* of the field in struct options */
    uint64_t min, max;
};

#define FIELD(name) offsetof(struct options, name)
#define NO_MAX      UINT64_MAX
#define BIT(verb)   (1u << VERB_##verb)
#define RUNS        (BIT(RUN) | BIT(CHECK) | BIT(VIEW) | BIT(EXPLAIN))
#define ALL         (RUNS | BIT(TEST) | BIT(EXPORT) | BIT(DIFF) | BIT(LAYOUT))

#define OPTION(verbs, name, arg, group, read, field, min, max, help)                               \
    {{name, arg, GROUP_##group, help, verbs}, read_##read, field, min, max},

static const struct option_row rows[] = {
#include "emu/options.def"
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

/* Options people bring from QEMU that mean something forkscope does not have. */
static const struct {
    const char *name, *reason;
} not_modelled[] = {
    {"smp", "there is one processor"},
    {"hda", "there are no disks"},
    {"hdb", "there are no disks"},
    {"drive", "there are no disks"},
    {"fda", "there are no disks"},
    {"cdrom", "there are no disks"},
    {"boot", "there is no BIOS: a kernel is loaded with -kernel"},
    {"bios", "there is no BIOS: a kernel is loaded with -kernel"},
    {"net", "there is no network"},
    {"nic", "there is no network"},
    {"netdev", "there is no network"},
    {"vga", "there is only the VGA text screen"},
    {"accel", "every instruction is emulated"},
    {"enable-kvm", "every instruction is emulated"},
    {"machine", "there is one machine"},
    {"M", "there is one machine"},
    {"icount", "time always counts instructions: see --mips"},
};

#define REFUSE(r, ...) log_why((r)->why, (r)->why_size, -EINVAL, __VA_ARGS__)

/* ---- Reading one value ------------------------------------------------------------------- */

static void *field(const struct reader *r, const struct option_row *row)
{
    return (char *)r->o + row->offset;
}

static int read_flag(const struct reader *r, const struct option_row *row, const char *text)
{
    (void)text;
    *(bool *)field(r, row) = true;
    return 0;
}

/* Files are named by more than nothing: an empty shell variable is told at once. */
static int read_text(const struct reader *r, const struct option_row *row, const char *text)
{
    if (text && !*text && *row->info.arg != '[' && strstr(row->info.arg, "FILE"))
        return REFUSE(r, "%s wants %s, not ''", r->typed, row->info.arg);
    *(const char **)field(r, row) = text ? text : "";
    return 0;
}

/* Digits and at most one unit letter; false where there is anything else, or too much. */
static bool parse_number(const char *text, const char *units, uint64_t step, uint64_t *number,
                         char *unit)
{
    char *end;

    if (!isdigit((unsigned char)*text))
        return false;
    errno = 0;
    *number = strtoull(text, &end, 10);
    *unit = *end;
    if (errno || (*end && (end[1] || !strchr(units, *end))))
        return false;
    for (const char *u = units; *end && u <= strchr(units, *end); u++)
        if (step && __builtin_mul_overflow(*number, step, number))
            return false;
    return true;
}

static int read_count(const struct reader *r, const struct option_row *row, const char *text)
{
    uint64_t number;
    char unit;

    if (!parse_number(text, row->max == NO_MAX ? "kMG" : "", 1000, &number, &unit))
        return REFUSE(r, "%s wants a number, not '%s'", r->typed, text);
    if (number < row->min || (row->max != NO_MAX && number > row->max))
        return REFUSE(r, "%s %s is out of range: %" PRIu64 " to %" PRIu64, r->typed, text, row->min,
                      row->max);
    *(uint64_t *)field(r, row) = number;
    return 0;
}

static int read_memory(const struct reader *r, const struct option_row *row, const char *text)
{
    uint64_t number;
    char unit;

    if (!parse_number(text, "kKmMgG", 0, &number, &unit) || number > UINT32_MAX)
        return REFUSE(r, "%s wants a size such as 64 or 1G, not '%s'", r->typed, text);
    unit = (char)tolower((unsigned char)unit);
    if (unit == 'g')
        number <<= 10;
    if (unit == 'k' && number % 1024)
        return REFUSE(r, "%s %s is not a whole number of megabytes", r->typed, text);
    if (unit == 'k')
        number >>= 10;
    if (number < row->min || number > row->max)
        return REFUSE(r, "%s %s is out of range: %" PRIu64 " MB to %" PRIu64 " MB", r->typed, text,
                      row->min, row->max);
    *(uint64_t *)field(r, row) = number;
    return 0;
}

/* The value is the word's place in the row's "a|b|c". */
static int read_choice(const struct reader *r, const struct option_row *row, const char *text)
{
    const char *word = row->info.arg;
    size_t length = strlen(text);

    for (uint64_t n = 0; word; n++) {
        size_t word_length = strcspn(word, "|");

        if (length == word_length && strncmp(word, text, length) == 0) {
            *(uint64_t *)field(r, row) = n;
            return 0;
        }
        word = word[word_length] ? word + word_length + 1 : NULL;
    }
    return REFUSE(r, "%s wants one of %s, not '%s'", r->typed, row->info.arg, text);
}

static int read_symbols(const struct reader *r, const struct option_row *row, const char *text)
{
    (void)row;
    if (r->o->symbols_count == OPTIONS_SYMBOL_FILES)
        return REFUSE(r, "%s can be given %d times", r->typed, OPTIONS_SYMBOL_FILES);
    r->o->symbols[r->o->symbols_count++] = text;
    return 0;
}

static int read_panel(const struct reader *r, const struct option_row *row, const char *text)
{
    const char *equals = strchr(text, '=');

    if (r->o->panels_count == OPTIONS_PANELS)
        return REFUSE(r, "%s can be given %d times", r->typed, OPTIONS_PANELS);
    if (equals == NULL || equals == text || equals[1] == '\0')
        return REFUSE(r, "%s wants %s, not '%s'", r->typed, row->info.arg, text);
    r->o->panels[r->o->panels_count++] = text;
    return 0;
}

static int read_chardev(const struct reader *r, const struct option_row *row, const char *text)
{
    if (!chardev_spec_valid(text))
        return REFUSE(r, "%s wants %s, not '%s'", r->typed, row->info.arg, text);
    return read_text(r, row, text);
}

static int read_device(const struct reader *r, const struct option_row *row, const char *text)
{
    static const char *const same[] = {
        "isa-debug-exit,iobase=0xf4", "isa-debug-exit,iobase=0xf4,iosize=0x04",
        "isa-debug-exit,iobase=0xf4,iosize=0x4", "isa-debug-exit,iobase=0xf4,iosize=4"};

    for (unsigned i = 0; i < sizeof(same) / sizeof(same[0]); i++)
        if (strcmp(text, same[i]) == 0)
            return 0;
    return REFUSE(r, "%s '%s' is not modelled: only %s is", r->typed, text, row->info.arg);
}

static int read_gdb(const struct reader *r, const struct option_row *row, const char *text)
{
    if (!gdbstub_spec_valid(text))
        return REFUSE(r, "%s wants %s, not '%s'", r->typed, row->info.arg, text);
    return read_text(r, row, text);
}

static int read_monitor(const struct reader *r, const struct option_row *row, const char *text)
{
    if (strcmp(text, row->info.arg) != 0)
        return REFUSE(r, "%s wants %s, not '%s'", r->typed, row->info.arg, text);
    return read_text(r, row, text);
}

static int read_display(const struct reader *r, const struct option_row *row, const char *text)
{
    if (strcmp(text, row->info.arg) == 0)
        return 0;
    return REFUSE(r, "%s '%s' is not modelled: there is no window", r->typed, text);
}

/* ---- Parsing ----------------------------------------------------------------------------- */

static bool belongs_to(const struct option_row *row, enum verb_id verb)
{
    return row->info.verbs & 1u << verb;
}

static void fill_getopt(struct option *getopt_rows)
{
    for (unsigned i = 0; i < ROWS; i++) {
        const char *arg = rows[i].info.arg;
        int has_arg = !arg ? no_argument : *arg == '[' ? optional_argument : required_argument;

        getopt_rows[i] = (struct option){rows[i].info.name, has_arg, NULL, 0};
    }
    getopt_rows[ROWS] = (struct option){0};
}

/* "-kernel=x" and "--kernel" are both "kernel": start and length of the name. */
static const char *typed_name(const char *token, size_t *length)
{
    while (*token == '-')
        token++;
    *length = strcspn(token, "=");
    return token;
}

static bool name_is(const char *name, size_t length, const char *other)
{
    return strlen(other) == length && strncmp(name, other, length) == 0;
}

static int refuse_unknown(const struct reader *r)
{
    size_t length;
    const char *name = typed_name(r->typed, &length);

    for (unsigned i = 0; i < sizeof(not_modelled) / sizeof(not_modelled[0]); i++)
        if (name_is(name, length, not_modelled[i].name))
            return REFUSE(r, "%s is not modelled: %s", r->typed, not_modelled[i].reason);
    for (unsigned i = 0; i < ROWS; i++)
        if (length > 1 && rows[i].info.arg && name_is(name, 1, rows[i].info.name) &&
            strspn(name + 1, "0123456789") == length - 1)
            return REFUSE(r, "unknown option '%s': did you mean -%c %s?", r->typed, *name,
                          name + 1);
    for (unsigned i = 0; i < ROWS; i++)
        if (length && belongs_to(&rows[i], r->verb) &&
            strncmp(rows[i].info.name, name, length) == 0)
            return REFUSE(r, "unknown option '%s' (options are not abbreviated: did you mean -%s?)",
                          r->typed, rows[i].info.name);
    return REFUSE(r, "unknown option '%s': see forkscope %s --help", r->typed, verbs[r->verb].name);
}

/* getopt takes abbreviations; we do not. */
static bool is_abbreviated(const char *typed, const struct option_row *row)
{
    size_t length;
    const char *name = typed_name(typed, &length);

    return !name_is(name, length, row->info.name);
}

static const struct option_row *row_named(const char *typed)
{
    for (unsigned i = 0; i < ROWS; i++)
        if (!is_abbreviated(typed, &rows[i]))
            return &rows[i];
    return NULL;
}

/* getopt gave up on what was typed. */
static int refuse_option(const struct reader *r, int result)
{
    const struct option_row *row = row_named(r->typed);

    if (!row)
        return refuse_unknown(r);
    if (result == ':')
        return REFUSE(r, "%s wants an argument: %s", r->typed, row->info.arg);
    return REFUSE(r, "%s takes no argument", r->typed);
}

static int refuse_for_verb(const struct reader *r, const struct option_row *row)
{
    for (unsigned v = 0; v < VERBS; v++)
        if (belongs_to(row, v))
            return REFUSE(r, "%s is an option of forkscope %s, not of forkscope %s", r->typed,
                          verbs[v].name, verbs[r->verb].name);
    return refuse_unknown(r);
}

static int take_word(const struct reader *r, const char *word)
{
    if (!*verbs[r->verb].words)
        return REFUSE(r, "unexpected word '%s': a kernel is given as -kernel %s", word, word);
    if (r->o->words_count == OPTIONS_WORDS)
        return REFUSE(r, "too many words: '%s'", word);
    r->o->words[r->o->words_count++] = word;
    return 0;
}

void options_defaults(struct options *o)
{
    *o = (struct options){
        .append = "",
        .ram_mb = 64,
        .cpu = "i686",
        .mips = 100,
        .max_insns = UINT64_MAX,
        .idle_limit = 600,
        .exit_mode = EXIT_MODE_TOOL,
        .jobs = 1,
    };
}

/* The option that getopt found, or the word at which it stopped. */
static int take_option(const struct reader *r, int result, int n)
{
    const struct option_row *row = &rows[n];

    if (result != 0)
        return refuse_option(r, result);
    if (is_abbreviated(r->typed, row))
        return refuse_unknown(r);
    if (!belongs_to(row, r->verb))
        return refuse_for_verb(r, row);
    return row->read(r, row, optarg);
}

int options_parse(struct options *o, enum verb_id verb, int argc, char **argv, char *why,
                  size_t why_size)
{
    struct option getopt_rows[ROWS + 1];
    struct reader r = {.o = o, .verb = verb, .why = why, .why_size = why_size};
    int error = 0;

    options_defaults(o);
    fill_getopt(getopt_rows);
    opterr = 0;
    optind = 0; /* glibc: start afresh, also after an error */
    while (!error) {
        int at = optind ? optind : 1, row = 0;
        /* '+': stop at the first word that is no option; ':': tell a missing argument apart. */
        int result = getopt_long_only(argc, argv, "+:", getopt_rows, &row);

        if (result == -1 && optind >= argc)
            break;
        r.typed = argv[at];
        error = result == -1 ? take_word(&r, argv[optind++]) : take_option(&r, result, row);
    }
    return error;
}

/* ---- Help -------------------------------------------------------------------------------- */

enum { HELP_COLUMN = 34 };

static void print_row(FILE *out, const struct option_info *row)
{
    const char *dash = row->name[1] ? "--" : "-";
    const char *arg = row->arg ? row->arg : "";
    const char *gap = !row->arg ? "" : *arg == '[' ? "=" : " ";
    int width = fprintf(out, "  %s%s%s%s", dash, row->name, gap, arg);

    fprintf(out, "%*s", width < HELP_COLUMN ? HELP_COLUMN - width : 1, "");
    for (const char *c = row->help; *c; c++) {
        fputc(*c, out);
        if (*c == '\n')
            fprintf(out, "%*s", HELP_COLUMN, "");
    }
    fputc('\n', out);
}

void options_print(FILE *out, enum verb_id verb)
{
    const char *group = "";

    for (unsigned i = 0; i < ROWS; i++) {
        if (!belongs_to(&rows[i], verb))
            continue;
        if (strcmp(group, rows[i].info.group) != 0)
            fprintf(out, "\n%s:\n", rows[i].info.group);
        group = rows[i].info.group;
        print_row(out, &rows[i].info);
    }
}

const struct option_info *options_row(unsigned n)
{
    return n < ROWS ? &rows[n].info : NULL;
}
