/* The tasks with their lives, and who had the CPU when. */
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/view_journal_parts.h"

const struct view_task *view_journal_task(const struct view_journal *j, uint32_t task,
                                          uint64_t position)
{
    const struct view_task *found = NULL;

    for (unsigned i = 0; task != 0 && i < j->task_count; i++)
        if (j->tasks[i].who.task == task && (found == NULL || j->tasks[i].born <= position))
            found = &j->tasks[i];
    return found;
}

struct view_task *view_journal_new_task(struct view_journal *j, const struct trace_who *who,
                                        uint32_t parent, uint64_t born)
{
    struct view_task *t;

    if (j->task_count == VIEW_TASKS_MAX)
        return NULL;
    t = &j->tasks[j->task_count++];
    *t = (struct view_task){.who = *who,
                            .parent = parent,
                            .born = born,
                            .seen = born,
                            .died = VIEW_NEVER,
                            .collected = VIEW_NEVER};
    return t;
}

struct view_task *view_journal_see(struct view_journal *j, const struct trace_who *who, uint64_t at)
{
    struct view_task *t;

    if (who->task == 0 || who->pid < 0)
        return NULL;
    t = (struct view_task *)view_journal_task(j, who->task, VIEW_NEVER);
    if (t == NULL || (t->died != VIEW_NEVER && t->who.pid != who->pid))
        t = view_journal_new_task(j, who, 0, at);
    if (t != NULL)
        t->who = *who;
    return t;
}

void view_journal_turn(struct view_journal *j, uint64_t from, uint32_t task)
{
    if (j->turn_count > 0 && j->turns[j->turn_count - 1].task == task)
        return;
    if (j->turn_count == j->turn_room) {
        size_t room = j->turn_room ? 2 * j->turn_room : 256;
        struct view_turn *turns = reallocarray(j->turns, room, sizeof(*turns));

        if (turns == NULL) {
            j->full = true;
            return;
        }
        j->turns = turns;
        j->turn_room = room;
    }
    j->turns[j->turn_count++] = (struct view_turn){from, task};
}

uint32_t view_journal_running(const struct view_journal *j, uint64_t position)
{
    size_t low = 0, high = j->turn_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (j->turns[middle].from <= position)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? j->turns[low - 1].task : 0;
}

void view_journal_life(struct view_journal *j, const struct trace_event *e)
{
    struct view_task *t = view_journal_see(j, &e->life.who, e->icount);

    if (t == NULL)
        return;
    if (e->kind == TRACE_EXIT) {
        t->died = e->icount;
        t->exit_code = e->life.code;
    }
    if (e->kind == TRACE_WAIT)
        t->collected = e->icount;
}
