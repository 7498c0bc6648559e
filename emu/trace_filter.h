/*
 * Which events a reader wants: 'ev=int,fork,ret; pid=1,2; sym=do_fork; icount=A..B'.
 *
 * Clauses are separated by ';', blanks do not matter, each key at most once, all clauses must hold.
 *   ev      kinds as in emu/trace_event.def, or all
 *   pid     the current task's, or for a fork, switch or return of one the other task's
 *   sym     functions: limits call and return to them, and probes them if nothing else would
 *   icount  first..last, either may be left out; 1_000_000 and 0x10 are numbers too
 *
 * A filter is plain data and needs no clean-up.
 */
#ifndef FORKSCOPE_EMU_TRACE_FILTER_H
#define FORKSCOPE_EMU_TRACE_FILTER_H

#include <stddef.h>

#include "emu/trace_event.h"

enum { TRACE_FILTER_PIDS = 32, TRACE_FILTER_SYMS = 32, TRACE_FILTER_SYM_SIZE = 64 };

struct trace_filter {
    trace_kinds kinds;
    unsigned pid_count; /* 0: any */
    int32_t pid[TRACE_FILTER_PIDS];
    unsigned sym_count; /* 0: any */
    char sym[TRACE_FILTER_SYMS][TRACE_FILTER_SYM_SIZE];
    uint64_t first, last; /* icount, both included */
};

/* Everything of these kinds. */
void trace_filter_init(struct trace_filter *filter, trace_kinds kinds);

/* Reads `text` over what trace_filter_init() left. 0, or -EINVAL with a sentence in `why`. */
int trace_filter_parse(struct trace_filter *filter, const char *text, char *why, size_t why_size);

bool trace_filter_wants(const struct trace_filter *filter, const struct trace_event *event);

#endif
