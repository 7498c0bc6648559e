/* Interval timers: alarm() and setitimer(). */
#ifndef _LINUX_ITIMER_H
#define _LINUX_ITIMER_H

#include <linux/types.h>

struct task_struct;

/* ITIMER_REAL has run out; data is the task. */
void it_real_fn(unsigned long data);
/* A tick of virtual and profiling time for the current task. */
void account_it_tick(struct task_struct *p, bool user);

#endif
