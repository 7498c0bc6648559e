/*
 * Tracepoints: places where something happens that an observer of the machine may want to see.
 *
 * Each is an empty function of its own, never inlined, with its arguments on the stack. It does
 * nothing in the guest; forkscope stops at its address.
 */
#ifndef _LINUX_TRACE_H
#define _LINUX_TRACE_H

#include <linux/types.h>

struct task_struct;

void trace_sched_process_fork(struct task_struct *parent, struct task_struct *child);
void trace_task_newtask(struct task_struct *task, unsigned long clone_flags);
void trace_sched_fork(struct task_struct *parent, struct task_struct *child,
                      unsigned int parent_slice, unsigned int child_slice);
void trace_sched_wakeup_new(struct task_struct *task);
void trace_sched_switch(struct task_struct *prev, struct task_struct *next);
void trace_sched_process_exec(struct task_struct *task, const char *filename);
void trace_sched_process_exit(struct task_struct *task);
void trace_sched_process_wait(struct task_struct *task);
void trace_cow(u32 address, u32 old_pfn, u32 new_pfn);
void trace_signal_deliver(struct task_struct *task, int sig);

#endif
