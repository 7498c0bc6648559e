/* The guest's VGA text screen. */
#include "emu/viewer/panels.h"

/* Code page 437 where it is not ASCII: the boxes and blocks that text screens use. */
static uint32_t from_cp437(uint8_t c)
{
    static const uint16_t boxes[] = {
        0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562, 0x2556, 0x2555, 0x2563,
        0x2551, 0x2557, 0x255d, 0x255c, 0x255b, 0x2510, 0x2514, 0x2534, 0x252c, 0x251c,
        0x2500, 0x253c, 0x255e, 0x255f, 0x255a, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550,
        0x256c, 0x2567, 0x2568, 0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256b,
        0x256a, 0x2518, 0x250c, 0x2588, 0x2584, 0x258c, 0x2590, 0x2580};
    enum { FIRST_BOX = 0xb0 };

    if (c == 0)
        return ' ';
    if (c >= FIRST_BOX && c < FIRST_BOX + sizeof(boxes) / sizeof(boxes[0]))
        return boxes[c - FIRST_BOX];
    return c < 0x20 || c > 0x7e ? 0xb7 : c;
}

static void draw_row(const struct vgatext *screen, struct view_area area, int y, unsigned row)
{
    for (unsigned column = 0; column < VGATEXT_COLUMNS; column++) {
        struct vgatext_cell c = vgatext_cell(screen, row, column);
        unsigned look = c.attribute & 8 ? VIEW_TITLE | VIEW_BOLD : VIEW_TEXT;

        if (c.attribute >> 4 & 7)
            look |= VIEW_SELECT;
        view_fill(area, 1 + (int)column, y, 1, look, from_cp437(c.character));
    }
}

/* The rows around the cursor where not all fit. */
void panel_screen(struct view *v, struct view_area area)
{
    const struct vgatext *screen = machine_screen(v->in->machine);
    struct vgatext_cursor cursor = vgatext_cursor(screen);
    unsigned rows = (unsigned)area.rows - 1, first = 0;

    panel_title(area, "the guest's screen", vgatext_is_on(screen) ? "" : "off");
    if (rows < VGATEXT_ROWS && cursor.row >= rows)
        first = cursor.row - rows + 1;
    for (unsigned i = 0; i < rows && first + i < VGATEXT_ROWS; i++)
        draw_row(screen, area, (int)i + 1, first + i);
    if (cursor.visible && cursor.row >= first)
        view_highlight(area, 1 + (int)cursor.column, (int)(cursor.row - first) + 1, 1,
                       VIEW_UNDERLINE | VIEW_BOLD);
}
