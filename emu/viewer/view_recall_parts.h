/* The parts of view_recall.c. Private to emu/viewer/view_recall*.c. */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_RECALL_PARTS_H
#define FORKSCOPE_EMU_VIEWER_VIEW_RECALL_PARTS_H

#include "emu/viewer/view_recall.h"

/* In the map: the word was known and may have become anything. */
#define VIEW_RECALL_FORGOTTEN UINT64_MAX

/* Of view_recall.known: what outlives the step that told it. */
#define VIEW_RECALL_LASTING                                                                        \
    (1u << VIEW_REGISTER_CR0 | 1u << VIEW_REGISTER_CR2 | 1u << VIEW_REGISTER_CR3 |                 \
     1u << VIEW_REGISTER_CPL)

/* What a past event says; in their order. */
void view_recall_take(struct view_recall *r, const struct trace_event *e);
/* An event that is next tells what the registers are now. */
void view_recall_foresee(struct view_recall *r, const struct trace_event *e);

#endif
