/*
 * The `explain` verb: what the CPU did at a step, or what a crash came from, in plain words.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/explain/explain.h"
#include "emu/explain/explain_recorded.h"
#include "emu/run/runner.h"
#include "emu/support/log.h"
#include "emu/verbs.h"

/* Steps to look ahead for something to explain. */
enum { AHEAD = 100000000, SLICE = 1000000 };

/* What the word beside the options says: "TRACE", "@STEP", "TRACE@STEP". */
struct subject {
    char *trace; /* NULL: a live run */
    bool has_step;
    uint64_t step;
};

struct explain {
    struct session s;
    struct runner runner;
    struct subject subject;
};

/* ---- The word -------------------------------------------------------------------------------- */

static bool parse_step(const char *text, uint64_t *step)
{
    char *end;

    errno = 0;
    *step = strtoull(text, &end, 10);
    return isdigit((unsigned char)*text) && *end == '\0' && errno == 0 && *step < UINT64_MAX;
}

static int parse_subject(struct explain *x)
{
    const struct options *o = &x->s.o;
    const char *word = o->words_count ? o->words[0] : "", *at = strrchr(word, '@');

    if (o->words_count > 1)
        return log_why(SESSION_WHY(&x->s), -EINVAL, "unexpected word '%s'", o->words[1]);
    x->subject.has_step = at && parse_step(at + 1, &x->subject.step);
    if (at == word && *word && !x->subject.has_step)
        return log_why(SESSION_WHY(&x->s), -EINVAL, "'%s' is no step: give a number, as @1234",
                       word);
    if (*word && at != word)
        x->subject.trace = x->subject.has_step ? strndup(word, (size_t)(at - word)) : strdup(word);
    if (x->subject.trace && o->kernel)
        return log_why(SESSION_WHY(&x->s), -EINVAL,
                       "a recording and a kernel are both given: which one is to be explained?");
    return 0;
}

/* ---- A live run ------------------------------------------------------------------------------ */

static void tell_end(struct explain *x, enum run_end end)
{
    const struct cpu_state *cpu = inspect_cpu(&x->s.scope->inspect);
    struct report report = {.end = end, .panicked = x->s.panicked, .icount = cpu->icount};
    char where[160], sentence[320];

    if (end == RUN_GUEST_EXIT)
        report.guest_value = machine_exit_value(x->s.scope->machine);
    report.where =
        symbols_format(x->s.scope->symbols, cpu->seg[SEG_CS].base + cpu->eip, where, sizeof(where));
    printf("No triple fault: %s.\n", report_sentence(&report, sentence, sizeof(sentence)));
    explain_place(&x->s.scope->inspect, stdout);
    if (end == RUN_STUCK)
        printf("   halted, EFLAGS.IF = %u: %s\n", cpu->eflags >> 9 & 1,
               cpu->eflags & EFLAGS_IF ? "no device will ever interrupt"
                                       : "no interrupt can wake it  <-- decides");
}

/* The state is that of the crash: nothing ran behind it. */
static int explain_end(struct explain *x)
{
    enum run_end end;

    if (handle_explain_on(x->s.scope, EXPLAIN_CRASHES))
        return EXITCODE_EMULATOR;
    end = runner_run(&x->runner);
    if (end == RUN_OUTPUT) {
        log_error("%s", x->s.why);
        return EXITCODE_EMULATOR;
    }
    if (!explain_crash(&x->s.scope->explain, &x->s.scope->inspect, stdout))
        tell_end(x, end);
    return EXITCODE_OK;
}

/* The step is an ordinary instruction: says where the next one is that is not. */
static void look_ahead(struct explain *x)
{
    uint64_t from = x->subject.step, until = from;
    enum run_end end = RUN_ENDS;

    printf("   An instruction like others: no interrupt, fault, return or task switch.\n");
    while (end == RUN_ENDS && x->s.scope->explain.count == 0 && until - from < AHEAD)
        end = runner_slice(&x->runner, until += SLICE);
    if (x->s.scope->explain.count)
        printf("   The next of these is at step %" PRIu64 ": forkscope explain ... @%" PRIu64 "\n",
               x->s.scope->explain.event[0].icount, x->s.scope->explain.event[0].icount);
}

static int explain_at(struct explain *x)
{
    uint64_t step = x->subject.step;

    x->s.o.max_insns = step;
    if (step && runner_run(&x->runner) != RUN_BUDGET) {
        log_error("the run ends before step %" PRIu64 ", at step %" PRIu64, step,
                  inspect_cpu(&x->s.scope->inspect)->icount);
        return EXITCODE_USAGE;
    }
    x->s.o.max_insns = UINT64_MAX;
    if (handle_explain_on(x->s.scope, EXPLAIN_ALL))
        return EXITCODE_EMULATOR;
    explain_place(&x->s.scope->inspect, stdout);
    runner_slice(&x->runner, step + 1);
    if (!explain_step(&x->s.scope->explain, &x->s.scope->inspect, step, stdout))
        look_ahead(x);
    return EXITCODE_OK;
}

static int explain_live(struct explain *x)
{
    int code;

    x->s.live = true;
    if (!x->s.o.serial)
        x->s.o.serial = "null";
    code = session_open(&x->s);
    if (code == SESSION_GO_ON) {
        runner_start(&x->runner, &x->s);
        code = x->subject.has_step ? explain_at(x) : explain_end(x);
        session_close_outputs(&x->s);
    }
    session_release(&x->s);
    return code;
}

/* ---- The verb -------------------------------------------------------------------------------- */

static void print_help(void)
{
    printf("usage: forkscope explain [@STEP] -kernel FILE [option...]\n"
           "       forkscope explain TRACE[@STEP]\n\n"
           "Says in plain words what the CPU did at a step, and which bits of gates, descriptors,\n"
           "TSS and page tables decided it. Without a step: what a triple fault came from, or how\n"
           "the run ended. Of a recording it tells what was recorded.\n");
    options_print(stdout, VERB_EXPLAIN);
    printf("\nExit codes: 0 explained, 2 usage or no such step, 3 input, 4 emulator or output.\n");
}

int explain_main(int argc, char **argv)
{
    struct explain x = {0};
    struct session *s = &x.s;
    int code;

    if (options_parse(&s->o, VERB_EXPLAIN, argc, argv, SESSION_WHY(s)) ||
        (!s->o.help && parse_subject(&x))) {
        log_error("%s", s->why);
        free(x.subject.trace);
        return EXITCODE_USAGE;
    }
    if (s->o.help) {
        print_help();
        code = EXITCODE_OK;
    } else if (x.subject.trace) {
        code = explain_recording(x.subject.trace, x.subject.has_step ? &x.subject.step : NULL);
    } else {
        code = explain_live(&x);
    }
    free(x.subject.trace);
    return code;
}
