/*
 * Pictures as files: NAME.png through libpng, anything else as text in UTF-8.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_FILE_H
#define FORKSCOPE_EMU_VIEWER_VIEW_FILE_H

#include "emu/viewer/view_raster.h"

/* Writes the grid to `path`, "-" is stdout as text. 0, or -errno with a sentence that names the
 * file in `why`; a picture where this build has no libpng is -ENOTSUP. */
int view_file_write(const char *path, const struct view_grid *grid, const struct view_font *font,
                    const struct view_theme *theme, char *why, size_t why_size);

/* A grid as text: lines without trailing spaces. NULL: out of memory. The caller frees it. */
char *view_text(const struct view_grid *grid);
/* Of the rectangle between two cells, as with a mouse. */
char *view_text_part(const struct view_grid *grid, int x0, int y0, int x1, int y1);

/* ---- The part that needs a library ----------------------------------------------------------- */

/* 0 or -errno with a sentence in `why`. */
int view_png_write(const char *path, const struct view_image *image, char *why, size_t why_size);

#endif
