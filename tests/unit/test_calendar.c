#include "devices/calendar.h"

#include <time.h>

#include "tests/unit/device_bench.h"

/* Against the C library's calendar, over more than a 400-year cycle on both sides of 1970. */
START_TEST(agrees_with_gmtime)
{
    for (int64_t day = 0; day < 900000; day += 13) {
        time_t seconds = (day - CALENDAR_UNIX_EPOCH) * 86400;
        struct tm tm;
        ck_assert_ptr_nonnull(gmtime_r(&seconds, &tm));
        struct date date = calendar_date(day);
        ck_assert_int_eq(date.year, tm.tm_year + 1900);
        ck_assert_int_eq(date.month, tm.tm_mon + 1);
        ck_assert_int_eq(date.day, tm.tm_mday);
        ck_assert_int_eq(calendar_weekday(day), tm.tm_wday + 1);
        ck_assert_int_eq(calendar_days(date), day);
    }
}
END_TEST

START_TEST(counts_on_from_days_that_do_not_exist)
{
    static const struct {
        struct date given, meant;
    } cases[] = {
        {{2023, 2, 30}, {2023, 3, 2}},
        {{2024, 2, 30}, {2024, 3, 1}},
        {{1999, 13, 1}, {2000, 1, 1}},
        {{1999, 12, 32}, {2000, 1, 1}},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct date date = calendar_date(calendar_days(cases[i].given));
        ck_assert_int_eq(date.year, cases[i].meant.year);
        ck_assert_int_eq(date.month, cases[i].meant.month);
        ck_assert_int_eq(date.day, cases[i].meant.day);
    }
}
END_TEST

START_TEST(holds_at_the_far_end)
{
    struct date last = {25755, 255, 255};
    int64_t days = calendar_days(last);
    ck_assert_int_eq(calendar_days(calendar_date(days)), days);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calendar");
    TCase *tc = tcase_create("calendar");
    tcase_add_test(tc, agrees_with_gmtime);
    tcase_add_test(tc, counts_on_from_days_that_do_not_exist);
    tcase_add_test(tc, holds_at_the_far_end);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}
