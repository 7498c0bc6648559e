#include "emu/run/recording.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define HEAD                                                                                       \
    "forkscope recording 1\n"                                                                      \
    "machine ram 64 mips 100 cpu 3 8197 rtc 946684800 jitter 7\n"                                  \
    "kernel 001d2c4089abcdef\n"                                                                    \
    "start 0123456789abcdef\n"

static struct recording r;
static char why[400];

/* Puts the sum below. */
static int parse(const char *lines)
{
    char text[2048];
    int n = snprintf(text, sizeof(text), "%s", lines);

    n += snprintf(text + n, sizeof(text) - (size_t)n, "sum %08lx\n",
                  crc32_z(0, (const uint8_t *)text, (size_t)n));
    return recording_parse(&r, "F", text, (size_t)n, why, sizeof(why));
}

static void teardown(void)
{
    recording_release(&r);
}

START_TEST(all_of_it_is_read)
{
    ck_assert_msg(parse(HEAD "serial 10 0 \"a\\r\\x00\\\"\\\\\"\n"
                             "key 10 2 \"\\x1c\"\n"
                             "end 99 1 interrupted\n") == 0,
                  "%s", why);
    ck_assert_uint_eq(r.machine.ram_mb, 64);
    ck_assert_uint_eq(r.machine.mips, 100);
    ck_assert_uint_eq(r.machine.cpu.features, 8197);
    ck_assert_uint_eq(r.machine.kernel, 0x001d2c4089abcdef);
    ck_assert_uint_eq(r.start, 0x0123456789abcdef);
    ck_assert_uint_eq(r.jitter, 7);
    ck_assert_uint_eq(r.log.count, 2);
    ck_assert_uint_eq(r.log.input[0].size, 5);
    ck_assert_mem_eq(r.log.input[0].bytes, "a\r\0\"\\", 5);
    ck_assert_int_eq(r.log.input[1].kind, INPUT_KEY);
    ck_assert_uint_eq(r.log.input[1].when.turn, 2);
    ck_assert_uint_eq(r.end.icount, 99);
    ck_assert_int_eq(r.ended, RUN_INTERRUPTED);
}
END_TEST

START_TEST(what_is_written_is_read_back)
{
    char path[] = "/tmp/test_recording.XXXXXX";
    struct recording again;
    uint8_t all[256];

    for (unsigned i = 0; i < sizeof(all); i++)
        all[i] = (uint8_t)i;
    close(mkstemp(path));
    ck_assert_int_eq(parse(HEAD "end 5000 0 itself\n"), 0);
    inputlog_add(&r.log, (struct moment){77, 3}, INPUT_SERIAL, all, sizeof(all));
    ck_assert_int_eq(recording_write(path, &r, why, sizeof(why)), 0);
    ck_assert_msg(recording_read(&again, path, why, sizeof(why)) == 0, "%s", why);
    unlink(path);
    ck_assert_uint_eq(again.log.count, 1);
    ck_assert_uint_eq(again.log.input[0].size, sizeof(all));
    ck_assert_mem_eq(again.log.input[0].bytes, all, sizeof(all));
    ck_assert_uint_eq(again.log.input[0].when.icount, 77);
    ck_assert_uint_eq(again.start, r.start);
    ck_assert_int_eq(again.ended, RUN_ENDS);
    recording_release(&again);
}
END_TEST

static const struct {
    const char *lines, *says;
} mistakes[] = {
    {"", "no end"},
    {"hello\n", "no recording"},
    {"forkscope recording 2\n", "version 2"},
    {"forkscope recording 1\nmachine ram 0 mips 1 cpu 3 0 rtc 0 jitter 0\n", "line 2"},
    {HEAD, "no end"},
    {HEAD "end 1 0 somehow\n", "line 5"},
    {HEAD "end 1 0 itself\nserial 1 0 \"x\"\n", "behind it"},
    {HEAD "serial 1 0 \"x\nend 1 0 itself\n", "line 5"},
    {HEAD "serial 1 0 \"\\q\"\nend 1 0 itself\n", "line 5"},
    {HEAD "serial 1 0 \"\"\nend 1 0 itself\n", "line 5"},
    {HEAD "serial -1 0 \"x\"\nend 1 0 itself\n", "line 5"},
    {HEAD "serial 99999999999999999999 0 \"x\"\nend 1 0 itself\n", "line 5"},
    {HEAD "memory 1 0 \"abc\"\nend 1 0 itself\n", "line 5"},
    {HEAD "registers 1 0 \"abcd\"\nend 1 0 itself\n", "line 5"},
    {HEAD "mouse 1 0 \"abcd\"\nend 1 0 itself\n", "what is this"},
    {HEAD "serial 9 0 \"x\"\nserial 8 0 \"x\"\nend 9 0 itself\n", "before the one above"},
};

START_TEST(mistakes_are_named)
{
    ck_assert_int_eq(parse(mistakes[_i].lines), -EINVAL);
    ck_assert_msg(strstr(why, mistakes[_i].says) != NULL, "%s", why);
}
END_TEST

START_TEST(a_cut_or_changed_file_is_refused)
{
    static const char whole[] = HEAD "serial 10 0 \"a\"\nend 99 1 itself\nsum 00000000\n";

    for (size_t n = 30; n < sizeof(whole); n++) {
        ck_assert_int_eq(recording_parse(&r, "F", whole, n, why, sizeof(why)), -EINVAL);
        ck_assert_msg(strstr(why, "cut off") != NULL, "%zu: %s", n, why);
        recording_release(&r);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("recording");
    TCase *tc = tcase_create("recording");

    tcase_add_checked_fixture(tc, NULL, teardown);
    tcase_add_test(tc, all_of_it_is_read);
    tcase_add_test(tc, what_is_written_is_read_back);
    tcase_add_loop_test(tc, mistakes_are_named, 0, sizeof(mistakes) / sizeof(mistakes[0]));
    tcase_add_test(tc, a_cut_or_changed_file_is_refused);
    suite_add_tcase(suite, tc);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
