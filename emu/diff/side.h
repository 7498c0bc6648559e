/*
 * One of the two traces that are compared: event by event, as text at the level of the comparison.
 *
 * A recording gives its events as well; a text of another level than exact gives only lines. A
 * window of events can be looked at before they are taken.
 */
#ifndef FORKSCOPE_EMU_DIFF_SIDE_H
#define FORKSCOPE_EMU_DIFF_SIDE_H

#include <stdio.h>

#include "emu/trace/trace_filter.h"
#include "emu/trace/trace_reader.h"

enum { DIFF_WINDOW = 256 };

struct diff_item {
    char *text; /* with the words of a frame on lines of their own; ends with \n */
    struct trace_event event;
};

struct diff_side {
    const char *path;
    struct trace_reader *reader; /* NULL: text */
    FILE *file;
    char *pending; /* text: the line that began the next event */
    struct trace_out *out;
    enum trace_level level;
    struct trace_filter filter;
    struct diff_item *window; /* DIFF_WINDOW */
    unsigned first, count;
    bool over;
    int error;
    char why[256];
};

/* Opens, and finds the level that it was written with. 0, or -errno with a sentence in s->why. */
int diff_side_open(struct diff_side *s, const char *path);
void diff_side_close(struct diff_side *s);
/* Before the first event: as if it had been written at this level, with this filter. */
void diff_side_begin(struct diff_side *s, enum trace_level level,
                     const struct trace_filter *filter);

/* The nth event that has not been taken, from 0; NULL: there is none, or s->error. */
const struct diff_item *diff_side_peek(struct diff_side *s, unsigned n);
/* Takes the first: its text is the caller's to free(). */
struct diff_item diff_side_take(struct diff_side *s);

/* What matters of an event's text: `counts` false leaves out its number and its step. */
const char *diff_body(const char *text, enum trace_level level, bool counts);

#endif
