/*
 * Words that go onto a stack together: interrupt frames and far calls. The stack may be one that
 * is not loaded yet (privilege change). Either all words are stored or none: nothing is written
 * before limits and pages of every word have been checked.
 */
#ifndef FORKSCOPE_CPU_FRAME_H
#define FORKSCOPE_CPU_FRAME_H

#include "cpu/cpu_internal.h"

/* SS ESP, 31 parameters, CS EIP: the longest is a call gate's. */
enum { FRAME_MAX_WORDS = 36 };

struct push_frame {
    struct cpu_segment ss;
    uint32_t esp;   /* after the words so far */
    unsigned size;  /* of a word: 2 or 4 */
    bool user;      /* pages are accessed as ring 3 */
    uint32_t error; /* of the #SS where a word does not fit */
    unsigned count;
    struct cpu_frame_slot slot[FRAME_MAX_WORDS];
};

/* A frame on the current stack. */
void frame_here(const struct cpu *cpu, struct push_frame *f, unsigned size);
/* A frame on the stack that the TSS names for ring `cpl`; raises #TS, #SS. */
MUST_CHECK bool frame_inner(struct cpu *cpu, struct push_frame *f, unsigned cpl);

void frame_push(struct push_frame *f, enum cpu_frame_word word, uint32_t value);
/* Do all words lie inside the stack segment, and aligned where that counts? Raises #SS, #AC. */
MUST_CHECK bool frame_check(struct cpu *cpu, const struct push_frame *f);
/* Writes them, after frame_check(). Raises #PF before the first. */
MUST_CHECK bool frame_store(struct cpu *cpu, const struct push_frame *f);
/* The same, but the words before the one that faults stay written. */
MUST_CHECK bool frame_store_singly(struct cpu *cpu, const struct push_frame *f);
/* Loads SS where it changed, and ESP. */
void frame_commit(struct cpu *cpu, const struct push_frame *f);

#endif
