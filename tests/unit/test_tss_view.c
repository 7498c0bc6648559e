/* S-125 S-175: a child's saved registers as the task state segment of Linux 0.11. */
#include "emu/guest/tss_view.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 17 };

static const char *const names[WORDS] = {"ebx", "ecx", "edx",    "esi", "edi", "ebp",
                                         "eax", "ds",  "es",     "fs",  "gs",  "orig_eax",
                                         "eip", "cs",  "eflags", "esp", "ss"};
static const char *const new_names[WORDS] = {"bx", "cx",  "dx",    "si", "di", "bp",
                                             "ax", "xds", "xes",   "fs", "gs", "orig_ax",
                                             "ip", "cs",  "flags", "sp", "ss"};

static uint32_t parent[WORDS], child[WORDS];
static struct tss_view_input in;
static struct tss_view_field fields[TSS_VIEW_FIELDS];

static void setup(void)
{
    for (unsigned i = 0; i < WORDS; i++)
        parent[i] = child[i] = 0x1000 + i;
    parent[6] = 2; /* the number of the system call */
    child[6] = 0;
    in = (struct tss_view_input){.words = WORDS,
                                 .names = names,
                                 .parent = parent,
                                 .child = child,
                                 .stack_top = 0xc0102000,
                                 .ss0 = 0x68,
                                 .has_cr3 = true,
                                 .cr3 = 0x131000,
                                 .ldt = 0x80};
}

static const struct tss_view_field *field(const char *name)
{
    tss_view_make(&in, fields);
    for (unsigned i = 0; i < TSS_VIEW_FIELDS; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    ck_abort_msg("no field %s", name);
}

static uint32_t value(const char *name)
{
    ck_assert(field(name)->known);
    return field(name)->value;
}

START_TEST(s125_s175_what_0_11_filled_in)
{
    ck_assert_uint_eq(value("back_link"), 0);
    ck_assert_uint_eq(value("esp0"), 0xc0102000);
    ck_assert_uint_eq(value("ss0"), 0x68);
    ck_assert_uint_eq(value("cr3"), 0x131000);
    ck_assert_uint_eq(value("eax"), 0);
    ck_assert_uint_eq(value("ldt"), 0x80);
    ck_assert_uint_eq(value("i/o map"), 0x80000000);
}
END_TEST

START_TEST(s125_s175_the_rest_comes_from_the_frame)
{
    for (unsigned word = 0; word < WORDS; word++) {
        if (strcmp(names[word], "eax") == 0 || strcmp(names[word], "orig_eax") == 0)
            continue;
        ck_assert_msg(value(names[word]) == parent[word], "%s", names[word]);
        ck_assert_int_eq(field(names[word])->word, (int)word);
        ck_assert_uint_eq(field(names[word])->saved, child[word]);
    }
}
END_TEST

START_TEST(fields_stand_where_the_manual_has_them)
{
    static const struct {
        const char *name;
        unsigned offset;
    } known[] = {{"esp0", 4}, {"ss0", 8},  {"cr3", 28},     {"eip", 32}, {"eax", 40},
                 {"esp", 56}, {"edi", 68}, {"es", 72},      {"cs", 76},  {"ss", 80},
                 {"gs", 92},  {"ldt", 96}, {"i/o map", 100}};

    for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        ck_assert_uint_eq(field(known[i].name)->offset, known[i].offset);
}
END_TEST

START_TEST(members_of_other_kernels)
{
    in.names = new_names;
    ck_assert_uint_eq(value("ecx"), 0x1001);
    ck_assert_uint_eq(value("ds"), 0x1007);
    ck_assert_uint_eq(value("eflags"), 0x100e);
    ck_assert_int_eq(field("esp0")->word, TSS_VIEW_NONE);
}
END_TEST

/* Older kernels save fewer segments, and a child that has not run has shown no CR3. */
START_TEST(what_is_not_known_is_not_made_up)
{
    char line[160];

    in.words = 7;
    in.has_cr3 = false;
    ck_assert(!field("cr3")->known);
    ck_assert(!field("ldt")->known);
    ck_assert(!field("gs")->known);
    ck_assert_str_eq(tss_view_line(&in, field("gs"), line, sizeof(line)),
                     "5c  gs         -                                saved by the entry code");
}
END_TEST

START_TEST(a_difference_is_marked)
{
    char line[160];

    ck_assert_ptr_null(strstr(tss_view_line(&in, field("esp"), line, sizeof(line)), "<>"));
    child[15] = 0xbfff0000; /* clone with a stack */
    ck_assert_ptr_nonnull(strstr(tss_view_line(&in, field("esp"), line, sizeof(line)), "<>"));
    parent[10] = 0xdead0033; /* the upper half of a pushed selector says nothing */
    child[10] = 0x33;
    ck_assert_ptr_null(strstr(tss_view_line(&in, field("gs"), line, sizeof(line)), "<>"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tss_view");
    TCase *tc = tcase_create("0.11");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, s125_s175_what_0_11_filled_in);
    tcase_add_test(tc, s125_s175_the_rest_comes_from_the_frame);
    tcase_add_test(tc, fields_stand_where_the_manual_has_them);
    tcase_add_test(tc, members_of_other_kernels);
    tcase_add_test(tc, what_is_not_known_is_not_made_up);
    tcase_add_test(tc, a_difference_is_marked);
    suite_add_tcase(suite, tc);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
