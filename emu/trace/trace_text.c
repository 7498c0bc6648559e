#include "emu/trace/trace_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/trace/trace_form.h"
#include "emu/trace/trace_text_facts.h"
#include "emu/trace/trace_text_line.h"
#include "emu/trace/trace_text_rest.h"

void trace_text_header(struct trace_out *out, const struct trace_names *names)
{
    enum trace_level level = names->level;

    trace_out_printf(out, "# forkscope trace %d %s\n", TRACE_TEXT_VERSION, trace_level_name(level));
    if (level == TRACE_EXACT)
        trace_out_printf(out, "#%8s %12s %6s", "seq", "icount", "pid");
    else
        trace_out_printf(out, "#%5s", "pid");
    trace_out_printf(out, " %-16s cpl event\n", "comm");
}

/* ---- One event, both ways -------------------------------------------------------------------- */

static text_kind_fn *const kinds[TRACE_KIND_COUNT] = {
    [TRACE_INT] = text_int,         [TRACE_IRQ] = text_int,       [TRACE_IRET] = text_iret,
    [TRACE_SYSCALL] = text_syscall, [TRACE_SYSRET] = text_sysret, [TRACE_CALL] = text_call,
    [TRACE_RETURN] = text_return,   [TRACE_SWITCH] = text_switch, [TRACE_FORK] = text_fork,
    [TRACE_SLICE] = text_slice,     [TRACE_FRAME] = text_frame,   [TRACE_RET] = text_ret,
    [TRACE_PF] = text_pf,           [TRACE_COW] = text_cow,       [TRACE_EXEC] = text_life,
    [TRACE_EXIT] = text_life,       [TRACE_WAIT] = text_life,     [TRACE_SIGNAL] = text_life,
    [TRACE_CR] = text_cr,           [TRACE_TASK] = text_task,     [TRACE_TSS] = text_table,
    [TRACE_GDT] = text_table,       [TRACE_IDT] = text_table,     [TRACE_IO] = text_io,
    [TRACE_CONSOLE] = text_console, [TRACE_HLT] = text_hlt,       [TRACE_TRIPLE] = text_triple,
    [TRACE_FAILED] = text_failed,   [TRACE_SPACE] = text_space,   [TRACE_SHARE] = text_share,
};

static void print_columns(struct text_line *l, const struct trace_event *e)
{
    char pid[16], comm[TEXT_COMM];

    if (l->exact)
        trace_out_printf(l->out, "%9llu %12llu ", (unsigned long long)e->seq,
                         (unsigned long long)e->icount);
    text_plain(e->who.comm[0] ? e->who.comm : "-", comm);
    trace_out_printf(l->out, "%6s %-16s %3u %-8s ", trace_name_pid(e->who.pid, pid, sizeof(pid)),
                     comm, e->cpl, trace_kind_name(e->kind));
}

/* A column of a fixed width. */
static void read_comm(struct text_line *l, char comm[TEXT_COMM])
{
    size_t length = 0;

    memset(comm, 0, TEXT_COMM);
    for (; length < TEXT_COMM - 1 && l->at[length] != '\0' && l->at[length] != '\n'; length++)
        comm[length] = l->at[length];
    l->at += length;
    while (length > 0 && comm[length - 1] == ' ')
        comm[--length] = '\0';
    if (strcmp(comm, "-") == 0)
        comm[0] = '\0';
}

/* TRACE_KIND_COUNT: it is none. */
static enum trace_kind read_kind(struct text_line *l)
{
    enum trace_kind kind = TRACE_KIND_COUNT;
    size_t length;

    l->at += strspn(l->at, " ");
    length = strcspn(l->at, " \n");
    if (l->bad || !trace_kind_parse(l->at, length, &kind))
        return TRACE_KIND_COUNT;
    l->at += length < 8 ? strnlen(l->at, 8) : length;
    l->at += *l->at == ' ';
    return kind;
}

static void read_columns(struct text_line *l, struct trace_event *e)
{
    e->seq = text_decimal(l, 0, 1);
    e->icount = text_decimal(l, 0, 1);
    l->at += strspn(l->at, " ");
    e->who = (struct trace_who){.pid = text_pid(l, -1)};
    text_words(l, " ");
    read_comm(l, e->who.comm);
    text_model_by_name(l->model, &e->who);
    if (l->program == 0)
        l->program = text_model_program(l->model, e->who.task);
    e->cpl = (uint8_t)text_decimal(l, 0, 1);
    e->kind = read_kind(l);
}

