/*
 * Every panel as pixels, at fixed places of a fork whose bytes are the same wherever it is built
 * (tests/golden/asmfork), and the whole window in all colours and sizes: compared with the hashes
 * of pictures that a person looked at. What differs is written as a PNG beside the test.
 *
 * GOLDEN_UPDATE=1 writes the hashes anew. Pixels are those of Spleen's letters: without them there
 * is nothing to compare.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/view_file.h"
#include "emu/viewer/view_layout.h"
#include "emu/viewer/view_raster.h"
#include "tests/viewer/stage.h"

/* Of the fork, and steps on its child's way. */
static const char *const places[] = {"int",     "push",        "do_fork", "copy_thread",
                                     "frame",   "parent-iret", "switch",  "child-iret",
                                     "returns", "160",         "200"};
enum { PLACES = sizeof(places) / sizeof(places[0]), LINES_MAX = 512, LINE = 80 };

struct book {
    const char *path;
    char line[LINES_MAX][LINE]; /* as expected */
    unsigned lines, met;
    FILE *out; /* NULL: compares */
    int wrong;
};

static void book_open(struct book *b)
{
    char *update = getenv("GOLDEN_UPDATE");
    FILE *in;

    b->path = getenv("VIEWER_PICTURES");
    ck_assert_ptr_nonnull(b->path);
    if (update != NULL && strcmp(update, "1") == 0) {
        b->out = fopen(b->path, "w");
        ck_assert_ptr_nonnull(b->out);
        return;
    }
    in = fopen(b->path, "r");
    ck_assert_ptr_nonnull(in);
    while (b->lines < LINES_MAX && fgets(b->line[b->lines], LINE, in) != NULL) {
        b->line[b->lines][strcspn(b->line[b->lines], "\n")] = '\0';
        b->lines++;
    }
    fclose(in);
}

static bool expected(const struct book *b, const char *line)
{
    for (unsigned i = 0; i < b->lines; i++)
        if (strcmp(b->line[i], line) == 0)
            return true;
    return false;
}

/* FNV-1a over the pixels, row by row. */
static uint64_t hash_of(const struct view_image *image)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (int i = 0; i < image->width * image->height; i++)
        hash = (hash ^ image->pixels[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static void show_difference(struct book *b, const struct view_grid *grid,
                            const struct view_stage *stage, const char *name)
{
    char path[512], why[256];

    snprintf(path, sizeof(path), "viewer-%s.png", name);
    if (view_file_write(path, grid, &stage->font, stage->theme, why, sizeof(why)) != 0)
        snprintf(path, sizeof(path), "%s", why);
    fprintf(stderr, "%s is not the expected picture: %s\n", name, path);
    b->wrong++;
}

static void take_picture(struct book *b, const struct view_grid *grid,
                         const struct view_stage *stage, const char *name)
{
    struct view_image image;
    char line[LINE];

    ck_assert_int_eq(view_image_create(&image, &stage->font, grid->cols, grid->rows), 0);
    view_raster(&image, grid, NULL, &stage->font, stage->theme);
    snprintf(line, sizeof(line), "%s %dx%d %016llx", name, image.width, image.height,
             (unsigned long long)hash_of(&image));
    view_image_destroy(&image);
    b->met++;
    if (b->out != NULL)
        fprintf(b->out, "%s\n", line);
    else if (!expected(b, line))
        show_difference(b, grid, stage, name);
}

static void take_panels(struct book *b, struct view_ui *ui, const char *place)
{
    for (int p = 0; p < PANEL_COUNT; p++) {
        struct view_grid grid;
        char name[64];
        int cols, rows;

        view_panel_size((enum view_panel)p, &cols, &rows);
        ck_assert_int_eq(view_grid_create(&grid, cols, rows), 0);
        view_draw_panel(&ui->stage->view, (enum view_panel)p, view_area_all(&grid));
        if (view_stage_look_around(ui->stage)) {
            view_grid_clear(&grid);
            view_draw_panel(&ui->stage->view, (enum view_panel)p, view_area_all(&grid));
        }
        snprintf(name, sizeof(name), "%s-%s", place, view_panel_name((enum view_panel)p));
        take_picture(b, &grid, ui->stage, name);
        view_grid_destroy(&grid);
    }
}

/* All colours, all sizes of letters, and some sizes of the window. */
static void take_windows(struct book *b, struct view_ui *ui)
{
    static const int sizes[][2] = {{VIEW_COLS, VIEW_ROWS}, {100, 40}, {100, 31}, {60, 20}, {20, 5}};

    for (int theme = 0; theme < VIEW_THEME_COUNT; theme++) {
        for (int font = 0; font < VIEW_FONT_SIZES; font++)
            for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
                char name[64];

                ck_assert_int_eq(view_ui_resize(ui, sizes[i][0], sizes[i][1]), 0);
                view_ui_draw(ui);
                snprintf(name, sizeof(name), "window-%d-%d-%dx%d", theme, font, sizes[i][0],
                         sizes[i][1]);
                take_picture(b, &ui->grid, ui->stage, name);
                stage_key(ui, i + 1 == sizeof(sizes) / sizeof(sizes[0]) ? '+' : VIEW_KEY_ESCAPE);
            }
        for (int font = 0; font < VIEW_FONT_SIZES; font++)
            stage_key(ui, '-');
        stage_key(ui, 't');
    }
}

static void open_fork(struct view_ui *ui, const char *place)
{
    char *argv[] = {"view",
                    "-kernel",
                    getenv("FORKSCOPE_ASMFORK"),
                    "--layout",
                    getenv("FORKSCOPE_ASMFORK_LAYOUT"),
                    "-serial",
                    "null",
                    "-m",
                    "4"};

    if (argv[2] == NULL || argv[4] == NULL) {
        printf("skipped: there is no kernel\n");
        exit(77);
    }
    stage_open_with(ui, argv, sizeof(argv) / sizeof(argv[0]), place);
    if (ui->stage->font.letter_count == 0) {
        printf("skipped: this build has no fonts-spleen\n");
        exit(77);
    }
}

START_TEST(pictures_are_the_expected_ones)
{
    struct book *b = calloc(1, sizeof(*b));
    struct view_place place;
    struct view_ui ui;
    char why[256];

    ck_assert_ptr_nonnull(b);
    open_fork(&ui, "end");
    book_open(b);
    for (int i = 0; i < PLACES; i++) {
        ck_assert_int_eq(view_place_parse(places[i], &place, why, sizeof(why)), 0);
        ck_assert_msg(view_stage_find(ui.stage, &place, why, sizeof(why)) == 0, "%s", why);
        take_panels(b, &ui, places[i]);
    }
    stage_key(&ui, '5');
    take_windows(b, &ui);
    if (b->out != NULL)
        fclose(b->out);
    else
        ck_assert_uint_eq(b->met, b->lines);
    ck_assert_msg(b->wrong == 0, "%d of %u pictures differ; GOLDEN_UPDATE=1 if they are right",
                  b->wrong, b->met);
    stage_close(&ui);
    free(b);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {pictures_are_the_expected_ones};

    return stage_main("viewer_pictures", tests, 1);
}
