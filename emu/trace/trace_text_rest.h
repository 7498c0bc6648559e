/*
 * What an event's line does not show, as words in front of it:
 *
 *   #: with task=c1001000:3:"forkdemo" from_cs=1b cpu.2=10
 *
 * A member by its key of emu/trace/trace_field.def, of several its number behind a dot; numbers in
 * hexadecimal, tasks as address, pid and name, texts in quotes, a function by the number of its
 * "#: function" line. Only what text_model_guess() got wrong is there.
 */
#ifndef FORKSCOPE_EMU_TRACE_TEXT_REST_H
#define FORKSCOPE_EMU_TRACE_TEXT_REST_H

#include "emu/trace/trace_out.h"
#include "emu/trace/trace_text_model.h"

/* Writes the line; nothing where the guess is right. */
void text_rest_write(struct text_model *m, struct trace_out *out, const struct trace_event *event,
                     const struct trace_event *guess);
/* Puts what the words say into the event. Keys that are not known are passed over. */
void text_rest_read(const struct text_model *m, const char *words, struct trace_event *event);
/* What they say of the program, which the line's names depend on; 0: nothing. */
unsigned text_rest_program(const char *words);

#endif
