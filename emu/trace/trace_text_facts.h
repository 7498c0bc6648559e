/*
 * What a text at level exact says beside its events, in lines that begin with "#: ":
 *
 *   at its beginning
 *     ground kernel_base=c0000000 thread_size=2000 info_size=24
 *     pt_regs ebx ecx …
 *   before the event that first needs it
 *     stack c1234000 3                     whose kernel stack that is, -: nobody's any more
 *     program 2 /bin/sh
 *     with …                               trace_text_rest.h
 *   at its end, so that the events stay readable
 *     function 1 c0101234 function s32 do_fork(u32 clone_flags, struct pt_regs * regs)
 *     name c0109000 0 0 jiffies            address, program, offset, symbol
 *     line c0101240 210 kernel/fork.c
 *     these begin at byte 81234
 *
 * A text without the last line was cut off: its events can be read, and say less. Numbers are
 * hexadecimal, but for pids, lines and the last.
 */
#ifndef FORKSCOPE_EMU_TRACE_TEXT_FACTS_H
#define FORKSCOPE_EMU_TRACE_TEXT_FACTS_H

#include "emu/trace/trace_book.h"
#include "emu/trace/trace_out.h"
#include "emu/trace/trace_text_model.h"

#define TEXT_FACT "#: "
#define TEXT_END  TEXT_FACT "these begin at byte "

struct text_facts;

/* ---- Writing --------------------------------------------------------------------------------- */

/* NULL: out of memory. */
struct text_facts *text_facts_create(void);
void text_facts_destroy(struct text_facts *f);

void text_facts_ground(struct trace_out *out, const struct trace_facts *facts);
/* A probe by the number that the model gave it. */
void text_facts_probe(struct text_facts *f, const struct trace_probe *probe, unsigned number);
/* What is new about the addresses of an event: now, or kept for the end. */
void text_facts_tell(struct text_facts *f, struct trace_out *out, const struct trace_facts *facts,
                     const struct trace_event *event);
void text_facts_end(const struct text_facts *f, struct trace_out *out, uint64_t written);

/* ---- Reading --------------------------------------------------------------------------------- */

/* A line behind TEXT_FACT. False: it makes no sense. What is not known is passed over. */
bool text_facts_read(struct trace_book *book, struct text_model *model, const char *line);

#endif
