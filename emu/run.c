/*
 * The `run` verb: runs a session's machine in slices and says how it ended.
 *
 * Between two slices, and only there, the host is looked at: input, signals, the wall clock, write
 * errors. Where slices end has no influence on the guest unless input comes.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "emu/log.h"
#include "emu/report.h"
#include "emu/session.h"
#include "emu/verbs.h"

/* Steps between two looks at the host: some tens of milliseconds. */
enum { SLICE = 1000000 };

#define NS_PER_S  INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

/* Input for a guest that has not set up its UART would be lost; see feed(). */
#define FEED_ANYWAY_AFTER (100 * NS_PER_MS)

/* Virtual time that a guest has left after its panic(). */
#define PANIC_GRACE (200 * NS_PER_MS)

struct run {
    struct session s;
    int64_t active_since; /* virtual time at which the guest last did something, */
    int64_t idle_before;  /* and the idle time up to then */
    uint64_t user_returns_before;
    int64_t panicked_at; /* virtual time at which panic() was noticed, -1: it was not */
    struct timespec started;
};

/* ---- Between two slices -------------------------------------------------------------------- */

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    /* A closed pipe and a file size limit are write errors like others. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

static double wall_seconds(const struct run *r)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - r->started.tv_sec) +
           (double)(now.tv_nsec - r->started.tv_nsec) / 1e9;
}

/* Input that comes before the guest listens would be thrown away by its UART set-up. A person sees
 * that and types again; a pipe waits. */
static bool guest_listens(const struct run *r)
{
    return chardev_is_terminal(r->s.serial) || machine_serial_listens(r->s.machine) ||
           machine_now(r->s.machine) > FEED_ANYWAY_AFTER;
}

/* Returns how many bytes the guest got. */
static size_t feed(struct run *r, int timeout_ms)
{
    const uint8_t *bytes;
    size_t n, taken = 0;

    if (chardev_input_open(r->s.serial))
        chardev_wait(r->s.serial, timeout_ms);
    n = chardev_pending(r->s.serial, &bytes);
    if (n && guest_listens(r)) {
        taken = machine_serial_input(r->s.machine, bytes, n);
        chardev_take(r->s.serial, taken);
        r->s.active = true;
    }
    machine_set_interactive(r->s.machine, chardev_input_open(r->s.serial));
    return taken;
}

/* A halted guest, and input may still come: time passes as on the host's clock. Less than a
 * millisecond is not waited for. */
static void wait_for_input(struct run *r)
{
    int64_t left = machine_idle_left(r->s.machine);
    int timeout_ms = left < 0 || left > NS_PER_S ? 1000 : (int)(left / NS_PER_MS);

    if (feed(r, timeout_ms) == 0 && !interrupted)
        machine_skip_idle(r->s.machine);
}

/* Something printed or read, or ring 3 entered, since it was asked last. */
static bool was_active(struct run *r)
{
    uint64_t user_returns = cpu_stats(machine_cpu(r->s.machine))->user_returns;
    bool active = r->s.active || user_returns != r->user_returns_before;

    r->s.active = false;
    r->user_returns_before = user_returns;
    return active;
}

/* Has the guest done nothing but idle for --idle-limit seconds of its time? */
static bool idles_for_ever(struct run *r)
{
    int64_t now = machine_now(r->s.machine), idle = machine_idle_time(r->s.machine);
    int64_t quiet = now - r->active_since, busy = quiet - (idle - r->idle_before);

    if (was_active(r) || busy > quiet / 50) {
        r->active_since = now;
        r->idle_before = idle;
        return false;
    }
    return r->s.o.idle_limit && quiet > (int64_t)r->s.o.idle_limit * NS_PER_S;
}

/* A guest that panicked may still print and report; then it need not end by itself. */
static bool panic_is_over(struct run *r)
{
    int64_t now = machine_now(r->s.machine);

    if (r->panicked_at < 0)
        r->panicked_at = now;
    return now - r->panicked_at > PANIC_GRACE;
}

/* RUN_ENDS: go on. */
static enum run_end look_around(struct run *r)
{
    if (session_flush(&r->s))
        return RUN_OUTPUT;
    if (interrupted || chardev_quit_requested(r->s.serial))
        return RUN_INTERRUPTED;
    if (cpu_state(machine_cpu(r->s.machine))->icount >= r->s.o.max_insns)
        return RUN_BUDGET;
    if (r->s.o.wall_timeout && wall_seconds(r) > (double)r->s.o.wall_timeout)
        return RUN_WALL;
    if (r->s.panicked && panic_is_over(r))
        return RUN_PANIC;
    if (!chardev_input_open(r->s.serial) && idles_for_ever(r))
        return RUN_IDLE;
    return RUN_ENDS;
}

/* ---- Running ----------------------------------------------------------------------------- */

static bool reboot(struct run *r)
{
    machine_reset(r->s.machine);
    return boot_load(&r->s.boot, r->s.machine, SESSION_WHY(&r->s)) == 0;
}

