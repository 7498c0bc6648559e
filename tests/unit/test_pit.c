#include "devices/pit.h"

#include "devices/oscillator.h"
#include "tests/unit/device_bench.h"

enum { CONTROL = 3 };

static struct pit pit;
static int64_t origin; /* the tick from which a test counts */

static void out(unsigned reg, uint8_t value)
{
    pit_ports.out(&pit, reg, value, 1);
}

static uint8_t in(unsigned reg)
{
    return pit_ports.in(&pit, reg, 1);
}

/* Lets time go on to `tick` ticks after the origin. */
static void go(int64_t tick)
{
    bench_run(oscillator_ns(PIT_HZ, origin + tick), pit_timer, &pit);
}

static void setup(void)
{
    bench_reset();
    const struct irq_line lines[PIT_CHANNELS] = {bench_line(0), bench_line(1), bench_line(2)};
    pit_init(&pit, lines, bench_timer());
    origin = 0;
    go(1000);
    origin = 1000;
}

/* Writes control word and 16-bit count to a channel; the count is loaded one tick later. */
static void program(unsigned channel, unsigned mode, uint16_t count, bool bcd)
{
    out(CONTROL, channel << 6 | 0x30 | mode << 1 | bcd);
    out(channel, count);
    out(channel, count >> 8);
    origin = pit_ticks(&pit);
}

static unsigned latched(unsigned channel)
{
    out(CONTROL, channel << 6);
    unsigned low = in(channel);
    return low | in(channel) << 8;
}

static uint8_t status(unsigned channel)
{
    out(CONTROL, 0xe0 | 2u << channel);
    return in(channel);
}

/* OUT at each of the ticks 1, 2, ... after the origin, as '-' for high and '_' for low. */
static const char *wave(unsigned channel, unsigned ticks)
{
    static char text[65];
    ck_assert_uint_lt(ticks, sizeof text);
    for (unsigned i = 0; i < ticks; i++) {
        go(i + 1);
        text[i] = bench.level[channel] ? '-' : '_';
    }
    text[ticks] = '\0';
    return text;
}

static void gate(unsigned channel, bool level)
{
    pit_set_gate(&pit, channel, level);
    origin = pit_ticks(&pit);
}

START_TEST(crystal_is_exact)
{
    for (int64_t k = 0; k < 3000000; k += 997) {
        int64_t ns = oscillator_ns(PIT_HZ, k);
        ck_assert_int_eq(oscillator_ticks(PIT_HZ, ns), k);
        if (ns)
            ck_assert_int_eq(oscillator_ticks(PIT_HZ, ns - 1), k - 1);
    }
    ck_assert_int_eq(oscillator_ns(PIT_HZ, 1), 839);
    int64_t century = INT64_C(3155760000);
    ck_assert_int_eq(oscillator_ns(PIT_HZ, PIT_HZ * century), century * NS_PER_SECOND);
    ck_assert_int_eq(oscillator_ticks(PIT_HZ, century * NS_PER_SECOND), PIT_HZ * century);
}
END_TEST

START_TEST(mode0_rises_after_n_plus_1)
{
    program(0, 0, 4, false);
    ck_assert_str_eq(wave(0, 10), "____------");
    program(0, 0, 2, false);
    ck_assert_str_eq(wave(0, 5), "__---");
}
END_TEST

START_TEST(mode0_counts_on_below_zero)
{
    program(0, 0, 3, false);
    go(1);
    ck_assert_uint_eq(latched(0), 3);
    go(4);
    ck_assert_uint_eq(latched(0), 0);
    go(6);
    ck_assert_uint_eq(latched(0), 0xfffe);
}
END_TEST

START_TEST(mode0_gate_holds_the_count)
{
    program(0, 0, 4, false);
    go(3);
    gate(0, false);
    ck_assert_uint_eq(latched(0), 2);
    ck_assert_str_eq(wave(0, 6), "______");
    ck_assert_uint_eq(latched(0), 2);
    gate(0, true);
    ck_assert_str_eq(wave(0, 3), "_--");
}
END_TEST

