/* wait4() and waitpid(): what became of the children. */
#include <asm/uaccess.h>
#include <linux/ptrace.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/syscalls.h>
#include <linux/trace.h>
#include <uapi/wait.h>

/* What the caller of wait4() wants. */
struct wait_opts {
    pid_t pid;                /* > 0: this child; 0: own group; -1: any; < -1: that group */
    u32 options;              /* W* */
    int __user *stat_addr;    /* may be NULL */
    struct rusage __user *ru; /* may be NULL */
    bool had_child;           /* a child that may yet end was seen */
};

static bool eligible_child(const struct wait_opts *wo, struct task_struct *p)
{
    if (wo->pid > 0 && p->pid != wo->pid)
        return false;
    if (wo->pid == 0 && p->signal->pgrp != current->signal->pgrp)
        return false;
    if (wo->pid < -1 && p->signal->pgrp != -wo->pid)
        return false;
    if (p->exit_signal == -1 && !p->ptrace) /* a thread, or one that releases itself */
        return false;
    /* "Clone" children are those that do not send SIGCHLD. */
    if ((p->exit_signal != SIGCHLD) != !!(wo->options & __WCLONE) && !(wo->options & __WALL) &&
        !p->ptrace)
        return false;
    return true;
}

/* The leader of a group with living threads is not waited for yet. */
static bool delay_group_leader(struct task_struct *p)
{
    return thread_group_leader(p) && !thread_group_empty(p);
}

/* The status goes to the caller. The pid, or -EFAULT. */
static long report(const struct wait_opts *wo, struct task_struct *p, int status)
{
    if (wo->ru && put_rusage(p, RUSAGE_BOTH, wo->ru))
        return -EFAULT;
    if (wo->stat_addr && put_user(status, wo->stat_addr))
        return -EFAULT;
    return p->pid;
}

static void account_child(struct task_struct *p)
{
    struct signal_struct *psig = current->signal, *sig = p->signal;

    psig->cutime += p->utime + sig->utime + sig->cutime;
    psig->cstime += p->stime + sig->stime + sig->cstime;
    psig->cmin_flt += p->min_flt + sig->min_flt + sig->cmin_flt;
    psig->cmaj_flt += p->maj_flt + sig->maj_flt + sig->cmaj_flt;
}

/* Takes the zombie away. One that was traced by another goes back to its real parent first. */
static long wait_task_zombie(const struct wait_opts *wo, struct task_struct *p)
{
    int status = p->signal->flags & SIGNAL_GROUP_EXIT ? p->signal->group_exit_code : p->exit_code;
    bool release = true;
    long ret;

    trace_sched_process_wait(p);
    ret = report(wo, p, status);
    if (ret < 0)
        return ret;
    if (p->real_parent == p->parent)
        account_child(p);
    if (p->real_parent != p->parent) {
        spin_lock_irq(&tasklist_lock);
        __ptrace_unlink(p);
        if (p->exit_signal != -1) {
            do_notify_parent(p, p->exit_signal);
            release = p->exit_signal == -1;
        }
        spin_unlock_irq(&tasklist_lock);
    }
    if (release) {
        p->exit_state = EXIT_DEAD;
        release_task(p);
    }
    return ret;
}

static long wait_task_stopped(const struct wait_opts *wo, struct task_struct *p)
{
    int code = p->exit_code;
    long ret = report(wo, p, code << 8 | 0x7f);

    if (ret >= 0)
        p->exit_code = 0; /* told once */
    return ret;
}

static long wait_task_continued(const struct wait_opts *wo, struct task_struct *p)
{
    long ret = report(wo, p, 0xffff);

    if (ret >= 0)
        p->signal->flags &= ~SIGNAL_STOP_CONTINUED;
    return ret;
}

/* Has this child something to tell? Its pid or -errno; 0: not now. */
static long wait_consider(struct wait_opts *wo, struct task_struct *p)
{
    if (!eligible_child(wo, p) || p->exit_state == EXIT_DEAD)
        return 0;
    wo->had_child = true;
    if (p->state == TASK_TRACED && p->exit_code)
        return wait_task_stopped(wo, p);
    if (p->state == TASK_STOPPED && p->exit_code &&
        ((wo->options & WUNTRACED) || (p->ptrace & PT_PTRACED)))
        return wait_task_stopped(wo, p);
    if (p->exit_state == EXIT_ZOMBIE && !delay_group_leader(p))
        return wait_task_zombie(wo, p);
    if ((wo->options & WCONTINUED) && (p->signal->flags & SIGNAL_STOP_CONTINUED))
        return wait_task_continued(wo, p);
    return 0;
}

/* The children of one thread. Those that another task traces only count as being there. */
static long wait_thread_children(struct wait_opts *wo, struct task_struct *tsk)
{
    struct task_struct *p, *n;

    list_for_each_entry_safe (p, n, &tsk->children, sibling) {
        long ret = wait_consider(wo, p);
        if (ret)
            return ret;
    }
    list_for_each_entry (p, &tsk->ptrace_children, ptrace_list) {
        if (eligible_child(wo, p))
            wo->had_child = true;
    }
    return 0;
}

static long wait_all_threads(struct wait_opts *wo)
{
    struct task_struct *tsk = current;

    do {
        long ret = wait_thread_children(wo, tsk);
        if (ret || (wo->options & __WNOTHREAD))
            return ret;
        tsk = next_thread(tsk);
    } while (tsk != current);
    return 0;
}

static long do_wait(struct wait_opts *wo)
{
    struct wait_queue_head *q = &current->signal->wait_chldexit;
    DEFINE_WAIT(wait);
    long ret;

    for (;;) {
        prepare_to_wait(q, &wait, TASK_INTERRUPTIBLE);
        wo->had_child = false;
        ret = wait_all_threads(wo);
        if (ret)
            break;
        ret = wo->had_child ? 0 : -ECHILD;
        if (ret || (wo->options & WNOHANG))
            break;
        ret = -ERESTARTSYS;
        if (signal_pending(current))
            break;
        schedule();
    }
    finish_wait(q, &wait);
    return ret;
}

asmlinkage long sys_wait4(pid_t pid, int __user *stat_addr, u32 options, struct rusage __user *ru)
{
    struct wait_opts wo = {pid, options, stat_addr, ru, false};

    if (options & ~(WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL))
        return -EINVAL;
    return do_wait(&wo);
}

asmlinkage long sys_waitpid(pid_t pid, int __user *stat_addr, u32 options)
{
    return sys_wait4(pid, stat_addr, options, NULL);
}
