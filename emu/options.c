#include "emu/options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/chardev.h"
#include "emu/clock.h"
#include "emu/log.h"

struct option_row;

struct reader {
    struct options *o;
    const char *typed; /* the option as the user wrote it */
    char *why;
    size_t why_size;
};

typedef int read_fn(const struct reader *r, const struct option_row *row, const char *text);

static read_fn read_flag, read_text, read_count, read_memory, read_choice, read_symbols,
    read_chardev, read_device, read_display;

enum group { GROUP_BOOT, GROUP_MACHINE, GROUP_LOOK, GROUP_END, GROUPS };

static const char *const group_title[GROUPS] = {
    "What to boot",
    "The machine",
    "What to look at",
    "How it ends",
};

struct option_row {
    const char *name;
    const char *arg; /* how help shows it; NULL: takes none; "[...": optional */
    enum group group;
    read_fn *read;
    size_t offset; /* of the field in struct options */
    uint64_t min, max;
    const char *help; /* lines after the first are indented */
};

#define FIELD(name) offsetof(struct options, name)
#define NO_MAX      UINT64_MAX

/* clang-format off */
static const struct option_row rows[] = {
    {"kernel", "FILE", GROUP_BOOT, read_text, FIELD(kernel), 0, 0,
     "an i386 ELF kernel with a Multiboot 1 header"},
    {"initrd", "FILE[ ARGS][,FILE...]", GROUP_BOOT, read_text, FIELD(initrd), 0, 0,
     "Multiboot modules; a comma in a name is written ,,"},
    {"append", "TEXT", GROUP_BOOT, read_text, FIELD(append), 0, 0, "the kernel's command line"},

    {"m", "N[K|M|G]", GROUP_MACHINE, read_memory, FIELD(ram_mb), 1, 1024,
     "memory, in MB where no unit is given: 1 to 1024 MB (default 64)"},
    {"cpu", "MODEL[,+F][,-F]", GROUP_MACHINE, read_text, FIELD(cpu), 0, 0,
     "386, 486, pentium or i686 (default), and features to add or remove"},
    {"engine", "NAME", GROUP_MACHINE, read_text, FIELD(engine), 0, 0,
     "how instructions are carried out; `forkscope doctor` lists the engines"},
    {"mips", "N", GROUP_MACHINE, read_count, FIELD(mips), 1, CLOCK_MIPS_MAX,
     "virtual speed: steps per microsecond of the guest's time (default 100)"},
    {"jitter-seed", "N", GROUP_MACHINE, read_count, FIELD(jitter_seed), 0, UINT32_MAX,
     "timer interrupts at steps that N draws, in storms that use up time\n"
     "slices: other interleavings, the same for the same N (default 0: none)"},
    {"serial", "stdio|file:F|null", GROUP_MACHINE, read_chardev, FIELD(serial), 0, 0,
     "where COM1 goes (default stdio; null with --trace -)"},
    {"debugcon", "stdio|file:F|null", GROUP_MACHINE, read_chardev, FIELD(debugcon), 0, 0,
     "where bytes written to port 0xe9 go (default null)"},
    {"nographic", NULL, GROUP_MACHINE, read_flag, FIELD(nographic), 0, 0,
     "all keys go to the guest, also Ctrl-C; Ctrl-A x ends forkscope"},
    {"display", "none", GROUP_MACHINE, read_display, 0, 0, 0, "accepted: there is no window"},
    {"device", "isa-debug-exit,iobase=0xf4", GROUP_MACHINE, read_device, 0, 0, 0,
     "accepted: the exit port is always there"},
    {"no-reboot", NULL, GROUP_MACHINE, read_flag, FIELD(no_reboot), 0, 0,
     "a reset by the guest ends the run instead of booting again"},

    {"trace", "FILE|-", GROUP_LOOK, read_text, FIELD(trace), 0, 0, "write the trace"},
    {"trace-filter", "TEXT", GROUP_LOOK, read_text, FIELD(trace_filter), 0, 0,
     "'ev=int,fork,ret; pid=1,2; sym=do_fork; icount=A..B'"},
    {"trace-format", "FORM", GROUP_LOOK, read_text, FIELD(trace_format), 0, 0,
     "text (default), or jsonl: JSON Lines, for tools"},
    {"trace-level", "LEVEL", GROUP_LOOK, read_text, FIELD(trace_level), 0, 0,
     "exact (default), symbolic or semantic"},
    {"story", "[N|all]", GROUP_LOOK, read_text, FIELD(story), 0, 0,
     "tell the Nth fork of a user process on standard output"},
    {"view", "tss", GROUP_LOOK, read_text, FIELD(view), 0, 0,
     "with --story: the child as a TSS, as Linux 0.11 made it"},
    {"symbols", "ELF", GROUP_LOOK, read_symbols, 0, 0, 0,
     "more names for addresses; may be given 8 times"},
    {"d", "LIST", GROUP_LOOK, read_text, FIELD(log_items), 0, 0,
     "log to stderr: int (interrupts), exec (every instruction)"},
    {"D", "FILE", GROUP_LOOK, read_text, FIELD(log_file), 0, 0, "write that log to a file"},
    {"stats", NULL, GROUP_LOOK, read_flag, FIELD(stats), 0, 0, "counters at the end, on stderr"},

    {"max-insns", "N[k|M|G]", GROUP_END, read_count, FIELD(max_insns), 1, NO_MAX,
     "stop after N steps of the CPU (exit 7)"},
    {"wall-timeout", "S", GROUP_END, read_count, FIELD(wall_timeout), 1, 1000000,
     "stop after S seconds of your time (exit 9); a guard, not a measure"},
    {"idle-limit", "S", GROUP_END, read_count, FIELD(idle_limit), 0, 1000000000,
     "a guest that idles S seconds of its own time, when no input can\n"
     "come, is stuck (exit 8; default 600, 0: wait for ever)"},
    {"exit-code", "tool|guest|qemu", GROUP_END, read_choice, FIELD(exit_mode), 0, 0,
     "what the exit code says: forkscope's view (default), the byte the\n"
     "guest wrote to the exit port, or (byte << 1) | 1"},
    {"status-json", "FILE", GROUP_END, read_text, FIELD(status_json), 0, 0,
     "write how the run ended"},
    {"help", NULL, GROUP_END, read_flag, FIELD(help), 0, 0, "this text"},
};
/* clang-format on */

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
    {"monitor", "there is no monitor yet"},
    {"s", "there is no gdb stub yet"},
    {"S", "there is no gdb stub yet"},
    {"gdb", "there is no gdb stub yet"},
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