START_TEST(mode0_half_a_count_stops_the_counting)
{
    program(0, 0, 4, false);
    go(6);
    ck_assert(bench.level[0]);
    out(0, 3);
    ck_assert(!bench.level[0]);
    origin = pit_ticks(&pit);
    ck_assert_str_eq(wave(0, 8), "________");
    out(0, 0);
    origin = pit_ticks(&pit);
    ck_assert_str_eq(wave(0, 6), "___---");
}
END_TEST

START_TEST(mode1_is_triggered_by_the_gate)
{
    program(0, 1, 3, false);
    ck_assert_str_eq(wave(0, 4), "----");
    gate(0, false);
    gate(0, true);
    ck_assert_str_eq(wave(0, 6), "___---");
    gate(0, false);
    gate(0, true);
    go(2);
    gate(0, false);
    gate(0, true);
    ck_assert_msg(!strcmp(wave(0, 6), "___---"), "a new trigger makes the pulse longer");
}
END_TEST

START_TEST(mode1_takes_a_new_count_at_the_next_trigger)
{
    program(0, 1, 3, false);
    gate(0, false);
    gate(0, true);
    go(1);
    out(0, 5);
    out(0, 0);
    ck_assert(status(0) & 0x40);
    ck_assert_str_eq(wave(0, 5), "___--");
    gate(0, false);
    gate(0, true);
    ck_assert_str_eq(wave(0, 6), "_____-");
    ck_assert(!(status(0) & 0x40));
}
END_TEST

START_TEST(mode2_is_low_for_the_last_clock)
{
    program(0, 2, 3, false);
    ck_assert_str_eq(wave(0, 10), "--_--_--_-");
}
END_TEST

START_TEST(mode2_counts_from_n_to_1)
{
    program(0, 2, 3, false);
    static const unsigned counts[] = {3, 2, 1, 3, 2, 1, 3};
    for (unsigned i = 0; i < 7; i++) {
        go(i + 1);
        ck_assert_uint_eq(latched(0), counts[i]);
    }
}
END_TEST

START_TEST(mode2_takes_a_new_count_at_the_end_of_the_cycle)
{
    program(0, 2, 3, false);
    go(2);
    out(0, 5);
    out(0, 0);
    ck_assert_str_eq(wave(0, 14), "--_----_----_-");
}
END_TEST

START_TEST(mode2_gate_forces_high_and_restarts)
{
    program(0, 2, 4, false);
    go(4);
    ck_assert(!bench.level[0]);
    gate(0, false);
    ck_assert(bench.level[0]);
    ck_assert_str_eq(wave(0, 6), "------");
    gate(0, true);
    ck_assert_str_eq(wave(0, 8), "---_---_");
}
END_TEST

START_TEST(mode3_is_square)
{
    program(0, 3, 4, false);
    ck_assert_str_eq(wave(0, 9), "--__--__-");
    program(0, 3, 5, false);
    ck_assert_str_eq(wave(0, 11), "---__---__-");
}
END_TEST

START_TEST(mode3_counts_by_two)
{
    static const unsigned even[] = {4, 2, 4, 2, 4};
    static const unsigned odd[] = {4, 2, 0, 4, 2, 4, 2, 0};
    program(0, 3, 4, false);
    for (unsigned i = 0; i < 5; i++) {
        go(i + 1);
        ck_assert_uint_eq(latched(0), even[i]);
    }
    program(0, 3, 5, false);
    for (unsigned i = 0; i < 8; i++) {
        go(i + 1);
        ck_assert_uint_eq(latched(0), odd[i]);
    }
}
END_TEST

START_TEST(mode3_gate_forces_high_and_restarts)
{
    program(0, 3, 6, false);
    go(4);
    ck_assert(!bench.level[0]);
    gate(0, false);
    ck_assert(bench.level[0]);
    go(20);
    gate(0, true);
    ck_assert_str_eq(wave(0, 8), "---___--");
}
END_TEST

START_TEST(mode4_strobes_once)
{
    program(0, 4, 3, false);
    ck_assert_str_eq(wave(0, 10), "---_------");
    go(70000);
    ck_assert_msg(bench.rises[0] == 2, "once when programmed, once after the strobe");
}
END_TEST

START_TEST(mode4_gate_holds_the_count)
{
    program(0, 4, 3, false);
    go(2);
    gate(0, false);
    ck_assert_str_eq(wave(0, 5), "-----");
    gate(0, true);
    ck_assert_str_eq(wave(0, 4), "-_--");
}
END_TEST

