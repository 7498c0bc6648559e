#include "devices/pic.h"

#include "tests/unit/device_bench.h"

enum { INTR };

static struct pic master, slave;

static void out(struct pic *pic, unsigned reg, uint8_t value)
{
    pic_ports.out(pic, reg, value, 1);
}

static uint8_t in(struct pic *pic, unsigned reg)
{
    return pic_ports.in(pic, reg, 1);
}

static uint8_t isr(struct pic *pic)
{
    out(pic, 0, 0x0b);
    return in(pic, 0);
}

static uint8_t irr(struct pic *pic)
{
    out(pic, 0, 0x0a);
    return in(pic, 0);
}

static void program(struct pic *pic, uint8_t icw1, uint8_t icw2, uint8_t icw3, uint8_t icw4)
{
    out(pic, 0, icw1);
    out(pic, 1, icw2);
    out(pic, 1, icw3);
    out(pic, 1, icw4);
}

/* As Linux programs it: vectors 0x20..0x2f, normal EOI, nothing masked. */
static void setup(void)
{
    bench_reset();
    pic_init(&master, bench_line(INTR), &slave);
    pic_init(&slave, (struct irq_line){pic_set_input, &master, PIC_CASCADE_INPUT}, NULL);
    program(&master, 0x11, 0x20, 0x04, 0x01);
    program(&slave, 0x11, 0x28, 0x02, 0x01);
}

static void raise(unsigned irq)
{
    pic_set_input(irq < 8 ? &master : &slave, irq & 7, true);
}

static void lower(unsigned irq)
{
    pic_set_input(irq < 8 ? &master : &slave, irq & 7, false);
}

static void pulse(unsigned irq)
{
    lower(irq);
    raise(irq);
}

static uint8_t ack(void)
{
    return pic_acknowledge(&master);
}

START_TEST(silent_until_initialized)
{
    pic_reset(&master);
    raise(0);
    ck_assert(!bench.level[INTR]);
    out(&master, 0, 0x11);
    out(&master, 1, 0x20);
    out(&master, 1, 0x04);
    lower(0);
    raise(0);
    ck_assert(!bench.level[INTR]);
    out(&master, 1, 0x01);
    ck_assert(bench.level[INTR]);
    ck_assert_uint_eq(ack(), 0x20);
}
END_TEST

START_TEST(icw1_resets_edges_masks_and_read_select)
{
    out(&master, 1, 0xfb);
    out(&master, 0, 0x0b);
    raise(3);
    program(&master, 0x11, 0x40, 0x04, 0x01);
    ck_assert_uint_eq(in(&master, 1), 0);
    ck_assert_uint_eq(in(&master, 0), 0);
    ck_assert(!bench.level[INTR]);
    pulse(3);
    ck_assert_uint_eq(in(&master, 0), 0x08);
    ck_assert_uint_eq(ack(), 0x43);
}
END_TEST

START_TEST(single_mode_takes_no_icw3)
{
    out(&master, 0, 0x13);
    out(&master, 1, 0x60);
    out(&master, 1, 0x01);
    out(&master, 1, 0x80);
    ck_assert_uint_eq(in(&master, 1), 0x80);
    raise(2);
    ck_assert_uint_eq(ack(), 0x62);
}
END_TEST

START_TEST(every_input_has_its_vector)
{
    for (unsigned irq = 0; irq < 16; irq++) {
        if (irq == PIC_CASCADE_INPUT)
            continue;
        raise(irq);
        ck_assert_uint_eq(ack(), 0x20 + irq);
        if (irq >= 8)
            out(&slave, 0, 0x20);
        out(&master, 0, 0x20);
        lower(irq);
    }
}
END_TEST

START_TEST(fixed_priority_nests)
{
    raise(4);
    ck_assert_uint_eq(ack(), 0x24);
    raise(6);
    ck_assert(!bench.level[INTR]);
    raise(1);
    ck_assert(bench.level[INTR]);
    ck_assert_uint_eq(ack(), 0x21);
    ck_assert_uint_eq(isr(&master), 0x12);
    out(&master, 0, 0x20);
    ck_assert_uint_eq(isr(&master), 0x10);
    ck_assert(!bench.level[INTR]);
    out(&master, 0, 0x20);
    ck_assert_uint_eq(ack(), 0x26);
}
END_TEST

START_TEST(edge_counts_once_and_only_while_high)
{
    raise(5);
    ck_assert_uint_eq(irr(&master), 0x20);
    ck_assert_uint_eq(ack(), 0x25);
    ck_assert_uint_eq(irr(&master), 0);
    out(&master, 0, 0x20);
    ck_assert(!bench.level[INTR]);
    pulse(5);
    ck_assert(bench.level[INTR]);
    lower(5);
    ck_assert(!bench.level[INTR]);
}
END_TEST

