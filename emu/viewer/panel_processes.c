/* The processes and threads as the guest's own list has them, children below their parents. */
#include <stdio.h>
#include <string.h>

#include "emu/viewer/panels.h"
#include "emu/viewer/view_tasks.h"

enum { TASKS = 256, DEPTH_MAX = 12 };
/* Columns. */
enum { NAME = 1, STATE = 22, STACK = 31, CR3 = 41, GOES_ON = 52 };

struct drawing {
    struct view *v;
    struct view_area area;
    struct task_info tasks[TASKS];
    bool drawn[TASKS];
    size_t count;
    int y;
};

/* Linux's bits, of which every kernel of its kind has these. */
static const char *state_name(const struct task_info *t)
{
    if (t->current)
        return "running";
    if (t->exit_state)
        return "zombie";
    if (t->state == VIEW_STATE_UNKNOWN)
        return "waits";
    return t->state == 0 ? "ready" : t->state == 1 ? "sleeps" : t->state == 2 ? "waits" : "stopped";
}

static unsigned style_of(const struct view *v, const struct task_info *t)
{
    const struct view_fork *f = view_fork_shown(v);

    if (f != NULL && t->who.task == f->parent.task)
        return VIEW_PARENT;
    if (f != NULL && f->child.task && t->who.task == f->child.task)
        return VIEW_CHILD;
    return VIEW_TEXT;
}

static void draw_task(struct drawing *d, const struct task_info *t, int depth)
{
    unsigned style = style_of(d->v, t);
    char where[64] = "";
    int x = NAME + 2 * depth;

    if (depth > 0)
        view_put(d->area, x - 2, d->y, VIEW_RULE, "└");
    view_printf(view_area_part(d->area, 0, d->y, STATE - 1, 1), x, 0, style, "%d %s", t->who.pid,
                t->who.comm);
    if (d->v->task == t->who.task)
        view_highlight(d->area, 0, d->y, d->area.cols, VIEW_MARK);
    view_put(d->area, STATE, d->y, t->current ? VIEW_TITLE | VIEW_BOLD : VIEW_TEXT, state_name(t));
    if (t->who.stack != 0)
        view_printf(d->area, STACK, d->y, VIEW_DIM, "%08x", t->who.stack);
    if (t->exit_state)
        view_put(d->area, CR3, d->y, VIEW_DIM, "given back");
    else if (t->kernel)
        view_put(d->area, CR3, d->y, VIEW_DIM, "kernel");
    else if (t->cr3 != 0)
        view_printf(d->area, CR3, d->y, VIEW_DIM, "%08x", t->cr3);
    if (!t->current && t->eip)
        view_code(d->v, t->eip, where, sizeof(where));
    view_put(view_area_part(d->area, GOES_ON, d->y, d->area.cols, 1), 0, 0, VIEW_DIM, where);
    view_hit(d->v, d->area, 0, d->y, d->area.cols, VIEW_ACT_TASK, t->who.task);
    d->y++;
}

static void draw_children(struct drawing *d, int32_t parent, int depth)
{
    for (size_t i = 0; i < d->count; i++) {
        if (d->drawn[i] || d->tasks[i].parent != parent || d->tasks[i].who.pid == parent)
            continue;
        d->drawn[i] = true;
        draw_task(d, &d->tasks[i], depth);
        if (depth < DEPTH_MAX)
            draw_children(d, d->tasks[i].who.pid, depth + 1);
    }
}

/* Whoever is nobody's child begins a tree. */
static void draw_trees(struct drawing *d)
{
    for (int orphans = 0; orphans <= 1; orphans++)
        for (size_t i = 0; i < d->count; i++) {
            const struct task_info *t = &d->tasks[i];

            if (d->drawn[i] || (!orphans && t->parent > 0 && t->parent != t->who.pid))
                continue;
            if (!orphans && t->parent == 0 && t->who.pid != 0)
                continue;
            d->drawn[i] = true;
            draw_task(d, t, 0);
            draw_children(d, t->who.pid, 1);
        }
}

void panel_processes(struct view *v, struct view_area area)
{
    struct drawing d = {.v = v, .area = area, .y = 2};

    panel_title(area, "processes", "");
    d.count = view_tasks_list(v, d.tasks, TASKS);
    if (d.count == 0) {
        view_wrap(view_area_part(area, 1, 0, area.cols - 2, area.rows), 0, 2, 3, VIEW_DIM,
                  view_has_structures(v)
                      ? "The kernel has no tasks yet."
                      : "This kernel has no debug information: its tasks are not "
                        "known.");
        return;
    }
    view_put(area, NAME, 1, VIEW_DIM, "pid name");
    view_put(area, STATE, 1, VIEW_DIM, "state");
    view_put(area, STACK, 1, VIEW_DIM, "stack");
    view_put(area, CR3, 1, VIEW_DIM, "cr3");
    view_put(view_area_part(area, GOES_ON, 1, area.cols, 1), 0, 0, VIEW_DIM, "goes on");
    draw_trees(&d);
}
