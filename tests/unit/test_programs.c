/* Names of user programs: found in an archive, by path, and nowhere else. */
#include "emu/guest/programs.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/specimen.h"

static struct programs *programs;
static char *archive;
static size_t size;

/* Appends a file to the archive, as cpio -H newc does. */
static void add_file(const char *name, const void *bytes, size_t length)
{
    size_t name_size = strlen(name) + 1, room = size + 120 + name_size + length + 8;

    archive = realloc(archive, room);
    size += (size_t)sprintf(archive + size,
                            "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x", 1,
                            0100755, 0, 0, 1, 0, length, 0, 0, 0, 0, name_size, 0);
    memcpy(archive + size, name, name_size);
    size += name_size;
    while (size % 4 != 0)
        archive[size++] = '\0';
    memcpy(archive + size, bytes, length);
    size += length;
    while (size % 4 != 0)
        archive[size++] = '\0';
}

static void setup(void)
{
    size_t length;
    char *elf;

    if (specimen_compiler_missing()) {
        puts("skipped: no i686-linux-gnu-gcc");
        exit(77);
    }
    elf = specimen_compile("int one(int n) { return n + 1; }\nvoid _start(void) { one(1); }\n", "",
                           &length);
    programs = programs_create(0xd0000000);
    archive = NULL;
    size = 0;
    add_file("etc/motd", "hello", 5);
    add_file("bin/one", elf, length);
    add_file("TRAILER!!!", "", 0);
    programs_add_archive(programs, archive, size);
    free(elf);
}

static void teardown(void)
{
    programs_destroy(programs);
    free(archive);
}

static const char *name_at(unsigned program, uint32_t addr, bool *decided)
{
    const struct symbol *symbol = programs_symbol(programs, program, addr, decided);

    return symbol ? symbol->name : NULL;
}

START_TEST(a_path_is_a_program)
{
    unsigned one = programs_find(programs, "/bin/one");

    ck_assert_uint_ge(one, 1);
    ck_assert_uint_eq(programs_find(programs, "/bin/one"), one);
    ck_assert_uint_ne(programs_find(programs, "/bin/two"), one);
    ck_assert_str_eq(programs_path(programs, one), "/bin/one");
    ck_assert_uint_eq(programs_find(programs, ""), 0);
    ck_assert_ptr_null(programs_path(programs, 77));
    ck_assert_uint_eq(programs_find(NULL, "/bin/one"), 0);
}
END_TEST

START_TEST(its_addresses_have_its_names)
{
    unsigned one = programs_find(programs, "/bin/one"), two = programs_find(programs, "/bin/two");
    bool decided;

    ck_assert_str_eq(name_at(one, 0xc0100000, &decided), "one");
    ck_assert(decided);
    ck_assert_ptr_null(name_at(one, 0xbfffff00, &decided));
    ck_assert(decided); /* its own symbols are known: nobody else's are meant */
    ck_assert_ptr_null(name_at(one, 0xd0100000, &decided));
    ck_assert(!decided);
    ck_assert_ptr_null(name_at(two, 0xc0100000, &decided));
    ck_assert(!decided);
    ck_assert_ptr_null(name_at(programs_find(programs, "/etc/motd"), 0xc0100000, &decided));
    ck_assert(!decided);
}
END_TEST

START_TEST(a_cut_archive_has_what_is_whole)
{
    bool decided;

    for (size_t cut = 0; cut < size; cut += 97) {
        char *copy = malloc(cut ? cut : 1);

        memcpy(copy, archive, cut);
        programs_destroy(programs);
        programs = programs_create(0xd0000000);
        programs_add_archive(programs, copy, cut);
        name_at(programs_find(programs, "/bin/one"), 0xc0100000, &decided);
        free(copy);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("programs");
    TCase *all = tcase_create("all");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_unchecked_fixture(all, setup, teardown);
    tcase_add_test(all, a_path_is_a_program);
    tcase_add_test(all, its_addresses_have_its_names);
    tcase_add_test(all, a_cut_archive_has_what_is_whole);
    suite_add_tcase(suite, all);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
