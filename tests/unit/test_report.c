#include "emu/run/report.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct report r;
static char buf[320];

static void setup(void)
{
    r = (struct report){.icount = 42, .where = "start+0x2"};
}

static void expect(enum run_end end, bool panicked, int code, const char *word)
{
    r.end = end;
    r.panicked = panicked;
    ck_assert_int_eq(report_exitcode(&r, EXIT_MODE_TOOL), code);
    ck_assert_str_eq(report_word(&r), word);
}

/* The exit codes are a promise to scripts. */
START_TEST(every_end_has_its_code)
{
    expect(RUN_GUEST_EXIT, false, 0, "exit");
    expect(RUN_TRIPLE, false, 6, "triple-fault");
    expect(RUN_BUDGET, false, 7, "budget");
    expect(RUN_STUCK, false, 8, "stuck");
    expect(RUN_IDLE, false, 8, "idle");
    expect(RUN_WALL, false, 9, "wall-timeout");
    expect(RUN_RESET, false, 10, "reset");
    expect(RUN_OUTPUT, false, 4, "output-error");
    expect(RUN_INTERRUPTED, false, 130, "interrupted");
    expect(RUN_PANIC, true, 5, "panic");
}
END_TEST

START_TEST(a_panic_outweighs_what_came_after)
{
    static const enum run_end guest_ends[] = {RUN_GUEST_EXIT, RUN_TRIPLE, RUN_STUCK, RUN_IDLE,
                                              RUN_RESET,      RUN_BUDGET, RUN_WALL};

    for (unsigned i = 0; i < sizeof(guest_ends) / sizeof(guest_ends[0]); i++)
        expect(guest_ends[i], true, 5, "panic");
    expect(RUN_OUTPUT, true, 4, "output-error");
    expect(RUN_INTERRUPTED, true, 130, "interrupted");
}
END_TEST

START_TEST(what_the_guest_reported)
{
    r.end = RUN_GUEST_EXIT;
    r.guest_value = 3;
    ck_assert_int_eq(report_exitcode(&r, EXIT_MODE_TOOL), 10);
    ck_assert_int_eq(report_exitcode(&r, EXIT_MODE_GUEST), 3);
    ck_assert_int_eq(report_exitcode(&r, EXIT_MODE_QEMU), 7);
    r.guest_value = 0x1ff;
    ck_assert_int_eq(report_exitcode(&r, EXIT_MODE_GUEST), 0xff);
    r.end = RUN_BUDGET;
    ck_assert_int_eq(report_exitcode(&r, EXIT_MODE_GUEST), 7);
}
END_TEST

START_TEST(sentences)
{
    r.end = RUN_GUEST_EXIT;
    r.guest_value = 3;
    ck_assert_str_eq(report_sentence(&r, buf, sizeof(buf)),
                     "the guest reported failure (3) after 42 instructions at start+0x2");
    r.end = RUN_STUCK;
    r.panicked = true;
    ck_assert_ptr_nonnull(strstr(report_sentence(&r, buf, sizeof(buf)), "panicked; then: the"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report");
    TCase *tc = tcase_create("report");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, every_end_has_its_code);
    tcase_add_test(tc, a_panic_outweighs_what_came_after);
    tcase_add_test(tc, what_the_guest_reported);
    tcase_add_test(tc, sentences);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
