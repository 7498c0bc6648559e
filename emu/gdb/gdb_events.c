/* Forks, execs and exits of the guest: which gdb wants to hear of, and what it is told. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/gdb/gdb_state.h"

/* A process that gdb has heard of and not let go. */
static struct gdb_process *followed(struct gdbstub *g, int32_t pid)
{
    struct gdb_process *p = gdb_process(g, pid, false);

    return p && !p->detached ? p : NULL;
}

static uint32_t member_of(const struct gdbstub *g, uint32_t task, const char *name)
{
    const struct inspect *in = control_inspect(g->control);
    uint32_t offset, size, value = 0;

    if (in->guestinfo && guestinfo_member(in->guestinfo, "task_struct", name, &offset, &size))
        inspect_u32(in, task + offset, &value);
    return value;
}

static bool is_vfork(const struct gdbstub *g, uint32_t child)
{
    return g->vfork_events && member_of(g, child, "vfork_done") != 0;
}

/* The child of a process that gdb has let go belongs to nobody either. */
static bool wants_fork(struct gdbstub *g, const struct control_stop *stop)
{
    struct task_info parent, child;
    struct gdb_process *p;

    if (!tasks_at(control_tasks(g->control), stop->arg[0], &parent) ||
        !tasks_at(control_tasks(g->control), stop->arg[1], &child) || parent.kernel ||
        child.tgid == parent.tgid)
        return false;
    gdb_process_forget(g, child.tgid);
    if (followed(g, parent.tgid))
        return is_vfork(g, stop->arg[1]) ? g->vfork_events : g->fork_events;
    p = gdb_process(g, child.tgid, true);
    if (p)
        p->detached = true;
    return false;
}

/* The process whose vfork child this is: it goes on now. */
static struct gdb_process *vfork_parent(struct gdbstub *g, int32_t child)
{
    for (unsigned i = 0; i < g->process_count; i++)
        if (g->processes[i].vfork == child && !g->processes[i].detached)
            return &g->processes[i];
    return NULL;
}

static bool is_last_of_group(struct gdbstub *g, const struct task_info *task)
{
    struct task_info *list = calloc(TASKS_MAX_LISTED, sizeof(*list));
    size_t n = list ? tasks_list(control_tasks(g->control), list, TASKS_MAX_LISTED) : 0;
    bool last = true;

    for (size_t i = 0; i < n; i++)
        if (list[i].tgid == task->tgid && list[i].who.task != task->who.task && !list[i].exit_state)
            last = false;
    free(list);
    return last;
}

static bool wants_event(struct gdbstub *g, const struct control_stop *stop)
{
    struct task_info task;

    if (stop->event == CONTROL_FORK)
        return wants_fork(g, stop);
    if (!tasks_at(control_tasks(g->control), stop->arg[0], &task))
        return false;
    if (vfork_parent(g, task.who.pid))
        return true;
    if (stop->event == CONTROL_EXEC)
        return g->exec_events && followed(g, task.tgid);
    return stop->event != CONTROL_EXIT || (followed(g, task.tgid) && is_last_of_group(g, &task));
}

/* What gdb follows forwards it would not understand backwards. */
static bool filter(void *ctx, const struct control_stop *stop)
{
    const struct gdbstub *g = ctx;

    if (g->goes_back && stop->reason == CONTROL_EVENT)
        return false;
    return stop->reason != CONTROL_EVENT || wants_event(ctx, stop);
}

void gdb_events_set(struct gdbstub *g)
{
    const enum control_event wanted[] = {CONTROL_FORK, CONTROL_EXEC, CONTROL_EXIT};
    unsigned events = 0;
    char why[128];

    for (unsigned i = 0; i < 3 && g->client >= 0 && g->multiprocess; i++)
        if (control_catch(g->control, 1u << wanted[i], why, sizeof(why)) == 0)
            events |= 1u << wanted[i];
    control_catch(g->control, events, why, sizeof(why));
    control_set_filter(g->control, g->client >= 0 ? filter : NULL, g);
}

static void report_fork(struct gdbstub *g, const struct control_stop *stop,
                        struct gdb_report *report)
{
    bool vfork = is_vfork(g, stop->arg[1]);
    struct gdb_process *parent = gdb_process(g, report->thread.pid, true);
    struct task_info child;
    char name[32];

    if (!tasks_at(control_tasks(g->control), stop->arg[1], &child))
        return;
    gdb_process(g, child.tgid, true);
    if (vfork && parent)
        parent->vfork = child.who.pid;
    snprintf(report->text, sizeof(report->text), "T05%s:%s;", vfork ? "vfork" : "fork",
             gdb_thread_name(g, gdb_thread_of(&child), name));
}

/* The program of every process is the kernel's file, as in qXfer:exec-file. */
static void report_exec(struct gdbstub *g, struct gdb_report *report)
{
    char hex[sizeof(report->text) - 32] = "";
    size_t length = g->kernel_path ? strlen(g->kernel_path) : 0;

    if (2 * length < sizeof(hex))
        rsp_to_hex(hex, g->kernel_path, length);
    snprintf(report->text, sizeof(report->text), "T05exec:%s;", hex);
}

/* wait()'s status in a packet of its own: the process is gone. */
static void send_exit(struct gdbstub *g, const struct task_info *task)
{
    uint32_t status = member_of(g, task->who.task, "exit_code");
    bool killed = status & 0x7f;
    struct gdb_process *p = gdb_process(g, task->tgid, true);

    gdb_reply(g, "%c%02" PRIx32 ";process:%" PRIx32, killed ? 'X' : 'W',
              killed ? status & 0x7f : status >> 8 & 0xff, (uint32_t)task->tgid);
    gdb_breakpoints_drop(g, task->tgid);
    if (p)
        p->detached = true;
    g->selected = (struct gdb_thread){0, 0};
    g->waits = false;
}

static void queue_vfork_done(struct gdbstub *g, const struct task_info *child)
{
    struct gdb_process *parent = vfork_parent(g, child->who.pid);
    struct gdb_report report = {.text = "T05vforkdone:;"};

    if (!parent)
        return;
    report.thread = (struct gdb_thread){parent->pid, parent->pid};
    parent->vfork = 0;
    gdb_report_later(g, &report);
}

/* Of exec and exit: they also end what a vfork began. */
static void report_life(struct gdbstub *g, const struct control_stop *stop,
                        struct gdb_report *report)
{
    struct task_info task;

    if (!tasks_at(control_tasks(g->control), stop->arg[0], &task))
        return;
    queue_vfork_done(g, &task);
    if (!followed(g, task.tgid)) {
        gdb_report_waiting(g);
    } else if (stop->event == CONTROL_EXEC) {
        report_exec(g, report);
        gdb_report_send(g, report);
    } else {
        send_exit(g, &task);
    }
}

void gdb_report_event(struct gdbstub *g, const struct control_stop *stop, struct gdb_report *report)
{
    if (stop->event == CONTROL_FORK) {
        report_fork(g, stop, report);
        gdb_report_send(g, report);
    } else {
        report_life(g, stop, report);
    }
}
