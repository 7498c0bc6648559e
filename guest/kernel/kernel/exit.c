/*
 * The end of a task: do_exit() gives back what it holds, tells its parent, and leaves a zombie -
 * task_struct and pid - until the parent waits for it (wait4.c).
 */
#include <linux/forkcopy.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/syscalls.h>
#include <linux/trace.h>
#include <linux/tty.h>

struct task_struct *child_reaper = &init_task;

void exit_files(struct task_struct *tsk)
{
    struct files_struct *files = tsk->files;

    tsk->files = NULL;
    if (files)
        put_files_struct(files);
}

void exit_fs(struct task_struct *tsk)
{
    struct fs_struct *fs = tsk->fs;

    tsk->fs = NULL;
    if (fs)
        put_fs_struct(fs);
}

/* From here on the task borrows page tables, as kernel threads do. */
void exit_mm(struct task_struct *tsk)
{
    struct mm_struct *mm = tsk->mm;

    if (!mm)
        return;
    exit_robust_list(tsk);
    mm_release(tsk, mm);
    mm->mm_count++;
    tsk->mm = NULL; /* active_mm stays: the page tables are still loaded */
    mmput(mm);
}

/* Leaves the thread group. The group keeps the thread's times. */
void __exit_signal(struct task_struct *tsk)
{
    struct signal_struct *sig = tsk->signal;

    spin_lock(&tsk->sighand->siglock);
    if (sig->count > 1) {
        if (sig->group_exit_task && sig->count == sig->notify_count)
            wake_up_process(sig->group_exit_task);
        sig->utime += tsk->utime;
        sig->stime += tsk->stime;
        sig->min_flt += tsk->min_flt;
        sig->maj_flt += tsk->maj_flt;
    }
    sig->nr_threads--;
    flush_sigqueue(&tsk->pending);
    spin_unlock(&tsk->sighand->siglock);
    put_sighand(tsk->sighand);
    put_signal(sig);
    tsk->sighand = NULL;
    tsk->signal = NULL;
}

/* Nobody can find the task any more. */
static void __unhash_process(struct task_struct *p)
{
    nr_threads--;
    for (int type = 0; type < PIDTYPE_MAX; type++)
        detach_pid(p, type);
    if (thread_group_leader(p))
        list_del_init(&p->tasks);
    list_del_init(&p->thread_group);
    list_del_init(&p->sibling);
}

/* The last thread of a group whose leader is a zombie already: now the parent hears of the leader.
 * Returns the leader if nobody will wait for it. */
static struct task_struct *reap_leader(struct task_struct *p)
{
    struct task_struct *leader = p->group_leader;

    if (leader == p || !thread_group_empty(leader) || leader->exit_state != EXIT_ZOMBIE)
        return NULL;
    do_notify_parent(leader, leader->exit_signal);
    return leader->exit_signal == -1 ? leader : NULL;
}

/* Takes the last traces of a dead task away and drops the reference that fork made for it. */
void release_task(struct task_struct *p)
{
    while (p) {
        struct task_struct *leader;

        spin_lock_irq(&tasklist_lock);
        if (p->ptrace)
            __ptrace_unlink(p);
        __exit_signal(p);
        __unhash_process(p);
        leader = reap_leader(p);
        sched_exit(p);
        spin_unlock_irq(&tasklist_lock);
        put_task_struct(p);
        p = leader;
    }
}

/*
 * execve() in a thread: it becomes the leader of its group, with the leader's pid and place among
 * the children of their parent. The old leader is a zombie that nobody has been told of.
 */
void take_leadership(struct task_struct *tsk, struct task_struct *leader)
{
    spin_lock_irq(&tasklist_lock);
    detach_pid(tsk, PIDTYPE_PID);
    tsk->pid = leader->pid;
    attach_pid(tsk, PIDTYPE_PID, tsk->pid);
    attach_pid(tsk, PIDTYPE_PGID, tsk->signal->pgrp);
    attach_pid(tsk, PIDTYPE_SID, tsk->signal->session);
    list_add_tail(&tsk->tasks, &leader->tasks);
    if (list_empty(&tsk->sibling)) /* a traced thread is its tracer's child already */
        list_add_tail(&tsk->sibling, &leader->sibling);
    tsk->group_leader = tsk;
    leader->group_leader = tsk;
    tsk->exit_signal = leader->exit_signal;
    leader->exit_signal = -1;
    leader->exit_state = EXIT_DEAD;
    spin_unlock_irq(&tasklist_lock);
    release_task(leader);
}

