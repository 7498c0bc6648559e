/*
 * What a recording says beside its events, so that their addresses have names without the guest:
 * each fact once, before or behind the event that first needs it, in whatever way a form writes it.
 *
 * Told are, of the addresses of an event: symbols, the lines of places in the kernel, whose kernel
 * stack that is (again whenever it is another's), and the path of the task's program.
 */
#ifndef FORKSCOPE_EMU_TRACE_TELL_H
#define FORKSCOPE_EMU_TRACE_TELL_H

#include "emu/support/map64.h"
#include "emu/trace/trace_event.h"
#include "emu/trace/trace_facts.h"

/* What was told. All zero: nothing. */
struct trace_told {
    struct map64 symbols, lines, stacks, programs;
};

void trace_told_clear(struct trace_told *told);
void trace_told_free(struct trace_told *told);

/* How a form writes them. A symbol's program is 0 where the address is the kernel's; a stack's pid
 * is -1 where it is nobody's. */
struct trace_teller {
    void (*symbol)(void *ctx, unsigned program, uint32_t addr, const struct trace_symbol *symbol);
    void (*line)(void *ctx, uint32_t addr, const char *file, int line);
    void (*stack)(void *ctx, uint32_t stack, int32_t pid);
    void (*program)(void *ctx, unsigned program, const char *path);
};

/* What is new about the addresses of an event. */
void trace_tell(struct trace_told *told, const struct trace_teller *teller, void *ctx,
                const struct trace_facts *facts, const struct trace_event *event);

#endif
