#include "emu/suite/suite_spec.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct suite_case c;
static char why[256];

static int parse(const char *text)
{
    suite_spec_release(&c);
    why[0] = '\0';
    return suite_spec_parse(&c, text, "suites/a/x.case", "a/x", why, sizeof(why));
}

static void refused(const char *text, const char *sentence)
{
    ck_assert_int_eq(parse(text), -EINVAL);
    ck_assert_str_eq(why, sentence);
    suite_spec_release(&c);
}

START_TEST(a_whole_case)
{
    ck_assert_int_eq(parse("# what it is\n"
                           "\n"
                           "kernel = k.elf\n"
                           "  append=init=/bin/a b = c  \r\n"
                           "engine = step  block\n"
                           "level = exact\n"
                           "trace = x.trace\n"
                           "serial = /abs/x.serial\n"
                           "says = one\n"
                           "says = two words\n"
                           "budget = 5M\n"
                           "exit = 6"),
                     0);
    ck_assert_str_eq(c.name, "a/x");
    ck_assert_uint_eq(c.args, 3);
    ck_assert_str_eq(c.arg[0].option, "-kernel");
    ck_assert_str_eq(c.arg[0].value, "suites/a/k.elf");
    ck_assert_str_eq(c.arg[1].option, "-append");
    ck_assert_str_eq(c.arg[1].value, "init=/bin/a b = c");
    ck_assert_str_eq(c.arg[2].option, "--max-insns");
    ck_assert_uint_eq(c.engines, 2);
    ck_assert_str_eq(c.engine[0], "step");
    ck_assert_str_eq(c.engine[1], "block");
    ck_assert_str_eq(c.level, "exact");
    ck_assert_str_eq(c.trace, "suites/a/x.trace");
    ck_assert_str_eq(c.serial, "/abs/x.serial");
    ck_assert_uint_eq(c.says_count, 2);
    ck_assert_str_eq(c.says[1], "two words");
    ck_assert_int_eq(c.exit, 6);
    suite_spec_release(&c);
}
END_TEST

START_TEST(an_empty_case_boots_what_the_command_line_says)
{
    ck_assert_int_eq(parse(""), 0);
    ck_assert_uint_eq(c.args, 0);
    ck_assert_int_eq(c.exit, 0);
    suite_spec_release(&c);
}
END_TEST

START_TEST(mistakes_have_a_line)
{
    refused("\njunk\n", "suites/a/x.case:2: 'junk' is not of the form key = value");
    refused("kernle = x\n", "suites/a/x.case:1: there is no key 'kernle'");
    refused("kernel = x\n#\nkernel = y\n", "suites/a/x.case:3: a second kernel");
    refused("append =   \n", "suites/a/x.case:1: append has no value");
    refused("exit = -1\n", "suites/a/x.case:1: exit is a number from 0 to 255, not '-1'");
    refused("exit = 256\n", "suites/a/x.case:1: exit is a number from 0 to 255, not '256'");
    refused("exit = 3x\n", "suites/a/x.case:1: exit is a number from 0 to 255, not '3x'");
    refused("trace = t\n", "suites/a/x.case:2: trace needs a level: exact, symbolic or semantic");
    refused("probe = f\n", "suites/a/x.case:2: probe needs a level: exact, symbolic or semantic");
    refused("engine = 1 2 3 4 5 6 7 8 9\n", "suites/a/x.case:1: more than 8 engines");
}
END_TEST

/* What is built in is no file. */
START_TEST(layouts)
{
    ck_assert_int_eq(parse("layout = xv6\n"), 0);
    ck_assert_str_eq(c.arg[0].value, "xv6");
    suite_spec_release(&c);
    ck_assert_int_eq(parse("layout = mine.layout\n"), 0);
    ck_assert_str_eq(c.arg[0].option, "--layout");
    ck_assert_str_eq(c.arg[0].value, "suites/a/mine.layout");
    suite_spec_release(&c);
}
END_TEST

START_TEST(some_keys_may_repeat)
{
    char text[4096] = "";

    for (unsigned i = 0; i < SUITE_ARGS; i++)
        strcat(text, "symbols = s\n");
    ck_assert_int_eq(parse(text), 0);
    ck_assert_uint_eq(c.args, SUITE_ARGS);
    strcat(text, "symbols = s\n");
    refused(text, "suites/a/x.case:33: more than 32 options");
}
END_TEST

START_TEST(a_file_that_is_absent)
{
    ck_assert_int_eq(suite_spec_read(&c, "no/such.case", "such", why, sizeof(why)), -ENOENT);
    ck_assert_ptr_nonnull(strstr(why, "no/such.case"));
    suite_spec_release(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("suite_spec");
    TCase *tc = tcase_create("suite_spec");
    tcase_add_test(tc, a_whole_case);
    tcase_add_test(tc, an_empty_case_boots_what_the_command_line_says);
    tcase_add_test(tc, mistakes_have_a_line);
    tcase_add_test(tc, layouts);
    tcase_add_test(tc, some_keys_may_repeat);
    tcase_add_test(tc, a_file_that_is_absent);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
