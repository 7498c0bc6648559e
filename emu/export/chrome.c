/*
 * Chrome's trace event format (JSON), for ui.perfetto.dev and chrome://tracing: a track a task with
 * its system calls and kernel functions, a track that shows who has the CPU, and an arrow from each
 * fork to the first return of its child. A step is shown as one microsecond.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/trace/trace_form.h"

enum {
    TASKS_MAX = 4096,
    CPU_TRACK = 1000000, /* pids are smaller */
};

/* A track. Slices must nest, so what ends must have begun here. */
struct track {
    int32_t pid;
    unsigned open;
    bool in_syscall;
    unsigned syscall_depth; /* of the slice of its system call */
};

struct chrome {
    struct track *tracks;
    unsigned count;
    bool comma;
    bool running;  /* the CPU's track has a slice open */
    uint64_t last; /* icount of the last event */
};

#define PRINT(w, ...) trace_out_printf((w)->out, __VA_ARGS__)

static int begin_chrome(struct trace_writer *w)
{
    PRINT(w, "{\"displayTimeUnit\":\"ms\",\"otherData\":{\"source\":\"forkscope\",\"clock\":\"one "
             "step of "
             "the CPU is one microsecond\"},\"traceEvents\":[");
    return 0;
}

static void put_string(struct trace_writer *w, const char *text, size_t size)
{
    PRINT(w, "\"");
    for (size_t i = 0; i < size && text[i] != '\0'; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '"' || c == '\\')
            PRINT(w, "\\%c", c);
        else
            PRINT(w, c < 0x20 || c >= 0x7f ? "\\u%04x" : "%c", c);
    }
    PRINT(w, "\"");
}

/* Begins an event's object: phase, name, place, time. */
static void begin(struct trace_writer *w, char phase, const char *name, int32_t pid,
                  uint64_t icount)
{
    struct chrome *c = w->state;

    PRINT(w, "%s\n{\"ph\":\"%c\",\"name\":", c->comma ? "," : "", phase);
    put_string(w, name, strlen(name));
    PRINT(w, ",\"pid\":%d,\"tid\":%d,\"ts\":%llu", pid, pid, (unsigned long long)icount);
    c->comma = true;
}

static void end(struct trace_writer *w)
{
    PRINT(w, "}");
}

static void name_track(struct trace_writer *w, int32_t pid, const char *comm)
{
    char name[64];

    if (pid == CPU_TRACK)
        snprintf(name, sizeof(name), "CPU");
    else
        snprintf(name, sizeof(name), "%.16s (%d)", comm[0] ? comm : "boot", pid);
    begin(w, 'M', "process_name", pid, 0);
    PRINT(w, ",\"args\":{\"name\":");
    put_string(w, name, sizeof(name));
    PRINT(w, "}");
    end(w);
    begin(w, 'M', "process_sort_index", pid, 0);
    PRINT(w, ",\"args\":{\"sort_index\":%d}", pid == CPU_TRACK ? -1 : pid);
    end(w);
}

static int32_t pid_of(const struct trace_who *who)
{
    return who->pid < 0 ? 0 : who->pid;
}

static struct track *track_of(struct trace_writer *w, int32_t pid, const char *comm)
{
    struct chrome *c = w->state;
    struct track *grown;

    for (unsigned i = 0; i < c->count; i++)
        if (c->tracks[i].pid == pid)
            return &c->tracks[i];
    grown = c->count < TASKS_MAX ? realloc(c->tracks, (c->count + 1) * sizeof(*grown)) : NULL;
    if (grown == NULL)
        return NULL;
    c->tracks = grown;
    c->tracks[c->count] = (struct track){.pid = pid};
    name_track(w, pid, comm);
    return &c->tracks[c->count++];
}

/* ---- Slices ------------------------------------------------------------------------------ */

static void open_slice(struct trace_writer *w, struct track *t, const char *category,
                       const char *name, uint64_t icount)
{
    begin(w, 'B', name, t->pid, icount);
    PRINT(w, ",\"cat\":\"%s\"", category);
    end(w);
    t->open++;
}

static void close_slice(struct trace_writer *w, struct track *t, uint64_t icount)
{
    if (t->open == 0)
        return;
    begin(w, 'E', "", t->pid, icount);
    end(w);
    t->open--;
}

static void close_down_to(struct trace_writer *w, struct track *t, unsigned depth, uint64_t icount)
{
    while (t->open > depth)
        close_slice(w, t, icount);
}

static void on_syscall(struct trace_writer *w, struct track *t, const struct trace_event *e)
{
    const struct syscall_info *info = syscall_by_nr(e->syscall.nr);
    char name[32];

    snprintf(name, sizeof(name), "%s", info ? info->name : "syscall");
    if (info == NULL)
        snprintf(name, sizeof(name), "syscall_%u", e->syscall.nr);
    close_down_to(w, t, 0, e->icount); /* it comes from ring 3 */
    t->in_syscall = true;
    t->syscall_depth = t->open;
    open_slice(w, t, "syscall", name, e->icount);
}

static void on_sysret(struct trace_writer *w, struct track *t, const struct trace_event *e)
{
    if (!t->in_syscall)
        return;
    close_down_to(w, t, t->syscall_depth + 1, e->icount);
    begin(w, 'E', "", t->pid, e->icount);
    PRINT(w, ",\"args\":{\"result\":%d}", (int32_t)e->sysret.result);
    end(w);
    t->open--;
    t->in_syscall = false;
}

