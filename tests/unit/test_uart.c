#include "devices/uart.h"

#include "tests/unit/device_bench.h"

enum { IRQ };
enum { RBR, THR = 0, DLL = 0, IER, DLM = 1, IIR, FCR = 2, LCR, MCR, LSR, MSR, SCR };

/* A character of 8N1 at 115200 baud takes 10 bits: 86805.55 ns, rounded up. */
static const int64_t CHARACTER = 86806;

static struct uart uart;

static void out(unsigned reg, uint8_t value)
{
    uart_ports.out(&uart, reg, value, 1);
}

static uint8_t in(unsigned reg)
{
    return uart_ports.in(&uart, reg, 1);
}

static void elapse(int64_t ns)
{
    bench_run(bench.now + ns, uart_timer, &uart);
}

static void send(const char *text)
{
    ck_assert_uint_eq(uart_receive(&uart, (const uint8_t *)text, strlen(text)), strlen(text));
}

static void setup(void)
{
    bench_reset();
    uart_init(&uart, bench_line(IRQ), bench_timer(), bench_char_out());
    out(LCR, 0x83);
    out(DLL, 1);
    out(DLM, 0);
    out(LCR, 0x03);
    out(MCR, 0x0b);
}

START_TEST(registers_after_reset)
{
    static const uint8_t expected[] = {0, 0, 0x01, 0, 0, 0x60, 0xb0, 0};
    out(SCR, 0x55);
    uart_reset(&uart);
    for (unsigned reg = 0; reg < 8; reg++)
        ck_assert_uint_eq(in(reg), expected[reg]);
}
END_TEST

START_TEST(registers_hold_their_writable_bits)
{
    static const struct {
        uint8_t reg, value, expected;
    } cases[] = {{IER, 0xf5, 0x05}, {LCR, 0x1b, 0x1b}, {SCR, 0xa5, 0xa5},
                 {MCR, 0xef, 0x0f}, {LSR, 0x00, 0x60}, {MSR, 0xff, 0xb0}};
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        out(cases[i].reg, cases[i].value);
        ck_assert_uint_eq(in(cases[i].reg), cases[i].expected);
    }
}
END_TEST

START_TEST(dlab_shows_the_divisor)
{
    out(IER, 0x05);
    out(LCR, 0x83);
    out(DLL, 0x34);
    out(DLM, 0x12);
    ck_assert_uint_eq(in(DLL), 0x34);
    ck_assert_uint_eq(in(DLM), 0x12);
    out(LCR, 0x03);
    ck_assert_uint_eq(in(IER), 0x05);
    ck_assert_uint_eq(bench.byte_count, 0);
}
END_TEST

START_TEST(transmitter_is_always_ready)
{
    for (const char *p = "fork\n"; *p; p++) {
        ck_assert_uint_eq(in(LSR), 0x60);
        out(THR, *p);
    }
    ck_assert_uint_eq(bench.byte_count, 5);
    ck_assert_mem_eq(bench.bytes, "fork\n", 5);
}
END_TEST

START_TEST(thre_interrupt_comes_when_enabled)
{
    out(IER, 0x02);
    ck_assert(bench.level[IRQ]);
    ck_assert_uint_eq(in(IIR), 0x02);
    ck_assert_msg(!bench.level[IRQ], "reading IIR takes it away");
    ck_assert_uint_eq(in(IIR), 0x01);
    out(IER, 0x02);
    ck_assert_msg(!bench.level[IRQ], "it was enabled already");
    out(IER, 0x00);
    out(IER, 0x02);
    ck_assert(bench.level[IRQ]);
}
END_TEST

START_TEST(thre_interrupt_makes_an_edge_for_every_byte)
{
    out(IER, 0x02);
    ck_assert_uint_eq(bench.rises[IRQ], 1);
    out(THR, 'a');
    ck_assert_uint_eq(bench.rises[IRQ], 2);
    in(IIR);
    out(THR, 'b');
    ck_assert_uint_eq(bench.rises[IRQ], 3);
    out(IER, 0x00);
    ck_assert(!bench.level[IRQ]);
    out(THR, 'c');
    ck_assert(!bench.level[IRQ]);
}
END_TEST

START_TEST(out2_gates_the_interrupt)
{
    out(MCR, 0x03);
    out(IER, 0x02);
    ck_assert(!bench.level[IRQ]);
    out(MCR, 0x08);
    ck_assert(bench.level[IRQ]);
    out(MCR, 0x18);
    ck_assert_msg(!bench.level[IRQ], "loopback takes OUT2 low");
}
END_TEST

