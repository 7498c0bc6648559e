/* What a handle tells of its machine: traces and explanations. */
#include <errno.h>
#include <stdio.h>

#include "emu/lib/handle.h"
#include "emu/support/log.h"

int handle_trace(struct forkscope *f, const struct trace_options *options)
{
    int error = handle_need_kernel(f);

    if (!error && f->trace)
        error = log_why(HANDLE_WHY(f), -EBUSY, "a trace is being written");
    return error ? error : trace_open(&f->trace, &f->inspect, options, HANDLE_WHY(f));
}

int forkscope_trace(struct forkscope *f, const char *path, const char *level, const char *format,
                    const char *filter)
{
    const struct trace_options options = {
        .path = path, .level = level, .format = format, .filter = filter};

    return handle_trace(f, &options);
}

int forkscope_trace_end(struct forkscope *f)
{
    struct trace *trace = f->trace;

    f->trace = NULL;
    return trace_close(trace, HANDLE_WHY(f));
}

int handle_explain_on(struct forkscope *f, enum explain_what what)
{
    int error = handle_need_machine(f);

    if (error || f->explains)
        return error;
    error = explain_attach(&f->explain, f->machine, what);
    f->explains = !error;
    return error ? log_why(HANDLE_WHY(f), error, "out of memory") : 0;
}

int forkscope_explain_on(struct forkscope *f)
{
    return handle_explain_on(f, EXPLAIN_ALL);
}

int forkscope_explain(const struct forkscope *f, char *buf, size_t size)
{
    FILE *out = f->explains && size ? fmemopen(buf, size, "w") : NULL;
    bool told;

    if (!out)
        return -EINVAL;
    setvbuf(out, NULL, _IOFBF, size);
    told = explain_crash(&f->explain, &f->inspect, out) ||
           explain_step(&f->explain, &f->inspect, machine_icount(f->machine) - 1, out);
    fclose(out);
    buf[size - 1] = '\0';
    return told ? 0 : -ENOENT;
}
