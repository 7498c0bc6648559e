/* The viewer's memory of a run: events, landmarks, places, time's scale, settings. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "emu/viewer/view_place.h"
#include "emu/viewer/view_prefs.h"
#include "emu/viewer/view_serial.h"
#include "emu/viewer/view_timeline.h"

static struct view_journal journal;

static void open_journal(void)
{
    ck_assert_int_eq(view_journal_create(&journal), 0);
    journal.eax_offset = 24;
}

static void close_journal(void)
{
    view_journal_destroy(&journal);
}

enum { PARENT = 0x1000, CHILD = 0x2000, FRAME = 0x5fbc };

static const struct trace_probe do_fork = {.name = "do_fork"};
static const struct trace_probe copy_thread = {.name = "copy_thread"};
static const struct trace_probe ret_from_fork = {.name = "ret_from_fork"};

static struct trace_event at(uint64_t icount, enum trace_kind kind, uint32_t task)
{
    struct trace_event e = {.kind = kind, .icount = icount};

    e.who = (struct trace_who){task, task == PARENT ? 1 : 3, "demo"};
    return e;
}

static void tell(const struct trace_event *e)
{
    view_journal_event(&journal, e);
}

static void tell_call(uint64_t icount, enum trace_kind kind, uint32_t task,
                      const struct trace_probe *probe)
{
    struct trace_event e = at(icount, kind, task);

    e.call.probe = probe;
    tell(&e);
}

static void tell_ret(uint64_t icount, uint32_t task, uint32_t eax)
{
    struct trace_event e = at(icount, TRACE_RET, task);

    e.ret = (struct trace_ret){
        .id = 7, .child = task == CHILD, .parent_pid = 1, .child_pid = 3, .eax = eax};
    tell(&e);
}

static void tell_frame(uint64_t icount, uint32_t offset, uint32_t value)
{
    struct trace_event e = at(icount, TRACE_FRAME, PARENT);

    e.frame = (struct trace_frame_write){.id = 7,
                                         .child = {CHILD, 3, "demo"},
                                         .linear = FRAME + offset,
                                         .offset = offset,
                                         .size = 4,
                                         .value = value};
    tell(&e);
}

/* One fork as a kernel does it that runs the child first. */
static void tell_fork(void)
{
    struct trace_event e = at(100, TRACE_INT, PARENT);

    e.interrupt.cpl_from = 3;
    tell(&e);
    e = at(100, TRACE_SYSCALL, PARENT);
    e.syscall.nr = 2;
    tell(&e);
    tell_call(120, TRACE_CALL, PARENT, &do_fork);
    tell_call(200, TRACE_CALL, PARENT, &copy_thread);
    tell_frame(210, 24, 2);
    tell_frame(211, 28, 0);
    tell_frame(220, 24, 0);
    tell_call(230, TRACE_RETURN, PARENT, &copy_thread);
    e = at(240, TRACE_FORK, PARENT);
    e.fork = (struct trace_fork){.id = 7,
                                 .user = true,
                                 .parent = {PARENT, 1, "demo"},
                                 .child = {CHILD, 3, "demo"},
                                 .child_frame = FRAME};
    tell(&e);
    e = at(300, TRACE_SWITCH, PARENT);
    e.sched = (struct trace_switch){.prev = {PARENT, 1, "demo"}, .next = {CHILD, 3, "demo"}};
    tell(&e);
    tell_call(305, TRACE_CALL, CHILD, &ret_from_fork);
    tell_ret(330, CHILD, 0);
    e = at(350, TRACE_SWITCH, CHILD);
    e.sched = (struct trace_switch){.prev = {CHILD, 3, "demo"}, .next = {PARENT, 1, "demo"}};
    tell(&e);
    tell_ret(400, PARENT, 3);
}

