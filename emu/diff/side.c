#include "emu/diff/side.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/log.h"
#include "emu/trace/trace_text.h"

enum { SEQ_COLUMN = 10, COUNT_COLUMNS = 23 }; /* as trace_text.h has them at level exact */

static const char text_mark[] = "# forkscope trace ";

/* "# forkscope trace 1 exact" */
static int read_text_header(struct diff_side *s)
{
    char *line = NULL, word[16] = "";
    size_t room = 0;
    int version = 0, err = 0;

    if (getline(&line, &room, s->file) < 0 ||
        sscanf(line, "# forkscope trace %d %15s", &version, word) != 2 ||
        !trace_level_parse(word, &s->level))
        err = log_why(s->why, sizeof(s->why), -EINVAL, "'%s' has no header of a trace", s->path);
    else if (version != TRACE_TEXT_VERSION)
        err = log_why(s->why, sizeof(s->why), -EINVAL,
                      "'%s' is a text trace of version %d; this forkscope reads %d", s->path,
                      version, TRACE_TEXT_VERSION);
    free(line);
    return err;
}

static bool is_text(const char *path)
{
    FILE *file = fopen(path, "re");
    char first[sizeof(text_mark)] = "";
    bool text = file != NULL && fread(first, 1, sizeof(first) - 1, file) == sizeof(first) - 1 &&
                strcmp(first, text_mark) == 0;

    if (file != NULL)
        fclose(file);
    return text;
}

int diff_side_open(struct diff_side *s, const char *path)
{
    int err;

    *s = (struct diff_side){.path = path};
    s->window = calloc(DIFF_WINDOW, sizeof(*s->window));
    s->out = trace_out_memory();
    if (s->window == NULL || s->out == NULL)
        return log_why(s->why, sizeof(s->why), -ENOMEM, "out of memory");
    if (strcmp(path, "-") != 0 && is_text(path)) {
        s->file = fopen(path, "re");
        err = s->file ? read_text_header(s)
                      : log_why(s->why, sizeof(s->why), -errno, "cannot read '%s'", path);
        if (err != 0 || s->level != TRACE_EXACT)
            return err;
        fclose(s->file);
        s->file = NULL;
    }
    err = trace_reader_open(&s->reader, path, s->why, sizeof(s->why));
    if (err == 0)
        s->level = trace_reader_level(s->reader);
    return err;
}

void diff_side_close(struct diff_side *s)
{
    char unused[8];

    for (unsigned i = 0; s->window != NULL && i < DIFF_WINDOW; i++)
        free(s->window[i].text);
    free(s->window);
    free(s->pending);
    trace_out_close(s->out, unused, sizeof(unused));
    trace_reader_close(s->reader);
    if (s->file != NULL)
        fclose(s->file);
}

void diff_side_begin(struct diff_side *s, enum trace_level level, const struct trace_filter *filter)
{
    enum trace_level recorded = s->level;

    s->filter = *filter;
    s->level = level;
    if (s->reader == NULL)
        return;
    trace_reader_set_level(s->reader, level);
    if (filter->kinds == ~(trace_kinds)0 && level != recorded)
        s->filter.kinds = trace_level_kinds(level);
}

/* ---- Reading ----------------------------------------------------------------------------- */

/* The words of a frame stand further in than any event begins. */
static bool continues(const struct diff_side *s, const char *line)
{
    size_t indent = s->level == TRACE_EXACT ? COUNT_COLUMNS : 7;

    return strspn(line, " ") > indent;
}

static bool append(char **text, const char *line)
{
    size_t used = *text ? strlen(*text) : 0;
    char *grown = realloc(*text, used + strlen(line) + 1);

    if (grown == NULL)
        return false;
    strcpy(grown + used, line);
    *text = grown;
    return true;
}

/* An event's lines; NULL: the end. */
static char *next_lines(struct diff_side *s)
{
    char *line = NULL, *text = s->pending;
    size_t room = 0;

    s->pending = NULL;
    while (getline(&line, &room, s->file) > 0) {
        if (line[0] == '#')
            continue;
        if (text != NULL && !continues(s, line)) {
            s->pending = line;
            return text;
        }
        if (!append(&text, line))
            break;
    }
    free(line);
    return text;
}

static bool read_event(struct diff_side *s, struct diff_item *item)
{
    size_t size;
    int got;

    do {
        got = trace_reader_next(s->reader, &item->event, s->why, sizeof(s->why));
    } while (got > 0 && !trace_filter_wants(&s->filter, &item->event));
    s->error = got < 0 ? got : 0;
    if (got == 0)
        trace_reader_note_end(s->reader);
    if (got <= 0)
        return false;
    trace_out_clear(s->out);
    trace_text_event(s->out, trace_reader_names(s->reader), &item->event);
    item->text = strdup(trace_out_text(s->out, &size));
    return item->text != NULL;
}

static bool read_item(struct diff_side *s, struct diff_item *item)
{
    if (s->reader != NULL)
        return read_event(s, item);
    item->text = next_lines(s);
    return item->text != NULL;
}

const struct diff_item *diff_side_peek(struct diff_side *s, unsigned n)
{
    while (!s->over && s->count <= n && s->count < DIFF_WINDOW) {
        if (read_item(s, &s->window[(s->first + s->count) % DIFF_WINDOW]))
            s->count++;
        else
            s->over = true;
    }
    return n < s->count ? &s->window[(s->first + n) % DIFF_WINDOW] : NULL;
}

struct diff_item diff_side_take(struct diff_side *s)
{
    struct diff_item item = s->window[s->first];

    s->window[s->first].text = NULL;
    s->first = (s->first + 1) % DIFF_WINDOW;
    s->count--;
    return item;
}

const char *diff_body(const char *text, enum trace_level level, bool counts)
{
    size_t skip = level != TRACE_EXACT ? 0 : counts ? SEQ_COLUMN : COUNT_COLUMNS;

    return text + (strlen(text) > skip ? skip : 0);
}
