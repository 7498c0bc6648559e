/*
 * The tasks that there are at the position: as the guest's own list has them, or as a recording of
 * events tells.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_TASKS_H
#define FORKSCOPE_EMU_VIEWER_VIEW_TASKS_H

#include "emu/guest/tasks.h"
#include "emu/viewer/view.h"

/* The state of a task that does not run, where only events tell. */
#define VIEW_STATE_UNKNOWN INT32_MAX

/* Fills in up to `max`; what events do not tell is 0. Returns how many. */
size_t view_tasks_list(const struct view *v, struct task_info *out, size_t max);

#endif
