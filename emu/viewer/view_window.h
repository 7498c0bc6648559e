/*
 * The window. Everything about SDL is behind this.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_WINDOW_H
#define FORKSCOPE_EMU_VIEWER_VIEW_WINDOW_H

#include "emu/viewer/view_stage.h"

/* Shows the machine until the window is closed, beginning at `place`. 0, or -errno with a sentence
 * in `why`: no SDL2, no display; -EINTR: SIGINT or SIGTERM closed it. */
int view_window_run(struct view_stage *stage, const struct view_place *place, char *why,
                    size_t why_size);

#endif
