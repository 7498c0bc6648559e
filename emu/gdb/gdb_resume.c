/* Orders to run, and what gdb is told when the machine stands. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/gdb/gdb_state.h"

enum { SIGNAL_INT = 2, SIGNAL_TRAP = 5 };

/* ---- Reports ----------------------------------------------------------------------------- */

/* Text on gdb's console. */
static void say(struct gdbstub *g, const char *text)
{
    char hex[1024] = "O";
    size_t n = strlen(text);

    if (n > (sizeof(hex) - 4) / 2)
        n = (sizeof(hex) - 4) / 2;
    rsp_to_hex(hex + 1, text, n);
    strcat(hex, "0a");
    rsp_put_text(&g->rsp, hex);
}

/* A process that shows up is known to gdb from now on. */
static void send_report(struct gdbstub *g, const struct gdb_report *report)
{
    char name[32], registers[80] = "";
    struct gdb_process *p = gdb_process(g, report->thread.pid, true);

    if (p)
        p->detached = false;
    if (gdb_thread_is_current(g, report->thread))
        gdb_registers_expedite(g, registers, sizeof(registers));
    gdb_reply(g, "%sthread:%s;%s", report->text, gdb_thread_name(g, report->thread, name),
              registers);
    g->selected = g->multiprocess ? report->thread : (struct gdb_thread){0, 0};
    g->waits = false;
}

static void report_later(struct gdbstub *g, const struct gdb_report *report)
{
    if (g->later_count < sizeof(g->later) / sizeof(g->later[0]))
        g->later[g->later_count++] = *report;
}

static bool report_waiting(struct gdbstub *g)
{
    struct gdb_report first = g->later[0];

    if (!g->later_count)
        return false;
    g->later_count--;
    memmove(&g->later[0], &g->later[1], g->later_count * sizeof(g->later[0]));
    send_report(g, &first);
    return true;
}

/* ---- Events ------------------------------------------------------------------------------ */

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
    report_later(g, &report);
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
        report_waiting(g);
    } else if (stop->event == CONTROL_EXEC) {
        report_exec(g, report);
        send_report(g, report);
    } else {
        send_exit(g, &task);
    }
}

/* ---- The machine has come to stand ---------------------------------------------------------- */

static void describe_breakpoint(const struct gdbstub *g, const struct control_stop *stop,
                                struct gdb_report *report)
{
    const struct gdb_breakpoint *b = gdb_breakpoint_of(g, stop->point);
    bool hardware = b && b->type == '1';

    if (hardware ? g->hwbreak : g->swbreak)
        snprintf(report->text, sizeof(report->text), "T05%s:;", hardware ? "hwbreak" : "swbreak");
}

static void describe_watchpoint(const struct gdbstub *g, const struct control_stop *stop,
                                struct gdb_report *report)
{
    const struct gdb_breakpoint *b = gdb_breakpoint_of(g, stop->point);
    const char *word = !b || b->type == '2' ? "watch" : b->type == '3' ? "rwatch" : "awatch";

    snprintf(report->text, sizeof(report->text), "T05%s:%" PRIx32 ";", word,
             b ? b->addr : stop->access.linear);
}

static void report_event(struct gdbstub *g, const struct control_stop *stop,
                         struct gdb_report *report)
{
    if (stop->event == CONTROL_FORK) {
        report_fork(g, stop, report);
        send_report(g, report);
    } else {
        report_life(g, stop, report);
    }
}

static void report_stop(struct gdbstub *g)
{
    const struct control_stop *stop = control_stopped(g->control);
    struct gdb_report report = {gdb_thread_current(g), "T05"};
    char text[200];

    switch (stop->reason) {
    case CONTROL_BREAKPOINT:
        describe_breakpoint(g, stop, &report);
        break;
    case CONTROL_WATCHPOINT:
        describe_watchpoint(g, stop, &report);
        break;
    case CONTROL_EVENT:
        report_event(g, stop, &report);
        return;
    case CONTROL_GIVEN_UP:
        say(g, control_describe(g->control, text, sizeof(text)));
        /* fallthrough */
    case CONTROL_PAUSED:
        snprintf(report.text, sizeof(report.text), "T%02d", SIGNAL_INT);
        break;
    case CONTROL_BEGINNING:
        snprintf(report.text, sizeof(report.text), "T%02dreplaylog:begin;", SIGNAL_TRAP);
        break;
    case CONTROL_ENDED:
        say(g, control_describe(g->control, text, sizeof(text)));
        break;
    default:
        break;
    }
    send_report(g, &report);
}

static bool order(struct gdbstub *g, const struct control_order *o);

/* vCont;r: gdb is told when the range is left, not of every step in it. */
static bool steps_on(struct gdbstub *g)
{
    uint32_t eip = inspect_cpu(control_inspect(g->control))->eip;

    return g->range.active && !g->has_packet &&
           control_stopped(g->control)->reason == CONTROL_DONE &&
           eip - g->range.first < g->range.end - g->range.first &&
           order(g, &(struct control_order){.action = CONTROL_INSN});
}

