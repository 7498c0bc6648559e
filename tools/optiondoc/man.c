/* Manual pages, in the man macros. */
#include <stdio.h>
#include <string.h>

#include "emu/exitcode.h"
#include "emu/trace/trace_event.h"
#include "tools/optiondoc/optiondoc.h"

/* Text as roff takes it for itself: a dash is a minus, a backslash is one, no line is a request. */
static void put(const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", stdout);
    for (; *text; text++) {
        if (*text == '-')
            fputs("\\-", stdout);
        else if (*text == '\\')
            fputs("\\e", stdout);
        else
            putchar(*text == '\n' ? ' ' : *text);
    }
}

static void put_line(const char *text)
{
    put(text);
    putchar('\n');
}

static void put_title(const char *name, const char *section, const char *what)
{
    printf(".TH %s %s \"\" \"forkscope %s\"\n.SH NAME\n", name, section, FORKSCOPE_VERSION);
    put_line(what);
}

/* ---- forkscope(1) ------------------------------------------------------------------------- */

static void put_synopsis(void)
{
    printf(".SH SYNOPSIS\n");
    for (unsigned v = 0; v < VERBS; v++) {
        printf("%s.B forkscope %s\n", v ? ".br\n" : "", verbs[v].name);
        if (*verbs[v].words)
            put_line(verbs[v].words);
        printf("[\\fIoption\\fR...]\n");
    }
}

static void put_commands(void)
{
    printf(".SH COMMANDS\n");
    for (unsigned v = 0; v < VERBS; v++) {
        printf(".TP\n.B %s ", verbs[v].name);
        put_line(verbs[v].words);
        put_line(verbs[v].summary);
    }
}

/* "of run, check and view"; nothing where all that run a machine have it. */
static void put_verbs(const struct option_info *o)
{
    bool first = true;

    if (option_of(o, VERB_RUN))
        return;
    printf("(");
    for (unsigned v = 0; v < VERBS; v++) {
        if (!option_of(o, v))
            continue;
        printf("%s%s", first ? "" : ", ", verbs[v].name);
        first = false;
    }
    printf(" only)\n");
}

static void put_option(const struct option_info *o)
{
    printf(".TP\n\\fB");
    put(dashes(o));
    put(o->name);
    printf("\\fR");
    if (o->arg) {
        printf("%s\\fI", *o->arg == '[' ? "=" : " ");
        put(o->arg);
        printf("\\fR");
    }
    putchar('\n');
    put_line(o->help);
    put_verbs(o);
}

static void put_options(void)
{
    const struct option_info *o;
    const char *group = "";

    printf(".SH OPTIONS\n"
           "One dash or two are the same. Options are never abbreviated; what is not modelled is\n"
           "refused with the reason.\n");
    for (unsigned n = 0; (o = options_row(n)); n++) {
        if (strcmp(group, o->group) != 0) {
            printf(".SS ");
            put_line(o->group);
        }
        group = o->group;
        put_option(o);
    }
}

static const struct {
    int code;
    const char *means;
} exits[] = {
    {EXITCODE_OK, "the guest reported success, and all checks passed"},
    {EXITCODE_MISMATCH, "a check or a golden trace does not hold, or two traces differ"},
    {EXITCODE_USAGE, "the command line cannot be obeyed"},
    {EXITCODE_INPUT, "an input is unreadable or cannot be booted"},
    {EXITCODE_EMULATOR, "a limit or bug of forkscope, or output that cannot be written"},
    {EXITCODE_PANIC, "the guest reached its panic()"},
    {EXITCODE_TRIPLE, "triple fault"},
    {EXITCODE_BUDGET, "--max-insns is used up"},
    {EXITCODE_STUCK, "the guest can never make progress"},
    {EXITCODE_WALL, "--wall-timeout is over"},
    {EXITCODE_GUEST_FAILED, "the guest reported failure, or reset itself without a report"},
    {EXITCODE_INTERRUPTED, "interrupted"},
};

static void put_exits(void)
{
    printf(".SH EXIT STATUS\n");
    for (unsigned i = 0; i < sizeof(exits) / sizeof(exits[0]); i++) {
        printf(".TP\n.B %d\n", exits[i].code);
        put_line(exits[i].means);
    }
}

