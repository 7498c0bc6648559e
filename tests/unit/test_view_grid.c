/* Cells, letters and pictures of the viewer. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "emu/viewer/view_file.h"

static struct view_grid grid;

static void open_grid(void)
{
    ck_assert_int_eq(view_grid_create(&grid, 20, 5), 0);
}

static void close_grid(void)
{
    view_grid_destroy(&grid);
}

static void assert_text(const char *expected)
{
    char *text = view_text(&grid);

    ck_assert_str_eq(text, expected);
    free(text);
}

START_TEST(sizes_that_are_none_are_refused)
{
    struct view_grid g;

    ck_assert_int_eq(view_grid_create(&g, 0, 5), -EINVAL);
    ck_assert_int_eq(view_grid_create(&g, 5, -1), -EINVAL);
    ck_assert_int_eq(view_grid_create(&g, VIEW_GRID_MAX + 1, 5), -EINVAL);
}
END_TEST

START_TEST(text_is_cut_at_the_edges_of_its_area)
{
    struct view_area part = view_area_part(view_area_all(&grid), 2, 1, 5, 2);

    ck_assert_int_eq(view_put(part, 3, 0, VIEW_TEXT, "abcdef"), 9);
    view_put(part, -2, 1, VIEW_TEXT, "xyz");
    view_put(part, 0, 2, VIEW_TEXT, "below");
    view_put(part, 0, -1, VIEW_TEXT, "above");
    assert_text("\n     a…\n  z\n\n\n");
    view_put(part, 3, 0, VIEW_TEXT, "ab   ");
    assert_text("\n     ab\n  z\n\n\n");
}
END_TEST

START_TEST(a_part_never_leaves_its_area)
{
    struct view_area all = view_area_all(&grid);
    struct view_area part = view_area_part(all, 15, 3, 100, 100);

    ck_assert_int_eq(part.cols, 5);
    ck_assert_int_eq(part.rows, 2);
    part = view_area_part(all, -5, -5, 10, 10);
    ck_assert_int_eq(part.x, 0);
    part = view_area_part(all, 30, 30, 5, 5);
    ck_assert_int_eq(part.cols, 0);
    view_put(part, 0, 0, VIEW_TEXT, "nowhere");
    assert_text("\n\n\n\n\n");
}
END_TEST

START_TEST(utf8_is_one_cell_a_character)
{
    struct view_area all = view_area_all(&grid);

    ck_assert_int_eq(view_width("a→≠│"), 4);
    ck_assert_int_eq(view_put(all, 0, 0, VIEW_TEXT, "a→b"), 3);
    ck_assert_uint_eq(grid.cells[1].ch, 0x2192);
    /* Bytes that are no UTF-8, and control characters. */
    view_put(all, 0, 1, VIEW_TEXT, "\xff\xc3(\x01");
    ck_assert_uint_eq(grid.cells[20].ch, 0xfffd);
    ck_assert_uint_eq(grid.cells[22].ch, '(');
    ck_assert_uint_eq(grid.cells[23].ch, 0xb7);
}
END_TEST

START_TEST(sentences_wrap_at_spaces)
{
    struct view_area all = view_area_all(&grid);

    ck_assert_int_eq(view_wrap(all, 0, 0, 5, VIEW_TEXT, "the quick brown fox jumps over it"), 2);
    assert_text("the quick brown fox\njumps over it\n\n\n\n");
    view_grid_clear(&grid);
    ck_assert_int_eq(view_wrap(all, 0, 0, 2, VIEW_TEXT, "abcdefghijklmnopqrstuvwxyz and more"), 2);
    assert_text("abcdefghijklmnopqrst\nuvwxyz and more\n\n\n\n");
}
END_TEST

static bool lit(const struct view_font *font, uint32_t ch, int x, int y)
{
    struct view_glyph glyph;

    view_font_glyph(font, ch, &glyph);
    (void)font;
    return glyph.row[y] >> (15 - x) & 1;
}

