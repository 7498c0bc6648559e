/*
 * The tree of processes as a Graphviz graph: who forked whom, what ran, how it ended.
 *   forkscope export --format dot run.fst | dot -Tsvg > tree.svg
 */
#include <stdlib.h>
#include <string.h>

#include "emu/trace/trace_form.h"

enum { PROCESSES_MAX = 65536 };

/* A process, from its fork to its end. A pid that is used again is another one. */
struct process {
    uint32_t task;
    int32_t pid;
    char comm[17];
    bool ended, has_code;
    int32_t code;
};

struct dot {
    struct process *processes;
    unsigned count;
    bool failed;
};

#define PRINT(w, ...) trace_out_printf((w)->out, __VA_ARGS__)

static int begin_dot(struct trace_writer *w)
{
    PRINT(w, "digraph processes {\n"
             "    node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
             "    edge [fontname=\"sans-serif\", fontsize=10];\n");
    return 0;
}

/* The living process behind a task, made where there is none. */
static unsigned process_of(struct dot *d, const struct trace_who *who)
{
    struct process *grown;

    for (unsigned i = d->count; i-- > 0;)
        if (d->processes[i].task == who->task && d->processes[i].pid == who->pid &&
            !d->processes[i].ended)
            return i;
    if (d->count == PROCESSES_MAX)
        return 0;
    if ((d->count & (d->count - 1)) == 0) {
        grown = realloc(d->processes, (d->count ? 2 * d->count : 1) * sizeof(*grown));
        if (grown == NULL)
            return 0;
        d->processes = grown;
    }
    d->processes[d->count] = (struct process){.task = who->task, .pid = who->pid};
    memcpy(d->processes[d->count].comm, who->comm, sizeof(who->comm));
    return d->count++;
}

static void put_label(struct trace_writer *w, const char *text)
{
    char piece[2] = "";

    for (; *text != '\0'; text++) {
        piece[0] = *text >= ' ' && *text < 0x7f ? *text : '?';
        if (*text == '"' || *text == '\\')
            trace_out_puts(w->out, "\\");
        trace_out_puts(w->out, piece);
    }
}

static void add_fork(struct trace_writer *w, const struct trace_fork *f)
{
    unsigned parent = process_of(w->state, &f->parent), child = process_of(w->state, &f->child);
    char flags[256];

    PRINT(w, "    p%u -> p%u [label=\"#%u %s\"];\n", parent, child, f->id,
          clone_flags_format(f->flags, flags, sizeof(flags)));
}

static void write_dot(struct trace_writer *w, const struct trace_event *e)
{
    struct dot *d = w->state;
    struct process *p;

    if (e->kind == TRACE_FORK)
        add_fork(w, &e->fork);
    if (e->kind != TRACE_EXEC && e->kind != TRACE_EXIT)
        return;
    process_of(d, &e->life.who);
    if (d->count == 0)
        return;
    p = &d->processes[process_of(d, &e->life.who)];
    memcpy(p->comm, e->life.who.comm, sizeof(p->comm));
    p->ended = e->kind == TRACE_EXIT;
    p->has_code = p->ended && e->life.has_code;
    p->code = e->life.code;
}

static void print_process(struct trace_writer *w, unsigned i)
{
    const struct process *p = &((const struct dot *)w->state)->processes[i];
    const char *signal = signal_name(p->code & 0x7f);

    PRINT(w, "    p%u [label=\"%d ", i, p->pid);
    put_label(w, p->comm);
    if (p->has_code && (p->code & 0x7f) != 0)
        PRINT(w, "\\n%s\", color=red", signal ? signal : "killed");
    else if (p->has_code)
        PRINT(w, "\\nstatus %d\"", p->code >> 8 & 0xff);
    else
        PRINT(w, "\"");
    PRINT(w, p->ended ? ", fillcolor=gray95, style=\"rounded,filled\"];\n" : "];\n");
}

static void end_dot(struct trace_writer *w)
{
    struct dot *d = w->state;

    for (unsigned i = 0; i < d->count; i++)
        print_process(w, i);
    PRINT(w, "}\n");
    free(d->processes);
}

const struct trace_form trace_form_dot = {
    .name = "dot",
    .help = "the tree of processes, for Graphviz",
    .kinds = TRACE_BIT(TRACE_FORK) | TRACE_BIT(TRACE_EXEC) | TRACE_BIT(TRACE_EXIT),
    .state_size = sizeof(struct dot),
    .begin = begin_dot,
    .event = write_dot,
    .end = end_dot,
};
