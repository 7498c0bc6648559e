#include "emu/trace/trace_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/log.h"
#include "emu/trace/trace_binary.h"
#include "emu/trace/trace_book.h"
#include "emu/trace/trace_file.h"
#include "emu/trace/trace_json.h"
#include "emu/trace/trace_text.h"

enum { FIRST_BYTES = 64 };

struct trace_reader {
    struct trace_file *file;
    struct trace_book *book;
    const struct trace_input *input;
    void *state;
    enum trace_level recorded, level;
    struct trace_names names;
};

static const struct trace_input *const inputs[] = {&trace_input_binary, &trace_input_jsonl,
                                                   &trace_input_text};

static int find_input(struct trace_reader *r, char *why, size_t why_size)
{
    char first[FIRST_BYTES];
    size_t size = trace_file_read(r->file, 0, first, sizeof(first));

    for (unsigned i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++)
        if (inputs[i]->is(first, size)) {
            r->input = inputs[i];
            return 0;
        }
    return log_why(why, why_size, -EINVAL, "'%s' is not a trace of forkscope",
                   trace_file_name(r->file));
}

int trace_reader_open(struct trace_reader **out, const char *path, char *why, size_t why_size)
{
    struct trace_reader *r = calloc(1, sizeof(*r));
    int err;

    *out = NULL;
    if (r == NULL || (r->book = trace_book_create()) == NULL) {
        free(r);
        return log_why(why, why_size, -ENOMEM, "out of memory");
    }
    err = trace_file_open(&r->file, path, why, why_size);
    if (err == 0)
        err = find_input(r, why, why_size);
    if (err == 0)
        err = r->input->open(&r->state, r->file, r->book, &r->recorded, why, why_size);
    if (err != 0) {
        r->input = NULL; /* it was not opened */
        trace_reader_close(r);
        return err;
    }
    trace_reader_set_level(r, r->recorded);
    *out = r;
    return 0;
}

void trace_reader_close(struct trace_reader *r)
{
    if (r == NULL)
        return;
    if (r->input != NULL)
        r->input->close(r->state);
    trace_file_close(r->file);
    trace_book_destroy(r->book);
    free(r);
}

/* The ground that names stand on may come with a frame. */
static void refresh_names(struct trace_reader *r)
{
    trace_book_facts(r->book, &r->names.facts);
    r->names.kernel_base = r->names.facts.ground.kernel_base;
}

int trace_reader_next(struct trace_reader *r, struct trace_event *event, char *why, size_t why_size)
{
    int got = r->input->next(r->state, event, why, why_size);

    refresh_names(r);
    if (got > 0)
        r->names.program = event->program;
    return got;
}

enum trace_end trace_reader_end(const struct trace_reader *r)
{
    return r->input->end(r->state);
}

void trace_reader_note_end(const struct trace_reader *r)
{
    static const char *const what[] = {
        [TRACE_END_CUT] = "was cut off: this is what was whole",
        [TRACE_END_GAPS] =
            "does not have as many events as it says: lines were taken out or put in",
        [TRACE_END_UNKNOWN] = "is of a version without an end: if it was cut off, nobody can tell",
    };
    enum trace_end end = trace_reader_end(r);

    if (end != TRACE_END_WHOLE)
        log_note("'%s' %s", trace_file_name(r->file), what[end]);
}

int trace_reader_seek(struct trace_reader *r, uint64_t icount, char *why, size_t why_size)
{
    if (r->input->seek == NULL)
        return log_why(why, why_size, -ESPIPE, "'%s' can only be read from its beginning",
                       trace_file_name(r->file));
    return r->input->seek(r->state, icount, why, why_size);
}

const struct trace_names *trace_reader_names(const struct trace_reader *r)
{
    return &r->names;
}

void trace_reader_set_level(struct trace_reader *r, enum trace_level level)
{
    struct trace_facts facts;

    r->level = level;
    trace_book_facts(r->book, &facts);
    trace_names_from(&r->names, &facts, level);
}

enum trace_level trace_reader_level(const struct trace_reader *r)
{
    return r->recorded;
}

const char *trace_reader_form(const struct trace_reader *r)
{
    return r->input->name;
}
