/*
 * The trace: what the CPU and the guest kernel did, as events that a person can read, a test can
 * compare and a tool can open.
 *
 * The program's side of it: options in, one object, an error out. What an event holds is in
 * emu/trace/trace_event.h, how it reads in emu/trace/trace_text.h.
 *
 * Nothing of the host (time, path, pid, pointer) enters a trace. Without `path` and `story` no
 * hook is armed and nothing is slower; otherwise only the hooks that the filter's events need.
 *
 * Reading a trace back is emu/trace/trace_reader.h's.
 */
#ifndef FORKSCOPE_EMU_LIB_TRACE_H
#define FORKSCOPE_EMU_LIB_TRACE_H

#include <stdbool.h>
#include <stddef.h>

#include "emu/guest/inspect.h"
#include "emu/time/history.h"

/* Texts as the user typed them; NULL: not given. They are needed only during the calls below. */
struct trace_options {
    const char *path;   /* --trace FILE; "-" is stdout */
    const char *filter; /* --trace-filter 'ev=int,fork,ret; pid=1,2; sym=do_fork; icount=A..B' */
    const char *probe;  /* --probe NAME,...: call and return of these functions or source files */
    const char *graph;  /* --graph NAME,...: and of all that these functions call */
    const char *format; /* --trace-format: emu/trace/trace_form.h; default text */
    const char *level;  /* --trace-level exact|symbolic|semantic; default exact */
    const char *story;  /* --story[=N|NAME|all]: tell the Nth fork that a program asked for, the
                         * first one by a program of that name, or each; "" is 1 */
    const char *view;   /* --view tss: a story shows the child as Linux 0.11 made it, too */
    unsigned check; /* forkscope check: what (emu/check/check.h); the verdict is TAP on stdout, */
    const char *junit; /* and JUnit XML in this file */
    bool *broken;      /* set at trace_close() if a rule was broken; needed with `check` */
    bool colour;       /* the story may use colour: stdout is a terminal and NO_COLOR is unset */
};

/* Something of the above is asked for. */
bool trace_options_wanted(const struct trace_options *options);

/* Are the texts well formed? Touches nothing. 0, or -EINVAL with a sentence in `why` that says
 * what and where: a usage error. */
int trace_options_check(const struct trace_options *options, char *why, size_t why_size);

struct trace;

/*
 * Opens the outputs and attaches to the machine of `in`, which must live until trace_close(). Call
 * it after the kernel is loaded and before it runs.
 *
 * 0 and *out; else -EINVAL (options), -ENOMEM, or what open() said, with a sentence in `why`. A
 * story that the guest's symbols cannot support is -ENOTSUP.
 */
int trace_open(struct trace **out, const struct inspect *in, const struct trace_options *options,
               char *why, size_t why_size);

/* Input was given in the past (history_set_forgetting()): what is written is written anew, as far
 * as here, so that it holds the history that counts. What cannot be taken back, a pipe or standard
 * output, stays as it is, and goes on. 0, or an error with a sentence: *trace is then NULL. */
int trace_rewind(struct trace **trace, struct history *history, char *why, size_t why_size);

/* Prints the stories asked for, completes and closes every output, detaches, frees. NULL is
 * allowed. 0, or the first write error (-ENOSPC, -EPIPE, …) with a sentence in `why`; what was
 * written before it ends with a whole line. When a write fails while the guest runs, the trace asks
 * the machine to stop (MACHINE_STOPPED) and this call then tells why. */
int trace_close(struct trace *trace, char *why, size_t why_size);

#endif
