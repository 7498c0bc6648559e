/* What keys do, without a window. */
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

START_TEST(it_begins_where_the_cpu_pushed)
{
    struct view_ui ui;

    stage_open(&ui, demo, "push");
    ck_assert_uint_eq(at(&ui), fork_of(&ui)->at[LANDMARK_PUSH]);
    stage_assert_shows(&ui, "CPU at int 0x80");
    stage_assert_shows(&ui, "five words were pushed: ss, esp, eflags, cs, eip");
    stage_assert_shows(&ui, "system_call");
    stage_close(&ui);
}
END_TEST

START_TEST(digits_go_to_landmarks)
{
    static const char *const shown[] = {"asks for fork",
                                        "CPU at int 0x80",
                                        "do_fork",
                                        "copy_thread",
                                        "≠ differ",
                                        "The parent's iret",
                                        "ret_from_fork",
                                        "The child's first iret",
                                        "back in ring 3, eax = 0"};
    struct view_ui ui;

    stage_open(&ui, demo, "push");
    for (int i = 8; i >= 0; i--) {
        stage_key(&ui, '1' + (uint32_t)i);
        ck_assert_uint_eq(at(&ui), fork_of(&ui)->at[i]);
        stage_assert_shows(&ui, shown[i]);
    }
    stage_close(&ui);
}
END_TEST

/* Cells that are not the same, but for the title, the time and the explaining lines. */
static int cells_moved(const struct view_grid *a, const struct view_grid *b)
{
    int moved = 0;

    for (int y = 9; y < a->rows - 5; y++)
        for (int x = 0; x < a->cols; x++)
            moved += a->cells[y * a->cols + x].ch != b->cells[y * a->cols + x].ch;
    return moved;
}

START_TEST(steps_go_forth_and_back)
{
    struct view_grid before;
    struct view_ui ui;
    uint64_t start;

    stage_open(&ui, demo, "push");
    start = at(&ui);
    for (int i = 0; i < 10; i++)
        stage_key(&ui, 's');
    ck_assert_uint_eq(at(&ui), start + 10);
    for (int i = 0; i < 10; i++)
        stage_key(&ui, VIEW_KEY_LEFT);
    ck_assert_uint_eq(at(&ui), start);
    view_ui_draw(&ui);
    ck_assert_int_eq(view_grid_create(&before, ui.grid.cols, ui.grid.rows), 0);
    memcpy(before.cells, ui.grid.cells,
           (size_t)(before.cols * before.rows) * sizeof(*before.cells));
    /* A push is a row of the stack, a register, a row of code: nothing else moves. */
    stage_key(&ui, 's');
    view_ui_draw(&ui);
    ck_assert_int_lt(cells_moved(&before, &ui.grid), 160);
    view_grid_destroy(&before);
    stage_close(&ui);
}
END_TEST

START_TEST(ints_and_irets_follow_each_other)
{
    const struct view_fork *f;
    struct view_ui ui;

    stage_open(&ui, demo, "push");
    f = fork_of(&ui);
    stage_key(&ui, 'i');
    while (at(&ui) < f->at[LANDMARK_CHILD_IRET])
        stage_key(&ui, 'i');
    ck_assert_uint_eq(at(&ui), f->at[LANDMARK_CHILD_IRET]);
    stage_key(&ui, 'I');
    while (at(&ui) > f->at[LANDMARK_PUSH])
        stage_key(&ui, 'I');
    ck_assert_uint_eq(at(&ui), f->at[LANDMARK_PUSH]);
    stage_close(&ui);
}
END_TEST

START_TEST(the_tour_goes_through_all_landmarks_by_time)
{
    struct view_tour_stop stops[VIEW_TOUR_STOPS];
    struct view_ui ui;
    unsigned count;

    stage_open(&ui, demo, "int");
    count = view_tour_stops(fork_of(&ui), stops);
    ck_assert_uint_eq(count, VIEW_TOUR_STOPS);
    for (unsigned i = 1; i < count; i++) {
        stage_key(&ui, VIEW_KEY_ENTER);
        ck_assert_uint_eq(at(&ui), stops[i].position);
    }
    stage_key(&ui, VIEW_KEY_ENTER);
    stage_assert_shows(&ui, "The tour ends here");
    stage_key(&ui, VIEW_KEY_BACKSPACE);
    ck_assert_uint_eq(at(&ui), stops[count - 2].position);
    stage_close(&ui);
}
END_TEST

