#include "emu/suite/suite_compare.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

typedef bool compare_fn(FILE *out, const struct text_lines *expected, const struct text_lines *got);

/* NULL: the same. */
static void compares(compare_fn *compare, const char *expected, const char *got, const char *wanted)
{
    struct text_lines e, g;
    char *text;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    text_lines_split(&e, expected, strlen(expected));
    text_lines_split(&g, got, strlen(got));
    ck_assert_int_eq(compare(f, &e, &g), wanted == NULL);
    fclose(f);
    ck_assert_str_eq(text, wanted ? wanted : "");
    free(text);
    text_lines_release(&e);
    text_lines_release(&g);
}

START_TEST(plain_texts)
{
    compares(suite_compare_texts, "a\nb\n", "a\r\nb", NULL);
    compares(suite_compare_texts, "a\nb\n", "a\nc\n",
             "first divergence at line 2, line 2 (- expected, + got):\n a\n-b\n+c\n");
    compares(suite_compare_texts, "a\nb\n", "a\n",
             "first divergence at line 2, line 2 (- expected, + got):\n a\n-b\n+(ends here)\n");
    compares(suite_compare_texts, "", "a\n",
             "first divergence at line 1, line 1 (- expected, + got):\n-(ends here)\n+a\n");
}
END_TEST

#define HEAD   "# forkscope trace 1 symbolic\n"
#define EVENT  "     1 sh               0 call     f()\n"
#define OTHER  "     1 sh               0 call     g()\n"
#define PUSH   "                          push eip\n"
#define PUSHED "                          push cs\n"

/* What an interrupt pushed belongs to its event. */
START_TEST(traces)
{
    compares(suite_compare_traces, HEAD EVENT PUSH PUSH EVENT, HEAD EVENT PUSH PUSHED EVENT,
             "first divergence at event 1, line 4 (- expected, + got):\n"
             " " HEAD " " EVENT " " PUSH "-" PUSH "-" EVENT "+" PUSHED "+" EVENT);
}
END_TEST

START_TEST(ten_events_of_context)
{
    char expected[2048] = HEAD, got[2048], wanted[2048];

    strcpy(wanted, "first divergence at event 13, line 14 (- expected, + got):\n");
    for (unsigned i = 0; i < 12; i++)
        strcat(expected, EVENT);
    for (unsigned i = 0; i < SUITE_CONTEXT; i++)
        strcat(wanted, " " EVENT);
    strcpy(got, expected);
    strcat(got, OTHER OTHER OTHER OTHER);
    strcat(wanted, "-(ends here)\n+" OTHER "+" OTHER "+" OTHER);
    compares(suite_compare_traces, expected, got, wanted);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("suite_compare");
    TCase *tc = tcase_create("suite_compare");
    tcase_add_test(tc, plain_texts);
    tcase_add_test(tc, traces);
    tcase_add_test(tc, ten_events_of_context);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
