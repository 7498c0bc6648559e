/* Reading the JSON form back, line by line. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/log.h"
#include "emu/trace/trace_json.h"
#include "emu/trace/trace_json_fields.h"
#include "emu/trace/trace_lines.h"

static bool is_jsonl(const void *bytes, size_t size)
{
    static const char start[] = "{\"forkscope\":\"trace\"";

    return size >= sizeof(start) - 1 && memcmp(bytes, start, sizeof(start) - 1) == 0;
}

struct input {
    struct trace_file *file;
    struct trace_lines lines;
    struct json_events events;
    uint32_t version;
    uint64_t count; /* of events so far, */
    uint64_t said;  /* and as the end has it, */
    bool ended;     /* which was read */
};

static int refuse_line(const struct input *in, const char *what, char *why, size_t why_size)
{
    return log_why(why, why_size, -EINVAL, "'%s' line %lu: %s", trace_file_name(in->file),
                   in->lines.number, what);
}

/* ---- The header ------------------------------------------------------------------------------ */

static uint32_t number_of(const struct json *j, const char *key)
{
    uint64_t number;

    json_integer(json_get(j, json_root(j), key, ""), &number);
    return (uint32_t)number;
}

static bool read_ground(struct input *in)
{
    const struct json *j = &in->events.json;
    const struct json_token *members = json_get(j, json_root(j), "pt_regs", "");
    const struct json_token *t = json_first(j, members);
    size_t count = json_count(j, members);
    char name[64];

    if (count > TRACE_MEMBERS_MAX ||
        !trace_book_set_ground(in->events.book,
                               &(struct trace_ground){.kernel_base = number_of(j, "kernel_base"),
                                                      .thread_size = number_of(j, "thread_size"),
                                                      .pt_regs_size = 4 * (uint32_t)count,
                                                      .info_size = number_of(j, "info_size")}))
        return false;
    for (unsigned k = 0; t != NULL; k++, t = json_next(j, members, t))
        if (!json_string(t, name, sizeof(name)) ||
            (strcmp(name, "?") != 0 && !trace_book_set_member(in->events.book, k, name)))
            return false;
    return true;
}

static int read_header(struct input *in, enum trace_level *level, char *why, size_t why_size)
{
    const struct json *j = &in->events.json;
    char name[32];

    in->version = number_of(j, "version");
    if (in->version < TRACE_JSON_OLDEST || in->version > TRACE_JSON_VERSION)
        return log_why(why, why_size, -EINVAL,
                       "'%s' is a JSON trace of version %u; this forkscope reads %d to %d: %s",
                       trace_file_name(in->file), in->version, TRACE_JSON_OLDEST,
                       TRACE_JSON_VERSION,
                       in->version > TRACE_JSON_VERSION ? "use a newer one" : "record it again");
    if (!json_string(json_get(j, json_root(j), "level", ""), name, sizeof(name)) ||
        !trace_level_parse(name, level))
        return refuse_line(in, "no level", why, why_size);
    if (*level != TRACE_EXACT)
        return log_why(why, why_size, -EINVAL,
                       "'%s' is a JSON trace of level %s, without addresses and counts: only level "
                       "exact can be read back",
                       trace_file_name(in->file), name);
    return read_ground(in) ? 0 : refuse_line(in, "a header out of range", why, why_size);
}

/* ---- The form -------------------------------------------------------------------------------- */

/* 1: the next line was scanned; 0: there is none; -EINVAL. */
static int scan_line(struct input *in, char *why, size_t why_size)
{
    const char *what = NULL, *line;
    size_t length;

    line = trace_lines_next(&in->lines, &length);
    if (line == NULL)
        return 0;
    return json_scan(&in->events.json, line, length, &what) ? 1
                                                            : refuse_line(in, what, why, why_size);
}

/* {"forkscope":"end","events":259} */
static bool read_end(struct input *in)
{
    const struct json *j = &in->events.json;

    in->ended = json_equals(json_get(j, json_root(j), "forkscope", ""), "end") &&
                json_integer(json_get(j, json_root(j), "events", ""), &in->said);
    return in->ended;
}

static int next_jsonl(void *state, struct trace_event *event, char *why, size_t why_size)
{
    struct input *in = state;
    int got;

    while ((got = scan_line(in, why, why_size)) > 0) {
        if (in->ended)
            return refuse_line(in, "it stands behind the end of the trace", why, why_size);
        if (json_event_read(&in->events, event)) {
            in->count++;
            return 1;
        }
        if (!read_end(in))
            return refuse_line(in, "no event of level exact", why, why_size);
    }
    return got;
}

static void close_jsonl(void *state)
{
    struct input *in = state;

    if (in == NULL)
        return;
    trace_lines_close(&in->lines);
    json_free(&in->events.json);
    map64_free(&in->events.probes);
    free(in);
}

static int open_jsonl(void **state, struct trace_file *file, struct trace_book *book,
                      enum trace_level *level, char *why, size_t why_size)
{
    struct input *in = calloc(1, sizeof(*in));
    int got;

    *state = in;
    if (in == NULL || !trace_lines_open(&in->lines, file, 0)) {
        close_jsonl(in);
        return log_why(why, why_size, -ENOMEM, "out of memory");
    }
    in->file = file;
    in->events.book = book;
    got = scan_line(in, why, why_size);
    if (got == 0)
        got = refuse_line(in, "no header", why, why_size);
    if (got > 0)
        got = read_header(in, level, why, why_size);
    if (got != 0)
        close_jsonl(in);
    return got;
}

static enum trace_end end_jsonl(const void *state)
{
    const struct input *in = state;

    if (in->lines.cut || (in->version > 1 && !in->ended))
        return TRACE_END_CUT;
    if (!in->ended)
        return TRACE_END_UNKNOWN;
    return in->said == in->count ? TRACE_END_WHOLE : TRACE_END_GAPS;
}

const struct trace_input trace_input_jsonl = {.name = "jsonl",
                                              .is = is_jsonl,
                                              .open = open_jsonl,
                                              .next = next_jsonl,
                                              .end = end_jsonl,
                                              .close = close_jsonl};
