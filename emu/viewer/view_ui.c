#include "emu/viewer/view_ui.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/view_file.h"
#include "emu/viewer/view_fork.h"
#include "emu/viewer/view_layout.h"
#include "emu/viewer/view_tasks.h"
#include "emu/viewer/view_timeline.h"
#include "emu/viewer/view_ui_parts.h"

enum { TASKS = 256 };

enum action {
#define KEY(action, key, other, shown, help) ACTION_##action,
#include "emu/viewer/view_keys.def"
#undef KEY
    ACTIONS
};

static const struct {
    uint32_t key, other;
    const char *shown, *help;
} keys[ACTIONS] = {
#define KEY(action, key, other, shown, help) {key, other, shown, help},
#include "emu/viewer/view_keys.def"
#undef KEY
};

/* ---- Choosing -------------------------------------------------------------------------------- */

static void next_process(struct view_ui *ui)
{
    struct view *v = view_of(ui);
    static struct task_info tasks[TASKS];
    struct inspect_task shown;
    size_t count, at = 0;

    count = view_tasks_list(v, tasks, TASKS);
    if (count == 0 || !view_task_shown(v, &shown)) {
        SAY(ui, "No processes are known here.");
        return;
    }
    while (at < count && tasks[at].who.task != shown.task)
        at++;
    v->task = tasks[(at + 1) % count].who.task;
    SAY(ui, "Looking at %s (%d). P: back to the one that has the CPU.",
        tasks[(at + 1) % count].who.comm, tasks[(at + 1) % count].who.pid);
}

static void next_tab(struct view_ui *ui, int by)
{
    view_of(ui)->tab = view_layout_tab(view_of(ui), by);
}

/* Panels that show the youngest rows last are scrolled back from their end. */
static bool ends_with_now(enum view_panel panel)
{
    return panel == PANEL_CALLS || panel == PANEL_SYSCALLS || panel == PANEL_SERIAL ||
           panel == PANEL_MONITOR;
}

static void scroll(struct view_ui *ui, int by)
{
    enum { SCROLL_MAX = 10000 };
    enum view_panel tab = view_of(ui)->tab;
    int *at = &view_of(ui)->scroll[tab];

    int least = tab == PANEL_MEMORY ? -SCROLL_MAX : 0;

    by = by > SCROLL_MAX ? SCROLL_MAX : by < -SCROLL_MAX ? -SCROLL_MAX : by;
    *at += ends_with_now(tab) ? -by : by;
    *at = *at < least ? least : *at > SCROLL_MAX ? SCROLL_MAX : *at;
}

static void resize_font(struct view_ui *ui, int by)
{
    int size = ui->font_size + by;

    if (size < 0 || size >= VIEW_FONT_SIZES)
        return;
    ui->font_size = size;
    view_font_destroy(&ui->stage->font);
    view_font_create(&ui->stage->font, size);
    ui->font_changed = true;
}

static void next_theme(struct view_ui *ui)
{
    ui->theme = (ui->theme + 1) % VIEW_THEME_COUNT;
    ui->stage->theme = &view_themes[ui->theme];
    ui->font_changed = true; /* all cells look different */
}

/* ---- Taking away ----------------------------------------------------------------------------- */

static void save_picture(struct view_ui *ui)
{
    char path[64], why[VIEW_LINE];

    view_ui_draw(ui);
    snprintf(path, sizeof(path), "forkscope-%" PRIu64 ".png", view_position(view_of(ui)));
    if (view_file_write(path, &ui->grid, &ui->stage->font, ui->stage->theme, why, sizeof(why)))
        SAY(ui, "%s", why);
    else
        SAY(ui, "Saved as %s.", path);
}

static int within(int at, int size)
{
    return at < 0 ? 0 : at >= size ? size - 1 : at;
}

/* The cells between two, whichever of them is above or left; a window has an edge beyond its last
 * cell, and may have become smaller. */
struct rectangle {
    int x0, y0, x1, y1;
};

static struct rectangle marked_cells(const struct view_ui *ui)
{
    int xa = within(ui->mark_x, ui->grid.cols), xb = within(ui->to_x, ui->grid.cols);
    int ya = within(ui->mark_y, ui->grid.rows), yb = within(ui->to_y, ui->grid.rows);

    return (struct rectangle){xa < xb ? xa : xb, ya < yb ? ya : yb, xa < xb ? xb : xa,
                              ya < yb ? yb : ya};
}

/* The marked cells, or everything. */
static void copy(struct view_ui *ui)
{
    struct rectangle r = marked_cells(ui);

    free(ui->copied);
    ui->copied =
        ui->marked ? view_text_part(&ui->grid, r.x0, r.y0, r.x1, r.y1) : view_text(&ui->grid);
    if (ui->copied != NULL)
        SAY(ui, ui->marked ? "Copied %d rows." : "Copied the whole picture as text.",
            r.y1 - r.y0 + 1);
}

