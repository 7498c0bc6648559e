#include "emu/support/textdiff.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct text_lines a, b;

static void split(const char *left, const char *right)
{
    ck_assert_int_eq(text_lines_split(&a, left, strlen(left)), 0);
    ck_assert_int_eq(text_lines_split(&b, right, strlen(right)), 0);
}

static void release(void)
{
    text_lines_release(&a);
    text_lines_release(&b);
}

/* The whole text of the difference. */
static void differ(const char *left, const char *right, const char *wanted)
{
    char *text;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    split(left, right);
    ck_assert_int_eq(textdiff_print(f, &a, &b), 0);
    fclose(f);
    ck_assert_str_eq(text, wanted);
    free(text);
    release();
}

START_TEST(lines)
{
    split("one\r\ntwo\n\nthree", "");
    ck_assert_uint_eq(a.count, 4);
    ck_assert_str_eq(a.line[0], "one");
    ck_assert_str_eq(a.line[2], "");
    ck_assert_str_eq(a.line[3], "three");
    ck_assert_uint_eq(b.count, 0);
    release();
}
END_TEST

START_TEST(common_lines)
{
    split("a\nb\nc\n", "a\nb\nd\n");
    ck_assert_uint_eq(textdiff_common(&a, &b), 2);
    release();
}
END_TEST

START_TEST(small_differences)
{
    differ("", "", "");
    differ("a\nb\n", "a\nb\n", "");
    differ("", "a\n", "@@ line 1, line 1 @@\n+a\n");
    differ("a\n", "", "@@ line 1, line 1 @@\n-a\n");
    differ("a\nb\nc\n", "a\nx\nc\n", "@@ line 1, line 1 @@\n a\n-b\n+x\n c\n");
    differ("a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n",
           "@@ line 1, line 1 @@\n-a\n-b\n c\n+b\n a\n b\n-b\n a\n+c\n");
}
END_TEST

START_TEST(hunks_are_apart)
{
    differ("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", "x\n2\n3\n4\n5\n6\n7\n8\n9\ny\n",
           "@@ line 1, line 1 @@\n-1\n+x\n 2\n 3\n 4\n"
           "@@ line 7, line 7 @@\n 7\n 8\n 9\n-10\n+y\n");
}
END_TEST

/* Applies a difference to the left text. */
static void patch(const struct text_lines *from, const char *diff, char *out)
{
    size_t at = 0;

    for (const char *line = diff; *line; line += strcspn(line, "\n") + 1) {
        int length = (int)strcspn(line, "\n");

        if (*line == '@') {
            for (size_t start = strtoul(line + 8, NULL, 10) - 1; at < start; at++)
                out += sprintf(out, "%s\n", from->line[at]);
            continue;
        }
        if (*line != '-')
            out += sprintf(out, "%.*s\n", length - 1, line + 1);
        at += *line != '+';
    }
    while (at < from->count)
        out += sprintf(out, "%s\n", from->line[at++]);
    *out = '\0';
}

static void random_text(char *out, unsigned count, unsigned *seed)
{
    for (; count > 0; count--) {
        *seed = *seed * 1664525u + 1013904223u;
        out += sprintf(out, "%c\n", 'a' + (*seed >> 24) % 4);
    }
    *out = '\0';
}

/* The difference leads from one text to the other, also where they are too different to search. */
START_TEST(differences_can_be_applied)
{
    static char left[8192], right[8192], back[16384];
    unsigned seed = 1;

    for (unsigned n = 0; n < 60; n++) {
        char *text;
        size_t size;
        FILE *f = open_memstream(&text, &size);

        random_text(left, n * 50 % 2000, &seed);
        random_text(right, n * 37 % 1500, &seed);
        split(left, right);
        ck_assert_int_eq(textdiff_print(f, &a, &b), 0);
        fclose(f);
        patch(&a, text, back);
        ck_assert_str_eq(back, right);
        free(text);
        release();
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("textdiff");
    TCase *tc = tcase_create("textdiff");
    tcase_add_test(tc, lines);
    tcase_add_test(tc, common_lines);
    tcase_add_test(tc, small_differences);
    tcase_add_test(tc, hunks_are_apart);
    tcase_add_test(tc, differences_can_be_applied);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
