/*
 * What the lines of a text so far say about the next one: which task a pid is, what an event of
 * this kind usually has, where a function was entered.
 *
 * A line of level exact is made for people and does not show all that an event holds. Whoever reads
 * it guesses the rest by this model; the writer reads its own line back, and what was guessed
 * wrongly it says in front of it (trace_text_rest.c): so that the text as a whole loses nothing.
 */
#ifndef FORKSCOPE_EMU_TRACE_TEXT_MODEL_H
#define FORKSCOPE_EMU_TRACE_TEXT_MODEL_H

#include "emu/trace/trace_book.h"
#include "emu/trace/trace_codec.h"
#include "emu/trace/trace_names.h"

struct text_line;
struct text_model;

/* `book` is where names are learned to; NULL: nowhere. NULL: out of memory. */
struct text_model *text_model_create(struct trace_book *book);
void text_model_destroy(struct text_model *m);

/* Reads an event's lines, and guesses what they do not show. `program`: 0, or what is said of it in
 * front. False: it is no event. */
bool text_model_guess(struct text_model *m, const struct trace_names *names, const char *text,
                      struct trace_event *event);
/* After each event. */
void text_model_note(struct text_model *m, const struct trace_event *event);

/* The number of a probe, from 1 in the order of their first call; a new one is added. 0: no memory.
 */
unsigned text_model_add_probe(struct text_model *m, const struct trace_probe *probe);
/* NULL: no such number. */
const struct trace_probe *text_model_probe_at(const struct text_model *m, uint64_t number);
const struct trace_codec *text_model_codec(const struct text_model *m);

/* ---- For the lines (trace_text_k*.c) --------------------------------------------------------- */

void text_model_symbol(struct text_model *m, unsigned program, uint32_t addr, const char *name,
                       uint32_t offset);
/* Completes a task that is known by its pid, or by pid and name. */
void text_model_by_pid(const struct text_model *m, struct trace_who *who);
void text_model_by_name(const struct text_model *m, struct trace_who *who);
unsigned text_model_program(const struct text_model *m, uint32_t task);
uint32_t text_model_syscall(const struct text_model *m, const char *name);
/* By its name; where nothing is known of it, one made of what the rest of the line shows. */
const struct trace_probe *text_model_probe(struct text_model *m, const char *name,
                                           enum trace_kind kind, const char *rest);
/* The offset into pt_regs. */
uint32_t text_model_member(const struct trace_names *names, const char *name);
/* Both halves of a descriptor of which one was written. */
void text_model_descriptor(const struct text_model *m, struct trace_table *table);
/* Does the line go on with the name of a task? */
bool text_model_names_task(const struct text_line *l, enum trace_kind kind);

#endif
