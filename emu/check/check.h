/*
 * `forkscope check fork|frames|all`: does a kernel keep its promises? Of fork, told here; of every
 * interrupt and return, in emu/check/check_frames.h.
 *
 * A sink that follows every fork that a program asks for, from its int 0x80 to both returns and
 * the first writes behind them, and judges it by eleven rules (emu/check/check_rules.c,
 * check_memory.c). The verdict is TAP 13: a test a rule, over all forks; a failure says what was
 * expected, what was found, where it was written, and the command that shows it.
 *
 * A rule that needs another one is not judged where that one fails: a frame on the wrong stack
 * makes everything behind it meaningless, and only the first cause is to be told. After a wrong
 * stack (rules 6 and 7) nothing is judged any more.
 *
 * All that it judges by is in the events, so a recording is judged as the run itself was; what an
 * older recording lacks is skipped, with the reason.
 *
 * Needs a kernel whose pids and pt_regs are known, with do_fork and trace_sched_process_fork. What
 * else a rule needs and the kernel lacks makes the rule skipped, with the reason. Not judged: forks
 * of kernel threads; registers of a side that a signal handler takes over at its first return;
 * memory of a side that has ended or runs another program.
 */
#ifndef FORKSCOPE_EMU_CHECK_H
#define FORKSCOPE_EMU_CHECK_H

#include "emu/guest/inspect.h"
#include "emu/trace/trace_facts.h"
#include "emu/trace/trace_filter.h"
#include "emu/trace/trace_out.h"

enum { CHECK_RULES = 11 };

struct check;

/* What is checked. */
enum { CHECK_OF_FORK = 1, CHECK_OF_FRAMES = 2, CHECK_OF_ALL = 3 };

/* "fork", "frames", "all"; 0: none of them. */
unsigned check_parse(const char *name);

/* `what` of the above. Forks need in->guestinfo. NULL when out of memory. */
struct check *check_create(const struct inspect *in, unsigned what);
/* Of a recording, of which `facts` tells what is known. */
struct check *check_create_recorded(const struct trace_facts *facts, unsigned what);
void check_destroy(struct check *c);

/* What the check needs to hear, and where it hears it. */
const struct trace_filter *check_filter(const struct check *c);
void check_event(void *check, const struct trace_event *event);

/* The run is over: judges what is still open and prints. False: a rule was broken, or there was no
 * fork to judge. */
bool check_finish(struct check *c, struct trace_out *out);

/* The same verdict as JUnit XML, after check_finish(). 0, or -errno with a sentence in `why`. */
int check_write_junit(const struct check *c, const char *path, char *why, size_t why_size);

#endif
