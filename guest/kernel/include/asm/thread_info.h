/*
 * thread_info lies at the lowest address of the kernel stack, an 8 KB block aligned to 8 KB:
 *
 *   +8192  +------------------+  <- thread.esp0, TSS.esp0: where a trap from ring 3 starts to push
 *          | struct pt_regs   |
 *          +------------------+
 *          | C frames         |  grow downwards
 *          |        v         |
 *          |                  |
 *          +------------------+
 *          | STACK_END_MAGIC  |  overwritten: the stack overflowed
 *          +------------------+
 *          | thread_info      |
 *   +0     +------------------+
 *
 * So esp & ~8191 finds thread_info, and its first member finds the current task.
 */
#ifndef _ASM_THREAD_INFO_H
#define _ASM_THREAD_INFO_H

#define THREAD_SIZE     8192
#define THREAD_ORDER    1
#define STACK_END_MAGIC 0x57ac6e9d

#define TIF_SYSCALL_TRACE   0 /* the tracer wants to see system calls */
#define TIF_SIGPENDING      2 /* a signal waits to be delivered */
#define TIF_NEED_RESCHED    3 /* schedule() before going back to user mode */
#define TIF_SINGLESTEP      4 /* the tracer steps this task */
#define TIF_RESTORE_SIGMASK 5 /* saved_sigmask is to come back unless a handler runs first */

#define _TIF_SYSCALL_TRACE   (1 << TIF_SYSCALL_TRACE)
#define _TIF_SIGPENDING      (1 << TIF_SIGPENDING)
#define _TIF_NEED_RESCHED    (1 << TIF_NEED_RESCHED)
#define _TIF_SINGLESTEP      (1 << TIF_SINGLESTEP)
#define _TIF_RESTORE_SIGMASK (1 << TIF_RESTORE_SIGMASK)

/* Looked at on every return to user mode. */
#define _TIF_WORK_MASK (_TIF_SIGPENDING | _TIF_NEED_RESCHED | _TIF_RESTORE_SIGMASK)

#ifndef __ASSEMBLY__

#include <linux/types.h>

struct task_struct;

/* How restart_syscall() goes on with a call that a signal interrupted. */
struct restart_block {
    long (*fn)(struct restart_block *);
    u32 arg0, arg1, arg2, arg3; /* what fn needs */
};

struct thread_info {
    struct task_struct *task; /* back-pointer: the task that owns this stack */
    unsigned long flags;      /* TIF_*, tested by entry.S */
    int preempt_count;        /* > 0: must not be preempted */
    u32 addr_limit;           /* user pointers must lie below */
    struct restart_block restart_block;
};

union thread_union {
    struct thread_info thread_info;
    unsigned long stack[THREAD_SIZE / sizeof(long)];
};

static inline struct thread_info *current_thread_info(void)
{
    u32 esp;
    asm("movl %%esp, %0" : "=r"(esp));
    return (struct thread_info *)(esp & ~(THREAD_SIZE - 1u));
}

static inline unsigned long *end_of_stack(struct thread_info *ti)
{
    return (unsigned long *)(ti + 1);
}

static inline void set_ti_flag(struct thread_info *ti, int flag)
{
    ti->flags |= 1u << flag;
}

static inline void clear_ti_flag(struct thread_info *ti, int flag)
{
    ti->flags &= ~(1u << flag);
}

static inline bool test_ti_flag(const struct thread_info *ti, int flag)
{
    return ti->flags >> flag & 1;
}

#define set_thread_flag(flag)   set_ti_flag(current_thread_info(), flag)
#define clear_thread_flag(flag) clear_ti_flag(current_thread_info(), flag)
#define test_thread_flag(flag)  test_ti_flag(current_thread_info(), flag)

#endif
#endif
