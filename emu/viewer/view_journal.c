#include "emu/viewer/view_journal_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 4096, CHUNKS_MAX = VIEW_EVENTS_MAX / CHUNK };

int view_journal_create(struct view_journal *j)
{
    *j = (struct view_journal){0};
    trace_filter_init(&j->filter, (TRACE_BIT(TRACE_KIND_COUNT) - 1));
    j->chunks = calloc(CHUNKS_MAX, sizeof(*j->chunks));
    j->forks = calloc(VIEW_FORKS_MAX, sizeof(*j->forks));
    j->tasks = calloc(VIEW_TASKS_MAX, sizeof(*j->tasks));
    if (j->chunks != NULL && j->forks != NULL && j->tasks != NULL)
        return 0;
    view_journal_destroy(j);
    return -ENOMEM;
}

void view_journal_destroy(struct view_journal *j)
{
    for (unsigned i = 0; i < j->chunk_count; i++)
        free(j->chunks[i]);
    free(j->chunks);
    free(j->forks);
    free(j->tasks);
    free(j->turns);
    *j = (struct view_journal){0};
}

/* ---- Events ---------------------------------------------------------------------------------- */

const struct trace_event *view_journal_at(const struct view_journal *j, size_t k)
{
    size_t n = k + j->first % CHUNK;

    return &j->chunks[n / CHUNK][n % CHUNK];
}

/* The oldest chunk becomes the youngest. */
static void reuse_chunk(struct view_journal *j)
{
    struct trace_event *oldest = j->chunks[0];

    memmove(j->chunks, j->chunks + 1, (j->chunk_count - 1) * sizeof(*j->chunks));
    j->chunks[j->chunk_count - 1] = oldest;
    j->first += CHUNK;
    j->count -= CHUNK;
}

static struct trace_event *new_event(struct view_journal *j)
{
    if (j->count == (size_t)j->chunk_count * CHUNK) {
        if (j->chunk_count == CHUNKS_MAX)
            reuse_chunk(j);
        else if ((j->chunks[j->chunk_count] = calloc(CHUNK, sizeof(struct trace_event))) == NULL)
            return NULL;
        else
            j->chunk_count++;
    }
    j->count++;
    return (struct trace_event *)view_journal_at(j, j->count - 1);
}

/* Told by a hook before the instruction at a function's entry or behind its call. */
static bool told_before_step(enum trace_kind kind)
{
    switch (kind) {
    case TRACE_INT:
    case TRACE_IRQ:
    case TRACE_IRET:
    case TRACE_SYSCALL:
    case TRACE_SYSRET:
    case TRACE_FRAME:
    case TRACE_RET:
    case TRACE_PF:
    case TRACE_CR:
    case TRACE_SPACE:
    case TRACE_SHARE:
    case TRACE_FAILED:
        return false;
    default:
        return true;
    }
}

uint64_t view_event_place(const struct trace_event *e)
{
    return told_before_step(e->kind) ? e->icount : e->icount + 1;
}

bool view_event_past(const struct trace_event *e, uint64_t position)
{
    return view_event_place(e) <= position;
}

size_t view_journal_past(const struct view_journal *j, uint64_t position)
{
    size_t low = 0, high = j->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (view_journal_at(j, middle)->icount < position)
            low = middle + 1;
        else
            high = middle;
    }
    while (low < j->count && view_event_past(view_journal_at(j, low), position))
        low++;
    return low;
}

/* ---- Listening ------------------------------------------------------------------------------- */

static void dispatch(struct view_journal *j, const struct trace_event *e)
{
    switch (e->kind) {
    case TRACE_INT:
        if (e->interrupt.cpl_from == 3)
            j->last_int = *e;
        break;
    case TRACE_EXEC:
    case TRACE_EXIT:
    case TRACE_WAIT:
        view_journal_life(j, e);
        break;
    default:
        view_journal_fork_event(j, e);
        break;
    }
}

/* A kernel that tells of no task switch is known to have switched by who does something next. */
static void see_who(struct view_journal *j, const struct trace_event *e)
{
    unsigned tasks = j->task_count;

    if (e->who.task == 0 || view_journal_see(j, &e->who, e->icount) == NULL)
        return;
    if (!j->tells_switches)
        view_journal_turn(j, e->icount, e->who.task);
    if (j->task_count != tasks)
        view_journal_appeared(j, &j->tasks[tasks]);
}

void view_journal_event(void *journal, const struct trace_event *event)
{
    struct view_journal *j = journal;
    struct trace_event *kept = new_event(j);

    if (kept == NULL) {
        j->full = true;
        return;
    }
    *kept = *event;
    see_who(j, event);
    dispatch(j, event);
}

/* ---- Cutting --------------------------------------------------------------------------------- */

static void cut_fork(struct view_fork *f, uint64_t position)
{
    bool ended = f->over;

    if (f->guessed && f->seen >= position)
        view_journal_forget_child(f);
    for (int i = 0; i < LANDMARK_COUNT; i++)
        if (f->at[i] != VIEW_NEVER && f->at[i] >= position) {
            f->at[i] = VIEW_NEVER;
            ended = false;
        }
    f->over = ended;
}

static void cut_task(struct view_task *t, uint64_t position)
{
    if (t->died >= position)
        t->died = VIEW_NEVER;
    if (t->collected >= position)
        t->collected = VIEW_NEVER;
}

void view_journal_cut(struct view_journal *j, uint64_t position)
{
    while (j->count > 0 && view_journal_at(j, j->count - 1)->icount >= position)
        j->count--;
    while (j->turn_count > 0 && j->turns[j->turn_count - 1].from >= position)
        j->turn_count--;
    while (j->task_count > 0 && j->tasks[j->task_count - 1].seen >= position)
        j->task_count--;
    for (unsigned i = 0; i < j->task_count; i++)
        cut_task(&j->tasks[i], position);
    while (j->fork_count > 0 && j->forks[j->fork_count - 1].at[LANDMARK_INT] >= position)
        j->fork_count--;
    for (unsigned i = 0; i < j->fork_count; i++)
        cut_fork(&j->forks[i], position);
}
