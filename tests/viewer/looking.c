/* Looking changes nothing: all panels are drawn at random places of a run, and the machine is the
 * same afterwards; and drawn twice they are the same. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/view_layout.h"
#include "tests/viewer/stage.h"

static uint32_t random_state = 12345;

static uint32_t random_u32(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

/* Every panel, in a size of its own liking and in a random one. */
static void draw_everything(struct view_ui *ui)
{
    for (int p = 0; p < PANEL_COUNT; p++) {
        struct view_grid grid;
        int cols, rows;

        view_panel_size((enum view_panel)p, &cols, &rows);
        for (int i = 0; i < 2; i++) {
            ck_assert_int_eq(view_grid_create(&grid, cols, rows), 0);
            view_draw_panel(&ui->stage->view, (enum view_panel)p, view_area_all(&grid));
            view_grid_destroy(&grid);
            cols = 1 + (int)(random_u32() % 170);
            rows = 1 + (int)(random_u32() % 60);
        }
    }
}

START_TEST(a_refresh_leaves_the_machine_alone)
{
    struct view_ui ui;
    uint64_t last;

    stage_open(&ui, "quiet init=/bin/forkdemo", "returns");
    last = view_drive_frontier(ui.stage->drive);
    for (int i = 0; i < 40; i++) {
        /* Half of the places lie in the fork, where most is to be seen. */
        uint64_t at = i % 2 ? random_u32() % last : last - random_u32() % 60000;
        uint64_t before;

        view_stage_goto(ui.stage, at);
        before = stage_hash();
        draw_everything(&ui);
        view_ui_draw(&ui);
        ck_assert_msg(stage_hash() == before, "drawing at step %llu changed the machine",
                      (unsigned long long)at);
    }
    stage_close(&ui);
}
END_TEST

START_TEST(the_same_place_is_the_same_picture)
{
    struct view_ui ui;
    char *first, *second;

    stage_open(&ui, "quiet init=/bin/forkdemo", "returns");
    for (int i = 0; i < 10; i++) {
        uint64_t at = view_drive_frontier(ui.stage->drive) - 1 - random_u32() % 60000;

        for (int side = 0; side < 2; side++) {
            view_stage_goto(ui.stage, side ? at + random_u32() % 50 : at - random_u32() % 5000);
            view_stage_goto(ui.stage, at);
            ui.stage->view.before.known = false; /* what changed depends on the way */
            ui.stage->view.source_top = 0;
            *(side ? &second : &first) = stage_picture(&ui);
        }
        ck_assert_str_eq(first, second);
        free(first);
        free(second);
    }
    stage_close(&ui);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {a_refresh_leaves_the_machine_alone, the_same_place_is_the_same_picture};

    return stage_main("viewer_looking", tests, sizeof(tests) / sizeof(tests[0]));
}
