/* What the mouse does: clicks go where the layout says, drags scrub through time or mark cells. */
#include <stdlib.h>

#include "emu/viewer/view_file.h"
#include "emu/viewer/view_timeline.h"
#include "emu/viewer/view_ui_parts.h"

/* ---- Marking --------------------------------------------------------------------------------- */

static int within(int at, int size)
{
    return at < 0 ? 0 : at >= size ? size - 1 : at;
}

struct view_rectangle view_mouse_marked(const struct view_ui *ui)
{
    int xa = within(ui->mark_x, ui->grid.cols), xb = within(ui->to_x, ui->grid.cols);
    int ya = within(ui->mark_y, ui->grid.rows), yb = within(ui->to_y, ui->grid.rows);

    return (struct view_rectangle){xa < xb ? xa : xb, ya < yb ? ya : yb, xa < xb ? xb : xa,
                                   ya < yb ? yb : ya};
}

/* The marked cells, or everything. */
void view_mouse_copy(struct view_ui *ui)
{
    struct view_rectangle r = view_mouse_marked(ui);

    free(ui->copied);
    ui->copied =
        ui->marked ? view_text_part(&ui->grid, r.x0, r.y0, r.x1, r.y1) : view_text(&ui->grid);
    if (ui->copied != NULL)
        SAY(ui, ui->marked ? "Copied %d rows." : "Copied the whole picture as text.",
            r.y1 - r.y0 + 1);
}

/* ---- Clicking and dragging ------------------------------------------------------------------- */

static void scrub(struct view_ui *ui, const struct view_hit *hit, int x)
{
    struct view_scale scale;

    view_scale_make(&scale, view_of(ui), hit->cols);
    view_move_to(ui, view_scale_position(&scale, x - hit->x));
}

static void click(struct view_ui *ui, const struct view_hit *hit, int x)
{
    struct view *v = view_of(ui);

    switch (hit->act) {
    case VIEW_ACT_GOTO:
        view_move_to(ui, hit->value);
        break;
    case VIEW_ACT_LANDMARK:
        view_move_landmark(ui, (enum view_landmark)hit->value);
        break;
    case VIEW_ACT_TAB:
        v->tab = (enum view_panel)hit->value;
        break;
    case VIEW_ACT_TASK:
        v->task = (uint32_t)hit->value;
        break;
    case VIEW_ACT_MEMORY:
        v->memory = (uint32_t)hit->value;
        v->memory_chosen = true;
        break;
    case VIEW_ACT_SCRUB:
        ui->scrubbing = true;
        scrub(ui, hit, x);
        break;
    case VIEW_ACT_KEY:
        view_ui_key(ui, (uint32_t)hit->value);
        break;
    case VIEW_ACT_NONE:
        break;
    }
}

void view_mouse_press(struct view_ui *ui, int x, int y)
{
    const struct view_hit *found = view_hit_at(view_of(ui), x, y);
    struct view_hit hit = found ? *found : (struct view_hit){0};

    ui->message[0] = '\0';
    ui->marked = ui->scrubbing = false;
    ui->pressed = true;
    ui->mark_x = ui->to_x = x;
    ui->mark_y = ui->to_y = y;
    if (ui->help)
        ui->help = false;
    else if (found != NULL)
        click(ui, &hit, x);
}

void view_mouse_move(struct view_ui *ui, int x, int y)
{
    const struct view_hit *hit;

    if (!ui->pressed)
        return;
    if (ui->scrubbing) {
        hit = view_hit_at(view_of(ui), x, ui->mark_y);
        if (hit != NULL && hit->act == VIEW_ACT_SCRUB)
            scrub(ui, hit, x);
        return;
    }
    ui->to_x = x;
    ui->to_y = y;
    ui->marked = ui->to_x != ui->mark_x || ui->to_y != ui->mark_y;
}

void view_mouse_release(struct view_ui *ui)
{
    ui->pressed = ui->scrubbing = false;
    if (ui->marked)
        SAY(ui, "c copies what is marked.");
}
