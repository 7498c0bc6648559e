#include "devices/debugcon.h"

#include "tests/unit/device_bench.h"

START_TEST(says_that_it_is_there)
{
    struct debugcon con;
    debugcon_init(&con, bench_char_out());
    ck_assert_uint_eq(debugcon_ports.in(&con, 0, 1), 0xe9);
    ck_assert_uint_eq(bench.byte_count, 0);
}
END_TEST

START_TEST(prints_every_byte_as_it_is)
{
    struct debugcon con;
    debugcon_init(&con, bench_char_out());
    for (unsigned i = 0; i < 256; i++)
        debugcon_ports.out(&con, 0, 0xabcdef00u | i, 1);
    ck_assert_uint_eq(bench.byte_count, 256);
    for (unsigned i = 0; i < 256; i++)
        ck_assert_uint_eq(bench.bytes[i], i);
}
END_TEST

START_TEST(may_be_left_unconnected)
{
    struct debugcon con;
    debugcon_init(&con, (struct char_out){0});
    debugcon_ports.out(&con, 0, 'x', 1);
    ck_assert_uint_eq(bench.byte_count, 0);
}
END_TEST

START_TEST(is_one_port_of_one_byte)
{
    ck_assert_uint_eq(debugcon_ports.count, 1);
    ck_assert_uint_eq(debugcon_ports.max_size, 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("debugcon");
    TCase *tc = tcase_create("debugcon");
    tcase_add_checked_fixture(tc, bench_reset, NULL);
    tcase_add_test(tc, says_that_it_is_there);
    tcase_add_test(tc, prints_every_byte_as_it_is);
    tcase_add_test(tc, may_be_left_unconnected);
    tcase_add_test(tc, is_one_port_of_one_byte);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}
