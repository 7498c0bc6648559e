/* Tracing: the part that knows registers. */
#include <asm/processor.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/traps.h>

/* Before and after a system call of a task whose tracer asked for PTRACE_SYSCALL. */
asmlinkage void do_syscall_trace(struct pt_regs *regs, int leaving)
{
    if (!(current->ptrace & PT_PTRACED))
        return;
    ptrace_notify(SIGTRAP | (current->ptrace & PT_TRACESYSGOOD ? 0x80 : 0));
    /* The tracer may give a signal along; it is delivered on the way out. */
    if (current->exit_code) {
        send_sig(current->exit_code, current, true);
        current->exit_code = 0;
    }
}
