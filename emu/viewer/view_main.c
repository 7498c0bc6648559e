/*
 * The `view` verb: opens the machine, and either shows it in a window or writes pictures of it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "emu/exitcode.h"
#include "emu/run/recording.h"
#include "emu/run/runner.h"
#include "emu/run/session.h"
#include "emu/support/log.h"
#include "emu/verbs.h"
#include "emu/viewer/view_events.h"
#include "emu/viewer/view_file.h"
#include "emu/viewer/view_layout.h"
#include "emu/viewer/view_machine.h"
#include "emu/viewer/view_place.h"
#include "emu/viewer/view_tour.h"
#include "emu/viewer/view_verb.h"
#include "emu/viewer/view_window.h"

static void print_help(void)
{
    printf("usage: forkscope view -kernel FILE [option...]\n"
           "       forkscope view TRACE [option...]\n\n"
           "Shows registers, kernel stack, code and forks of a guest, step by step, forwards and\n"
           "backwards: in a window, or as pictures where a picture is asked for. TRACE is a "
           "recording\n"
           "of events (--trace): it is shown without a machine, as far as its events tell.\n");
    options_print(stdout, VERB_VIEW);
}

static bool wants_pictures(const struct options *o)
{
    return o->screenshot != NULL || o->panels_count > 0 || o->tour_export != NULL;
}

/* Names of panels are checked before anything runs. */
static int check_usage(struct session *s)
{
    const struct options *o = &s->o;
    struct view_place place;
    enum view_panel panel;

    for (unsigned i = 0; i < o->panels_count; i++) {
        size_t length = strcspn(o->panels[i], "=");

        if (!view_panel_parse(o->panels[i], length, &panel))
            return log_why(SESSION_WHY(s), -EINVAL, "--panel: there is no panel '%.*s'",
                           (int)length, o->panels[i]);
    }
    if (o->words_count > 1)
        return log_why(SESSION_WHY(s), -EINVAL, "unexpected word '%s'", o->words[1]);
    if (o->words_count == 1 && o->kernel != NULL)
        return log_why(SESSION_WHY(s), -EINVAL,
                       "a recording and a kernel are both given: which one is to be shown?");
    if (o->tour != NULL && strcmp(o->tour, "fork") != 0)
        return log_why(SESSION_WHY(s), -EINVAL, "--tour is fork, not '%s'", o->tour);
    return o->at != NULL ? view_place_parse(o->at, &place, SESSION_WHY(s)) : 0;
}

/* ---- Pictures -------------------------------------------------------------------------------- */

static int write_panel(struct view_stage *stage, const char *option, char *why, size_t why_size)
{
    size_t length = strcspn(option, "=");
    enum view_panel panel;
    struct view_grid grid;
    int cols, rows, error;

    view_panel_parse(option, length, &panel);
    view_panel_size(panel, &cols, &rows);
    error = view_grid_create(&grid, cols, rows);
    if (error)
        return log_why(why, why_size, error, "out of memory");
    view_draw_panel(&stage->view, panel, view_area_all(&grid));
    if (view_stage_look_around(stage)) {
        view_grid_clear(&grid);
        view_draw_panel(&stage->view, panel, view_area_all(&grid));
    }
    error = view_file_write(option + length + 1, &grid, &stage->font, stage->theme, why, why_size);
    view_grid_destroy(&grid);
    return error;
}

static int write_pictures(struct view_stage *stage, struct session *s)
{
    const struct options *o = &s->o;
    int error = 0;

    for (unsigned i = 0; i < o->panels_count && !error; i++)
        error = write_panel(stage, o->panels[i], SESSION_WHY(s));
    if (o->screenshot != NULL && !error)
        error = view_stage_picture(stage, o->screenshot, SESSION_WHY(s));
    if (o->tour_export != NULL && !error)
        error = view_tour_export(stage, o->tour_export, SESSION_WHY(s));
    return error;
}

/* ---- The stage ------------------------------------------------------------------------------- */

static int fail(const struct session *s, int exitcode)
{
    log_error("%s", s->why);
    return exitcode;
}

