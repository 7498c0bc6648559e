#include "devices/cmos.h"

#include <stdio.h>

#include "devices/oscillator.h"
#include "tests/unit/device_bench.h"

enum { IRQ };
enum { SEC, SEC_ALARM, MIN, MIN_ALARM, HOUR, HOUR_ALARM, WEEKDAY, DAY, MONTH, YEAR, A, B, C, D };
enum { SHUTDOWN = 0x0f, CENTURY = 0x32 };

static struct cmos cmos;

static void out(uint8_t index, uint8_t value)
{
    cmos_ports.out(&cmos, 0, index, 1);
    cmos_ports.out(&cmos, 1, value, 1);
}

static uint8_t in(uint8_t index)
{
    cmos_ports.out(&cmos, 0, index, 1);
    return cmos_ports.in(&cmos, 1, 1);
}

static void elapse(int64_t ns)
{
    bench_run(bench.now + ns, cmos_timer, &cmos);
}

static void start(int64_t epoch, uint32_t megabytes)
{
    struct cmos_config config = {.epoch = epoch, .ram_bytes = megabytes << 20, .equipment = 0x02};
    cmos_init(&cmos, &config, bench_line(IRQ), bench_timer());
}

/* Saturday 2000-01-01 00:00:00 minus one second: everything is about to change. */
static void setup(void)
{
    bench_reset();
    start(946684799, 64);
}

static void check_time(const char *expected)
{
    char text[40];
    snprintf(text, sizeof text, "%02x%02x-%02x-%02x %02x:%02x:%02x %x", in(CENTURY), in(YEAR),
             in(MONTH), in(DAY), in(HOUR), in(MIN), in(SEC), in(WEEKDAY));
    ck_assert_str_eq(text, expected);
}

START_TEST(shows_the_epoch_and_goes_on)
{
    check_time("1999-12-31 23:59:59 6");
    elapse(NS_PER_SECOND - 1);
    check_time("1999-12-31 23:59:59 6");
    elapse(1);
    check_time("2000-01-01 00:00:00 7");
    elapse(59 * 86400 * NS_PER_SECOND);
    check_time("2000-02-29 00:00:00 3");
}
END_TEST

START_TEST(any_epoch_is_some_time)
{
    start(0, 64);
    check_time("1970-01-01 00:00:00 5");
    start(-86400, 64);
    check_time("1969-12-31 00:00:00 4");
    start(INT64_MIN, 64);
    check_time("0000-01-01 00:00:00 7");
    start(INT64_MAX, 64);
    check_time("9999-12-31 23:59:59 6");
}
END_TEST

START_TEST(binary_and_twelve_hours)
{
    start(946684799 - 11 * 3600, 64); /* 12:59:59 */
    out(B, 0x06);
    out(HOUR, 12);
    out(MIN, 59);
    out(SEC, 59);
    elapse(NS_PER_SECOND);
    ck_assert_uint_eq(in(HOUR), 13);
    ck_assert_uint_eq(in(MIN), 0);

    out(B, 0x00);
    out(HOUR, 0x91); /* 11 PM */
    out(MIN, 0x59);
    out(SEC, 0x59);
    elapse(NS_PER_SECOND);
    ck_assert_msg(in(HOUR) == 0x12, "midnight is 12 AM");
    elapse(12 * 3600 * NS_PER_SECOND);
    ck_assert_msg(in(HOUR) == 0x92, "noon is 12 PM");
    elapse(3600 * NS_PER_SECOND);
    ck_assert_uint_eq(in(HOUR), 0x81);
}
END_TEST

START_TEST(set_holds_the_clock)
{
    out(B, 0x92);
    ck_assert_msg(in(B) == 0x82, "SET clears UIE");
    out(YEAR, 0x26);
    out(CENTURY, 0x20);
    elapse(10 * NS_PER_SECOND);
    ck_assert_uint_eq(in(SEC), 0x59);
    ck_assert_uint_eq(in(C)&0x10, 0);
    out(B, 0x02);
    elapse(NS_PER_SECOND);
    check_time("2027-01-01 00:00:00 7");
}
END_TEST

START_TEST(divider_reset_delays_the_next_update_by_half_a_second)
{
    elapse(300000000);
    out(A, 0x76);
    elapse(5 * NS_PER_SECOND);
    ck_assert_uint_eq(in(SEC), 0x59);
    out(A, 0x26);
    elapse(NS_PER_SECOND / 2 - 1);
    ck_assert_uint_eq(in(SEC), 0x59);
    elapse(1);
    ck_assert_uint_eq(in(SEC), 0x00);
}
END_TEST

START_TEST(update_in_progress)
{
    ck_assert_uint_eq(in(A), 0x26);
    elapse(NS_PER_SECOND - 2228001);
    ck_assert_uint_eq(in(A), 0x26);
    elapse(1);
    ck_assert_uint_eq(in(A), 0xa6);
    elapse(2228000);
    ck_assert_uint_eq(in(A), 0x26);
    ck_assert_uint_eq(in(SEC), 0x00);
    elapse(NS_PER_SECOND - 1);
    out(B, 0x82);
    ck_assert_uint_eq(in(A), 0x26);
}
END_TEST

