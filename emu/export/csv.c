/*
 * A table for spreadsheets and data frames (RFC 4180): a row an event, the columns that all have,
 * and what the text form says.
 */
#include <errno.h>
#include <string.h>

#include "emu/trace/trace_form.h"
#include "emu/trace/trace_text.h"

struct csv {
    struct trace_out *detail;
};

#define PRINT(w, ...) trace_out_printf((w)->out, __VA_ARGS__)

static int begin_csv(struct trace_writer *w)
{
    struct csv *csv = w->state;

    csv->detail = trace_out_memory();
    PRINT(w, "seq,icount,pid,comm,cpl,event,function,file,line,fork,detail\r\n");
    return csv->detail ? 0 : -ENOMEM;
}

/* In quotes, with quotes doubled; lines of one event become one. */
static void put_text(struct trace_writer *w, const char *text)
{
    char piece[2] = "";

    PRINT(w, "\"");
    for (; *text != '\0'; text++) {
        if (*text == '\n') {
            while (text[1] == ' ')
                text++;
            trace_out_puts(w->out, "; ");
            continue;
        }
        piece[0] = *text;
        trace_out_puts(w->out, *text == '"' ? "\"\"" : piece);
    }
    PRINT(w, "\"");
}

static void put_place(struct trace_writer *w, const struct trace_event *e)
{
    const struct trace_facts *facts = &w->names->facts;
    struct trace_symbol symbol;
    const char *file;
    int line;

    if (facts->symbol(facts->ctx, e->program, e->eip, &symbol))
        put_text(w, symbol.name);
    if (facts->line(facts->ctx, e->eip, &file, &line)) {
        PRINT(w, ",");
        put_text(w, file);
        PRINT(w, ",%d", line);
    } else {
        PRINT(w, ",,");
    }
}

static uint32_t fork_of(const struct trace_event *e)
{
    switch (e->kind) {
    case TRACE_FORK:
        return e->fork.id;
    case TRACE_FRAME:
        return e->frame.id;
    case TRACE_RET:
        return e->ret.id;
    default:
        return 0;
    }
}

static void write_csv(struct trace_writer *w, const struct trace_event *e)
{
    struct csv *csv = w->state;
    size_t size;

    PRINT(w, "%llu,%llu,", (unsigned long long)e->seq, (unsigned long long)e->icount);
    if (e->who.pid >= 0)
        PRINT(w, "%d", e->who.pid);
    PRINT(w, ",");
    put_text(w, e->who.comm);
    PRINT(w, ",%u,%s,", e->cpl, trace_kind_name(e->kind));
    put_place(w, e);
    PRINT(w, ",");
    if (fork_of(e) != 0)
        PRINT(w, "%u", fork_of(e));
    PRINT(w, ",");
    trace_out_clear(csv->detail);
    trace_text_detail(csv->detail, w->names, e);
    put_text(w, trace_out_text(csv->detail, &size));
    PRINT(w, "\r\n");
}

static void end_csv(struct trace_writer *w)
{
    struct csv *csv = w->state;
    char unused[64];

    trace_out_close(csv->detail, unused, sizeof(unused));
}

const struct trace_form trace_form_csv = {
    .name = "csv",
    .help = "a table, a row an event",
    .state_size = sizeof(struct csv),
    .begin = begin_csv,
    .event = write_csv,
    .end = end_csv,
};
