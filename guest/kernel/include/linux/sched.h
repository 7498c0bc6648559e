/* The task: what a process or thread is to the kernel. */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <asm/current.h>
#include <asm/processor.h>
#include <linux/cred.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/signal.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <uapi/sched.h>

/* task_struct.state */
#define TASK_RUNNING         0  /* runs, or waits in a run queue */
#define TASK_INTERRUPTIBLE   1  /* sleeps; a signal wakes it */
#define TASK_UNINTERRUPTIBLE 2  /* sleeps; only its event wakes it */
#define TASK_STOPPED         4  /* by SIGSTOP and its like */
#define TASK_TRACED          8  /* held by its tracer */
#define TASK_DEAD            64 /* gone; the next schedule() is its last */
/* task_struct.exit_state */
#define EXIT_ZOMBIE 16 /* ended, not yet waited for */
#define EXIT_DEAD   32 /* being released */

/* task_struct.flags */
#define PF_EXITING        0x00000004u /* in do_exit() */
#define PF_FORKNOEXEC     0x00000040u /* forked and has not called execve() */
#define PF_SUPERPRIV      0x00000100u /* used superuser privileges */
#define PF_SIGNALED       0x00000400u /* killed by a signal */
#define PF_NPROC_EXCEEDED 0x00001000u /* set*id() went over RLIMIT_NPROC */
#define PF_KTHREAD        0x00200000u /* kernel thread: never in user mode */

#define TASK_COMM_LEN 16

#define MAX_PRIO        140 /* 0..99 real time (unused), 100..139 nice -20..19 */
#define DEF_PRIO        120
#define NICE_TO_PRIO(n) (DEF_PRIO + (n))
#define PRIO_TO_NICE(p) ((p)-DEF_PRIO)

struct prio_array;
struct completion;
struct files_struct;
struct fs_struct;

struct task_struct {
    struct thread_struct thread;     /* the i386 part; first, where switch_to() expects it */
    volatile long state;             /* TASK_* */
    struct thread_info *thread_info; /* the block that holds the kernel stack */
    int usage;                       /* references: 2 while alive, 1 as a zombie */
    unsigned int flags;              /* PF_* */
    unsigned int ptrace;             /* PT_*; 0: not traced */

    /* Scheduling: kernel/sched.c */
    int prio, static_prio;     /* with and without the bonus for sleeping */
    struct list_head run_list; /* in the list of its priority */
    struct prio_array *array;  /* the array it is queued in; NULL: not queued */
    unsigned long sleep_avg;   /* ticks slept lately, up to MAX_SLEEP_AVG */
    unsigned long timestamp;   /* tick when it last went to sleep or began to run */
    unsigned int time_slice;   /* ticks left */
    bool first_time_slice;     /* slice came from the parent, goes back if it ends now */

    struct list_head tasks;      /* all thread group leaders, from init_task on */
    struct mm_struct *mm;        /* NULL in kernel threads */
    struct mm_struct *active_mm; /* whose page tables are loaded; borrowed by kernel threads */

    /* End of life: kernel/exit.c */
    int exit_state;    /* 0, EXIT_ZOMBIE, EXIT_DEAD */
    int exit_code;     /* status for wait4(); or the signal while stopped or traced */
    int exit_signal;   /* sent to the parent at the end; -1: thread, none */
    int pdeath_signal; /* sent to this task when its parent ends */
    bool did_exec;     /* has called execve() */

    pid_t pid;                  /* of this task: gettid() */
    pid_t tgid;                 /* of its thread group: getpid() */
    unsigned long stack_canary; /* random per task */

    struct task_struct *real_parent;   /* who forked it */
    struct task_struct *parent;        /* who is told of its end: the tracer, else real_parent */
    struct list_head children;         /* through sibling, oldest first */
    struct list_head sibling;          /* in parent->children */
    struct task_struct *group_leader;  /* first thread of the group */
    struct list_head thread_group;     /* ring of the group's threads */
    struct list_head ptrace_children;  /* own children that another task traces */
    struct list_head ptrace_list;      /* in real_parent->ptrace_children */
    struct pid_link pids[PIDTYPE_MAX]; /* in the pid hashes */

    struct completion *vfork_done; /* the vfork parent waits for it */
    u32 set_child_tid;             /* CLONE_CHILD_SETTID: user address */
    u32 clear_child_tid;           /* CLONE_CHILD_CLEARTID: user address */
    u32 robust_list;               /* user address of futexes held, or 0 */

    /* Accounting, in ticks */
    unsigned long utime, stime;     /* in user mode, in the kernel */
    unsigned long nvcsw, nivcsw;    /* switches: by itself, by force */
    unsigned long min_flt, maj_flt; /* page faults without and with input */
    unsigned long start_time;       /* tick of creation */
    u64 rchar, wchar;               /* bytes read and written */
    unsigned long syscr, syscw;     /* calls of read and write */

    struct cred *cred;          /* identities */
    char comm[TASK_COMM_LEN];   /* name of the program */
    int link_count;             /* symbolic links followed in this path walk */
    struct fs_struct *fs;       /* root, working directory, umask */
    struct files_struct *files; /* open files */