START_TEST(prompts_go_to_places_and_say_what_is_wrong)
{
    struct view_ui ui;
    uint64_t start;

    stage_open(&ui, demo, "push");
    start = at(&ui);
    stage_ask(&ui, "gframe");
    ck_assert_uint_eq(at(&ui), fork_of(&ui)->at[LANDMARK_FRAME]);
    stage_ask(&ui, "gnonsense");
    stage_assert_shows(&ui, "'nonsense' is no place");
    ck_assert_uint_eq(at(&ui), fork_of(&ui)->at[LANDMARK_FRAME]);
    stage_ask(&ui, "g1000");
    ck_assert_uint_eq(at(&ui), 1000);
    stage_type(&ui, "g99");
    stage_key(&ui, VIEW_KEY_ESCAPE);
    ck_assert_uint_eq(at(&ui), 1000);
    stage_key(&ui, '2');
    ck_assert_uint_ne(at(&ui), start + 1);
    stage_close(&ui);
}
END_TEST

START_TEST(breakpoints_and_watchpoints_stop)
{
    struct view_ui ui;

    stage_open(&ui, demo, "1000");
    stage_ask(&ui, "bcopy_thread");
    stage_assert_shows(&ui, "Breakpoint at");
    stage_key(&ui, ' ');
    stage_assert_shows(&ui, "breakpoint 1");
    ck_assert_str_eq(symbols_by_addr(ui.stage->view.in->symbols, view_eip(&ui.stage->view))->name,
                     "copy_thread");
    stage_ask(&ui, "bcopy_thread");
    stage_assert_shows(&ui, "Removed");
    stage_ask(&ui, "bno_such_function");
    stage_assert_shows(&ui, "no_such_function");
    stage_close(&ui);
}
END_TEST

/* In the past as well as where nothing was run yet. */
START_TEST(calls_are_stepped_over_and_left)
{
    struct view_ui ui;
    uint64_t call, behind;

    stage_open(&ui, demo, "do_fork");
    stage_key(&ui, 'O'); /* the call in sys_fork */
    call = at(&ui);
    ck_assert_uint_lt(call, fork_of(&ui)->at[LANDMARK_DO_FORK]);
    stage_assert_shows(&ui, "sys_fork");
    stage_key(&ui, 'n');
    behind = at(&ui);
    ck_assert_uint_gt(behind, fork_of(&ui)->at[LANDMARK_FRAME]);
    stage_assert_shows(&ui, "sys_fork");
    stage_key(&ui, 'N');
    ck_assert_uint_eq(at(&ui), call);
    stage_key(&ui, '3');
    stage_key(&ui, 'o');
    ck_assert_uint_eq(at(&ui), behind);
    stage_close(&ui);
}
END_TEST

START_TEST(the_monitor_answers)
{
    struct view_ui ui;

    stage_open(&ui, demo, "push");
    stage_ask(&ui, ":where");
    stage_assert_shows(&ui, "> where");
    stage_assert_shows(&ui, "system_call");
    stage_ask(&ui, ":goto 1000");
    ck_assert_uint_eq(at(&ui), 1000);
    stage_ask(&ui, ":nonsense");
    stage_assert_shows(&ui, "nonsense");
    for (int i = 0; i < 300; i++) {
        stage_type(&ui, ":help");
        stage_key(&ui, VIEW_KEY_ENTER);
    }
    stage_assert_shows(&ui, "end forkscope");
    stage_close(&ui);
}
END_TEST

