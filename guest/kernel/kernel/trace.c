/*
 * The tracepoints: empty on purpose, see linux/trace.h.
 *
 * They stand in a file of their own so that no caller can inline them, and the barrier keeps the
 * compiler from finding out that the arguments are not used.
 */
#include <linux/kernel.h>
#include <linux/trace.h>

noinline void trace_sched_process_fork(struct task_struct *parent, struct task_struct *child)
{
    barrier();
}

noinline void trace_task_newtask(struct task_struct *task, unsigned long clone_flags)
{
    barrier();
}

noinline void trace_sched_fork(struct task_struct *parent, struct task_struct *child,
                               unsigned int parent_slice, unsigned int child_slice)
{
    barrier();
}

noinline void trace_sched_wakeup_new(struct task_struct *task)
{
    barrier();
}

noinline void trace_sched_switch(struct task_struct *prev, struct task_struct *next)
{
    barrier();
}

noinline void trace_sched_process_exec(struct task_struct *task, const char *filename)
{
    barrier();
}

noinline void trace_sched_process_exit(struct task_struct *task)
{
    barrier();
}

noinline void trace_sched_process_wait(struct task_struct *task)
{
    barrier();
}

noinline void trace_cow(u32 address, u32 old_pfn, u32 new_pfn)
{
    barrier();
}

noinline void trace_signal_deliver(struct task_struct *task, int sig)
{
    barrier();
}
