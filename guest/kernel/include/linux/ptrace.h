/* Tracing one task by another. */
#ifndef _LINUX_PTRACE_H
#define _LINUX_PTRACE_H

#include <linux/signal.h>

/* task_struct.ptrace */
#define PT_PTRACED          0x00000001u
#define PT_TRACESYSGOOD     0x00000008u /* stops at system calls show SIGTRAP | 0x80 */
#define PT_TRACE_FORK       0x00000020u
#define PT_TRACE_VFORK      0x00000040u
#define PT_TRACE_CLONE      0x00000080u
#define PT_TRACE_EXEC       0x00000100u
#define PT_TRACE_VFORK_DONE 0x00000200u
#define PT_TRACE_EXIT       0x00000400u

#define PTRACE_EVENT_FORK       1
#define PTRACE_EVENT_VFORK      2
#define PTRACE_EVENT_CLONE      3
#define PTRACE_EVENT_EXEC       4
#define PTRACE_EVENT_VFORK_DONE 5
#define PTRACE_EVENT_EXIT       6

/* Makes `tracer` the parent of child, and back. tasklist_lock must be held. */
void __ptrace_link(struct task_struct *child, struct task_struct *tracer);
void __ptrace_unlink(struct task_struct *child);
/* Stops the current task for its tracer. exit_code is what wait4() shows, and on return the signal
 * the tracer wants delivered. siglock must not be held. */
void ptrace_stop(int exit_code, siginfo_t *info);
/* An event: (PTRACE_EVENT << 8) | SIGTRAP. */
void ptrace_notify(int exit_code);

#endif
