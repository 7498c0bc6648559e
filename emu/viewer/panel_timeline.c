/*
 * Time from left to right, a lane for each process: where it ran, where it was born of which
 * other, where it ended. The landmarks of the fork stand above, and where we are.
 */
#include <stdio.h>
#include <string.h>

#include "emu/viewer/panels.h"
#include "emu/viewer/view_timeline.h"

enum { NAME_COLS = 16, LANES_MAX = 32, FIRST_LANE = 3 };

struct drawing {
    struct view *v;
    struct view_area lanes; /* right of the names */
    struct view_scale scale;
    const struct view_task *lane[LANES_MAX];
    int lane_count;
};

static unsigned lane_style(const struct drawing *d, const struct view_task *t)
{
    const struct view_fork *f = view_fork_shown(d->v);

    if (f != NULL && t->who.task == f->parent.task && t->who.pid == f->parent.pid)
        return VIEW_PARENT;
    if (f != NULL && t->who.task == f->child.task && t->who.pid == f->child.pid)
        return VIEW_CHILD;
    return VIEW_TEXT;
}

static bool add_lane(struct drawing *d, const struct view_task *t, int most)
{
    for (int i = 0; i < d->lane_count; i++)
        if (d->lane[i] == t)
            return true;
    if (t == NULL || d->lane_count >= most || d->lane_count >= LANES_MAX)
        return false;
    d->lane[d->lane_count++] = t;
    return true;
}

/* The parent and the child of the fork first, then the others by age; the idle task last. */
static void choose_lanes(struct drawing *d, int most)
{
    const struct view_journal *j = d->v->journal;
    const struct view_fork *f = view_fork_shown(d->v);
    uint64_t now = view_position(d->v);

    if (f != NULL) {
        add_lane(d, view_journal_task(j, f->parent.task, now), most);
        if (f->child.task != 0)
            add_lane(d, view_journal_task(j, f->child.task, VIEW_NEVER), most);
    }
    for (int idle = 0; idle <= 1; idle++)
        for (unsigned i = 0; i < j->task_count; i++)
            if ((j->tasks[i].who.pid == 0) == idle && j->tasks[i].born <= d->v->frontier)
                add_lane(d, &j->tasks[i], most);
}

/* ---- Lanes ----------------------------------------------------------------------------------- */

/* Did the task have the CPU at some time between two positions? */
static bool ran_between(const struct view_journal *j, uint32_t task, uint64_t from, uint64_t to)
{
    size_t low = 0, high = j->turn_count;

    if (view_journal_running(j, from) == task)
        return true;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (j->turns[middle].from <= from)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < j->turn_count && j->turns[i].from < to && i < low + 64; i++)
        if (j->turns[i].task == task)
            return true;
    return false;
}

static void draw_lane(const struct drawing *d, int y, const struct view_task *t)
{
    unsigned style = lane_style(d, t);

    for (int x = 0; x < d->lanes.cols; x++) {
        uint64_t from = view_scale_position(&d->scale, x);
        uint64_t to = view_scale_position(&d->scale, x + 1);

        if (to <= t->born || from >= t->died)
            continue;
        if (ran_between(d->v->journal, t->who.task, from > t->born ? from : t->born, to))
            view_put(d->lanes, x, y, style, "━");
        else
            view_put(d->lanes, x, y, VIEW_DIM, "·");
    }
    if (t->died <= d->v->frontier)
        view_put(d->lanes, view_scale_column(&d->scale, t->died), y, style, "●");
}

static int lane_of(const struct drawing *d, uint32_t task, uint64_t at)
{
    const struct view_task *t = view_journal_task(d->v->journal, task, at);

    for (int i = 0; i < d->lane_count; i++)
        if (d->lane[i] == t)
            return FIRST_LANE + i;
    return 0;
}

/* From the parent's lane to the child's, where the child was born. */
static void draw_birth(const struct drawing *d, int y, const struct view_task *t)
{
    int from = lane_of(d, t->parent, t->born), x = view_scale_column(&d->scale, t->born);
    int step = from < y ? 1 : -1;

    if (from == 0 || from == y || t->born == 0)
        return;
    view_put(d->lanes, x, from, lane_style(d, t), step > 0 ? "┯" : "┷");
    for (int k = from + step; k != y; k += step)
        view_put(d->lanes, x, k, lane_style(d, t), "│");
    view_put(d->lanes, x, y, lane_style(d, t), step > 0 ? "└" : "┌");
}

