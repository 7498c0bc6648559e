/*
 * Signals: sending them (into a pending set, and waking who is to see them) and taking them out
 * (dequeue_signal). What a signal then does is in signal_deliver.c.
 *
 * A signal is pending for one thread (task_struct.pending) or for the process as a whole
 * (signal_struct.shared_pending). Signals below SIGRTMIN are pending at most once; the others are
 * queued. siglock of the sighand guards it all; functions with two underscores expect it held.
 */
#include <linux/kernel.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <uapi/errno.h>

#define SYNCHRONOUS_MASK                                                                           \
    (sigmask(SIGSEGV) | sigmask(SIGBUS) | sigmask(SIGILL) | sigmask(SIGTRAP) | sigmask(SIGFPE))
#define STOP_MASK   (sigmask(SIGSTOP) | sigmask(SIGTSTP) | sigmask(SIGTTIN) | sigmask(SIGTTOU))
#define IGNORE_MASK (sigmask(SIGCONT) | sigmask(SIGCHLD) | sigmask(SIGWINCH) | sigmask(SIGURG))

static struct kmem_cache *sigqueue_cachep;

void signals_init(void)
{
    sigqueue_cachep = kmem_cache_create("sigqueue", sizeof(struct sigqueue));
}

static u32 handler_of(struct task_struct *p, int sig)
{
    return p->sighand->action[sig - 1].sa_handler;
}

/* Would this signal do nothing if delivered? Blocked and traced signals are kept all the same, also
 * those that are blocked but for the time of a sigtimedwait(). */
static bool sig_ignored(struct task_struct *p, int sig)
{
    u32 handler = handler_of(p, sig);

    if ((p->ptrace & PT_PTRACED) || ((p->blocked | p->real_blocked) & sigmask(sig)))
        return false;
    return handler == SIG_IGN ||
           (handler == SIG_DFL && sig < SIGRTMIN && (sigmask(sig) & IGNORE_MASK));
}

void recalc_sigpending_tsk(struct task_struct *p)
{
    sigset_t pending = p->pending.signal | p->signal->shared_pending.signal;

    if ((pending & ~p->blocked) || p->signal->group_stop_count > 0)
        set_tsk_thread_flag(p, TIF_SIGPENDING);
    else
        clear_tsk_thread_flag(p, TIF_SIGPENDING);
}

void recalc_sigpending(void)
{
    recalc_sigpending_tsk(current);
}

/* Makes p look at its signals; `resume` also when it is stopped (SIGKILL). */
void signal_wake_up(struct task_struct *p, bool resume)
{
    unsigned int state = TASK_INTERRUPTIBLE;

    set_tsk_thread_flag(p, TIF_SIGPENDING);
    if (resume)
        state |= TASK_STOPPED | TASK_TRACED;
    /* A vfork parent sleeps uninterruptibly but may be killed. */
    if (p->pending.signal & sigmask(SIGKILL))
        state |= TASK_UNINTERRUPTIBLE;
    try_to_wake_up(p, state);
}

/* Removes signals from a pending set. True if there were any. */
static bool rm_from_queue(sigset_t mask, struct sigpending *s)
{
    struct sigqueue *q, *n;

    if (!(s->signal & mask))
        return false;
    s->signal &= ~mask;
    list_for_each_entry_safe (q, n, &s->list, list) {
        if (sigmask(q->info.si_signo) & mask) {
            list_del(&q->list);
            kmem_cache_free(sigqueue_cachep, q);
        }
    }
    return true;
}

static void rm_from_group(sigset_t mask, struct task_struct *p)
{
    struct task_struct *t = p;

    rm_from_queue(mask, &p->signal->shared_pending);
    do {
        rm_from_queue(mask, &t->pending);
        t = next_thread(t);
    } while (t != p);
}

void flush_sigqueue(struct sigpending *pending)
{
    rm_from_queue(~0ull, pending);
}

void flush_signals(struct task_struct *p)
{
    unsigned long flags;

    spin_lock_irqsave(&p->sighand->siglock, flags);
    clear_tsk_thread_flag(p, TIF_SIGPENDING);
    flush_sigqueue(&p->pending);
    flush_sigqueue(&p->signal->shared_pending);
    spin_unlock_irqrestore(&p->sighand->siglock, flags);
}

/* After execve() handlers make no sense any more; ignored signals stay ignored. */
void flush_signal_handlers(struct task_struct *p, bool force_default)
{
    for (int i = 0; i < _NSIG; i++) {
        struct sigaction *ka = &p->sighand->action[i];
        if (force_default || ka->sa_handler != SIG_IGN)
            ka->sa_handler = SIG_DFL;
        ka->sa_flags = 0;
        ka->sa_mask = 0;
    }
}

