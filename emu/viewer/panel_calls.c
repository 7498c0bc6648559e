/* The calls of the task that is shown, as the kernel's stack has them now, and below the calls of
 * the fork path that have returned: name, arguments, result. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/panels.h"
#include "emu/viewer/view_stack.h"

enum { TREE_MAX = 512 };

/* A call that the journal saw. */
struct entry {
    const struct trace_event *call, *ret; /* ret NULL: not back yet */
};

struct tree {
    struct view *v;
    struct trace_names names;
    struct inspect_task task;
    struct entry entries[TREE_MAX];
    unsigned count;
};

/* Calls of the task since its last entry into the kernel, in order. */
static void gather(struct tree *t)
{
    const struct view_journal *j = t->v->journal;
    size_t past = view_journal_past(j, view_position(t->v)), first = past;

    while (first > 0) {
        const struct trace_event *e = view_journal_at(j, first - 1);

        if (e->who.task == t->task.task && e->kind == TRACE_INT && e->interrupt.cpl_from == 3)
            break;
        first--;
    }
    for (size_t k = first; k < past && t->count < TREE_MAX; k++) {
        const struct trace_event *e = view_journal_at(j, k);

        if (e->who.task != t->task.task)
            continue;
        if (e->kind == TRACE_CALL)
            t->entries[t->count++] = (struct entry){e, NULL};
        for (unsigned i = t->count; e->kind == TRACE_RETURN && i-- > 0;)
            if (t->entries[i].ret == NULL &&
                t->entries[i].call->call.probe->addr == e->call.probe->addr &&
                t->entries[i].call->call.depth == e->call.depth) {
                t->entries[i].ret = e;
                break;
            }
    }
}

static void format_call(const struct tree *t, const struct entry *e, char *text, size_t size)
{
    const struct trace_call *c = &e->call->call;
    const struct guestinfo_function *f = &c->probe->function;
    char value[64];
    size_t used = (size_t)snprintf(text, size, "%s(", c->probe->name);

    for (unsigned k = 0; k < f->param_count && used < size; k++)
        used += (size_t)snprintf(text + used, size - used, "%s%s=%s", k ? ", " : "",
                                 f->param[k].name ? f->param[k].name : "",
                                 trace_name_typed(&t->names, &f->param[k].type, f->param[k].name,
                                                  c->arg[k], &c->of[k], value, sizeof(value)));
    if (used < size)
        snprintf(text + used, size - used, ")");
}

static void draw_entry(const struct tree *t, struct view_area area, int y, const struct entry *e)
{
    const struct trace_call *c = &e->call->call;
    bool label = c->probe->shape == TRACE_LABEL;
    bool open = e->ret == NULL && c->probe->shape != TRACE_POINT;
    int x = label ? 1 : 3 + 2 * (int)c->depth, right = area.cols - 1, end;
    char text[VIEW_LINE], value[64] = "";

    if (label)
        snprintf(text, sizeof(text), "%s", c->probe->name);
    else
        format_call(t, e, text, sizeof(text));
    if (e->ret != NULL && e->ret->call.probe->function.result.kind != GUEST_VOID) {
        char result[56];

        snprintf(value, sizeof(value), " = %s",
                 trace_name_typed(&t->names, &e->ret->call.probe->function.result, NULL,
                                  e->ret->call.result, &e->ret->call.result_of, result,
                                  sizeof(result)));
    }
    right -= view_width(value);
    end = view_put(view_area_part(area, 0, y, right, 1), x, 0,
                   open ? VIEW_TEXT | VIEW_BOLD : VIEW_DIM, text);
    if (end > right)
        view_put(area, right - 2, y, VIEW_DIM, "…)");
    view_put(area, end < right ? end : right, y, VIEW_TEXT, value);
    if (open && !label)
        view_put(area, x - 2, y, VIEW_TITLE | VIEW_BOLD, "▶");
    view_hit(t->v, area, 0, y, area.cols, VIEW_ACT_GOTO, e->call->icount);
}

/* The youngest that fit, so that the place of now is in sight. */
static void draw_tree(const struct tree *t, struct view_area area)
{
    unsigned rows = (unsigned)area.rows - 1, first = t->count > rows ? t->count - rows : 0;
    unsigned back = (unsigned)t->v->scroll[PANEL_CALLS];

    first = first > back ? first - back : 0;
    for (unsigned i = first; i < t->count && i < first + rows; i++)
        draw_entry(t, area, (int)(i - first) + 1, &t->entries[i]);
    if (t->count == 0)
        view_wrap(view_area_part(area, 1, 0, area.cols - 2, area.rows), 0, 2, 3, VIEW_DIM,
                  "No call of the fork path is open in this task.");
}

void panel_calls(struct view *v, struct view_area area)
{
    struct tree *t = calloc(1, sizeof(*t));
    char who[40] = "";

    if (t == NULL)
        return;
    t->v = v;
    view_names(v, &t->names);
    if (view_task_shown(v, &t->task)) {
        panel_who(t->task.pid, t->task.comm, who, sizeof(who));
        gather(t);
    }
    panel_title(area, "calls of the fork path", who);
    draw_tree(t, area);
    free(t);
}
