/* emu/control on the guest: what people do with a live machine. control_steps.c and control_back.c
 * hold how it is stepped, and how it goes back. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "emu/exitcode.h"
#include "tests/live/live.h"

/* ---- Places ------------------------------------------------------------------------------ */

START_TEST(places_are_named)
{
    ck_assert_uint_eq(live_address("do_fork+0x4"), live_address("do_fork") + 4);
    ck_assert_uint_eq(live_address("*0xc0100104"), 0xc0100104);
    ck_assert_uint_eq(live_address("0xc0100104"), 0xc0100104);
    ck_assert_int_eq(
        control_locate(live_control, "no_such_thing", &(uint32_t){0}, live_why, sizeof(live_why)),
        -EINVAL);
    ck_assert_int_eq(
        control_locate(live_control, "fork.c:", &(uint32_t){0}, live_why, sizeof(live_why)),
        -EINVAL);
    ck_assert_int_eq(
        control_locate(live_control, "nofile.c:1", &(uint32_t){0}, live_why, sizeof(live_why)),
        -EINVAL);
}
END_TEST

START_TEST(a_line_is_a_place)
{
    const char *file;
    char text[64];
    int line;

    ck_assert(
        guestinfo_line(live_session.scope->guestinfo, live_address("copy_thread"), &file, &line));
    snprintf(text, sizeof(text), "process.c:%d", line);
    ck_assert_uint_eq(live_address(text), live_address("copy_thread"));
    snprintf(text, sizeof(text), "i386/kernel/process.c:%d", line);
    ck_assert_uint_eq(live_address(text), live_address("copy_thread"));
}
END_TEST

/* ---- Stopping ---------------------------------------------------------------------------- */

START_TEST(a_breakpoint_stops_before_its_instruction)
{
    int id = live_break_at("do_fork");
    uint64_t first;

    ck_assert_int_eq(live_order(CONTROL_CONTINUE, 0, 0), CONTROL_BREAKPOINT);
    ck_assert_uint_eq(live_cpu()->eip, live_address("do_fork"));
    first = control_icount(live_control);
    ck_assert_int_eq(live_order(CONTROL_CONTINUE, 0, 0), CONTROL_BREAKPOINT);
    ck_assert_uint_gt(control_icount(live_control), first);
    ck_assert_uint_eq(live_cpu()->eip, live_address("do_fork"));
    ck_assert_uint_eq(control_point_at(live_control, 0)->hits, 2);
    ck_assert(control_remove(live_control, id));
    ck_assert(!control_remove(live_control, id));
    ck_assert_int_eq(live_order(CONTROL_CONTINUE, 0, 0), CONTROL_ENDED);
    ck_assert_int_eq(control_stopped(live_control)->end, RUN_GUEST_EXIT);
}
END_TEST

START_TEST(a_breakpoint_may_be_for_one_process_or_one_time)
{
    struct control_point p = {
        .kind = CONTROL_EXECUTE, .linear = live_address("system_call"), .pid = 3, .once = true};
    struct task_info task;

    ck_assert_int_gt(control_add(live_control, &p), 0);
    ck_assert_int_eq(live_order(CONTROL_CONTINUE, 0, 0), CONTROL_BREAKPOINT);
    ck_assert(tasks_current(control_tasks(live_control), &task));
    ck_assert_int_eq(task.who.pid, 3);
    ck_assert_int_eq(task.tgid, 3);
    ck_assert_ptr_null(control_point_at(live_control, 0));
}
END_TEST

START_TEST(a_watchpoint_stops_behind_the_access)
{
    struct control_point p = {.kind = CONTROL_WRITE, .size = 4, .pid = -1};
    uint32_t esp0;
    uint16_t ss0;

    live_run_to("sys_fork");
    ck_assert(inspect_tss_stack0(control_inspect(live_control), &ss0, &esp0));
    p.linear = esp0 - 0x44 + 0x18; /* the parent's saved eax */
    ck_assert_uint_eq(live_word_at(p.linear), 2);
    ck_assert_int_gt(control_add(live_control, &p), 0);
    ck_assert_int_eq(live_order(CONTROL_CONTINUE, 0, 0), CONTROL_WATCHPOINT);
    ck_assert(control_stopped(live_control)->access.write);
    ck_assert_uint_eq(control_stopped(live_control)->access.old, 2);
    ck_assert_uint_eq(control_stopped(live_control)->access.value, 3);
    ck_assert_uint_eq(live_word_at(p.linear), 3);
    ck_assert_str_eq(live_where(), "syscall_exit");
}
END_TEST