START_TEST(every_size_has_all_letters)
{
    for (int size = 0; size < VIEW_FONT_SIZES; size++) {
        struct view_font font, plain;

        view_font_create(&font, size);
        plain = (struct view_font){.cols = font.cols, .rows = font.rows};
        for (uint32_t ch = '!'; ch <= '~'; ch++) {
            struct view_glyph glyph = {0}, own = {0};
            unsigned any = 0;

            view_font_glyph(&font, ch, &glyph);
            ck_assert(view_font_plain(&plain, ch, &own));
            for (int y = 0; y < font.rows; y++) {
                any |= glyph.row[y];
                ck_assert_msg((glyph.row[y] & (0xffffu >> font.cols)) == 0 || font.cols == 16,
                              "'%c' leaves its cell", (char)ch);
            }
            ck_assert_msg(any != 0, "'%c' is empty", (char)ch);
        }
        view_font_destroy(&font);
    }
}
END_TEST

START_TEST(lines_join_across_cells)
{
    for (int size = 0; size < VIEW_FONT_SIZES; size++) {
        struct view_font font;
        int middle = -1;

        view_font_create(&font, size);
        for (int y = 0; y < font.rows; y++)
            if (lit(&font, 0x2500, 0, y))
                middle = y;
        ck_assert_int_ge(middle, 0);
        ck_assert(lit(&font, 0x2500, font.cols - 1, middle));
        ck_assert(lit(&font, 0x2510, 0, middle));
        ck_assert(lit(&font, 0x253c, 0, middle));
        for (int x = 0; x < font.cols; x++)
            ck_assert_int_eq(lit(&font, 0x2502, x, 0), lit(&font, 0x2502, x, font.rows - 1));
        view_font_destroy(&font);
    }
}
END_TEST

START_TEST(only_what_differs_is_drawn)
{
    struct view_font font;
    struct view_image image;
    struct view_grid last;
    const struct view_theme *theme = view_theme_by_name("dark");

    view_font_create(&font, 0);
    ck_assert_int_eq(view_image_create(&image, &font, 20, 5), 0);
    ck_assert_int_eq(view_grid_create(&last, 20, 5), 0);
    view_raster(&image, &grid, NULL, &font, theme);
    ck_assert_uint_eq(image.pixels[0], theme->back);
    image.pixels[0] = 0x123456;
    view_fill(view_area_all(&grid), 19, 4, 1, VIEW_CPU, 0x2588);
    view_raster(&image, &grid, &last, &font, theme);
    ck_assert_uint_eq(image.pixels[0], 0x123456);
    ck_assert_uint_eq(image.pixels[image.width * image.height - 1], theme->style[VIEW_CPU]);
    view_grid_destroy(&last);
    view_image_destroy(&image);
    view_font_destroy(&font);
}
END_TEST

/* WCAG's relative luminance needs powers; squares are near enough for a bound. */
static double brightness(uint32_t rgb)
{
    double r = (rgb >> 16 & 255) / 255.0, g = (rgb >> 8 & 255) / 255.0, b = (rgb & 255) / 255.0;

    return 0.2126 * r * r + 0.7152 * g * g + 0.0722 * b * b;
}

static double contrast(uint32_t a, uint32_t b)
{
    double x = brightness(a) + 0.05, y = brightness(b) + 0.05;

    return x > y ? x / y : y / x;
}

START_TEST(text_can_be_read_in_every_theme)
{
    for (int t = 0; t < VIEW_THEME_COUNT; t++)
        for (int s = 0; s < VIEW_STYLES; s++) {
            const struct view_theme *theme = &view_themes[t];
            double least = s == VIEW_RULE ? 1.2 : t == 2 ? 7 : s == VIEW_DIM ? 3 : 4;

            ck_assert_msg(contrast(theme->style[s], theme->back) >= least, "%s: style %d: %.1f",
                          theme->name, s, contrast(theme->style[s], theme->back));
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("view_grid");
    TCase *tcase = tcase_create("grid");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(tcase, open_grid, close_grid);
    tcase_add_test(tcase, sizes_that_are_none_are_refused);
    tcase_add_test(tcase, text_is_cut_at_the_edges_of_its_area);
    tcase_add_test(tcase, a_part_never_leaves_its_area);
    tcase_add_test(tcase, utf8_is_one_cell_a_character);
    tcase_add_test(tcase, sentences_wrap_at_spaces);
    tcase_add_test(tcase, every_size_has_all_letters);
    tcase_add_test(tcase, lines_join_across_cells);
    tcase_add_test(tcase, only_what_differs_is_drawn);
    tcase_add_test(tcase, text_can_be_read_in_every_theme);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
