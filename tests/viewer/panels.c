/* Panels, tabs, the mouse, colours and sizes, without a window. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/view_fork.h"
#include "emu/viewer/view_layout.h"
#include "tests/viewer/stage.h"

static const char demo[] = "quiet init=/bin/forkdemo";

static uint64_t at(const struct view_ui *ui)
{
    return view_position(&ui->stage->view);
}

static const struct view_fork *fork_of(const struct view_ui *ui)
{
    return view_journal_fork_number(&ui->stage->drive->journal, 1);
}

START_TEST(memory_says_who_wrote_each_word)
{
    struct view_ui ui;

    stage_open(&ui, demo, "push");
    ui.stage->view.tab = PANEL_MEMORY;
    view_ui_draw(&ui);
    stage_settle(&ui);
    stage_assert_shows(&ui, "-1         the CPU, vector 0x80");
    ck_assert_uint_eq(at(&ui), fork_of(&ui)->at[LANDMARK_PUSH]);
    stage_close(&ui);
}
END_TEST

START_TEST(panels_scroll_and_stay_in_bounds)
{
    struct view_ui ui;

    stage_open(&ui, demo, "frame");
    stage_assert_shows(&ui, "copy_thread(");
    for (int i = 0; i < 12; i++)
        stage_key(&ui, VIEW_KEY_UP);
    stage_assert_shows(&ui, "sys_fork()");
    for (int tab = 0; tab < 12; tab++) {
        for (int i = 0; i < 300; i++)
            stage_key(&ui, i < 200 ? VIEW_KEY_PAGE_UP : VIEW_KEY_DOWN);
        view_ui_draw(&ui);
        for (int i = 0; i < 300; i++)
            stage_key(&ui, VIEW_KEY_DOWN);
        view_ui_draw(&ui);
        stage_key(&ui, VIEW_KEY_TAB);
    }
    stage_close(&ui);
}
END_TEST

START_TEST(the_mouse_reaches_landmarks_tabs_and_time)
{
    struct view_ui ui;
    uint64_t last = 0;

    stage_open(&ui, demo, "push");
    for (int act = VIEW_ACT_GOTO; act <= VIEW_ACT_KEY; act++) {
        view_ui_draw(&ui);
        for (unsigned i = 0; i < ui.stage->view.hit_count; i++) {
            struct view_hit h = ui.stage->view.hits[i];

            if ((int)h.act != act)
                continue;
            view_ui_event(&ui, &(struct view_event){.kind = VIEW_EVENT_PRESS, .x = h.x, .y = h.y});
            view_ui_event(&ui, &(struct view_event){.kind = VIEW_EVENT_RELEASE});
            stage_settle(&ui);
            stage_key(&ui, VIEW_KEY_ESCAPE);
            view_ui_draw(&ui);
        }
    }
    /* Dragging along the time goes on, never back. */
    view_ui_draw(&ui);
    for (unsigned i = 0; i < ui.stage->view.hit_count; i++) {
        struct view_hit h = ui.stage->view.hits[i];

        if (h.act != VIEW_ACT_SCRUB)
            continue;
        view_ui_event(&ui, &(struct view_event){.kind = VIEW_EVENT_PRESS, .x = h.x, .y = h.y});
        for (int x = h.x; x < h.x + h.cols; x += 5) {
            view_ui_event(&ui, &(struct view_event){.kind = VIEW_EVENT_MOVE, .x = x, .y = h.y});
            ck_assert_uint_ge(at(&ui), last);
            last = at(&ui);
        }
        break;
    }
    ck_assert_uint_gt(last, fork_of(&ui)->at[LANDMARK_CHILD_IRET]);
    stage_close(&ui);
}
END_TEST

START_TEST(what_is_marked_is_copied)
{
    struct view_ui ui;

    stage_open(&ui, demo, "push");
    view_ui_draw(&ui);
    view_ui_event(&ui, &(struct view_event){.kind = VIEW_EVENT_PRESS, .x = 1, .y = 0});
    view_ui_event(&ui, &(struct view_event){.kind = VIEW_EVENT_MOVE, .x = 9, .y = 0});
    view_ui_event(&ui, &(struct view_event){.kind = VIEW_EVENT_RELEASE, .x = 9, .y = 0});
    stage_key(&ui, VIEW_KEY_COPY);
    ck_assert_ptr_nonnull(ui.copied);
    ck_assert_str_eq(ui.copied, "forkscope\n");
    stage_close(&ui);
}
END_TEST

START_TEST(any_size_is_drawn)
{
    struct view_ui ui;

    stage_open(&ui, demo, "frame");
    for (int cols = 1; cols <= 240; cols += 7)
        for (int rows = 1; rows <= 90; rows += 7) {
            ck_assert_int_eq(view_ui_resize(&ui, cols, rows), 0);
            view_ui_draw(&ui);
        }
    view_ui_resize(&ui, 20, 5);
    stage_assert_shows(&ui, "window");
    stage_close(&ui);
}
END_TEST

/* The keys of the last row, too: help is always among them. */
START_TEST(a_small_window_has_registers_and_fork_as_tabs)
{
    struct view_ui ui;

    stage_open(&ui, demo, "frame");
    ck_assert_int_eq(view_ui_resize(&ui, 100, 31), 0);
    view_ui_draw(&ui);
    stage_assert_shows(&ui, "calls of the fork path");
    stage_assert_shows(&ui, "? help");
    stage_key(&ui, VIEW_KEY_BACKTAB);
    stage_assert_shows(&ui, "fork 1: parent and child");
    for (int i = 0; i < 10; i++)
        stage_key(&ui, VIEW_KEY_DOWN);
    stage_assert_shows(&ui, "≠ differ");
    stage_key(&ui, VIEW_KEY_BACKTAB);
    stage_assert_shows(&ui, "stack of pid 1");
    stage_key(&ui, VIEW_KEY_BACKTAB);
    stage_assert_shows(&ui, "monitor");
    stage_key(&ui, VIEW_KEY_TAB);
    ck_assert_int_eq(view_ui_resize(&ui, VIEW_COLS, VIEW_ROWS), 0);
    view_ui_draw(&ui);
    ck_assert_int_eq(ui.stage->view.tab, PANEL_CALLS);
    stage_close(&ui);
}
END_TEST

START_TEST(themes_and_sizes_go_round)
{
    struct view_ui ui;

    stage_open(&ui, demo, "push");
    for (int i = 1; i <= VIEW_THEME_COUNT; i++) {
        stage_key(&ui, 't');
        ck_assert_ptr_eq(ui.stage->theme, &view_themes[i % VIEW_THEME_COUNT]);
    }
    for (int i = 0; i < 5; i++)
        stage_key(&ui, '+');
    ck_assert_int_eq(ui.stage->font.rows, 32);
    for (int i = 0; i < 5; i++)
        stage_key(&ui, '-');
    ck_assert_int_eq(ui.stage->font.rows, 16);
    stage_close(&ui);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {memory_says_who_wrote_each_word,
                            panels_scroll_and_stay_in_bounds,
                            the_mouse_reaches_landmarks_tabs_and_time,
                            what_is_marked_is_copied,
                            any_size_is_drawn,
                            a_small_window_has_registers_and_fork_as_tabs,
                            themes_and_sizes_go_round};

    return stage_main("viewer_panels", tests, sizeof(tests) / sizeof(tests[0]));
}