/*
 * A process group is orphaned when no member has a parent in another group of the same session:
 * nobody is left to continue what is stopped. `ignored` counts as gone already.
 */
bool will_become_orphaned_pgrp(pid_t pgrp, struct task_struct *ignored)
{
    struct task_struct *p;

    for_each_task_pid (pgrp, PIDTYPE_PGID, p) {
        struct task_struct *parent = p->real_parent;
        if (p == ignored || p->exit_state || parent->pid == 1)
            continue;
        if (parent->signal->pgrp != pgrp && parent->signal->session == p->signal->session)
            return false;
    }
    return true;
}

bool has_stopped_jobs(pid_t pgrp)
{
    struct task_struct *p;

    for_each_task_pid (pgrp, PIDTYPE_PGID, p) {
        if (p->state == TASK_STOPPED)
            return true;
    }
    return false;
}

/* The group of `p` has perhaps just lost its last link to a parent: wake what is stopped. */
static void check_orphaned_pgrp(struct task_struct *p, struct task_struct *parent,
                                struct task_struct *ignored)
{
    pid_t pgrp = p->signal->pgrp;

    if (parent->signal->pgrp != pgrp && parent->signal->session == p->signal->session &&
        will_become_orphaned_pgrp(pgrp, ignored) && has_stopped_jobs(pgrp)) {
        kill_pg(pgrp, SIGHUP, true);
        kill_pg(pgrp, SIGCONT, true);
    }
}

/* A living thread of the same group, or init. */
static struct task_struct *find_new_reaper(struct task_struct *father)
{
    struct task_struct *t = father;

    while ((t = next_thread(t)) != father) {
        if (!(t->flags & PF_EXITING))
            return t;
    }
    return child_reaper;
}

/* Gives child p, made by `father`, to `reaper`. Returns p when it is dead and nobody will wait. */
static struct task_struct *reparent_child(struct task_struct *p, struct task_struct *father,
                                          struct task_struct *reaper)
{
    if (p->pdeath_signal)
        group_send_sig_info(p->pdeath_signal, SEND_SIG_NOINFO, p);
    p->real_parent = reaper;
    if (p->parent != father) /* traced by somebody else, who goes on tracing it */
        return NULL;
    p->parent = reaper;
    list_move_tail(&p->sibling, &reaper->children);
    if (reaper->signal == father->signal)
        return NULL;
    if (p->exit_signal != -1)
        p->exit_signal = SIGCHLD;
    if (p->exit_state == EXIT_ZOMBIE && p->exit_signal != -1 && thread_group_empty(p))
        do_notify_parent(p, p->exit_signal);
    check_orphaned_pgrp(p, father, NULL);
    return p->exit_state == EXIT_ZOMBIE && p->exit_signal == -1 && thread_group_empty(p) ? p : NULL;
}

/* Children get a new parent, tracees are let go. */
static void forget_original_parent(struct task_struct *father, struct list_head *dead)
{
    struct task_struct *reaper = find_new_reaper(father), *p, *n;

    list_for_each_entry_safe (p, n, &father->children, sibling) {
        if (p->ptrace)
            __ptrace_unlink(p);
        if (p->real_parent != father) { /* only traced by father: back to its parent */
            if (p->exit_state == EXIT_ZOMBIE && p->exit_signal != -1 && thread_group_empty(p))
                do_notify_parent(p, p->exit_signal);
            continue;
        }
        if (reparent_child(p, father, reaper))
            list_add_tail(&p->ptrace_list, dead);
    }
    list_for_each_entry_safe (p, n, &father->ptrace_children, ptrace_list) {
        list_move_tail(&p->ptrace_list, &reaper->ptrace_children);
        reparent_child(p, father, reaper);
    }
}

/* Other threads take over the signals that this one would have handled. */
static void pass_on_signals(struct task_struct *tsk)
{
    struct task_struct *t = tsk;

    if (!signal_pending(tsk) || (tsk->signal->flags & SIGNAL_GROUP_EXIT))
        return;
    while ((t = next_thread(t)) != tsk) {
        if (!signal_pending(t) && !(t->flags & PF_EXITING)) {
            recalc_sigpending_tsk(t);
            if (signal_pending(t))
                signal_wake_up(t, false);
        }
    }
}

