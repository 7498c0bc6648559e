#include "emu/viewer/view_journal.h"

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

/* ---- Tasks and turns ------------------------------------------------------------------------- */

const struct view_task *view_journal_task(const struct view_journal *j, uint32_t task,
                                          uint64_t position)
{
    const struct view_task *found = NULL;

    for (unsigned i = 0; task != 0 && i < j->task_count; i++)
        if (j->tasks[i].who.task == task && (found == NULL || j->tasks[i].born <= position))
            found = &j->tasks[i];
    return found;
}

static struct view_task *new_task(struct view_journal *j, const struct trace_who *who,
                                  uint32_t parent, uint64_t born)
{
    struct view_task *t;

    if (j->task_count == VIEW_TASKS_MAX)
        return NULL;
    t = &j->tasks[j->task_count++];
    *t = (struct view_task){
        .who = *who, .parent = parent, .born = born, .died = VIEW_NEVER, .collected = VIEW_NEVER};
    return t;
}

/* The task that an event is about, by its latest name. */
static struct view_task *see_task(struct view_journal *j, const struct trace_who *who, uint64_t at)
{
    struct view_task *t;

    if (who->task == 0 || who->pid < 0)
        return NULL;
    t = (struct view_task *)view_journal_task(j, who->task, VIEW_NEVER);
    if (t == NULL || (t->died != VIEW_NEVER && t->who.pid != who->pid))
        t = new_task(j, who, 0, at);
    if (t != NULL)
        t->who = *who;
    return t;
}

static void add_turn(struct view_journal *j, uint64_t from, uint32_t task)
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

static void on_life(struct view_journal *j, const struct trace_event *e)
{
    struct view_task *t = see_task(j, &e->life.who, e->icount);

    if (t == NULL)
        return;
    if (e->kind == TRACE_EXIT) {
        t->died = e->icount;
        t->exit_code = e->life.code;
    }
    if (e->kind == TRACE_WAIT)
        t->collected = e->icount;
}

/* ---- Forks ----------------------------------------------------------------------------------- */

enum { NR_FORK = 2, NR_CLONE = 120, NR_VFORK = 190 };

/* The youngest fork that is not over, of which this task is the parent, or the child. */
static struct view_fork *open_fork(struct view_journal *j, uint32_t task, bool as_child)
{
    for (unsigned i = j->fork_count; i-- > 0;) {
        struct view_fork *f = &j->forks[i];

        if (!f->over && task != 0 && (as_child ? f->child.task : f->parent.task) == task)
            return f;
    }
    return NULL;
}

static void begin_fork(struct view_journal *j, const struct trace_event *e)
{
    struct view_fork *f, *before = open_fork(j, e->who.task, false);

    if (before != NULL && before->at[LANDMARK_PARENT_IRET] == VIEW_NEVER)
        before->over = true;
    if (j->fork_count == VIEW_FORKS_MAX || j->last_int.who.task != e->who.task)
        return;
    f = &j->forks[j->fork_count++];
    *f = (struct view_fork){.parent = e->who};
    for (int i = 0; i < LANDMARK_COUNT; i++)
        f->at[i] = VIEW_NEVER;
    f->eax_written = f->frame_begun = VIEW_NEVER;
    f->at[LANDMARK_INT] = j->last_int.icount;
    f->at[LANDMARK_PUSH] = j->last_int.icount + 1;
}

static void on_syscall(struct view_journal *j, const struct trace_event *e)
{
    uint32_t nr = e->syscall.nr;

    if (nr == NR_FORK || nr == NR_CLONE || nr == NR_VFORK)
        begin_fork(j, e);
}

static void set_once(uint64_t *at, uint64_t position)
{
    if (*at == VIEW_NEVER)
        *at = position;
}

