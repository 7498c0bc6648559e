#include "devices/kbd.h"

#include "tests/unit/device_bench.h"

enum { IRQ, A20, RESET };

static struct kbd kbd;

static void data_out(uint8_t value)
{
    kbd_data_ports.out(&kbd, 0, value, 1);
}

static uint8_t data_in(void)
{
    return kbd_data_ports.in(&kbd, 0, 1);
}

static void command(uint8_t value)
{
    kbd_command_ports.out(&kbd, 0, value, 1);
}

static uint8_t status(void)
{
    return kbd_command_ports.in(&kbd, 0, 1);
}

static bool full(void)
{
    return status() & 1;
}

static uint8_t query(uint8_t value)
{
    command(value);
    ck_assert(full());
    return data_in();
}

static void expect(unsigned n, const uint8_t *bytes)
{
    for (unsigned i = 0; i < n; i++) {
        ck_assert(full());
        ck_assert_uint_eq(data_in(), bytes[i]);
    }
    ck_assert(!full());
}

#define EXPECT(...) expect(sizeof(uint8_t[]){__VA_ARGS__}, (const uint8_t[]){__VA_ARGS__})
#define PRESS(...)                                                                                 \
    ck_assert(kbd_press(&kbd, (const uint8_t[]){__VA_ARGS__}, sizeof(uint8_t[]){__VA_ARGS__}))

static void setup(void)
{
    bench_reset();
    kbd_init(&kbd, bench_line(IRQ), bench_line(A20), bench_line(RESET));
}

START_TEST(starts_as_a_bios_leaves_it)
{
    ck_assert_uint_eq(status(), 0x14);
    ck_assert_uint_eq(query(0x20), 0x65);
    ck_assert(bench.level[A20]);
    ck_assert_uint_eq(bench.rises[RESET], 0);
}
END_TEST

START_TEST(controller_self_tests)
{
    ck_assert_uint_eq(query(0xaa), 0x55);
    ck_assert_uint_eq(query(0xab), 0x00);
    ck_assert_uint_eq(query(0xa9), 0x00);
    ck_assert_uint_eq(query(0xc0), 0x80);
    ck_assert_msg(status() & 8, "the last write was a command");
    data_out(0xee);
    ck_assert(!(status() & 8));
}
END_TEST

START_TEST(controller_ram)
{
    for (unsigned i = 1; i < 32; i++) {
        command(0x60 + i);
        data_out(i * 3);
    }
    for (unsigned i = 1; i < 32; i++)
        ck_assert_uint_eq(query(0x20 + i), i * 3);
}
END_TEST

START_TEST(command_byte_bits_by_command)
{
    command(0xa8);
    ck_assert_uint_eq(query(0x20), 0x45);
    command(0xa7);
    command(0xad);
    ck_assert_uint_eq(query(0x20), 0x75);
    command(0xae);
    ck_assert_uint_eq(query(0x20), 0x65);
}
END_TEST

START_TEST(a20_through_the_output_port)
{
    command(0xd1);
    data_out(0xdd);
    ck_assert(!bench.level[A20]);
    ck_assert_uint_eq(query(0xd0) & 3, 1);
    command(0xd1);
    data_out(0xdf);
    ck_assert(bench.level[A20]);
    ck_assert_uint_eq(query(0xd0) & 3, 3);
    ck_assert_uint_eq(bench.rises[RESET], 0);
}
END_TEST

START_TEST(reset_by_pulse_and_by_output_port)
{
    command(0xff);
    ck_assert_uint_eq(bench.rises[RESET], 0);
    command(0xfe);
    ck_assert_uint_eq(bench.rises[RESET], 1);
    ck_assert(!bench.level[RESET]);
    command(0xd1);
    data_out(0x02);
    ck_assert_uint_eq(bench.rises[RESET], 2);
}
END_TEST

START_TEST(commands_that_write_the_output_buffer)
{
    command(0xd2);
    data_out(0x1c);
    ck_assert(bench.level[IRQ]);
    EXPECT(0x1c);
    command(0xd4);
    data_out(0xff);
    ck_assert_msg(!full(), "there is no mouse");
}
END_TEST

START_TEST(keys_in_set_1)
{
    static const struct {
        uint8_t set_2, set_1;
    } keys[] = {{0x1c, 0x1e}, {0x32, 0x30}, {0x21, 0x2e}, {0x76, 0x01}, {0x5a, 0x1c}, {0x29, 0x39},
                {0x66, 0x0e}, {0x0d, 0x0f}, {0x12, 0x2a}, {0x59, 0x36}, {0x14, 0x1d}, {0x11, 0x38},
                {0x58, 0x3a}, {0x16, 0x02}, {0x45, 0x0b}, {0x05, 0x3b}, {0x83, 0x41}, {0x09, 0x44},
                {0x78, 0x57}, {0x07, 0x58}, {0x77, 0x45}, {0x7e, 0x46}, {0x4a, 0x35}, {0x61, 0x56}};
    for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++) {
        PRESS(keys[i].set_2);
        PRESS(0xf0, keys[i].set_2);
        EXPECT(keys[i].set_1, keys[i].set_1 | 0x80);
    }
    PRESS(0xe0, 0x75); /* up */
    PRESS(0xe0, 0xf0, 0x75);
    EXPECT(0xe0, 0x48, 0xe0, 0xc8);
}
END_TEST

