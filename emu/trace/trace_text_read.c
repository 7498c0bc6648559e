/* Reading the text form back, at level exact. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/byte_stream.h"
#include "emu/support/log.h"
#include "emu/trace/trace_field.h"
#include "emu/trace/trace_lines.h"
#include "emu/trace/trace_text.h"
#include "emu/trace/trace_text_facts.h"
#include "emu/trace/trace_text_rest.h"

enum { CONTINUES = 40 }; /* blanks that no event begins with */

static const char start[] = "# forkscope trace ";

static bool is_text(const void *bytes, size_t size)
{
    return size >= sizeof(start) - 1 && memcmp(bytes, start, sizeof(start) - 1) == 0;
}

struct input {
    struct trace_file *file;
    struct trace_book *book;
    struct text_model *model;
    struct trace_lines lines;
    struct trace_names names;
    struct byte_writer text; /* the lines of an event */
    struct byte_writer rest; /* what was said in front of it */
    char *ahead;             /* a line that was read and not used */
    bool whole;              /* the end is there */
};

static int refuse_line(const struct input *in, unsigned long line, const char *what, char *why,
                       size_t why_size)
{
    return log_why(why, why_size, -EINVAL, "'%s' line %lu: %s", trace_file_name(in->file), line,
                   what);
}

/* ---- The header, and the names at the end ---------------------------------------------------- */

static int read_header(struct input *in, enum trace_level *level, char *why, size_t why_size)
{
    const char *name = trace_file_name(in->file), *line;
    char word[16] = "";
    int version = 0;
    size_t length;

    line = trace_lines_next(&in->lines, &length);
    if (line == NULL || sscanf(line, "# forkscope trace %d %15s", &version, word) != 2 ||
        !trace_level_parse(word, level))
        return log_why(why, why_size, -EINVAL, "'%s' has no header of a trace", name);
    if (version != TRACE_TEXT_VERSION)
        return log_why(why, why_size, -EINVAL,
                       "'%s' is a text trace of version %d; this forkscope reads %d: %s", name,
                       version, TRACE_TEXT_VERSION,
                       version > TRACE_TEXT_VERSION ? "use a newer one" : "record it again");
    if (*level != TRACE_EXACT)
        return log_why(why, why_size, -EINVAL,
                       "'%s' is a text trace of level %s, without addresses and counts: only level "
                       "exact can be read back",
                       name, word);
    return 0;
}

/* Where the lines about names begin; 0: the file was cut off before. */
static uint64_t find_end(const struct input *in)
{
    uint64_t size = trace_file_size(in->file), from;
    char tail[64] = "", *line;

    from = size < sizeof(tail) ? 0 : size - sizeof(tail) + 1;
    tail[trace_file_read(in->file, from, tail, sizeof(tail) - 1)] = '\0';
    line = strstr(tail, "\n" TEXT_END);
    return line && tail[strlen(tail) - 1] == '\n' ? strtoull(line + 1 + strlen(TEXT_END), NULL, 10)
                                                  : 0;
}

static bool is_fact(const char *line)
{
    return strncmp(line, TEXT_FACT, strlen(TEXT_FACT)) == 0;
}

static int read_end(struct input *in, char *why, size_t why_size)
{
    uint64_t from = find_end(in);
    struct trace_lines lines;
    const char *line;
    size_t length;
    int err = 0;

    if (from == 0)
        return 0;
    in->whole = true;
    if (!trace_lines_open(&lines, in->file, from))
        return log_why(why, why_size, -ENOMEM, "out of memory");
    while (err == 0 && (line = trace_lines_next(&lines, &length)) != NULL)
        if (is_fact(line) && !text_facts_read(in->book, in->model, line + strlen(TEXT_FACT)))
            err = log_why(why, why_size, -EINVAL, "'%s': its names at the end make no sense: %.60s",
                          trace_file_name(in->file), line);
    trace_lines_close(&lines);
    return err;
}

static void close_text(void *state)
{
    struct input *in = state;

    if (in == NULL)
        return;
    text_model_destroy(in->model);
    trace_lines_close(&in->lines);
    free(in->text.bytes);
    free(in->rest.bytes);
    free(in->ahead);
    free(in);
}

static bool is_ground(const char *line)
{
    return strncmp(line, TEXT_FACT "ground ", strlen(TEXT_FACT "ground ")) == 0 ||
           strncmp(line, TEXT_FACT "pt_regs", strlen(TEXT_FACT "pt_regs")) == 0;
}

