/* The picture: the layout, and over it the last row, what is marked, the help. */
#include "emu/viewer/view_layout.h"
#include "emu/viewer/view_ui_parts.h"

static const struct {
    const char *shown, *help;
} keys[] = {
#define KEY(action, key, other, shown, help) {shown, help},
#include "emu/viewer/view_keys.def"
#undef KEY
};
enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

static void draw_help(struct view_ui *ui)
{
    enum { COLS = 78, KEY = 3, SAYS = 16 };
    struct view_area all = view_area_all(&ui->grid);
    int rows = KEYS + 5, x = (all.cols - COLS) / 2, y = (all.rows - rows) / 2;
    struct view_area box = view_area_part(all, x > 0 ? x : 0, y > 0 ? y : 0, COLS, rows);

    for (int row = 0; row < box.rows; row++)
        view_fill(box, 0, row, box.cols, VIEW_TEXT | VIEW_MARK, ' ');
    view_put(box, KEY, 1, VIEW_TITLE | VIEW_BOLD | VIEW_MARK, "Keys");
    view_put(box, KEY, 2, VIEW_TITLE | VIEW_MARK, "1 … 9");
    view_put(box, SAYS, 2, VIEW_TEXT | VIEW_MARK, "the landmarks of the fork, from int 0x80 on");
    for (int i = 0; i < KEYS; i++) {
        view_put(box, KEY, i + 3, VIEW_TITLE | VIEW_MARK, keys[i].shown);
        view_put(box, SAYS, i + 3, VIEW_TEXT | VIEW_MARK, keys[i].help);
    }
}

static void draw_last_row(struct view_ui *ui)
{
    static const char *const questions[] = {
        [VIEW_PROMPT_GOTO] = "go to (a step, or int push do_fork copy_thread eax frame switch …): ",
        [VIEW_PROMPT_BREAK] = "breakpoint at (function, file:line, address): ",
        [VIEW_PROMPT_WATCH] = "stop when written (address, symbol): ",
        [VIEW_PROMPT_ADDRESS] = "address (or symbol): ",
        [VIEW_PROMPT_MONITOR] = "monitor: ",
    };
    struct view_area row =
        view_area_part(view_area_all(&ui->grid), 0, ui->grid.rows - 1, ui->grid.cols, 1);
    int x;

    if (ui->prompt == VIEW_PROMPT_NONE && ui->message[0] == '\0')
        return;
    view_fill(row, 0, 0, row.cols, VIEW_TEXT | VIEW_MARK, ' ');
    if (ui->prompt == VIEW_PROMPT_NONE) {
        view_put(row, 1, 0, VIEW_NOTE | VIEW_MARK, ui->message);
        return;
    }
    x = view_put(row, 1, 0, VIEW_TEXT | VIEW_MARK, questions[ui->prompt]);
    x = view_put(row, x, 0, VIEW_TITLE | VIEW_BOLD | VIEW_MARK, ui->typed);
    x = view_put(row, x, 0, VIEW_TITLE | VIEW_SELECT, " ");
    view_put(row, x + 2, 0, VIEW_DIM | VIEW_MARK, ui->choices);
}

static void draw_mark(struct view_ui *ui)
{
    struct view_rectangle r = view_mouse_marked(ui);

    for (int y = r.y0; ui->marked && y <= r.y1; y++)
        view_highlight(view_area_all(&ui->grid), r.x0, y, r.x1 - r.x0 + 1, VIEW_SELECT);
}

void view_ui_draw_message(struct view_ui *ui)
{
    draw_last_row(ui);
}

void view_ui_draw(struct view_ui *ui)
{
    view_layout(view_of(ui), &ui->grid);
    draw_last_row(ui);
    draw_mark(ui);
    if (ui->help)
        draw_help(ui);
}
