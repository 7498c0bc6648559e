#include "emu/support/junit.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "emu/support/log.h"

/* In attributes a line end must be written as a number to survive. */
static void put_escaped(FILE *f, const char *text, bool attribute)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '&')
            fputs("&amp;", f);
        else if (c == '<')
            fputs("&lt;", f);
        else if (c == '>')
            fputs("&gt;", f);
        else if (c == '"' && attribute)
            fputs("&quot;", f);
        else if (c < ' ' && attribute && (c == '\n' || c == '\t'))
            fprintf(f, "&#%d;", c);
        else
            fputc((c < ' ' && c != '\n' && c != '\t') || c > '~' ? '?' : c, f);
    }
}

static void put_attribute(FILE *f, const char *name, const char *value)
{
    fprintf(f, " %s=\"", name);
    put_escaped(f, value, true);
    fputc('"', f);
}

static void put_case(FILE *f, const char *suite, const struct junit_case *c)
{
    static const char *const element[] = {NULL, "failure", "skipped"};

    fprintf(f, "    <testcase");
    put_attribute(f, "classname", suite);
    put_attribute(f, "name", c->name);
    if (c->result == JUNIT_PASSED) {
        fprintf(f, "/>\n");
        return;
    }
    fprintf(f, ">\n      <%s", element[c->result]);
    put_attribute(f, "message", c->message ? c->message : "");
    fputc('>', f);
    put_escaped(f, c->detail ? c->detail : "", false);
    fprintf(f, "</%s>\n    </testcase>\n", element[c->result]);
}

static size_t count_of(const struct junit_case *cases, size_t count, enum junit_result result)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++)
        n += cases[i].result == result;
    return n;
}

static void put_all(FILE *f, const char *suite, const struct junit_case *cases, size_t count)
{
    size_t failed = count_of(cases, count, JUNIT_FAILED);
    size_t skipped = count_of(cases, count, JUNIT_SKIPPED);

    fprintf(f,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuites tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n"
            "  <testsuite",
            count, failed, skipped);
    put_attribute(f, "name", suite);
    fprintf(f, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n", count, failed,
            skipped);
    for (size_t i = 0; i < count; i++)
        put_case(f, suite, &cases[i]);
    fprintf(f, "  </testsuite>\n</testsuites>\n");
}

int junit_write(const char *path, const char *suite, const struct junit_case *cases, size_t count,
                char *why, size_t why_size)
{
    bool to_stdout = strcmp(path, "-") == 0;
    FILE *f = to_stdout ? stdout : fopen(path, "we");
    bool ok;

    if (!f)
        return log_why(why, why_size, -errno, "cannot write '%s': %s", path, strerror(errno));
    put_all(f, suite, cases, count);
    ok = fflush(f) == 0 && !ferror(f);
    ok = (to_stdout || fclose(f) == 0) && ok;
    return ok ? 0 : log_why(why, why_size, -EIO, "cannot write '%s': %s", path, strerror(errno));
}
