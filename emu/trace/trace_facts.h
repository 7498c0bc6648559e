/*
 * What names are made of: facts about a guest's addresses.
 *
 * A running guest answers from its symbols, its DWARF and its memory (trace_facts_live()); a
 * recording answers from what was noted beside its events (emu/trace/trace_book.h). The answers
 * about stacks hold for the moment of the event at hand.
 *
 * A program is a number that events carry: two tasks with the same number run the same ELF file,
 * so their user addresses have the same names. 0: not known.
 */
#ifndef FORKSCOPE_EMU_TRACE_FACTS_H
#define FORKSCOPE_EMU_TRACE_FACTS_H

#include "emu/guest/inspect.h"

enum { TRACE_MEMBERS_MAX = 20 }; /* words of struct pt_regs */

struct trace_symbol {
    const char *name;
    uint32_t offset; /* of the address behind the symbol's start */
};

/* What does not change during a trace. */
struct trace_ground {
    uint32_t kernel_base;  /* addresses below belong to user programs; 0: not known */
    uint32_t thread_size;  /* of a kernel stack, a power of two; 0: not known */
    uint32_t pt_regs_size; /* 0: not known */
    uint32_t info_size;    /* of thread_info, at the low end of a kernel stack; 0: not known */
};

struct trace_facts {
    const void *ctx;
    struct trace_ground ground;
    /* False: nothing is known there. Texts live as long as the facts. */
    bool (*symbol)(const void *ctx, unsigned program, uint32_t addr, struct trace_symbol *out);
    /* The task on whose kernel stack the address lies. */
    bool (*stack)(const void *ctx, uint32_t addr, int32_t *pid);
    bool (*line)(const void *ctx, uint32_t addr, const char **file, int *line);
    /* The member of struct pt_regs that covers the byte at `offset`; NULL: not known. */
    const char *(*member)(const void *ctx, uint32_t offset);
    /* The path of a program; NULL: not known. */
    const char *(*program)(const void *ctx, unsigned program);
};

/* `in` must outlive the facts. */
void trace_facts_live(struct trace_facts *facts, const struct inspect *in);

#endif
