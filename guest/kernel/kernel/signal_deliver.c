/*
 * What becomes of a signal that is due: a handler, nothing, a stop, or the end; and what parents
 * are told about it.
 */
#include <linux/kernel.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/trace.h>
#include <uapi/errno.h>

#define COREDUMP_FLAG 0x80 /* in the status: the signal is one of those that dump core */

static const u8 default_ignored[] = {SIGCONT, SIGCHLD, SIGWINCH, SIGURG};
static const u8 default_stop[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
static const u8 default_core[] = {SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGFPE,
                                  SIGSEGV, SIGBUS, SIGSYS,  SIGXCPU, SIGXFSZ};

static bool in_set(int sig, const u8 *set, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (set[i] == sig)
            return true;
    }
    return false;
}

static void wake_up_parent(struct task_struct *parent)
{
    wake_up(&parent->signal->wait_chldexit);
}

static void fill_chld_info(siginfo_t *info, struct task_struct *p, int sig)
{
    memset(info, 0, sizeof(*info));
    info->si_signo = sig;
    info->u.chld.pid = p->pid;
    info->u.chld.uid = p->cred->uid;
    info->u.chld.utime = p->utime + p->signal->utime;
    info->u.chld.stime = p->stime + p->signal->stime;
}

/*
 * A task has ended. A parent that ignores SIGCHLD, or asked for no zombies, will not wait: the
 * task's exit_signal becomes -1 and the caller releases it. tasklist_lock is held.
 */
void do_notify_parent(struct task_struct *p, int sig)
{
    struct task_struct *parent = p->parent;
    struct sighand_struct *psig = parent->sighand;
    siginfo_t info;
    int status = p->exit_code & 0x7f;

    fill_chld_info(&info, p, sig);
    info.si_code = p->exit_code & COREDUMP_FLAG ? CLD_DUMPED : status ? CLD_KILLED : CLD_EXITED;
    info.u.chld.status = status ? status : p->exit_code >> 8;
    if (!p->ptrace && sig == SIGCHLD) {
        const struct sigaction *ka = &psig->action[SIGCHLD - 1];
        if (ka->sa_handler == SIG_IGN || (ka->sa_flags & SA_NOCLDWAIT)) {
            p->exit_signal = -1;
            if (ka->sa_handler == SIG_IGN)
                sig = 0;
        }
    }
    if (sig > 0 && sig <= _NSIG)
        group_send_sig_info(sig, &info, parent);
    wake_up_parent(parent);
}

/* A task has stopped or goes on. The tracer of a traced task is told (to_self), else the parent of
 * the group. */
void do_notify_parent_cldstop(struct task_struct *p, bool to_self, int why)
{
    struct task_struct *parent;
    const struct sigaction *ka;
    siginfo_t info;

    if (!to_self)
        p = p->group_leader;
    parent = to_self ? p->parent : p->real_parent;
    fill_chld_info(&info, p, SIGCHLD);
    info.si_code = why;
    info.u.chld.status = why == CLD_CONTINUED ? SIGCONT
                         : why == CLD_STOPPED ? p->signal->group_exit_code & 0x7f
                                              : p->exit_code & 0x7f;
    ka = &parent->sighand->action[SIGCHLD - 1];
    if (ka->sa_handler != SIG_IGN && !(ka->sa_flags & SA_NOCLDSTOP))
        group_send_sig_info(SIGCHLD, &info, parent);
    wake_up_parent(parent); /* even with SIGCHLD ignored wait4() returns */
}

/* Sleeps in the stopped state. The last thread to stop tells the parent. */
static void finish_stop(int stop_count)
{
    if (current->ptrace & PT_PTRACED)
        do_notify_parent_cldstop(current, true, CLD_STOPPED);
    else if (stop_count == 0)
        do_notify_parent_cldstop(current, false, CLD_STOPPED);
    schedule();
    current->exit_code = 0;
}

/* The current thread takes part in a stop of its group. siglock is held and given up. */
static void stop_here(int sig)
{
    struct signal_struct *s = current->signal;
    int stop_count = s->group_stop_count;

    if (stop_count > 0)
        stop_count = --s->group_stop_count;
    if (!stop_count)
        s->flags = SIGNAL_STOP_STOPPED;
    current->exit_code = sig;
    set_current_state(TASK_STOPPED);
    spin_unlock_irq(&current->sighand->siglock);
    finish_stop(stop_count);
}

/* A stop signal: every thread of the group is asked to stop. siglock is held and given up. */
static void do_signal_stop(int sig)
{
    struct signal_struct *s = current->signal;

    if (!s->group_stop_count) {
        s->group_exit_code = sig;
        s->group_stop_count = 1; /* this thread */
        for (struct task_struct *t = next_thread(current); t != current; t = next_thread(t)) {
            if (t->exit_state || t->state == TASK_STOPPED)
                continue;
            s->group_stop_count++;
            signal_wake_up(t, false);
        }
    }
    stop_here(sig);
}

/* Is a stop of the group waiting for this thread? siglock is held; given up if true. */
static bool handle_group_stop(void)
{
    if (!current->signal->group_stop_count)
        return false;
    if (current->signal->group_exit_task == current) { /* execve() is ending the others */
        current->signal->group_stop_count = 0;
        return false;
    }
    stop_here(current->signal->group_exit_code);
    return true;
}

