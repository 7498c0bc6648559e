/* Tracing one task by another. */
#ifndef _LINUX_PTRACE_H
#define _LINUX_PTRACE_H

#include <linux/signal.h>
#include <uapi/ptrace.h>

/* task_struct.ptrace: traced at all, and the tracer's options. */
#define PT_PTRACED          0x00000001u
#define PT_OPT_SHIFT        4
#define PT_OPT_MASK         (PTRACE_O_MASK << PT_OPT_SHIFT)
#define PT_TRACESYSGOOD     (PTRACE_O_TRACESYSGOOD << PT_OPT_SHIFT) /* stops show SIGTRAP | 0x80 */
#define PT_TRACE_FORK       (PTRACE_O_TRACEFORK << PT_OPT_SHIFT)
#define PT_TRACE_VFORK      (PTRACE_O_TRACEVFORK << PT_OPT_SHIFT)
#define PT_TRACE_CLONE      (PTRACE_O_TRACECLONE << PT_OPT_SHIFT)
#define PT_TRACE_EXEC       (PTRACE_O_TRACEEXEC << PT_OPT_SHIFT)
#define PT_TRACE_VFORK_DONE (PTRACE_O_TRACEVFORKDONE << PT_OPT_SHIFT)
#define PT_TRACE_EXIT       (PTRACE_O_TRACEEXIT << PT_OPT_SHIFT)

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

/* arch/i386/kernel/ptrace.c */
void user_enable_single_step(struct task_struct *child);
void user_disable_single_step(struct task_struct *child);
/* Requests about registers; -EIO when `request` is none. */
long arch_ptrace(struct task_struct *child, long request, u32 addr, u32 data);

#endif
