#include "emu/suite/suite_run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cpu/engine.h"
#include "emu/exitcode.h"
#include "emu/suite/suite_compare.h"
#include "emu/support/file.h"
#include "emu/verbs.h"

enum { WORDS_MAX = 2 * SUITE_ARGS + 16, PATH_SIZE = 4096, OUTPUT_MAX = 1 << 30, SAID_LINES = 8 };

/* A case without one of its own ends in a few seconds. */
#define DEFAULT_BUDGET "1G"

struct command {
    char *word[WORDS_MAX];
    unsigned words;
};

/* What is looked at when a run is over. */
enum output { OUTPUT_NONE, OUTPUT_TRACE, OUTPUT_SERIAL };

/* The run of a case in one engine. */
struct attempt {
    const struct suite_case *c;
    const struct suite_plan *plan;
    const char *scratch;
    const char *engine; /* NULL: the default */
    struct text_lines
        *model; /* the trace of the first engine, where no file says what is expected */
    FILE *out;
    bool update, failed;
    enum output wrong; /* what failed first */
};

/* ---- The command --------------------------------------------------------------------------- */

static void add(struct command *command, const char *option, const char *value)
{
    if (!value || command->words + 3 > WORDS_MAX)
        return;
    command->word[command->words++] = (char *)option;
    command->word[command->words++] = (char *)value;
}

/* Is this option given on the command line of the suite? */
static const char *overridden(const struct suite_plan *plan, const char *option)
{
    if (strcmp(option, "-kernel") == 0)
        return plan->kernel;
    return strcmp(option, "-initrd") == 0 ? plan->initrd : NULL;
}

static bool has_option(const struct suite_case *c, const char *option)
{
    for (unsigned i = 0; i < c->args; i++)
        if (strcmp(c->arg[i].option, option) == 0)
            return true;
    return false;
}

static bool is_of_trace(const char *option)
{
    return strncmp(option, "--trace", strlen("--trace")) == 0 || strcmp(option, "--probe") == 0 ||
           strcmp(option, "--graph") == 0;
}

/* All but where the outputs go. */
static void build_command(const struct attempt *a, bool traced, struct command *command)
{
    const struct suite_case *c = a->c;

    *command = (struct command){{"run"}, 1};
    add(command, "-kernel", a->plan->kernel);
    add(command, "-initrd", a->plan->initrd);
    for (unsigned i = 0; i < c->args; i++)
        if (!overridden(a->plan, c->arg[i].option) && (traced || !is_of_trace(c->arg[i].option)))
            add(command, c->arg[i].option, c->arg[i].value);
    if (!has_option(c, "--max-insns"))
        add(command, "--max-insns", DEFAULT_BUDGET);
    add(command, "--engine", a->engine);
    if (traced)
        add(command, "--trace-level", c->level);
}

