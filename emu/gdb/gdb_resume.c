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
void gdb_report_send(struct gdbstub *g, const struct gdb_report *report)
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

void gdb_report_later(struct gdbstub *g, const struct gdb_report *report)
{
    if (g->later_count < sizeof(g->later) / sizeof(g->later[0]))
        g->later[g->later_count++] = *report;
}

bool gdb_report_waiting(struct gdbstub *g)
{
    struct gdb_report first = g->later[0];

    if (!g->later_count)
        return false;
    g->later_count--;
    memmove(&g->later[0], &g->later[1], g->later_count * sizeof(g->later[0]));
    gdb_report_send(g, &first);
    return true;
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
        gdb_report_event(g, stop, &report);
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
    gdb_report_send(g, &report);
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
    if (gdb_report_waiting(g))
        return;
    if (!order(g, o)) {
        g->range.active = false;
        if (o->back)
            snprintf(here.text, sizeof(here.text), "T05replaylog:begin;");
        gdb_report_send(g, &here);
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
    gdb_report_send(g, &here);
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
        gdb_report_send(g, &here);
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
