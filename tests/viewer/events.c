/* A recording of events as a machine: all moves, and what panels know, without a guest. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/view_fork.h"
#include "emu/viewer/view_layout.h"
#include "tests/viewer/stage.h"

static uint64_t at(const struct view_ui *ui)
{
    return view_position(&ui->stage->view);
}

static const struct view_fork *fork_of(const struct view_ui *ui)
{
    return view_journal_fork_number(&ui->stage->drive->journal, 1);
}

START_TEST(it_is_read_to_its_end_while_nobody_asks)
{
    struct view_ui ui;

    stage_open_events(&ui, "push");
    ck_assert_uint_eq(at(&ui), fork_of(&ui)->at[LANDMARK_PUSH]);
    ck_assert_uint_gt(view_drive_frontier(ui.stage->drive), fork_of(&ui)->at[LANDMARK_RETURNS]);
    stage_assert_shows(&ui, "CPU at int 0x80");
    stage_close(&ui);
}
END_TEST

START_TEST(landmarks_show_what_the_events_tell)
{
    static const char *const shown[LANDMARK_COUNT] = {"Empty: ring 3 is running",
                                                      "five words were pushed",
                                                      "do_fork",
                                                      "copy_thread",
                                                      "Its saved eip says",
                                                      "with eax = 3",
                                                      "ret_from_fork",
                                                      "with eax = 0",
                                                      "≠ differ"};
    struct view_ui ui;

    stage_open_events(&ui, "push");
    for (int i = LANDMARK_COUNT - 1; i >= 0; i--) {
        stage_key(&ui, '1' + (uint32_t)i);
        ck_assert_uint_eq(at(&ui), fork_of(&ui)->at[i]);
        if (i == LANDMARK_PARENT_IRET || i == LANDMARK_CHILD_IRET)
            stage_key(&ui, 's'); /* the iret itself */
        stage_assert_shows(&ui, shown[i]);
    }
    stage_close(&ui);
}
END_TEST

START_TEST(steps_go_from_event_to_event_and_back)
{
    uint64_t places[64];
    struct view_ui ui;

    stage_open_events(&ui, "int");
    for (int i = 0; i < 64; i++) {
        places[i] = at(&ui);
        stage_key(&ui, 's');
        ck_assert_uint_gt(at(&ui), places[i]);
    }
    for (int i = 63; i >= 0; i--) {
        stage_key(&ui, 'S');
        ck_assert_uint_eq(at(&ui), places[i]);
    }
    stage_close(&ui);
}
END_TEST

START_TEST(ints_and_irets_follow_each_other)
{
    uint64_t before;
    struct view_ui ui;

    stage_open_events(&ui, "push");
    stage_key(&ui, 'i');
    ck_assert_uint_gt(before = at(&ui), fork_of(&ui)->at[LANDMARK_PUSH]);
    stage_key(&ui, 'i');
    ck_assert_uint_gt(at(&ui), before);
    stage_key(&ui, 'I');
    ck_assert_uint_eq(at(&ui), before);
    stage_close(&ui);
}
END_TEST

/* The kind of the last event that is past. */
static enum trace_kind last_kind(const struct view_ui *ui)
{
    const struct view_journal *j = &ui->stage->drive->journal;

    return view_journal_at(j, view_journal_past(j, at(ui)) - 1)->kind;
}

START_TEST(calls_are_taken_whole_and_left)
{
    struct view_ui ui;
    uint64_t start, returned;

    stage_open_events(&ui, "do_fork");
    start = at(&ui);
    stage_key(&ui, 'n');
    ck_assert_int_eq(last_kind(&ui), TRACE_RETURN);
    returned = at(&ui);
    stage_key(&ui, 'N');
    ck_assert_uint_eq(at(&ui), start);
    stage_key(&ui, 's');
    ck_assert_int_eq(last_kind(&ui), TRACE_CALL);
    stage_key(&ui, 'o');
    ck_assert_uint_eq(at(&ui), returned);
    stage_key(&ui, '4');
    stage_key(&ui, 'o');
    ck_assert_uint_eq(at(&ui), fork_of(&ui)->at[LANDMARK_FRAME]);
    stage_close(&ui);
}
END_TEST

START_TEST(the_childs_eax_has_a_writer)
{
    struct view_ui ui;
    uint32_t offset;

    stage_open_events(&ui, "returns");
    ck_assert(view_pt_regs_offset(ui.stage->view.facts, "eax", "ax", &offset));
    ui.stage->view.memory = fork_of(&ui)->child_frame + offset;
    ui.stage->view.memory_chosen = true;
    stage_key(&ui, 'W');
    ck_assert_uint_eq(at(&ui), fork_of(&ui)->eax_written);
    stage_assert_shows(&ui, "into the saved registers of the child");
    stage_close(&ui);
}
END_TEST

START_TEST(breakpoints_stop_and_the_end_is_the_end)
{
    struct view_ui ui;

    stage_open_events(&ui, "int");
    stage_ask(&ui, "bcopy_thread");
    stage_key(&ui, ' ');
    ck_assert_uint_eq(at(&ui), fork_of(&ui)->at[LANDMARK_COPY_THREAD]);
    stage_key(&ui, ' ');
    ck_assert_uint_eq(at(&ui), view_drive_frontier(ui.stage->drive));
    stage_assert_shows(&ui, "The recording ends here.");
    stage_key(&ui, 's');
    ck_assert_uint_eq(at(&ui), view_drive_frontier(ui.stage->drive));
    stage_close(&ui);
}
END_TEST

START_TEST(what_needs_a_machine_says_so)
{
    static const char *const shown[] = {"hold page tables", "hold the processor's tables",
                                        "hold memory", "hold the screen"};
    struct view_ui ui;
    unsigned seen = 0;

    stage_open_events(&ui, "push");
    for (int i = 0; i < 9; i++) {
        char *picture;

        stage_key(&ui, VIEW_KEY_TAB);
        picture = stage_picture(&ui);
        for (unsigned k = 0; k < 4; k++)
            seen += strstr(picture, shown[k]) != NULL;
        free(picture);
    }
    ck_assert_uint_eq(seen, 4);
    stage_ask(&ui, ":info registers");
    stage_assert_shows(&ui, "The monitor looks at a machine");
    stage_close(&ui);
}
END_TEST

START_TEST(dragging_leads_through_the_fork)
{
    enum { X = 20, FAR = 100, Y = 4 };
    struct view_ui ui;
    uint64_t left;

    stage_open_events(&ui, "push");
    free(stage_picture(&ui));
    view_ui_event(&ui, &(struct view_event){VIEW_EVENT_PRESS, 0, X, Y});
    left = at(&ui);
    view_ui_event(&ui, &(struct view_event){VIEW_EVENT_MOVE, 0, FAR, Y});
    ck_assert_uint_gt(at(&ui), left);
    free(stage_picture(&ui));
    view_ui_event(&ui, &(struct view_event){VIEW_EVENT_RELEASE, 0, FAR, Y});
    stage_close(&ui);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        it_is_read_to_its_end_while_nobody_asks, landmarks_show_what_the_events_tell,
        steps_go_from_event_to_event_and_back,   ints_and_irets_follow_each_other,
        calls_are_taken_whole_and_left,          the_childs_eax_has_a_writer,
        breakpoints_stop_and_the_end_is_the_end, what_needs_a_machine_says_so,
        dragging_leads_through_the_fork};

    return stage_main("viewer_events", tests, sizeof(tests) / sizeof(tests[0]));
}