void text_event(struct text_line *l, struct trace_event *e)
{
    struct trace_names here = *l->names;

    if (text_reads(l))
        read_columns(l, e);
    else
        print_columns(l, e);
    if (e->kind == TRACE_KIND_COUNT)
        return;
    here.program = text_reads(l) ? l->program : e->program;
    l->program = here.program;
    l->names = &here;
    kinds[e->kind](l, e);
    if (!text_reads(l))
        text_words(l, "\n");
}

void trace_text_detail(struct trace_out *out, const struct trace_names *names,
                       const struct trace_event *event)
{
    struct trace_names here = *names;
    struct text_line l = {.out = out,
                          .names = &here,
                          .exact = names->level == TRACE_EXACT,
                          .program = event->program};
    struct trace_event e = *event;

    here.program = event->program;
    kinds[event->kind](&l, &e);
}

void trace_text_event(struct trace_out *out, const struct trace_names *names,
                      const struct trace_event *event)
{
    struct text_line l = {.out = out, .names = names, .exact = names->level == TRACE_EXACT};
    struct trace_event e = *event;

    text_event(&l, &e);
}

/* ---- The form -------------------------------------------------------------------------------- */

/* At level exact only: what makes the text whole. */
struct whole {
    struct text_model *model;
    struct text_facts *facts;
    struct trace_out *lines; /* of one event */
    uint64_t written;        /* bytes so far */
};

static void pass_on(struct trace_writer *w)
{
    struct whole *s = w->state;
    size_t size;
    const char *text = trace_out_text(s->lines, &size);

    trace_out_puts(w->out, text);
    s->written += size;
    trace_out_clear(s->lines);
}

static int begin_text(struct trace_writer *w)
{
    struct whole *s = w->state;

    if (w->names->level != TRACE_EXACT) {
        trace_text_header(w->out, w->names);
        return 0;
    }
    s->model = text_model_create(NULL);
    s->facts = text_facts_create();
    s->lines = trace_out_memory();
    if (s->model == NULL || s->facts == NULL || s->lines == NULL)
        return -ENOMEM;
    trace_text_header(s->lines, w->names);
    text_facts_ground(s->lines, &w->names->facts);
    pass_on(w);
    return 0;
}

/* The event's lines, behind what they do not show: the writer is its own first reader. */
static void write_whole(struct trace_writer *w, const struct trace_event *event)
{
    struct whole *s = w->state;
    struct trace_event guess = {0};
    char *text;
    size_t size;

    if ((event->kind == TRACE_CALL || event->kind == TRACE_RETURN) && event->call.probe != NULL)
        text_facts_probe(s->facts, event->call.probe,
                         text_model_add_probe(s->model, event->call.probe));
    trace_text_event(s->lines, w->names, event);
    text = strdup(trace_out_text(s->lines, &size));
    trace_out_clear(s->lines);
    if (text == NULL)
        return;
    text[size - 1] = '\0'; /* the end of the last line */
    text_facts_tell(s->facts, s->lines, &w->names->facts, event);
    text_model_guess(s->model, w->names, text, &guess);
    text_rest_write(s->model, s->lines, event, &guess);
    text_model_note(s->model, event);
    trace_out_puts(s->lines, text);
    trace_out_puts(s->lines, "\n");
    free(text);
    pass_on(w);
}

static void write_text(struct trace_writer *w, const struct trace_event *event)
{
    if (w->names->level == TRACE_EXACT)
        write_whole(w, event);
    else
        trace_text_event(w->out, w->names, event);
}

static void end_text(struct trace_writer *w)
{
    struct whole *s = w->state;
    char unused[8];

    if (s->lines != NULL && s->facts != NULL) {
        text_facts_end(s->facts, s->lines, s->written);
        pass_on(w);
    }
    trace_out_close(s->lines, unused, sizeof(unused));
    text_facts_destroy(s->facts);
    text_model_destroy(s->model);
}

const struct trace_form trace_form_text = {.name = "text",
                                           .help = "a line an event, to read and to diff",
                                           .state_size = sizeof(struct whole),
                                           .begin = begin_text,
                                           .event = write_text,
                                           .end = end_text};
