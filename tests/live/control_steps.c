/* Stepping a live guest: by steps of the CPU, by instructions of a task, over and out of functions.
 */
#include <check.h>
#include <string.h>

#include "tests/live/live.h"

START_TEST(a_step_is_one_step_of_the_cpu)
{
    ck_assert_int_eq(live_order(CONTROL_STEP, 1, 0), CONTROL_DONE);
    ck_assert_uint_eq(control_icount(live_control), 1);
    ck_assert_int_eq(live_order(CONTROL_STEP, 999, 0), CONTROL_DONE);
    ck_assert_uint_eq(control_icount(live_control), 1000);
    ck_assert_int_eq(live_order(CONTROL_GOTO, 5000, 0), CONTROL_DONE);
    ck_assert_uint_eq(control_icount(live_control), 5000);
}
END_TEST

START_TEST(over_passes_a_call_and_what_the_scheduler_does_in_it)
{
    uint32_t esp;

    live_run_to("syscall_call");
    esp = live_cpu()->gpr[GPR_ESP];
    ck_assert_int_eq(live_order(CONTROL_OVER, 0, 0), CONTROL_DONE);
    ck_assert_uint_eq(live_cpu()->gpr[GPR_ESP], esp);
    ck_assert_str_eq(live_where(), "syscall_call");
    ck_assert_uint_gt(live_cpu()->eip, live_address("syscall_call"));
}
END_TEST

START_TEST(out_leaves_the_function)
{
    live_run_to("sys_fork");
    live_run_to("alloc_pid");
    ck_assert_int_eq(live_order(CONTROL_OUT, 0, 0), CONTROL_DONE);
    ck_assert_str_eq(live_where(), "do_fork");
    ck_assert_int_eq(live_order(CONTROL_OUT, 0, 0), CONTROL_DONE);
    ck_assert_str_eq(live_where(), "sys_fork");
    ck_assert_uint_eq(live_cpu()->gpr[GPR_EAX], 3);
    ck_assert_int_eq(live_order(CONTROL_OUT, 0, 0), CONTROL_DONE);
    ck_assert_str_eq(live_where(), "syscall_call");
    ck_assert_int_eq(live_order(CONTROL_OUT, 0, 0), CONTROL_DONE); /* iret */
    ck_assert_uint_eq(live_cpu()->cpl, 3);
    ck_assert_uint_eq(live_cpu()->gpr[GPR_EAX], 3);
}
END_TEST

/* Steps into what the program itself asks for or causes, and out again; the timer strikes often,
 * but no step ends there. */
START_TEST(instructions_of_a_task_are_not_those_of_interrupts)
{
    unsigned entered = 0, passed = 0;
    enum control_reason reason = CONTROL_DONE;

    live_close();
    live_open("puzzle", "3"); /* the timer strikes in storms */
    ck_assert_int_eq(live_order(CONTROL_UNTIL, 0, CONTROL_BIT(EXEC)), CONTROL_EVENT);
    ck_assert_int_eq(live_order(CONTROL_UNTIL, 0, CONTROL_BIT(IRET)), CONTROL_EVENT);
    while (reason == CONTROL_DONE) {
        uint64_t from = control_icount(live_control);

        ck_assert_int_eq(live_order(CONTROL_INSN, 0, 0), CONTROL_DONE);
        passed += control_icount(live_control) - from > 1;
        if (live_cpu()->cpl == 3)
            continue;
        ck_assert(strcmp(live_where(), "system_call") == 0 ||
                  strcmp(live_where(), "page_fault") == 0);
        reason = live_order(CONTROL_OUT, 0, 0);
        entered++;
    }
    ck_assert_int_eq(reason, CONTROL_ENDED); /* _exit() does not return */
    ck_assert_uint_gt(entered, 0);
    ck_assert_uint_gt(passed, 0);
}
END_TEST

START_TEST(an_instruction_steps_into_a_system_call)
{
    ck_assert_int_eq(live_order(CONTROL_UNTIL, 0, CONTROL_BIT(EXEC)), CONTROL_EVENT);
    ck_assert_int_eq(live_order(CONTROL_UNTIL, 0, CONTROL_BIT(IRET)), CONTROL_EVENT);
    while (live_cpu()->cpl == 3)
        ck_assert_int_eq(live_order(CONTROL_INSN, 0, 0), CONTROL_DONE);
    ck_assert(strcmp(live_where(), "system_call") == 0 || strcmp(live_where(), "page_fault") == 0);
}
END_TEST

void control_add_steps(TCase *tc)
{
    tcase_add_test(tc, a_step_is_one_step_of_the_cpu);
    tcase_add_test(tc, over_passes_a_call_and_what_the_scheduler_does_in_it);
    tcase_add_test(tc, out_leaves_the_function);
    tcase_add_test(tc, instructions_of_a_task_are_not_those_of_interrupts);
    tcase_add_test(tc, an_instruction_steps_into_a_system_call);
}
