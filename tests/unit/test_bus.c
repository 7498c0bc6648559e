#include "emu/machine/bus.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct bus bus;
static uint8_t low[BUS_PAGE], high[2 * BUS_PAGE];

/* A block of registers that remembers what was asked of it. */
struct probe {
    uint8_t reg[8];
    unsigned calls, last_size;
};

static uint32_t probe_in(void *device, unsigned reg, unsigned size)
{
    struct probe *p = device;
    uint32_t value = 0;

    p->calls++;
    p->last_size = size;
    for (unsigned i = 0; i < size; i++)
        value |= (uint32_t)p->reg[reg + i] << (8 * i);
    return value;
}

static void probe_out(void *device, unsigned reg, uint32_t value, unsigned size)
{
    struct probe *p = device;

    p->calls++;
    p->last_size = size;
    for (unsigned i = 0; i < size; i++)
        p->reg[reg + i] = (uint8_t)(value >> (8 * i));
}

static const struct device_ports bytes_only = {probe_in, probe_out, 4, 1};
static const struct device_ports words = {probe_in, probe_out, 4, 2};
static struct probe a, b;

static void setup(void)
{
    bus_init(&bus);
    memset(low, 0x11, sizeof(low));
    memset(high, 0x22, sizeof(high));
    a = (struct probe){.reg = {1, 2, 3, 4}};
    b = (struct probe){.reg = {5, 6, 7, 8}};
    ck_assert_int_eq(bus_map_memory(&bus, 0, low, sizeof(low), true), 0);
    ck_assert_int_eq(bus_map_memory(&bus, 0x10000, high, sizeof(high), false), 0);
    ck_assert_int_eq(bus_map_ports(&bus, 0x100, &bytes_only, &a), 0);
    ck_assert_int_eq(bus_map_ports(&bus, 0x104, &words, &b), 0);
}

START_TEST(ram_is_direct_and_writable)
{
    struct bus_page page = bus_page(&bus, 0);

    ck_assert_ptr_eq(page.host, low);
    ck_assert(page.writable);
    bus_write(&bus, 0x10, 0x12345678, 4);
    ck_assert_uint_eq(bus_read(&bus, 0x10, 4), 0x12345678);
    ck_assert_uint_eq(bus_read(&bus, 0x11, 2), 0x3456);
}
END_TEST

START_TEST(rom_reads_and_forgets_writes)
{
    struct bus_page page = bus_page(&bus, 0x11000);

    ck_assert_ptr_eq(page.host, high + BUS_PAGE);
    ck_assert(!page.writable);
    bus_write(&bus, 0x10000, 0, 4);
    ck_assert_uint_eq(bus_read(&bus, 0x10000, 4), 0x22222222);
}
END_TEST

START_TEST(nothing_reads_as_ones)
{
    ck_assert_ptr_null(bus_page(&bus, 0x5000).host);
    ck_assert_uint_eq(bus_read(&bus, 0x5000, 1), 0xff);
    ck_assert_uint_eq(bus_read(&bus, 0x5000, 2), 0xffff);
    ck_assert_uint_eq(bus_read(&bus, 0xfffffffc, 4), 0xffffffff);
    bus_write(&bus, 0x5000, 0, 4);
}
END_TEST

START_TEST(the_last_mapped_lies_on_top)
{
    ck_assert_int_eq(bus_map_memory(&bus, 0, high, BUS_PAGE, false), 0);
    ck_assert_uint_eq(bus_read(&bus, 0, 1), 0x22);
}
END_TEST

START_TEST(the_top_page_can_be_mapped)
{
    ck_assert_int_eq(bus_map_memory(&bus, 0xfffff000, low, BUS_PAGE, false), 0);
    ck_assert_uint_eq(bus_read(&bus, 0xfffffffc, 4), 0x11111111);
}
END_TEST