/* What the machine's end means for the run; RUN_ENDS: go on. */
static enum run_end judge(struct run *r, enum machine_end end)
{
    switch (end) {
    case MACHINE_EXIT:
        return RUN_GUEST_EXIT;
    case MACHINE_TRIPLE:
        return RUN_TRIPLE;
    case MACHINE_STUCK:
        return RUN_STUCK;
    case MACHINE_RESET:
        return r->s.o.no_reboot || !reboot(r) ? RUN_RESET : RUN_ENDS;
    case MACHINE_STOPPED:
        return RUN_OUTPUT;
    case MACHINE_IDLE:
        if (session_flush(&r->s) == 0)
            wait_for_input(r);
        return RUN_ENDS;
    case MACHINE_RUNNING:
        break;
    }
    return RUN_ENDS;
}

static enum run_end run_to_end(struct run *r)
{
    enum run_end end = RUN_ENDS;

    while (end == RUN_ENDS) {
        uint64_t icount = cpu_state(machine_cpu(r->s.machine))->icount;
        uint64_t left = r->s.o.max_insns - icount;

        feed(r, 0);
        end = judge(r, machine_run(r->s.machine, icount + (left < SLICE ? left : SLICE)));
        enum run_end other = look_around(r);
        if (other == RUN_OUTPUT || end == RUN_ENDS)
            end = other;
    }
    return end;
}

/* ---- The end ----------------------------------------------------------------------------- */

static void fill_report(struct run *r, enum run_end end, struct report *out, char *where,
                        size_t where_size)
{
    const struct cpu_state *state = cpu_state(machine_cpu(r->s.machine));

    *out =
        (struct report){.end = end,
                        .panicked = r->s.panicked,
                        .guest_value = end == RUN_GUEST_EXIT ? machine_exit_value(r->s.machine) : 0,
                        .icount = state->icount,
                        .now = machine_now(r->s.machine),
                        .idle = machine_idle_time(r->s.machine),
                        .eip = state->eip,
                        .wall = wall_seconds(r)};
    out->where =
        symbols_format(r->s.symbols, state->seg[SEG_CS].base + state->eip, where, where_size);
}

static int finish(struct run *r, enum run_end end)
{
    char where[160], sentence[320];
    struct report report;
    int code;

    fill_report(r, end, &report, where, sizeof(where));
    if (session_close_outputs(&r->s) || end == RUN_OUTPUT) {
        report.end = RUN_OUTPUT;
        log_error("%s", r->s.why);
    }
    code = report_exitcode(&report, (enum exit_mode)r->s.o.exit_mode);
    if (r->s.broken && report.end != RUN_OUTPUT)
        code = EXITCODE_MISMATCH;
    if (r->s.o.status_json &&
        report_write_json(&report, code, r->s.o.status_json, SESSION_WHY(&r->s))) {
        log_error("%s", r->s.why);
        code = EXITCODE_EMULATOR;
    }
    if (code != EXITCODE_OK || r->s.o.stats)
        log_note("%s", report_sentence(&report, sentence, sizeof(sentence)));
    if (r->s.o.stats)
        report_stats(&report, cpu_stats(machine_cpu(r->s.machine)));
    return code;
}

static void print_help(enum verb_id verb)
{
    printf("usage: forkscope %s %s%s-kernel FILE [option...]\n\n"
           "Boots an i386 kernel and runs it until it ends. Standard output carries the serial\n"
           "port, or the trace with --trace -; everything else goes to standard error.\n",
           verbs[verb].name, verbs[verb].words, *verbs[verb].words ? " " : "");
    options_print(stdout, verb);
    printf("\nExit codes: 0 success, 1 mismatch, 2 usage, 3 input, 4 emulator or output, 5 panic,\n"
           "6 triple fault, 7 instruction budget, 8 stuck, 9 wall-clock guard, 10 guest failed.\n");
}

static int run_with(int argc, char **argv, enum verb_id verb)
{
    struct run run = {.panicked_at = -1};
    struct session *s = &run.s;
    int code;

    s->check = verb == VERB_CHECK;
    if (options_parse(&s->o, verb, argc, argv, SESSION_WHY(s))) {
        log_error("%s", s->why);
        return EXITCODE_USAGE;
    }
    if (s->o.help) {
        print_help(verb);
        return EXITCODE_OK;
    }
    if (s->o.words_count && strcmp(s->o.words[0], "fork") != 0) {
        log_error("check knows fork, not '%s'", s->o.words[0]);
        return EXITCODE_USAGE;
    }
    code = session_open(s);
    if (code == SESSION_GO_ON) {
        catch_signals();
        clock_gettime(CLOCK_MONOTONIC, &run.started);
        code = finish(&run, run_to_end(&run));
    }
    session_release(s);
    return code;
}

int run_main(int argc, char **argv)
{
    return run_with(argc, argv, VERB_RUN);
}

/* check [fork] OPTION...: a run that is judged. */
int check_main(int argc, char **argv)
{
    return run_with(argc, argv, VERB_CHECK);
}