    struct signal_struct *signal;   /* shared by the thread group */
    struct sighand_struct *sighand; /* handlers */
    sigset_t blocked;               /* signal mask */
    sigset_t real_blocked;          /* what it was before sigtimedwait() let some through; else 0 */
    sigset_t saved_sigmask;         /* with TIF_RESTORE_SIGMASK: mask to put back */
    struct sigpending pending;      /* signals to this thread alone */
    u32 sas_ss_sp, sas_ss_size;     /* alternate signal stack; size 0: none */

    u32 self_exec_id;             /* counts execve() calls */
    u32 parent_exec_id;           /* the parent's count when this task was made */
    unsigned long ptrace_message; /* PTRACE_GETEVENTMSG */
    siginfo_t *last_siginfo;      /* for ptrace while stopped */
    unsigned int fail_nth;        /* fault injection: allocations until one fails; 0: off */
};

extern struct task_struct init_task;
extern union thread_union init_thread_union;
extern int nr_threads;                   /* tasks, without pid 0 */
extern int max_threads;                  /* limit, from the size of memory */
extern unsigned long total_forks;        /* since boot */
extern struct spinlock tasklist_lock;    /* guards parents, children, lists, pid hashes */
extern struct task_struct *child_reaper; /* pid 1 */

#define for_each_process(p)    list_for_each_entry (p, &init_task.tasks, tasks)
#define thread_group_leader(p) ((p)->pid == (p)->tgid)
/* The group's next thread in the ring. */
#define next_thread(p) list_entry((p)->thread_group.next, struct task_struct, thread_group)

static inline bool thread_group_empty(struct task_struct *p)
{
    return list_empty(&p->thread_group);
}

static inline void get_task_struct(struct task_struct *tsk)
{
    tsk->usage++;
}

static inline void set_tsk_thread_flag(struct task_struct *tsk, int flag)
{
    set_ti_flag(tsk->thread_info, flag);
}

static inline void clear_tsk_thread_flag(struct task_struct *tsk, int flag)
{
    clear_ti_flag(tsk->thread_info, flag);
}

static inline bool test_tsk_thread_flag(const struct task_struct *tsk, int flag)
{
    return test_ti_flag(tsk->thread_info, flag);
}

static inline bool need_resched(void)
{
    return test_thread_flag(TIF_NEED_RESCHED);
}

static inline bool signal_pending(const struct task_struct *p)
{
    return test_tsk_thread_flag(p, TIF_SIGPENDING);
}

static inline bool fatal_signal_pending(const struct task_struct *p)
{
    return signal_pending(p) && (p->pending.signal & sigmask(SIGKILL));
}

#define set_current_state(s)                                                                       \
    do {                                                                                           \
        current->state = (s);                                                                      \
        barrier();                                                                                 \
    } while (0)

/* kernel/sched.c */
void schedule(void);
/* Sleeps in the state set before, for at most so many ticks. Returns the ticks left. */
long schedule_timeout(long timeout);
void schedule_tail(struct task_struct *prev);
void check_stack_end(struct task_struct *p);
void sched_fork(struct task_struct *p);
/* Gives the child's half of the time slice back to the current task. */
void sched_cancel_fork(struct task_struct *p);
void sched_exit(struct task_struct *p);
void wake_up_new_task(struct task_struct *p, unsigned long clone_flags);
/* Makes p runnable if its state is one of `state`. Returns whether it did. */
bool try_to_wake_up(struct task_struct *p, unsigned int state);
bool wake_up_process(struct task_struct *p);
void scheduler_tick(void);
void set_user_nice(struct task_struct *p, int nice);
void yield(void);
void sched_init(void);
void init_idle(struct task_struct *idle);
unsigned long nr_running(void);
extern unsigned long nr_context_switches;

/* kernel/fork.c */
long do_fork(unsigned long clone_flags, u32 stack_start, struct pt_regs *regs, u32 stack_size,
             int __user *parent_tidptr, int __user *child_tidptr);
void fork_init(void);
void put_task_struct(struct task_struct *tsk);
struct files_struct *dup_fd(struct files_struct *oldf, int *error);

/* kernel/exit.c */
void do_exit(long code) __attribute__((noreturn));
void do_group_exit(int code) __attribute__((noreturn));
void release_task(struct task_struct *p);
void take_leadership(struct task_struct *tsk, struct task_struct *leader);
void exit_files(struct task_struct *tsk);
void exit_fs(struct task_struct *tsk);
void __exit_signal(struct task_struct *tsk);
void put_sighand(struct sighand_struct *sighand);
void put_signal(struct signal_struct *sig);
struct sighand_struct *sighand_alloc_copy(const struct sighand_struct *from);
bool will_become_orphaned_pgrp(pid_t pgrp, struct task_struct *ignored);
bool has_stopped_jobs(pid_t pgrp);
void exit_mm(struct task_struct *tsk);

/* kernel/sys.c and friends */
int setpriority_apply(int which, int who, int nice);
u32 rlimit_cur(int which);

#endif
