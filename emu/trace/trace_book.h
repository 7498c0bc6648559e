/*
 * The facts about a guest that a recording carries beside its events: names of addresses, owners of
 * stacks, source lines, the probed functions.
 *
 * A reader fills the book as it goes, so that at each event it says what held then. All texts are
 * kept once, and as long as the book.
 */
#ifndef FORKSCOPE_EMU_TRACE_BOOK_H
#define FORKSCOPE_EMU_TRACE_BOOK_H

#include "emu/trace/trace_event.h"
#include "emu/trace/trace_facts.h"

struct trace_book;

/* NULL: out of memory. */
struct trace_book *trace_book_create(void);
void trace_book_destroy(struct trace_book *b);

/* Answers from the book, which must outlive `facts`. */
void trace_book_facts(const struct trace_book *b, struct trace_facts *facts);

/* The book's own copy of a text; NULL: out of memory. */
const char *trace_book_text(struct trace_book *b, const char *text, size_t length);

/* The following return false where memory ends or the fact makes no sense. */
bool trace_book_set_ground(struct trace_book *b, const struct trace_ground *ground);
/* The size of struct pt_regs, where the ground did not have it. */
bool trace_book_set_pt_regs(struct trace_book *b, uint32_t size);
bool trace_book_set_member(struct trace_book *b, unsigned word, const char *name);
bool trace_book_set_symbol(struct trace_book *b, unsigned program, uint32_t addr, const char *name,
                           uint32_t offset);
/* pid < 0: no longer a stack. */
bool trace_book_set_stack(struct trace_book *b, uint32_t addr, int32_t pid);
/* Nothing lies there that is known as a stack. */
void trace_book_no_stack(struct trace_book *b, uint32_t addr);
bool trace_book_set_line(struct trace_book *b, uint32_t addr, const char *file, int line);
bool trace_book_set_program(struct trace_book *b, unsigned program, const char *path);

/* The number of a program by its path, a new one where it has none; 0: too many. */
unsigned trace_book_program(struct trace_book *b, const char *path);

/* The book's own copy of a probe, its texts included; NULL: out of memory. */
const struct trace_probe *trace_book_probe(struct trace_book *b, const struct trace_probe *probe);

#endif
