#include "emu/machine/clock.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "devices/device.h"

static struct clock clk;
static unsigned order[64], fired;

/* The timer's name is its context. */
static unsigned names[CLOCK_TIMERS] = {0, 1, 2, 3, 4, 5, 6, 7};

static void note(void *ctx)
{
    order[fired++ % 64] = *(unsigned *)ctx;
}

static void setup(void)
{
    fired = 0;
    clock_init(&clk, 100);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_int_eq(clock_add_timer(&clk, note, &names[i]), (int)i);
}

START_TEST(time_is_steps_over_mips)
{
    ck_assert_int_eq(clock_at(&clk, 0), 0);
    ck_assert_int_eq(clock_at(&clk, 1), 10);
    ck_assert_int_eq(clock_at(&clk, 100), 1000);
    clock_init(&clk, 3);
    ck_assert_int_eq(clock_at(&clk, 1), 333);
    ck_assert_int_eq(clock_at(&clk, 3), 1000);
}
END_TEST

/* step_of() is the first step at which the time has come, for any speed. */
START_TEST(step_of_is_the_exact_inverse)
{
    static const uint32_t speeds[] = {1, 3, 7, 33, 100, 999, 1000, 1001, CLOCK_MIPS_MAX};

    for (unsigned i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++) {
        clock_init(&clk, speeds[i]);
        for (int64_t when = 1; when < 5000; when += 13) {
            uint64_t step = clock_step_of(&clk, when);

            ck_assert_int_ge(clock_at(&clk, step), when);
            ck_assert(step == 0 || clock_at(&clk, step - 1) < when);
        }
    }
}
END_TEST

START_TEST(does_not_overflow_in_a_century)
{
    const int64_t century = INT64_C(100) * 365 * 86400 * 1000000000;
    uint64_t step = clock_step_of(&clk, century);

    ck_assert_uint_eq(step, (uint64_t)century / 10);
    ck_assert_int_eq(clock_at(&clk, step), century);
    ck_assert(clock_step_of(&clk, TIMER_NEVER) == CLOCK_NEVER);
}
END_TEST

START_TEST(fires_by_time_then_by_number)
{
    clock_arm(&clk, 0, 30);
    clock_arm(&clk, 1, 20);
    clock_arm(&clk, 2, 20);
    ck_assert_int_eq(clock_next(&clk), 20);
    clock_fire(&clk, 1);
    ck_assert_uint_eq(fired, 0);
    clock_fire(&clk, 3);
    ck_assert_uint_eq(fired, 3);
    ck_assert_uint_eq(order[0], 1);
    ck_assert_uint_eq(order[1], 2);
    ck_assert_uint_eq(order[2], 0);
    ck_assert_int_eq(clock_next(&clk), TIMER_NEVER);
}
END_TEST

static void again(void *ctx)
{
    fired++;
    clock_arm(ctx, 0, 0);
}

START_TEST(a_timer_that_rearms_in_the_past_does_not_hang)
{
    clock_init(&clk, 100);
    clock_add_timer(&clk, again, &clk);
    clock_arm(&clk, 0, 0);
    clock_fire(&clk, 10);
    ck_assert_uint_gt(fired, 0);
    ck_assert_uint_lt(fired, 1000);
    ck_assert_int_eq(clock_next(&clk), 0);
}
END_TEST

START_TEST(skipping_goes_forward_only)
{
    clock_skip_to(&clk, 10, 5000);
    ck_assert_int_eq(clock_at(&clk, 10), 5000);
    ck_assert_int_eq(clk.s.idle, 4900);
    clock_skip_to(&clk, 10, 100);
    ck_assert_int_eq(clock_at(&clk, 10), 5000);
    ck_assert_int_eq(clock_at(&clk, 20), 5100);
    ck_assert_uint_eq(clock_step_of(&clk, 5100), 20);
}
END_TEST

/* Stolen time counts as time, but not as idleness. */
START_TEST(a_leap_ends_at_the_next_deadline)
{
    clock_leap(&clk, 10);
    ck_assert_int_eq(clock_at(&clk, 10), 100);
    clock_arm(&clk, 1, 5000);
    ck_assert_uint_eq(clock_step_of(&clk, 5000), 500);
    clock_leap(&clk, 10);
    ck_assert_int_eq(clock_at(&clk, 10), 5000);
    ck_assert_int_eq(clk.s.idle, 0);
    ck_assert_uint_eq(clock_step_of(&clk, 5000), 10);
    ck_assert_int_eq(clock_at(&clk, 20), 5100);
    clock_leap(&clk, 20);
    ck_assert_int_eq(clock_at(&clk, 20), 5100);
}
END_TEST

START_TEST(timers_are_limited)
{
    for (unsigned i = 3; i < CLOCK_TIMERS; i++)
        ck_assert_int_eq(clock_add_timer(&clk, note, &names[i]), (int)i);
    ck_assert_int_eq(clock_add_timer(&clk, note, &names[0]), -ENOSPC);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("clock");
    TCase *tc = tcase_create("virtual time");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, time_is_steps_over_mips);
    tcase_add_test(tc, step_of_is_the_exact_inverse);
    tcase_add_test(tc, does_not_overflow_in_a_century);
    tcase_add_test(tc, fires_by_time_then_by_number);
    tcase_add_test(tc, a_timer_that_rearms_in_the_past_does_not_hang);
    tcase_add_test(tc, skipping_goes_forward_only);
    tcase_add_test(tc, a_leap_ends_at_the_next_deadline);
    tcase_add_test(tc, timers_are_limited);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