START_TEST(tab_completes_what_is_said_to_the_monitor)
{
    struct view_ui ui;

    stage_open(&ui, demo, "push");
    stage_key(&ui, ':');
    stage_type(&ui, "last-w");
    stage_key(&ui, VIEW_KEY_TAB);
    ck_assert_str_eq(ui.typed, "last-write");
    stage_key(&ui, VIEW_KEY_ESCAPE);
    stage_key(&ui, ':');
    stage_type(&ui, "s");
    stage_key(&ui, VIEW_KEY_TAB);
    stage_assert_shows(&ui, "step  ");
    stage_close(&ui);
}
END_TEST

START_TEST(a_running_guest_is_paused)
{
    struct view_ui ui;
    uint64_t stood;

    stage_open(&ui, "quiet init=/bin/forkmany 100000", "1000");
    for (int i = 0; i < 2; i++) {
        view_ui_event(&ui, &(struct view_event){.kind = VIEW_EVENT_KEY, .key = ' '});
        ck_assert(view_ui_work(&ui));
        stage_assert_shows(&ui, "running");
        /* Space pauses; a key that goes elsewhere pauses and goes. */
        view_ui_event(&ui, &(struct view_event){.kind = VIEW_EVENT_KEY, .key = i ? 's' : ' '});
        stage_settle(&ui);
        stood = at(&ui);
        ck_assert_uint_gt(stood, 1000);
        ck_assert_uint_lt(stood, 3000000);
        ck_assert(!view_ui_work(&ui));
        ck_assert_uint_eq(at(&ui), stood);
    }
    stage_close(&ui);
}
END_TEST

START_TEST(the_last_writer_is_found)
{
    struct view_ui ui;
    char text[16];

    stage_open(&ui, demo, "frame");
    /* The child's eax: where 0 was written over 2. */
    snprintf(text, sizeof(text), "m%08x",
             fork_of(&ui)->child_frame + ui.stage->drive->journal.eax_offset);
    stage_ask(&ui, text);
    stage_key(&ui, 'W');
    ck_assert_uint_eq(at(&ui), fork_of(&ui)->eax_written);
    stage_assert_shows(&ui, "copy_thread");
    stage_close(&ui);
}
END_TEST

static void assert_next(struct view_ui *ui, const char *condition, bool taken)
{
    uint64_t before = at(ui);
    uint32_t eip = view_eip(&ui->stage->view);

    stage_assert_shows(ui, condition);
    stage_assert_shows(ui, taken ? "It will." : "It will not.");
    stage_key(ui, 's');
    ck_assert_uint_eq(at(ui), before + 1);
    ck_assert(taken == (view_eip(&ui->stage->view) - eip > 6));
}

/* Behind the int 0x80 of fork: cmp $-0xfff, %eax; jnb __syscall_error. */
START_TEST(it_says_whether_a_jump_will_be_made)
{
    struct view_ui ui;

    stage_open(&ui, demo, "returns");
    stage_key(&ui, 's');
    assert_next(&ui, "goes there if CF = 0", false);
    stage_close(&ui);
}
END_TEST

START_TEST(typing_reaches_the_guest)
{
    struct view_ui ui;

    stage_open(&ui, "quiet", "end");
    while (ui.stage->view.tab != PANEL_SERIAL)
        stage_key(&ui, VIEW_KEY_TAB);
    stage_key(&ui, VIEW_KEY_ENTER);
    stage_ask(&ui, "echo forty-$((40+2))");
    stage_assert_shows(&ui, "forty-42");
    stage_close(&ui);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {it_begins_where_the_cpu_pushed,
                            digits_go_to_landmarks,
                            steps_go_forth_and_back,
                            ints_and_irets_follow_each_other,
                            the_tour_goes_through_all_landmarks_by_time,
                            prompts_go_to_places_and_say_what_is_wrong,
                            breakpoints_and_watchpoints_stop,
                            calls_are_stepped_over_and_left,
                            the_monitor_answers,
                            tab_completes_what_is_said_to_the_monitor,
                            a_running_guest_is_paused,
                            the_last_writer_is_found,
                            it_says_whether_a_jump_will_be_made,
                            typing_reaches_the_guest};

    return stage_main("viewer_keys", tests, sizeof(tests) / sizeof(tests[0]));
}
