/* The verdict as TAP 13, a test a rule with a block of explanation for each failure; and the same
 * as JUnit XML. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "emu/check/check_state.h"
#include "emu/support/junit.h"
#include "emu/support/log.h"

enum { STEPS_AROUND = 200, LINES_MAX = 64, TITLE_SIZE = 160 };

/* The explanation, each line behind `indent`. */
static void explain(FILE *f, const struct check_failure *failure, const char *indent)
{
    const struct check_verdict *v = &failure->verdict;
    unsigned long long at = v->icount;

    if (failure->fork != 0)
        fprintf(f, "%sfork: %u\n%sparent: %d\n", indent, failure->fork, indent, failure->parent);
    if (failure->child >= 0)
        fprintf(f, "%schild: %d\n", indent, failure->child);
    fprintf(f, "%sexpected: \"%s\"\n%sgot: \"%s\"\n%swhere: \"%s\"\n", indent, v->expected, indent,
            v->got, indent, v->where);
    fprintf(f, "%slook: forkscope run ... --trace - --trace-filter 'icount=%llu..%llu'\n", indent,
            at > STEPS_AROUND ? at - STEPS_AROUND : 0, at + STEPS_AROUND);
}

static void put_result(FILE *f, const struct check_line *line)
{
    const struct check_total *t = line->total;

    if (t->broken)
        fprintf(f, " (%u of %u %ss)", t->broken, t->judged, line->unit);
    else if (t->judged)
        fprintf(f, " (%u %s%s)", t->judged, line->unit, t->judged == 1 ? "" : "s");
}

static const char *why_skipped(const struct check_total *t)
{
    return t->why[0] ? t->why : "the run ended before";
}

static void print_line(FILE *f, const struct check_line *line)
{
    const struct check_total *t = line->total;

    fprintf(f, "%s %u - %s", t->broken ? "not ok" : "ok", line->number, line->title);
    put_result(f, line);
    if (!t->judged)
        fprintf(f, " # SKIP %s", why_skipped(t));
    fputc('\n', f);
    for (unsigned i = 0; i < t->broken && i < CHECK_FAILURES_MAX; i++) {
        fprintf(f, "  ---\n");
        explain(f, &t->failure[i], "  ");
        fprintf(f, "  ...\n");
    }
}

static unsigned count_lines(const struct check *c)
{
    struct check_line line;
    unsigned n = 0;

    while (check_line_at(c, n, &line))
        n++;
    return n;
}

/* Was there nothing to judge the forks by? */
static bool no_forks(const struct check *c)
{
    return (c->what & CHECK_OF_FORK) && c->seen == 0 && !c->blind;
}

static bool print_all(const struct check *c, FILE *f)
{
    struct check_line line;
    bool good = true;

    fprintf(f, "TAP version 13\n");
    if (no_forks(c)) {
        fprintf(f, "Bail out! no program forked: there is nothing to check\n");
        return false;
    }
    fprintf(f, "1..%u\n", count_lines(c));
    for (unsigned n = 0; check_line_at(c, n, &line); n++) {
        print_line(f, &line);
        good = good && line.total->broken == 0;
    }
    return good;
}

bool check_print(const struct check *c, struct trace_out *out)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    bool good = false;

    if (f != NULL)
        good = print_all(c, f);
    if (f != NULL && fclose(f) == 0)
        trace_out_puts(out, text);
    free(text);
    return good;
}

/* ---- JUnit --------------------------------------------------------------------------------- */

/* A case of JUnit, and the texts that it points to. */
struct told {
    char title[TITLE_SIZE];
    char *detail;
};

static char *explain_all(const struct check_total *t)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    for (unsigned i = 0; f != NULL && i < t->broken && i < CHECK_FAILURES_MAX; i++)
        explain(f, &t->failure[i], "");
    if (f != NULL)
        fclose(f);
    return text;
}

static struct junit_case tell(const struct check_line *line, struct told *told)
{
    const struct check_total *t = line->total;

    snprintf(told->title, sizeof(told->title), "%u %s", line->number, line->title);
    if (t->broken) {
        told->detail = explain_all(t);
        return (struct junit_case){told->title, JUNIT_FAILED, t->failure[0].verdict.got,
                                   told->detail};
    }
    if (t->judged)
        return (struct junit_case){.name = told->title};
    return (struct junit_case){told->title, JUNIT_SKIPPED, why_skipped(t), NULL};
}

int check_write_junit(const struct check *c, const char *path, char *why, size_t why_size)
{
    struct junit_case cases[LINES_MAX] = {
        {"a program forks", JUNIT_FAILED, "no program forked: there is nothing to check", NULL}};
    struct told told[LINES_MAX] = {0};
    struct check_line line;
    unsigned count = 0;
    int error;

    for (; !no_forks(c) && count < LINES_MAX && check_line_at(c, count, &line); count++)
        cases[count] = tell(&line, &told[count]);
    error = junit_write(path, "check", cases, count ? count : 1, why, why_size);
    for (unsigned i = 0; i < count; i++)
        free(told[i].detail);
    return error;
}