START_TEST(bytes_arrive_a_character_time_apart)
{
    out(IER, 0x01);
    send("xy");
    elapse(CHARACTER - 1);
    ck_assert_uint_eq(in(LSR), 0x60);
    elapse(1);
    ck_assert_uint_eq(in(LSR), 0x61);
    ck_assert(bench.level[IRQ]);
    ck_assert_uint_eq(in(IIR), 0x04);
    ck_assert_uint_eq(in(RBR), 'x');
    ck_assert(!bench.level[IRQ]);
    elapse(CHARACTER);
    ck_assert_uint_eq(bench.rises[IRQ], 2);
    ck_assert_uint_eq(in(RBR), 'y');
    ck_assert_uint_eq(in(LSR), 0x60);
}
END_TEST

START_TEST(character_time_follows_divisor_and_frame)
{
    out(LCR, 0x83);
    out(DLL, 12);
    out(LCR, 0x1f); /* 8 bits, even parity, 2 stop bits: 12 bits at 9600 baud */
    send("x");
    elapse(1249999);
    ck_assert_uint_eq(in(LSR), 0x60);
    elapse(1);
    ck_assert_uint_eq(in(LSR), 0x61);

    in(RBR);
    out(LCR, 0x04); /* 5 bits, 1.5 stop bits: 7.5 bits */
    send("x");
    elapse(781249);
    ck_assert_uint_eq(in(LSR), 0x60);
    elapse(1);
    ck_assert_uint_eq(in(LSR), 0x61);
}
END_TEST

START_TEST(divisor_of_0_counts_as_1)
{
    out(LCR, 0x83);
    out(DLL, 0);
    send("x");
    elapse(CHARACTER - 1);
    ck_assert_uint_eq(in(LSR), 0x60);
    elapse(1);
    ck_assert_uint_eq(in(LSR), 0x61);
}
END_TEST

START_TEST(host_waits_while_the_receiver_is_full)
{
    send("abc");
    elapse(100 * CHARACTER);
    ck_assert_uint_eq(in(LSR), 0x61);
    ck_assert_uint_eq(in(RBR), 'a');
    ck_assert_uint_eq(in(LSR), 0x60);
    elapse(CHARACTER);
    ck_assert_uint_eq(in(RBR), 'b');
    elapse(CHARACTER);
    ck_assert_uint_eq(in(RBR), 'c');
}
END_TEST

START_TEST(queue_is_bounded_and_loses_nothing)
{
    static uint8_t bytes[UART_QUEUE_SIZE + 100];
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = i * 7;
    ck_assert_uint_eq(uart_receive(&uart, bytes, sizeof bytes), UART_QUEUE_SIZE);
    ck_assert_uint_eq(uart_receive(&uart, bytes, 1), 0);
    ck_assert(!uart_receive_break(&uart));
    out(FCR, 0x01);
    for (unsigned i = 0; i < UART_QUEUE_SIZE; i++) {
        if (!(in(LSR)&1))
            elapse(20 * CHARACTER);
        ck_assert_uint_eq(in(RBR), bytes[i]);
    }
    elapse(20 * CHARACTER);
    ck_assert_uint_eq(in(LSR), 0x60);
}
END_TEST

START_TEST(fifo_trigger_levels)
{
    static const uint8_t levels[] = {1, 4, 8, 14};
    for (unsigned i = 0; i < 4; i++) {
        out(FCR, i << 6 | 0x03);
        out(IER, 0x01);
        send("0123456789abcde");
        elapse((levels[i] - 1) * CHARACTER);
        ck_assert(!bench.level[IRQ]);
        elapse(CHARACTER);
        ck_assert(bench.level[IRQ]);
        ck_assert_uint_eq(in(IIR), 0xc4);
        in(RBR);
        ck_assert_msg(!bench.level[IRQ], "below the trigger level again");
        elapse(100 * CHARACTER);
        for (unsigned n = 1; n < 15; n++)
            in(RBR);
        ck_assert_uint_eq(in(LSR), 0x60);
        out(IER, 0);
    }
}
END_TEST

