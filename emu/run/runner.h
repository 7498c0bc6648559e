/*
 * Runs a session's machine in slices. Between two slices, and only there, the host is looked at:
 * input, signals, the wall clock, write errors. Where slices end has no influence on the guest
 * unless input comes.
 *
 * Clients: the `run` verb, which runs to the end, and emu/control/control.h, which drives a machine
 * for people.
 */
#ifndef FORKSCOPE_EMU_RUNNER_H
#define FORKSCOPE_EMU_RUNNER_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "emu/run/report.h"
#include "emu/run/session.h"

enum { RUNNER_WAIT_MS = 1000 };

struct runner {
    struct session *s;
    bool may_stop;      /* machine_request_stop() is no error */
    bool sigint_pauses; /* SIGINT does not end the run: who drives it asks runner_interrupted() */
    int max_wait_ms;    /* how long one slice may sleep while the guest is halted */

    /* Private. */
    int64_t active_since; /* virtual time at which the guest last did something, */
    int64_t idle_before;  /* and the idle time up to then */
    uint64_t user_returns_before;
    int64_t panicked_at; /* virtual time at which panic() was noticed, -1: it was not */
    struct timespec started, idle_started;
    bool idles;
    bool hung_up; /* the guest was told */
};

/* Takes SIGINT and SIGTERM: they end the run. */
void runner_start(struct runner *r, struct session *s);

/* Up to `until`, at most; RUN_ENDS: go on. */
enum run_end runner_slice(struct runner *r, uint64_t until);

enum run_end runner_run(struct runner *r);

/* Host seconds since runner_start(). */
double runner_seconds(const struct runner *r);

/* The signal that came, SIGINT or SIGTERM; 0: none. `clear`: as if it had not. */
int runner_interrupted(bool clear);

#endif
