/* Lines, arrows and blocks, drawn from their geometry so that they meet the neighbouring cells. */
#include <stdlib.h>

#include "emu/viewer/view_font.h"

/* Weight of the arm towards each side: 0 none, 1 light, 2 heavy. */
struct arms {
    uint16_t ch;
    uint8_t up, right, down, left;
};

static const struct arms lines[] = {
    {0x2500, 0, 1, 0, 1}, {0x2501, 0, 2, 0, 2}, {0x2502, 1, 0, 1, 0}, {0x2503, 2, 0, 2, 0},
    {0x250c, 0, 1, 1, 0}, {0x2510, 0, 0, 1, 1}, {0x2514, 1, 1, 0, 0}, {0x2518, 1, 0, 0, 1},
    {0x251c, 1, 1, 1, 0}, {0x2524, 1, 0, 1, 1}, {0x252c, 0, 1, 1, 1}, {0x2534, 1, 1, 0, 1},
    {0x253c, 1, 1, 1, 1}, {0x2574, 0, 0, 0, 1}, {0x2575, 1, 0, 0, 0}, {0x2576, 0, 1, 0, 0},
    {0x2577, 0, 0, 1, 0}, {0x2578, 0, 0, 0, 2}, {0x2579, 2, 0, 0, 0}, {0x257a, 0, 2, 0, 0},
    {0x257b, 0, 0, 2, 0}, {0x2531, 0, 1, 1, 2}, {0x252f, 0, 2, 1, 2}, {0x2537, 1, 2, 0, 2},
    {0x257c, 0, 2, 0, 1}, {0x257e, 0, 1, 0, 2}, {0x253f, 1, 2, 1, 2},
};

/* What is drawn by a test of each pixel. Coordinates in the cell: u from left, v from top. */
enum shape {
    RIGHT_HEAD,
    LEFT_HEAD,
    UP_HEAD,
    DOWN_HEAD,
    RIGHT_ARROW,
    LEFT_ARROW,
    UP_ARROW,
    DOWN_ARROW,
    DISC,
    RING,
    BLOCK,
    LEFT_HALF,
    RIGHT_HALF,
    SHADE,
    DIAMOND,
    CROSSED_EQUAL
};

static const struct {
    uint16_t ch;
    uint8_t shape;
} shapes[] = {
    {0x25b6, RIGHT_HEAD},  {0x25c0, LEFT_HEAD},  {0x25b2, UP_HEAD},  {0x25bc, DOWN_HEAD},
    {0x2192, RIGHT_ARROW}, {0x2190, LEFT_ARROW}, {0x2191, UP_ARROW}, {0x2193, DOWN_ARROW},
    {0x25cf, DISC},        {0x25cb, RING},       {0x2588, BLOCK},    {0x258c, LEFT_HALF},
    {0x2590, RIGHT_HALF},  {0x2591, SHADE},      {0x25c6, DIAMOND},  {0x2260, CROSSED_EQUAL},
};

struct canvas {
    const struct view_font *font;
    struct view_glyph *out;
};

static void fill(const struct canvas *c, int x0, int y0, int x1, int y1)
{
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            c->out->row[y] |= (uint16_t)(0x8000u >> x);
}

static void draw_arms(const struct canvas *c, const struct arms *a)
{
    int w = c->font->cols, h = c->font->rows, unit = w / 8;
    int x = w / 2 - unit, y = h / 2 - unit; /* where light lines run */
    int thick = unit > 0 ? unit : 1;

#define EXTRA(weight) ((weight) == 2 ? thick : 0)
    if (a->up)
        fill(c, x - EXTRA(a->up), 0, x + thick + EXTRA(a->up), y + thick);
    if (a->down)
        fill(c, x - EXTRA(a->down), y, x + thick + EXTRA(a->down), h);
    if (a->left)
        fill(c, 0, y - EXTRA(a->left), x + thick, y + thick + EXTRA(a->left));
    if (a->right)
        fill(c, x, y - EXTRA(a->right), w, y + thick + EXTRA(a->right));
#undef EXTRA
}

/* Is the pixel (x, y) part of the shape? dx, dy: twice its distance from the middle. */
static bool inside(enum shape shape, int x, int y, int w, int h)
{
    int dx = 2 * x + 1 - w, dy = 2 * y + 1 - h, side = w - 2;
    int circle = dx * dx + dy * dy;

    switch (shape) {
    case RIGHT_HEAD:
        return 2 * abs(dy) <= w - dx;
    case LEFT_HEAD:
        return 2 * abs(dy) <= w + dx;
    case UP_HEAD:
        return dy > -side && dy < side && 2 * abs(dx) <= dy + side;
    case DOWN_HEAD:
        return dy > -side && dy < side && 2 * abs(dx) <= side - dy;
    case RIGHT_ARROW:
        return abs(dy) <= w / 8 ? dx > 1 - w : dx > 0 && abs(dy) <= w - 1 - dx;
    case LEFT_ARROW:
        return abs(dy) <= w / 8 ? dx < w - 1 : dx < 0 && abs(dy) <= w - 1 + dx;
    case UP_ARROW:
        return abs(dx) <= w / 8 ? abs(dy) < w : dy < 0 && abs(dx) <= dy + w + 1;
    case DOWN_ARROW:
        return abs(dx) <= w / 8 ? abs(dy) < w : dy > 0 && abs(dx) <= w + 1 - dy;
    case DISC:
        return circle <= (w - 1) * (w - 1);
    case RING:
        return circle <= (w - 1) * (w - 1) && circle > (w - 4) * (w - 4);
    case BLOCK:
        return true;
    case LEFT_HALF:
        return dx < 0;
    case RIGHT_HALF:
        return dx > 0;
    case SHADE:
        return (x + 2 * (y % 2)) % 4 == 0;
    case DIAMOND:
        return abs(dx) + abs(dy) <= w - 1;
    case CROSSED_EQUAL:
        return (abs(abs(dy) - w / 2 + 1) <= w / 8 && abs(dx) < w - 2) ||
               (abs(dx + dy / 2) <= w / 8 + 1 && abs(dy) < w);
    }
    return false;
}

static void draw_shape(const struct canvas *c, enum shape shape)
{
    for (int y = 0; y < c->font->rows; y++)
        for (int x = 0; x < c->font->cols; x++)
            if (inside(shape, x, y, c->font->cols, c->font->rows))
                fill(c, x, y, x + 1, y + 1);
}

bool view_font_line(const struct view_font *font, uint32_t ch, struct view_glyph *out)
{
    struct canvas canvas = {font, out};

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        if (lines[i].ch == ch) {
            draw_arms(&canvas, &lines[i]);
            return true;
        }
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
        if (shapes[i].ch == ch) {
            draw_shape(&canvas, (enum shape)shapes[i].shape);
            return true;
        }
    return false;
}
