#include "tests/viewer/stage.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/viewer/view_events.h"
#include "emu/viewer/view_file.h"
#include "emu/viewer/view_layout.h"
#include "emu/viewer/view_machine.h"

static struct session session;
static struct view_stage stage;

static void look_at(struct view_ui *ui, const char *place)
{
    struct view_place at;

    ck_assert_msg(view_place_parse(place, &at, SESSION_WHY(&session)) == 0, "%s", session.why);
    ck_assert_int_eq(view_ui_open(ui, &stage, &at, VIEW_COLS, VIEW_ROWS), 0);
    stage_settle(ui);
}

void stage_open_with(struct view_ui *ui, char **argv, int argc, const char *place)
{
    struct view_drive *drive;

    memset(&session, 0, sizeof(session));
    ck_assert_msg(options_parse(&session.o, VERB_VIEW, argc, argv, SESSION_WHY(&session)) == 0,
                  "%s", session.why);
    if (session.o.kernel == NULL || access(session.o.kernel, R_OK) != 0) {
        printf("skipped: the guest has not been built\n");
        exit(77);
    }
    session.live = true;
    session.o.idle_limit = 0;
    ck_assert_msg(session_open(&session) == SESSION_GO_ON, "%s", session.why);
    ck_assert_msg(view_machine_open(&drive, &session, SESSION_WHY(&session)) == 0, "%s",
                  session.why);
    ck_assert_msg(
        view_stage_open(&stage, &session.o, drive, session.o.kernel, SESSION_WHY(&session)) == 0,
        "%s", session.why);
    look_at(ui, place);
}

/* A path that the test's environment gives; "" where it does not. */
static char *given(const char *variable)
{
    char *value = getenv(variable);

    return value != NULL ? value : "";
}

void stage_open(struct view_ui *ui, const char *append, const char *place)
{
    char *argv[] = {"view",
                    "-kernel",
                    given("FORKSCOPE_KERNEL"),
                    "-initrd",
                    given("FORKSCOPE_INITRD"),
                    "-append",
                    (char *)append,
                    "--symbols",
                    given("FORKSCOPE_SYMBOLS"),
                    "-serial",
                    "null",
                    "-m",
                    "16"};

    stage_open_with(ui, argv, sizeof(argv) / sizeof(argv[0]), place);
}

void stage_open_events(struct view_ui *ui, const char *place)
{
    char *path = getenv("FORKSCOPE_TRACE");
    struct view_drive *drive;

    if (path == NULL || access(path, R_OK) != 0) {
        printf("skipped: there is no recording\n");
        exit(77);
    }
    memset(&session, 0, sizeof(session));
    options_defaults(&session.o);
    ck_assert_msg(view_events_open(&drive, path, SESSION_WHY(&session)) == 0, "%s", session.why);
    ck_assert_msg(view_stage_open(&stage, &session.o, drive, path, SESSION_WHY(&session)) == 0,
                  "%s", session.why);
    look_at(ui, place);
}

void stage_close(struct view_ui *ui)
{
    view_ui_close(ui);
    view_stage_close(&stage);
    if (session.live)
        session_release(&session);
}

void stage_settle(struct view_ui *ui)
{
    enum { ROUNDS = 100000 };

    for (int i = 0; i < ROUNDS; i++)
        if (!view_ui_work(ui))
            return;
    ck_abort_msg("it does not come to rest");
}

void stage_key(struct view_ui *ui, uint32_t key)
{
    view_ui_event(ui, &(struct view_event){.kind = VIEW_EVENT_KEY, .key = key});
    stage_settle(ui);
}

void stage_type(struct view_ui *ui, const char *text)
{
    for (; *text; text++)
        stage_key(ui, (unsigned char)*text);
}

void stage_ask(struct view_ui *ui, const char *text)
{
    stage_type(ui, text);
    stage_key(ui, VIEW_KEY_ENTER);
}

char *stage_picture(struct view_ui *ui)
{
    char *text;

    view_ui_draw(ui);
    text = view_text(&ui->grid);
    ck_assert_ptr_nonnull(text);
    return text;
}

void stage_assert_shows(struct view_ui *ui, const char *text)
{
    char *picture = stage_picture(ui);

    if (strstr(picture, text) == NULL) {
        fputs(picture, stderr); /* too long for Check */
        ck_abort_msg("'%s' is not to be seen", text);
    }
    free(picture);
}

/* FNV-1a by words; what is hashed is a multiple of eight bytes long, but for a last piece. */
static uint64_t add_bytes(uint64_t hash, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i += 8) {
        uint64_t word = 0;

        memcpy(&word, (const uint8_t *)bytes + i, size - i < 8 ? size - i : 8);
        hash = (hash ^ word) * UINT64_C(0x100000001b3);
    }
    return hash;
}

uint64_t stage_hash(void)
{
    struct machine *m = session.scope->machine;
    const struct vgatext *screen = machine_screen(m);
    int64_t now = machine_now(m), idle = machine_idle_time(m);
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    hash = add_bytes(hash, cpu_state(machine_cpu(m)), sizeof(struct cpu_state));
    hash = add_bytes(hash, machine_ram(m), machine_ram_size(m));
    hash = add_bytes(hash, &screen->s, sizeof(screen->s));
    hash = add_bytes(hash, &now, sizeof(now));
    return add_bytes(hash, &idle, sizeof(idle));
}

int stage_main(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    SRunner *runner;
    int failed;

    for (size_t i = 0; i < count; i++)
        tcase_add_test(tcase, tests[i]);
    tcase_set_timeout(tcase, 0); /* that is for CTest to say */
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
