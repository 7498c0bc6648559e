#include "emu/guest/symbols.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "tests/elf_builder.h"

enum { TEXT_SIZE = 0x1000 };
#define TEXT 0xc0100000u

static struct test_kernel k;
static struct symbols *s;
static char why[256], buf[64];

static void setup(void)
{
    static const uint8_t code[] = {0xf4};

    s = symbols_create();
    test_kernel_build(&k, code, sizeof(code));
    test_kernel_add_symtab(&k, TEXT, TEXT_SIZE);
    test_kernel_symbol(&k, "start", STB_GLOBAL, STT_NOTYPE, TEXT, 0, 1);
    test_kernel_symbol(&k, "do_fork", STB_GLOBAL, STT_FUNC, TEXT + 0x100, 0x80, 1);
    test_kernel_symbol(&k, "ret_point", STB_LOCAL, STT_NOTYPE, TEXT + 0x140, 4, 1);
    test_kernel_symbol(&k, "entry_alias", STB_LOCAL, STT_NOTYPE, TEXT + 0x100, 0, 1);
    test_kernel_symbol(&k, "tail", STB_LOCAL, STT_NOTYPE, TEXT + 0x800, 0, 1);
    test_kernel_symbol(&k, "CONSTANT", STB_LOCAL, STT_NOTYPE, 0x1234, 0, SHN_ABS);
    test_kernel_symbol(&k, "elsewhere", STB_GLOBAL, STT_FUNC, 0, 0, SHN_UNDEF);
    test_kernel_symbol(&k, "bad\nname", STB_GLOBAL, STT_FUNC, TEXT + 0x900, 4, 1);
}

static void teardown(void)
{
    symbols_destroy(s);
}

static void add(void)
{
    ck_assert_int_eq(symbols_add_elf(s, k.bytes, k.size, why, sizeof(why)), 0);
}

static const char *name_at(uint32_t addr)
{
    return symbols_format(s, addr, buf, sizeof(buf));
}

START_TEST(formats_symbol_and_offset)
{
    add();
    ck_assert_str_eq(name_at(TEXT), "start");
    ck_assert_str_eq(name_at(TEXT + 0xff), "start+0xff");
    ck_assert_str_eq(name_at(TEXT + 0x112), "do_fork+0x12");
}
END_TEST

START_TEST(a_function_wins_over_a_label_at_its_address)
{
    add();
    ck_assert_str_eq(name_at(TEXT + 0x100), "do_fork");
}
END_TEST

START_TEST(behind_an_inner_label_the_function_goes_on)
{
    add();
    ck_assert_str_eq(name_at(TEXT + 0x140), "ret_point");
    ck_assert_str_eq(name_at(TEXT + 0x143), "ret_point+0x3");
    ck_assert_str_eq(name_at(TEXT + 0x144), "do_fork+0x44");
}
END_TEST

START_TEST(sizes_end_a_symbol)
{
    add();
    ck_assert_str_eq(name_at(TEXT + 0x180), "0xc0100180");
    ck_assert_str_eq(name_at(TEXT + 0xfff), "tail+0x7ff");
    ck_assert_str_eq(name_at(TEXT + 0x1000), "0xc0101000");
    ck_assert_str_eq(name_at(TEXT - 1), "0xc00fffff");
    ck_assert_str_eq(name_at(0x1234), "0x00001234");
}
END_TEST

START_TEST(names_are_found)
{
    add();
    ck_assert_uint_eq(symbols_by_name(s, "do_fork")->addr, TEXT + 0x100);
    ck_assert(symbols_by_name(s, "do_fork")->function);
    ck_assert(!symbols_by_name(s, "start")->function);
    ck_assert_uint_eq(symbols_by_name(s, "CONSTANT")->addr, 0x1234);
    ck_assert_ptr_null(symbols_by_name(s, "elsewhere"));
    ck_assert_ptr_null(symbols_by_name(s, "do_for"));
    ck_assert_ptr_null(symbols_by_name(s, ""));
}
END_TEST

START_TEST(names_that_would_break_a_line_are_left_out)
{
    add();
    ck_assert_ptr_null(symbols_by_name(s, "bad\nname"));
    ck_assert_str_eq(name_at(TEXT + 0x900), "tail+0x100");
}
END_TEST

START_TEST(the_later_file_wins)
{
    static const uint8_t code[] = {0xf4};

    add();
    test_kernel_build(&k, code, sizeof(code));
    test_kernel_add_symtab(&k, TEXT, TEXT_SIZE);
    test_kernel_symbol(&k, "patched", STB_GLOBAL, STT_FUNC, TEXT + 0x100, 0x10, 1);
    test_kernel_symbol(&k, "start", STB_GLOBAL, STT_FUNC, TEXT + 0x200, 0x10, 1);
    add();
    ck_assert_str_eq(name_at(TEXT + 0x104), "patched+0x4");
    ck_assert_str_eq(name_at(TEXT + 0x112), "do_fork+0x12");
    ck_assert_uint_eq(symbols_by_name(s, "start")->addr, TEXT + 0x200);
}
END_TEST

START_TEST(an_elf_without_symbols_is_no_error)
{
    static const uint8_t code[] = {0xf4};

    test_kernel_build(&k, code, sizeof(code));
    add();
    ck_assert_ptr_null(symbols_by_addr(s, TEXT));
    ck_assert_ptr_null(symbols_by_name(s, "start"));
}
END_TEST

START_TEST(files_that_are_no_elf)
{
    ck_assert_int_eq(symbols_add_elf(s, "not elf", 7, why, sizeof(why)), -EINVAL);
    k.ehdr->e_ident[EI_CLASS] = ELFCLASS64;
    ck_assert_int_eq(symbols_add_elf(s, k.bytes, k.size, why, sizeof(why)), -EINVAL);
}
END_TEST

/* Damaged tables may lose symbols, nothing else. */
START_TEST(damaged_tables_do_not_crash)
{
    static const uint32_t wrong[] = {0, 1, 0x7fffffff, 0xfffffff0};
    uint32_t *const fields[] = {&k.shdr[2].sh_size, &k.shdr[2].sh_link, &k.shdr[2].sh_offset,
                                &k.shdr[3].sh_size, &k.sym[2].st_name,  &k.sym[3].st_size,
                                &k.sym[2].st_value, &k.shdr[1].sh_size};

    for (unsigned f = 0; f < sizeof(fields) / sizeof(fields[0]); f++) {
        uint32_t right = *fields[f];

        for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
            *fields[f] = wrong[i];
            symbols_add_elf(s, k.bytes, k.size, why, sizeof(why));
            name_at(TEXT + 0x140);
        }
        *fields[f] = right;
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("symbols");
    TCase *tc = tcase_create("symbols");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, formats_symbol_and_offset);
    tcase_add_test(tc, a_function_wins_over_a_label_at_its_address);
    tcase_add_test(tc, behind_an_inner_label_the_function_goes_on);
    tcase_add_test(tc, sizes_end_a_symbol);
    tcase_add_test(tc, names_are_found);
    tcase_add_test(tc, names_that_would_break_a_line_are_left_out);
    tcase_add_test(tc, the_later_file_wins);
    tcase_add_test(tc, an_elf_without_symbols_is_no_error);
    tcase_add_test(tc, files_that_are_no_elf);
    tcase_add_test(tc, damaged_tables_do_not_crash);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
