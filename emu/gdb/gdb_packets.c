/* Which packet means what. */
#include <stdio.h>
#include <string.h>

#include "emu/gdb/gdb_state.h"
#include "emu/monitor/monitor.h"

/* ---- Packets with names ------------------------------------------------------------------ */

static void supported(struct gdbstub *g, const char *args)
{
    g->multiprocess = strstr(args, "multiprocess+") && control_tasks(g->control)->first;
    g->fork_events = g->multiprocess && strstr(args, "fork-events+");
    g->vfork_events = g->multiprocess && strstr(args, "vfork-events+");
    g->exec_events = g->multiprocess && strstr(args, "exec-events+");
    g->swbreak = strstr(args, "swbreak+");
    g->hwbreak = strstr(args, "hwbreak+");
    gdb_events_set(g);
    gdb_reply(g,
              "PacketSize=%x;QStartNoAckMode+;vContSupported+;swbreak+;hwbreak+;"
              "qXfer:features:read+;qXfer:threads:read+%s%s%s%s%s",
              RSP_PACKET_MAX, g->kernel_path ? ";qXfer:exec-file:read+" : "",
              control_remembers(g->control) ? ";ReverseStep+;ReverseContinue+" : "",
              g->multiprocess ? ";multiprocess+" : "",
              g->fork_events ? ";fork-events+;vfork-events+" : "",
              g->exec_events ? ";exec-events+" : "");
}

static void no_acks(struct gdbstub *g, const char *args)
{
    (void)args;
    gdb_reply_ok(g);
    g->rsp.no_acks = true;
}

static void must_reply_empty(struct gdbstub *g, const char *args)
{
    (void)args;
    gdb_reply_unknown(g);
}

static void ok(struct gdbstub *g, const char *args)
{
    (void)args;
    gdb_reply_ok(g);
}

/* Detached from, not killed, when gdb quits. */
static void attached(struct gdbstub *g, const char *args)
{
    (void)args;
    rsp_put_text(&g->rsp, "1");
}

static void current_thread(struct gdbstub *g, const char *args)
{
    char name[32];

    (void)args;
    gdb_reply(g, "QC%s", gdb_thread_name(g, gdb_thread_selected(g), name));
}

static void first_threads(struct gdbstub *g, const char *args)
{
    (void)args;
    gdb_threads_list(g);
}

static void more_threads(struct gdbstub *g, const char *args)
{
    (void)args;
    rsp_put_text(&g->rsp, "l");
}

/* "PID:offset,length" */
static void exec_file(struct gdbstub *g, const char *args)
{
    const char *range = strchr(args, ':');

    if (range && g->kernel_path)
        gdb_reply_part(g, g->kernel_path, range + 1);
    else
        gdb_reply_error(g);
}

static void target_document(struct gdbstub *g, const char *args)
{
    gdb_registers_document(g, args);
}

static void say_to_gdb(void *ctx, const char *text)
{
    static char hex[2 * 4096 + 2];
    struct gdbstub *g = ctx;
    size_t left = strlen(text);

    while (left) {
        size_t n = left < 4096 ? left : 4096;

        hex[0] = 'O';
        rsp_to_hex(hex + 1, text, n);
        rsp_put_text(&g->rsp, hex);
        text += n;
        left -= n;
    }
}

/* gdb waits for what a command says, so an order of the monitor ends before the answer. */
static void finish_command(struct gdbstub *g, struct monitor_out out)
{
    enum { SLICE = 1000000 };

    while (control_work(g->control, SLICE))
        if (gdbstub_is_impatient(g))
            control_pause(g->control);
    monitor_tell_stop(g->monitor, out);
}

/* `monitor COMMAND`, in hexadecimal. */
static void command(struct gdbstub *g, const char *args)
{
    const struct monitor_out out = {say_to_gdb, g};
    char line[512];
    size_t n = strlen(args) / 2;

    if (n >= sizeof(line) || !rsp_from_hex(line, args, n)) {
        gdb_reply_error(g);
        return;
    }
    line[n] = '\0';
    monitor_execute(g->monitor, line, out);
    if (control_running(g->control))
        finish_command(g, out);
    gdb_threads_forget(g);
    gdb_reply_ok(g);
}

static void physical_mode(struct gdbstub *g, const char *args)
{
    g->physical = *args == '1';
    gdb_reply_ok(g);
}

