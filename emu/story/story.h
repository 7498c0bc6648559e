/*
 * The fork story: one fork told from the int 0x80 to both returns, for a person to read.
 *
 * A sink that keeps what belongs to the forks asked for, and tells them when the run is over: the
 * five words that the CPU pushed, the path through the kernel as a call tree, the child's frame
 * slot by slot against the parent's, the two returns, and the first write that parted the two
 * memories.
 *
 * Plain ASCII of at most 100 columns. Only forks that a program asked for are told, not those of
 * kernel threads. A story keeps at most STORY_EVENTS_MAX events.
 */
#ifndef FORKSCOPE_EMU_STORY_H
#define FORKSCOPE_EMU_STORY_H

#include "emu/guest/inspect.h"
#include "emu/trace/trace_filter.h"
#include "emu/trace/trace_out.h"

enum { STORY_EVENTS_MAX = 4096, STORIES_MAX = 64 };

/* Which forks to tell. */
struct story_choice {
    bool all;
    unsigned number; /* 0: by name */
    char name[17];
    bool tss; /* with the 0.11 view */
};

/* "", "3", "forkdemo" or "all". 0, or -EINVAL with a sentence in `why`. */
int story_choice_parse(struct story_choice *choice, const char *text, char *why, size_t why_size);

struct story;

/* NULL when out of memory. */
struct story *story_create(const struct inspect *in, const struct story_choice *choice);
void story_destroy(struct story *s);

/* What the story needs to hear, and where it hears it. */
const struct trace_filter *story_filter(const struct story *s);
void story_event(void *story, const struct trace_event *event);

/* Tells all that was asked for, or says that no such fork happened. */
void story_print(const struct story *s, struct trace_out *out, bool colour);

#endif