START_TEST(level_input_asks_again_after_eoi)
{
    pic_elcr_ports.out(&master, 0, 0x20, 1);
    ck_assert_uint_eq(pic_elcr_ports.in(&master, 0, 1), 0x20);
    raise(5);
    ck_assert_uint_eq(ack(), 0x25);
    ck_assert_uint_eq(irr(&master), 0x20);
    out(&master, 0, 0x20);
    ck_assert(bench.level[INTR]);
    lower(5);
    ck_assert(!bench.level[INTR]);
}
END_TEST

START_TEST(ltim_makes_all_inputs_level)
{
    program(&master, 0x19, 0x20, 0x04, 0x01);
    raise(7);
    ck_assert_uint_eq(ack(), 0x27);
    out(&master, 0, 0x20);
    ck_assert_uint_eq(ack(), 0x27);
}
END_TEST

START_TEST(masked_request_waits)
{
    out(&master, 1, 0x02);
    ck_assert_uint_eq(in(&master, 1), 0x02);
    raise(1);
    ck_assert(!bench.level[INTR]);
    ck_assert_uint_eq(irr(&master), 0x02);
    out(&master, 1, 0);
    ck_assert_uint_eq(ack(), 0x21);
}
END_TEST

START_TEST(spurious_on_master_sets_no_isr)
{
    raise(3);
    lower(3);
    ck_assert_uint_eq(ack(), 0x27);
    ck_assert_uint_eq(isr(&master), 0);
}
END_TEST

START_TEST(spurious_on_slave_sets_isr_of_the_cascade)
{
    /* The slave loses its request while its INT, seen by the master, is still up. */
    raise(9);
    slave.s.edges = 0;
    ck_assert_uint_eq(ack(), 0x2f);
    ck_assert_uint_eq(isr(&slave), 0);
    ck_assert_uint_eq(isr(&master), 0x04);
}
END_TEST

START_TEST(slave_asks_again_for_its_next_request)
{
    raise(12);
    raise(8);
    ck_assert_uint_eq(ack(), 0x28);
    ck_assert(!bench.level[INTR]);
    out(&slave, 0, 0x20);
    out(&master, 0, 0x20);
    ck_assert(bench.level[INTR]);
    ck_assert_uint_eq(ack(), 0x2c);
}
END_TEST

START_TEST(slave_with_aeoi_makes_a_new_edge)
{
    program(&slave, 0x11, 0x28, 0x02, 0x03);
    raise(8);
    raise(12);
    ck_assert_uint_eq(ack(), 0x28);
    out(&master, 0, 0x20);
    ck_assert_uint_eq(ack(), 0x2c);
}
END_TEST

START_TEST(plain_nesting_holds_back_the_slave_special_lets_it_in)
{
    raise(12);
    ck_assert_uint_eq(ack(), 0x2c);
    raise(9);
    ck_assert(!bench.level[INTR]);

    setup();
    program(&master, 0x11, 0x20, 0x04, 0x11);
    lower(12);
    lower(9);
    raise(12);
    ck_assert_uint_eq(ack(), 0x2c);
    raise(9);
    ck_assert(bench.level[INTR]);
    raise(5);
    ck_assert_uint_eq(ack(), 0x29);
    ck_assert_uint_eq(isr(&slave), 0x12);
    ck_assert_msg(!bench.level[INTR], "IRQ 5 ranks below the cascade");
}
END_TEST

START_TEST(slave_of_another_id_leaves_the_bus_floating)
{
    program(&slave, 0x11, 0x28, 0x05, 0x01);
    raise(8);
    ck_assert_uint_eq(ack(), 0xff);
}
END_TEST

START_TEST(automatic_eoi_leaves_nothing_in_service)
{
    program(&master, 0x11, 0x20, 0x04, 0x03);
    raise(6);
    raise(7);
    ck_assert_uint_eq(ack(), 0x26);
    ck_assert_uint_eq(isr(&master), 0);
    ck_assert_uint_eq(ack(), 0x27);
}
END_TEST

START_TEST(rotation_on_nonspecific_eoi)
{
    raise(3);
    ck_assert_uint_eq(ack(), 0x23);
    raise(0);
    raise(4);
    out(&master, 0, 0xa0);
    ck_assert_uint_eq(ack(), 0x24);
    out(&master, 0, 0x64);
    ck_assert_uint_eq(ack(), 0x20);
}
END_TEST

START_TEST(rotation_on_specific_eoi)
{
    raise(3);
    ack();
    out(&master, 0, 0xe3);
    ck_assert_uint_eq(isr(&master), 0);
    raise(4);
    pulse(3);
    ck_assert_uint_eq(ack(), 0x24);
}
END_TEST

START_TEST(rotation_in_automatic_eoi)
{
    program(&master, 0x11, 0x20, 0x04, 0x03);
    out(&master, 0, 0x80);
    raise(1);
    ck_assert_uint_eq(ack(), 0x21);
    pulse(1);
    raise(5);
    ck_assert_uint_eq(ack(), 0x25);
    out(&master, 0, 0x00);
    ck_assert_uint_eq(ack(), 0x21);
    pulse(1);
    pulse(0);
    ck_assert_msg(ack() == 0x20, "after IR5 the order is 6 7 0 1");
    ck_assert_uint_eq(ack(), 0x21);
}
END_TEST

