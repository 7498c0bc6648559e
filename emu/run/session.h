/*
 * All that one run consists of: options, files, machine, outputs, observers; how it is put together
 * from a command line, and taken apart again.
 */
#ifndef FORKSCOPE_EMU_SESSION_H
#define FORKSCOPE_EMU_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/boot/boot.h"
#include "emu/guest/guestinfo.h"
#include "emu/guest/inspect.h"
#include "emu/guest/layout.h"
#include "emu/guest/symbols.h"
#include "emu/machine/chardev.h"
#include "emu/machine/machine.h"
#include "emu/options.h"
#include "emu/run/trace.h"
#include "emu/time/history.h"
#include "emu/trace/cpulog.h"

enum { SESSION_GO_ON = -1 }; /* beside the exit codes */

struct session {
    struct options o;
    struct boot boot;
    struct symbols *symbols;
    struct machine *machine;
    struct machine_config machine_config;
    struct session_time *time; /* emu/run/session_time.h */
    struct history *history;   /* through which the machine is run, and gets its input */
    struct chardev *serial, *debugcon;
    bool shared;                 /* debugcon is serial */
    struct guestinfo *guestinfo; /* NULL: no trace and not live, or no debug information */
    struct layout layout;        /* --layout; no types: none */
    struct inspect inspect;      /* with a trace, or live */
    struct trace *trace;
    bool live;         /* people drive it: inspect is filled in, trace or not */
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