static int show(struct session *s, struct view_stage *stage)
{
    struct view_place place = {.kind = VIEW_PLACE_LANDMARK, .landmark = LANDMARK_PUSH, .fork = 1};

    if (s->o.tour != NULL)
        place.landmark = LANDMARK_INT;
    if (s->o.at != NULL)
        view_place_parse(s->o.at, &place, SESSION_WHY(s));
    if (!wants_pictures(&s->o)) {
        int error = view_window_run(stage, &place, SESSION_WHY(s));

        return error == 0 ? EXITCODE_OK
                          : fail(s, error == -EINTR ? EXITCODE_INTERRUPTED : EXITCODE_EMULATOR);
    }
    if (view_stage_find(stage, &place, SESSION_WHY(s))) {
        if (runner_interrupted(false) == 0)
            return fail(s, EXITCODE_INPUT);
        log_why(SESSION_WHY(s), -EINTR, "interrupted");
        return fail(s, EXITCODE_INTERRUPTED);
    }
    return write_pictures(stage, s) ? fail(s, EXITCODE_EMULATOR) : EXITCODE_OK;
}

static int stage(struct session *s, struct view_drive *drive, const char *home)
{
    struct view_stage stage;
    int code = view_stage_open(&stage, &s->o, drive, home, SESSION_WHY(s))
                   ? fail(s, EXITCODE_EMULATOR)
                   : show(s, &stage);

    view_stage_close(&stage);
    return code;
}

static int run_machine(struct session *s)
{
    struct view_drive *drive = NULL;
    int code = session_open(s);

    if (code != SESSION_GO_ON)
        return code;
    if (view_machine_open(&drive, s, SESSION_WHY(s)) == 0)
        return stage(s, drive, s->o.kernel);
    view_drive_close(drive);
    return fail(s, EXITCODE_EMULATOR);
}

/* Of the two kinds of recording the other one needs its guest. */
static void hint_at_replay(struct session *s, const char *path)
{
    struct recording recording = {0};
    char ignored[256];

    if (recording_read(&recording, path, ignored, sizeof(ignored)) == 0)
        log_why(SESSION_WHY(s), -EINVAL,
                "'%s' holds a run's input, not its events: forkscope view -kernel ... --replay %s",
                path, path);
    recording_release(&recording);
}

static int run_events(struct session *s)
{
    struct view_drive *drive = NULL;
    int error = view_events_open(&drive, s->o.words[0], SESSION_WHY(s));

    if (error == 0)
        return stage(s, drive, s->o.words[0]);
    view_drive_close(drive);
    if (error == -EINVAL)
        hint_at_replay(s, s->o.words[0]);
    return fail(s, error == -ENOMEM ? EXITCODE_EMULATOR : EXITCODE_INPUT);
}

static int run(struct session *s)
{
    return s->o.words_count > 0 ? run_events(s) : run_machine(s);
}

static int open_and_run(struct session *s)
{
    int code;

    if (s->o.serial == NULL)
        s->o.serial = "null";
    s->o.idle_limit = 0; /* a person may wait as long as they like */
    s->live = s->viewed = true;
    code = run(s);
    session_release(s);
    return code;
}

static struct session *new_session(void)
{
    struct session *s = calloc(1, sizeof(*s));

    if (s == NULL)
        log_error("out of memory");
    return s;
}

int view_with(const struct options *o)
{
    struct session *s = new_session();
    int code = EXITCODE_EMULATOR;

    if (s != NULL) {
        s->o = *o;
        code = check_usage(s) ? fail(s, EXITCODE_USAGE) : open_and_run(s);
    }
    free(s);
    return code;
}

int view_main(int argc, char **argv)
{
    struct session *s = new_session();
    int code = EXITCODE_OK;

    if (s == NULL)
        return EXITCODE_EMULATOR;
    if (options_parse(&s->o, VERB_VIEW, argc, argv, SESSION_WHY(s)) ||
        (!s->o.help && check_usage(s)))
        code = fail(s, EXITCODE_USAGE);
    else if (s->o.help)
        print_help();
    else
        code = open_and_run(s);
    free(s);
    return code;
}
