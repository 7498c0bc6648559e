#include "devices/port92.h"

#include "tests/unit/device_bench.h"

enum { A20, RESET };

static struct port92 port;

static void out(uint8_t value)
{
    port92_ports.out(&port, 0, value, 1);
}

static uint8_t in(void)
{
    return port92_ports.in(&port, 0, 1);
}

static void setup(void)
{
    bench_reset();
    port92_init(&port, bench_line(A20), bench_line(RESET));
}

START_TEST(opens_and_closes_a20)
{
    ck_assert(!bench.level[A20]);
    out(in() | 2);
    ck_assert(bench.level[A20]);
    ck_assert_uint_eq(in(), 2);
    out(in() & ~2);
    ck_assert(!bench.level[A20]);
    ck_assert_uint_eq(bench.rises[RESET], 0);
}
END_TEST

START_TEST(resets_on_the_rising_bit)
{
    out(1);
    ck_assert_uint_eq(bench.rises[RESET], 1);
    ck_assert_msg(!bench.level[RESET], "a pulse");
    out(3);
    ck_assert_uint_eq(bench.rises[RESET], 1);
    out(2);
    out(3);
    ck_assert_uint_eq(bench.rises[RESET], 2);
}
END_TEST

START_TEST(reset_closes_a20)
{
    out(0xff);
    ck_assert_uint_eq(in(), 3);
    port92_reset(&port);
    ck_assert(!bench.level[A20]);
    ck_assert_uint_eq(in(), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("port92");
    TCase *tc = tcase_create("port92");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, opens_and_closes_a20);
    tcase_add_test(tc, resets_on_the_rising_bit);
    tcase_add_test(tc, reset_closes_a20);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}