START_TEST(keys_in_set_2)
{
    command(0x60);
    data_out(0x25);
    PRESS(0x1c);
    PRESS(0xf0, 0x1c);
    EXPECT(0x1c, 0xf0, 0x1c);
}
END_TEST

START_TEST(each_byte_makes_an_edge)
{
    PRESS(0x1c);
    PRESS(0xf0, 0x1c);
    ck_assert_uint_eq(bench.rises[IRQ], 1);
    data_in();
    ck_assert_uint_eq(bench.rises[IRQ], 2);
    data_in();
    ck_assert(!bench.level[IRQ]);
    ck_assert_uint_eq(bench.rises[IRQ], 2);
    ck_assert_msg(data_in() == 0x9e, "an empty buffer still shows its last byte");
}
END_TEST

START_TEST(interrupt_needs_its_bit)
{
    command(0x60);
    data_out(0x44);
    PRESS(0x1c);
    ck_assert(full());
    ck_assert(!bench.level[IRQ]);
    command(0x60);
    data_out(0x45);
    ck_assert(bench.level[IRQ]);
}
END_TEST

START_TEST(keyboard_off_holds_keys_back)
{
    command(0xad);
    PRESS(0x1c);
    ck_assert(!full());
    command(0xae);
    EXPECT(0x1e);
}
END_TEST

START_TEST(buffer_takes_whole_codes_only)
{
    static const uint8_t code[] = {0xe0, 0xf0, 0x75};
    command(0xad);
    for (unsigned i = 0; i < KBD_KEYS_SIZE / 3; i++)
        ck_assert(kbd_press(&kbd, code, 3));
    ck_assert(!kbd_press(&kbd, code, 3));
    command(0xae);
    for (unsigned i = 0; i < KBD_KEYS_SIZE / 3; i++) {
        ck_assert_uint_eq(data_in(), 0xe0);
        ck_assert_uint_eq(data_in(), 0xc8);
    }
    ck_assert(!full());
}
END_TEST

START_TEST(keyboard_commands)
{
    data_out(0xff);
    EXPECT(0xfa, 0xaa);
    data_out(0xee);
    EXPECT(0xee);
    data_out(0xf2);
    EXPECT(0xfa, 0xab, 0x41);
    data_out(0xed);
    EXPECT(0xfa);
    data_out(0x02);
    EXPECT(0xfa);
    ck_assert_uint_eq(kbd.s.leds, 2);
    data_out(0xf3);
    data_out(0x20);
    EXPECT(0xfa, 0xfa);
    data_out(0xf0);
    data_out(0x00);
    EXPECT(0xfa, 0xfa, 0x41);
    data_out(0xf0);
    data_out(0x03);
    EXPECT(0xfa, 0xfe);
    data_out(0xfe);
    EXPECT(0xfe);
    data_out(0x01);
    EXPECT(0xfe);
}
END_TEST

START_TEST(scanning_off_and_on)
{
    static const uint8_t code = 0x1c;
    data_out(0xf5);
    EXPECT(0xfa);
    ck_assert(!kbd_press(&kbd, &code, 1));
    data_out(0xf4);
    EXPECT(0xfa);
    PRESS(0x1c);
    EXPECT(0x1e);
}
END_TEST

START_TEST(answers_go_before_keys)
{
    PRESS(0x1c);
    PRESS(0x32);
    data_out(0xee);
    EXPECT(0x1e, 0xee, 0x30);
}
END_TEST

static uint32_t noise_run(uint32_t seed, unsigned steps)
{
    uint32_t sum = 0;
    for (unsigned i = 0; i < steps; i++) {
        uint8_t code[2] = {bench_noise(&seed), bench_noise(&seed)};
        if (bench_noise(&seed) & 1)
            command(bench_noise(&seed));
        data_out(bench_noise(&seed));
        sum = sum * 31 + kbd_press(&kbd, code, 1 + (code[0] & 1));
        sum = sum * 31 + status();
        sum = sum * 31 + data_in() + bench.rises[IRQ] + bench.rises[RESET];
    }
    return sum;
}

START_TEST(noise_and_state_round_trip)
{
    noise_run(1, 50000);
    struct kbd_state state = kbd.s;
    struct bench saved = bench;
    uint32_t once = noise_run(2, 50000);
    kbd.s = state;
    bench = saved;
    ck_assert_uint_eq(noise_run(2, 50000), once);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("kbd");
    TCase *tc = tcase_create("8042");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, starts_as_a_bios_leaves_it);
    tcase_add_test(tc, controller_self_tests);
    tcase_add_test(tc, controller_ram);
    tcase_add_test(tc, command_byte_bits_by_command);
    tcase_add_test(tc, a20_through_the_output_port);
    tcase_add_test(tc, reset_by_pulse_and_by_output_port);
    tcase_add_test(tc, commands_that_write_the_output_buffer);
    tcase_add_test(tc, keys_in_set_1);
    tcase_add_test(tc, keys_in_set_2);
    tcase_add_test(tc, each_byte_makes_an_edge);
    tcase_add_test(tc, interrupt_needs_its_bit);
    tcase_add_test(tc, keyboard_off_holds_keys_back);
    tcase_add_test(tc, buffer_takes_whole_codes_only);
    tcase_add_test(tc, keyboard_commands);
    tcase_add_test(tc, scanning_off_and_on);
    tcase_add_test(tc, answers_go_before_keys);
    tcase_add_test(tc, noise_and_state_round_trip);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}
