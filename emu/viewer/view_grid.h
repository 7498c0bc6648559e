/*
 * The picture of the viewer as character cells: what every panel draws into, and what the window,
 * PNG and text are made of.
 *
 * A cell is a Unicode code point with a look: a style (what it means; the theme gives the colour)
 * and attributes. An area is a rectangle of a grid; drawing outside it is cut off, so a panel may
 * be given any size. Texts are UTF-8; every code point is one cell wide.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_GRID_H
#define FORKSCOPE_EMU_VIEWER_VIEW_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a text means. Colours: view_theme.c. */
enum view_style {
    VIEW_TEXT,
    VIEW_DIM,    /* addresses, units, what is there but matters less */
    VIEW_TITLE,  /* of panels */
    VIEW_RULE,   /* lines between panels */
    VIEW_CPU,    /* what the processor pushed or pops by itself */
    VIEW_ENTRY,  /* what the kernel's entry code saved */
    VIEW_CODE,   /* what C functions keep on the stack */
    VIEW_PARENT, /* the process that forks */
    VIEW_CHILD,  /* the process that is born */
    VIEW_NOTE,   /* sentences that explain */
    VIEW_BAD,
    VIEW_STYLES
};

/* Attributes, beside a style. */
enum {
    VIEW_BOLD = 1 << 8,
    VIEW_UNDERLINE = 1 << 9,
    VIEW_MARK = 1 << 10,   /* where we are: another background */
    VIEW_SELECT = 1 << 11, /* chosen: colours reversed */
    VIEW_STYLE_MASK = 0xff,
};

struct view_cell {
    uint32_t ch;
    uint32_t look; /* a style and attributes */
};

struct view_grid {
    int cols, rows;
    struct view_cell *cells;
};

enum { VIEW_GRID_MAX = 1000 }; /* columns, rows */

/* An empty grid of spaces. 0, or -ENOMEM, -EINVAL for a size that is none. */
int view_grid_create(struct view_grid *grid, int cols, int rows);
void view_grid_destroy(struct view_grid *grid);
void view_grid_clear(struct view_grid *grid);
bool view_grid_same(const struct view_grid *a, const struct view_grid *b);

struct view_area {
    struct view_grid *grid;
    int x, y, cols, rows;
};

struct view_area view_area_all(struct view_grid *grid);
/* A part of an area, cut to it. */
struct view_area view_area_part(struct view_area area, int x, int y, int cols, int rows);

/* Writes at column x of row y; returns the column behind the text, cut off or not. What is cut off
 * ends with an ellipsis. */
int view_put(struct view_area area, int x, int y, unsigned look, const char *text);
int view_printf(struct view_area area, int x, int y, unsigned look, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Ends at column `right` - 1. */
void view_put_right(struct view_area area, int right, int y, unsigned look, const char *text);
void view_fill(struct view_area area, int x, int y, int cols, unsigned look, uint32_t ch);
/* Adds attributes to cells that are there. */
void view_highlight(struct view_area area, int x, int y, int cols, unsigned attributes);
/* Wraps at spaces, from row y on, not beyond `rows` rows; returns the row behind the text. */
int view_wrap(struct view_area area, int x, int y, int rows, unsigned look, const char *text);

/* How many cells a text takes. */
int view_width(const char *text);
/* Takes one code point off the text; U+FFFD for a byte that is no UTF-8. */
uint32_t view_decode(const char **text);

#endif
