#include "emu/machine/chardev.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/support/file.h"

static struct chardev *dev;
static char why[256], path[] = "/tmp/forkscope-chardev-XXXXXX", spec[64];

static void setup(void)
{
    strcpy(path + sizeof(path) - 7, "XXXXXX");
    close(mkstemp(path));
    snprintf(spec, sizeof(spec), "file:%s", path);
    dev = NULL;
}

static void teardown(void)
{
    unlink(path);
}

static int open_dev(const char *text)
{
    return chardev_open(&dev, text, CHARDEV_KEYS_HOST, why, sizeof(why));
}

static void put(const char *text, unsigned times)
{
    struct char_out out = chardev_out(dev);

    while (times--)
        for (const char *c = text; *c; c++)
            char_out_put(&out, (uint8_t)*c);
}

/* Puts text into a pipe that becomes standard input. */
static int feed_stdin(const char *text)
{
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    ck_assert_int_eq(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
    return ends[1];
}

START_TEST(specs)
{
    ck_assert(chardev_spec_valid("stdio"));
    ck_assert(chardev_spec_valid("null"));
    ck_assert(chardev_spec_valid("file:x"));
    ck_assert(!chardev_spec_valid("file:"));
    ck_assert(!chardev_spec_valid(""));
    ck_assert(!chardev_spec_valid("pty"));
}
END_TEST

/* More than any buffer holds. */
START_TEST(a_file_gets_every_byte)
{
    struct file file;

    ck_assert_int_eq(open_dev(spec), 0);
    put("0123456789", 1001);
    ck_assert_int_eq(chardev_close(dev, why, sizeof(why)), 0);
    ck_assert_int_eq(file_read(path, 1 << 20, &file, why, sizeof(why)), 0);
    ck_assert_uint_eq(file.size, 10010);
    ck_assert_mem_eq(file.bytes + 10000, "0123456789", 10);
    file_release(&file);
}
END_TEST

START_TEST(a_flush_makes_bytes_visible)
{
    struct file file;

    ck_assert_int_eq(open_dev(spec), 0);
    put("x", 1);
    ck_assert_int_eq(chardev_flush(dev, why, sizeof(why)), 0);
    ck_assert_int_eq(file_read(path, 16, &file, why, sizeof(why)), 0);
    ck_assert_uint_eq(file.size, 1);
    file_release(&file);
    chardev_close(dev, why, sizeof(why));
}
END_TEST

START_TEST(null_swallows_and_gives_nothing)
{
    ck_assert_int_eq(open_dev("null"), 0);
    put("x", 5000);
    ck_assert(!chardev_input_open(dev));
    ck_assert_int_eq(chardev_close(dev, why, sizeof(why)), 0);
}
END_TEST

START_TEST(a_full_disk_is_remembered)
{
    ck_assert_int_eq(open_dev("file:/dev/full"), 0);
    put("x", 1);
    ck_assert_int_eq(chardev_flush(dev, why, sizeof(why)), -ENOSPC);
    ck_assert_ptr_nonnull(strstr(why, "/dev/full"));
    ck_assert_int_eq(chardev_flush(dev, why, sizeof(why)), -ENOSPC);
    ck_assert_int_eq(chardev_close(dev, why, sizeof(why)), -ENOSPC);
}
END_TEST

START_TEST(a_file_that_cannot_be_made)
{
    ck_assert_int_eq(open_dev("file:/nonexistent/x"), -ENOENT);
    ck_assert_ptr_nonnull(strstr(why, "/nonexistent/x"));
    ck_assert_ptr_null(dev);
}
END_TEST

START_TEST(input_comes_from_a_pipe)
{
    const uint8_t *bytes;
    int end = feed_stdin("abc");

    ck_assert_int_eq(open_dev("stdio"), 0);
    ck_assert(!chardev_is_terminal(dev));
    chardev_wait(dev, 0);
    ck_assert_uint_eq(chardev_pending(dev, &bytes), 3);
    ck_assert_mem_eq(bytes, "abc", 3);
    chardev_take(dev, 2);
    ck_assert_uint_eq(chardev_pending(dev, &bytes), 1);
    ck_assert_int_eq(bytes[0], 'c');
    chardev_wait(dev, 0);
    ck_assert(chardev_input_open(dev));
    close(end);
    chardev_wait(dev, 0);
    ck_assert(!chardev_input_open(dev));
    ck_assert_uint_eq(chardev_pending(dev, &bytes), 1);
    chardev_close(dev, why, sizeof(why));
}
END_TEST

START_TEST(dev_null_is_no_input)
{
    int fd = open("/dev/null", O_RDONLY);

    dup2(fd, STDIN_FILENO);
    close(fd);
    ck_assert_int_eq(open_dev("stdio"), 0);
    ck_assert(!chardev_input_open(dev));
    chardev_close(dev, why, sizeof(why));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("chardev");
    TCase *tc = tcase_create("chardev");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, specs);
    tcase_add_test(tc, a_file_gets_every_byte);
    tcase_add_test(tc, a_flush_makes_bytes_visible);
    tcase_add_test(tc, null_swallows_and_gives_nothing);
    tcase_add_test(tc, a_full_disk_is_remembered);
    tcase_add_test(tc, a_file_that_cannot_be_made);
    tcase_add_test(tc, input_comes_from_a_pipe);
    tcase_add_test(tc, dev_null_is_no_input);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
