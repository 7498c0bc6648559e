#include "emu/machine/jitter.h"

#include <check.h>
#include <stdlib.h>

enum { IRETS = 20000, DELAY_MAX = 1 << JITTER_DELAY_BITS };

/* Plays one storm to its end; returns how many leaps it had. */
static unsigned play_storm(struct jitter_state *j)
{
    unsigned leaps = 0;
    uint64_t step = j->step;

    while (j->step != UINT64_MAX) {
        ck_assert_uint_eq(j->step, step);
        ck_assert(!jitter_iret(j, step));
        jitter_leapt(j, step);
        step += JITTER_BEAT;
        leaps++;
    }
    return leaps;
}

START_TEST(seed_zero_is_none)
{
    struct jitter_state j;

    jitter_start(&j, 0);
    for (uint64_t icount = 0; icount < IRETS; icount++)
        ck_assert(!jitter_iret(&j, icount));
    ck_assert_uint_eq(j.step, UINT64_MAX);
}
END_TEST

START_TEST(storms_keep_their_bounds)
{
    struct jitter_state j;
    unsigned storms = 0, at_once = 0, longest = 0;

    jitter_start(&j, 1);
    for (uint64_t icount = 0; icount < IRETS; icount++) {
        if (!jitter_iret(&j, icount))
            continue;
        ck_assert_uint_ge(j.step, icount);
        ck_assert_uint_lt(j.step, icount + DELAY_MAX);
        storms++;
        at_once += j.step == icount;
        unsigned leaps = play_storm(&j);
        ck_assert_uint_le(leaps, JITTER_STORM_MAX);
        longest = leaps > longest ? leaps : longest;
    }
    ck_assert_uint_eq(longest, JITTER_STORM_MAX);
    ck_assert_uint_gt(at_once, storms / (2 * JITTER_DELAY_BITS));
    ck_assert_uint_gt(storms, IRETS / JITTER_CHANCE * 9 / 10);
    ck_assert_uint_lt(storms, IRETS / JITTER_CHANCE * 11 / 10);
}
END_TEST

static uint64_t first_storm(uint64_t seed)
{
    struct jitter_state j;
    uint64_t icount = 0;

    jitter_start(&j, seed);
    while (!jitter_iret(&j, icount))
        icount += 1000;
    return j.step * (JITTER_STORM_MAX + 1) + j.leaps;
}

START_TEST(a_seed_says_it_all)
{
    unsigned same = 0;

    for (uint64_t seed = 1; seed < 1000; seed++) {
        ck_assert_uint_eq(first_storm(seed), first_storm(seed));
        same += first_storm(seed) == first_storm(seed + 1);
    }
    ck_assert_uint_lt(same, 50);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("jitter");
    TCase *tests = tcase_create("jitter");

    tcase_add_test(tests, seed_zero_is_none);
    tcase_add_test(tests, storms_keep_their_bounds);
    tcase_add_test(tests, a_seed_says_it_all);
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
