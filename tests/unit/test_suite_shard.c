#include "emu/suite/suite_shard.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct suite_shard shard;
static char why[256];

static void is(const char *text, uint32_t index, uint32_t count)
{
    ck_assert_msg(suite_shard_parse(&shard, text, why, sizeof(why)) == 0, "%s: %s", text, why);
    ck_assert_uint_eq(shard.index, index);
    ck_assert_uint_eq(shard.count, count);
}

static void refused(const char *text, const char *what)
{
    ck_assert_int_eq(suite_shard_parse(&shard, text, why, sizeof(why)), -EINVAL);
    ck_assert_msg(strstr(why, what) != NULL, "%s: '%s' does not say '%s'", text, why, what);
}

START_TEST(by_hand)
{
    is("1/1", 1, 1);
    is("3/12", 3, 12);
    refused("0/3", "the first part is 1");
    refused("4/3", "the last 3");
    refused("1/0", "the last 0");
    refused("1", "wants i/n");
    refused("1/2x", "wants i/n");
    refused("-1/2", "wants i/n");
    refused("99999999999/2", "wants i/n");
    refused("auto/0", "wants i/n");
}
END_TEST

/* Whatever runs this test may set them. */
static void forget_variables(void)
{
    static const char *const names[] = {
        "CI_NODE_INDEX",        "CIRCLE_NODE_INDEX",         "BUILDKITE_PARALLEL_JOB",
        "SEMAPHORE_JOB_INDEX",  "SYSTEM_JOBPOSITIONINPHASE", "SLURM_ARRAY_TASK_ID",
        "SLURM_ARRAY_TASK_MIN", "AWS_BATCH_JOB_ARRAY_INDEX", "JOB_COMPLETION_INDEX",
        "JOB_COMPLETIONS",      "TEST_SHARD_INDEX",          "GTEST_SHARD_INDEX"};

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unsetenv(names[i]);
}

START_TEST(from_the_environment)
{
    forget_variables();
    refused("auto", "no variable");
    setenv("JOB_COMPLETION_INDEX", "0", 1); /* Kubernetes counts from 0 */
    refused("auto", "say --shard auto/N");
    is("auto/4", 1, 4);
    setenv("SLURM_ARRAY_TASK_ID", "12", 1);
    setenv("SLURM_ARRAY_TASK_MIN", "10", 1);
    setenv("SLURM_ARRAY_TASK_COUNT", "5", 1);
    is("auto", 3, 5);
    setenv("CI_NODE_INDEX", "2", 1); /* GitLab counts from 1 */
    setenv("CI_NODE_TOTAL", "2", 1);
    is("auto", 2, 2);
    setenv("CI_NODE_INDEX", "two", 1);
    is("auto", 3, 5);
    forget_variables();
}
END_TEST

/* Every name is in exactly one part, and parts of many names are about even. */
START_TEST(a_partition)
{
    enum { NAMES = 1000, PARTS = 7 };
    unsigned in[PARTS] = {0};

    for (unsigned n = 0; n < NAMES; n++) {
        char name[32];
        unsigned before = 0, after = 0;

        snprintf(name, sizeof(name), "lab3/test%u", n);
        for (unsigned i = 0; i < PARTS; i++)
            before += in[i];
        for (unsigned i = 0; i < PARTS; i++)
            in[i] += suite_shard_has(&(struct suite_shard){i + 1, PARTS}, name);
        for (unsigned i = 0; i < PARTS; i++)
            after += in[i];
        ck_assert_uint_eq(after, before + 1);
    }
    for (unsigned i = 0; i < PARTS; i++)
        ck_assert_uint_gt(in[i], NAMES / PARTS / 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("suite_shard");
    TCase *tc = tcase_create("suite_shard");
    tcase_add_test(tc, by_hand);
    tcase_add_test(tc, from_the_environment);
    tcase_add_test(tc, a_partition);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