/* SIGCONT arrives: what is stopped goes on, at once and whether or not the signal is handled. */
static void continue_group(struct task_struct *p)
{
    struct signal_struct *sig = p->signal;
    struct task_struct *t = p;

    rm_from_group(STOP_MASK, p);
    do {
        if (t->state == TASK_STOPPED) {
            t->exit_code = 0;
            set_tsk_thread_flag(t, TIF_SIGPENDING);
            wake_up_process(t);
        }
        t = next_thread(t);
    } while (t != p);
    if (sig->flags & SIGNAL_STOP_STOPPED) {
        sig->flags = SIGNAL_STOP_CONTINUED;
        sig->group_exit_code = 0;
        /* The parent is told by the task itself, when it runs: siglock is held here. */
        sig->flags |= SIGNAL_CLD_CONTINUED;
    }
    sig->group_stop_count = 0;
}

/* Stop signals and SIGCONT cancel each other even before anybody looks at them. */
static void handle_stop_signal(int sig, struct task_struct *p)
{
    if (p->signal->flags & SIGNAL_GROUP_EXIT)
        return;
    if (sig < SIGRTMIN && (sigmask(sig) & STOP_MASK))
        rm_from_group(sigmask(SIGCONT), p);
    else if (sig == SIGCONT)
        continue_group(p);
    else if (sig == SIGKILL)
        p->signal->flags &= ~SIGNAL_STOP_STOPPED;
}

static void fill_info(siginfo_t *to, int sig, const siginfo_t *info)
{
    if (info != SEND_SIG_NOINFO && info != SEND_SIG_PRIV) {
        *to = *info;
        return;
    }
    memset(to, 0, sizeof(*to));
    to->si_signo = sig;
    to->si_code = info == SEND_SIG_PRIV ? SI_KERNEL : SI_USER;
    if (info == SEND_SIG_NOINFO) {
        to->u.rt.pid = current->tgid;
        to->u.rt.uid = current->cred->uid;
    }
}

/* Adds to a pending set. -EAGAIN when a queued signal finds no memory. */
static int send_signal(int sig, siginfo_t *info, struct sigpending *pending)
{
    struct sigqueue *q;

    if (sig < SIGRTMIN && (pending->signal & sigmask(sig)))
        return 0;
    q = kmem_cache_alloc(sigqueue_cachep, GFP_ATOMIC);
    if (q) {
        fill_info(&q->info, sig, info);
        list_add_tail(&q->list, &pending->list);
    } else if (sig >= SIGRTMIN && info != SEND_SIG_NOINFO && info != SEND_SIG_PRIV) {
        return -EAGAIN;
    }
    pending->signal |= sigmask(sig);
    return 0;
}

static int __specific_send_sig_info(int sig, siginfo_t *info, struct task_struct *p)
{
    int err;

    handle_stop_signal(sig, p);
    if (sig_ignored(p, sig))
        return 0;
    err = send_signal(sig, info, &p->pending);
    if (!err && !(p->blocked & sigmask(sig)))
        signal_wake_up(p, sig == SIGKILL);
    return err;
}

/* To this thread alone. 0 or -errno. */
int specific_send_sig_info(int sig, siginfo_t *info, struct task_struct *p)
{
    unsigned long flags;
    int err;

    if (!p->sighand)
        return -ESRCH;
    spin_lock_irqsave(&p->sighand->siglock, flags);
    err = __specific_send_sig_info(sig, info, p);
    spin_unlock_irqrestore(&p->sighand->siglock, flags);
    return err;
}

int send_sig(int sig, struct task_struct *p, bool priv)
{
    return specific_send_sig_info(sig, priv ? SEND_SIG_PRIV : SEND_SIG_NOINFO, p);
}

/* The signal of an exception cannot wait: blocked or ignored it becomes fatal. */
void force_sig_info(int sig, siginfo_t *info, struct task_struct *p)
{
    struct sigaction *ka = &p->sighand->action[sig - 1];
    unsigned long flags;

    spin_lock_irqsave(&p->sighand->siglock, flags);
    if ((p->blocked & sigmask(sig)) || ka->sa_handler == SIG_IGN) {
        ka->sa_handler = SIG_DFL;
        p->blocked &= ~sigmask(sig);
        recalc_sigpending_tsk(p);
    }
    __specific_send_sig_info(sig, info, p);
    spin_unlock_irqrestore(&p->sighand->siglock, flags);
}

void force_sig(int sig, struct task_struct *p)
{
    force_sig_info(sig, SEND_SIG_PRIV, p);
}

static bool wants_signal(int sig, struct task_struct *p)
{
    if ((p->blocked & sigmask(sig)) || (p->flags & PF_EXITING))
        return false;
    if (sig == SIGKILL)
        return true;
    return p->state != TASK_STOPPED && p->state != TASK_TRACED;
}

/* SIGKILL to every thread but p. */
void zap_other_threads(struct task_struct *p)
{
    p->signal->group_stop_count = 0;
    for (struct task_struct *t = next_thread(p); t != p; t = next_thread(t)) {
        if (t->exit_state)
            continue;
        t->pending.signal |= sigmask(SIGKILL);
        rm_from_queue(STOP_MASK, &t->pending);
        signal_wake_up(t, true);
    }
}

