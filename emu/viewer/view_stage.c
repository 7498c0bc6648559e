#include "emu/viewer/view_stage.h"

#include <errno.h>
#include <string.h>

#include "emu/support/log.h"
#include "emu/viewer/view_file.h"
#include "emu/viewer/view_layout.h"

/* How much is run at a time when something is looked for, and how much at most. */
#define SLICE      UINT64_C(1000000)
#define SEARCH_MAX UINT64_C(2000000000)

int view_stage_open(struct view_stage *stage, struct options *o, struct view_drive *drive,
                    const char *home, char *why, size_t why_size)
{
    *stage = (struct view_stage){.options = o, .drive = drive, .view.tab = PANEL_CALLS};
    view_font_create(&stage->font, (int)o->font_size);
    stage->theme = &view_themes[o->theme];
    view_drive_show(drive, &stage->view);
    stage->view.frontier = view_drive_frontier(drive);
    stage->view.sources = view_sources_create(o->source, home);
    return stage->view.sources ? 0 : log_why(why, why_size, -ENOMEM, "out of memory");
}

void view_stage_close(struct view_stage *stage)
{
    view_sources_destroy(stage->view.sources);
    view_drive_close(stage->drive);
    view_font_destroy(&stage->font);
}

void view_stage_goto(struct view_stage *stage, uint64_t position)
{
    view_remember(&stage->view);
    view_drive_goto(stage->drive, position);
    stage->view.frontier = view_drive_frontier(stage->drive);
}

const struct view_fork *view_stage_fork(struct view_stage *stage, unsigned number, uint64_t steps)
{
    uint64_t limit = view_drive_frontier(stage->drive) + steps;
    const struct view_fork *f = NULL;
    bool more = true;

    view_drive_stir(stage->drive);
    while (more && view_drive_frontier(stage->drive) < limit) {
        f = view_journal_fork_number(&stage->drive->journal, number);
        if (f != NULL && f->over)
            break;
        more = view_drive_ahead(stage->drive, view_drive_frontier(stage->drive) + SLICE);
    }
    return f != NULL ? f : view_journal_fork_number(&stage->drive->journal, number);
}

/* To the end of the run, or to where the guest waits for input. */
static void run_to_end(struct view_stage *stage, uint64_t limit)
{
    uint64_t next = 0;

    view_drive_stir(stage->drive);
    do {
        next += SLICE;
    } while (next < limit && view_drive_ahead(stage->drive, next));
}

static int find_position(struct view_stage *stage, const struct view_place *place,
                         uint64_t *position, char *why, size_t why_size)
{
    uint64_t limit = stage->options->max_insns;
    const struct view_fork *f;

    if (limit > SEARCH_MAX)
        limit = SEARCH_MAX;
    if (place->kind == VIEW_PLACE_STEP || place->kind == VIEW_PLACE_END) {
        if (place->kind == VIEW_PLACE_END)
            run_to_end(stage, limit);
        else if (place->step > limit)
            view_drive_goto(stage->drive, limit);
        *position =
            place->kind == VIEW_PLACE_STEP ? place->step : view_drive_frontier(stage->drive);
        return 0;
    }
    f = view_stage_fork(stage, place->fork, limit);
    *position = f != NULL ? view_place_in(place, f) : VIEW_NEVER;
    if (f == NULL)
        return log_why(why, why_size, -ENOENT,
                       "no program's fork number %u: %u were seen in %llu "
                       "steps",
                       place->fork, stage->drive->journal.fork_numbers,
                       (unsigned long long)view_drive_frontier(stage->drive));
    if (*position == VIEW_NEVER)
        return log_why(why, why_size, -ENOENT, "fork %u did not come to that", place->fork);
    return 0;
}

int view_stage_find(struct view_stage *stage, const struct view_place *place, char *why,
                    size_t why_size)
{
    uint64_t position;
    int error = find_position(stage, place, &position, why, why_size);

    if (error)
        return error;
    if (position > 0)
        view_drive_goto(stage->drive, position - 1);
    view_stage_goto(stage, position);
    if (view_position(&stage->view) != position)
        return log_why(why, why_size, -ENOENT, "the run ends at step %llu, before step %llu",
                       (unsigned long long)view_position(&stage->view),
                       (unsigned long long)position);
    return 0;
}

bool view_stage_look_around(struct view_stage *stage)
{
    bool found = false;

    while (view_writers_look(&stage->view.writers, stage->drive))
        found = true;
    return found;
}

int view_stage_picture(struct view_stage *stage, const char *path, char *why, size_t why_size)
{
    struct view_grid grid;
    int error = view_grid_create(&grid, VIEW_COLS, VIEW_ROWS);

    if (error)
        return log_why(why, why_size, error, "out of memory");
    view_layout(&stage->view, &grid);
    if (view_stage_look_around(stage))
        view_layout(&stage->view, &grid);
    error = view_file_write(path, &grid, &stage->font, stage->theme, why, why_size);
    view_grid_destroy(&grid);
    return error;
}
