/* System calls about signals. */
#include <asm/processor.h>
#include <asm/uaccess.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/syscalls.h>

/* Only whole sets of 64 signals are taken. */
static bool valid_size(size_t size)
{
    return size == sizeof(sigset_t);
}

asmlinkage long sys_rt_sigaction(int sig, const struct sigaction __user *act,
                                 struct sigaction __user *oact, size_t size)
{
    struct sigaction new, old;
    int err;

    if (!valid_size(size))
        return -EINVAL;
    if (act && copy_from_user(&new, act, sizeof(new)))
        return -EFAULT;
    err = do_sigaction(sig, act ? &new : NULL, &old);
    if (!err && oact && copy_to_user(oact, &old, sizeof(old)))
        return -EFAULT;
    return err;
}

asmlinkage long sys_sigaction(int sig, const struct old_sigaction __user *act,
                              struct old_sigaction __user *oact)
{
    struct old_sigaction o;
    struct sigaction new, old;
    int err;

    if (act) {
        if (copy_from_user(&o, act, sizeof(o)))
            return -EFAULT;
        new = (struct sigaction){o.sa_handler, o.sa_flags, o.sa_restorer, o.sa_mask};
    }
    err = do_sigaction(sig, act ? &new : NULL, &old);
    if (!err && oact) {
        o = (struct old_sigaction){old.sa_handler, (u32)old.sa_mask, old.sa_flags, old.sa_restorer};
        if (copy_to_user(oact, &o, sizeof(o)))
            return -EFAULT;
    }
    return err;
}

/* The old way to set a handler: one shot, not deferred. Returns the handler before. */
asmlinkage long sys_signal(int sig, u32 handler)
{
    struct sigaction new = {handler, SA_RESETHAND | SA_NODEFER, 0, 0}, old;
    int err = do_sigaction(sig, &new, &old);

    return err ? err : (long)old.sa_handler;
}

static int change_mask(int how, sigset_t set)
{
    switch (how) {
    case SIG_BLOCK:
        set_current_blocked(current->blocked | set);
        return 0;
    case SIG_UNBLOCK:
        set_current_blocked(current->blocked & ~set);
        return 0;
    case SIG_SETMASK:
        set_current_blocked(set);
        return 0;
    }
    return -EINVAL;
}

asmlinkage long sys_rt_sigprocmask(int how, const sigset_t __user *set, sigset_t __user *oset,
                                   size_t size)
{
    sigset_t old = current->blocked, new;

    if (!valid_size(size))
        return -EINVAL;
    if (set) {
        int err;
        if (copy_from_user(&new, set, sizeof(new)))
            return -EFAULT;
        err = change_mask(how, new);
        if (err)
            return err;
    }
    return oset && copy_to_user(oset, &old, sizeof(old)) ? -EFAULT : 0;
}

asmlinkage long sys_sigprocmask(int how, const u32 __user *set, u32 __user *oset)
{
    u32 old = current->blocked, new;

    if (set) {
        sigset_t high = how == SIG_SETMASK ? current->blocked >> 32 << 32 : 0;
        int err;
        if (get_user(new, set))
            return -EFAULT;
        err = change_mask(how, high | new);
        if (err)
            return err;
    }
    return oset ? put_user(old, oset) : 0;
}

asmlinkage long sys_rt_sigpending(sigset_t __user *set, size_t size)
{
    sigset_t pending =
        (current->pending.signal | current->signal->shared_pending.signal) & current->blocked;

    if (size > sizeof(pending))
        return -EINVAL;
    return copy_to_user(set, &pending, size) ? -EFAULT : 0;
}

asmlinkage long sys_sigpending(u32 __user *set)
{
    return sys_rt_sigpending((sigset_t __user *)set, sizeof(u32));
}

/* Sleeps until a signal that `mask` lets through; the old mask comes back after its handler. */
static long do_sigsuspend(sigset_t mask)
{
    current->saved_sigmask = current->blocked;
    set_current_blocked(mask);
    set_current_state(TASK_INTERRUPTIBLE);
    schedule();
    set_thread_flag(TIF_RESTORE_SIGMASK);
    return -ERESTARTNOHAND;
}

