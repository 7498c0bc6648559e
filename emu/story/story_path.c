/* The second section of a story: the path through the kernel as a call tree. */
#include <stdio.h>
#include <string.h>

#include "emu/story/story_teller.h"

enum { PATH_COLUMNS = 26, FLAGS_COLUMNS = 24 };

/* The return that belongs to call number `at`; NULL: it never came. */
static const struct trace_event *return_of(const struct tale *tale, unsigned at)
{
    const struct trace_event *call = &tale->events[at];

    for (unsigned i = at + 1; i < tale->count; i++) {
        const struct trace_event *e = &tale->events[i];

        if (e->kind == TRACE_RETURN && e->who.task == call->who.task &&
            e->call.depth == call->call.depth && e->call.probe == call->call.probe)
            return e;
    }
    return NULL;
}

/* A task_struct that has no pid of its own yet is the child, too. */
static const struct trace_who *who_is(const struct teller *t, uint32_t task,
                                      const struct trace_who *who)
{
    return task == t->tale->child ? &t->fork->fork.child : who;
}

/* The flags stand in full above the story; where they repeat, VM says as much as CLONE_VM. */
static const char *short_flags(uint32_t flags, char *text, size_t size)
{
    static const char prefix[] = "CLONE_";
    size_t length = sizeof(prefix) - 1;

    clone_flags_format(flags, text, size);
    for (char *at = strstr(text, prefix); at != NULL; at = strstr(at, prefix))
        memmove(at, at + length, strlen(at + length) + 1);
    if (strlen(text) > FLAGS_COLUMNS)
        snprintf(text, size, "0x%x", flags);
    return text;
}

/* "name=value" of parameter k. */
static void format_param(const struct teller *t, const struct trace_call *c, unsigned k, char *text,
                         size_t size)
{
    const struct guestinfo_param *param = &c->probe->function.param[k];
    char value[STORY_NAME] = "?";

    if (param->name != NULL && strcmp(param->name, "clone_flags") == 0)
        short_flags(c->arg[k], value, sizeof(value));
    else if (param->place != GUEST_NOWHERE)
        trace_name_typed(&t->names, &param->type, param->name, c->arg[k],
                         who_is(t, c->arg[k], &c->of[k]), value, sizeof(value));
    snprintf(text, size, "%s%s=%s", k ? ", " : "", param->name ? param->name : "", value);
}

/* "name(a=1, b=2) = 3" cut to the room there is: arguments go first. */
static void format_call(const struct teller *t, const struct trace_call *c,
                        const struct trace_event *ret, size_t room, char *text, size_t size)
{
    const struct guestinfo_function *f = &c->probe->function;
    char value[STORY_NAME], result[STORY_NAME + 4] = "", param[2 * STORY_NAME];
    size_t used = (size_t)snprintf(text, size, "%s(", c->probe->name);

    if (ret != NULL && f->result.kind != GUEST_VOID)
        snprintf(result, sizeof(result), " = %s",
                 trace_name_typed(&t->names, &f->result, NULL, ret->call.result,
                                  who_is(t, ret->call.result, &ret->call.result_of), value,
                                  sizeof(value)));
    for (unsigned k = 0; k < f->param_count; k++) {
        format_param(t, c, k, param, sizeof(param));
        if (used + strlen(param) + strlen(", ...)") + strlen(result) > room) {
            used += (size_t)snprintf(text + used, size - used, k ? ", ..." : "...");
            break;
        }
        used += (size_t)snprintf(text + used, size - used, "%s", param);
    }
    snprintf(text + used, size - used, ")%s", result);
}

/* The columns in front of a line of the path: PATH_COLUMNS of them. */
static void path_columns(const struct teller *t, const struct trace_event *e, const char *took)
{
    char since[24];

    snprintf(since, sizeof(since), "+%llu", (unsigned long long)story_step(t, e));
    story_style(t, WEAK);
    SAY(t, "  %8s %7s %5d  ", since, took, e->who.pid);
    story_plain(t);
}

static void tell_call(const struct teller *t, unsigned at)
{
    const struct trace_event *e = &t->tale->events[at];
    const struct trace_event *ret = return_of(t->tale, at);
    bool label = e->call.probe->shape == TRACE_LABEL;
    int indent = label ? 0 : (int)(2 * e->call.depth + 2);
    char text[256], took[24] = "";

    if (ret != NULL)
        snprintf(took, sizeof(took), "%llu", (unsigned long long)(ret->icount - e->icount));
    path_columns(t, e, took);
    if (label)
        snprintf(text, sizeof(text), "%s", e->call.probe->name);
    else
        format_call(t, &e->call, ret, (size_t)(STORY_COLUMNS - PATH_COLUMNS - indent), text,
                    sizeof(text));
    SAY(t, "%*s%s\n", indent, "", text);
}

static void tell_note(const struct teller *t, const struct trace_event *e, const char *text)
{
    path_columns(t, e, "");
    story_style(t, NOTE);
    SAY(t, "%s\n", text);
    story_plain(t);
}

static void tell_path_event(const struct teller *t, unsigned at)
{
    const struct trace_event *e = &t->tale->events[at];
    char text[STORY_NAME];

    switch (e->kind) {
    case TRACE_CALL:
        tell_call(t, at);
        break;
    case TRACE_FORK:
        snprintf(text, sizeof(text), "-- pid %d exists; its saved registers lie at %08x",
                 e->fork.child.pid, e->fork.child_frame);
        tell_note(t, e, text);
        break;
    case TRACE_SLICE:
        snprintf(text, sizeof(text), "-- the time slice is shared: parent %u ticks, child %u",
                 e->slice.parent_ticks, e->slice.child_ticks);
        tell_note(t, e, text);
        break;
    case TRACE_SWITCH:
        snprintf(text, sizeof(text), "-- switch from %s (%d) to %s (%d), esp %08x",
                 e->sched.prev.comm, e->sched.prev.pid, e->sched.next.comm, e->sched.next.pid,
                 e->sched.next_esp);
        tell_note(t, e, text);
        break;
    case TRACE_RET:
        snprintf(text, sizeof(text), "<- iret to ring 3, eax = %d", (int32_t)e->ret.eax);
        tell_note(t, e, text);
        break;
    default:
        break;
    }
}

void story_tell_path(const struct teller *t)
{
    story_title(t, "2. The path through the kernel");
    story_style(t, WEAK);
    SAY(t, "      step    took   pid\n");
    story_plain(t);
    for (unsigned i = 0; i < t->tale->count; i++)
        tell_path_event(t, i);
    if (t->tale->cut)
        SAY(t, "   ... and more: only the first %d events are kept\n", STORY_EVENTS_MAX);
}
