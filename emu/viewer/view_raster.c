#include "emu/viewer/view_raster.h"

#include <errno.h>
#include <stdlib.h>

int view_image_create(struct view_image *image, const struct view_font *font, int cols, int rows)
{
    image->width = cols * font->cols;
    image->height = rows * font->rows;
    image->pixels = calloc((size_t)image->width * (size_t)image->height, sizeof(uint32_t));
    return image->pixels ? 0 : -ENOMEM;
}

void view_image_destroy(struct view_image *image)
{
    free(image->pixels);
    *image = (struct view_image){0};
}

static void draw_cell(struct view_image *image, int x, int y, const struct view_cell *cell,
                      const struct view_font *font, const struct view_theme *theme)
{
    struct view_colours colours = view_theme_colours(theme, cell->look);
    uint32_t *to = image->pixels + (size_t)(y * font->rows) * (size_t)image->width + x * font->cols;
    struct view_glyph glyph;

    view_font_glyph(font, cell->ch, &glyph);
    if (cell->look & VIEW_UNDERLINE)
        glyph.row[font->rows - 2] = 0xffff;
    for (int v = 0; v < font->rows; v++, to += image->width) {
        for (int u = 0; u < font->cols; u++)
            to[u] = glyph.row[v] & (0x8000u >> u) ? colours.fore : colours.back;
    }
}

static bool same(const struct view_cell *a, const struct view_cell *b)
{
    return a->ch == b->ch && a->look == b->look;
}

void view_raster(struct view_image *image, const struct view_grid *grid,
                 const struct view_grid *last, const struct view_font *font,
                 const struct view_theme *theme)
{
    bool all = last == NULL || last->cols != grid->cols || last->rows != grid->rows;

    for (int y = 0; y < grid->rows; y++)
        for (int x = 0; x < grid->cols; x++) {
            int i = y * grid->cols + x;

            if (all || !same(&grid->cells[i], &last->cells[i]))
                draw_cell(image, x, y, &grid->cells[i], font, theme);
        }
}