asmlinkage long sys_rt_sigsuspend(const sigset_t __user *set, size_t size)
{
    sigset_t mask;

    if (!valid_size(size))
        return -EINVAL;
    if (copy_from_user(&mask, set, sizeof(mask)))
        return -EFAULT;
    return do_sigsuspend(mask);
}

asmlinkage long sys_sigsuspend(int unused1, int unused2, u32 mask)
{
    return do_sigsuspend(mask);
}

asmlinkage long sys_pause(void)
{
    set_current_state(TASK_INTERRUPTIBLE);
    schedule();
    return -ERESTARTNOHAND;
}

/* Waits for one of the signals in `set` and takes it without a handler. */
static long do_sigtimedwait(sigset_t set, siginfo_t *info, long timeout)
{
    int sig;

    set &= ~(sigmask(SIGKILL) | sigmask(SIGSTOP));
    spin_lock_irq(&current->sighand->siglock);
    sig = dequeue_signal(current, set, info);
    if (!sig && timeout) {
        /* Let them through, so that their arrival wakes this task. */
        current->real_blocked = current->blocked;
        current->blocked &= ~set;
        recalc_sigpending();
        current->state = TASK_INTERRUPTIBLE;
        spin_unlock_irq(&current->sighand->siglock);
        timeout = schedule_timeout(timeout);
        spin_lock_irq(&current->sighand->siglock);
        sig = dequeue_signal(current, set, info);
        current->blocked = current->real_blocked;
        current->real_blocked = 0;
        recalc_sigpending();
    }
    spin_unlock_irq(&current->sighand->siglock);
    if (sig)
        return sig;
    return timeout ? -EINTR : -EAGAIN;
}

asmlinkage long sys_rt_sigtimedwait(const sigset_t __user *uset, siginfo_t __user *uinfo,
                                    const struct timespec __user *uts, size_t size)
{
    long timeout = MAX_SCHEDULE_TIMEOUT, ret;
    struct timespec ts;
    siginfo_t info;
    sigset_t set;

    if (!valid_size(size))
        return -EINVAL;
    if (copy_from_user(&set, uset, sizeof(set)))
        return -EFAULT;
    if (uts) {
        if (copy_from_user(&ts, uts, sizeof(ts)))
            return -EFAULT;
        if (ts.tv_sec < 0 || ts.tv_nsec < 0 || ts.tv_nsec >= NSEC_PER_SEC)
            return -EINVAL;
        timeout = timespec_to_jiffies(ts.tv_sec, ts.tv_nsec);
    }
    ret = do_sigtimedwait(set, &info, timeout);
    if (ret > 0 && uinfo && copy_to_user(uinfo, &info, sizeof(info)))
        return -EFAULT;
    return ret;
}

/* May the caller send this signal to p? */
static bool may_kill(int sig, struct task_struct *p)
{
    const struct cred *c = current->cred, *t = p->cred;

    if (sig == SIGCONT && p->signal->session == current->signal->session)
        return true;
    return c->euid == t->suid || c->euid == t->uid || c->uid == t->suid || c->uid == t->uid ||
           capable(CAP_KILL);
}

static int kill_one(int sig, siginfo_t *info, struct task_struct *p)
{
    return may_kill(sig, p) ? group_send_sig_info(sig, info, p) : -EPERM;
}

/* 0 if one was reached, else the error of the last one tried. */
static int kill_group(int sig, siginfo_t *info, pid_t pgrp)
{
    struct task_struct *p;
    int ret = -ESRCH;
    bool success = false;

    for_each_task_pid (pgrp, PIDTYPE_PGID, p) {
        ret = kill_one(sig, info, p);
        success |= !ret;
    }
    return success ? 0 : ret;
}

/* Every process but init and the caller's own. */
static int kill_all(int sig, siginfo_t *info)
{
    struct task_struct *p;
    int ret = -ESRCH;

    for_each_process (p) {
        if (p->pid > 1 && p->tgid != current->tgid && p->mm) {
            int err = kill_one(sig, info, p);
            if (err != -EPERM)
                ret = err;
        }
    }
    return ret;
}

