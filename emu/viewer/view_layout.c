#include "emu/viewer/view_layout.h"

#include <stdio.h>
#include <string.h>

#include "emu/viewer/panels.h"
#include "emu/viewer/view_fork.h"

enum {
    TOP = 1, /* the first row */
    TIME_ROWS = 8,
    EXPLAIN_ROWS = 4,
    KEY_ROWS = 1,
    MIDDLE_COLS = 54,
    RIGHT_COLS = 42,
    REGISTER_ROWS = 17,
    TAB_ROWS = 16, /* or half of what is there */
    /* Below these sizes parts are left out. */
    COLS_FOR_THREE = 140,
    COLS_FOR_TWO = 140,
    ROWS_FOR_TIME = 34,
    ROWS_FOR_TAB = 20,
    ROWS_LEAST = 12,
    COLS_LEAST = 40,
};

/* What can be shown in the place for many, in the order of its tabs; the first ones only where they
 * have no place of their own. */
static const enum view_panel tabs[] = {
    PANEL_REGISTERS, PANEL_FORK,   PANEL_CALLS,  PANEL_PROCESSES, PANEL_PAGES,  PANEL_TABLES,
    PANEL_SYSCALLS,  PANEL_MEMORY, PANEL_SCREEN, PANEL_SERIAL,    PANEL_MONITOR};
enum { TABS = sizeof(tabs) / sizeof(tabs[0]), ONLY_COMPACT = 2 };

/* ---- The first row --------------------------------------------------------------------------- */

static int draw_place(const struct view *v, struct view_area row)
{
    const struct cpu_state *cpu = view_cpu(v);
    struct inspect_task task;
    char who[40] = "no task yet";
    int x;

    if (view_current(v, &task))
        panel_who(task.pid, task.comm, who, sizeof(who));
    x = view_put(row, 1, 0, VIEW_TITLE | VIEW_BOLD, "forkscope") + 2;
    x = view_printf(row, x, 0, VIEW_TEXT, "%s", who) + 2;
    x = view_printf(row, x, 0, cpu->cpl == 3 ? VIEW_TEXT : VIEW_CPU, "ring %u", cpu->cpl) + 2;
    x = view_printf(row, x, 0, VIEW_DIM, "step") + 1;
    x = view_printf(row, x, 0, VIEW_TEXT, "%llu", (unsigned long long)view_position(v)) + 2;
    if (v->running)
        x = view_put(row, x, 0, VIEW_CPU | VIEW_BOLD, "running") + 2;
    else if (view_position(v) < v->frontier)
        x = view_put(row, x, 0, VIEW_DIM, "past") + 2;
    return x;
}

/* The nine landmarks: the ones behind us bright, the one we are at marked. */
static void draw_landmarks(struct view *v, struct view_area row, int x)
{
    const struct view_fork *f = view_fork_shown(v);
    enum view_landmark here = view_fork_landmark(f, view_position(v));
    int width = 0;

    for (int i = 0; i < LANDMARK_COUNT; i++)
        width += view_width(view_landmark_name((enum view_landmark)i)) + 4;
    bool brief = x + width > row.cols;
    if (brief)
        width = LANDMARK_COUNT * 4;
    if (x + width > row.cols)
        return;
    x = row.cols - width;
    for (int i = 0; f != NULL && i < LANDMARK_COUNT; i++) {
        const char *title = brief ? "" : view_landmark_name((enum view_landmark)i);
        bool past = f->at[i] <= view_position(v);
        unsigned look = i == (int)here ? VIEW_CPU | VIEW_BOLD | VIEW_SELECT
                        : past         ? VIEW_TEXT
                                       : VIEW_DIM;
        int end = view_printf(row, x, 0, look, " %d%s%s ", i + 1, *title ? " " : "", title);

        if (f->at[i] != VIEW_NEVER)
            view_hit(v, row, x, 0, end - x, VIEW_ACT_LANDMARK, (uint64_t)i);
        x = end;
    }
}

static void draw_top(struct view *v, struct view_area area)
{
    struct view_area row = view_area_part(area, 0, 0, area.cols, 1);

    draw_landmarks(v, row, draw_place(v, row) + 2);
}

/* ---- The place for many ---------------------------------------------------------------------- */

static int first_tab(const struct view *v)
{
    return v->compact ? 0 : ONLY_COMPACT;
}

enum view_panel view_layout_tab(const struct view *v, int by)
{
    int first = first_tab(v), count = TABS - first, at = first;

    while (at < TABS && tabs[at] != v->tab)
        at++;
    return at == TABS ? PANEL_CALLS : tabs[first + (at - first + by + count) % count];
}

static int tabs_width(int from, int to)
{
    int width = 0;

    for (int i = from; i < to; i++)
        width += view_width(view_panel_name(tabs[i])) + (i + 1 < to);
    return width;
}

static void draw_tabs(struct view *v, struct view_area area)
{
    int first = first_tab(v), chosen_at = first, x;

    while (tabs[chosen_at] != v->tab)
        chosen_at++;
    /* Where not all have room, the chosen one does. */
    while (tabs_width(first, chosen_at + 1) + 1 >= area.cols)
        first++;
    x = tabs_width(first, TABS) < area.cols; /* below the titles, where there is room */
    view_fill(area, 0, 0, area.cols, VIEW_RULE, 0x2500);
    for (int i = first; i < TABS; i++) {
        bool chosen = tabs[i] == v->tab;
        int end =
            view_printf(area, x, 0, chosen ? VIEW_TITLE | VIEW_BOLD | VIEW_UNDERLINE : VIEW_DIM,
                        "%s", view_panel_name(tabs[i]));

        view_hit(v, area, x, 0, end - x, VIEW_ACT_TAB, tabs[i]);
        x = view_put(area, end, 0, VIEW_DIM, " ");
    }
}

