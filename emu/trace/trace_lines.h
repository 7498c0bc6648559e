/*
 * The lines of a recording that is text: of any file, in pieces, each line at most 1 MB.
 */
#ifndef FORKSCOPE_EMU_TRACE_LINES_H
#define FORKSCOPE_EMU_TRACE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/trace/trace_file.h"

struct trace_lines {
    struct trace_file *file;
    uint64_t offset; /* in the file, of the end of `buffer` */
    char *buffer;
    size_t used, at;      /* bytes in the buffer, and where the next line begins */
    unsigned long number; /* of the line given last, from 1 */
    bool cut;             /* the last line has no end: it was not given */
};

/* Begins at a byte of the file. False: out of memory. */
bool trace_lines_open(struct trace_lines *l, struct trace_file *file, uint64_t offset);
void trace_lines_close(struct trace_lines *l);
/* The next line, with a NUL in the place of its end, until the next call; NULL: there is no whole
 * one. */
char *trace_lines_next(struct trace_lines *l, size_t *length);

#endif
