/*
 * From cells to pixels: 0xRRGGBB, one uint32_t a pixel, rows without gaps.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_RASTER_H
#define FORKSCOPE_EMU_VIEWER_VIEW_RASTER_H

#include "emu/viewer/view_font.h"
#include "emu/viewer/view_grid.h"
#include "emu/viewer/view_theme.h"

struct view_image {
    int width, height;
    uint32_t *pixels;
};

/* An image of cols x rows cells. 0 or -ENOMEM. */
int view_image_create(struct view_image *image, const struct view_font *font, int cols, int rows);
void view_image_destroy(struct view_image *image);

/* Draws the cells that differ from `last`; NULL or another size: all. */
void view_raster(struct view_image *image, const struct view_grid *grid,
                 const struct view_grid *last, const struct view_font *font,
                 const struct view_theme *theme);

#endif
