/* The `export` verb: a recorded trace in another form. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "emu/exitcode.h"
#include "emu/options.h"
#include "emu/support/log.h"
#include "emu/trace/trace_filter.h"
#include "emu/trace/trace_form.h"
#include "emu/trace/trace_reader.h"
#include "emu/verbs.h"

struct export_run {
    struct options o;
    const struct trace_form *form;
    enum trace_level level;
    struct trace_filter filter;
    struct trace_reader *reader;
    struct trace_out *out;
    struct trace_writer writer;
    char why[512];
};

#define WHY(x) (x)->why, sizeof((x)->why)

static void print_help(void)
{
    char forms[128];

    printf("usage: forkscope export [--format FORM] [option...] TRACE\n\n"
           "Writes a recorded trace (level exact: text, jsonl or binary) in another form, to standard\n"
           "output or to --output FILE. \"-\" reads standard input. The forms are %s.\n",
           trace_form_list(forms, sizeof(forms)));
    options_print(stdout, VERB_EXPORT);
}

/* 0, or -EINVAL: a usage error. */
static int read_options(struct export_run *x)
{
    const char *format = x->o.format ? x->o.format : "text";
    char forms[128];

    if (x->o.words_count != 1)
        return log_why(WHY(x), -EINVAL, "export wants one trace: forkscope export --format %s FILE",
                       format);
    x->form = trace_form_find(format);
    if (x->form == NULL)
        return log_why(WHY(x), -EINVAL, "--format is %s, not '%s'",
                       trace_form_list(forms, sizeof(forms)), format);
    if (x->o.trace_level != NULL && !trace_level_parse(x->o.trace_level, &x->level))
        return log_why(WHY(x), -EINVAL, "--trace-level is exact, symbolic or semantic, not '%s'",
                       x->o.trace_level);
    trace_filter_init(&x->filter, ~(trace_kinds)0);
    return x->o.trace_filter ? trace_filter_parse(&x->filter, x->o.trace_filter, WHY(x)) : 0;
}

/* A level leaves out kinds, unless a filter names those that are wanted. */
static void set_level(struct export_run *x)
{
    trace_kinds named = x->filter.kinds;

    if (x->o.trace_level == NULL)
        x->level = trace_reader_level(x->reader);
    trace_reader_set_level(x->reader, x->level);
    if (named == ~(trace_kinds)0 && x->level != trace_reader_level(x->reader))
        x->filter.kinds = trace_level_kinds(x->level);
}

/* Event by event until the end, or until nobody reads any more. */
static int copy(struct export_run *x)
{
    struct trace_event event;
    int got;

    while ((got = trace_reader_next(x->reader, &event, WHY(x))) > 0 && !trace_out_failed(x->out))
        if (trace_filter_wants(&x->filter, &event))
            trace_writer_event(&x->writer, &event);
    if (got == 0)
        trace_reader_note_end(x->reader);
    return got < 0 ? got : 0;
}

static int export_trace(struct export_run *x)
{
    const char *path = x->o.output ? x->o.output : "-";
    char later[256];
    int err = 0, closed;

    x->out = trace_out_open(path, NULL, NULL, &err, WHY(x));
    if (x->out == NULL)
        return EXITCODE_EMULATOR;
    err = trace_writer_open(&x->writer, x->form, x->out, trace_reader_names(x->reader), WHY(x));
    if (err == 0)
        err = copy(x);
    trace_writer_close(&x->writer);
    closed = trace_out_close(x->out, err ? later : x->why, err ? sizeof(later) : sizeof(x->why));
    if (err != 0)
        return err == -EINVAL ? EXITCODE_INPUT : EXITCODE_EMULATOR;
    return closed != 0 ? EXITCODE_EMULATOR : EXITCODE_OK;
}

static int export_with(struct export_run *x, int argc, char **argv)
{
    int code;

    if (options_parse(&x->o, VERB_EXPORT, argc, argv, WHY(x)) != 0)
        return EXITCODE_USAGE;
    if (x->o.help) {
        print_help();
        return EXITCODE_OK;
    }
    if (read_options(x) != 0)
        return EXITCODE_USAGE;
    /* A closed pipe and a file size limit are write errors like others. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (trace_reader_open(&x->reader, x->o.words[0], WHY(x)) != 0)
        return EXITCODE_INPUT;
    set_level(x);
    code = export_trace(x);
    trace_reader_close(x->reader);
    return code;
}

int export_main(int argc, char **argv)
{
    struct export_run x = {0};
    int code = export_with(&x, argc, argv);

    if (code != EXITCODE_OK)
        log_error("%s", x.why);
    return code;
}
