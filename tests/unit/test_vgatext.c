#include "devices/vgatext.h"

#include "devices/oscillator.h"
#include "tests/unit/device_bench.h"

static struct vgatext screen;

static void out(unsigned reg, uint8_t value)
{
    vgatext_ports.out(&screen, reg, value, 1);
}

static uint8_t in(unsigned reg)
{
    return vgatext_ports.in(&screen, reg, 1);
}

static void crtc(uint8_t index, uint8_t value)
{
    out(0, index);
    out(1, value);
}

static void crtc_word(uint8_t index, uint16_t value)
{
    crtc(index, value >> 8);
    crtc(index + 1, value);
}

static void setup(void)
{
    bench_reset();
    vgatext_init(&screen, bench_timer());
}

START_TEST(starts_blank)
{
    for (unsigned row = 0; row < VGATEXT_ROWS; row++) {
        for (unsigned column = 0; column < VGATEXT_COLUMNS; column++) {
            struct vgatext_cell cell = vgatext_cell(&screen, row, column);
            ck_assert_uint_eq(cell.character, ' ');
            ck_assert_uint_eq(cell.attribute, 0x07);
        }
    }
    ck_assert(vgatext_is_on(&screen));
    ck_assert(vgatext_blinks(&screen));
}
END_TEST

START_TEST(shows_the_memory_from_the_start_address)
{
    screen.s.memory[2 * (3 * 80 + 7)] = 'f';
    screen.s.memory[2 * (3 * 80 + 7) + 1] = 0x1e;
    struct vgatext_cell cell = vgatext_cell(&screen, 3, 7);
    ck_assert_uint_eq(cell.character, 'f');
    ck_assert_uint_eq(cell.attribute, 0x1e);
    crtc_word(0x0c, 2 * 80);
    ck_assert_uint_eq(vgatext_cell(&screen, 1, 7).character, 'f');
}
END_TEST

START_TEST(addresses_wrap)
{
    screen.s.memory[0] = 'w';
    crtc_word(0x0c, 0x3fff);
    ck_assert_uint_eq(vgatext_cell(&screen, 0, 1).character, 'w');
    crtc_word(0x0c, 0xffff);
    ck_assert_uint_eq(vgatext_cell(&screen, 0, 1).character, 'w');
    vgatext_cell(&screen, UINT32_MAX, UINT32_MAX);
}
END_TEST

START_TEST(cursor_position_and_shape)
{
    crtc_word(0x0c, 80);
    crtc_word(0x0e, 80 + 5 * 80 + 12);
    struct vgatext_cursor cursor = vgatext_cursor(&screen);
    ck_assert(cursor.visible);
    ck_assert_uint_eq(cursor.row, 5);
    ck_assert_uint_eq(cursor.column, 12);
    ck_assert_uint_eq(cursor.first_line, 13);
    ck_assert_uint_eq(cursor.last_line, 14);

    crtc(0x0a, 0x20);
    ck_assert_msg(!vgatext_cursor(&screen).visible, "bit 5 turns it off");
    crtc(0x0a, 0x0f);
    ck_assert_msg(!vgatext_cursor(&screen).visible, "it ends before it starts");
    crtc(0x0a, 0x00);
    crtc(0x0b, 0xff);
    ck_assert_uint_eq(vgatext_cursor(&screen).last_line, 15);
    crtc_word(0x0e, 79);
    ck_assert_msg(!vgatext_cursor(&screen).visible, "above the screen");
    crtc_word(0x0e, 80 + 25 * 80);
    ck_assert_msg(!vgatext_cursor(&screen).visible, "below the screen");
}
END_TEST

START_TEST(crtc_registers_are_kept_and_bounded)
{
    for (unsigned i = 0; i < 256; i++)
        crtc(i, i ^ 0x5a);
    for (unsigned i = 0; i < 256; i++) {
        out(0, i);
        ck_assert_uint_eq(in(0), i);
        ck_assert_uint_eq(in(1), i < VGATEXT_CRTC_REGISTERS ? i ^ 0x5a : 0xff);
    }
    ck_assert_uint_eq(screen.s.mode, 0x29);
}
END_TEST

START_TEST(mode_control)
{
    out(4, 0x00);
    ck_assert(!vgatext_is_on(&screen));
    ck_assert(!vgatext_blinks(&screen));
    ck_assert_uint_eq(in(4), 0xff);
    ck_assert_uint_eq(in(2), 0xff);
    out(5, 0x1f);
    ck_assert_uint_eq(screen.s.colour, 0x1f);
    ck_assert_uint_eq(in(5), 0xff);
    out(4, 0x28);
    ck_assert(vgatext_is_on(&screen));
    ck_assert(vgatext_blinks(&screen));
}
END_TEST

/* One frame in steps of 1 us: 70.086 Hz, with the picture on for 400 of 449 lines. */
START_TEST(status_follows_the_beam)
{
    unsigned retraces = 0, shown = 0, retrace_us = 0;
    uint8_t last = 0;
    for (bench.now = 0; bench.now < NS_PER_SECOND; bench.now += 1000) {
        uint8_t status = in(6);
        retraces += status & ~last & 8;
        retrace_us += !!(status & 8);
        shown += !(status & 1);
        last = status;
    }
    ck_assert_uint_eq(retraces / 8, 70);
    ck_assert_uint_eq(retrace_us / 70, 63);
    ck_assert_uint_ge(shown, 711000);
    ck_assert_uint_le(shown, 714000);
}
END_TEST

START_TEST(state_round_trip)
{
    static struct vgatext_state saved;
    screen.s.memory[100] = 'x';
    crtc_word(0x0e, 50);
    saved = screen.s;
    vgatext_reset(&screen);
    ck_assert_uint_eq(vgatext_cell(&screen, 0, 50).character, ' ');
    screen.s = saved;
    ck_assert_uint_eq(vgatext_cell(&screen, 0, 50).character, 'x');
    ck_assert_uint_eq(vgatext_cursor(&screen).column, 50);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("vgatext");
    TCase *tc = tcase_create("text screen");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, starts_blank);
    tcase_add_test(tc, shows_the_memory_from_the_start_address);
    tcase_add_test(tc, addresses_wrap);
    tcase_add_test(tc, cursor_position_and_shape);
    tcase_add_test(tc, crtc_registers_are_kept_and_bounded);
    tcase_add_test(tc, mode_control);
    tcase_add_test(tc, status_follows_the_beam);
    tcase_add_test(tc, state_round_trip);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}