static int read_text(const struct reader *r, const struct option_row *row, const char *text)
{
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
        return REFUSE(r, "%s %s is out of range: 1 MB to 1024 MB", r->typed, text);
    *(uint64_t *)field(r, row) = number;
    return 0;
}

/* The value is the word's place in the row's "a|b|c". */
static int read_choice(const struct reader *r, const struct option_row *row, const char *text)
{
    const char *word = row->arg;
    size_t length = strlen(text);

    for (uint64_t n = 0; word; n++) {
        size_t word_length = strcspn(word, "|");

        if (length == word_length && strncmp(word, text, length) == 0) {
            *(uint64_t *)field(r, row) = n;
            return 0;
        }
        word = word[word_length] ? word + word_length + 1 : NULL;
    }
    return REFUSE(r, "%s wants one of %s, not '%s'", r->typed, row->arg, text);
}

static int read_symbols(const struct reader *r, const struct option_row *row, const char *text)
{
    (void)row;
    if (r->o->symbols_count == OPTIONS_SYMBOL_FILES)
        return REFUSE(r, "%s can be given %d times", r->typed, OPTIONS_SYMBOL_FILES);
    r->o->symbols[r->o->symbols_count++] = text;
    return 0;
}

static int read_chardev(const struct reader *r, const struct option_row *row, const char *text)
{
    if (!chardev_spec_valid(text))
        return REFUSE(r, "%s wants %s, not '%s'", r->typed, row->arg, text);
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
    return REFUSE(r, "%s '%s' is not modelled: only %s is", r->typed, text, row->arg);
}

static int read_display(const struct reader *r, const struct option_row *row, const char *text)
{
    if (strcmp(text, row->arg) == 0)
        return 0;
    return REFUSE(r, "%s '%s' is not modelled: there is no window", r->typed, text);
}

/* ---- Parsing ----------------------------------------------------------------------------- */

static void fill_getopt(struct option *getopt_rows)
{
    for (unsigned i = 0; i < ROWS; i++) {
        const char *arg = rows[i].arg;
        int has_arg = !arg ? no_argument : *arg == '[' ? optional_argument : required_argument;

        getopt_rows[i] = (struct option){rows[i].name, has_arg, NULL, 0};
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
        if (length && strncmp(rows[i].name, name, length) == 0)
            return REFUSE(r, "unknown option '%s' (options are not abbreviated: did you mean -%s?)",
                          r->typed, rows[i].name);
    return REFUSE(r, "unknown option '%s': see forkscope --help", r->typed);
}

/* getopt takes abbreviations; we do not. */
static bool is_abbreviated(const char *typed, const struct option_row *row)
{
    size_t length;
    const char *name = typed_name(typed, &length);

    return !name_is(name, length, row->name);
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
        return REFUSE(r, "%s wants an argument: %s", r->typed, row->arg);
    return REFUSE(r, "%s takes no argument", r->typed);
}

static void set_defaults(struct options *o)
{
    *o = (struct options){
        .append = "",
        .ram_mb = 64,
        .cpu = "i686",
        .mips = 100,
        .max_insns = UINT64_MAX,
        .idle_limit = 600,
        .exit_mode = EXIT_MODE_TOOL,
    };
}

int options_parse(struct options *o, int argc, char **argv, char *why, size_t why_size)
{
    struct option getopt_rows[ROWS + 1];
    struct reader r = {.o = o, .why = why, .why_size = why_size};

    set_defaults(o);
    fill_getopt(getopt_rows);
    opterr = 0;
    optind = 0; /* glibc: start afresh, also after an error */
    for (;;) {
        int at = optind ? optind : 1, row = 0;
        /* '+': stop at the first word that is no option; ':': tell a missing argument apart. */
        int result = getopt_long_only(argc, argv, "+:", getopt_rows, &row);

        if (result == -1)
            break;
        r.typed = argv[at];
        if (result != 0)
            return refuse_option(&r, result);
        if (is_abbreviated(r.typed, &rows[row]))
            return refuse_unknown(&r);
        int error = rows[row].read(&r, &rows[row], optarg);
        if (error)
            return error;
    }
    if (optind < argc)
        return log_why(why, why_size, -EINVAL,
                       "unexpected word '%s': a kernel is given as -kernel %s", argv[optind],
                       argv[optind]);
    return 0;
}

/* ---- Help -------------------------------------------------------------------------------- */

enum { HELP_COLUMN = 34 };

static void print_row(FILE *out, const struct option_row *row)
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

void options_print(FILE *out)
{
    for (unsigned group = 0; group < GROUPS; group++) {
        fprintf(out, "\n%s:\n", group_title[group]);
        for (unsigned i = 0; i < ROWS; i++)
            if (rows[i].group == group)
                print_row(out, &rows[i]);
    }
}
