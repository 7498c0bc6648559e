#include "emu/trace/trace_lines.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 64 << 10, LINE_MAX_SIZE = 1 << 20 };

bool trace_lines_open(struct trace_lines *l, struct trace_file *file, uint64_t offset)
{
    *l = (struct trace_lines){.file = file, .offset = offset};
    l->buffer = malloc(LINE_MAX_SIZE + CHUNK);
    return l->buffer != NULL;
}

void trace_lines_close(struct trace_lines *l)
{
    free(l->buffer);
    l->buffer = NULL;
}

static bool fill(struct trace_lines *l)
{
    size_t got;

    memmove(l->buffer, l->buffer + l->at, l->used - l->at);
    l->used -= l->at;
    l->at = 0;
    got = LINE_MAX_SIZE + CHUNK - l->used;
    got = trace_file_read(l->file, l->offset, l->buffer + l->used, got < CHUNK ? got : CHUNK);
    l->offset += got;
    l->used += got;
    return got > 0;
}

char *trace_lines_next(struct trace_lines *l, size_t *length)
{
    for (;;) {
        char *start = l->buffer + l->at, *end = memchr(start, '\n', l->used - l->at);

        if (end != NULL) {
            *end = '\0';
            *length = (size_t)(end - start);
            l->at += *length + 1;
            l->number++;
            return start;
        }
        if (l->used - l->at > LINE_MAX_SIZE || !fill(l)) {
            l->cut = l->used > l->at;
            return NULL;
        }
    }
}
