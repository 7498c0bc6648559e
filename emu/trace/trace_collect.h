/*
 * The collector: makes events of what the CPU's hooks say and gives each to the sinks that want it.
 *
 * Only hooks and probes are armed that some sink's filter needs. The state kept beside the guest is
 * bounded: open calls, interrupts and tasks beyond a fixed number are not followed.
 */
#ifndef FORKSCOPE_EMU_TRACE_COLLECT_H
#define FORKSCOPE_EMU_TRACE_COLLECT_H

#include "emu/guest/inspect.h"
#include "emu/trace/trace_filter.h"

/* A reader of events. The filter must outlive the collector. */
struct trace_sink {
    const struct trace_filter *filter;
    void (*event)(void *ctx, const struct trace_event *event);
    void *ctx;
};

enum { TRACE_SINKS_MAX = 4 };

struct trace_collector;

/* Attaches to the machine. 0, -ENOMEM, or -EINVAL for a filter's symbol that the kernel lacks; with
 * a sentence in `why`. */
int trace_collector_create(struct trace_collector **out, const struct inspect *in,
                           const struct trace_sink *sinks, unsigned count, char *why,
                           size_t why_size);
/* The run is over: sends what was kept back to be whole. */
void trace_collector_finish(struct trace_collector *c);
/* As what it listens from now on; from the start it is OBSERVER_ONCE. */
void trace_collector_listen(struct trace_collector *c, enum observer_kind kind);
/* Detaches and frees. NULL is allowed. */
void trace_collector_destroy(struct trace_collector *c);

#endif