START_TEST(update_interrupt)
{
    out(B, 0x12);
    elapse(NS_PER_SECOND - 1);
    in(C);
    ck_assert(!bench.level[IRQ]);
    elapse(1);
    ck_assert(bench.level[IRQ]);
    ck_assert_uint_eq(in(C)&0x90, 0x90);
    ck_assert_msg(!bench.level[IRQ], "reading C takes the line down");
    ck_assert_uint_eq(in(C), 0);
    elapse(NS_PER_SECOND);
    ck_assert_uint_eq(bench.rises[IRQ], 2);
}
END_TEST

START_TEST(flags_come_without_enables)
{
    elapse(NS_PER_SECOND); /* to 00:00:00, where the alarm bytes stand */
    ck_assert_int_eq(bench.deadline, TIMER_NEVER);
    ck_assert_msg(in(C) == 0x70, "PF, AF and UF, no IRQF");
    ck_assert_uint_eq(in(C), 0);
}
END_TEST

START_TEST(periodic_rates)
{
    static const struct {
        uint8_t rate;
        unsigned hz;
    } cases[] = {{1, 256}, {2, 128}, {3, 8192}, {6, 1024}, {8, 256}, {15, 2}, {0, 0}};
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        out(B, 0x02);
        in(C);
        out(A, 0x20 | cases[i].rate);
        out(B, 0x42);
        unsigned before = bench.rises[IRQ];
        int64_t end = bench.now + 3 * NS_PER_SECOND;
        while (bench.deadline != TIMER_NEVER && bench.deadline <= end) {
            bench_run(bench.deadline, cmos_timer, &cmos);
            ck_assert_uint_eq(in(C)&0xc0, 0xc0);
        }
        bench_run(end, cmos_timer, &cmos);
        ck_assert_uint_eq(bench.rises[IRQ] - before, 3 * cases[i].hz);
    }
}
END_TEST

START_TEST(alarm_at_a_time)
{
    out(HOUR_ALARM, 0x07);
    out(MIN_ALARM, 0x30);
    out(SEC_ALARM, 0x05);
    out(B, 0x22);
    elapse((1 + 7 * 3600 + 30 * 60 + 5) * NS_PER_SECOND - 1);
    ck_assert(!bench.level[IRQ]);
    elapse(1);
    ck_assert(bench.level[IRQ]);
    ck_assert_uint_eq(in(C)&0xa0, 0xa0);
    elapse(86400 * NS_PER_SECOND - 1);
    ck_assert_uint_eq(bench.rises[IRQ], 1);
    elapse(1);
    ck_assert_uint_eq(bench.rises[IRQ], 2);
}
END_TEST

START_TEST(alarm_with_any_bytes)
{
    static const struct {
        uint8_t hour, minute, second;
        int64_t first, next;
    } cases[] = {
        {0xff, 0xff, 0xff, 1, 1},
        {0xff, 0xff, 0x10, 11, 60},
        {0xff, 0x02, 0x00, 121, 3600},
        {0xc0, 0x00, 0xc5, 1, 1},
        {0x12, 0xff, 0x30, 1 + 12 * 3600 + 30, 60},
        {0x23, 0x59, 0x59, 86400, 86400},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        setup();
        out(HOUR_ALARM, cases[i].hour);
        out(MIN_ALARM, cases[i].minute);
        out(SEC_ALARM, cases[i].second);
        out(B, 0x22);
        ck_assert_int_eq(bench.deadline, cases[i].first * NS_PER_SECOND);
        bench_run(bench.deadline, cmos_timer, &cmos);
        in(C);
        ck_assert_int_eq(bench.deadline, (cases[i].first + cases[i].next) * NS_PER_SECOND);
    }
}
END_TEST

START_TEST(alarm_that_never_comes)
{
    out(HOUR_ALARM, 0xff);
    out(MIN_ALARM, 0xff);
    out(SEC_ALARM, 0x75);
    out(B, 0x22);
    ck_assert_int_eq(bench.deadline, TIMER_NEVER);
    elapse(3 * 86400 * NS_PER_SECOND);
    ck_assert_uint_eq(in(C)&0x20, 0);
}
END_TEST

START_TEST(alarm_is_found_in_a_time_that_nobody_watched)
{
    out(HOUR_ALARM, 0x00);
    out(MIN_ALARM, 0x10);
    out(SEC_ALARM, 0x00);
    elapse(600 * NS_PER_SECOND);
    ck_assert_uint_eq(in(C)&0x20, 0);
    elapse(2 * NS_PER_SECOND);
    ck_assert_uint_eq(in(C)&0x20, 0x20);
}
END_TEST

