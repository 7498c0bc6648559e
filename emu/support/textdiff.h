/*
 * Texts as lines, and what differs between two of them.
 */
#ifndef FORKSCOPE_EMU_TEXTDIFF_H
#define FORKSCOPE_EMU_TEXTDIFF_H

#include <stddef.h>
#include <stdio.h>

struct text_lines {
    char *text;
    char **line; /* without line ends: a CR before the LF is dropped, too */
    size_t count;
};

/* Any bytes are text; a NUL ends a line early. 0 or -ENOMEM; release in either event. */
int text_lines_split(struct text_lines *lines, const void *bytes, size_t size);
void text_lines_release(struct text_lines *lines);

/* The number of lines, from the first, that are the same. */
size_t textdiff_common(const struct text_lines *a, const struct text_lines *b);

/*
 * Prints how to get from `a` to `b`: hunks of lines behind ' ', '-' and '+', with three lines of
 * context, as few as possible where the texts are alike; of very different ones everything between
 * their common beginning and end is told as replaced. 0 or -ENOMEM.
 */
int textdiff_print(FILE *out, const struct text_lines *a, const struct text_lines *b);

#endif
