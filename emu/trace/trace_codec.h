/*
 * Events as bytes: each told by how it differs from the last one like it.
 *
 * A codec writes or reads one frame: a run of events, with the facts that their names need, that
 * can be understood without anything before it. Like events are those of one kind and key (vector,
 * system call, probed function, saved register). docs/trace-format.md describes the bytes.
 *
 *   frame   texts; ground, members of pt_regs, then records:
 *   event   tag · [task] · [sequence number] · icount · [key] · (gap, difference)* · 0
 *   fact    tag · a symbol, a line, a stack's owner, a program
 */
#ifndef FORKSCOPE_EMU_TRACE_CODEC_H
#define FORKSCOPE_EMU_TRACE_CODEC_H

#include "emu/support/byte_stream.h"
#include "emu/trace/trace_book.h"
#include "emu/trace/trace_event.h"

struct trace_codec;

/* NULL: out of memory. A codec is used for writing or for reading, not both. */
struct trace_codec *trace_codec_create(void);
void trace_codec_destroy(struct trace_codec *c);

/* Begins a frame: forgets what came before and writes what is true of all events. The frame's texts
 * are kept apart, since other things are likely in them: trace_codec_texts() has them, each with a
 * NUL, and a reader wants them first. */
void trace_codec_put_start(struct trace_codec *c, struct byte_writer *w,
                           const struct trace_facts *facts);
const struct byte_writer *trace_codec_texts(const struct trace_codec *c);
/* Writes an event after those facts about it that the frame does not have yet. */
void trace_codec_put(struct trace_codec *c, struct byte_writer *w, const struct trace_facts *facts,
                     const struct trace_event *event);

/* The way back; facts go into `book`. `texts` must stay while the frame is read. False: the bytes
 * make no sense. */
bool trace_codec_get_start(struct trace_codec *c, struct byte_reader *r, struct byte_reader texts,
                           struct trace_book *book);
/* 1: an event; 0: the frame is over; -EINVAL: the bytes make no sense; -ENOMEM. */
int trace_codec_get(struct trace_codec *c, struct byte_reader *r, struct trace_book *book,
                    struct trace_event *event);

#endif
