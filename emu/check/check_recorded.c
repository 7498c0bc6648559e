/* A recording is judged event by event, as a running guest is. */
#include "emu/check/check_recorded.h"

#include <errno.h>

#include "emu/check/check_state.h"
#include "emu/support/log.h"
#include "emu/trace/trace_reader.h"

static int judge_all(struct trace_reader *r, struct check *c, char *why, size_t why_size)
{
    struct trace_event e;
    int got;

    while ((got = trace_reader_next(r, &e, why, why_size)) > 0)
        if (trace_filter_wants(check_filter(c), &e))
            check_event(c, &e);
    if (got == 0)
        trace_reader_note_end(r);
    return got;
}

static int print(struct check *c, const char *junit, bool *good, char *why, size_t why_size)
{
    int err = 0;
    struct trace_out *out = trace_out_open("-", NULL, NULL, &err, why, why_size);

    if (out == NULL)
        return err;
    *good = check_finish(c, out);
    err = trace_out_close(out, why, why_size);
    if (err == 0 && junit != NULL)
        err = check_write_junit(c, junit, why, why_size);
    return err == 0 ? 0 : -EIO;
}

static int check_opened(struct trace_reader *r, unsigned what, const char *junit, bool *good,
                        char *why, size_t why_size)
{
    struct check *c = check_create_recorded(&trace_reader_names(r)->facts, what);
    int err = c != NULL ? judge_all(r, c, why, why_size)
                        : log_why(why, why_size, -ENOMEM, "out of memory");

    if (err == 0)
        err = print(c, junit, good, why, why_size);
    check_destroy(c);
    return err;
}

int check_recording(const char *path, unsigned what, const char *junit, bool *good, char *why,
                    size_t why_size)
{
    struct trace_reader *r;
    int err = trace_reader_open(&r, path, why, why_size);

    if (err != 0)
        return err;
    if (trace_reader_level(r) == TRACE_EXACT)
        err = check_opened(r, what, junit, good, why, why_size);
    else
        err = log_why(why, why_size, -EINVAL,
                      "'%s' is not exact enough for a check: record it with --trace-level exact",
                      path);
    trace_reader_close(r);
    return err;
}