START_TEST(a_fork_has_its_landmarks)
{
    static const uint64_t expected[LANDMARK_COUNT] = {
        [LANDMARK_INT] = 100,         [LANDMARK_PUSH] = 101,       [LANDMARK_DO_FORK] = 120,
        [LANDMARK_COPY_THREAD] = 200, [LANDMARK_FRAME] = 230,      [LANDMARK_PARENT_IRET] = 400,
        [LANDMARK_SWITCH] = 305,      [LANDMARK_CHILD_IRET] = 330, [LANDMARK_RETURNS] = 401};
    const struct view_fork *f;

    tell_fork();
    f = view_journal_fork_number(&journal, 1);
    ck_assert_ptr_nonnull(f);
    for (int i = 0; i < LANDMARK_COUNT; i++)
        ck_assert_msg(f->at[i] == expected[i], "%s is at %llu",
                      view_landmark_name((enum view_landmark)i), (unsigned long long)f->at[i]);
    ck_assert_uint_eq(f->frame_begun, 210);
    ck_assert_uint_eq(f->eax_written, 220);
    ck_assert_uint_eq(f->child_frame, FRAME);
    ck_assert(f->over);
    ck_assert_ptr_eq(view_journal_fork(&journal, 50), f);
    ck_assert_ptr_eq(view_journal_birth(&journal, CHILD, 230), f);
    ck_assert_ptr_null(view_journal_birth(&journal, CHILD, 209));
}
END_TEST

static void tell_iret(uint64_t icount, uint32_t task)
{
    struct trace_event e = at(icount, TRACE_IRET, task);

    e.iret.cpu = (struct cpu_iret_event){.cpl_to = 3, .slot_count = 1};
    e.iret.cpu.slot[0] = (struct cpu_frame_slot){.word = FRAME_EIP, .linear = task + 0x100};
    tell(&e);
}

static void tell_begin(void)
{
    struct trace_event e = at(100, TRACE_INT, PARENT);

    e.interrupt.cpl_from = 3;
    tell(&e);
    e = at(100, TRACE_SYSCALL, PARENT);
    e.syscall.nr = 2;
    tell(&e);
    tell_call(120, TRACE_CALL, PARENT, &do_fork);
    tell_call(200, TRACE_CALL, PARENT, &copy_thread);
    tell_call(230, TRACE_RETURN, PARENT, &copy_thread);
    journal.pt_regs_size = 60;
    journal.eip_offset = 40;
}

/* The parent's return by a kernel that does not tell of the child. */
static void tell_untold_ret(uint64_t icount, uint32_t eax)
{
    struct trace_event e = at(icount, TRACE_RET, PARENT);

    tell_iret(icount, PARENT);
    e.ret = (struct trace_ret){.id = 7, .parent_pid = 1, .child_pid = -1, .eax = eax};
    tell(&e);
}

START_TEST(a_child_that_nobody_tells_of_is_who_appears)
{
    const struct view_fork *f;

    for (int child_first = 0; child_first < 2; child_first++) {
        uint64_t parent = child_first ? 400 : 300;

        tell_begin();
        if (!child_first)
            tell_untold_ret(parent, 3);
        tell_call(310, TRACE_CALL, CHILD, &ret_from_fork);
        tell_iret(330, CHILD);
        if (child_first)
            tell_untold_ret(parent, 3);
        f = view_journal_fork_number(&journal, 1);
        ck_assert_ptr_nonnull(f);
        ck_assert_uint_eq(f->child.task, CHILD);
        ck_assert_uint_eq(f->child_frame, CHILD + 0x100 - 40);
        ck_assert_uint_eq(f->parent_frame, PARENT + 0x100 - 40);
        ck_assert_uint_eq(f->at[LANDMARK_SWITCH], 310);
        ck_assert_uint_eq(f->at[LANDMARK_CHILD_IRET], 330);
        ck_assert_uint_eq(f->at[LANDMARK_PARENT_IRET], parent);
        ck_assert_uint_eq(f->at[LANDMARK_RETURNS], child_first ? 401 : 331);
        ck_assert(f->over && f->told[0] && !f->told[1]);
        ck_assert_uint_eq(view_journal_running(&journal, 329), CHILD);
        close_journal();
        open_journal();
    }
}
END_TEST

