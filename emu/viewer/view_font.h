/*
 * Bitmap fonts in three sizes, and how a glyph is drawn.
 *
 * The letters are Spleen by Frederic Cambus (BSD-2-Clause), taken from Debian's fonts-spleen when
 * the program is built, so that pixels are the same everywhere; a build without that package has
 * letters of our own (view_font_plain.c), coarser but complete. Lines, arrows and blocks are drawn
 * to the cell's edges here (view_font_lines.c), so they join in every size.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_FONT_H
#define FORKSCOPE_EMU_VIEWER_VIEW_FONT_H

#include <stdbool.h>
#include <stdint.h>

enum { VIEW_FONT_SIZES = 3, VIEW_FONT_COLS_MAX = 16, VIEW_FONT_ROWS_MAX = 32 };

/* One glyph: bit 15 of a row is its leftmost pixel. */
struct view_glyph {
    uint16_t row[VIEW_FONT_ROWS_MAX];
};

struct view_font {
    int cols, rows; /* of a cell, in pixels */
    struct view_letter *letters;
    int letter_count; /* 0: view_font_plain */
};

/* size 0 is 8x16, 1 is 12x24, 2 is 16x32. Never fails: without memory the letters are plain. */
void view_font_create(struct view_font *font, int size);
void view_font_destroy(struct view_font *font);

/* What is unknown looks like a box. */
void view_font_glyph(const struct view_font *font, uint32_t ch, struct view_glyph *out);

/* ---- The parts ------------------------------------------------------------------------------- */

/* False: not a line, arrow or block. */
bool view_font_line(const struct view_font *font, uint32_t ch, struct view_glyph *out);
/* False: not printable ASCII. */
bool view_font_plain(const struct view_font *font, uint32_t ch, struct view_glyph *out);

/* The font files that the build found (PSF version 1 or 2); bytes NULL: none. */
struct view_font_file {
    const uint8_t *bytes;
    uint32_t size;
};
extern const struct view_font_file view_font_files[VIEW_FONT_SIZES];

#endif