bool is_current_pgrp_orphaned(void)
{
    return will_become_orphaned_pgrp(current->signal->pgrp, NULL);
}

/* Tells the parent of a continuation that send_signal could only note. siglock is held. */
static void notify_continued(void)
{
    struct signal_struct *s = current->signal;

    if (!(s->flags & SIGNAL_CLD_CONTINUED))
        return;
    s->flags &= ~SIGNAL_CLD_CONTINUED;
    spin_unlock_irq(&current->sighand->siglock);
    do_notify_parent_cldstop(current, false, CLD_CONTINUED);
    spin_lock_irq(&current->sighand->siglock);
}

/* The tracer sees the signal first and may change or drop it. siglock is held. Returns the signal
 * that is left. */
static int ptrace_signal(int sig, siginfo_t *info)
{
    spin_unlock_irq(&current->sighand->siglock);
    ptrace_stop(sig, info);
    spin_lock_irq(&current->sighand->siglock);
    sig = current->exit_code;
    current->exit_code = 0;
    if (sig && sig != info->si_signo) {
        memset(info, 0, sizeof(*info));
        info->si_signo = sig;
        info->u.rt.pid = current->parent->pid;
    }
    if (sig && (current->blocked & sigmask(sig))) { /* a new one may be blocked: later */
        current->pending.signal |= sigmask(sig);
        sig = 0;
    }
    return sig;
}

/* Nobody kills init: what users send it without its asking is lost. Its own faults are not. */
static bool init_is_immune(int sig, const siginfo_t *info)
{
    return current->tgid == 1 && sig != SIGKILL && info->si_code <= 0;
}

/* The default action. Comes back only if that is nothing or a stop. siglock is held and given up.
 */
static void default_action(int sig, const siginfo_t *info)
{
    int code = sig;

    if (in_set(sig, default_ignored, sizeof(default_ignored)) || init_is_immune(sig, info)) {
        spin_unlock_irq(&current->sighand->siglock);
        return;
    }
    if (in_set(sig, default_stop, sizeof(default_stop))) {
        if (sig != SIGSTOP && is_current_pgrp_orphaned())
            spin_unlock_irq(&current->sighand->siglock);
        else
            do_signal_stop(sig);
        return;
    }
    spin_unlock_irq(&current->sighand->siglock);
    current->flags |= PF_SIGNALED;
    if (in_set(sig, default_core, sizeof(default_core)))
        code |= COREDUMP_FLAG;
    do_group_exit(code);
}

/* Finds the next signal that has a handler and copies the handler out. What else is pending stops
 * or ends the task here. 0: nothing to handle. */
int get_signal_to_deliver(siginfo_t *info, struct sigaction *ka_out, struct pt_regs *regs)
{
    for (;;) {
        struct sigaction *ka;
        int sig;

        spin_lock_irq(&current->sighand->siglock);
        notify_continued();
        if (handle_group_stop())
            continue;
        sig = dequeue_signal(current, ~current->blocked, info);
        if (sig && (current->ptrace & PT_PTRACED) && sig != SIGKILL) {
            sig = ptrace_signal(sig, info);
            if (!sig) {
                recalc_sigpending();
                spin_unlock_irq(&current->sighand->siglock);
                continue;
            }
        }
        if (!sig) {
            spin_unlock_irq(&current->sighand->siglock);
            return 0;
        }
        trace_signal_deliver(current, sig);
        ka = &current->sighand->action[sig - 1];
        if (ka->sa_handler == SIG_DFL) {
            default_action(sig, info);
            continue;
        }
        *ka_out = *ka;
        if (ka->sa_handler != SIG_IGN && (ka->sa_flags & SA_RESETHAND))
            ka->sa_handler = SIG_DFL;
        spin_unlock_irq(&current->sighand->siglock);
        if (ka_out->sa_handler != SIG_IGN)
            return sig;
    }
}

/* Stops for the tracer until it says how to go on. */
void ptrace_stop(int exit_code, siginfo_t *info)
{
    current->last_siginfo = info;
    current->exit_code = exit_code;
    local_irq_disable();
    if ((current->ptrace & PT_PTRACED) && !(current->pending.signal & sigmask(SIGKILL))) {
        set_current_state(TASK_TRACED);
        do_notify_parent_cldstop(current, true, CLD_TRAPPED);
        schedule();
    } else {
        current->exit_code = 0; /* the tracer has gone */
        local_irq_enable();
    }
    current->last_siginfo = NULL;
    spin_lock_irq(&current->sighand->siglock);
    recalc_sigpending();
    spin_unlock_irq(&current->sighand->siglock);
}

void ptrace_notify(int exit_code)
{
    siginfo_t info;

    BUG_ON((exit_code & 0x7f) != SIGTRAP || exit_code >> 16);
    memset(&info, 0, sizeof(info));
    info.si_signo = SIGTRAP;
    info.si_code = exit_code;
    info.u.rt.pid = current->pid;
    info.u.rt.uid = current->cred->uid;
    ptrace_stop(exit_code, &info);
}
