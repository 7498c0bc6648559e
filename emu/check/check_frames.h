/*
 * `forkscope check frames`: what holds for every interrupt and every return, whatever the kernel
 * does between them.
 *
 *   1  ring 3 comes back to the place in the kernel stack that it left
 *   2  an interrupt frame lies in the kernel stack of the running task, above its thread_info
 *   3  ring 3 runs with interrupts on
 *   4  a hardware interrupt gives back what it took; not judged where a signal or a tracer may have
 *      changed it
 *   5  a task returns to ring 3 with the address space that it had there last, unless it ran exec
 *
 * After a wrong stack (1, 2) nothing is judged any more. Rules 1, 3 and 4 know nothing of the
 * kernel; 2 and 5 need to know its tasks.
 */
#ifndef FORKSCOPE_EMU_CHECK_FRAMES_H
#define FORKSCOPE_EMU_CHECK_FRAMES_H

#include "emu/check/check_state.h"

enum { CHECK_FRAME_RULES = 5 };

struct check_frames;

extern const char *const check_frame_titles[CHECK_FRAME_RULES + 1]; /* by number, from 1 */

/* NULL when out of memory. */
struct check_frames *check_frames_create(const struct trace_facts *facts);
void check_frames_destroy(struct check_frames *c);

void check_frames_event(struct check_frames *c, const struct trace_event *event);

/* What a rule came to so far. */
const struct check_total *check_frames_total(const struct check_frames *c, unsigned rule);

#endif