START_TEST(mode5_strobes_after_a_gate_edge)
{
    program(0, 5, 3, false);
    ck_assert_str_eq(wave(0, 6), "------");
    gate(0, false);
    gate(0, true);
    ck_assert_str_eq(wave(0, 6), "---_--");
    gate(0, false);
    ck_assert_str_eq(wave(0, 4), "----");
}
END_TEST

START_TEST(modes_6_and_7_are_2_and_3)
{
    program(0, 6, 3, false);
    ck_assert_str_eq(wave(0, 6), "--_--_");
    program(0, 7, 4, false);
    ck_assert_str_eq(wave(0, 6), "--__--");
    ck_assert_uint_eq(status(0) & 0x0e, 0x0e);
}
END_TEST

START_TEST(bcd_counts_in_decimal)
{
    program(0, 0, 0x1000, true);
    go(1);
    ck_assert_uint_eq(latched(0), 0x1000);
    go(2);
    ck_assert_uint_eq(latched(0), 0x0999);
    go(1002);
    ck_assert(bench.level[0]);
    ck_assert_uint_eq(latched(0), 0x9999);
}
END_TEST

START_TEST(zero_is_the_largest_count)
{
    program(0, 0, 0, true);
    go(10000);
    ck_assert(!bench.level[0]);
    go(10001);
    ck_assert(bench.level[0]);
    program(0, 2, 0, false);
    go(1);
    ck_assert_uint_eq(latched(0), 0);
    go(2);
    ck_assert_uint_eq(latched(0), 0xffff);
    go(65536);
    ck_assert(!bench.level[0]);
    go(65537);
    ck_assert(bench.level[0]);
}
END_TEST

START_TEST(one_byte_access)
{
    out(CONTROL, 0x14); /* channel 0, low byte, mode 2 */
    out(0, 0x20);
    origin = pit_ticks(&pit);
    go(2);
    ck_assert_uint_eq(in(0), 0x1f);
    ck_assert_uint_eq(in(0), 0x1f);
    out(CONTROL, 0x24); /* high byte */
    out(0, 0x20);
    origin = pit_ticks(&pit);
    go(2);
    ck_assert_uint_eq(in(0), 0x1f);
    out(CONTROL, 0x00);
    go(0x100);
    ck_assert_uint_eq(in(0), 0x1f);
}
END_TEST

START_TEST(latch_holds_until_read)
{
    program(1, 2, 0x4321, false);
    go(1);
    out(CONTROL, 0x40);
    go(0x123);
    out(CONTROL, 0x40);
    ck_assert_uint_eq(in(1), 0x21);
    ck_assert_uint_eq(in(1), 0x43);
    ck_assert_uint_eq(in(1), (0x4321 - 0x122) & 0xff);
}
END_TEST

START_TEST(unlatched_bytes_alternate)
{
    program(1, 2, 0x4321, false);
    go(1);
    ck_assert_uint_eq(in(1), 0x21);
    ck_assert_uint_eq(in(1), 0x43);
    ck_assert_uint_eq(in(1), 0x21);
    ck_assert_uint_eq(in(CONTROL), 0xff);
}
END_TEST

START_TEST(read_back_latches_several)
{
    program(1, 2, 0x1234, false);
    program(2, 3, 0x5678, false);
    ck_assert_uint_eq(status(1), 0x80 | 0x40 | 0x34);
    go(1);
    out(CONTROL, 0xcc); /* count and status of channels 1 and 2 */
    go(100);
    ck_assert_uint_eq(in(1), 0x80 | 0x34);
    ck_assert_uint_eq(in(1), 0x34);
    ck_assert_uint_eq(in(1), 0x12);
    ck_assert_uint_eq(in(2), 0x80 | 0x36);
    ck_assert_uint_eq(in(2), 0x78);
    ck_assert_uint_eq(in(2), 0x56);
}
END_TEST

/* 100 Hz as Linux programs it, for an hour of virtual time: exact to the nanosecond. */
START_TEST(rate_does_not_drift)
{
    program(0, 2, 11932, false);
    int64_t first = origin + 1;
    bench_run(3600 * NS_PER_SECOND, pit_timer, &pit);
    int64_t cycles = (pit_ticks(&pit) - first) / 11932;
    ck_assert_uint_eq(bench.rises[0], 1 + cycles);
    ck_assert_int_eq(bench.changed[0], oscillator_ns(PIT_HZ, first + 11932 * cycles));
}
END_TEST