START_TEST(silence_gives_the_time_out_interrupt)
{
    out(FCR, 0x81); /* 8 bytes */
    out(IER, 0x01);
    send("abc");
    elapse(3 * CHARACTER);
    elapse(4 * CHARACTER - 10);
    ck_assert(!bench.level[IRQ]);
    elapse(10);
    ck_assert(bench.level[IRQ]);
    ck_assert_uint_eq(in(IIR), 0xcc);
    ck_assert_uint_eq(in(IIR), 0xcc);
    ck_assert_uint_eq(in(RBR), 'a');
    ck_assert_msg(!bench.level[IRQ], "a read takes it away");
    elapse(4 * CHARACTER);
    ck_assert_msg(bench.level[IRQ], "and silence brings it back");
    in(RBR);
    in(RBR);
    elapse(100 * CHARACTER);
    ck_assert_msg(!bench.level[IRQ], "but not for an empty FIFO");
}
END_TEST

START_TEST(no_time_out_without_fifos)
{
    out(IER, 0x01);
    send("a");
    elapse(100 * CHARACTER);
    ck_assert_uint_eq(in(IIR), 0x04);
}
END_TEST

START_TEST(fifo_control_clears_the_receiver)
{
    out(FCR, 0x01);
    ck_assert_uint_eq(in(IIR), 0xc1);
    send("abc");
    elapse(3 * CHARACTER);
    out(FCR, 0x03);
    ck_assert_uint_eq(in(LSR), 0x60);
    send("abc");
    elapse(3 * CHARACTER);
    out(FCR, 0x00);
    ck_assert_uint_eq(in(LSR), 0x60);
    ck_assert_uint_eq(in(IIR), 0x01);
}
END_TEST

START_TEST(fifo_bits_need_the_enable_bit)
{
    out(FCR, 0xc0);
    out(IER, 0x01);
    send("a");
    elapse(CHARACTER);
    ck_assert_uint_eq(in(IIR), 0x04);
}
END_TEST

/* The test by which a PC's kernel tells a UART from an empty socket. */
START_TEST(loopback_joins_modem_lines)
{
    static const struct {
        uint8_t mcr, msr;
    } cases[] = {{0x11, 0x20}, {0x12, 0x10}, {0x14, 0x40},
                 {0x18, 0x80}, {0x1a, 0x90}, {0x1f, 0xf0}};
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        out(MCR, cases[i].mcr);
        ck_assert_uint_eq(in(MSR)&0xf0, cases[i].msr);
    }
    out(MCR, 0x0b);
    ck_assert_uint_eq(in(MSR)&0xf0, 0xb0);
}
END_TEST

START_TEST(loopback_joins_transmitter_and_receiver)
{
    out(MCR, 0x1b);
    out(THR, 0xae);
    ck_assert_uint_eq(bench.byte_count, 0);
    ck_assert_uint_eq(in(LSR), 0x61);
    ck_assert_uint_eq(in(RBR), 0xae);
    send("x");
    elapse(10 * CHARACTER);
    ck_assert_msg(in(LSR) == 0x60, "the line is cut off");
    out(MCR, 0x0b);
    elapse(CHARACTER);
    ck_assert_uint_eq(in(RBR), 'x');
}
END_TEST

START_TEST(overrun_in_loopback)
{
    out(MCR, 0x1b);
    out(THR, 'a');
    out(THR, 'b');
    ck_assert_uint_eq(in(LSR), 0x63);
    ck_assert_uint_eq(in(LSR), 0x61);
    ck_assert_msg(in(RBR) == 'b', "RBR is overwritten");

    out(FCR, 0x01);
    for (unsigned i = 0; i < 17; i++)
        out(THR, 'a' + i);
    out(IER, 0x04);
    ck_assert_uint_eq(in(IIR), 0xc6);
    ck_assert_uint_eq(in(LSR), 0x63);
    for (unsigned i = 0; i < 16; i++)
        ck_assert_msg(in(RBR) == 'a' + i, "a full FIFO keeps what it has");
}
END_TEST

START_TEST(break_comes_in_order)
{
    out(FCR, 0x01);
    out(IER, 0x04);
    send("a");
    ck_assert(uart_receive_break(&uart));
    send("b");
    elapse(3 * CHARACTER);
    ck_assert_msg(in(LSR) == 0xe1, "an error waits in the FIFO");
    ck_assert(!bench.level[IRQ]);
    ck_assert_uint_eq(in(RBR), 'a');
    ck_assert(bench.level[IRQ]);
    ck_assert_uint_eq(in(IIR), 0xc6);
    ck_assert_uint_eq(in(LSR), 0xf1);
    ck_assert_uint_eq(in(LSR), 0x61);
    ck_assert_uint_eq(in(RBR), 0);
    ck_assert_uint_eq(in(RBR), 'b');
}
END_TEST