/* Chooses a thread to wake for a signal of the process. A fatal one ends them all at once. */
static void complete_signal(int sig, struct task_struct *p)
{
    struct task_struct *t = p;

    while (!wants_signal(sig, t)) {
        t = next_thread(t);
        if (t == p)
            return; /* whoever unblocks it will find it */
    }
    if (sig == SIGKILL && !(p->signal->flags & SIGNAL_GROUP_EXIT)) {
        p->signal->flags = SIGNAL_GROUP_EXIT;
        p->signal->group_exit_code = sig;
        p->signal->group_stop_count = 0;
        struct task_struct *u = p;
        do {
            u->pending.signal |= sigmask(SIGKILL);
            signal_wake_up(u, true);
            u = next_thread(u);
        } while (u != p);
        return;
    }
    signal_wake_up(t, sig == SIGKILL);
}

int __group_send_sig_info(int sig, siginfo_t *info, struct task_struct *p)
{
    int err;

    handle_stop_signal(sig, p);
    if (sig_ignored(p, sig))
        return 0;
    err = send_signal(sig, info, &p->signal->shared_pending);
    if (!err)
        complete_signal(sig, p);
    return err;
}

/* To the process as a whole; sig 0 sends nothing. 0 or -errno. */
int group_send_sig_info(int sig, siginfo_t *info, struct task_struct *p)
{
    unsigned long flags;
    int err;

    if (!sig)
        return 0;
    if (!p->sighand)
        return -ESRCH;
    spin_lock_irqsave(&p->sighand->siglock, flags);
    err = __group_send_sig_info(sig, info, p);
    spin_unlock_irqrestore(&p->sighand->siglock, flags);
    return err;
}

/* To every process of a group, from the kernel. -ESRCH when there is none. */
int kill_pg(pid_t pgrp, int sig, bool priv)
{
    struct task_struct *p;
    int ret = -ESRCH;

    if (pgrp <= 0)
        return ret;
    for_each_task_pid (pgrp, PIDTYPE_PGID, p) {
        int err = group_send_sig_info(sig, priv ? SEND_SIG_PRIV : SEND_SIG_NOINFO, p);
        if (ret)
            ret = err;
    }
    return ret;
}

/* The number of the next signal in `mask`: those of exceptions first, then the lowest. 0: none. */
static int next_signal(sigset_t mask)
{
    if (mask & SYNCHRONOUS_MASK)
        mask &= SYNCHRONOUS_MASK;
    return mask ? __builtin_ctzll(mask) + 1 : 0;
}

/* Takes one occurrence of the signal out; without information it came from memory shortage. */
static void collect_signal(int sig, struct sigpending *list, siginfo_t *info)
{
    struct sigqueue *q, *first = NULL;
    bool still_pending = false;

    list_for_each_entry (q, &list->list, list) {
        if (q->info.si_signo != sig)
            continue;
        still_pending = first;
        if (first)
            break;
        first = q;
    }
    if (!still_pending)
        list->signal &= ~sigmask(sig);
    if (!first) {
        memset(info, 0, sizeof(*info));
        info->si_signo = sig;
        return;
    }
    *info = first->info;
    list_del(&first->list);
    kmem_cache_free(sigqueue_cachep, first);
}

static int __dequeue_signal(struct sigpending *pending, sigset_t mask, siginfo_t *info)
{
    int sig = next_signal(pending->signal & mask);

    if (sig)
        collect_signal(sig, pending, info);
    return sig;
}

/* Takes the next signal in `mask`, the thread's own first; 0: none. siglock is held. */
int dequeue_signal(struct task_struct *p, sigset_t mask, siginfo_t *info)
{
    int sig = __dequeue_signal(&p->pending, mask, info);

    if (!sig)
        sig = __dequeue_signal(&p->signal->shared_pending, mask, info);
    recalc_sigpending_tsk(p);
    return sig;
}

/* SIGKILL and SIGSTOP cannot be blocked. */
void set_current_blocked(sigset_t set)
{
    spin_lock_irq(&current->sighand->siglock);
    current->blocked = set & ~(sigmask(SIGKILL) | sigmask(SIGSTOP));
    recalc_sigpending();
    spin_unlock_irq(&current->sighand->siglock);
}

/* Sets and reads what a signal does. Setting it to "ignore" drops what is pending. */
int do_sigaction(int sig, const struct sigaction *act, struct sigaction *old)
{
    struct sigaction *ka;

    if (sig < 1 || sig > _NSIG || (act && (sig == SIGKILL || sig == SIGSTOP)))
        return -EINVAL;
    ka = &current->sighand->action[sig - 1];
    spin_lock_irq(&current->sighand->siglock);
    if (old)
        *old = *ka;
    if (act) {
        *ka = *act;
        ka->sa_mask &= ~(sigmask(SIGKILL) | sigmask(SIGSTOP));
        if (ka->sa_handler == SIG_IGN ||
            (ka->sa_handler == SIG_DFL && sig < SIGRTMIN && (sigmask(sig) & IGNORE_MASK)))
            rm_from_group(sigmask(sig), current);
        recalc_sigpending();
    }
    spin_unlock_irq(&current->sighand->siglock);
    return 0;
}