/* ---- Above the lanes ------------------------------------------------------------------------- */

static const char *since_int(const struct view *v, uint64_t position, char *buf, size_t size)
{
    const struct view_fork *f = view_fork_shown(v);

    if (f == NULL)
        snprintf(buf, size, "step %llu of %llu", (unsigned long long)position,
                 (unsigned long long)v->frontier);
    else
        snprintf(buf, size, "%lld %s after int 0x80", (long long)(position - f->at[LANDMARK_INT]),
                 position - f->at[LANDMARK_INT] == 1 ? "step" : "steps");
    return buf;
}

static void draw_landmarks(struct drawing *d)
{
    const struct view_fork *f = view_fork_shown(d->v);
    int last = -1;

    for (unsigned k = 1; f != NULL && k < d->scale.count; k++)
        for (int i = 0; i < LANDMARK_COUNT; i++) {
            int x = d->scale.knot[k].column;

            if (f->at[i] != d->scale.knot[k].position)
                continue;
            x = x > last ? x : last + 1;
            last = view_printf(d->lanes, x, 1, VIEW_TEXT | VIEW_BOLD, "%d", i + 1) - 1;
            view_hit(d->v, d->lanes, x, 1, 1, VIEW_ACT_LANDMARK, (uint64_t)i);
        }
}

static void draw_here(const struct drawing *d)
{
    int x = view_scale_column(&d->scale, view_position(d->v));

    view_put(d->lanes, x, 2, VIEW_CPU | VIEW_BOLD, "▼");
    for (int i = 0; i < d->lane_count; i++)
        view_highlight(d->lanes, x, FIRST_LANE + i, 1, VIEW_MARK);
}

/* The name at this time: what a kernel thread is called no event may tell. */
static const char *name_now(const struct drawing *d, const struct view_task *t,
                            struct inspect_task *now)
{
    if (d->v->in != NULL && inspect_task_at(d->v->in, t->who.task, now) && now->pid == t->who.pid)
        return now->comm;
    return t->who.comm;
}

static void draw_names(const struct drawing *d, struct view_area area)
{
    struct view_area names = view_area_part(area, 0, 0, NAME_COLS - 1, area.rows);
    uint32_t running = view_journal_running(d->v->journal, view_position(d->v));

    for (int i = 0; i < d->lane_count; i++) {
        const struct view_task *t = d->lane[i];
        struct inspect_task now;
        int y = FIRST_LANE + i;

        if (t->who.task == running)
            view_put(names, 0, y, VIEW_TITLE | VIEW_BOLD, "▶");
        view_printf(names, 1, y, lane_style(d, t), "%3d %s", t->who.pid, name_now(d, t, &now));
        view_hit(d->v, names, 0, y, NAME_COLS, VIEW_ACT_TASK, t->who.task);
    }
}

static void add_hits(struct drawing *d)
{
    for (int y = 2; y < d->lanes.rows && y < FIRST_LANE + d->lane_count; y++)
        view_hit(d->v, d->lanes, 0, y, d->lanes.cols, VIEW_ACT_SCRUB, 0);
}

void panel_timeline(struct view *v, struct view_area area)
{
    struct drawing d = {.v = v};
    char about[64];

    panel_title(area, "time", since_int(v, view_position(v), about, sizeof(about)));
    d.lanes = view_area_part(area, NAME_COLS, 0, area.cols - NAME_COLS - 1, area.rows);
    view_scale_make(&d.scale, v, d.lanes.cols);
    choose_lanes(&d, area.rows - FIRST_LANE);
    add_hits(&d);
    draw_landmarks(&d);
    for (int i = 0; i < d.lane_count; i++)
        draw_lane(&d, FIRST_LANE + i, d.lane[i]);
    for (int i = 0; i < d.lane_count; i++)
        draw_birth(&d, FIRST_LANE + i, d.lane[i]);
    draw_here(&d);
    draw_names(&d, area);
}