START_TEST(memory_that_cannot_be_mapped)
{
    ck_assert_int_eq(bus_map_memory(&bus, 0x100, low, BUS_PAGE, true), -EINVAL);
    ck_assert_int_eq(bus_map_memory(&bus, 0, low, 0x100, true), -EINVAL);
    ck_assert_int_eq(bus_map_memory(&bus, 0, low, 0, true), -EINVAL);
    ck_assert_int_eq(bus_map_memory(&bus, 0xfffff000, high, sizeof(high), true), -EINVAL);
    while (bus.regions < BUS_REGIONS)
        ck_assert_int_eq(bus_map_memory(&bus, 0, low, BUS_PAGE, true), 0);
    ck_assert_int_eq(bus_map_memory(&bus, 0, low, BUS_PAGE, true), -ENOSPC);
}
END_TEST

START_TEST(wide_access_to_byte_registers_is_split)
{
    ck_assert_uint_eq(bus_in(&bus, 0x100, 4), 0x04030201);
    ck_assert_uint_eq(a.calls, 4);
    ck_assert_uint_eq(a.last_size, 1);
    bus_out(&bus, 0x102, 0xbeef, 2);
    ck_assert_uint_eq(a.reg[2], 0xef);
    ck_assert_uint_eq(a.reg[3], 0xbe);
}
END_TEST

START_TEST(word_registers_take_words_whole)
{
    ck_assert_uint_eq(bus_in(&bus, 0x104, 2), 0x0605);
    ck_assert_uint_eq(b.calls, 1);
    ck_assert_uint_eq(bus_in(&bus, 0x104, 4), 0x08070605);
    ck_assert_uint_eq(b.calls, 3);
    ck_assert_uint_eq(b.last_size, 2);
}
END_TEST

/* Over the seam of two blocks, and over the end of the last: each part goes where it belongs. */
START_TEST(accesses_that_cross_a_block)
{
    ck_assert_uint_eq(bus_in(&bus, 0x103, 2), 0x0504);
    ck_assert_uint_eq(bus_in(&bus, 0x107, 4), 0xffffff08);
    ck_assert_uint_eq(bus_in(&bus, 0x0ff, 2), 0x01ff);
    bus_out(&bus, 0x107, 0xaabbccdd, 4);
    ck_assert_uint_eq(b.reg[3], 0xdd);
}
END_TEST

START_TEST(absent_ports_read_as_ones)
{
    ck_assert_uint_eq(bus_in(&bus, 0x200, 1), 0xff);
    ck_assert_uint_eq(bus_in(&bus, 0x200, 2), 0xffff);
    ck_assert_uint_eq(bus_in(&bus, 0xffff, 4), 0xffffffff);
    bus_out(&bus, 0xffff, 0, 4);
}
END_TEST

START_TEST(ports_that_cannot_be_mapped)
{
    ck_assert_int_eq(bus_map_ports(&bus, 0x103, &words, &b), -EEXIST);
    ck_assert_int_eq(bus_map_ports(&bus, 0xfffe, &words, &b), -EINVAL);
    for (uint32_t port = 0x1000; bus.blocks < BUS_BLOCKS; port += 4)
        ck_assert_int_eq(bus_map_ports(&bus, port, &words, &b), 0);
    ck_assert_int_eq(bus_map_ports(&bus, 0x8000, &words, &b), -ENOSPC);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bus");
    TCase *tc = tcase_create("maps");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, ram_is_direct_and_writable);
    tcase_add_test(tc, rom_reads_and_forgets_writes);
    tcase_add_test(tc, nothing_reads_as_ones);
    tcase_add_test(tc, the_last_mapped_lies_on_top);
    tcase_add_test(tc, the_top_page_can_be_mapped);
    tcase_add_test(tc, memory_that_cannot_be_mapped);
    tcase_add_test(tc, wide_access_to_byte_registers_is_split);
    tcase_add_test(tc, word_registers_take_words_whole);
    tcase_add_test(tc, accesses_that_cross_a_block);
    tcase_add_test(tc, absent_ports_read_as_ones);
    tcase_add_test(tc, ports_that_cannot_be_mapped);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
