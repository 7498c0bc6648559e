#include "emu/options.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ARGS_MAX = 16 };

static struct options o;
static char why[256];

/* Parses words separated by blanks. */
static int parse(const char *line)
{
    static char copy[256];
    char *argv[ARGS_MAX] = {"run"};
    int argc = 1;

    strcpy(copy, line);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    return options_parse(&o, VERB_RUN, argc, argv, why, sizeof(why));
}

static void refused(const char *line, const char *what)
{
    why[0] = '\0';
    ck_assert_int_eq(parse(line), -EINVAL);
    ck_assert_msg(strstr(why, what) != NULL, "%s: '%s' does not say '%s'", line, why, what);
}

START_TEST(defaults)
{
    ck_assert_int_eq(parse(""), 0);
    ck_assert_ptr_null(o.kernel);
    ck_assert_uint_eq(o.ram_mb, 64);
    ck_assert_uint_eq(o.mips, 100);
    ck_assert_str_eq(o.cpu, "i686");
    ck_assert(o.max_insns == UINT64_MAX);
    ck_assert(!o.nographic && !o.stats && !o.help);
}
END_TEST

START_TEST(one_dash_or_two)
{
    ck_assert_int_eq(parse("-kernel k --initrd i -append=a --nographic -no-reboot"), 0);
    ck_assert_str_eq(o.kernel, "k");
    ck_assert_str_eq(o.initrd, "i");
    ck_assert_str_eq(o.append, "a");
    ck_assert(o.nographic && o.no_reboot);
}
END_TEST

START_TEST(single_letters_are_not_confused_with_longer_names)
{
    ck_assert_int_eq(parse("-m 32 -d int,exec -D log"), 0);
    ck_assert_uint_eq(o.ram_mb, 32);
    ck_assert_str_eq(o.log_items, "int,exec");
    ck_assert_str_eq(o.log_file, "log");
}
END_TEST

START_TEST(memory_sizes)
{
    static const struct {
        const char *text;
        unsigned mb;
    } cases[] = {{"-m 1", 1},     {"-m 1024", 1024}, {"-m 128M", 128},
                 {"-m 1G", 1024}, {"-m 4096K", 4},   {"-m 64m", 64}};

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ck_assert_int_eq(parse(cases[i].text), 0);
        ck_assert_uint_eq(o.ram_mb, cases[i].mb);
    }
    refused("-m 0", "out of range");
    refused("-m 1025", "out of range");
    refused("-m 2G", "out of range");
    refused("-m 99999999999999999999", "not '9");
    refused("-m 1500K", "whole number");
    refused("-m 64MB", "wants a size");
    refused("-m -1", "wants a size");
}
END_TEST

START_TEST(counts_and_their_units)
{
    ck_assert_int_eq(parse("--max-insns 5k"), 0);
    ck_assert_uint_eq(o.max_insns, 5000);
    ck_assert_int_eq(parse("--max-insns 2G"), 0);
    ck_assert_uint_eq(o.max_insns, 2000000000u);
    refused("--max-insns 0", "out of range");
    refused("--max-insns 99999999999G", "wants a number");
    refused("--max-insns ten", "wants a number");
    refused("--wall-timeout 1k", "wants a number");
    refused("--mips 10001", "out of range");
}
END_TEST

START_TEST(choices)
{
    ck_assert_int_eq(parse("--exit-code qemu"), 0);
    ck_assert_uint_eq(o.exit_mode, EXIT_MODE_QEMU);
    ck_assert_int_eq(parse("--exit-code guest"), 0);
    ck_assert_uint_eq(o.exit_mode, EXIT_MODE_GUEST);
    refused("--exit-code gues", "tool|guest|qemu");
}
END_TEST

START_TEST(lists_of_symbols)
{
    ck_assert_int_eq(parse("--symbols a --symbols b"), 0);
    ck_assert_uint_eq(o.symbols_count, 2);
    ck_assert_str_eq(o.symbols[1], "b");
}
END_TEST

START_TEST(optional_argument)
{
    ck_assert_int_eq(parse("--story"), 0);
    ck_assert_str_eq(o.story, "");
    ck_assert_int_eq(parse("--story=2"), 0);
    ck_assert_str_eq(o.story, "2");
    ck_assert_int_eq(parse("--story --view tss"), 0);
    ck_assert_str_eq(o.view, "tss");
}
END_TEST

START_TEST(abbreviations_are_refused)
{
    refused("-kern k", "did you mean -kernel?");
    refused("--init i", "did you mean -initrd?");
    refused("--max-insn 5", "did you mean -max-insns?");
}
END_TEST

START_TEST(what_is_not_modelled_says_why)
{
    refused("-smp 2", "not modelled: there is one processor");
    refused("-hda disk", "not modelled: there are no disks");
    refused("-device rtl8139", "not modelled");
    refused("-display sdl", "not modelled");
    refused("-serial tcp::4444", "stdio|file:F|null");
    refused("-serial file:", "stdio|file:F|null");
    ck_assert_int_eq(parse("-device isa-debug-exit,iobase=0xf4,iosize=0x04 -display none"), 0);
}
END_TEST

START_TEST(mistakes)
{
    refused("--bogus", "unknown option '--bogus'");
    refused("-kernel", "wants an argument: FILE");
    refused("-nographic=yes", "takes no argument");
    refused("kernel.elf", "given as -kernel kernel.elf");
    refused("-kernel k extra", "unexpected word 'extra'");
}
END_TEST

/* Every option is shown, with its help. */
START_TEST(help_lists_all)
{
    char *text;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    options_print(f, VERB_RUN);
    fclose(f);
    ck_assert_ptr_nonnull(strstr(text, "  --kernel FILE "));
    ck_assert_ptr_nonnull(strstr(text, "  -m N"));
    ck_assert_ptr_nonnull(strstr(text, "  --status-json FILE "));
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("options");
    TCase *tc = tcase_create("options");
    tcase_add_test(tc, defaults);
    tcase_add_test(tc, one_dash_or_two);
    tcase_add_test(tc, single_letters_are_not_confused_with_longer_names);
    tcase_add_test(tc, memory_sizes);
    tcase_add_test(tc, counts_and_their_units);
    tcase_add_test(tc, choices);
    tcase_add_test(tc, lists_of_symbols);
    tcase_add_test(tc, optional_argument);
    tcase_add_test(tc, abbreviations_are_refused);
    tcase_add_test(tc, what_is_not_modelled_says_why);
    tcase_add_test(tc, mistakes);
    tcase_add_test(tc, help_lists_all);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
