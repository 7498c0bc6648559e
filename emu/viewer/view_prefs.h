/*
 * What the window remembers from one time to the next, in $XDG_CONFIG_HOME/forkscope/view (or
 * ~/.config/forkscope/view): colours, size of letters and window, chosen panel.
 *
 * The file is a line a setting, NAME VALUE. What is not understood or out of range is passed over;
 * where it cannot be written, nothing is remembered.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_PREFS_H
#define FORKSCOPE_EMU_VIEWER_VIEW_PREFS_H

#include "emu/viewer/view_stage.h"

struct view_prefs {
    int theme, font_size;
    int cols, rows;
    int tab; /* enum view_panel */
};

/* From the file, and from options where they were given; applied to the stage. */
void view_prefs_load(struct view_prefs *prefs, struct view_stage *stage);
void view_prefs_save(const struct view_prefs *prefs);

/* One line of the file. False: it says nothing that is known. */
bool view_prefs_line(struct view_prefs *prefs, const char *line);

#endif
