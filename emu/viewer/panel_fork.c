/* One fork: the parent's saved registers, the child's, and where they differ. */
#include <stdio.h>
#include <string.h>

#include "emu/viewer/panels.h"
#include "emu/viewer/view_fork.h"

enum { NAME = 1, PARENT = 12, CHILD = 23, DIFFERENCE = 33 };

static void draw_value(struct view_area area, int x, int y, bool known, bool changed,
                       uint32_t value, unsigned style)
{
    if (!known) {
        view_put(area, x, y, VIEW_DIM, "········");
        return;
    }
    view_printf(area, x, y, changed ? style | VIEW_BOLD : style, "%08x", value);
    if (changed)
        view_put(area, x + 8, y, VIEW_TITLE | VIEW_BOLD, "*");
}

static void draw_row(struct view_area area, int y, const struct view_fork_row *row)
{
    bool both = row->side[0].known && row->side[1].known;
    bool differ = both && row->side[0].value != row->side[1].value;

    view_put(area, NAME, y, row->by_cpu ? VIEW_CPU : VIEW_ENTRY, row->name);
    draw_value(area, PARENT, y, row->side[0].known, row->side[0].changed, row->side[0].value,
               VIEW_PARENT);
    draw_value(area, CHILD, y, row->side[1].known, row->side[1].changed, row->side[1].value,
               VIEW_CHILD);
    if (differ)
        view_highlight(area, 0, y, area.cols, VIEW_MARK | VIEW_BOLD);
    if (both)
        view_put(area, DIFFERENCE, y, differ ? VIEW_TITLE | VIEW_BOLD | VIEW_MARK : VIEW_DIM,
                 differ ? "≠ differ" : "=");
}

static void draw_head(struct view *v, struct view_area area, const struct view_fork_sides *s)
{
    char who[40];

    view_put(area, NAME, 1, VIEW_DIM, "of");
    view_put(area, PARENT, 1, VIEW_PARENT | VIEW_BOLD, "parent");
    view_put(area, CHILD, 1, VIEW_CHILD | VIEW_BOLD, "child");
    view_put(area, NAME, 2, VIEW_DIM, "pid");
    snprintf(who, sizeof(who), "%d", s->fork->parent.pid);
    view_put(area, PARENT, 2, VIEW_PARENT, who);
    snprintf(who, sizeof(who), "%d", s->fork->child.task ? s->fork->child.pid : 0);
    view_put(area, CHILD, 2, VIEW_CHILD, s->fork->child.task ? who : "-");
    view_hit(v, area, PARENT, 1, 10, VIEW_ACT_TASK, s->fork->parent.task);
    view_hit(v, area, CHILD, 1, 10, VIEW_ACT_TASK, s->fork->child.task);
    view_put(area, NAME, 3, VIEW_DIM, "pt_regs at");
    draw_value(area, PARENT, 3, s->frame[0] != 0, false, s->frame[0], VIEW_DIM);
    draw_value(area, CHILD, 3, s->frame[1] != 0, false, s->frame[1], VIEW_DIM);
}

static void draw_side_state(const struct view *v, struct view_area area, int y, const char *side,
                            unsigned style, const struct view_fork_sides *s, int k)
{
    char code[64];
    int x = view_put(area, NAME, y, style | VIEW_BOLD, side) + 1;

    x = view_put(area, x > 8 ? x : 8, y, VIEW_TEXT, s->state[k]);
    if (s->kernel_eip[k] != 0)
        view_printf(area, 8, y + 1, VIEW_DIM, "its kernel eip: %s",
                    view_code(v, s->kernel_eip[k], code, sizeof(code)));
}

/* As a tab the panel may be too low for all rows: then it can be scrolled. */
static unsigned first_row(const struct view *v, struct view_area area,
                          const struct view_fork_sides *s)
{
    enum { AROUND = 7 }; /* title and head above, the two states below */
    int hidden = (int)s->count + AROUND - area.rows, by = v->compact ? v->scroll[PANEL_FORK] : 0;

    return (unsigned)(hidden <= 0 ? 0 : by < hidden ? by : hidden);
}

void panel_fork(struct view *v, struct view_area area)
{
    struct view_fork_sides s;
    char title[64], flags[64];
    int y = 4;

    if (!view_fork_read(v, &s)) {
        panel_title(area, "fork", "");
        view_wrap(view_area_part(area, 1, 0, area.cols - 2, area.rows), 0, 2, 4, VIEW_DIM,
                  view_has_structures(v) ? "No program has forked yet."
                                         : "This kernel has no debug information.");
        return;
    }
    snprintf(title, sizeof(title), "fork %u: parent and child", s.fork->number);
    panel_title(area, s.fork->number ? title : "a fork begins",
                s.fork->flags ? clone_flags_format(s.fork->flags, flags, sizeof(flags)) : "");
    draw_head(v, area, &s);
    for (unsigned i = first_row(v, area, &s); i < s.count; i++)
        draw_row(area, y++, &s.rows[i]);
    draw_side_state(v, area, y, "parent", VIEW_PARENT, &s, 0);
    draw_side_state(v, area, y + 2, "child", VIEW_CHILD, &s, 1);
}
