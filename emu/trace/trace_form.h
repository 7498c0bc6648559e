/*
 * The forms that a trace can be written in, all behind one interface: the text form, the two that
 * can be read back (jsonl, binary), and those that other tools open.
 *
 * A form is one source file with one row in the table of emu/trace/trace_form.c. It gets every
 * event once and in order, with names that hold for it, and writes to a struct trace_out.
 */
#ifndef FORKSCOPE_EMU_TRACE_FORM_H
#define FORKSCOPE_EMU_TRACE_FORM_H

#include "emu/trace/trace_event.h"
#include "emu/trace/trace_names.h"
#include "emu/trace/trace_out.h"

struct trace_writer;

struct trace_form {
    const char *name;
    const char *help;
    trace_kinds kinds; /* that it makes use of; 0: all that the level has */
    size_t state_size; /* of what it keeps between events, zeroed */
    /* Any but `event` may be NULL. begin: 0 or -errno. end also frees what begin and event got. */
    int (*begin)(struct trace_writer *w);
    void (*event)(struct trace_writer *w, const struct trace_event *event);
    void (*end)(struct trace_writer *w);
};

struct trace_writer {
    const struct trace_form *form;
    struct trace_out *out;
    const struct trace_names *names;
    void *state;
};

/* NULL: no such form. */
const struct trace_form *trace_form_find(const char *name);
/* "text, jsonl, binary or html": for messages. Returns `buf`. */
const char *trace_form_list(char *buf, size_t size);

/* What this build can do of the forms that are read back, in words. */
const char *trace_forms_note(void);

/* Begins. `out` and `names` must outlive the writer. 0, -ENOMEM, or -ENOTSUP where this build
 * cannot, with a sentence in `why`. */
int trace_writer_open(struct trace_writer *w, const struct trace_form *form, struct trace_out *out,
                      const struct trace_names *names, char *why, size_t why_size);
void trace_writer_event(struct trace_writer *w, const struct trace_event *event);
/* Completes what was written and frees; does not close `out`. Harmless where open failed. */
void trace_writer_close(struct trace_writer *w);

/* The forms. */
extern const struct trace_form trace_form_text, trace_form_jsonl, trace_form_binary;
extern const struct trace_form trace_form_strace, trace_form_ftrace, trace_form_chrome,
    trace_form_dot, trace_form_csv, trace_form_html; /* emu/export/ */

#endif