static void on_call(struct trace_writer *w, struct track *t, const struct trace_event *e)
{
    if (e->call.probe->shape != TRACE_FUNCTION)
        return;
    if (e->kind == TRACE_CALL)
        open_slice(w, t, "function", e->call.probe->name, e->icount);
    else if (t->open > (t->in_syscall ? t->syscall_depth + 1 : 0))
        close_slice(w, t, e->icount);
}

/* ---- Instants, arrows, the CPU ----------------------------------------------------------- */

static void instant(struct trace_writer *w, const struct track *t, const struct trace_event *e,
                    const char *name)
{
    begin(w, 'i', name, t->pid, e->icount);
    PRINT(w, ",\"cat\":\"%s\",\"s\":\"t\"", trace_kind_name(e->kind));
    end(w);
}

/* Arrows hang on slices, so each end gets one of a step. */
static void arrow(struct trace_writer *w, const struct track *t, const struct trace_event *e,
                  char phase, uint32_t id, const char *name)
{
    begin(w, 'X', name, t->pid, e->icount);
    PRINT(w, ",\"cat\":\"fork\",\"dur\":1");
    end(w);
    begin(w, phase, "fork", t->pid, e->icount);
    PRINT(w, ",\"cat\":\"fork\",\"id\":%u%s", id, phase == 'f' ? ",\"bp\":\"e\"" : "");
    end(w);
}

static void on_fork(struct trace_writer *w, struct track *t, const struct trace_event *e)
{
    char name[64];

    snprintf(name, sizeof(name), "fork #%u: %d -> %d", e->fork.id, pid_of(&e->fork.parent),
             pid_of(&e->fork.child));
    if (e->fork.user)
        arrow(w, t, e, 's', e->fork.id, name);
    else
        instant(w, t, e, name);
}

static void on_ret(struct trace_writer *w, struct track *t, const struct trace_event *e)
{
    char name[64];

    snprintf(name, sizeof(name), "fork #%u: eax = %d", e->ret.id, (int32_t)e->ret.eax);
    if (e->ret.child)
        arrow(w, t, e, 'f', e->ret.id, name);
    else
        instant(w, t, e, name);
}

static void on_switch(struct trace_writer *w, const struct trace_event *e)
{
    struct chrome *c = w->state;
    struct track *cpu = track_of(w, CPU_TRACK, "");
    char name[64];

    if (cpu == NULL)
        return;
    if (c->running)
        close_slice(w, cpu, e->icount);
    snprintf(name, sizeof(name), "%.16s (%d)", e->sched.next.comm, pid_of(&e->sched.next));
    open_slice(w, cpu, "cpu", name, e->icount);
    c->running = true;
}

static void on_life(struct trace_writer *w, struct track *t, const struct trace_event *e)
{
    char name[TRACE_STRING + 16];

    if (e->kind == TRACE_EXEC) {
        snprintf(name, sizeof(name), "exec %s", e->life.text);
        instant(w, t, e, name);
        name_track(w, t->pid, e->who.comm);
        return;
    }
    if (e->kind == TRACE_SIGNAL)
        snprintf(name, sizeof(name), "signal %d", e->life.code);
    else if (e->kind == TRACE_WAIT)
        snprintf(name, sizeof(name), "wait %d", pid_of(&e->life.who));
    else
        snprintf(name, sizeof(name), "exit %d", e->life.code >> 8 & 0xff);
    instant(w, t, e, name);
}

static void on_fault(struct trace_writer *w, struct track *t, const struct trace_event *e)
{
    char name[64];

    if (e->kind == TRACE_PF)
        snprintf(name, sizeof(name), "page fault %08x", e->pf.address);
    else
        snprintf(name, sizeof(name), "copy on write %08x", e->cow.address);
    instant(w, t, e, name);
}

static void write_chrome(struct trace_writer *w, const struct trace_event *e)
{
    struct chrome *c = w->state;
    struct track *t = track_of(w, pid_of(&e->who), e->who.comm);

    c->last = e->icount;
    if (t == NULL)
        return;
    if (e->kind == TRACE_SYSCALL)
        on_syscall(w, t, e);
    else if (e->kind == TRACE_SYSRET)
        on_sysret(w, t, e);
    else if (e->kind == TRACE_CALL || e->kind == TRACE_RETURN)
        on_call(w, t, e);
    else if (e->kind == TRACE_FORK)
        on_fork(w, t, e);
    else if (e->kind == TRACE_RET)
        on_ret(w, t, e);
    else if (e->kind == TRACE_SWITCH)
        on_switch(w, e);
    else if (e->kind == TRACE_PF || e->kind == TRACE_COW)
        on_fault(w, t, e);
    else if (e->kind >= TRACE_EXEC && e->kind <= TRACE_SIGNAL)
        on_life(w, t, e);
}

static void end_chrome(struct trace_writer *w)
{
    struct chrome *c = w->state;

    for (unsigned i = 0; i < c->count; i++)
        close_down_to(w, &c->tracks[i], 0, c->last);
    PRINT(w, "\n]}\n");
    free(c->tracks);
}

const struct trace_form trace_form_chrome = {
    .name = "chrome",
    .help = "Chrome's JSON, for ui.perfetto.dev",
    .state_size = sizeof(struct chrome),
    .begin = begin_chrome,
    .event = write_chrome,
    .end = end_chrome,
};