START_TEST(another_task_is_not_taken_for_the_child)
{
    const struct view_fork *f;

    tell_begin();
    tell_iret(310, CHILD); /* its pid is 3 */
    tell_untold_ret(400, 4);
    f = view_journal_fork_number(&journal, 1);
    ck_assert_uint_eq(f->child.task, 0);
    ck_assert_int_eq(f->child.pid, 4);
    ck_assert_uint_eq(f->at[LANDMARK_SWITCH], VIEW_NEVER);
    ck_assert_uint_eq(f->at[LANDMARK_CHILD_IRET], VIEW_NEVER);
    ck_assert_uint_eq(f->at[LANDMARK_RETURNS], VIEW_NEVER);
}
END_TEST

START_TEST(what_was_guessed_is_forgotten_with_its_future)
{
    const struct view_fork *f;

    tell_begin();
    tell_untold_ret(300, 3);
    tell_iret(310, CHILD);
    view_journal_cut(&journal, 305);
    f = view_journal_fork_number(&journal, 1);
    ck_assert_uint_eq(f->child.task, 0);
    ck_assert(!f->over);
    tell_iret(350, CHILD);
    ck_assert_uint_eq(f->child.task, CHILD);
    ck_assert_uint_eq(f->at[LANDMARK_CHILD_IRET], 350);
    ck_assert_uint_eq(f->at[LANDMARK_RETURNS], 351);
}
END_TEST

START_TEST(a_task_has_the_cpu_from_its_switch_on)
{
    tell_fork();
    ck_assert_uint_eq(view_journal_running(&journal, 299), PARENT);
    ck_assert_uint_eq(view_journal_running(&journal, 300), CHILD);
    ck_assert_uint_eq(view_journal_running(&journal, 349), CHILD);
    ck_assert_uint_eq(view_journal_running(&journal, 999), PARENT);
}
END_TEST

START_TEST(what_a_step_does_is_past_behind_it)
{
    struct trace_event pushed = at(100, TRACE_INT, PARENT), called = at(100, TRACE_CALL, PARENT);

    ck_assert(!view_event_past(&pushed, 100));
    ck_assert(view_event_past(&pushed, 101));
    ck_assert(view_event_past(&called, 100));
    tell_fork();
    ck_assert_uint_eq(view_journal_past(&journal, 100), 0);
    ck_assert_uint_eq(view_journal_past(&journal, 101), 2);
    ck_assert_uint_eq(view_journal_past(&journal, 120), 3);
}
END_TEST

START_TEST(another_future_forgets_the_old_one)
{
    const struct view_fork *f;

    tell_fork();
    view_journal_cut(&journal, 310);
    f = view_journal_fork_number(&journal, 1);
    ck_assert_uint_eq(f->at[LANDMARK_SWITCH], 305);
    ck_assert_uint_eq(f->at[LANDMARK_CHILD_IRET], VIEW_NEVER);
    ck_assert(!f->over);
    tell_ret(333, CHILD, 0);
    ck_assert_uint_eq(f->at[LANDMARK_CHILD_IRET], 333);
    view_journal_cut(&journal, 50);
    ck_assert_ptr_null(view_journal_fork(&journal, 1000));
    ck_assert_uint_eq(journal.count, 0);
}
END_TEST

START_TEST(the_oldest_events_go_first)
{
    struct trace_event e = at(0, TRACE_PF, PARENT);

    for (uint64_t i = 0; i < VIEW_EVENTS_MAX + 10000; i++) {
        e.icount = i;
        tell(&e);
    }
    ck_assert_uint_le(journal.count, VIEW_EVENTS_MAX);
    ck_assert_uint_eq(view_journal_at(&journal, 0)->icount, journal.first);
    ck_assert_uint_eq(view_journal_at(&journal, journal.count - 1)->icount,
                      VIEW_EVENTS_MAX + 10000 - 1);
}
END_TEST

