#include "emu/gdb/rsp.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct rsp rsp;
static enum rsp_event last;

/* Takes bytes; returns how many events came. */
static unsigned feed(const char *bytes, size_t n)
{
    unsigned events = 0;

    for (size_t i = 0; i < n; i++) {
        enum rsp_event event = rsp_take(&rsp, (uint8_t)bytes[i]);

        if (event != RSP_NOTHING) {
            last = event;
            events++;
        }
    }
    return events;
}

#define FEED(text) feed(text, sizeof(text) - 1)

static void setup(void)
{
    rsp_init(&rsp);
    last = RSP_NOTHING;
}

static void teardown(void)
{
    rsp_release(&rsp);
}

static void check_sent(const char *text)
{
    ck_assert_uint_eq(rsp.out_used, strlen(text));
    ck_assert_mem_eq(rsp.out, text, rsp.out_used);
    rsp_sent(&rsp, rsp.out_used);
}

START_TEST(a_packet_is_taken_and_acknowledged)
{
    ck_assert_uint_eq(FEED("+$qC#b4"), 1);
    ck_assert_int_eq(last, RSP_PACKET);
    ck_assert_str_eq(rsp.packet, "qC");
    check_sent("+");
}
END_TEST

START_TEST(a_damaged_packet_is_asked_for_again)
{
    ck_assert_uint_eq(FEED("$qC#b5"), 0);
    check_sent("-");
    ck_assert_uint_eq(FEED("$q$qC#b4"), 1); /* the first was cut off */
    ck_assert_str_eq(rsp.packet, "qC");
}
END_TEST

START_TEST(escapes_are_undone)
{
    ck_assert_uint_eq(FEED("$X}]}\x03#b2"), 1);
    ck_assert_uint_eq(rsp.length, 3);
    ck_assert_mem_eq(rsp.packet, "X}#", 3);
}
END_TEST

START_TEST(replies_are_framed_and_sent_again_on_demand)
{
    rsp_put(&rsp, "a#b", 3);
    check_sent("$a}\x03"
               "b#43");
    FEED("-");
    check_sent("$a}\x03"
               "b#43");
    rsp.no_acks = true;
    FEED("-");
    ck_assert_uint_eq(rsp.out_used, 0);
}
END_TEST

START_TEST(an_interrupt_comes_between_packets)
{
    ck_assert_uint_eq(FEED("rubbish\x03"), 1);
    ck_assert_int_eq(last, RSP_INTERRUPT);
}
END_TEST

START_TEST(a_packet_that_is_too_long_is_skipped)
{
    rsp.no_acks = true;
    FEED("$");
    for (unsigned i = 0; i < RSP_PACKET_MAX + 10; i++)
        ck_assert_uint_eq(FEED("x"), 0);
    ck_assert_uint_eq(FEED("#00"), 1);
    ck_assert_int_eq(last, RSP_TOO_LONG);
    ck_assert_uint_eq(FEED("$qC#b4"), 1);
    ck_assert_int_eq(last, RSP_PACKET);
}
END_TEST

START_TEST(one_who_does_not_read_is_found_out)
{
    static const char data[RSP_PACKET_MAX];

    for (unsigned i = 0; i < 2 * RSP_OUT_MAX / RSP_PACKET_MAX + 2; i++)
        rsp_put(&rsp, data, sizeof(data));
    ck_assert(rsp.full);
}
END_TEST

START_TEST(hexadecimal)
{
    uint8_t bytes[2];
    char hex[5];

    rsp_to_hex(hex, "\x0a\xf0", 2);
    ck_assert_str_eq(hex, "0af0");
    ck_assert(rsp_from_hex(bytes, "0AF0", 2));
    ck_assert_mem_eq(bytes, "\x0a\xf0", 2);
    ck_assert(!rsp_from_hex(bytes, "0a", 2));
    ck_assert(!rsp_from_hex(bytes, "0g00", 2));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rsp");
    TCase *tc = tcase_create("framing");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_packet_is_taken_and_acknowledged);
    tcase_add_test(tc, a_damaged_packet_is_asked_for_again);
    tcase_add_test(tc, escapes_are_undone);
    tcase_add_test(tc, replies_are_framed_and_sent_again_on_demand);
    tcase_add_test(tc, an_interrupt_comes_between_packets);
    tcase_add_test(tc, a_packet_that_is_too_long_is_skipped);
    tcase_add_test(tc, one_who_does_not_read_is_found_out);
    tcase_add_test(tc, hexadecimal);
    suite_add_tcase(suite, tc);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