static int kill_something(int sig, siginfo_t *info, pid_t pid)
{
    struct task_struct *p;

    if (pid == -1)
        return kill_all(sig, info);
    if (pid <= 0)
        return kill_group(sig, info, pid ? -pid : current->signal->pgrp);
    p = find_task_by_pid(pid);
    return p ? kill_one(sig, info, p) : -ESRCH;
}

static siginfo_t user_info(int sig, int code)
{
    siginfo_t info;

    memset(&info, 0, sizeof(info));
    info.si_signo = sig;
    info.si_code = code;
    info.u.rt.pid = current->tgid;
    info.u.rt.uid = current->cred->uid;
    return info;
}

asmlinkage long sys_kill(pid_t pid, int sig)
{
    siginfo_t info = user_info(sig, SI_USER);

    if (sig < 0 || sig > _NSIG)
        return -EINVAL;
    return kill_something(sig, &info, pid);
}

/* To one thread; tgid 0: of whatever process. */
static long do_tkill(pid_t tgid, pid_t pid, int sig)
{
    siginfo_t info = user_info(sig, SI_TKILL);
    struct task_struct *p = find_task_by_pid(pid);

    if (sig < 0 || sig > _NSIG)
        return -EINVAL;
    if (!p || (tgid > 0 && p->tgid != tgid))
        return -ESRCH;
    if (!may_kill(sig, p))
        return -EPERM;
    return sig ? specific_send_sig_info(sig, &info, p) : 0;
}

asmlinkage long sys_tgkill(pid_t tgid, pid_t pid, int sig)
{
    return pid <= 0 || tgid <= 0 ? -EINVAL : do_tkill(tgid, pid, sig);
}

asmlinkage long sys_tkill(pid_t pid, int sig)
{
    return pid <= 0 ? -EINVAL : do_tkill(0, pid, sig);
}

/* A signal with a value. The sender may not pose as the kernel or as kill(). */
asmlinkage long sys_rt_sigqueueinfo(pid_t pid, int sig, siginfo_t __user *uinfo)
{
    siginfo_t info;

    if (sig < 0 || sig > _NSIG)
        return -EINVAL;
    if (copy_from_user(&info, uinfo, sizeof(info)))
        return -EFAULT;
    if ((info.si_code >= 0 || info.si_code == SI_TKILL) && pid != current->pid)
        return -EPERM;
    info.si_signo = sig;
    return kill_something(sig, &info, pid);
}

int do_sigaltstack(const stack_t *new, stack_t *old, u32 esp)
{
    if (old) {
        old->ss_sp = current->sas_ss_sp;
        old->ss_size = current->sas_ss_size;
        old->ss_flags = sas_ss_flags(esp);
    }
    if (!new)
        return 0;
    if (sas_ss_flags(esp) == SS_ONSTACK)
        return -EPERM;
    if (new->ss_flags &&new->ss_flags != SS_DISABLE &&new->ss_flags != SS_ONSTACK)
        return -EINVAL;
    if (new->ss_flags == SS_DISABLE) {
        current->sas_ss_sp = current->sas_ss_size = 0;
        return 0;
    }
    if (new->ss_size < MINSIGSTKSZ)
        return -ENOMEM;
    current->sas_ss_sp = new->ss_sp;
    current->sas_ss_size = new->ss_size;
    return 0;
}

asmlinkage long sys_sigaltstack(const stack_t __user *uss, stack_t __user *uoss)
{
    stack_t new, old;
    int err;

    if (uss && copy_from_user(&new, uss, sizeof(new)))
        return -EFAULT;
    err = do_sigaltstack(uss ? &new : NULL, &old, current_pt_regs()->esp);
    if (!err && uoss && copy_to_user(uoss, &old, sizeof(old)))
        return -EFAULT;
    return err;
}

/* Goes on with a call that was stopped in the middle (sleeping) and was not to start afresh. */
asmlinkage long sys_restart_syscall(void)
{
    struct restart_block *restart = &current_thread_info()->restart_block;
    return restart->fn ? restart->fn(restart) : -EINTR;
}