START_TEST(places_are_read)
{
    struct view_place place;
    char why[256];

    ck_assert_int_eq(view_place_parse("6046042", &place, why, sizeof(why)), 0);
    ck_assert_uint_eq(place.step, 6046042);
    ck_assert_int_eq(view_place_parse("3:child-iret", &place, why, sizeof(why)), 0);
    ck_assert_uint_eq(place.fork, 3);
    ck_assert_int_eq(place.landmark, LANDMARK_CHILD_IRET);
    ck_assert_int_eq(view_place_parse("eax", &place, why, sizeof(why)), 0);
    tell_fork();
    ck_assert_uint_eq(view_place_in(&place, view_journal_fork(&journal, 0)), 221);
    static const char *const wrong[] = {"",   "push2", "0:push", "-1",
                                        "1:", ":push", "12x",    "99999999999999999999999"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        why[0] = '\0';
        ck_assert_msg(view_place_parse(wrong[i], &place, why, sizeof(why)) == -EINVAL, "'%s'",
                      wrong[i]);
        ck_assert_ptr_nonnull(strstr(why, "is no place"));
    }
}
END_TEST

START_TEST(the_scale_of_time_goes_forward_and_hits_the_landmarks)
{
    struct view_scale scale = {3, {{0, 0}, {10, 100}, {50, 1000000}}};
    uint64_t last = 0;

    for (int x = -5; x < 60; x++) {
        ck_assert_uint_ge(view_scale_position(&scale, x), last);
        last = view_scale_position(&scale, x);
    }
    ck_assert_uint_eq(view_scale_position(&scale, 10), 100);
    ck_assert_int_eq(view_scale_column(&scale, 100), 10);
    ck_assert_int_eq(view_scale_column(&scale, 1000000), 50);
    ck_assert_int_eq(view_scale_column(&scale, 1000001), 51);
}
END_TEST

START_TEST(the_serial_port_shows_what_was_sent_by_then)
{
    struct view_serial serial = {0};

    for (uint64_t i = 0; i < 10; i++)
        view_serial_put(&serial, i * 100, (uint8_t)('0' + i));
    ck_assert_uint_eq(view_serial_sent(&serial, 0), 0);
    ck_assert_uint_eq(view_serial_sent(&serial, 1), 1);
    ck_assert_uint_eq(view_serial_sent(&serial, 300), 3);
    view_serial_cut(&serial, 300);
    ck_assert_uint_eq(serial.count, 3);
    view_serial_destroy(&serial);
}
END_TEST

START_TEST(settings_that_are_wrong_are_passed_over)
{
    struct view_prefs prefs = {0, 0, 160, 50, 0};

    ck_assert(view_prefs_line(&prefs, "theme 2\n"));
    ck_assert_int_eq(prefs.theme, 2);
    ck_assert(!view_prefs_line(&prefs, "theme 3\n"));
    ck_assert(!view_prefs_line(&prefs, "cols -5\n"));
    ck_assert(!view_prefs_line(&prefs, "cols 100000\n"));
    ck_assert(!view_prefs_line(&prefs, "colour 1\n"));
    ck_assert(!view_prefs_line(&prefs, ""));
    ck_assert_int_eq(prefs.cols, 160);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("view_journal");
    TCase *tcase = tcase_create("journal");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(tcase, open_journal, close_journal);
    tcase_add_test(tcase, a_fork_has_its_landmarks);
    tcase_add_test(tcase, a_child_that_nobody_tells_of_is_who_appears);
    tcase_add_test(tcase, another_task_is_not_taken_for_the_child);
    tcase_add_test(tcase, what_was_guessed_is_forgotten_with_its_future);
    tcase_add_test(tcase, a_task_has_the_cpu_from_its_switch_on);
    tcase_add_test(tcase, what_a_step_does_is_past_behind_it);
    tcase_add_test(tcase, another_future_forgets_the_old_one);
    tcase_add_test(tcase, the_oldest_events_go_first);
    tcase_add_test(tcase, places_are_read);
    tcase_add_test(tcase, the_scale_of_time_goes_forward_and_hits_the_landmarks);
    tcase_add_test(tcase, the_serial_port_shows_what_was_sent_by_then);
    tcase_add_test(tcase, settings_that_are_wrong_are_passed_over);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
