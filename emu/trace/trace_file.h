/*
 * A recording as bytes that can be read anywhere: a file, or a pipe of which all is kept.
 */
#ifndef FORKSCOPE_EMU_TRACE_FILE_H
#define FORKSCOPE_EMU_TRACE_FILE_H

#include <stddef.h>
#include <stdint.h>

struct trace_file;

/* "-" is standard input. 0, or -errno with a sentence that names the file in `why`. */
int trace_file_open(struct trace_file **out, const char *path, char *why, size_t why_size);
void trace_file_close(struct trace_file *f);

/* For messages. */
const char *trace_file_name(const struct trace_file *f);
uint64_t trace_file_size(const struct trace_file *f);
/* How many of the bytes at `offset` there are: less than `size` at the end, 0 after an error. */
size_t trace_file_read(const struct trace_file *f, uint64_t offset, void *to, size_t size);

#endif
