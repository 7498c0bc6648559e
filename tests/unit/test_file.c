/* Files: what can be written is told without leaving a trace. */
#include "emu/support/file.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/forkscope-file-XXXXXX";
static char path[64], why[256];

static void setup(void)
{
    strcpy(strrchr(folder, '-'), "-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/it", folder);
    *why = '\0';
}

static void teardown(void)
{
    unlink(path);
    rmdir(path);
    ck_assert_int_eq(rmdir(folder), 0); /* nothing else was left in it */
}

static void put(const char *text)
{
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
}

START_TEST(what_is_not_there_can_be_written)
{
    ck_assert_int_eq(file_check_writable(path, why, sizeof(why)), 0);
    ck_assert_int_eq(access(path, F_OK), -1);
    ck_assert(!file_is_special(path));
}
END_TEST

START_TEST(what_is_there_stays)
{
    struct file file;

    put("kept");
    ck_assert_int_eq(file_check_writable(path, why, sizeof(why)), 0);
    ck_assert_int_eq(file_read(path, 100, &file, why, sizeof(why)), 0);
    ck_assert_uint_eq(file.size, 4);
    ck_assert_mem_eq(file.bytes, "kept", 4);
    file_release(&file);
    ck_assert(!file_is_special(path));
}
END_TEST

START_TEST(a_link_to_nothing_can_be_written_through)
{
    ck_assert_int_eq(symlink("nowhere", path), 0);
    ck_assert_int_eq(file_check_writable(path, why, sizeof(why)), 0);
}
END_TEST

START_TEST(a_pipe_is_special)
{
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert(file_is_special(path));
    ck_assert_int_eq(file_check_writable(path, why, sizeof(why)), 0);
}
END_TEST

START_TEST(directories_cannot_be_written)
{
    char wanted[256];

    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_assert(file_is_special(path));
    ck_assert_int_eq(file_check_writable(path, why, sizeof(why)), -EISDIR);
    snprintf(wanted, sizeof(wanted), "cannot write '%s': Is a directory", path);
    ck_assert_str_eq(why, wanted);
}
END_TEST

START_TEST(nor_what_lies_nowhere)
{
    char deeper[96];

    snprintf(deeper, sizeof(deeper), "%s/x", path);
    ck_assert_int_eq(file_check_writable(deeper, why, sizeof(why)), -ENOENT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file");
    TCase *tests = tcase_create("all");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, what_is_not_there_can_be_written);
    tcase_add_test(tests, what_is_there_stays);
    tcase_add_test(tests, a_link_to_nothing_can_be_written_through);
    tcase_add_test(tests, a_pipe_is_special);
    tcase_add_test(tests, directories_cannot_be_written);
    tcase_add_test(tests, nor_what_lies_nowhere);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
