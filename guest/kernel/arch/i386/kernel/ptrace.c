/* Tracing: the part that knows registers. */
#include <asm/processor.h>
#include <asm/uaccess.h>
#include <linux/kernel.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/traps.h>

/* Flags that a tracer may change. */
#define FLAG_MASK 0x00050dd5u

/* struct user of i386: the registers in pt_regs order, then much that is long gone, and at 252 the
 * debug registers. Other words read as 0. */
#define USER_SIZE     284
#define USER_DEBUGREG 252
#define USER_EFLAGS   offsetof(struct pt_regs, eflags)

void user_enable_single_step(struct task_struct *child)
{
    set_tsk_thread_flag(child, TIF_SINGLESTEP);
    task_pt_regs(child)->eflags |= X86_EFLAGS_TF;
}

void user_disable_single_step(struct task_struct *child)
{
    if (!test_tsk_thread_flag(child, TIF_SINGLESTEP))
        return;
    clear_tsk_thread_flag(child, TIF_SINGLESTEP);
    task_pt_regs(child)->eflags &= ~X86_EFLAGS_TF;
}

static bool is_data_selector(u32 offset)
{
    return offset == offsetof(struct pt_regs, ds) || offset == offsetof(struct pt_regs, es) ||
           offset == offsetof(struct pt_regs, fs) || offset == offsetof(struct pt_regs, gs);
}

static bool is_code_selector(u32 offset)
{
    return offset == offsetof(struct pt_regs, cs) || offset == offsetof(struct pt_regs, ss);
}

static u32 getreg(struct task_struct *child, u32 offset)
{
    u32 value = *(u32 *)((u8 *)task_pt_regs(child) + offset);

    if (is_data_selector(offset) || is_code_selector(offset))
        value &= 0xffff;
    /* Stepping is the tracer's own doing, not the program's. */
    if (offset == USER_EFLAGS && test_tsk_thread_flag(child, TIF_SINGLESTEP))
        value &= ~X86_EFLAGS_TF;
    return value;
}

/* Nothing that would let the child out of ring 3. 0 or -EIO. */
static int putreg(struct task_struct *child, u32 offset, u32 value)
{
    u32 *reg = (u32 *)((u8 *)task_pt_regs(child) + offset);

    if (is_data_selector(offset)) {
        if (value && (value & 3) != 3)
            return -EIO;
        value &= 0xffff;
    } else if (is_code_selector(offset)) {
        if ((value & 3) != 3)
            return -EIO;
        value &= 0xffff;
    } else if (offset == USER_EFLAGS) {
        value = (value & FLAG_MASK) | (*reg & ~FLAG_MASK);
    }
    *reg = value;
    return 0;
}

static long peek_user(struct task_struct *child, u32 addr, u32 __user *to)
{
    u32 value = 0;

    if (addr % 4 || addr >= USER_SIZE)
        return -EIO;
    if (addr < sizeof(struct pt_regs))
        value = getreg(child, addr);
    else if (addr >= USER_DEBUGREG)
        value = child->thread.debugreg[(addr - USER_DEBUGREG) / 4];
    return put_user(value, to);
}

/* Breakpoints may only be set in user memory; DR4 and DR5 do not exist. */
static long poke_debugreg(struct task_struct *child, u32 n, u32 value)
{
    if (n == 4 || n == 5 || (n < 4 && value >= TASK_SIZE - 3))
        return -EIO;
    child->thread.debugreg[n] = n == 7 ? value & ~0xdc00u : value;
    return 0;
}

static long poke_user(struct task_struct *child, u32 addr, u32 value)
{
    if (addr % 4 || addr >= USER_SIZE)
        return -EIO;
    if (addr < sizeof(struct pt_regs))
        return putreg(child, addr, value);
    if (addr >= USER_DEBUGREG)
        return poke_debugreg(child, (addr - USER_DEBUGREG) / 4, value);
    return -EIO;
}

static long get_regs(struct task_struct *child, u32 __user *to)
{
    u32 regs[sizeof(struct pt_regs) / 4];

    for (u32 i = 0; i < ARRAY_SIZE(regs); i++)
        regs[i] = getreg(child, i * 4);
    return copy_to_user(to, regs, sizeof(regs)) ? -EFAULT : 0;
}

static long set_regs(struct task_struct *child, const u32 __user *from)
{
    u32 regs[sizeof(struct pt_regs) / 4];
    long err = 0;

    if (copy_from_user(regs, from, sizeof(regs)))
        return -EFAULT;
    for (u32 i = 0; i < ARRAY_SIZE(regs) && !err; i++)
        err = putreg(child, i * 4, regs[i]);
    return err;
}

static long get_fpregs(struct task_struct *child, void __user *to)
{
    unlazy_fpu(child);
    return copy_to_user(to, &child->thread.i387, offsetof(struct i387_fsave_struct, status))
               ? -EFAULT
               : 0;
}

static long set_fpregs(struct task_struct *child, const void __user *from)
{
    struct i387_fsave_struct fp;

    if (copy_from_user(&fp, from, offsetof(struct i387_fsave_struct, status)))
        return -EFAULT;
    unlazy_fpu(child);
    fp.status = fp.swd;
    child->thread.i387 = fp;
    child->thread.used_math = true;
    return 0;
}

long arch_ptrace(struct task_struct *child, long request, u32 addr, u32 data)
{
    switch (request) {
    case PTRACE_PEEKUSR:
        return peek_user(child, addr, (u32 __user *)data);
    case PTRACE_POKEUSR:
        return poke_user(child, addr, data);
    case PTRACE_GETREGS:
        return get_regs(child, (u32 __user *)data);
    case PTRACE_SETREGS:
        return set_regs(child, (u32 __user *)data);
    case PTRACE_GETFPREGS:
        return get_fpregs(child, (void __user *)data);
    case PTRACE_SETFPREGS:
        return set_fpregs(child, (void __user *)data);
    }
    return -EIO;
}

/* The step over `int $0x80` ends here: the CPU would only trap after one instruction more. */
static void notify_step(struct pt_regs *regs)
{
    siginfo_t info;

    memset(&info, 0, sizeof(info));
    info.si_signo = SIGTRAP;
    info.si_code = TRAP_TRACE;
    info.u.fault.addr = regs->eip;
    force_sig_info(SIGTRAP, &info, current);
}

/* Before and after a system call of a task whose tracer asked for PTRACE_SYSCALL, and after one
 * that is stepped over. */
asmlinkage void do_syscall_trace(struct pt_regs *regs, int leaving)
{
    if (!(current->ptrace & PT_PTRACED))
        return;
    if (leaving && test_thread_flag(TIF_SINGLESTEP))
        notify_step(regs);
    if (!test_thread_flag(TIF_SYSCALL_TRACE))
        return;
    ptrace_notify(SIGTRAP | (current->ptrace & PT_TRACESYSGOOD ? 0x80 : 0));
    /* The tracer may give a signal along; it is delivered on the way out. */
    if (current->exit_code) {
        send_sig(current->exit_code, current, true);
        current->exit_code = 0;
    }
}
