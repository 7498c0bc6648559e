/*
 * Where a trace is written: a file or stdout, in whole lines or whole pieces of bytes.
 *
 * The first error is kept, the guest's run is asked to end through `failed`, and nothing more is
 * written. A file is then cut back to its last whole line, so what is there can be read.
 */
#ifndef FORKSCOPE_EMU_TRACE_OUT_H
#define FORKSCOPE_EMU_TRACE_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trace_out;

/* NULL with a sentence in `why` and -errno in *err. "-" is stdout. `failed` may be NULL. */
struct trace_out *trace_out_open(const char *path, void (*failed)(void *ctx), void *ctx, int *err,
                                 char *why, size_t why_size);

/* Kept in memory instead; NULL: out of memory. */
struct trace_out *trace_out_memory(void);
/* What was written so far, with a NUL behind it, until the next call with this `out`. */
const char *trace_out_text(struct trace_out *out, size_t *size);
/* Forgets it. */
void trace_out_clear(struct trace_out *out);

/* A piece of a line, cut at 1 KB. */
void trace_out_printf(struct trace_out *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Text of any length. */
void trace_out_puts(struct trace_out *out, const char *text);
/* The same without looking for its end, and a number without a format. */
void trace_out_text_of(struct trace_out *out, const char *text, size_t length);
void trace_out_decimal(struct trace_out *out, uint64_t value);

/* Bytes of any kind. Once this was called, whole pieces end at trace_out_mark() and nowhere else.
 */
void trace_out_write(struct trace_out *out, const void *bytes, size_t size);
void trace_out_mark(struct trace_out *out);

/* Has a write failed? */
bool trace_out_failed(const struct trace_out *out);

/* Flushes, closes and frees. NULL is allowed. 0, or the first error with a sentence in `why`. */
int trace_out_close(struct trace_out *out, char *why, size_t why_size);

#endif
