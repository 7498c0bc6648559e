/* The parts of view_journal.c. Private to emu/viewer/view_journal*.c. */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_JOURNAL_PARTS_H
#define FORKSCOPE_EMU_VIEWER_VIEW_JOURNAL_PARTS_H

#include "emu/viewer/view_journal.h"

/* ---- view_journal_tasks.c ---------------------------------------------------------------- */

/* NULL: too many. */
struct view_task *view_journal_new_task(struct view_journal *j, const struct trace_who *who,
                                        uint32_t parent, uint64_t born);
/* The task that an event is about, by its latest name; NULL: none, or too many. */
struct view_task *view_journal_see(struct view_journal *j, const struct trace_who *who,
                                   uint64_t at);
/* `task` has the CPU from here on. */
void view_journal_turn(struct view_journal *j, uint64_t from, uint32_t task);
/* Exit and wait. */
void view_journal_life(struct view_journal *j, const struct trace_event *e);

/* ---- view_journal_forks.c ---------------------------------------------------------------- */

/* A task that nobody told of: it may be the child of a fork that nobody told of. */
void view_journal_appeared(struct view_journal *j, struct view_task *task);
/* It was another task, or has not been seen yet. */
void view_journal_forget_child(struct view_fork *f);
/* What an event says about forks; all events, in their order. */
void view_journal_fork_event(struct view_journal *j, const struct trace_event *e);

#endif
