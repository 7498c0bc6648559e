#include "devices/fpuerr.h"

#include "tests/unit/device_bench.h"

enum { IRQ, IGNNE };

static struct fpuerr latch;

static void acknowledge(void)
{
    fpuerr_ports.out(&latch, 0, 0, 1);
}

static void setup(void)
{
    bench_reset();
    fpuerr_init(&latch, bench_line(IRQ), bench_line(IGNNE));
}

START_TEST(irq_stays_until_it_is_acknowledged)
{
    fpuerr_set_ferr(&latch, true);
    ck_assert(bench.level[IRQ]);
    fpuerr_set_ferr(&latch, false);
    ck_assert(bench.level[IRQ]);
    acknowledge();
    ck_assert(!bench.level[IRQ]);
    ck_assert_msg(bench.rises[IGNNE] == 0, "there is no error to ignore any more");
}
END_TEST

START_TEST(errors_are_ignored_from_the_write_to_the_end_of_ferr)
{
    fpuerr_set_ferr(&latch, true);
    ck_assert(!bench.level[IGNNE]);
    acknowledge();
    ck_assert(bench.level[IGNNE]);
    fpuerr_set_ferr(&latch, true);
    ck_assert_msg(bench.rises[IRQ] == 1, "the same error asks once");
    fpuerr_set_ferr(&latch, false);
    ck_assert(!bench.level[IGNNE]);
    fpuerr_set_ferr(&latch, true);
    ck_assert_uint_eq(bench.rises[IRQ], 2);
}
END_TEST

START_TEST(reset_releases_both)
{
    fpuerr_set_ferr(&latch, true);
    acknowledge();
    fpuerr_reset(&latch);
    ck_assert(!bench.level[IRQ] && !bench.level[IGNNE]);
    ck_assert_uint_eq(fpuerr_ports.in(&latch, 0, 1), 0xff);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fpuerr");
    TCase *tc = tcase_create("fpuerr");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, irq_stays_until_it_is_acknowledged);
    tcase_add_test(tc, errors_are_ignored_from_the_write_to_the_end_of_ferr);
    tcase_add_test(tc, reset_releases_both);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}