START_TEST(memory_size)
{
    static const struct {
        uint32_t megabytes;
        uint16_t base, extended, above_16m;
    } cases[] = {
        {1, 640, 0, 0}, {8, 640, 7168, 0}, {64, 640, 64512, 768}, {1024, 640, 65535, 16128}};
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        start(0, cases[i].megabytes);
        ck_assert_uint_eq(in(0x15) | in(0x16) << 8, cases[i].base);
        ck_assert_uint_eq(in(0x17) | in(0x18) << 8, cases[i].extended);
        ck_assert_uint_eq(in(0x30) | in(0x31) << 8, cases[i].extended);
        ck_assert_uint_eq(in(0x34) | in(0x35) << 8, cases[i].above_16m);
    }
}
END_TEST

START_TEST(configuration_bytes_and_their_sum)
{
    unsigned sum = 0;
    ck_assert_uint_eq(in(0x14), 0x02);
    for (unsigned i = 0x10; i <= 0x2d; i++)
        sum += in(i);
    ck_assert_uint_ne(sum, 0);
    ck_assert_uint_eq(in(0x2e) << 8 | in(0x2f), sum);
}
END_TEST

START_TEST(ram_survives_reset_and_interrupts_do_not)
{
    out(SHUTDOWN, 0x0a);
    out(0x7f, 0x5a);
    out(B, 0x7a);
    elapse(NS_PER_SECOND);
    ck_assert(bench.level[IRQ]);
    cmos_reset(&cmos);
    ck_assert(!bench.level[IRQ]);
    ck_assert_uint_eq(in(SHUTDOWN), 0x0a);
    ck_assert_uint_eq(in(0x7f), 0x5a);
    ck_assert_uint_eq(in(B), 0x02);
    check_time("2000-01-01 00:00:00 7");
}
END_TEST

START_TEST(c_and_d_are_read_only)
{
    out(C, 0xff);
    out(D, 0);
    ck_assert_uint_eq(in(C), 0);
    ck_assert_uint_eq(in(D), 0x80);
}
END_TEST

START_TEST(index_port_masks_nmi)
{
    ck_assert(!cmos_nmi_masked(&cmos));
    ck_assert_uint_eq(in(0x80 | DAY), 0x31);
    ck_assert(cmos_nmi_masked(&cmos));
    ck_assert_uint_eq(cmos_ports.in(&cmos, 0, 1), 0xff);
    in(DAY);
    ck_assert(!cmos_nmi_masked(&cmos));
}
END_TEST

START_TEST(times_that_do_not_exist_become_real_ones)
{
    for (unsigned i = 0; i < 10; i++)
        out(i, 0xff);
    out(CENTURY, 0xff);
    out(B, 0x02);
    elapse(NS_PER_SECOND);
    ck_assert_uint_le(in(SEC), 0x59);
    ck_assert_uint_le(in(MIN), 0x59);
    ck_assert_uint_le(in(HOUR), 0x23);
    ck_assert_uint_le(in(MONTH), 0x12);
    ck_assert_uint_le(in(DAY), 0x31);
}
END_TEST

static uint32_t noise_run(uint32_t seed, unsigned steps)
{
    uint32_t sum = 0;
    for (unsigned i = 0; i < steps; i++) {
        out(bench_noise(&seed) & 15, bench_noise(&seed));
        int64_t longest = bench_noise(&seed) & 7 ? 1000000 : 100 * NS_PER_SECOND;
        elapse(bench_noise(&seed) * INT64_C(977) % longest);
        sum = sum * 31 + in(bench_noise(&seed) & 15) + bench.rises[IRQ];
    }
    return sum;
}

START_TEST(noise_and_state_round_trip)
{
    noise_run(1, 20000);
    struct cmos_state state = cmos.s;
    struct bench saved = bench;
    uint32_t once = noise_run(2, 20000);
    cmos.s = state;
    bench = saved;
    ck_assert_uint_eq(noise_run(2, 20000), once);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cmos");
    TCase *tc = tcase_create("MC146818");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, shows_the_epoch_and_goes_on);
    tcase_add_test(tc, any_epoch_is_some_time);
    tcase_add_test(tc, binary_and_twelve_hours);
    tcase_add_test(tc, set_holds_the_clock);
    tcase_add_test(tc, divider_reset_delays_the_next_update_by_half_a_second);
    tcase_add_test(tc, update_in_progress);
    tcase_add_test(tc, update_interrupt);
    tcase_add_test(tc, flags_come_without_enables);
    tcase_add_test(tc, periodic_rates);
    tcase_add_test(tc, alarm_at_a_time);
    tcase_add_test(tc, alarm_with_any_bytes);
    tcase_add_test(tc, alarm_that_never_comes);
    tcase_add_test(tc, alarm_is_found_in_a_time_that_nobody_watched);
    tcase_add_test(tc, memory_size);
    tcase_add_test(tc, configuration_bytes_and_their_sum);
    tcase_add_test(tc, ram_survives_reset_and_interrupts_do_not);
    tcase_add_test(tc, c_and_d_are_read_only);
    tcase_add_test(tc, index_port_masks_nmi);
    tcase_add_test(tc, times_that_do_not_exist_become_real_ones);
    tcase_add_test(tc, noise_and_state_round_trip);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}
