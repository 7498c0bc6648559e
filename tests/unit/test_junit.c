#include "emu/support/junit.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char why[256];

START_TEST(a_file)
{
    char path[] = "/tmp/forkscope-junit-XXXXXX", text[2048] = "";
    const struct junit_case cases[] = {{"one", JUNIT_PASSED, NULL, NULL},
                                       {"t\"wo", JUNIT_FAILED, "a < b\n& c", "x\x01y\n]]>"},
                                       {"three", JUNIT_SKIPPED, "no guest", NULL}};
    int fd = mkstemp(path);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(junit_write(path, "suite", cases, 3, why, sizeof(why)), 0);
    ck_assert_int_gt(read(fd, text, sizeof(text) - 1), 0);
    close(fd);
    unlink(path);
    ck_assert_str_eq(
        text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              "<testsuites tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\">\n"
              "  <testsuite name=\"suite\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\">\n"
              "    <testcase classname=\"suite\" name=\"one\"/>\n"
              "    <testcase classname=\"suite\" name=\"t&quot;wo\">\n"
              "      <failure message=\"a &lt; b&#10;&amp; c\">x?y\n]]&gt;</failure>\n"
              "    </testcase>\n"
              "    <testcase classname=\"suite\" name=\"three\">\n"
              "      <skipped message=\"no guest\"></skipped>\n"
              "    </testcase>\n"
              "  </testsuite>\n"
              "</testsuites>\n");
}
END_TEST

START_TEST(a_file_that_cannot_be_written)
{
    ck_assert_int_eq(junit_write("/no/such/file", "s", NULL, 0, why, sizeof(why)), -ENOENT);
    ck_assert_ptr_nonnull(strstr(why, "/no/such/file"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("junit");
    TCase *tc = tcase_create("junit");
    tcase_add_test(tc, a_file);
    tcase_add_test(tc, a_file_that_cannot_be_written);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
