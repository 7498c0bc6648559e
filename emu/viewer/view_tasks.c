#include "emu/viewer/view_tasks.h"

static size_t list_machine(const struct view *v, struct task_info *out, size_t max)
{
    struct tasks tasks;

    if (v->in->guestinfo == NULL)
        return 0;
    tasks_init(&tasks, v->in);
    return tasks_list(&tasks, out, max);
}

/* The pid of a task_struct's owner when the child was born. */
static int32_t parent_pid(const struct view_journal *j, const struct view_task *t)
{
    const struct view_task *parent = view_journal_task(j, t->parent, t->born);

    return parent != NULL ? parent->who.pid : -1;
}

/* Collected: nothing is left of it. Its exit is what the journal knows the time of. */
static bool is_there(const struct view_task *t, uint64_t position)
{
    return t->born <= position && (t->collected == VIEW_NEVER || t->collected > position);
}

static size_t list_events(const struct view *v, struct task_info *out, size_t max)
{
    const struct view_journal *j = v->journal;
    uint64_t position = view_position(v);
    uint32_t running = view_journal_running(j, position);
    size_t count = 0;

    for (unsigned i = 0; i < j->task_count && count < max; i++) {
        const struct view_task *t = &j->tasks[i];
        struct task_info *info = &out[count];

        if (!is_there(t, position))
            continue;
        *info = (struct task_info){.tgid = t->who.pid, .state = VIEW_STATE_UNKNOWN};
        if (!view_task_at(v, t->who.task, &info->who) || info->who.pid != t->who.pid)
            continue;
        info->parent = parent_pid(j, t);
        info->current = t->who.task == running;
        info->kernel = t->who.pid == 0;
        info->exit_state = t->died <= position;
        count++;
    }
    return count;
}

size_t view_tasks_list(const struct view *v, struct task_info *out, size_t max)
{
    return v->in != NULL ? list_machine(v, out, max) : list_events(v, out, max);
}
