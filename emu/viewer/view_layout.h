/*
 * Where the panels are in the window, and the lines around them.
 *
 *   program, task, ring, step; the nine landmarks
 *   timeline                       | registers
 *   code            | kernel stack |
 *   one of many     |              | fork: parent, child
 *   explaining lines
 *   keys
 *
 * A smaller grid loses the timeline, the right column, the one of many; the stack stays.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_LAYOUT_H
#define FORKSCOPE_EMU_VIEWER_VIEW_LAYOUT_H

#include "emu/viewer/view.h"

enum { VIEW_COLS = 160, VIEW_ROWS = 50 };

/* The panel in the place for many that is `by` tabs further than the view's; PANEL_CALLS for what
 * is no tab there. */
enum view_panel view_layout_tab(const struct view *v, int by);

/* Draws everything and collects what can be clicked. */
void view_layout(struct view *v, struct view_grid *grid);

#endif
