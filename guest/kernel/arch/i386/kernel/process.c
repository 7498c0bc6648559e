/* The i386 side of tasks: making their first frame, switching between them, fork's entry points. */
#include <asm/processor.h>
#include <asm/uaccess.h>
#include <linux/binfmts.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/linkage.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/traps.h>

/* pid 0 when nothing else can run: sleep until an interrupt makes a task runnable. */
void cpu_idle(void)
{
    for (;;) {
        local_irq_disable();
        if (!need_resched())
            safe_halt();
        local_irq_enable();
        schedule();
    }
}

/*
 * Runs fn(arg) as a new kernel task. The registers are made up: copy_thread() puts them on the
 * child's stack, where ret_from_kernel_thread finds the function in ebx and its argument in ebp.
 */
pid_t kernel_thread(int (*fn)(void *), void *arg, unsigned long flags)
{
    struct pt_regs regs;

    memset(&regs, 0, sizeof(regs));
    regs.ebx = (u32)fn;
    regs.ebp = (u32)arg;
    regs.ds = __USER_DS;
    regs.es = __USER_DS;
    regs.orig_eax = -1;
    regs.eip = (u32)ret_from_kernel_thread;
    regs.cs = __KERNEL_CS;
    regs.eflags = X86_EFLAGS_IF | X86_EFLAGS_BIT1;
    return do_fork(flags | CLONE_VM | CLONE_UNTRACED, 0, &regs, 0, NULL, NULL);
}

/* The I/O permission bitmap of a parent is copied, so that neither side changes the other's. */
static int copy_io_bitmap(struct task_struct *p)
{
    p->thread.io_bitmap = NULL;
    if (!current->thread.io_bitmap)
        return 0;
    p->thread.io_bitmap = kmalloc(IO_BITMAP_BYTES, GFP_KERNEL);
    if (!p->thread.io_bitmap) {
        p->thread.io_bitmap_max = 0;
        return -ENOMEM;
    }
    memcpy(p->thread.io_bitmap, current->thread.io_bitmap, IO_BITMAP_BYTES);
    return 0;
}

/*
 * Gives the child its registers. Its kernel stack is empty but for one frame at the very top: a
 * copy of the parent's, with eax = 0 - that is why fork() returns 0 in the child. The saved
 * kernel registers make the first switch_to() start it at ret_from_fork with esp on that frame.
 * thread.esp0 is where the CPU will begin to push when the child enters the kernel again.
 *
 * Nobody sees the child yet. 0, or -errno with nothing left to undo.
 */
int copy_thread(unsigned long clone_flags, u32 stack_start, struct task_struct *p,
                struct pt_regs *regs)
{
    struct pt_regs *childregs = (struct pt_regs *)((u8 *)p->thread_info + THREAD_SIZE) - 1;
    int err;

    *childregs = *regs;
    p->thread.esp = (u32)childregs;
    p->thread.esp0 = (u32)(childregs + 1);
    memset(p->thread.debugreg, 0, sizeof(p->thread.debugreg));

    if (p->flags & PF_KTHREAD) {
        p->thread.eip = (u32)ret_from_kernel_thread;
        p->thread.io_bitmap = NULL;
        return 0;
    }

    childregs->eax = 0;
    if (stack_start)
        childregs->esp = stack_start;
    p->thread.eip = (u32)ret_from_fork;

    err = copy_io_bitmap(p);
    if (!err && (clone_flags & CLONE_SETTLS))
        err = set_child_tls(p, (struct user_desc __user *)childregs->esi);
    if (err)
        free_thread(p);
    return err;
}

/* Makes TSS and I/O ports those of `next`. */
static void switch_io_bitmap(struct thread_struct *prev, struct thread_struct *next)
{
    if (next->io_bitmap) {
        memcpy(init_tss.io_bitmap, next->io_bitmap, IO_BITMAP_BYTES);
        init_tss.hw.io_bitmap_base = offsetof(struct tss_struct, io_bitmap);
    } else if (prev->io_bitmap) {
        init_tss.hw.io_bitmap_base = INVALID_IO_BITMAP_OFFSET;
    }
}

/* DR7 says which of DR0 to DR3 are used; without it the others do not matter. */
void load_debugreg(const struct thread_struct *t)
{
    if (t->debugreg[7]) {
        set_debugreg(t->debugreg[0], 0);
        set_debugreg(t->debugreg[1], 1);
        set_debugreg(t->debugreg[2], 2);
        set_debugreg(t->debugreg[3], 3);
    }
    set_debugreg(t->debugreg[7], 7);
}

/* Called by switch_to() on the stack of `next`, with interrupts off: what else belongs to a task but
 * registers. Returns prev, which goes on in eax to whoever runs now. */
struct task_struct *__switch_to(struct task_struct *prev, struct task_struct *next)
{
    unlazy_fpu(prev);
    init_tss.hw.esp0 = next->thread.esp0;
    load_TLS(&next->thread);
    switch_io_bitmap(&prev->thread, &next->thread);
    if (prev->thread.debugreg[7] | next->thread.debugreg[7])
        load_debugreg(&next->thread);
    return prev;
}

void start_thread(struct pt_regs *regs, u32 eip, u32 esp)
{
    memset(regs, 0, sizeof(*regs));
    regs->ds = __USER_DS;
    regs->es = __USER_DS;
    regs->orig_eax = -1;
    regs->eip = eip;
    regs->cs = __USER_CS;
    regs->eflags = X86_EFLAGS_IF | X86_EFLAGS_BIT1;
    regs->esp = esp;
    regs->ss = __USER_DS;
}

/* The current task ends: its I/O bitmap and x87 state go. */
void exit_thread(void)
{
    if (current->thread.io_bitmap)
        init_tss.hw.io_bitmap_base = INVALID_IO_BITMAP_OFFSET;
    clear_fpu(current);
    free_thread(current);
}

/* A new program starts without TLS, breakpoints and x87 state. Ports stay allowed. */
void flush_thread(void)
{
    memset(current->thread.tls_array, 0, sizeof(current->thread.tls_array));
    memset(current->thread.debugreg, 0, sizeof(current->thread.debugreg));
    load_debugreg(&current->thread);
    load_TLS(&current->thread);
    clear_fpu(current);
    current->thread.used_math = false;
}

void free_thread(struct task_struct *p)
{
    kfree(p->thread.io_bitmap);
    p->thread.io_bitmap = NULL;
}

asmlinkage long sys_fork(void)
{
    return do_fork(SIGCHLD, 0, current_pt_regs(), 0, NULL, NULL);
}

asmlinkage long sys_vfork(void)
{
    return do_fork(CLONE_VFORK | CLONE_VM | SIGCHLD, 0, current_pt_regs(), 0, NULL, NULL);
}

/* The fourth argument, in esi, is the TLS descriptor; copy_thread() takes it from the frame. */
asmlinkage long sys_clone(u32 flags, u32 newsp, int __user *parent_tidptr, u32 tls,
                          int __user *child_tidptr)
{
    return do_fork(flags, newsp, current_pt_regs(), 0, parent_tidptr, child_tidptr);
}

asmlinkage long sys_execve(const char __user *filename, u32 __user *argv, u32 __user *envp)
{
    char *name = getname(filename);
    long error;

    if (IS_ERR(name))
        return PTR_ERR(name);
    error = do_execve(name, argv, envp, current_pt_regs());
    putname(name);
    return error;
}
