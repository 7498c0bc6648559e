/* Signals inside the kernel: what is pending, what is to be done about it. */
#ifndef _LINUX_SIGNAL_H
#define _LINUX_SIGNAL_H

#include <linux/cred.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <uapi/resource.h>
#include <uapi/signal.h>

struct task_struct;
struct tty_struct;
struct pt_regs;

/* One queued signal with its information. */
struct sigqueue {
    struct list_head list;
    siginfo_t info;
};

struct sigpending {
    struct list_head list; /* of struct sigqueue */
    sigset_t signal;       /* which signals are in it, also those without information */
};

/* The handlers: shared by CLONE_SIGHAND. */
struct sighand_struct {
    int count;                      /* tasks that share it */
    struct sigaction action[_NSIG]; /* [n-1] for signal n */
    struct spinlock siglock;        /* also guards signal_struct and the pending sets */
};

#define SIGNAL_STOP_STOPPED   0x01 /* the whole group is stopped */
#define SIGNAL_STOP_CONTINUED 0x02 /* SIGCONT came since wait4() last looked */
#define SIGNAL_GROUP_EXIT     0x04 /* the whole group is ending */
#define SIGNAL_CLD_STOPPED    0x08 /* the parent is to be told of a stop */
#define SIGNAL_CLD_CONTINUED  0x10 /* ... of a continuation */

/* What the threads of a process share: CLONE_THREAD. */
struct signal_struct {
    int count;                                 /* references */
    int live;                                  /* threads that have not called do_exit() */
    int nr_threads;                            /* tasks in the group */
    struct wait_queue_head wait_chldexit;      /* wait4() sleeps here */
    struct sigpending shared_pending;          /* signals to the process as a whole */
    int group_exit_code;                       /* with SIGNAL_GROUP_EXIT or a stop: its code */
    struct task_struct *group_exit_task;       /* exec waits for the other threads to be gone */
    int notify_count;                          /* ... how many may remain before it is woken */
    int group_stop_count;                      /* threads that have still to stop */
    unsigned int flags;                        /* SIGNAL_* */
    pid_t leader_pid;                          /* pid of the thread group's leader */
    pid_t pgrp, session;                       /* process group and session */
    bool leader;                               /* session leader */
    struct tty_struct *tty;                    /* controlling terminal */
    pid_t tty_old_pgrp;                        /* foreground group when the terminal was lost */
    struct timer_list real_timer;              /* alarm() and ITIMER_REAL */
    unsigned long it_real_incr;                /* its interval in ticks */
    unsigned long it_virt_value, it_virt_incr; /* ITIMER_VIRTUAL: user ticks left, interval */
    unsigned long it_prof_value, it_prof_incr; /* ITIMER_PROF: all ticks left, interval */
    unsigned long utime, stime;                /* of threads that have ended */
    unsigned long cutime, cstime;              /* of children waited for */
    unsigned long min_flt, maj_flt, cmin_flt, cmaj_flt; /* page faults likewise */
    struct rlimit rlim[RLIM_NLIMITS];
};

/* Special values for `info`: as if from kill(), as if from the kernel. */
#define SEND_SIG_NOINFO ((siginfo_t *)0)
#define SEND_SIG_PRIV   ((siginfo_t *)1)

static inline sigset_t sigmask(int sig)
{
    return 1ull << (sig - 1);
}

static inline void init_sigpending(struct sigpending *pending)
{
    INIT_LIST_HEAD(&pending->list);
    pending->signal = 0;
}

/* kernel/signal.c. All take and release siglock themselves unless they begin with two underscores.
 */
int group_send_sig_info(int sig, siginfo_t *info, struct task_struct *p);
int __group_send_sig_info(int sig, siginfo_t *info, struct task_struct *p);
int specific_send_sig_info(int sig, siginfo_t *info, struct task_struct *p);
int send_sig(int sig, struct task_struct *p, bool priv);
/* Delivers even if blocked or ignored: for exceptions. */
void force_sig_info(int sig, siginfo_t *info, struct task_struct *p);
void force_sig(int sig, struct task_struct *p);
int kill_pg(pid_t pgrp, int sig, bool priv);
int kill_proc_info(int sig, siginfo_t *info, pid_t pid);
void signal_wake_up(struct task_struct *p, bool resume);
void recalc_sigpending(void);
void recalc_sigpending_tsk(struct task_struct *p);
void flush_sigqueue(struct sigpending *pending);
void flush_signals(struct task_struct *p);
void flush_signal_handlers(struct task_struct *p, bool force_default);
int dequeue_signal(struct task_struct *p, sigset_t mask, siginfo_t *info);
void zap_other_threads(struct task_struct *p);
void do_notify_parent(struct task_struct *p, int sig);
void do_notify_parent_cldstop(struct task_struct *p, bool to_self, int why);
/* The next signal that has a handler, 0 when there is none; stops and deaths happen inside. */
int get_signal_to_deliver(siginfo_t *info, struct sigaction *ka, struct pt_regs *regs);
void exit_signals_thread(struct task_struct *p);
void set_current_blocked(sigset_t set);
int do_sigaction(int sig, const struct sigaction *act, struct sigaction *old);
bool is_current_pgrp_orphaned(void);
void signals_init(void);

/* arch/i386/kernel/signal.c */
void do_signal(struct pt_regs *regs);

int sas_ss_flags(u32 esp);

#endif