static void is_physical(struct gdbstub *g, const char *args)
{
    (void)args;
    rsp_put_text(&g->rsp, g->physical ? "1" : "0");
}

static void what_vcont(struct gdbstub *g, const char *args)
{
    (void)args;
    rsp_put_text(&g->rsp, "vCont;c;C;s;S;t;r");
}

static void ctrl_c(struct gdbstub *g, const char *args)
{
    (void)args;
    gdb_resume_interrupt(g);
    gdb_reply_ok(g);
}

typedef void packet_fn(struct gdbstub *g, const char *args);

/* By their whole beginning; of two that fit the first counts. */
static const struct {
    const char *name;
    packet_fn *fn;
} named[] = {
    {"qSupported", supported},
    {"QStartNoAckMode", no_acks},
    {"vMustReplyEmpty", must_reply_empty},
    {"qAttached", attached},
    {"qC", current_thread},
    {"qfThreadInfo", first_threads},
    {"qsThreadInfo", more_threads},
    {"qThreadExtraInfo,", gdb_threads_extra},
    {"qXfer:features:read:target.xml:", target_document},
    {"qXfer:threads:read::", gdb_threads_document},
    {"qXfer:exec-file:read:", exec_file},
    {"qRcmd,", command},
    {"qSymbol", ok},
    {"qqemu.PhyMemMode", is_physical},
    {"Qqemu.PhyMemMode:", physical_mode},
    {"vCont?", what_vcont},
    {"vCont", gdb_resume_vcont},
    {"vCtrlC", ctrl_c},
    {"vAttach;", gdb_resume_attach},
    {"vKill;", gdb_resume_kill},
};

enum { NAMED = sizeof(named) / sizeof(named[0]) };

static void dispatch_named(struct gdbstub *g, const char *packet)
{
    for (unsigned i = 0; i < NAMED; i++) {
        size_t n = strlen(named[i].name);

        /* qC is no prefix of other names. */
        if (strncmp(packet, named[i].name, n) == 0 &&
            (strcmp(named[i].name, "qC") != 0 || packet[n] == '\0')) {
            named[i].fn(g, packet + n);
            return;
        }
    }
    gdb_reply_unknown(g);
}

/* ---- Packets of one letter --------------------------------------------------------------- */

/* "gTHREAD": for registers and memory; "cTHREAD" says what vCont says better. */
static void select_thread(struct gdbstub *g, const char *args)
{
    bool registers = *args++ == 'g';
    struct gdb_thread thread;

    if (!gdb_thread_parse(&args, &thread)) {
        gdb_reply_error(g);
    } else if (registers && thread.tid > 0 && !gdb_thread_alive(g, thread)) {
        gdb_reply_error(g);
    } else {
        if (registers)
            g->selected = thread;
        gdb_reply_ok(g);
    }
}

static void is_alive(struct gdbstub *g, const char *args)
{
    struct gdb_thread thread;

    if (gdb_thread_parse(&args, &thread) && gdb_thread_alive(g, thread))
        gdb_reply_ok(g);
    else
        gdb_reply_error(g);
}

static void read_all_registers(struct gdbstub *g, const char *args)
{
    (void)args;
    gdb_registers_read_all(g);
}

static void kill_now(struct gdbstub *g, const char *args)
{
    (void)args;
    g->killed = g->closing = true;
}

static const struct {
    char letter;
    packet_fn *fn;
} letters[] = {
    {'?', gdb_resume_query},
    {'!', ok},
    {'H', select_thread},
    {'T', is_alive},
    {'g', read_all_registers},
    {'G', gdb_registers_write_all},
    {'p', gdb_registers_read},
    {'P', gdb_registers_write},
    {'m', gdb_memory_read},
    {'M', gdb_memory_write_hex},
    {'Z', gdb_breakpoint_insert},
    {'z', gdb_breakpoint_remove},
    {'c', gdb_resume_continue},
    {'C', gdb_resume_continue},
    {'s', gdb_resume_step},
    {'S', gdb_resume_step},
    {'b', gdb_resume_back},
    {'D', gdb_resume_detach},
    {'k', kill_now},
};

void gdb_dispatch(struct gdbstub *g, char *packet, size_t length)
{
    if (packet[0] == 'X') {
        gdb_memory_write_binary(g, packet + 1, length - 1);
        return;
    }
    for (unsigned i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
        if (letters[i].letter == packet[0]) {
            letters[i].fn(g, packet + 1);
            return;
        }
    dispatch_named(g, packet);
}
