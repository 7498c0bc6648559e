/*
 * The `run` verb: runs a session's machine to its end and says how it ended.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/meter.h"
#include "emu/check/check.h"
#include "emu/check/check_recorded.h"
#include "emu/crash_view.h"
#include "emu/explain/explain.h"
#include "emu/live.h"
#include "emu/run/report.h"
#include "emu/run/runner.h"
#include "emu/run/session.h"
#include "emu/run/session_time.h"
#include "emu/support/log.h"
#include "emu/verbs.h"

struct run {
    struct session s;
    struct runner runner;
    struct meter meter; /* with --stats */
    bool died, explained;
};

/* ---- The end ----------------------------------------------------------------------------- */

static void fill_report(struct run *r, enum run_end end, struct report *out, char *where,
                        size_t where_size)
{
    const struct forkscope *f = r->s.scope;
    const struct cpu_state *state = cpu_state(machine_cpu(f->machine));

    *out =
        (struct report){.end = end,
                        .panicked = r->s.panicked,
                        .guest_value = end == RUN_GUEST_EXIT ? machine_exit_value(f->machine) : 0,
                        .icount = state->icount,
                        .now = machine_now(f->machine),
                        .idle = machine_idle_time(f->machine),
                        .eip = state->eip,
                        .wall = runner_seconds(&r->runner)};
    out->where =
        symbols_format(f->symbols, state->seg[SEG_CS].base + state->eip, where, where_size);
}

/* The machine stands as it was before the reset. */
static void explain(void *ctx)
{
    struct run *r = ctx;
    const struct forkscope *f = r->s.scope;

    if (r->s.o.on_crash == ON_CRASH_EXIT || r->explained)
        return;
    r->explained = explain_crash(&f->explain, &f->inspect, stderr);
    fflush(stderr);
}

static int finish(struct run *r, enum run_end end)
{
    char where[160], sentence[320];
    struct report report;
    int code;

    fill_report(r, end, &report, where, sizeof(where));
    if (end != RUN_OUTPUT && session_time_finish(&r->s, end))
        report.end = end = RUN_OUTPUT;
    if (session_close_outputs(&r->s) || end == RUN_OUTPUT) {
        report.end = RUN_OUTPUT;
        log_error("%s", r->s.why);
    }
    if (report.end == RUN_TRIPLE)
        explain(r);
    r->died = report.panicked || report.end == RUN_TRIPLE || report.end == RUN_STUCK;
    code = report_exitcode(&report, (enum exit_mode)r->s.o.exit_mode);
    if (r->s.script_stuck && code == EXITCODE_OK)
        code = EXITCODE_MISMATCH;
    if (r->s.broken && report.end != RUN_OUTPUT)
        code = EXITCODE_MISMATCH;
    if (r->s.o.status_json &&
        report_write_json(&report, code, r->s.o.status_json, SESSION_WHY(&r->s))) {
        log_error("%s", r->s.why);
        code = EXITCODE_EMULATOR;
    }
    if (code != EXITCODE_OK || r->s.o.stats)
        log_note("%s", report_sentence(&report, sentence, sizeof(sentence)));
    if (r->s.o.stats) {
        meter_go(&r->meter, METER_OTHER);
        report_stats(&report, cpu_stats(machine_cpu(r->s.scope->machine)), &r->meter);
    }
    return code;
}

/* A run that people take part in. */
static int run_live(struct run *r)
{
    struct control *c = control_create(&r->s);
    const struct live_death death = {explain, r};
    enum run_end end = RUN_ENDS;
    int code = EXITCODE_EMULATOR;

    if (!c)
        log_error("out of memory");
    else if (live_run(c, &death, &end, SESSION_WHY(&r->s)))
        log_error("%s", r->s.why);
    else
        code = finish(r, end);
    control_destroy(c);
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

/* What `check` is to judge, and the recording, NULL: a live run. */
static int read_check(struct session *s, const char **recording)
{
    const struct options *o = &s->o;
    unsigned word = 0;

    s->check = o->words_count ? check_parse(o->words[0]) : CHECK_OF_FORK;
    if (o->words_count && s->check)
        word++;
    else if (!s->check)
        s->check = CHECK_OF_FORK;
    *recording = word < o->words_count ? o->words[word++] : NULL;
    if (word < o->words_count)
        return log_why(SESSION_WHY(s), -EINVAL, "unexpected word '%s'", o->words[word]);
    if (*recording && o->kernel)
        return log_why(SESSION_WHY(s), -EINVAL,
                       "check knows fork, frames and all; or is '%s' a recording? Then there is "
                       "no -kernel",
                       *recording);
    return 0;
}

static int judge_recording(struct session *s, const char *path)
{
    bool good = false;
    int error = check_recording(path, s->check, s->o.junit, &good, SESSION_WHY(s));

    if (error) {
        log_error("%s", s->why);
        return error == -EIO ? EXITCODE_EMULATOR : EXITCODE_INPUT;
    }
    return good ? EXITCODE_OK : EXITCODE_MISMATCH;
}

static int run_with(int argc, char **argv, enum verb_id verb)
{
    struct run run = {0};
    struct session *s = &run.s;
    const char *recording = NULL;
    struct crash_view crash;
    int code;

    if (options_parse(&s->o, verb, argc, argv, SESSION_WHY(s))) {
        log_error("%s", s->why);
        return EXITCODE_USAGE;
    }
    if (s->o.help) {
        print_help(verb);
        return EXITCODE_OK;
    }
    if (verb == VERB_CHECK && read_check(s, &recording)) {
        log_error("%s", s->why);
        return EXITCODE_USAGE;
    }
    if (recording)
        return judge_recording(s, recording);
    if (s->o.screenshot && s->o.on_crash != ON_CRASH_VIEW) {
        log_error("--screenshot of a run shows its crash: add --on-crash view");
        return EXITCODE_USAGE;
    }
    crash_view_prepare(&crash, &s->o);
    s->live = live_wanted(&s->o);
    code = session_open(s);
    if (code == SESSION_GO_ON) {
        runner_start(&run.runner, s);
        if (s->o.stats) {
            meter_start(&run.meter, report_clock);
            cpu_set_meter(machine_cpu(s->scope->machine), &run.meter);
        }
        if (s->o.on_crash != ON_CRASH_EXIT)
            handle_explain_on(s->scope, EXPLAIN_CRASHES);
        code = s->live ? run_live(&run) : finish(&run, runner_run(&run.runner));
    }
    session_release(s);
    crash_view_finish(&crash, &s->o, run.died);
    return code;
}

int run_main(int argc, char **argv)
{
    return run_with(argc, argv, VERB_RUN);
}

/* A run that is judged. */
int check_main(int argc, char **argv)
{
    return run_with(argc, argv, VERB_CHECK);
}
