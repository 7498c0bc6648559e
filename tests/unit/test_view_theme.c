/* The colours can be read: WCAG 2.1's contrast ratio of text on every ground that it stands on. */
#include "emu/viewer/view_theme.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

static double linear(unsigned channel)
{
    double c = channel / 255.0;

    return c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(uint32_t colour)
{
    return 0.2126 * linear(colour >> 16 & 0xff) + 0.7152 * linear(colour >> 8 & 0xff) +
           0.0722 * linear(colour & 0xff);
}

static double contrast(uint32_t a, uint32_t b)
{
    double x = luminance(a) + 0.05, y = luminance(b) + 0.05;

    return x > y ? x / y : y / x;
}

/* Lines between panels are no text. */
static void assert_readable(const struct view_theme *theme, uint32_t attributes, double least)
{
    for (unsigned style = 0; style < VIEW_STYLES; style++) {
        struct view_colours c = view_theme_colours(theme, style | attributes);
        double ratio = contrast(c.fore, c.back);

        ck_assert_msg(style == VIEW_RULE || ratio >= least, "%s: style %u with %x has %.2f",
                      theme->name, style, attributes, ratio);
    }
}

START_TEST(text_can_be_read)
{
    static const uint32_t attributes[] = {0, VIEW_BOLD, VIEW_MARK, VIEW_BOLD | VIEW_MARK,
                                          VIEW_SELECT | VIEW_BOLD};

    ck_assert_double_eq_tol(contrast(0xffffff, 0x000000), 21, 0.01);
    for (int i = 0; i < VIEW_THEME_COUNT; i++)
        for (size_t k = 0; k < sizeof(attributes) / sizeof(attributes[0]); k++)
            assert_readable(&view_themes[i], attributes[k], 4.5);
}
END_TEST

START_TEST(high_contrast_is_high)
{
    assert_readable(view_theme_by_name("contrast"), 0, 7);
}
END_TEST

/* Who put a word there is told by colour as well: no two owners share one. */
START_TEST(owners_have_colours_of_their_own)
{
    static const unsigned owners[] = {VIEW_CPU, VIEW_ENTRY, VIEW_CODE, VIEW_PARENT, VIEW_CHILD};

    for (int t = 0; t < VIEW_THEME_COUNT; t++)
        for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++)
            for (size_t k = 0; k < i; k++)
                ck_assert_uint_ne(view_themes[t].style[owners[i]], view_themes[t].style[owners[k]]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("view_theme");
    TCase *all = tcase_create("all");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(all, text_can_be_read);
    tcase_add_test(all, high_contrast_is_high);
    tcase_add_test(all, owners_have_colours_of_their_own);
    suite_add_tcase(suite, all);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
