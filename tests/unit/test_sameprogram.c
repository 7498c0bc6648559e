/* A program and its stripped copy are one program; another program is not, nor is what was changed
 * or cut. */
#include "emu/guest/sameprogram.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/specimen.h"

static const char source[] = "const char text[] = \"hello\";\n"
                             "int one(int n) { return n + text[0]; }\n"
                             "void _start(void) { one(1); }\n";
static char *full, *stripped;
static size_t full_size, stripped_size;

static void setup(void)
{
    if (specimen_compiler_missing()) {
        puts("skipped: no i686-linux-gnu-gcc");
        exit(77);
    }
    full = specimen_compile(source, "-g -Wl,--build-id=none", &full_size);
    stripped = specimen_compile(source, "-s -Wl,--build-id=none", &stripped_size);
}

static void teardown(void)
{
    free(full);
    free(stripped);
}

START_TEST(symbols_make_no_difference)
{
    ck_assert_uint_lt(stripped_size, full_size);
    ck_assert(same_program(full, full_size, full, full_size));
    ck_assert(same_program(stripped, stripped_size, full, full_size));
    ck_assert(same_program(full, full_size, stripped, stripped_size));
}
END_TEST

START_TEST(another_program_is_another)
{
    size_t size;
    char *other = specimen_compile("int two(int n) { return n + 2; }\n"
                                   "void _start(void) { two(1); }\n",
                                   "-g", &size);

    ck_assert(!same_program(stripped, stripped_size, other, size));
    free(other);
}
END_TEST

/* One loaded byte: that of the text. */
START_TEST(one_byte_makes_another)
{
    char *at = memmem(full, full_size, "hello", 5);

    ck_assert_ptr_nonnull(at);
    *at = 'j';
    ck_assert(!same_program(stripped, stripped_size, full, full_size));
}
END_TEST

START_TEST(what_is_cut_or_no_program_is_none)
{
    static const char text[64] = "just text";

    ck_assert(!same_program(text, sizeof(text), text, sizeof(text)));
    for (size_t cut = 0; cut < 4096; cut += 13) {
        char *copy = malloc(cut ? cut : 1);

        memcpy(copy, full, cut);
        ck_assert(!same_program(copy, cut, full, full_size));
        ck_assert(!same_program(full, full_size, copy, cut));
        free(copy);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sameprogram");
    TCase *all = tcase_create("all");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, symbols_make_no_difference);
    tcase_add_test(all, another_program_is_another);
    tcase_add_test(all, one_byte_makes_another);
    tcase_add_test(all, what_is_cut_or_no_program_is_none);
    suite_add_tcase(suite, all);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
