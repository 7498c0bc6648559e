/*
 * Which events a reader wants: 'ev=int,fork,ret; pid=1,2; sym=do_fork; icount=A..B'.
 *
 * Clauses are separated by ';', blanks do not matter, each key at most once, all clauses must hold.
 *   ev      kinds as in emu/trace/trace_event.def, or all
 *   pid     the current task's, or for a fork, switch or return of one the other task's
 *   sym     functions, or source files such as fork.c: limits call and return to them, and probes
 *           them if nothing else would
 *   icount  first..last, either may be left out; 1_000_000 and 0x10 are numbers too
 *
 * A filter is plain data and needs no clean-up.
 */
#ifndef FORKSCOPE_EMU_TRACE_FILTER_H
#define FORKSCOPE_EMU_TRACE_FILTER_H

#include <stddef.h>

#include "emu/trace/trace_event.h"

enum { TRACE_FILTER_PIDS = 32, TRACE_FILTER_SYMS = 32, TRACE_FILTER_SYM_SIZE = 64 };

struct trace_filter {
    trace_kinds kinds;
    unsigned pid_count; /* 0: any */
    int32_t pid[TRACE_FILTER_PIDS];
    unsigned sym_count; /* 0: any */
    char sym[TRACE_FILTER_SYMS][TRACE_FILTER_SYM_SIZE];
    unsigned graph_count; /* functions whose call tree is wanted: --graph, not part of the text */
    char graph[TRACE_FILTER_SYMS][TRACE_FILTER_SYM_SIZE];
    uint64_t first, last; /* icount, both included */
};

/* Everything of these kinds. */
void trace_filter_init(struct trace_filter *filter, trace_kinds kinds);

/* Reads `text` over what trace_filter_init() left. 0, or -EINVAL with a sentence in `why`. */
int trace_filter_parse(struct trace_filter *filter, const char *text, char *why, size_t why_size);

/* Adds a list of functions or files, as behind sym=, and one of functions to graph; `option` is
 * what the user calls it. As trace_filter_parse(). */
int trace_filter_add_symbols(struct trace_filter *filter, const char *option, const char *list,
                             char *why, size_t why_size);
int trace_filter_add_graphs(struct trace_filter *filter, const char *option, const char *list,
                            char *why, size_t why_size);

/* Does a name of sym= mean a source file, and is it this one (or behind a directory of it)? */
bool trace_filter_names_file(const char *name);
bool trace_filter_same_file(const char *name, const char *path);

bool trace_filter_wants(const struct trace_filter *filter, const struct trace_event *event);

#endif
