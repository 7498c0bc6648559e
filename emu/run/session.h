/*
 * A run from the command line: a handle of libforkscope, opened as the options say, and what only a
 * program has: outputs on the host, files of input and state, what to do at the end.
 */
#ifndef FORKSCOPE_EMU_SESSION_H
#define FORKSCOPE_EMU_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/lib/handle.h"
#include "emu/machine/chardev.h"
#include "emu/options.h"
#include "emu/trace/cpulog.h"

enum { SESSION_GO_ON = -1 }; /* beside the exit codes */

struct session {
    struct options o;
    struct handle_config config; /* before the handle is opened */
    struct forkscope *scope;     /* the machine; tasks are known with a trace, or live */
    struct session_time *time;   /* emu/run/session_time.h */
    struct chardev *serial, *debugcon;
    bool shared;       /* debugcon is serial */
    bool live;         /* people drive it: it can go back, and can be looked at */
    bool viewed;       /* people see it in the viewer; a trace never depends on what lies beside */
    unsigned check;    /* forkscope check: what is judged (emu/check/check.h) */
    bool broken;       /* a rule was broken */
    bool script_stuck; /* an input script was not carried out to its end */
    struct cpulog *cpulog;

    /* What the run itself observes. */
    struct cpu_hooks hooks;
    uint32_t panic; /* address of panic(), 0: none */
    bool panicked;
    bool woken;  /* machine_request_stop() was only to look at an input script */
    bool active; /* something was printed or read; the run clears it */

    char why[512]; /* the last error */
};

#define SESSION_WHY(s) (s)->why, sizeof((s)->why)

/* Carries out s->o: inputs are read before any output is opened, so that a mistake destroys
 * nothing. SESSION_GO_ON, or an exit code after saying why. */
int session_open(struct session *s);

/* Writes out what is buffered. 0, or the first error with its sentence in s->why. */
int session_flush(struct session *s);

/* Completes and closes every output; the machine stays for looking at. As session_flush(). */
int session_close_outputs(struct session *s);

void session_release(struct session *s);

#endif
