/*
 * The `test` verb: runs the cases of a suite, some at a time, each in a process of its own, and
 * tells the results in the order of the cases.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emu/exitcode.h"
#include "emu/options.h"
#include "emu/suite/suite_find.h"
#include "emu/suite/suite_run.h"
#include "emu/suite/suite_scratch.h"
#include "emu/suite/suite_shard.h"
#include "emu/support/file.h"
#include "emu/support/junit.h"
#include "emu/support/log.h"
#include "emu/support/tap.h"
#include "emu/verbs.h"

enum { REPORT_MAX = 1 << 26 };

struct job {
    const struct suite_file *file;
    pid_t worker; /* 0: not started, or over */
    bool over, ok;
    char *report; /* a sentence, then lines of detail; "" where there is nothing to say */
};

struct suite {
    struct options o;
    struct suite_plan plan;
    struct suite_shard shard;
    struct suite_files files;
    struct job *job; /* those of this shard */
    size_t jobs, started, told, failed;
    unsigned running;
    char scratch[SUITE_SCRATCH_PATH];
    char why[512];
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

/* ---- The worker's side --------------------------------------------------------------------- */

static void job_folder(const struct suite *s, size_t n, char *buf, size_t size)
{
    snprintf(buf, size, "%s/%zu", s->scratch, n);
}

/* A case that cannot be read fails. */
static bool carry_out(const struct suite *s, const struct suite_file *file, const char *folder,
                      FILE *report)
{
    struct suite_case c;
    char why[512];
    bool ok = false;

    if (suite_spec_read(&c, file->path, file->name, why, sizeof(why)))
        fprintf(report, "%s\n", why);
    else
        ok = suite_run_case(&c, &s->plan, folder, report);
    suite_spec_release(&c);
    return ok;
}

/* In a process group of its own: what interrupts forkscope test reaches it through its parent. */
static void work(const struct suite *s, size_t n)
{
    char folder[SUITE_SCRATCH_PATH + 24], path[SUITE_SCRATCH_PATH + 48];
    FILE *report;
    bool ok;

    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    job_folder(s, n, folder, sizeof(folder));
    snprintf(path, sizeof(path), "%s/report", folder);
    if (mkdir(folder, 0700) != 0 || !(report = fopen(path, "we")))
        _exit(EXIT_FAILURE);
    ok = carry_out(s, s->job[n].file, folder, report);
    ok = fclose(report) == 0 && ok;
    _exit(ok ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* ---- The parent's side --------------------------------------------------------------------- */

static void finish_job(struct suite *s, size_t n, int status)
{
    struct job *job = &s->job[n];
    char folder[SUITE_SCRATCH_PATH + 24], path[SUITE_SCRATCH_PATH + 48];
    struct file file;

    job_folder(s, n, folder, sizeof(folder));
    snprintf(path, sizeof(path), "%s/report", folder);
    if (file_read(path, REPORT_MAX, &file, s->why, sizeof(s->why)) == 0) {
        job->report = strndup((const char *)file.bytes, file.size);
        file_release(&file);
    } else if (asprintf(&job->report, "no result: %s\n", s->why) < 0) {
        job->report = NULL;
    }
    suite_scratch_remove(folder);
    job->ok = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
    job->over = true;
    job->worker = 0;
    s->running--;
    s->failed += !job->ok;
}

static void start_job(struct suite *s)
{
    size_t n = s->started++;

    fflush(NULL);
    s->job[n].worker = fork();
    if (s->job[n].worker == 0)
        work(s, n);
    s->running++;
    if (s->job[n].worker < 0) {
        log_error("cannot start a process: %s", strerror(errno));
        finish_job(s, n, EXIT_FAILURE << 8);
    }
}

static void stop_workers(const struct suite *s)
{
    for (size_t n = 0; n < s->started; n++)
        if (s->job[n].worker > 0)
            kill(-s->job[n].worker, SIGTERM);
}

static void wait_for_one(struct suite *s)
{
    int status;
    pid_t pid = waitpid(-1, &status, 0);

    if (pid < 0 && interrupted)
        stop_workers(s);
    for (size_t n = 0; n < s->started && pid > 0; n++)
        if (s->job[n].worker == pid)
            finish_job(s, n, status);
}

/* ---- Telling ----------------------------------------------------------------------------- */

/* The first line and the rest of a report; the line's end is cut off. */
static char *split_report(char *report)
{
    char *end = strchr(report, '\n');

    if (!end)
        return report + strlen(report);
    *end = '\0';
    return end + 1;
}

static void tell_job(struct suite *s, size_t n)
{
    struct job *job = &s->job[n];
    const char *report = job->report ? job->report : "";

    tap_result(stdout, job->ok, n + 1, job->file->name);
    if (job->ok) {
        tap_comment(stdout, report);
    } else {
        char *copy = strdup(report), *detail = copy ? split_report(copy) : NULL;

        tap_explain(stdout, copy ? copy : "", copy ? detail : "");
        free(copy);
    }
    fflush(stdout);
}

static void tell_what_is_over(struct suite *s)
{
    while (s->told < s->started && s->job[s->told].over && !interrupted)
        tell_job(s, s->told++);
}

static int write_junit(struct suite *s)
{
    struct junit_case *cases = calloc(s->jobs + 1, sizeof(*cases));
    int error;

    if (!cases)
        return log_why(s->why, sizeof(s->why), -ENOMEM, "out of memory");
    for (size_t n = 0; n < s->jobs; n++) {
        char *report = s->job[n].report;

        cases[n] = (struct junit_case){.name = s->job[n].file->name};
        if (s->job[n].ok || !report)
            continue;
        cases[n].result = JUNIT_FAILED;
        cases[n].detail = split_report(report);
        cases[n].message = report;
    }
    error = junit_write(s->o.junit, s->o.words[0], cases, s->jobs, s->why, sizeof(s->why));
    free(cases);
    return error;
}

/* ---- The verb ------------------------------------------------------------------------------ */

static void print_help(void)
{
    printf(
        "usage: forkscope test DIR|CASE... [option...]\n\n"
        "Runs every DIR/NAME.case and compares what the guest did with what the case expects.\n"
        "The results are TAP on standard output. docs/golden-suites.md says how to write one.\n");
    options_print(stdout, VERB_TEST);
    printf("\nExit codes: 0 every case holds, 1 one does not, 2 usage, 3 no cases.\n");
}

static int read_options(struct suite *s, int argc, char **argv)
{
    struct options *o = &s->o;

    s->shard = (struct suite_shard){1, 1};
    if (options_parse(o, VERB_TEST, argc, argv, s->why, sizeof(s->why)) ||
        (o->shard && suite_shard_parse(&s->shard, o->shard, s->why, sizeof(s->why))))
        return -EINVAL;
    if (!o->words_count && !o->help)
        return log_why(s->why, sizeof(s->why), -EINVAL,
                       "no suite: give a folder with cases (see forkscope test --help)");
    if (o->junit && strcmp(o->junit, "-") == 0)
        return log_why(s->why, sizeof(s->why), -EINVAL,
                       "--junit wants a file: standard output carries the TAP results");
    s->plan = (struct suite_plan){o->kernel, o->initrd, o->engine, o->update};
    return 0;
}

static int find_jobs(struct suite *s)
{
    for (unsigned i = 0; i < s->o.words_count; i++) {
        int error = suite_find(&s->files, s->o.words[i], s->why, sizeof(s->why));

        if (error)
            return error;
    }
    s->job = calloc(s->files.count, sizeof(*s->job));
    if (!s->job)
        return log_why(s->why, sizeof(s->why), -ENOMEM, "out of memory");
    for (size_t i = 0; i < s->files.count; i++)
        if (suite_shard_has(&s->shard, s->files.file[i].name))
            s->job[s->jobs++].file = &s->files.file[i];
    return suite_scratch_create(s->scratch, s->why, sizeof(s->why));
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static unsigned workers(const struct suite *s)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (s->o.jobs)
        return (unsigned)s->o.jobs;
    return processors > 0 ? (unsigned)processors : 1;
}

static void run_jobs(struct suite *s)
{
    unsigned most = workers(s);

    printf("TAP version 13\n1..%zu%s\n", s->jobs, s->jobs ? "" : " # SKIP no case in this shard");
    while (s->running || (s->started < s->jobs && !interrupted)) {
        while (s->running < most && s->started < s->jobs && !interrupted)
            start_job(s);
        wait_for_one(s);
        tell_what_is_over(s);
    }
}

static int result(struct suite *s)
{
    if (interrupted) {
        printf("Bail out! interrupted\n");
        return EXITCODE_INTERRUPTED;
    }
    printf("# %zu of %zu cases hold\n", s->jobs - s->failed, s->jobs);
    if (s->o.junit && write_junit(s)) {
        log_error("%s", s->why);
        return EXITCODE_EMULATOR;
    }
    return s->failed ? EXITCODE_MISMATCH : EXITCODE_OK;
}

static void release(struct suite *s)
{
    for (size_t n = 0; n < s->jobs; n++)
        free(s->job[n].report);
    free(s->job);
    suite_files_release(&s->files);
    if (*s->scratch)
        suite_scratch_remove(s->scratch);
}

int test_main(int argc, char **argv)
{
    struct suite s = {0};
    int code = EXITCODE_OK;

    if (read_options(&s, argc, argv)) {
        code = EXITCODE_USAGE;
    } else if (s.o.help) {
        print_help();
    } else if (find_jobs(&s)) {
        code = EXITCODE_INPUT;
    } else if (s.o.junit && file_check_writable(s.o.junit, s.why, sizeof(s.why))) {
        code = EXITCODE_EMULATOR;
        log_error("%s", s.why);
    } else {
        catch_signals();
        run_jobs(&s);
        code = result(&s);
    }
    if (code == EXITCODE_USAGE || code == EXITCODE_INPUT)
        log_error("%s", s.why);
    release(&s);
    return code;
}
