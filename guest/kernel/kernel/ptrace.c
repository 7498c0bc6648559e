/* ptrace(): who traces whom, and the requests that do not depend on the processor. */
#include <asm/uaccess.h>
#include <linux/kernel.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/syscalls.h>

/*
 * The tracer becomes the parent: it is who waits for the child and is told of its stops. The real
 * parent keeps the child on a list of its own.
 */
void __ptrace_link(struct task_struct *child, struct task_struct *tracer)
{
    BUG_ON(!list_empty(&child->ptrace_list));
    if (child->parent == tracer)
        return;
    list_add(&child->ptrace_list, &child->real_parent->ptrace_children);
    list_del_init(&child->sibling);
    child->parent = tracer;
    list_add_tail(&child->sibling, &tracer->children);
}

/* The tracer lets go. A thread that is not leader is on nobody's list of children. */
void __ptrace_unlink(struct task_struct *child)
{
    child->ptrace = 0;
    if (!list_empty(&child->ptrace_list)) {
        list_del_init(&child->ptrace_list);
        list_del_init(&child->sibling);
        child->parent = child->real_parent;
        if (thread_group_leader(child))
            list_add_tail(&child->sibling, &child->parent->children);
    }
    if (child->state == TASK_TRACED) {
        /* A stopped group stays stopped, now as any other. */
        if (child->signal->flags & SIGNAL_STOP_STOPPED)
            child->state = TASK_STOPPED;
        else
            signal_wake_up(child, true);
    }
}

/* May the caller trace this task? */
static bool may_attach(struct task_struct *task)
{
    const struct cred *c = current->cred, *t = task->cred;
    bool same_user = c->uid == t->euid && c->uid == t->suid && c->uid == t->uid &&
                     c->gid == t->egid && c->gid == t->sgid && c->gid == t->gid;

    if (!task->mm || task->pid <= 1 || task->tgid == current->tgid || task->exit_state)
        return false;
    return (same_user && task->mm->dumpable) || capable(CAP_SYS_PTRACE);
}

static int ptrace_attach(struct task_struct *task)
{
    if (!may_attach(task) || (task->ptrace & PT_PTRACED))
        return -EPERM;
    spin_lock_irq(&tasklist_lock);
    task->ptrace = PT_PTRACED;
    __ptrace_link(task, current);
    spin_unlock_irq(&tasklist_lock);
    send_sig(SIGSTOP, task, true);
    if (task->state == TASK_STOPPED) /* it has to stop anew, for its tracer */
        wake_up_process(task);
    return 0;
}

static int ptrace_traceme(void)
{
    if (current->ptrace & PT_PTRACED)
        return -EPERM;
    current->ptrace |= PT_PTRACED;
    return 0;
}

/* Is it ours, and held? A task that SIGSTOP stopped counts from now on as held by us. */
static int check_attach(struct task_struct *child, bool running_will_do)
{
    if (!(child->ptrace & PT_PTRACED) || child->parent != current)
        return -ESRCH;
    if (child->state == TASK_STOPPED)
        child->state = TASK_TRACED;
    return running_will_do || child->state == TASK_TRACED ? 0 : -ESRCH;
}

/* Lets the child go on, with a signal or without (0). */
static int ptrace_resume(struct task_struct *child, long request, u32 sig)
{
    if (sig > _NSIG)
        return -EIO;
    if (request == PTRACE_SYSCALL)
        set_tsk_thread_flag(child, TIF_SYSCALL_TRACE);
    else
        clear_tsk_thread_flag(child, TIF_SYSCALL_TRACE);
    if (request == PTRACE_SINGLESTEP)
        user_enable_single_step(child);
    else
        user_disable_single_step(child);
    child->exit_code = sig;
    wake_up_process(child);
    return 0;
}

static int ptrace_detach(struct task_struct *child, u32 sig)
{
    if (sig > _NSIG)
        return -EIO;
    user_disable_single_step(child);
    clear_tsk_thread_flag(child, TIF_SYSCALL_TRACE);
    child->exit_code = sig;
    spin_lock_irq(&tasklist_lock);
    __ptrace_unlink(child);
    spin_unlock_irq(&tasklist_lock);
    return 0;
}

static int ptrace_kill(struct task_struct *child)
{
    if (child->exit_state)
        return 0;
    send_sig(SIGKILL, child, true);
    return 0;
}

static int ptrace_setoptions(struct task_struct *child, u32 options)
{
    child->ptrace = (child->ptrace & ~PT_OPT_MASK) | (options & PTRACE_O_MASK) << PT_OPT_SHIFT;
    return options & ~PTRACE_O_MASK ? -EINVAL : 0;
}

static int ptrace_getsiginfo(struct task_struct *child, siginfo_t __user *to)
{
    if (!child->last_siginfo)
        return -EINVAL;
    return copy_to_user(to, child->last_siginfo, sizeof(siginfo_t)) ? -EFAULT : 0;
}

static int ptrace_setsiginfo(struct task_struct *child, const siginfo_t __user *from)
{
    siginfo_t info;

    if (!child->last_siginfo)
        return -EINVAL;
    if (copy_from_user(&info, from, sizeof(info)))
        return -EFAULT;
    *child->last_siginfo = info;
    return 0;
}

static int ptrace_peek(struct task_struct *child, u32 addr, u32 __user *to)
{
    u32 word;

    if (access_process_vm(child, addr, &word, sizeof(word), false) != sizeof(word))
        return -EIO;
    return put_user(word, to);
}

static int ptrace_poke(struct task_struct *child, u32 addr, const u32 *word)
{
    u32 value = *word;
    return access_process_vm(child, addr, &value, sizeof(value), true) == sizeof(value) ? 0 : -EIO;
}

static long ptrace_request(struct task_struct *child, long request, u32 addr, u32 data)
{
    switch (request) {
    case PTRACE_PEEKTEXT:
    case PTRACE_PEEKDATA:
        return ptrace_peek(child, addr, (u32 __user *)data);
    case PTRACE_POKETEXT:
    case PTRACE_POKEDATA:
        return ptrace_poke(child, addr, &data);
    case PTRACE_CONT:
    case PTRACE_SYSCALL:
    case PTRACE_SINGLESTEP:
        return ptrace_resume(child, request, data);
    case PTRACE_KILL:
        return ptrace_kill(child);
    case PTRACE_DETACH:
        return ptrace_detach(child, data);
    case PTRACE_SETOPTIONS:
        return ptrace_setoptions(child, data);
    case PTRACE_GETEVENTMSG:
        return put_user(child->ptrace_message, (unsigned long __user *)data);
    case PTRACE_GETSIGINFO:
        return ptrace_getsiginfo(child, (siginfo_t __user *)data);
    case PTRACE_SETSIGINFO:
        return ptrace_setsiginfo(child, (siginfo_t __user *)data);
    }
    return arch_ptrace(child, request, addr, data);
}

asmlinkage long sys_ptrace(long request, pid_t pid, u32 addr, u32 data)
{
    struct task_struct *child;
    long ret;

    if (request == PTRACE_TRACEME)
        return ptrace_traceme();
    child = find_task_by_pid(pid);
    if (!child)
        return -ESRCH;
    if (request == PTRACE_ATTACH)
        return ptrace_attach(child);
    ret = check_attach(child, request == PTRACE_KILL);
    return ret ? ret : ptrace_request(child, request, addr, data);
}