static void on_call(struct view_journal *j, const struct trace_event *e)
{
    const char *name = e->call.probe->name;
    struct view_fork *as_parent = open_fork(j, e->who.task, false);
    struct view_fork *as_child = open_fork(j, e->who.task, true);

    if (as_parent != NULL && strcmp(name, "do_fork") == 0)
        set_once(&as_parent->at[LANDMARK_DO_FORK], e->icount);
    if (as_parent != NULL && strcmp(name, "copy_thread") == 0)
        set_once(&as_parent->at[LANDMARK_COPY_THREAD], e->icount);
    if (as_child != NULL && strcmp(name, "ret_from_fork") == 0)
        as_child->at[LANDMARK_SWITCH] = e->icount;
}

static void on_return(struct view_journal *j, const struct trace_event *e)
{
    struct view_fork *f = open_fork(j, e->who.task, false);

    if (f != NULL && strcmp(e->call.probe->name, "copy_thread") == 0)
        set_once(&f->at[LANDMARK_FRAME], e->icount);
}

/* The child's frame is known by the first write into it, before the fork is complete. */
static void on_frame(struct view_journal *j, const struct trace_event *e)
{
    struct view_fork *f = open_fork(j, e->who.task, false);

    if (f == NULL)
        return;
    f->id = e->frame.id;
    f->child = e->frame.child;
    f->child_frame = e->frame.linear - e->frame.offset;
    set_once(&f->frame_begun, e->icount);
    if (e->frame.value == 0 && e->frame.offset == j->eax_offset)
        f->eax_written = e->icount;
}

static void on_fork(struct view_journal *j, const struct trace_event *e)
{
    struct view_fork *f = open_fork(j, e->who.task, false);

    new_task(j, &e->fork.child, e->fork.parent.task, e->icount);
    if (f == NULL || !e->fork.user)
        return;
    f->id = e->fork.id;
    f->number = ++j->fork_numbers;
    f->parent = e->fork.parent;
    f->child = e->fork.child;
    f->flags = e->fork.flags;
    f->parent_frame = e->fork.parent_frame;
    f->child_frame = e->fork.child_frame;
    f->words = e->fork.words;
    memcpy(f->regs[0], e->fork.parent_regs, sizeof(f->regs[0]));
    memcpy(f->regs[1], e->fork.child_regs, sizeof(f->regs[1]));
}

static struct view_fork *fork_by_id(struct view_journal *j, uint32_t id)
{
    for (unsigned i = j->fork_count; i-- > 0;)
        if (j->forks[i].id == id)
            return &j->forks[i];
    return NULL;
}

/* A kernel without the tracepoint that tells of forks: the fork is known by its returns alone. */
static void name_fork(struct view_journal *j, struct view_fork *f, const struct trace_ret *ret)
{
    if (f->number != 0 || ret->child || (int32_t)ret->eax <= 0)
        return;
    f->number = ++j->fork_numbers;
    f->child.pid = (int32_t)ret->eax;
}

static void on_ret(struct view_journal *j, const struct trace_event *e)
{
    struct view_fork *f = fork_by_id(j, e->ret.id);
    uint64_t other;

    if (f == NULL)
        f = open_fork(j, e->who.task, false); /* it failed early, and has no number yet */
    if (f == NULL || f->over)
        return;
    name_fork(j, f, &e->ret);
    f->ret[e->ret.child] = e->ret;
    f->at[e->ret.child ? LANDMARK_CHILD_IRET : LANDMARK_PARENT_IRET] = e->icount;
    other = f->at[e->ret.child ? LANDMARK_PARENT_IRET : LANDMARK_CHILD_IRET];
    if (other != VIEW_NEVER)
        f->at[LANDMARK_RETURNS] = e->icount + 1;
    f->over = other != VIEW_NEVER || e->ret.child_pid < 0;
}