void gdbstub_stopped(struct gdbstub *g)
{
    gdb_threads_forget(g);
    if (g->waits && steps_on(g))
        return;
    g->range.active = false;
    if (g->waits)
        report_stop(g);
    gdb_serve_held(g);
}

/* ---- Orders ------------------------------------------------------------------------------ */

static bool order(struct gdbstub *g, const struct control_order *o)
{
    char why[200];

    if (control_running(g->control))
        return false;
    gdb_threads_forget(g);
    if (control_go(g->control, o, why, sizeof(why)) == 0)
        return true;
    say(g, why);
    return false;
}

/* What cannot be done ends at once, where the machine stands. */
static void resume(struct gdbstub *g, const struct control_order *o)
{
    struct gdb_report here = {gdb_thread_current(g), "T05"};

    g->waits = g->resumed = true;
    g->goes_back = o->back;
    g->selected = (struct gdb_thread){0, 0};
    if (report_waiting(g))
        return;
    if (!order(g, o)) {
        g->range.active = false;
        if (o->back)
            snprintf(here.text, sizeof(here.text), "T05replaylog:begin;");
        send_report(g, &here);
    }
}

void gdb_resume_continue(struct gdbstub *g, const char *args)
{
    (void)args; /* "C05" and "c": signals mean nothing to a machine */
    resume(g, &(struct control_order){.action = CONTROL_CONTINUE});
}

void gdb_resume_step(struct gdbstub *g, const char *args)
{
    (void)args;
    resume(g, &(struct control_order){.action = CONTROL_INSN});
}

void gdb_resume_back(struct gdbstub *g, const char *args)
{
    bool step = *args == 's';

    if (*args == 's' || *args == 'c')
        resume(g, &(struct control_order){.action = step ? CONTROL_INSN : CONTROL_CONTINUE,
                                          .back = true});
    else
        gdb_reply_unknown(g);
}

/* One action of vCont: "s:p1.1". Only a step says more than that the machine runs. */
static bool parse_action(struct gdbstub *g, const char **at, struct control_order *o)
{
    char action = *(*at)++;
    struct gdb_thread thread = {-1, -1};
    const struct task_info *task;

    if (action == 'S' || action == 'C') {
        uint32_t signal;

        if (!gdb_number(at, &signal))
            return false;
    } else if (action == 'r') {
        if (!gdb_number(at, &g->range.first) || !gdb_skip(at, ',') ||
            !gdb_number(at, &g->range.end))
            return false;
        g->range.active = true;
    } else if (!action || !strchr("sct", action)) {
        return false;
    }
    if (gdb_skip(at, ':') && !gdb_thread_parse(at, &thread))
        return false;
    if (o->action == CONTROL_INSN || !strchr("sSr", action))
        return true;
    o->action = CONTROL_INSN;
    if (thread.tid > 0 && !gdb_thread_is_current(g, thread)) {
        task = gdb_thread_task(g, thread);
        o->task = task ? task->who.task : 0;
    }
    return true;
}

void gdb_resume_vcont(struct gdbstub *g, const char *args)
{
    struct control_order o = {.action = CONTROL_CONTINUE};

    g->range.active = false;
    while (gdb_skip(&args, ';'))
        if (!parse_action(g, &args, &o)) {
            gdb_reply_error(g);
            return;
        }
    if (*args)
        gdb_reply_error(g);
    else
        resume(g, &o);
}

void gdb_resume_interrupt(struct gdbstub *g)
{
    if (control_running(g->control))
        control_pause(g->control);
}

/* '?': why does it stand? */
void gdb_resume_query(struct gdbstub *g, const char *args)
{
    struct gdb_report here = {gdb_thread_current(g), "T05"};

    (void)args;
    send_report(g, &here);
}

/* ---- Letting go -------------------------------------------------------------------------- */

/* "D;pid": of one process; "D": of all. */
void gdb_resume_detach(struct gdbstub *g, const char *args)
{
    struct gdb_process *p;
    uint32_t pid;

    if (!gdb_skip(&args, ';')) {
        g->closing = true;
    } else if (gdb_number(&args, &pid) && pid <= INT32_MAX) {
        p = gdb_process(g, (int32_t)pid, true);
        if (p)
            p->detached = true;
        gdb_breakpoints_drop(g, (int32_t)pid);
    }
    gdb_reply_ok(g);
}

/* "vAttach;pid" */
void gdb_resume_attach(struct gdbstub *g, const char *args)
{
    struct gdb_report here = {.text = "T05"};
    uint32_t pid;

    gdb_threads_read(g);
    for (size_t i = 0; gdb_number(&args, &pid) && i < g->task_count; i++) {
        here.thread = gdb_thread_of(&g->tasks[i]);
        if ((uint32_t)here.thread.pid != pid)
            continue;
        send_report(g, &here);
        return;
    }
    gdb_reply_error(g);
}

void gdb_resume_kill(struct gdbstub *g, const char *args)
{
    (void)args;
    g->killed = g->closing = true;
    gdb_reply_ok(g);
}