START_TEST(break_in_loopback)
{
    out(MCR, 0x1b);
    out(LCR, 0x43);
    ck_assert_uint_eq(in(LSR), 0x71);
    ck_assert_uint_eq(in(RBR), 0);
}
END_TEST

START_TEST(hang_up_is_seen_once)
{
    ck_assert_uint_eq(in(MSR), 0xb0);
    out(IER, 0x08);
    uart_set_modem(&uart, UART_CTS | UART_DSR);
    ck_assert(bench.level[IRQ]);
    ck_assert_uint_eq(in(IIR), 0x00);
    ck_assert_uint_eq(in(MSR), 0x38);
    ck_assert(!bench.level[IRQ]);
    ck_assert_uint_eq(in(MSR), 0x30);
}
END_TEST

START_TEST(ring_counts_at_its_end)
{
    uart_set_modem(&uart, UART_RI);
    in(MSR);
    uart_set_modem(&uart, UART_RI);
    ck_assert_uint_eq(in(MSR), 0x40);
    uart_set_modem(&uart, 0);
    ck_assert_uint_eq(in(MSR), 0x04);
}
END_TEST

START_TEST(interrupts_by_priority)
{
    out(FCR, 0x01);
    out(IER, 0x0f);
    uart_set_modem(&uart, 0);
    uart_receive_break(&uart);
    elapse(CHARACTER);
    ck_assert_uint_eq(in(IIR), 0xc6);
    in(LSR);
    ck_assert_uint_eq(in(IIR), 0xc4);
    in(RBR);
    ck_assert_uint_eq(in(IIR), 0xc2);
    ck_assert_uint_eq(in(IIR), 0xc0);
    in(MSR);
    ck_assert_uint_eq(in(IIR), 0xc1);
    ck_assert(!bench.level[IRQ]);
}
END_TEST

static uint32_t noise_run(uint32_t seed, unsigned steps)
{
    uint32_t sum = 0;
    for (unsigned i = 0; i < steps; i++) {
        uint8_t byte = bench_noise(&seed);
        bench.byte_count = 0;
        out(bench_noise(&seed) & 7, bench_noise(&seed));
        sum = sum * 31 + uart_receive(&uart, &byte, 1);
        if (!(byte & 15))
            uart_set_modem(&uart, bench_noise(&seed));
        elapse(bench_noise(&seed) & 0xffff);
        sum = sum * 31 + in(bench_noise(&seed) & 7) + bench.rises[IRQ];
    }
    return sum;
}

START_TEST(noise_and_state_round_trip)
{
    noise_run(1, 20000);
    struct uart_state state = uart.s;
    struct bench saved = bench;
    uint32_t once = noise_run(2, 20000);
    uart.s = state;
    bench = saved;
    ck_assert_uint_eq(noise_run(2, 20000), once);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("uart");
    TCase *tc = tcase_create("16550A");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, registers_after_reset);
    tcase_add_test(tc, registers_hold_their_writable_bits);
    tcase_add_test(tc, dlab_shows_the_divisor);
    tcase_add_test(tc, transmitter_is_always_ready);
    tcase_add_test(tc, thre_interrupt_comes_when_enabled);
    tcase_add_test(tc, thre_interrupt_makes_an_edge_for_every_byte);
    tcase_add_test(tc, out2_gates_the_interrupt);
    tcase_add_test(tc, bytes_arrive_a_character_time_apart);
    tcase_add_test(tc, character_time_follows_divisor_and_frame);
    tcase_add_test(tc, divisor_of_0_counts_as_1);
    tcase_add_test(tc, host_waits_while_the_receiver_is_full);
    tcase_add_test(tc, queue_is_bounded_and_loses_nothing);
    tcase_add_test(tc, fifo_trigger_levels);
    tcase_add_test(tc, silence_gives_the_time_out_interrupt);
    tcase_add_test(tc, no_time_out_without_fifos);
    tcase_add_test(tc, fifo_control_clears_the_receiver);
    tcase_add_test(tc, fifo_bits_need_the_enable_bit);
    tcase_add_test(tc, loopback_joins_modem_lines);
    tcase_add_test(tc, loopback_joins_transmitter_and_receiver);
    tcase_add_test(tc, overrun_in_loopback);
    tcase_add_test(tc, break_comes_in_order);
    tcase_add_test(tc, break_in_loopback);
    tcase_add_test(tc, hang_up_is_seen_once);
    tcase_add_test(tc, ring_counts_at_its_end);
    tcase_add_test(tc, interrupts_by_priority);
    tcase_add_test(tc, noise_and_state_round_trip);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}
