/* Collects the events of the forks that are to be told. */
#include "emu/story/story.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/guest/syscalls.h"
#include "emu/story/story_state.h"

int story_choice_parse(struct story_choice *choice, const char *text, char *why, size_t why_size)
{
    size_t length = strlen(text);
    char *end;
    long number = strtol(text, &end, 10);

    memset(choice, 0, sizeof(*choice));
    choice->all = strcmp(text, "all") == 0;
    if (choice->all)
        return 0;
    if (length > 0 && !isdigit((unsigned char)text[0]) && length < sizeof(choice->name)) {
        strcpy(choice->name, text);
        return 0;
    }
    choice->number = length > 0 ? (unsigned)number : 1;
    if (length > 0 && (*end != '\0' || number < 1 || number > 1000000)) {
        snprintf(why, why_size,
                 "story: '%s' is neither a fork's number from 1, a program's name, nor all", text);
        return -EINVAL;
    }
    return 0;
}

static trace_kinds kinds_needed(void)
{
    static const enum trace_kind kinds[] = {
        TRACE_INT,   TRACE_IRET, TRACE_SYSCALL, TRACE_CALL, TRACE_RETURN, TRACE_SWITCH, TRACE_FORK,
        TRACE_FRAME, TRACE_RET,  TRACE_COW,     TRACE_EXEC, TRACE_EXIT,   TRACE_SLICE,
    };
    trace_kinds set = 0;

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        set |= TRACE_BIT(kinds[i]);
    return set;
}

struct story *story_create(const struct inspect *in, const struct story_choice *choice)
{
    struct story *s = calloc(1, sizeof(*s));

    if (s == NULL)
        return NULL;
    s->in = in;
    s->choice = *choice;
    trace_filter_init(&s->filter, kinds_needed());
    return s;
}

static void free_tale(struct tale *t)
{
    free(t->events);
    free(t);
}

void story_destroy(struct story *s)
{
    if (s == NULL)
        return;
    while (s->tales != NULL) {
        struct tale *t = s->tales;

        s->tales = t->next;
        free_tale(t);
    }
    free(s);
}

const struct trace_filter *story_filter(const struct story *s)
{
    return &s->filter;
}

/* ---- Tales --------------------------------------------------------------------------------- */

static void append(struct tale *t, const struct trace_event *event)
{
    if (t->count == t->room) {
        unsigned room = t->room ? 2 * t->room : 64;
        struct trace_event *events = NULL;

        if (room <= STORY_EVENTS_MAX)
            events = reallocarray(t->events, room, sizeof(*events));
        if (events == NULL) {
            t->cut = true;
            return;
        }
        t->events = events;
        t->room = room;
    }
    t->events[t->count++] = *event;
}

static void drop_tale(struct story *s, struct tale *tale)
{
    struct tale **at = &s->tales;

    while (*at != tale)
        at = &(*at)->next;
    *at = tale->next;
    s->tale_count--;
    free_tale(tale);
}

/* The tale of a fork that the task has asked for and that has not happened yet. */
static struct tale *pending_tale_of(struct story *s, uint32_t task)
{
    for (struct tale *t = s->tales; t != NULL; t = t->next)
        if (t->number == 0 && t->parent == task)
            return t;
    return NULL;
}

/* A program asks for a fork: listen from here on. */
static void begin_tale(struct story *s, const struct trace_event *syscall)
{
    struct tale *t, **last = &s->tales;

    if (s->last_int.who.task != syscall->who.task || s->tale_count == STORIES_MAX ||
        (t = calloc(1, sizeof(*t))) == NULL)
        return;
    t->parent = syscall->who.task;
    append(t, &s->last_int);
    while (*last != NULL)
        last = &(*last)->next;
    *last = t;
    s->tale_count++;
}

/* A new system call ends what was left of a fork that failed. */
static void on_syscall(struct story *s, const struct trace_event *event)
{
    struct tale *failed = pending_tale_of(s, event->who.task);

    if (failed != NULL)
        drop_tale(s, failed);
    if (!s->found && syscall_forks(event->syscall.nr))
        begin_tale(s, event);
}

static bool is_chosen(const struct story *s, const struct trace_event *fork)
{
    if (s->choice.number != 0)
        return s->forks == s->choice.number;
    return s->choice.all || strcmp(fork->fork.parent.comm, s->choice.name) == 0;
}

static void on_fork(struct story *s, const struct trace_event *event)
{
    struct tale *t = pending_tale_of(s, event->who.task);

    if (event->fork.user)
        s->forks++;
    if (t == NULL || !event->fork.user)
        return;
    if (s->found || !is_chosen(s, event)) {
        drop_tale(s, t);
        return;
    }
    t->number = s->forks;
    t->child = event->fork.child.task;
    s->found = !s->choice.all;
    append(t, event);
}

/* ---- Listening ----------------------------------------------------------------------------- */

static bool concerns(const struct tale *t, const struct trace_event *event)
{
    if (t->closed)
        return false;
    if (event->kind == TRACE_SWITCH && t->child != 0)
        return event->sched.prev.task == t->parent || event->sched.prev.task == t->child ||
               event->sched.next.task == t->parent || event->sched.next.task == t->child;
    return event->who.task == t->parent || (t->child != 0 && event->who.task == t->child);
}

/* Has this side told all that the story wants of it? After its return, that is the first copied
 * page, or another program, or its end. */
static bool side_done(const struct tale *t, const struct trace_event *event)
{
    return event->who.task == t->parent ? t->parent_apart : t->child_apart;
}

static void mark(struct tale *t, const struct trace_event *event)
{
    bool parent = event->who.task == t->parent;
    bool *back = parent ? &t->parent_back : &t->child_back;
    bool *apart = parent ? &t->parent_apart : &t->child_apart;

    if (event->kind == TRACE_RET)
        *back = true;
    else if (event->kind == TRACE_EXIT || event->kind == TRACE_EXEC)
        *back = *apart = true;
    else if (event->kind == TRACE_COW && *back)
        *apart = true;
    t->closed = t->parent_back && t->child_back && t->parent_apart && t->child_apart;
}

/* After a side's return only what parts the two is of interest, and how the child gets to run. */
static bool is_wanted(const struct tale *t, const struct trace_event *event)
{
    bool back = event->who.task == t->parent ? t->parent_back : t->child_back;

    if (event->kind == TRACE_SWITCH)
        return !t->parent_back || !t->child_back;
    if (side_done(t, event))
        return false;
    return !back || event->kind == TRACE_COW || event->kind == TRACE_EXEC ||
           event->kind == TRACE_EXIT;
}

static void tell(struct tale *t, const struct trace_event *event)
{
    if (!concerns(t, event) || !is_wanted(t, event))
        return;
    append(t, event);
    mark(t, event);
}

void story_event(void *story, const struct trace_event *event)
{
    struct story *s = story;

    if (event->kind == TRACE_INT && event->interrupt.cpl_from == 3)
        s->last_int = *event;
    if (event->kind == TRACE_SYSCALL)
        on_syscall(s, event);
    if (event->kind == TRACE_FORK)
        on_fork(s, event);
    else
        for (struct tale *t = s->tales; t != NULL; t = t->next)
            tell(t, event);
}