START_TEST(events_stop)
{
    struct inspect_task child;

    ck_assert_int_eq(live_order(CONTROL_UNTIL, 0, CONTROL_BIT(EXEC)), CONTROL_EVENT);
    ck_assert_int_eq(live_order(CONTROL_UNTIL, 0, CONTROL_BIT(INT)), CONTROL_EVENT);
    ck_assert_int_eq(control_stopped(live_control)->event, CONTROL_INT);
    ck_assert_int_eq(live_order(CONTROL_UNTIL, 0, CONTROL_BIT(FORK)), CONTROL_EVENT);
    ck_assert(inspect_task_at(control_inspect(live_control), control_stopped(live_control)->arg[1],
                              &child));
    ck_assert_int_gt(child.pid, 0);
    ck_assert_int_eq(live_order(CONTROL_UNTIL, 0, CONTROL_BIT(SWITCH)), CONTROL_EVENT);
    ck_assert_int_eq(live_order(CONTROL_UNTIL, 0, CONTROL_BIT(IRET)), CONTROL_EVENT);
    ck_assert_uint_eq(live_cpu()->cpl, 3);
    ck_assert_int_eq(control_catch(live_control, CONTROL_BIT(EXIT), live_why, sizeof(live_why)), 0);
    ck_assert_int_eq(live_order(CONTROL_CONTINUE, 0, 0), CONTROL_EVENT);
    ck_assert_int_eq(control_stopped(live_control)->event, CONTROL_EXIT);
}
END_TEST

START_TEST(a_pause_stops_at_once)
{
    const struct control_order o = {.action = CONTROL_CONTINUE};

    ck_assert_int_eq(control_go(live_control, &o, live_why, sizeof(live_why)), 0);
    ck_assert(control_work(live_control, 1000));
    control_pause(live_control);
    ck_assert(!control_work(live_control, 1000));
    ck_assert_int_eq(control_stopped(live_control)->reason, CONTROL_PAUSED);
    ck_assert_uint_ge(control_icount(live_control), 1000);
}
END_TEST

/* ---- Changing ---------------------------------------------------------------------------- */

START_TEST(memory_can_be_changed_where_it_is_mapped)
{
    uint32_t at = live_address("jiffies"), seen;

    live_run_to("do_fork");
    ck_assert(control_poke(live_control, live_cpu()->cr3, at, "\x78\x56\x34\x12", 4));
    ck_assert_uint_eq(live_word_at(at), 0x12345678);
    ck_assert(!control_poke(live_control, live_cpu()->cr3, 0x00000ffe, "\1\2\3\4", 4));
    ck_assert(inspect_u32(control_inspect(live_control), at, &seen));
}
END_TEST

START_TEST(tasks_are_listed_with_their_registers)
{
    static struct task_info list[64];
    struct cpu_state regs;
    size_t n;

    ck_assert_int_eq(live_order(CONTROL_UNTIL, 0, CONTROL_BIT(SWITCH)), CONTROL_EVENT);
    live_run_to("do_wp_page");
    n = tasks_list(control_tasks(live_control), list, 64);
    ck_assert_uint_ge(n, 3);
    ck_assert_int_eq(list[0].who.pid, 0);
    ck_assert(list[0].kernel);
    ck_assert_int_eq(list[1].who.pid, 1);
    ck_assert(!list[1].kernel);
    ck_assert_str_eq(list[1].who.comm, "forkdemo");
    ck_assert(tasks_user_registers(control_tasks(live_control), &list[1], &regs));
    ck_assert_uint_eq(regs.cpl, 3);
    ck_assert_uint_lt(regs.eip, 0xc0000000);
    ck_assert_uint_eq(regs.cr3, list[1].cr3);
    ck_assert(!tasks_user_registers(control_tasks(live_control), &list[0], &regs));
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("control");
    TCase *tc = tcase_create("control");

    tcase_add_checked_fixture(tc, live_setup, live_close);
    tcase_set_timeout(tc, 0);
    tcase_add_test(tc, places_are_named);
    tcase_add_test(tc, a_line_is_a_place);
    tcase_add_test(tc, a_breakpoint_stops_before_its_instruction);
    tcase_add_test(tc, a_breakpoint_may_be_for_one_process_or_one_time);
    tcase_add_test(tc, a_watchpoint_stops_behind_the_access);
    tcase_add_test(tc, events_stop);
    tcase_add_test(tc, a_pause_stops_at_once);
    tcase_add_test(tc, memory_can_be_changed_where_it_is_mapped);
    tcase_add_test(tc, tasks_are_listed_with_their_registers);
    control_add_steps(tc);
    control_add_back(tc);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(int argc, char **argv)
{
    SRunner *runner;
    int failed;

    if (argc != 4) {
        fprintf(stderr, "usage: live_control KERNEL INITRD ENGINE\n");
        return EXITCODE_USAGE;
    }
    live_guest = (struct live_guest){argv[1], argv[2], argv[3]};
    if (access(argv[1], R_OK) != 0) {
        printf("skipped: there is no guest (%s)\n", argv[1]);
        return 77;
    }
    runner = srunner_create(make_suite());
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