void write_man_program(void)
{
    put_title(
        "FORKSCOPE", "1",
        "forkscope - an i386 emulator that shows how a Unix kernel makes one process into two");
    put_synopsis();
    printf(".SH DESCRIPTION\n");
    put_line("Boots an i386 Multiboot kernel and shows, instruction by instruction, what its fork "
             "does: the words that the CPU pushes at int 0x80, the frame that the child gets, and "
             "both results. Time is counted in steps of the CPU, so that the same files give the "
             "same run on every machine.");
    put_line("Standard output carries what was asked for, the serial port or a trace; everything "
             "else goes to standard error.");
    put_commands();
    put_options();
    put_exits();
    printf(".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nno colours, also on a terminal\n"
           ".TP\n.B TMPDIR\nwhere forkscope test and \\-\\-on\\-crash view put files of their own "
           "(/tmp)\n"
           ".SH SEE ALSO\n.BR forkscope\\-trace (5)\n");
}

/* ---- forkscope-trace(5) -------------------------------------------------------------------- */

static const struct {
    const char *name, *levels, *help;
} kinds[] = {
#define TRACE_KIND(id, name, levels, help) {name, levels, help},
#include "emu/trace/trace_event.def"
#undef TRACE_KIND
};

static void put_levels(const char *levels)
{
    static const char *const names[] = {"exact", "symbolic", "semantic"};
    bool first = true;

    printf("(");
    for (unsigned i = 0; i < 3; i++) {
        if (!strchr(levels, "ESP"[i]))
            continue;
        printf("%s%s", first ? "" : ", ", names[i]);
        first = false;
    }
    printf(")\n");
}

static void put_kinds(void)
{
    printf(".SH EVENTS\nIn brackets: the levels that show an event where no filter names it.\n");
    for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        printf(".TP\n.B %s\n", kinds[i].name);
        put_line(kinds[i].help);
        put_levels(kinds[i].levels);
    }
}

static const struct {
    const char *term, *text;
} levels[] = {
    {"exact", "addresses and step counts; any change of the guest changes it"},
    {"symbolic", "addresses as names, no counts: survives a rebuild of the guest"},
    {"semantic", "the life of processes only"},
};

static const struct {
    const char *term, *text;
} clauses[] = {
    {"ev=int,fork,ret", "events by name, instead of those of the level"},
    {"pid=1,2", "of these tasks; of a fork or switch either side"},
    {"sym=do_fork", "calls and returns of these functions only, probed if nothing else would"},
    {"icount=A..B", "from step A to step B; either end may be left out"},
};

void write_man_trace(void)
{
    put_title("FORKSCOPE\\-TRACE", "5",
              "forkscope-trace - what forkscope records of a guest, and its forms");
    printf(".SH DESCRIPTION\n");
    put_line(
        "A trace says what the CPU and the guest's kernel did, event by event. Nothing of the "
        "host is in it: no time, path, process or pointer. The first line, or the first bytes, "
        "name the form and its version; a reader refuses a newer one.");
    put_kinds();
    printf(".SH LEVELS\n");
    for (unsigned i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        printf(".TP\n.B %s\n", levels[i].term);
        put_line(levels[i].text);
    }
    printf(".SH FILTER\n");
    put_line("Clauses are joined by semicolons, and all must hold.");
    for (unsigned i = 0; i < sizeof(clauses) / sizeof(clauses[0]); i++) {
        printf(".TP\n.B ");
        put_line(clauses[i].term);
        put_line(clauses[i].text);
    }
    printf(".SH FORMS\n");
    put_line(
        "text is for people and golden tests: a line an event, and below it one line for each "
        "word that an interrupt pushed. jsonl is the same as JSON Lines. binary is small, has "
        "an index, and is what export, diff and explain read best. At level exact each can be read "
        "back and made of each other, and nothing is lost. docs/trace-format.md has the schema "
        "of each.");
    printf(".SH SEE ALSO\n.BR forkscope (1)\n");
}