/* ---- Keys ------------------------------------------------------------------------------------ */

static enum action action_of(uint32_t key)
{
    for (int i = 0; i < ACTIONS; i++)
        if (key == keys[i].key || (keys[i].other && key == keys[i].other))
            return (enum action)i;
    return ACTIONS;
}

static void act(struct view_ui *ui, enum action action)
{
    switch (action) {
    case ACTION_RUN:
        view_move_run(ui);
        break;
    case ACTION_STEP:
    case ACTION_STEP_BACK:
        view_move_step(ui, action == ACTION_STEP_BACK);
        break;
    case ACTION_OVER:
    case ACTION_OVER_BACK:
        view_move_order(ui, CONTROL_OVER, action == ACTION_OVER_BACK);
        break;
    case ACTION_OUT:
        view_move_order(ui, CONTROL_OUT, false);
        break;
    case ACTION_OUT_BACK:
        view_move_out_back(ui);
        break;
    case ACTION_INT:
    case ACTION_INT_BACK:
        view_move_int(ui, action == ACTION_INT_BACK);
        break;
    case ACTION_FORK:
    case ACTION_FORK_BACK:
        view_move_fork(ui, action == ACTION_FORK_BACK);
        break;
    case ACTION_TOUR_NEXT:
        if (view_of(ui)->tab == PANEL_SERIAL && !ui->tour)
            view_prompt_typing(ui);
        else
            view_move_tour(ui, false);
        break;
    case ACTION_TOUR_BACK:
        view_move_tour(ui, true);
        break;
    case ACTION_GOTO:
        view_prompt_ask(ui, VIEW_PROMPT_GOTO);
        break;
    case ACTION_BREAK:
        view_prompt_ask(ui, VIEW_PROMPT_BREAK);
        break;
    case ACTION_WATCH:
        view_prompt_ask(ui, VIEW_PROMPT_WATCH);
        break;
    case ACTION_ADDRESS:
        view_prompt_ask(ui, VIEW_PROMPT_ADDRESS);
        break;
    case ACTION_MONITOR:
        view_prompt_ask(ui, VIEW_PROMPT_MONITOR);
        break;
    case ACTION_WRITER:
        view_move_writer(ui);
        break;
    case ACTION_PROCESS:
        next_process(ui);
        break;
    case ACTION_PROCESS_NOW:
        view_of(ui)->task = 0;
        break;
    case ACTION_TAB:
    case ACTION_TAB_BACK:
        next_tab(ui, action == ACTION_TAB ? 1 : -1);
        break;
    case ACTION_DOWN:
    case ACTION_UP:
        scroll(ui, action == ACTION_DOWN ? 1 : -1);
        break;
    case ACTION_THEME:
        next_theme(ui);
        break;
    case ACTION_LARGER:
    case ACTION_SMALLER:
        resize_font(ui, action == ACTION_LARGER ? 1 : -1);
        break;
    case ACTION_COPY:
        copy(ui);
        break;
    case ACTION_PICTURE:
        save_picture(ui);
        break;
    case ACTION_HELP:
        ui->help = true;
        break;
    case ACTION_ESCAPE:
        ui->tour = ui->marked = false;
        view_of(ui)->memory_chosen = view_of(ui)->page_chosen = false;
        break;
    case ACTION_QUIT:
        ui->quit = true;
        break;
    case ACTIONS:
        break;
    }
}

/* Who looks elsewhere while the guest runs wants it to stand. */
static void stand_still(struct view_ui *ui)
{
    view_drive_pause(ui->stage->drive);
    while (view_drive_work(ui->stage->drive, 1))
        ;
    ui->busy = ui->told = false;
    view_of(ui)->frontier = view_drive_frontier(ui->stage->drive);
}

static void on_key(struct view_ui *ui, uint32_t key)
{
    if (key == VIEW_KEY_QUIT) {
        ui->quit = true;
    } else if (ui->help) {
        ui->help = false;
    } else if (ui->prompt != VIEW_PROMPT_NONE) {
        view_prompt_key(ui, key);
    } else if (view_of(ui)->typing) {
        view_prompt_guest(ui, key);
    } else {
        ui->message[0] = '\0';
        if (ui->busy && key != ' ')
            stand_still(ui);
        if (key >= '1' && key <= '9')
            view_move_landmark(ui, (enum view_landmark)(key - '1'));
        else
            act(ui, action_of(key));
    }
}

/* ---- The mouse ------------------------------------------------------------------------------- */

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
        on_key(ui, (uint32_t)hit->value);
        break;
    case VIEW_ACT_NONE:
        break;
    }
}

static void on_press(struct view_ui *ui, int x, int y)
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

static void on_move(struct view_ui *ui, int x, int y)
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

