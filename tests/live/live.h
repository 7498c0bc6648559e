/*
 * A guest that tests drive through emu/control: opened anew for each test, ordered about, looked
 * at. What goes wrong here fails the test.
 */
#ifndef FORKSCOPE_TESTS_LIVE_H
#define FORKSCOPE_TESTS_LIVE_H

#include <check.h>
#include <stdint.h>

#include "emu/control/control.h"

/* Which guest, and on which engine; to be set before the first test. */
extern struct live_guest {
    char *kernel, *initrd, *engine;
} live_guest;

/* The one that is open. */
extern struct session live_session;
extern struct control *live_control;
extern char live_why[256]; /* for what says why not */

/* The guest with one program as its only process; jitter "0" is none. */
void live_open(const char *program, char *jitter);
void live_close(void);
void live_setup(void); /* with forkdemo */

/* Goes on until it stops, and says why it did. */
enum control_reason live_finish(void);
enum control_reason live_order(enum control_action action, uint64_t count, unsigned events);
enum control_reason live_back(enum control_action action, uint64_t count, unsigned events);

/* A place's address; a breakpoint there, and its id; on to there, once. */
uint32_t live_address(const char *place);
int live_break_at(const char *place);
void live_run_to(const char *place);

/* Where it stands: registers, the function's name, a word of memory. */
const struct cpu_state *live_cpu(void);
const char *live_where(void);
uint32_t live_word_at(uint32_t linear);

/* The tests of control_steps.c and control_back.c. */
void control_add_steps(TCase *tc);
void control_add_back(TCase *tc);

#endif