static void draw_one_of_many(struct view *v, struct view_area area)
{
    view_draw_panel(v, v->tab, view_area_part(area, 0, 1, area.cols, area.rows - 1));
    draw_tabs(v, area);
}

/* ---- Columns --------------------------------------------------------------------------------- */

static void draw_separator(struct view_area area, int x)
{
    for (int y = 0; y < area.rows; y++)
        view_put(area, x, y, VIEW_RULE, "│");
}

static void draw_left(struct view *v, struct view_area area)
{
    bool with_tab = area.rows >= ROWS_FOR_TAB;
    int tab_rows = area.rows / 2 < TAB_ROWS ? area.rows / 2 : TAB_ROWS;
    int rows = with_tab ? area.rows - tab_rows : area.rows;

    view_draw_panel(v, PANEL_SOURCE, view_area_part(area, 0, 0, area.cols, rows));
    if (with_tab)
        draw_one_of_many(v, view_area_part(area, 0, rows, area.cols, tab_rows));
}

static void draw_right(struct view *v, struct view_area area)
{
    view_draw_panel(v, PANEL_REGISTERS, view_area_part(area, 0, 0, area.cols, REGISTER_ROWS));
    view_draw_panel(v, PANEL_FORK, view_area_part(area, 0, REGISTER_ROWS, area.cols, area.rows));
}

/* Code and stack; on a narrow grid the stack alone. */
static void draw_middle(struct view *v, struct view_area area)
{
    int stack = area.cols >= COLS_FOR_TWO - RIGHT_COLS ? MIDDLE_COLS : area.cols;
    int left = area.cols - stack;

    if (left > 0) {
        draw_left(v, view_area_part(area, 0, 0, left - 1, area.rows));
        draw_separator(area, left - 1);
    }
    view_draw_panel(v, PANEL_STACK, view_area_part(area, left, 0, stack, area.rows));
}

/* ---- The last row ---------------------------------------------------------------------------- */

static void draw_keys(struct view *v, struct view_area area)
{
    static const struct {
        const char *key, *says;
        char code;
    } keys[] = {{"Space", "run", ' '},  {"s S", "step, back", 's'}, {"n N", "over", 'n'},
                {"o O", "out", 'o'},    {"i I", "int/iret", 'i'},   {"f F", "fork", 'f'},
                {"1-9", "landmark", 0}, {"p", "process", 'p'},      {"Tab", "panel", '\t'},
                {"g", "go to", 'g'},    {":", "monitor", ':'},      {"?", "help", '?'}};
    enum { KEYS = sizeof(keys) / sizeof(keys[0]), HELP_COLS = 7 };
    int x = 1;

    /* Help is always there, the others as far as they have room. */
    for (int i = 0; i < KEYS; i++) {
        int start = x, width = view_width(keys[i].key) + view_width(keys[i].says) + 4;

        if (i + 1 < KEYS && x + width + HELP_COLS > area.cols)
            continue;
        x = view_put(area, x, 0, VIEW_TEXT | VIEW_BOLD, keys[i].key);
        x = view_put(area, x + 1, 0, VIEW_DIM, keys[i].says);
        if (keys[i].code)
            view_hit(v, area, start, 0, x - start, VIEW_ACT_KEY, (uint64_t)keys[i].code);
        x += 3;
    }
}

/* ---- All ------------------------------------------------------------------------------------- */

void view_layout(struct view *v, struct view_grid *grid)
{
    struct view_area all = view_area_all(grid);
    int body = all.rows - TOP - EXPLAIN_ROWS - KEY_ROWS;
    int right = all.cols >= COLS_FOR_THREE ? RIGHT_COLS : 0;
    int left = right ? all.cols - right - 1 : all.cols;
    int time = body >= ROWS_FOR_TIME ? TIME_ROWS : 0;

    view_grid_clear(grid);
    v->hit_count = 0;
    v->compact = right == 0;
    v->tab = view_layout_tab(v, 0);
    if (all.rows < ROWS_LEAST || all.cols < COLS_LEAST) {
        view_wrap(all, 0, 0, all.rows, VIEW_TEXT, "The window is too small.");
        return;
    }
    draw_top(v, view_area_part(all, 0, 0, all.cols, TOP));
    view_draw_panel(v, PANEL_TIMELINE, view_area_part(all, 0, TOP, left, time));
    draw_middle(v, view_area_part(all, 0, TOP + time, left, body - time));
    if (right) {
        draw_separator(view_area_part(all, 0, TOP, all.cols, body), left);
        draw_right(v, view_area_part(all, left + 1, TOP, right, body));
    }
    view_draw_panel(v, PANEL_EXPLAIN, view_area_part(all, 0, TOP + body, all.cols, EXPLAIN_ROWS));
    draw_keys(v, view_area_part(all, 0, all.rows - 1, all.cols, 1));
}