static void on_release(struct view_ui *ui)
{
    ui->pressed = ui->scrubbing = false;
    if (ui->marked)
        SAY(ui, "c copies what is marked.");
}

void view_ui_event(struct view_ui *ui, const struct view_event *event)
{
    switch (event->kind) {
    case VIEW_EVENT_KEY:
        on_key(ui, event->key);
        break;
    case VIEW_EVENT_PRESS:
        on_press(ui, event->x, event->y);
        break;
    case VIEW_EVENT_MOVE:
        on_move(ui, event->x, event->y);
        break;
    case VIEW_EVENT_RELEASE:
        on_release(ui);
        break;
    case VIEW_EVENT_WHEEL:
        scroll(ui, (int)event->key);
        break;
    }
}

/* ---- Running --------------------------------------------------------------------------------- */

/* What can be found out while nobody asks for anything. */
static bool look_around(struct view_ui *ui)
{
    struct view *v = view_of(ui);
    bool more;

    if (view_drive_load(ui->stage->drive))
        return true;
    ui->looking_around = true;
    more = v->tab == PANEL_MEMORY && view_writers_look(&v->writers, ui->stage->drive);
    ui->looking_around = false;
    return more;
}

bool view_ui_work(struct view_ui *ui)
{
    struct view *v = view_of(ui);
    bool more = false;

    if (ui->searching) {
        more = view_move_on(ui);
    } else if (ui->busy) {
        more = view_drive_work(ui->stage->drive, VIEW_UI_WORK);
        ui->busy = more;
        if (!more && ui->told)
            view_drive_tell_stop(ui->stage->drive, (struct monitor_out){view_prompt_say, v});
        ui->told &= more;
        if (!more && ui->message[0] == '\0')
            view_drive_describe(ui->stage->drive, ui->message, sizeof(ui->message));
    }
    v->running = more;
    if (!more)
        more = look_around(ui);
    v->frontier = view_drive_frontier(ui->stage->drive);
    return more;
}

/* ---- Drawing --------------------------------------------------------------------------------- */

static void draw_help(struct view_ui *ui)
{
    enum { COLS = 78, KEY = 3, SAYS = 16 };
    struct view_area all = view_area_all(&ui->grid);
    int rows = ACTIONS + 5, x = (all.cols - COLS) / 2, y = (all.rows - rows) / 2;
    struct view_area box = view_area_part(all, x > 0 ? x : 0, y > 0 ? y : 0, COLS, rows);

    for (int row = 0; row < box.rows; row++)
        view_fill(box, 0, row, box.cols, VIEW_TEXT | VIEW_MARK, ' ');
    view_put(box, KEY, 1, VIEW_TITLE | VIEW_BOLD | VIEW_MARK, "Keys");
    view_put(box, KEY, 2, VIEW_TITLE | VIEW_MARK, "1 … 9");
    view_put(box, SAYS, 2, VIEW_TEXT | VIEW_MARK, "the landmarks of the fork, from int 0x80 on");
    for (int i = 0; i < ACTIONS; i++) {
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
    struct rectangle r = marked_cells(ui);

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

/* ---- Life ------------------------------------------------------------------------------------ */

int view_ui_resize(struct view_ui *ui, int cols, int rows)
{
    struct view_grid grid;
    int error = view_grid_create(&grid, cols, rows);

    if (error)
        return error;
    view_grid_destroy(&ui->grid);
    ui->grid = grid;
    ui->marked = false;
    return 0;
}

/* A control_watcher. */
static void watch_search(void *ctx, uint64_t done, uint64_t all)
{
    struct view_ui *ui = ctx;

    if (ui->looking_around) {
        if (all > 0 && ui->has_input != NULL && ui->has_input(ui->window))
            view_drive_pause(ui->stage->drive);
        return;
    }
    ui->message[0] = '\0';
    if (all == 0)
        return;
    SAY(ui, "Looking back: %u %%.   Space ends the search.", (unsigned)(100 * done / all));
    if (ui->give_up != NULL && ui->give_up(ui->window))
        view_drive_pause(ui->stage->drive);
}

int view_ui_open(struct view_ui *ui, struct view_stage *stage, const struct view_place *place,
                 int cols, int rows)
{
    const struct options *o = stage->options;

    *ui = (struct view_ui){.stage = stage, .theme = (int)o->theme, .font_size = (int)o->font_size};
    ui->tour = o->tour != NULL;
    if (ui->tour)
        SAY(ui, "A tour of the fork.   Enter: next stop   Backspace: previous");
    view_drive_watch(stage->drive, watch_search, ui);
    view_move_search(ui, place);
    return view_ui_resize(ui, cols, rows);
}

void view_ui_close(struct view_ui *ui)
{
    view_grid_destroy(&ui->grid);
    free(ui->copied);
}
