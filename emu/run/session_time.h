/*
 * What of a session outlives its run, or comes before it: the history, state files, recordings and
 * input scripts (--history, --save-state, --load-state, --record, --replay, --input).
 *
 * Functions return 0, or -errno with a sentence in s->why.
 */
#ifndef FORKSCOPE_EMU_SESSION_TIME_H
#define FORKSCOPE_EMU_SESSION_TIME_H

#include "emu/run/report.h"
#include "emu/run/session.h"

/* After the kernel was read, before there is a machine: opens the files to be read and takes the
 * machine's configuration from them; sees that the files to be written can be. */
int session_time_read(struct session *s);
/* With the machine built and booted: the state that was to be loaded is, and history begins. */
int session_time_begin(struct session *s);

/* The guest sent a byte on COM1. */
void session_time_sent(struct session *s, uint8_t byte);
/* Between two slices: types what is to be typed, saves what is to be saved. */
int session_time_look(struct session *s);
/* The next step, behind `icount`, at which it wants to look. */
uint64_t session_time_next(const struct session *s, uint64_t icount);
/* A recording is being replayed: input from elsewhere is not taken. */
bool session_time_replays(const struct session *s);
/* Where a recorded run was ended from outside, its replay ends. RUN_ENDS: it goes on. */
enum run_end session_time_end(const struct session *s);

/* The run is over: writes state and recording. */
int session_time_finish(struct session *s, enum run_end end);
void session_time_release(struct session *s);

#endif
