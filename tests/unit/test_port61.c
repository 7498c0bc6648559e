#include "devices/port61.h"

#include "devices/oscillator.h"
#include "tests/unit/device_bench.h"

static struct pit pit;
static struct port61 port;

static uint8_t in(void)
{
    return port61_ports.in(&port, 0, 1);
}

static void out(uint8_t value)
{
    port61_ports.out(&port, 0, value, 1);
}

static void setup(void)
{
    const struct irq_line none[PIT_CHANNELS] = {{0}};
    bench_reset();
    pit_init(&pit, none, bench_timer());
    port61_init(&port, &pit);
}

START_TEST(keeps_its_low_bits)
{
    out(0xff);
    ck_assert_uint_eq(in() & 0xcf, 0x0f);
    port61_reset(&port);
    ck_assert_uint_eq(in() & 0xcf, 0);
}
END_TEST

/* How a kernel calibrates its delay loop: channel 2 in mode 0, gate up, wait for OUT2. */
START_TEST(gate_and_out_of_channel_2)
{
    out(0x00);
    pit_ports.out(&pit, 3, 0xb0, 1);
    pit_ports.out(&pit, 2, 100, 1);
    pit_ports.out(&pit, 2, 0, 1);
    bench.now = oscillator_ns(PIT_HZ, 500);
    ck_assert(!(in() & 0x20));
    out(0x01);
    bench.now = oscillator_ns(PIT_HZ, 599);
    ck_assert(!(in() & 0x20));
    bench.now = oscillator_ns(PIT_HZ, 600);
    ck_assert(in() & 0x20);
}
END_TEST

START_TEST(refresh_toggles_every_15_microseconds)
{
    uint8_t last = in() & 0x10;
    unsigned toggles = 0;
    for (bench.now = 0; bench.now < 1000000; bench.now += 100) {
        toggles += (in() & 0x10) != last;
        last = in() & 0x10;
    }
    ck_assert_uint_eq(toggles, 1193 / 18);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("port61");
    TCase *tc = tcase_create("port61");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, keeps_its_low_bits);
    tcase_add_test(tc, gate_and_out_of_channel_2);
    tcase_add_test(tc, refresh_toggles_every_15_microseconds);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}