/* What is true of all events, which the names at the end need. */
static int read_ground(struct input *in, char *why, size_t why_size)
{
    size_t length;
    char *line;

    while ((line = trace_lines_next(&in->lines, &length)) != NULL &&
           (is_ground(line) || (*line == '#' && !is_fact(line))))
        if (is_ground(line) && !text_facts_read(in->book, in->model, line + strlen(TEXT_FACT)))
            return refuse_line(in, in->lines.number, "it makes no sense", why, why_size);
    in->ahead = line ? strdup(line) : NULL;
    return 0;
}

static int open_text(void **state, struct trace_file *file, struct trace_book *book,
                     enum trace_level *level, char *why, size_t why_size)
{
    struct input *in = calloc(1, sizeof(*in));
    struct trace_facts facts;
    int err;

    *state = in;
    if (in == NULL || (in->model = text_model_create(book)) == NULL ||
        !trace_lines_open(&in->lines, file, 0)) {
        close_text(in);
        return log_why(why, why_size, -ENOMEM, "out of memory");
    }
    in->file = file;
    in->book = book;
    err = read_header(in, level, why, why_size);
    if (err == 0)
        err = read_ground(in, why, why_size);
    if (err == 0)
        err = read_end(in, why, why_size);
    if (err != 0) {
        close_text(in);
        return err;
    }
    trace_book_facts(book, &facts);
    trace_names_from(&in->names, &facts, TRACE_EXACT);
    return 0;
}

/* ---- Events ---------------------------------------------------------------------------------- */

static void set_text(struct byte_writer *w, const char *text)
{
    w->used = 0;
    put_bytes(w, text, strlen(text) + 1);
}

/* Lines that belong to the event whose first line is in in->text. */
static void add_lines(struct input *in)
{
    size_t length;
    char *line;

    while ((line = trace_lines_next(&in->lines, &length)) != NULL &&
           strspn(line, " ") >= CONTINUES) {
        in->text.used--; /* the NUL */
        put_bytes(&in->text, "\n", 1);
        put_bytes(&in->text, line, length + 1);
    }
    in->ahead = line ? strdup(line) : NULL;
}

static bool read_fact(struct input *in, const char *line)
{
    if (strncmp(line, "with ", 5) == 0) {
        set_text(&in->rest, line + 4);
        return true;
    }
    /* Those at the end were read first. */
    if (strncmp(line, "function ", 9) == 0 && in->whole)
        return true;
    return text_facts_read(in->book, in->model, line);
}

/* Up to the first line of an event, which then is in in->text. 0: the end. */
static int find_event(struct input *in, char *why, size_t why_size)
{
    char *line;
    size_t length;

    in->rest.used = 0;
    set_text(&in->rest, "");
    for (;;) {
        char *ahead = in->ahead;
        int got = 0;

        in->ahead = NULL;
        line = ahead ? ahead : trace_lines_next(&in->lines, &length);
        if (line == NULL)
            return 0;
        if (is_fact(line) && !read_fact(in, line + strlen(TEXT_FACT)))
            got = refuse_line(in, in->lines.number, "it makes no sense", why, why_size);
        else if (*line != '#' && *line != '\0')
            got = 1;
        if (got == 1)
            set_text(&in->text, line);
        free(ahead);
        if (got != 0)
            return got;
    }
}

static int next_text(void *state, struct trace_event *event, char *why, size_t why_size)
{
    struct input *in = state;
    int got = find_event(in, why, why_size);
    unsigned long line = in->lines.number;

    if (got <= 0)
        return got;
    add_lines(in);
    if (in->text.failed || in->rest.failed)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    memset(event, 0, sizeof(*event));
    event->program = (uint16_t)text_rest_program((const char *)in->rest.bytes);
    trace_book_facts(in->book, &in->names.facts);
    if (!text_model_guess(in->model, &in->names, (const char *)in->text.bytes, event))
        return refuse_line(in, line, "that is no event", why, why_size);
    text_rest_read(in->model, (const char *)in->rest.bytes, event);
    if (!trace_event_mend(event))
        return refuse_line(in, line, "an event that makes no sense", why, why_size);
    text_model_note(in->model, event);
    return 1;
}

static enum trace_end end_text(const void *state)
{
    const struct input *in = state;

    return in->whole && !in->lines.cut ? TRACE_END_WHOLE : TRACE_END_CUT;
}

const struct trace_input trace_input_text = {.name = "text",
                                             .is = is_text,
                                             .open = open_text,
                                             .next = next_text,
                                             .end = end_text,
                                             .close = close_text};
