#include "devices/exitport.h"

#include "tests/unit/device_bench.h"

static struct exitport port;
static uint32_t told;
static unsigned calls;

static void tell(void *ctx, uint32_t value)
{
    ck_assert_ptr_eq(ctx, &port);
    told = value;
    calls++;
}

static void setup(void)
{
    told = 0;
    calls = 0;
    exitport_init(&port, (struct exit_line){tell, &port});
}

START_TEST(takes_the_value_of_the_whole_access)
{
    static const struct {
        unsigned size;
        uint32_t value;
    } cases[] = {{1, 0x78}, {2, 0x5678}, {4, 0x12345678}};
    for (unsigned i = 0; i < 3; i++) {
        exitport_ports.out(&port, 0, 0x12345678, cases[i].size);
        ck_assert_uint_eq(told, cases[i].value);
        ck_assert_uint_eq(port.s.value, cases[i].value);
        ck_assert_uint_eq(calls, i + 1);
    }
}
END_TEST

START_TEST(zero_counts_as_an_exit)
{
    ck_assert(!port.s.written);
    exitport_ports.out(&port, 0, 0, 4);
    ck_assert(port.s.written);
    ck_assert_uint_eq(calls, 1);
    exitport_reset(&port);
    ck_assert(!port.s.written);
}
END_TEST

START_TEST(a_read_does_not_end_the_run)
{
    ck_assert_uint_eq(exitport_ports.in(&port, 0, 4), 0);
    ck_assert_uint_eq(calls, 0);
}
END_TEST

START_TEST(may_be_left_unconnected)
{
    exitport_init(&port, (struct exit_line){0});
    exitport_ports.out(&port, 3, 0xff21, 1);
    ck_assert_uint_eq(port.s.value, 0x21);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exitport");
    TCase *tc = tcase_create("exitport");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, takes_the_value_of_the_whole_access);
    tcase_add_test(tc, zero_counts_as_an_exit);
    tcase_add_test(tc, a_read_does_not_end_the_run);
    tcase_add_test(tc, may_be_left_unconnected);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}
