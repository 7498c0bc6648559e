/*
 * Random keys, clicks, wheels, sizes and texts, on a machine and on a recording of events: nothing
 * that a person can do ends the viewer or writes where it should not. Built with the sanitizers
 * (preset asan) it finds most. FUZZ_SEED and FUZZ_EVENTS choose another run.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/view_layout.h"
#include "tests/viewer/stage.h"

enum { EVENTS = 1500, SETTLE = 400 };

static uint32_t state;

static uint32_t random_below(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % n;
}

static uint32_t number(const char *variable, uint32_t otherwise)
{
    const char *value = getenv(variable);

    return value != NULL ? (uint32_t)strtoul(value, NULL, 10) : otherwise;
}

/* What takes long, or writes files where the test stands, is not pressed. */
static uint32_t random_key(void)
{
    static const uint32_t special[] = {
        VIEW_KEY_ENTER, VIEW_KEY_BACKSPACE, VIEW_KEY_ESCAPE,   VIEW_KEY_TAB,  VIEW_KEY_BACKTAB,
        VIEW_KEY_LEFT,  VIEW_KEY_RIGHT,     VIEW_KEY_UP,       VIEW_KEY_DOWN, VIEW_KEY_PAGE_UP,
        VIEW_KEY_COPY,  VIEW_KEY_F1,        VIEW_KEY_PAGE_DOWN};

    if (random_below(3) == 0)
        return special[random_below(sizeof(special) / sizeof(special[0]))];
    return ' ' + random_below(0x7f - ' ');
}

/* Answers to questions: places, addresses, commands, and rubbish. */
static void random_text(struct view_ui *ui)
{
    static const char *const texts[] = {"frame",
                                        "2:push",
                                        "99999999999999999999",
                                        "-1",
                                        "0",
                                        "ffffffff",
                                        "do_fork",
                                        "",
                                        "fork.c:1",
                                        "c0000000",
                                        "00000000",
                                        "%s%n",
                                        "x/20x $esp",
                                        "tasks",
                                        "gdt",
                                        "help",
                                        "last-write c0010000",
                                        "info registers",
                                        "step 3",
                                        "end:end",
                                        "éñ",
                                        "0:int"};

    for (const char *t = texts[random_below(sizeof(texts) / sizeof(texts[0]))]; *t; t++)
        view_ui_event(ui, &(struct view_event){.kind = VIEW_EVENT_KEY, .key = (unsigned char)*t});
    view_ui_event(ui, &(struct view_event){.kind = VIEW_EVENT_KEY, .key = VIEW_KEY_ENTER});
}

static void random_event(struct view_ui *ui)
{
    static const enum view_event_kind mouse[] = {VIEW_EVENT_PRESS, VIEW_EVENT_MOVE,
                                                 VIEW_EVENT_RELEASE, VIEW_EVENT_WHEEL};
    struct view_event event = {.kind = VIEW_EVENT_KEY, .key = random_key()};

    if (random_below(2)) {
        event.kind = mouse[random_below(4)];
        event.x = (int)random_below(260) - 40;
        event.y = (int)random_below(120) - 40;
        event.key = random_below(20) ? (uint32_t)((int)random_below(13) - 6) : random_below(2) - 1u;
        if (event.kind == VIEW_EVENT_WHEEL && event.key == 0)
            event.key = INT32_MAX;
    }
    view_ui_event(ui, &event);
    if (ui->prompt != VIEW_PROMPT_NONE && random_below(3) == 0)
        random_text(ui);
}

static void run(struct view_ui *ui)
{
    uint32_t events = number("FUZZ_EVENTS", EVENTS);

    for (uint32_t i = 0; i < events; i++) {
        random_event(ui);
        if (random_below(40) == 0)
            ck_assert_int_eq(
                view_ui_resize(ui, 1 + (int)random_below(200), 1 + (int)random_below(80)), 0);
        for (uint32_t n = random_below(SETTLE / 100); n > 0 && view_ui_work(ui); n--)
            ;
        view_ui_draw(ui);
        free(ui->copied);
        ui->copied = NULL;
        ui->quit = false;
    }
    view_ui_event(ui, &(struct view_event){.kind = VIEW_EVENT_KEY, .key = VIEW_KEY_ESCAPE});
}

START_TEST(a_machine_stands_everything)
{
    struct view_ui ui;

    state = number("FUZZ_SEED", 1) * 2654435761u | 1;
    stage_open(&ui, "quiet init=/bin/forkdemo", "push");
    run(&ui);
    stage_close(&ui);
}
END_TEST

START_TEST(a_recording_stands_everything)
{
    struct view_ui ui;

    state = number("FUZZ_SEED", 1) * 2654435761u | 1;
    stage_open_events(&ui, "push");
    run(&ui);
    stage_close(&ui);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {a_machine_stands_everything, a_recording_stands_everything};

    return stage_main("viewer_fuzz", tests, 2);
}
