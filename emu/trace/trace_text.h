/*
 * The text form of a trace: a line an event, in columns, made to be read and diffed.
 *
 *   # forkscope trace 1 exact
 *   #     seq       icount    pid comm             cpl event
 *          41      1203344      3 forkdemo           3 int      0x80 software, cpl 3>0, at …
 *                                                      push     ss      c1233ffc       007b
 *
 * The words that an int or irq pushed follow it in push order, one a line, without the columns in
 * front. At level symbolic seq and icount are gone and addresses become names (trace_names.h).
 * A text of level exact can be read back: what its lines leave out stands in lines that begin with
 * "#: " (trace_text_facts.h, trace_text_rest.h), and loses nothing that the other forms keep.
 *
 * The header's number is the version of the form: it changes when a reader would misread.
 */
#ifndef FORKSCOPE_EMU_TRACE_TEXT_H
#define FORKSCOPE_EMU_TRACE_TEXT_H

#include "emu/trace/trace_names.h"
#include "emu/trace/trace_out.h"
#include "emu/trace/trace_reader.h"

enum { TRACE_TEXT_VERSION = 1 };

extern const struct trace_input trace_input_text;

void trace_text_header(struct trace_out *out, const struct trace_names *names);
/* What stands behind the event's name; an int's pushed words follow on lines of their own. */
void trace_text_detail(struct trace_out *out, const struct trace_names *names,
                       const struct trace_event *event);
void trace_text_event(struct trace_out *out, const struct trace_names *names,
                      const struct trace_event *event);

#endif
