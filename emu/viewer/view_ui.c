#include "emu/viewer/view_ui.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/view_file.h"
#include "emu/viewer/view_fork.h"
#include "emu/viewer/view_layout.h"
#include "emu/viewer/view_tasks.h"
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
} keys[ACTIONS] = {
#define KEY(action, key, other, shown, help) {key, other},
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
        view_mouse_copy(ui);
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

void view_ui_key(struct view_ui *ui, uint32_t key)
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

/* ---- Events -------------------------------------------------------------------------------- */

void view_ui_event(struct view_ui *ui, const struct view_event *event)
{
    switch (event->kind) {
    case VIEW_EVENT_KEY:
        view_ui_key(ui, event->key);
        break;
    case VIEW_EVENT_PRESS:
        view_mouse_press(ui, event->x, event->y);
        break;
    case VIEW_EVENT_MOVE:
        view_mouse_move(ui, event->x, event->y);
        break;
    case VIEW_EVENT_RELEASE:
        view_mouse_release(ui);
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
