/* What a story keeps. Private to emu/story/story.c, which collects, and emu/story/story_print.c,
 * which tells.
 */
#ifndef FORKSCOPE_EMU_STORY_STATE_H
#define FORKSCOPE_EMU_STORY_STATE_H

#include "emu/story/story.h"

/* One fork, from the parent's system call on. */
struct tale {
    struct tale *next;
    uint32_t parent, child; /* their task_structs; child 0: none yet */
    unsigned number;        /* among the forks that programs asked for, 0: not yet one */
    bool parent_back, child_back, parent_apart, child_apart;
    bool closed, cut;
    struct trace_event *events;
    unsigned count, room;
};

struct story {
    const struct inspect *in;
    struct story_choice choice;
    struct trace_filter filter;
    struct trace_event last_int; /* the last int 0x80 from ring 3 */
    struct tale *tales;          /* oldest first */
    unsigned tale_count;
    unsigned forks; /* that programs asked for, so far */
    bool found;     /* the one asked for by number or name */
};

#endif