/* A child of another program (by execve() of either side) may only send SIGCHLD. */
static void check_exit_signal(struct task_struct *tsk)
{
    if (tsk->exit_signal != SIGCHLD && tsk->exit_signal != -1 &&
        (tsk->parent_exec_id != tsk->real_parent->self_exec_id ||
         tsk->self_exec_id != tsk->parent_exec_id))
        tsk->exit_signal = SIGCHLD;
}

/* Tells the relatives. Afterwards the task is a zombie, or dead if nobody will wait for it. */
static void exit_notify(struct task_struct *tsk)
{
    LIST_HEAD(dead);
    struct task_struct *p, *n;
    bool release;

    spin_lock_irq(&tasklist_lock);
    pass_on_signals(tsk);
    forget_original_parent(tsk, &dead);
    check_orphaned_pgrp(tsk, tsk->real_parent, tsk);
    check_exit_signal(tsk);
    tsk->exit_state = EXIT_ZOMBIE;
    if (tsk->exit_signal != -1 && thread_group_empty(tsk))
        do_notify_parent(tsk, tsk->parent == tsk->real_parent ? tsk->exit_signal : SIGCHLD);
    else if (tsk->ptrace)
        do_notify_parent(tsk, SIGCHLD);
    release = tsk->exit_signal == -1 && !tsk->ptrace;
    if (release)
        tsk->exit_state = EXIT_DEAD;
    spin_unlock_irq(&tasklist_lock);

    list_for_each_entry_safe (p, n, &dead, ptrace_list) {
        list_del_init(&p->ptrace_list);
        release_task(p);
    }
    if (release)
        release_task(tsk);
}

/* pid 1 has ended, and with it the machine: its status is what the exit port reports. */
static void __noreturn exit_init(int code)
{
    machine_exit(code & 0x7f ? 128 + (code & 0x7f) : code >> 8 & 0xff);
}

/* Ends the current task. `code` is the status as wait4() shows it. */
void do_exit(long code)
{
    struct task_struct *tsk = current;
    bool group_dead;

    if (!tsk->pid)
        panic("Attempted to kill the idle task!");
    if (tsk->ptrace & PT_TRACE_EXIT) {
        tsk->ptrace_message = code;
        ptrace_notify(PTRACE_EVENT_EXIT << 8 | SIGTRAP);
    }
    tsk->flags |= PF_EXITING;
    tsk->exit_code = code;
    group_dead = --tsk->signal->live == 0;
    if (group_dead)
        del_timer(&tsk->signal->real_timer);
    exit_mm(tsk);
    exit_sem(tsk);
    exit_files(tsk);
    exit_fs(tsk);
    exit_thread();
    if (group_dead && tsk->signal->leader)
        disassociate_ctty(true);
    trace_sched_process_exit(tsk);
    if (group_dead && tsk->tgid == 1)
        exit_init(tsk->signal->flags & SIGNAL_GROUP_EXIT ? tsk->signal->group_exit_code : code);
    exit_notify(tsk);
    local_irq_disable();
    tsk->state = TASK_DEAD; /* the switch away drops the last reference */
    schedule();
    BUG();
}

asmlinkage long sys_exit(int error_code)
{
    do_exit((error_code & 0xff) << 8);
}

/* Ends all threads of the process with the same status: the first one's. */
void do_group_exit(int code)
{
    struct signal_struct *sig = current->signal;

    if (sig->flags & SIGNAL_GROUP_EXIT) {
        code = sig->group_exit_code;
    } else if (sig->group_exit_task) {
        /* Another thread is in execve() and has sent the SIGKILL: only this one ends. */
    } else if (!thread_group_empty(current)) {
        spin_lock_irq(&current->sighand->siglock);
        sig->flags = SIGNAL_GROUP_EXIT;
        sig->group_exit_code = code;
        zap_other_threads(current);
        spin_unlock_irq(&current->sighand->siglock);
    }
    do_exit(code);
}

asmlinkage long sys_exit_group(int error_code)
{
    do_group_exit((error_code & 0xff) << 8);
}
