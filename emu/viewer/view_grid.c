#include "emu/viewer/view_grid.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 512, ELLIPSIS = 0x2026 };

int view_grid_create(struct view_grid *grid, int cols, int rows)
{
    *grid = (struct view_grid){0};
    if (cols < 1 || rows < 1 || cols > VIEW_GRID_MAX || rows > VIEW_GRID_MAX)
        return -EINVAL;
    grid->cells = malloc((size_t)cols * (size_t)rows * sizeof(*grid->cells));
    if (grid->cells == NULL)
        return -ENOMEM;
    grid->cols = cols;
    grid->rows = rows;
    view_grid_clear(grid);
    return 0;
}

void view_grid_destroy(struct view_grid *grid)
{
    free(grid->cells);
    *grid = (struct view_grid){0};
}

void view_grid_clear(struct view_grid *grid)
{
    for (int i = 0; i < grid->cols * grid->rows; i++)
        grid->cells[i] = (struct view_cell){' ', VIEW_TEXT};
}

bool view_grid_same(const struct view_grid *a, const struct view_grid *b)
{
    return a->cols == b->cols && a->rows == b->rows &&
           memcmp(a->cells, b->cells, (size_t)(a->cols * a->rows) * sizeof(*a->cells)) == 0;
}

/* ---- Areas --------------------------------------------------------------------------------- */

struct view_area view_area_all(struct view_grid *grid)
{
    return (struct view_area){grid, 0, 0, grid->cols, grid->rows};
}

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

struct view_area view_area_part(struct view_area area, int x, int y, int cols, int rows)
{
    int left = clamp(x, 0, area.cols), top = clamp(y, 0, area.rows);

    return (struct view_area){area.grid, area.x + left, area.y + top,
                              clamp(x + cols, left, area.cols) - left,
                              clamp(y + rows, top, area.rows) - top};
}

static struct view_cell *cell(struct view_area area, int x, int y)
{
    if (x < 0 || y < 0 || x >= area.cols || y >= area.rows)
        return NULL;
    return &area.grid->cells[(area.y + y) * area.grid->cols + area.x + x];
}

/* ---- Text ---------------------------------------------------------------------------------- */

uint32_t view_decode(const char **text)
{
    const unsigned char *s = (const unsigned char *)*text;
    unsigned more = s[0] < 0x80 ? 0 : (s[0] & 0xe0) == 0xc0 ? 1 : (s[0] & 0xf0) == 0xe0 ? 2 : 3;
    uint32_t ch = more == 0 ? s[0] : s[0] & (0x3fu >> more);

    *text += 1;
    if (s[0] >= 0x80 && (s[0] < 0xc2 || s[0] > 0xf4))
        return 0xfffd;
    for (unsigned i = 1; i <= more; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0xfffd;
        ch = ch << 6 | (s[i] & 0x3f);
    }
    *text += more;
    return ch;
}

int view_width(const char *text)
{
    int width = 0;

    for (; *text; width++)
        view_decode(&text);
    return width;
}

/* Control characters would not be seen. */
static uint32_t visible(uint32_t ch)
{
    return ch < 0x20 || ch == 0x7f ? 0xb7 : ch;
}

/* A text that does not end with its area says so; spaces at its end are not missed. */
static bool is_cut(struct view_area area, int x, const char *rest)
{
    return x == area.cols - 1 && rest[strspn(rest, " ")] != '\0';
}

int view_put(struct view_area area, int x, int y, unsigned look, const char *text)
{
    for (; *text; x++) {
        uint32_t ch = visible(view_decode(&text));
        struct view_cell *c = cell(area, x, y);

        if (c != NULL)
            *c = (struct view_cell){is_cut(area, x, text) ? ELLIPSIS : ch, look};
    }
    return x;
}

int view_printf(struct view_area area, int x, int y, unsigned look, const char *format, ...)
{
    char text[LINE];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return view_put(area, x, y, look, text);
}

void view_put_right(struct view_area area, int right, int y, unsigned look, const char *text)
{
    view_put(area, right - view_width(text), y, look, text);
}

void view_fill(struct view_area area, int x, int y, int cols, unsigned look, uint32_t ch)
{
    for (int i = 0; i < cols; i++) {
        struct view_cell *c = cell(area, x + i, y);

        if (c != NULL)
            *c = (struct view_cell){ch, look};
    }
}

void view_highlight(struct view_area area, int x, int y, int cols, unsigned attributes)
{
    for (int i = 0; i < cols; i++) {
        struct view_cell *c = cell(area, x + i, y);

        if (c != NULL)
            c->look |= attributes;
    }
}

/* How many bytes of the text go into a row of `cols` cells: up to the last space that fits. */
static size_t row_length(const char *text, int cols)
{
    const char *at = text, *space = NULL;

    for (int i = 0; i <= cols; i++) {
        if (*at == '\0')
            return (size_t)(at - text);
        if (*at == ' ')
            space = at;
        if (i < cols)
            view_decode(&at);
    }
    return (size_t)((space != NULL ? space : at) - text);
}

int view_wrap(struct view_area area, int x, int y, int rows, unsigned look, const char *text)
{
    int end = y + rows;

    while (*text && y < end && x < area.cols) {
        size_t length = row_length(text, area.cols - x);

        if (length == 0)
            break;
        view_printf(area, x, y++, look, "%.*s", (int)length, text);
        text += length;
        while (*text == ' ')
            text++;
    }
    return y;
}