START_TEST(set_priority_command)
{
    out(&master, 0, 0xc4);
    raise(0);
    raise(5);
    ck_assert_uint_eq(ack(), 0x25);
    ck_assert(!bench.level[INTR]);
    out(&master, 0, 0x65);
    ck_assert_uint_eq(ack(), 0x20);
}
END_TEST

START_TEST(special_mask_opens_lower_levels)
{
    raise(4);
    ck_assert_uint_eq(ack(), 0x24);
    out(&master, 1, 0x10);
    raise(6);
    ck_assert(!bench.level[INTR]);
    out(&master, 0, 0x68);
    ck_assert_uint_eq(ack(), 0x26);
    out(&master, 0, 0x20);
    ck_assert_msg(isr(&master) == 0x10, "EOI leaves the masked level in service");
    out(&master, 0, 0x20);
    ck_assert_uint_eq(isr(&master), 0x10);
    out(&master, 0, 0x48);
    out(&master, 0, 0x20);
    ck_assert_uint_eq(isr(&master), 0);
}
END_TEST

START_TEST(poll_acknowledges)
{
    out(&master, 0, 0x0c);
    ck_assert_uint_eq(in(&master, 0), 0);
    raise(5);
    out(&master, 0, 0x0c);
    ck_assert_uint_eq(in(&master, 0), 0x85);
    ck_assert_uint_eq(isr(&master), 0x20);
    ck_assert(!bench.level[INTR]);
}
END_TEST

START_TEST(reset_keeps_the_pins)
{
    pic_elcr_ports.out(&master, 0, 0x08, 1);
    raise(3);
    ck_assert(bench.level[INTR]);
    pic_reset(&master);
    ck_assert(!bench.level[INTR]);
    program(&master, 0x19, 0x20, 0x04, 0x01);
    ck_assert_uint_eq(ack(), 0x23);
}
END_TEST

/* Any writes at all: the pair keeps answering, and what it was is what it does again. */
START_TEST(noise_and_state_round_trip)
{
    uint32_t seed = 1;
    struct pic_state saved_master, saved_slave;
    struct bench saved;
    uint32_t sum[2] = {0, 0};
    for (int i = 0; i < 20000; i++)
        out(i & 1 ? &master : &slave, bench_noise(&seed) & 1, bench_noise(&seed));
    saved_master = master.s;
    saved_slave = slave.s;
    saved = bench;
    for (int run = 0; run < 2; run++) {
        master.s = saved_master;
        slave.s = saved_slave;
        bench = saved;
        uint32_t again = 7;
        for (int i = 0; i < 20000; i++) {
            struct pic *pic = bench_noise(&again) & 1 ? &master : &slave;
            out(pic, bench_noise(&again) & 1, bench_noise(&again));
            pic_set_input(pic, bench_noise(&again), bench_noise(&again) & 1);
            sum[run] = sum[run] * 31 + in(pic, bench_noise(&again) & 1);
            if (bench.level[INTR])
                sum[run] = sum[run] * 31 + ack();
        }
    }
    ck_assert_uint_eq(sum[0], sum[1]);
    ck_assert_uint_ne(sum[0], 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pic");
    TCase *tc = tcase_create("8259A");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, silent_until_initialized);
    tcase_add_test(tc, icw1_resets_edges_masks_and_read_select);
    tcase_add_test(tc, single_mode_takes_no_icw3);
    tcase_add_test(tc, every_input_has_its_vector);
    tcase_add_test(tc, fixed_priority_nests);
    tcase_add_test(tc, edge_counts_once_and_only_while_high);
    tcase_add_test(tc, level_input_asks_again_after_eoi);
    tcase_add_test(tc, ltim_makes_all_inputs_level);
    tcase_add_test(tc, masked_request_waits);
    tcase_add_test(tc, spurious_on_master_sets_no_isr);
    tcase_add_test(tc, spurious_on_slave_sets_isr_of_the_cascade);
    tcase_add_test(tc, slave_asks_again_for_its_next_request);
    tcase_add_test(tc, slave_with_aeoi_makes_a_new_edge);
    tcase_add_test(tc, plain_nesting_holds_back_the_slave_special_lets_it_in);
    tcase_add_test(tc, slave_of_another_id_leaves_the_bus_floating);
    tcase_add_test(tc, automatic_eoi_leaves_nothing_in_service);
    tcase_add_test(tc, rotation_on_nonspecific_eoi);
    tcase_add_test(tc, rotation_on_specific_eoi);
    tcase_add_test(tc, rotation_in_automatic_eoi);
    tcase_add_test(tc, set_priority_command);
    tcase_add_test(tc, special_mask_opens_lower_levels);
    tcase_add_test(tc, poll_acknowledges);
    tcase_add_test(tc, reset_keeps_the_pins);
    tcase_add_test(tc, noise_and_state_round_trip);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}
