/* The filter's language and what it lets through. */
#include "emu/trace/trace_filter.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct trace_filter filter;
static char why[160];

static int parse(const char *text)
{
    trace_filter_init(&filter, trace_level_kinds(TRACE_EXACT));
    why[0] = '\0';
    return trace_filter_parse(&filter, text, why, sizeof(why));
}

static void accepts(const char *text)
{
    ck_assert_msg(parse(text) == 0, "'%s': %s", text, why);
}

static void refuses(const char *text, const char *sentence)
{
    ck_assert_int_eq(parse(text), -EINVAL);
    ck_assert_msg(strcmp(why, sentence) == 0, "'%s' said: %s", text, why);
}

START_TEST(every_clause)
{
    accepts("ev=int,fork,ret; pid=1,2; sym=do_fork; icount=1_000..0x800");
    ck_assert_uint_eq(filter.kinds,
                      TRACE_BIT(TRACE_INT) | TRACE_BIT(TRACE_FORK) | TRACE_BIT(TRACE_RET));
    ck_assert_uint_eq(filter.pid_count, 2);
    ck_assert_int_eq(filter.pid[1], 2);
    ck_assert_uint_eq(filter.sym_count, 1);
    ck_assert_str_eq(filter.sym[0], "do_fork");
    ck_assert_uint_eq(filter.first, 1000);
    ck_assert_uint_eq(filter.last, 2048);
}
END_TEST

START_TEST(blanks_and_open_ends)
{
    accepts("");
    ck_assert_uint_eq(filter.kinds, trace_level_kinds(TRACE_EXACT));
    accepts("  ;; icount = ..7 ;");
    ck_assert_uint_eq(filter.first, 0);
    ck_assert_uint_eq(filter.last, 7);
    accepts("icount=7..");
    ck_assert_uint_eq(filter.first, 7);
    ck_assert_uint_eq(filter.last, UINT64_MAX);
    accepts("\tpid = 1 , 2 ");
    ck_assert_uint_eq(filter.pid_count, 2);
}
END_TEST

START_TEST(every_kind_has_its_name)
{
    for (unsigned k = 0; k < TRACE_KIND_COUNT; k++) {
        char text[32];

        snprintf(text, sizeof(text), "ev=%s", trace_kind_name(k));
        accepts(text);
        ck_assert_uint_eq(filter.kinds, TRACE_BIT(k));
    }
}
END_TEST

START_TEST(mistakes)
{
    refuses("ev=int,frok", "trace filter: unknown event 'frok'");
    refuses("ev=", "trace filter: unknown event ''");
    refuses("fork", "trace filter: expected key=value, got 'fork'");
    refuses("task=1", "trace filter: the keys are ev, pid, sym and icount, not 'task'");
    refuses("pid=-1", "trace filter: not a pid: '-1'");
    refuses("pid=1,,2", "trace filter: not a pid: ''");
    refuses("pid=99999999999", "trace filter: not a pid: '99999999999'");
    refuses("pid=1; pid=2", "trace filter: given twice: 'pid'");
    refuses("sym=do fork", "trace filter: not a symbol: 'do fork'");
    refuses("sym=1up", "trace filter: not a symbol: '1up'");
    refuses("icount=5", "trace filter: icount wants a range like 1000..2000, not '5'");
    refuses("icount=..", "trace filter: icount wants a range like 1000..2000, not '..'");
    refuses("icount=1..x", "trace filter: icount wants a range like 1000..2000, not '1..x'");
    refuses("icount=9..3", "trace filter: icount range runs backwards: '9..3'");
    refuses("icount=0..18446744073709551616",
            "trace filter: icount wants a range like 1000..2000, not '0..18446744073709551616'");
}
END_TEST

START_TEST(too_many)
{
    char text[512] = "pid=1";

    for (int i = 0; i < TRACE_FILTER_PIDS; i++)
        strcat(text, ",7");
    refuses(text, "trace filter: too many pids at '7'");
    strcpy(text, "sym=a");
    for (int i = 0; i < TRACE_FILTER_SYMS; i++)
        strcat(text, ",b");
    refuses(text, "trace filter: too many symbols at 'b'");
}
END_TEST

START_TEST(noise_never_hurts)
{
    static const char letters[] = "ev=pidsymcount0123456789.,;_x \t";
    unsigned seed = 1;

    for (int i = 0; i < 20000; i++) {
        char text[40];
        size_t n = (seed = seed * 1103515245u + 12345u) >> 16 & 31;

        for (size_t k = 0; k < n; k++)
            text[k] = letters[((seed = seed * 1103515245u + 12345u) >> 16) % (sizeof(letters) - 1)];
        text[n] = '\0';
        if (parse(text) != 0)
            ck_assert_uint_gt(strlen(why), 0);
    }
}
END_TEST

START_TEST(choosing)
{
    static const struct trace_probe do_fork = {.name = "do_fork"}, other = {.name = "other"};
    struct trace_event event = {.kind = TRACE_CALL, .icount = 50, .who.pid = 3};

    event.call.probe = &do_fork;
    accepts("ev=call; pid=3; sym=do_fork; icount=50..50");
    ck_assert(trace_filter_wants(&filter, &event));
    event.icount = 51;
    ck_assert(!trace_filter_wants(&filter, &event));
    event.icount = 50;
    event.who.pid = 4;
    ck_assert(!trace_filter_wants(&filter, &event));
    event.who.pid = 3;
    event.call.probe = &other;
    ck_assert(!trace_filter_wants(&filter, &event));
    event.call.probe = &do_fork;
    event.kind = TRACE_RETURN;
    ck_assert(!trace_filter_wants(&filter, &event));
}
END_TEST

START_TEST(a_fork_concerns_both)
{
    struct trace_event event = {.kind = TRACE_FORK, .who.pid = 3};

    event.fork.child.pid = 4;
    accepts("pid=4");
    ck_assert(trace_filter_wants(&filter, &event));
    event.fork.child.pid = 5;
    ck_assert(!trace_filter_wants(&filter, &event));
}
END_TEST

START_TEST(an_irqs_iret_goes_with_it)
{
    struct trace_event event = {.kind = TRACE_IRET};

    event.iret.origin = TRACE_FRAME_IRQ;
    accepts("ev=iret");
    ck_assert(!trace_filter_wants(&filter, &event));
    accepts("ev=iret,irq");
    ck_assert(trace_filter_wants(&filter, &event));
    event.iret.origin = TRACE_FRAME_INT;
    accepts("ev=iret");
    ck_assert(trace_filter_wants(&filter, &event));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trace_filter");
    TCase *tests = tcase_create("all");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(tests, every_clause);
    tcase_add_test(tests, blanks_and_open_ends);
    tcase_add_test(tests, every_kind_has_its_name);
    tcase_add_test(tests, mistakes);
    tcase_add_test(tests, too_many);
    tcase_add_test(tests, noise_never_hurts);
    tcase_add_test(tests, choosing);
    tcase_add_test(tests, a_fork_concerns_both);
    tcase_add_test(tests, an_irqs_iret_goes_with_it);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