static void print_quoted(FILE *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./=,:+@%";

    if (*word && strspn(word, plain) == strlen(word)) {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (; *word; word++)
        fputs(*word == '\'' ? "'\\''" : (char[]){*word, '\0'}, out);
    fputc('\'', out);
}

static void print_diff(FILE *out, const char *file)
{
    fprintf(out, " | diff ");
    print_quoted(out, file);
    fprintf(out, " -");
}

static void print_command(const struct attempt *a)
{
    struct command command;

    build_command(a, a->wrong == OUTPUT_TRACE, &command);
    fprintf(a->out, "reproduce: forkscope");
    for (unsigned i = 0; i < command.words; i++) {
        fputc(' ', a->out);
        print_quoted(a->out, command.word[i]);
    }
    fprintf(a->out, "%s </dev/null", a->wrong == OUTPUT_TRACE ? " --trace -" : "");
    if (a->wrong == OUTPUT_TRACE && a->c->trace)
        print_diff(a->out, a->c->trace);
    if (a->wrong == OUTPUT_SERIAL && a->c->serial) {
        fprintf(a->out, " | tr -d '\\r'");
        print_diff(a->out, a->c->serial);
    }
    fputc('\n', a->out);
}

/* ---- Running ----------------------------------------------------------------------------- */

static char *scratch_path(const struct attempt *a, const char *name, char *buf)
{
    snprintf(buf, PATH_SIZE, "%s/%s", a->scratch, name);
    return buf;
}

static void redirect(const char *path, int flags, int fd)
{
    int file = open(path, flags, 0666);

    if (file < 0 || dup2(file, fd) < 0)
        _exit(EXIT_FAILURE);
    close(file);
}

/* The child. Its end is an exit code of forkscope, or a signal. */
static void run_child(const struct attempt *a)
{
    char err[PATH_SIZE], trace[PATH_SIZE], serial[PATH_SIZE], spec[PATH_SIZE + 8];
    struct command command;
    int code;

    signal(SIGTERM, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    redirect("/dev/null", O_RDONLY, STDIN_FILENO);
    redirect("/dev/null", O_WRONLY, STDOUT_FILENO);
    redirect(scratch_path(a, "stderr", err), O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    build_command(a, a->c->level, &command);
    snprintf(spec, sizeof(spec), "file:%s", scratch_path(a, "serial", serial));
    add(&command, "-serial", spec);
    add(&command, "--trace", a->c->level ? scratch_path(a, "trace", trace) : NULL);
    command.word[command.words] = NULL;
    code = run_main((int)command.words, command.word);
    fflush(NULL);
    _exit(code);
}

/* The child's end as waitpid() tells it; -1: there was none. */
static int run(const struct attempt *a)
{
    int status;
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid == 0)
        run_child(a);
    if (pid < 0)
        return -1;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return status;
}

/* ---- Judging ------------------------------------------------------------------------------- */

static void print_lines(FILE *out, const struct text_lines *t, size_t most)
{
    for (size_t i = t->count > most ? t->count - most : 0; i < t->count; i++)
        fprintf(out, "%s\n", t->line[i]);
}

/* The file as lines; none where it cannot be read. */
static int read_lines(const char *path, struct text_lines *lines, char *why, size_t why_size)
{
    struct file file;
    int error = file_read(path, OUTPUT_MAX, &file, why, why_size);

    *lines = (struct text_lines){0};
    if (error)
        return error;
    error = text_lines_split(lines, file.bytes, file.size);
    file_release(&file);
    return error;
}

/* A file of the run, which need not exist: then the run did not come so far. Its path is nobody's
 * business. */
static bool read_output(const struct attempt *a, const char *name, struct text_lines *lines)
{
    char path[PATH_SIZE], why[PATH_SIZE + 64];

    return read_lines(scratch_path(a, name, path), lines, why, sizeof(why)) == 0;
}

static void fail(struct attempt *a, enum output wrong, const char *what)
{
    if (!a->failed)
        a->wrong = wrong;
    a->failed = true;
    fprintf(a->out, "%s%s%s%s\n", what, a->engine ? " (engine " : "", a->engine ? a->engine : "",
            a->engine ? ")" : "");
}

/* Its last words say more than the code. */
static void judge_end(struct attempt *a, int status)
{
    char what[96];
    struct text_lines said;

    if (WIFEXITED(status) && WEXITSTATUS(status) == a->c->exit)
        return;
    if (status == -1)
        snprintf(what, sizeof(what), "no child process could be started");
    else if (WIFSIGNALED(status))
        snprintf(what, sizeof(what), "forkscope itself was ended by signal %d", WTERMSIG(status));
    else
        snprintf(what, sizeof(what), "forkscope run ended with %d, not %d", WEXITSTATUS(status),
                 a->c->exit);
    fail(a, OUTPUT_NONE, what);
    read_output(a, "stderr", &said);
    print_lines(a->out, &said, SAID_LINES);
    text_lines_release(&said);
}

static int write_lines(const char *path, const struct text_lines *t)
{
    FILE *f = fopen(path, "we");
    bool ok;

    if (!f)
        return -errno;
    for (size_t i = 0; i < t->count; i++)
        fprintf(f, "%s\n", t->line[i]);
    ok = !ferror(f);
    return fclose(f) == 0 && ok ? 0 : -EIO;
}

/* A file that is new differs from an empty one. */
static void update(struct attempt *a, const char *file, const struct text_lines *got)
{
    char why[PATH_SIZE + 64];
    struct text_lines old;
    int error;

    read_lines(file, &old, why, sizeof(why));
    if (old.text && old.count == got->count && textdiff_common(&old, got) == got->count) {
        text_lines_release(&old);
        return;
    }
    error = write_lines(file, got);
    if (error) {
        snprintf(why, sizeof(why), "cannot write '%s': %s", file, strerror(-error));
        fail(a, OUTPUT_NONE, why);
    } else {
        fprintf(a->out, "wrote %s\n", file);
        textdiff_print(a->out, &old, got);
    }
    text_lines_release(&old);
}

/* The differences come behind the sentence that there are some. */
static void judge_lines(struct attempt *a, enum output which, const char *what,
                        const struct text_lines *expected, const struct text_lines *got)
{
    bool (*const compare)(FILE *, const struct text_lines *, const struct text_lines *) =
        which == OUTPUT_TRACE ? suite_compare_traces : suite_compare_texts;
    char *detail = NULL, sentence[128];
    size_t size;
    FILE *f = open_memstream(&detail, &size);

    if (!f) {
        fail(a, OUTPUT_NONE, "out of memory");
        return;
    }
    bool ok = compare(f, expected, got);
    fclose(f);
    snprintf(sentence, sizeof(sentence), "%s is not the expected one", what);
    if (!ok) {
        fail(a, which, sentence);
        fputs(detail, a->out);
    }
    free(detail);
}

static void judge_file(struct attempt *a, enum output which, const char *what, const char *file,
                       const char *name)
{
    struct text_lines expected = {0}, got = {0};
    char why[PATH_SIZE + 64];

    if (!read_output(a, name, &got))
        fail(a, which, "the run wrote nothing to compare");
    else if (a->update)
        update(a, file, &got);
    else if (read_lines(file, &expected, why, sizeof(why)))
        fail(a, which, why);
    else
        judge_lines(a, which, what, &expected, &got);
    text_lines_release(&expected);
    text_lines_release(&got);
}

/* Without a file the engines are held to each other. */
static void judge_trace(struct attempt *a)
{
    struct text_lines got;

    if (!a->c->level)
        return;
    if (a->c->trace) {
        judge_file(a, OUTPUT_TRACE, "the trace", a->c->trace, "trace");
        return;
    }
    if (!read_output(a, "trace", &got))
        fail(a, OUTPUT_TRACE, "the run wrote no trace");
    else if (!a->model->text) {
        *a->model = got;
        return;
    } else
        judge_lines(a, OUTPUT_TRACE, "the trace of another engine", a->model, &got);
    text_lines_release(&got);
}

static bool line_has(const struct text_lines *t, const char *text)
{
    for (size_t i = 0; i < t->count; i++)
        if (strstr(t->line[i], text))
            return true;
    return false;
}

static void judge_says(struct attempt *a)
{
    char why[PATH_SIZE + 64];
    struct text_lines got;

    if (!a->c->says_count)
        return;
    read_output(a, "serial", &got);
    for (unsigned i = 0; i < a->c->says_count; i++) {
        if (line_has(&got, a->c->says[i]))
            continue;
        snprintf(why, sizeof(why), "no line of the serial port says '%s'", a->c->says[i]);
        fail(a, OUTPUT_SERIAL, why);
        fprintf(a->out, "its last lines:\n");
        print_lines(a->out, &got, SAID_LINES);
    }
    text_lines_release(&got);
}

/* Did the guest run at all? Not with these options, or not with these files. */
static bool ran(int status)
{
    return status != -1 && WIFEXITED(status) && WEXITSTATUS(status) != EXITCODE_USAGE &&
           WEXITSTATUS(status) != EXITCODE_INPUT;
}

static void attempt(struct attempt *a)
{
    int status = run(a);

    judge_end(a, status);
    if (a->update && a->failed)
        fprintf(a->out, "nothing is written of a run that does not end as it should\n");
    else if (ran(status)) {
        judge_trace(a);
        if (a->c->serial)
            judge_file(a, OUTPUT_SERIAL, "the serial port's text", a->c->serial, "serial");
        judge_says(a);
    }
    if (a->failed)
        print_command(a);
}

/* The engines of a case: those it names ("all": every one of this build), or the default. */
static unsigned list_engines(const struct suite_case *c, const struct suite_plan *plan,
                             const char **names)
{
    unsigned n = 0;

    if (plan->engine || !c->engines) {
        names[n++] = plan->engine;
    } else if (strcmp(c->engine[0], "all") == 0) {
        for (; cpu_engines[n] && n < SUITE_ENGINES; n++)
            names[n] = cpu_engines[n]->name;
    } else {
        for (; n < c->engines; n++)
            names[n] = c->engine[n];
    }
    return n;
}

bool suite_run_case(const struct suite_case *c, const struct suite_plan *plan, const char *scratch,
                    FILE *out)
{
    const char *engines[SUITE_ENGINES];
    unsigned count = list_engines(c, plan, engines);
    struct text_lines model = {0};
    struct attempt a = {c, plan, scratch, .update = plan->update, .model = &model, .out = out};

    for (unsigned i = 0; i < count && !a.failed; i++) {
        a.engine = engines[i];
        attempt(&a);
        a.update = false; /* the other engines are held to what the first one wrote */
    }
    text_lines_release(&model);
    return !a.failed;
}
