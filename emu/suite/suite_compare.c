#include "emu/suite/suite_compare.h"

#include <string.h>

enum {
    DETAIL_INDENT =
        16,    /* lines that belong to the event above begin with so many blanks at least */
    SHOWN = 3, /* events of each side behind the divergence */
};

typedef bool begins_fn(const char *line);

static bool begins_event(const char *line)
{
    return *line != '#' && strspn(line, " ") < DETAIL_INDENT;
}

static bool begins_line(const char *line)
{
    (void)line;
    return true;
}

/* The line with which the event of line `at` begins. */
static size_t start_of(const struct text_lines *t, size_t at, begins_fn *begins)
{
    while (at > 0 && (at >= t->count || !begins(t->line[at])))
        at--;
    return at;
}

static size_t back(const struct text_lines *t, size_t at, unsigned events, begins_fn *begins)
{
    for (; events > 0 && at > 0; events--)
        at = start_of(t, at - 1, begins);
    return at;
}

/* Behind the event that holds line `at`, and `events` - 1 more. */
static size_t forward(const struct text_lines *t, size_t at, unsigned events, begins_fn *begins)
{
    for (; events > 0 && at < t->count; events--)
        for (at++; at < t->count && !begins(t->line[at]);)
            at++;
    return at;
}

static size_t count_events(const struct text_lines *t, size_t end, begins_fn *begins)
{
    size_t n = 0;

    for (size_t i = 0; i < end; i++)
        n += begins(t->line[i]);
    return n;
}

static void print_lines(FILE *out, const struct text_lines *t, char sign, size_t from, size_t to)
{
    for (; from < to; from++)
        fprintf(out, "%c%s\n", sign, t->line[from]);
}

static void print_side(FILE *out, const struct text_lines *t, char sign, size_t at,
                       begins_fn *begins)
{
    if (at < t->count)
        print_lines(out, t, sign, at, forward(t, at, SHOWN, begins));
    else
        fprintf(out, "%c(ends here)\n", sign);
}

static bool compare(FILE *out, const struct text_lines *expected, const struct text_lines *got,
                    const char *what, begins_fn *begins)
{
    size_t at = textdiff_common(expected, got);
    size_t event = start_of(at < expected->count ? expected : got, at, begins);

    if (at == expected->count && at == got->count)
        return true;
    fprintf(out, "first divergence at %s %zu, line %zu (- expected, + got):\n", what,
            count_events(expected, event, begins) + 1, at + 1);
    print_lines(out, expected, ' ', back(expected, event, SUITE_CONTEXT, begins), at);
    print_side(out, expected, '-', at, begins);
    print_side(out, got, '+', at, begins);
    return false;
}

bool suite_compare_traces(FILE *out, const struct text_lines *expected,
                          const struct text_lines *got)
{
    return compare(out, expected, got, "event", begins_event);
}

bool suite_compare_texts(FILE *out, const struct text_lines *expected, const struct text_lines *got)
{
    return compare(out, expected, got, "line", begins_line);
}
