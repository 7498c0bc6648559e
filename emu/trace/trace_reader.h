/*
 * Reads a recorded trace back, event by event, whatever form it was written in.
 *
 * Forms that can be read are text and jsonl (level exact) and binary: the first bytes tell. The
 * events are what the collector made, and the names give what it gave, without the guest.
 *
 *   struct trace_reader *r;
 *   if (trace_reader_open(&r, path, why, sizeof(why)) != 0) …
 *   while ((got = trace_reader_next(r, &event, why, sizeof(why))) > 0)
 *       … trace_reader_names(r) holds for this event …
 *   trace_reader_close(r);
 *
 * The file is data from elsewhere: nothing in it can do harm.
 */
#ifndef FORKSCOPE_EMU_TRACE_READER_H
#define FORKSCOPE_EMU_TRACE_READER_H

#include "emu/trace/trace_event.h"
#include "emu/trace/trace_names.h"

struct trace_reader;

/* "-" is standard input. 0, or -errno with a sentence in `why` that names the file: -EINVAL where
 * it is no trace, damaged, or of a newer version. */
int trace_reader_open(struct trace_reader **out, const char *path, char *why, size_t why_size);
void trace_reader_close(struct trace_reader *r);

/* 1: *event is the next; 0: the end; -errno: what follows cannot be read, and `why` says so. The
 * pointers in the event live as long as the reader. */
int trace_reader_next(struct trace_reader *r, struct trace_event *event, char *why,
                      size_t why_size);

/* Is that all that was recorded? Known at the end; all that was whole has been given. */
enum trace_end {
    TRACE_END_WHOLE,
    TRACE_END_CUT,     /* the file does not go on to its end */
    TRACE_END_GAPS,    /* it has its end, and fewer or more events than that says */
    TRACE_END_UNKNOWN, /* its version does not say */
};
enum trace_end trace_reader_end(const struct trace_reader *r);
/* Says so on standard error, where it is not. */
void trace_reader_note_end(const struct trace_reader *r);

/* The next event is the first with that icount or a later one. Both ways, quick with an index. As
 * trace_reader_next(), 0 being success. -ESPIPE: not in this form, or not in a pipe. */
int trace_reader_seek(struct trace_reader *r, uint64_t icount, char *why, size_t why_size);

/* Names as of the last event, at the level that the trace was written with, or at `level` after
 * trace_reader_set_level(). */
const struct trace_names *trace_reader_names(const struct trace_reader *r);
void trace_reader_set_level(struct trace_reader *r, enum trace_level level);
/* What the trace was recorded with: the events are those that it shows. */
enum trace_level trace_reader_level(const struct trace_reader *r);
const char *trace_reader_form(const struct trace_reader *r);

/* ---- For the forms --------------------------------------------------------------------------- */

struct trace_book;
struct trace_file;

/* A form that can be read. `state` is what open() made of the file. */
struct trace_input {
    const char *name;
    bool (*is)(const void *bytes, size_t size); /* by the first bytes */
    int (*open)(void **state, struct trace_file *file, struct trace_book *book,
                enum trace_level *level, char *why, size_t why_size);
    int (*next)(void *state, struct trace_event *event, char *why, size_t why_size);
    int (*seek)(void *state, uint64_t icount, char *why, size_t why_size); /* NULL: cannot */
    enum trace_end (*end)(const void *state);
    void (*close)(void *state);
};

#endif