static void on_switch(struct view_journal *j, const struct trace_event *e)
{
    struct view_fork *f = open_fork(j, e->sched.next.task, true);

    see_task(j, &e->sched.prev, e->icount);
    see_task(j, &e->sched.next, e->icount);
    add_turn(j, e->icount, e->sched.next.task);
    /* ret_from_fork tells better, where the kernel has it. */
    if (f != NULL)
        set_once(&f->at[LANDMARK_SWITCH], e->icount);
}

const struct view_fork *view_journal_fork(const struct view_journal *j, uint64_t position)
{
    const struct view_fork *found = NULL;

    for (unsigned i = 0; i < j->fork_count; i++)
        if (found == NULL || j->forks[i].at[LANDMARK_INT] <= position)
            found = &j->forks[i];
    return found;
}

const struct view_fork *view_journal_fork_number(const struct view_journal *j, unsigned number)
{
    for (unsigned i = 0; i < j->fork_count; i++)
        if (j->forks[i].number == number)
            return &j->forks[i];
    return NULL;
}

const struct view_fork *view_journal_birth(const struct view_journal *j, uint32_t task,
                                           uint64_t position)
{
    for (unsigned i = j->fork_count; i-- > 0;)
        if (j->forks[i].child.task == task && j->forks[i].frame_begun <= position)
            return &j->forks[i];
    return NULL;
}

/* ---- Listening ------------------------------------------------------------------------------- */

static void dispatch(struct view_journal *j, const struct trace_event *e)
{
    switch (e->kind) {
    case TRACE_INT:
        if (e->interrupt.cpl_from == 3)
            j->last_int = *e;
        break;
    case TRACE_SYSCALL:
        on_syscall(j, e);
        break;
    case TRACE_CALL:
        on_call(j, e);
        break;
    case TRACE_RETURN:
        on_return(j, e);
        break;
    case TRACE_FRAME:
        on_frame(j, e);
        break;
    case TRACE_FORK:
        on_fork(j, e);
        break;
    case TRACE_RET:
        on_ret(j, e);
        break;
    case TRACE_SWITCH:
        on_switch(j, e);
        break;
    case TRACE_EXEC:
    case TRACE_EXIT:
    case TRACE_WAIT:
        on_life(j, e);
        break;
    default:
        break;
    }
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
    if (event->who.task != 0 && see_task(j, &event->who, event->icount) && j->turn_count == 0)
        add_turn(j, event->icount, event->who.task);
    dispatch(j, event);
}

/* ---- Cutting --------------------------------------------------------------------------------- */

static void cut_fork(struct view_fork *f, uint64_t position)
{
    bool ended = f->over;

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
    while (j->task_count > 0 && j->tasks[j->task_count - 1].born >= position)
        j->task_count--;
    for (unsigned i = 0; i < j->task_count; i++)
        cut_task(&j->tasks[i], position);
    while (j->fork_count > 0 && j->forks[j->fork_count - 1].at[LANDMARK_INT] >= position)
        j->fork_count--;
    for (unsigned i = 0; i < j->fork_count; i++)
        cut_fork(&j->forks[i], position);
}

/* ---- Landmarks ------------------------------------------------------------------------------- */

static const struct {
    const char *name, *title, *sentence;
} landmarks[LANDMARK_COUNT] = {
#define LANDMARK(id, name, title, sentence) {name, title, sentence},
#include "emu/viewer/view_landmarks.def"
#undef LANDMARK
};

const char *view_landmark_name(enum view_landmark landmark)
{
    return landmarks[landmark].name;
}

const char *view_landmark_title(enum view_landmark landmark)
{
    return landmarks[landmark].title;
}

const char *view_landmark_sentence(enum view_landmark landmark)
{
    return landmarks[landmark].sentence;
}

bool view_landmark_parse(const char *name, size_t length, enum view_landmark *out)
{
    for (int i = 0; i < LANDMARK_COUNT; i++)
        if (strlen(landmarks[i].name) == length && strncmp(landmarks[i].name, name, length) == 0) {
            *out = (enum view_landmark)i;
            return true;
        }
    return false;
}