/* A channel nobody listens to costs no deadlines and still shows the right count. */
START_TEST(unconnected_channel_is_computed_when_asked)
{
    const struct irq_line none[PIT_CHANNELS] = {{0}};
    pit_init(&pit, none, bench_timer());
    program(2, 3, 2, false);
    program(1, 2, 1000, false);
    ck_assert_int_eq(bench.deadline, TIMER_NEVER);
    go(1 + INT64_C(1000000000007));
    ck_assert_uint_eq(latched(1), 1000 - 7);
    ck_assert(!pit_output(&pit, 2));
    go(1 + INT64_C(1000000000008));
    ck_assert(pit_output(&pit, 2));
}
END_TEST

START_TEST(forbidden_count_of_1_counts_as_2)
{
    program(0, 2, 1, false);
    ck_assert_str_eq(wave(0, 6), "-_-_-_");
    program(0, 3, 1, false);
    ck_assert_str_eq(wave(0, 6), "-_-_-_");
}
END_TEST

static uint32_t noise_run(uint32_t seed, unsigned steps)
{
    uint32_t sum = 0;
    for (unsigned i = 0; i < steps; i++) {
        unsigned reg = bench_noise(&seed) & 3;
        out(reg, bench_noise(&seed));
        pit_set_gate(&pit, bench_noise(&seed) % 3, bench_noise(&seed) & 1);
        bench_run(bench.now + (bench_noise(&seed) & 0x3fff), pit_timer, &pit);
        sum = sum * 31 + in(bench_noise(&seed) & 3);
        sum = sum * 31 + bench.rises[0] + bench.rises[1] + bench.rises[2];
    }
    return sum;
}

START_TEST(noise_and_state_round_trip)
{
    noise_run(1, 5000);
    struct pit_state state = pit.s;
    struct bench saved = bench;
    uint32_t once = noise_run(2, 5000);
    pit.s = state;
    bench = saved;
    ck_assert_uint_eq(noise_run(2, 5000), once);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pit");
    TCase *tc = tcase_create("8254");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, crystal_is_exact);
    tcase_add_test(tc, mode0_rises_after_n_plus_1);
    tcase_add_test(tc, mode0_counts_on_below_zero);
    tcase_add_test(tc, mode0_gate_holds_the_count);
    tcase_add_test(tc, mode0_half_a_count_stops_the_counting);
    tcase_add_test(tc, mode1_is_triggered_by_the_gate);
    tcase_add_test(tc, mode1_takes_a_new_count_at_the_next_trigger);
    tcase_add_test(tc, mode2_is_low_for_the_last_clock);
    tcase_add_test(tc, mode2_counts_from_n_to_1);
    tcase_add_test(tc, mode2_takes_a_new_count_at_the_end_of_the_cycle);
    tcase_add_test(tc, mode2_gate_forces_high_and_restarts);
    tcase_add_test(tc, mode3_is_square);
    tcase_add_test(tc, mode3_counts_by_two);
    tcase_add_test(tc, mode3_gate_forces_high_and_restarts);
    tcase_add_test(tc, mode4_strobes_once);
    tcase_add_test(tc, mode4_gate_holds_the_count);
    tcase_add_test(tc, mode5_strobes_after_a_gate_edge);
    tcase_add_test(tc, modes_6_and_7_are_2_and_3);
    tcase_add_test(tc, bcd_counts_in_decimal);
    tcase_add_test(tc, zero_is_the_largest_count);
    tcase_add_test(tc, one_byte_access);
    tcase_add_test(tc, latch_holds_until_read);
    tcase_add_test(tc, unlatched_bytes_alternate);
    tcase_add_test(tc, read_back_latches_several);
    tcase_add_test(tc, rate_does_not_drift);
    tcase_add_test(tc, unconnected_channel_is_computed_when_asked);
    tcase_add_test(tc, forbidden_count_of_1_counts_as_2);
    tcase_add_test(tc, noise_and_state_round_trip);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}
