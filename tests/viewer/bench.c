/* How long every move takes on the guest's boot, from the key to the finished picture: median and
 * worst, in milliseconds. No test: figures depend on the host. docs/viewer.md has some.
 *
 * usage: FORKSCOPE_KERNEL=… FORKSCOPE_INITRD=… FORKSCOPE_SYMBOLS=… viewer_bench */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "emu/viewer/view_layout.h"
#include "emu/viewer/view_raster.h"
#include "tests/viewer/stage.h"

enum { TIMES = 40 };

struct bench {
    struct view_ui ui;
    struct view_image image;
    double ms[TIMES];
};

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void draw(struct bench *b)
{
    view_ui_draw(&b->ui);
    view_raster(&b->image, &b->ui.grid, NULL, &b->ui.stage->font, b->ui.stage->theme);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void print(struct bench *b, const char *name, unsigned n)
{
    qsort(b->ms, n, sizeof(b->ms[0]), by_value);
    printf("| %-40s | %8.1f | %8.1f |\n", name, b->ms[n / 2], b->ms[n - 1]);
}

/* `keys`, one after the other, each a move of its own. */
static void keys(struct bench *b, const char *name, const uint32_t *keys, unsigned count)
{
    for (unsigned i = 0; i < TIMES; i++) {
        double start = now_ms();

        stage_key(&b->ui, keys[i % count]);
        draw(b);
        b->ms[i] = now_ms() - start;
    }
    print(b, name, TIMES);
}

#define KEYS(b, name, ...)                                                                         \
    keys(b, name, (const uint32_t[]){__VA_ARGS__},                                                 \
         sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

static void drag(struct bench *b)
{
    enum { FIRST = 20, LAST = 112, ROW = 4 };

    view_ui_event(&b->ui, &(struct view_event){VIEW_EVENT_PRESS, 0, FIRST, ROW});
    for (unsigned i = 0; i < TIMES; i++) {
        int x = FIRST + (int)((i * 37) % (LAST - FIRST));
        double start = now_ms();

        view_ui_event(&b->ui, &(struct view_event){VIEW_EVENT_MOVE, 0, x, ROW});
        stage_settle(&b->ui);
        draw(b);
        b->ms[i] = now_ms() - start;
    }
    view_ui_event(&b->ui, &(struct view_event){VIEW_EVENT_RELEASE, 0, 0, 0});
    print(b, "drag over the whole run", TIMES);
}

/* All over the boot: each to a step that was not the last one's neighbour. */
static void anywhere(struct bench *b)
{
    uint64_t last = view_drive_frontier(b->ui.stage->drive), at = 1;

    for (unsigned i = 0; i < TIMES; i++) {
        double start;

        at = (at * 2862933555777941757u + 3037000493u) % last;
        start = now_ms();
        view_stage_goto(b->ui.stage, at);
        draw(b);
        b->ms[i] = now_ms() - start;
    }
    print(b, "g STEP, anywhere in the run", TIMES);
}

static void bench_moves(struct bench *b)
{
    stage_key(&b->ui, '9');
    KEYS(b, "s: a step", 's');
    KEYS(b, "S: a step back", 'S');
    KEYS(b, "n, N: over a call, and back", 'n', 'N');
    KEYS(b, "4, o: out of copy_thread", '4', 'o');
    KEYS(b, "4, O: back to the call of copy_thread", '4', 'O');
    stage_key(&b->ui, '2');
    KEYS(b, "i: next int or iret", 'i');
    KEYS(b, "I: previous int or iret", 'I');
    KEYS(b, "f, F: next fork, previous fork", 'f', 'F');
    KEYS(b, "1-9: landmarks", '1', '9', '2', '8', '3', '7', '4', '6', '5');
    KEYS(b, "1 and Enter: the tour", '1', VIEW_KEY_ENTER, VIEW_KEY_ENTER, VIEW_KEY_ENTER);
    drag(b);
    anywhere(b);
    KEYS(b, "5, W: last writer of the word at esp", '5', 'W');
}

START_TEST(moves)
{
    struct bench *b = calloc(1, sizeof(*b));
    double start = now_ms();

    ck_assert_ptr_nonnull(b);
    stage_open(&b->ui, "quiet init=/bin/forkdemo", "push");
    ck_assert_int_eq(view_image_create(&b->image, &b->ui.stage->font, VIEW_COLS, VIEW_ROWS), 0);
    draw(b);
    printf("| %-40s | %8s | %8s |\n|---|---|---|\n", "move", "median", "worst");
    b->ms[0] = now_ms() - start;
    print(b, "open, boot, first fork, first picture", 1);
    bench_moves(b);
    view_image_destroy(&b->image);
    stage_close(&b->ui);
    free(b);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {moves};

    return stage_main("viewer_bench", tests, 1);
}
