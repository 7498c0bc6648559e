/*
 * Colours: what each style looks like. Nothing is told by colour alone, so themes may differ in
 * everything.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_THEME_H
#define FORKSCOPE_EMU_VIEWER_VIEW_THEME_H

#include "emu/viewer/view_grid.h"

struct view_theme {
    const char *name;
    uint32_t back, mark; /* backgrounds, 0xRRGGBB: plain, and where we are */
    uint32_t style[VIEW_STYLES];
};

extern const struct view_theme view_themes[];
enum { VIEW_THEME_COUNT = 3 };

/* NULL: there is none of that name. */
const struct view_theme *view_theme_by_name(const char *name);

struct view_colours {
    uint32_t fore, back;
};
struct view_colours view_theme_colours(const struct view_theme *theme, uint32_t look);

#endif
