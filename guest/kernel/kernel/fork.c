/*
 * fork, vfork and clone: do_fork() and what it calls, in the order in which it happens.
 *
 *   do_fork             pid; copy_process(); wake the child; wait for it if vfork
 *     copy_process      checks, then the child piece by piece, each piece shared or copied
 *       dup_task_struct a task_struct and a kernel stack, copied from the parent
 *       copy_creds, copy_files, copy_fs, copy_sighand, copy_signal, copy_mm (forkcopy.c)
 *       copy_thread     the child's registers (arch/i386/kernel/process.c)
 *       sched_fork      half of the parent's time slice (sched.c)
 *       publish_child   from here on others find it
 *     wake_up_new_task  onto the run queue, before the parent (sched.c)
 *
 * All of it runs in the calling process, holds no lock and may sleep for memory, unless it says
 * otherwise. Nobody sees the child before link_child(), so until then nothing in it is locked.
 *
 * Every step that fails jumps into the ladder at the end of copy_process(), which undoes the steps
 * before it in reverse order.
 *
 * What stands on this way in Linux and not here (numbers as in docs/process-creation-coverage.md):
 *
 *   S-014  refusing to fork without an MMU          S-099  counters of dirtied pages
 *   S-015  the process table: it is the task list   S-112  block trace, splice pipe, NUMA node
 *   S-040  telling the freezer who waits for vfork  S-134  control group callbacks
 *   S-052  get_pid(), alloc_pid()'s older name      S-135  binding to a processor, I/O priority
 *   S-063  references on modules of binary formats  S-142  RLIMIT_CPU for the new thread
 *   S-073  the depth of the big kernel lock         S-149  the process connector
 *   S-075  accounting, audit, cpusets, lockdep      S-159  placing the child on another processor
 *   S-088  keys, namespaces and I/O contexts: CLONE_NEW* is refused
 */
#include <asm/uaccess.h>
#include <linux/err.h>
#include <linux/forkcopy.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/trace.h>
#include <linux/tty.h>

int nr_threads;
int max_threads;
unsigned long total_forks;
struct spinlock tasklist_lock = SPIN_LOCK_UNLOCKED;

static struct kmem_cache *task_struct_cachep;

/* An eighth of memory may become kernel stacks. */
void fork_init(void)
{
    task_struct_cachep = kmem_cache_create("task_struct", sizeof(struct task_struct));
    max_threads = max(20, (int)(totalram_pages / (8 * THREAD_SIZE / PAGE_SIZE)));
    init_task.signal->rlim[RLIMIT_NPROC].rlim_cur = max_threads / 2;
    init_task.signal->rlim[RLIMIT_NPROC].rlim_max = max_threads / 2;
}

/* Gives back the stack with its thread_info, and the task_struct. Nothing runs on that stack. */
static void free_task(struct task_struct *tsk)
{
    free_pages(tsk->thread_info, THREAD_ORDER);
    kmem_cache_free(task_struct_cachep, tsk);
}

/* Drops a reference. The last one is dropped by release_task() or by the switch away from it. */
void put_task_struct(struct task_struct *tsk)
{
    BUG_ON(tsk->usage <= 0);
    if (--tsk->usage)
        return;
    exit_creds(tsk);
    free_task(tsk);
}

/* The stack is a new block; only thread_info at its low end is copied, not the frames above. */
static void setup_thread_stack(struct task_struct *p, struct task_struct *orig)
{
    *p->thread_info = *orig->thread_info;
    p->thread_info->task = p;
}

/*
 * A copy of `orig` with a kernel stack of its own; NULL without memory. Until copy_process() has
 * gone on, everything that a pointer in it leads to is still the parent's.
 */
static struct task_struct *dup_task_struct(struct task_struct *orig)
{
    struct task_struct *tsk;
    struct thread_info *ti;

    prepare_to_copy(orig);

    tsk = kmem_cache_alloc(task_struct_cachep, GFP_KERNEL);
    if (!tsk)
        return NULL;
    ti = get_free_pages(GFP_KERNEL, THREAD_ORDER);
    if (!ti) {
        kmem_cache_free(task_struct_cachep, tsk);
        return NULL;
    }

    *tsk = *orig;
    tsk->thread_info = ti;
    setup_thread_stack(tsk, orig);
    clear_tsk_thread_flag(tsk, TIF_NEED_RESCHED);
    *end_of_stack(ti) = STACK_END_MAGIC;
    tsk->stack_canary = get_random_int();

    /* One for the task itself, one for whoever calls release_task(), usually the parent. */
    tsk->usage = 2;
    return tsk;
}

/* Flags that make no sense together. 0 or -EINVAL. */
static int check_clone_flags(unsigned long flags)
{
    if ((flags & (CLONE_NEWNS | CLONE_FS)) == (CLONE_NEWNS | CLONE_FS))
        return -EINVAL;
    /* The threads of a group share signals ... */
    if ((flags & CLONE_THREAD) && !(flags & CLONE_SIGHAND))
        return -EINVAL;
    /* ... and handlers are addresses in shared memory. */
    if ((flags & CLONE_SIGHAND) && !(flags & CLONE_VM))
        return -EINVAL;
    return 0;
}

/* Has the user as many processes as allowed? The superuser may always have more. */
static bool nproc_exceeded(void)
{
    struct user_struct *user = current->cred->user;

    if ((u32)user->processes < rlimit_cur(RLIMIT_NPROC))
        return false;
    return !capable(CAP_SYS_ADMIN) && !capable(CAP_SYS_RESOURCE) && user != &root_user;
}

/* The child has used no privilege and called no execve() yet. Nobody traces it unless that is asked
 * for: `ptrace` was copied with the rest, but the tracer is the parent's. */
static void copy_flags(unsigned long clone_flags, struct task_struct *p)
{
    p->flags &= ~PF_SUPERPRIV;
    p->flags |= PF_FORKNOEXEC;
    if (!(clone_flags & CLONE_PTRACE))
        p->ptrace = 0;
}

/* What a new task starts without: relatives, pending signals, used time. */
static void init_child(struct task_struct *p, pid_t pid)
{
    p->did_exec = false;
    p->pid = pid;
    INIT_LIST_HEAD(&p->children);
    INIT_LIST_HEAD(&p->sibling);
    p->vfork_done = NULL;
    memset(p->pids, 0, sizeof(p->pids));
    init_sigpending(&p->pending);
    clear_tsk_thread_flag(p, TIF_SIGPENDING);
    p->utime = p->stime = 0;
    p->nvcsw = p->nivcsw = 0;
    p->min_flt = p->maj_flt = 0;
    p->rchar = p->wchar = 0;
    p->syscr = p->syscw = 0;
    p->start_time = jiffies;
    p->last_siginfo = NULL;
    p->fail_nth = 0;
}

/* Where the child's id is to be stored, how it ends, whose child it is by execve() count. */
static void init_child_ids(struct task_struct *p, unsigned long flags, int __user *child_tidptr)
{
    p->set_child_tid = flags & CLONE_CHILD_SETTID ? (u32)child_tidptr : 0;
    p->clear_child_tid = flags & CLONE_CHILD_CLEARTID ? (u32)child_tidptr : 0;
    p->robust_list = 0;

    /* A thread in shared memory must not use the parent's signal stack; vfork's child may. */
    if ((flags & (CLONE_VM | CLONE_VFORK)) == CLONE_VM)
        p->sas_ss_sp = p->sas_ss_size = 0;

    clear_tsk_thread_flag(p, TIF_SYSCALL_TRACE);
    user_disable_single_step(p);

    p->parent_exec_id =
        flags & (CLONE_PARENT | CLONE_THREAD) ? current->parent_exec_id : current->self_exec_id;
    if (flags & CLONE_THREAD)
        p->exit_signal = -1;
    else if (flags & CLONE_PARENT)
        p->exit_signal = current->group_leader->exit_signal;
    else
        p->exit_signal = flags & CSIGNAL;
    p->pdeath_signal = 0;
    p->exit_state = 0;
}

/* A signal must hit the parent before the fork or both after it; and no thread joins a group that
 * is ending. tasklist_lock is held. 0 or -errno. */
static int check_signals(unsigned long flags)
{
    recalc_sigpending();
    if (signal_pending(current))
        return -ERESTARTNOINTR;
    if ((flags & CLONE_THREAD) &&
        ((current->signal->flags & SIGNAL_GROUP_EXIT) || current->signal->group_exit_task))
        return -EAGAIN;
    return 0;
}

/* The child joins the caller's thread group. tasklist_lock is held. */
static void link_thread(struct task_struct *p)
{
    p->group_leader = current->group_leader;
    list_add_tail(&p->thread_group, &p->group_leader->thread_group);
    /* A stop of the group that is going on takes the new thread along. */
    if (current->signal->group_stop_count > 0) {
        current->signal->group_stop_count++;
        set_tsk_thread_flag(p, TIF_SIGPENDING);
    }
}

/* A process of its own: group, session and terminal come from the parent. tasklist_lock is held. */
static void link_group_leader(struct task_struct *p)
{
    p->signal->leader_pid = p->pid;
    signal_set_tty(p->signal, current->signal->tty);
    p->signal->pgrp = current->signal->pgrp;
    p->signal->session = current->signal->session;
    attach_pid(p, PIDTYPE_PGID, p->signal->pgrp);
    attach_pid(p, PIDTYPE_SID, p->signal->session);
    list_add_tail(&p->tasks, &init_task.tasks);
}

/* Makes the child visible: from here on it can be found, signalled and waited for. tasklist_lock
 * is held. */
static void link_child(struct task_struct *p, unsigned long flags)
{
    if (flags & (CLONE_PARENT | CLONE_THREAD))
        p->real_parent = current->real_parent;
    else
        p->real_parent = current;
    p->parent = p->real_parent;

    if (flags & CLONE_THREAD)
        link_thread(p);
    else
        list_add_tail(&p->sibling, &p->real_parent->children);
    if (p->ptrace & PT_PTRACED)
        __ptrace_link(p, current->parent);
    if (thread_group_leader(p))
        link_group_leader(p);
    attach_pid(p, PIDTYPE_TGID, p->tgid);
    attach_pid(p, PIDTYPE_PID, p->pid);
    nr_threads++;
    total_forks++;
}

/* The last step that can fail: a signal that is waiting. 0 or -errno with the child unseen. */
static int publish_child(struct task_struct *p, unsigned long clone_flags)
{
    int retval;

    p->group_leader = p;
    INIT_LIST_HEAD(&p->thread_group);
    INIT_LIST_HEAD(&p->ptrace_children);
    INIT_LIST_HEAD(&p->ptrace_list);

    /* Under the lock of the task list, so that a signal to the whole group finds either no child
     * yet, and then check_signals() finds it, or both. */
    spin_lock_irq(&tasklist_lock);
    retval = check_signals(clone_flags);
    if (!retval)
        link_child(p, clone_flags);
    spin_unlock_irq(&tasklist_lock);
    return retval;
}

/*
 * Builds the child but does not start it. Returns the new task, complete and visible but on no
 * run queue, or an error number as a pointer, with nothing changed.
 */
static struct task_struct *copy_process(unsigned long clone_flags, u32 stack_start,
                                        struct pt_regs *regs, int __user *child_tidptr, pid_t pid)
{
    struct task_struct *p;
    int retval;

    retval = check_clone_flags(clone_flags);
    if (retval)
        goto fork_out;
    retval = security_task_create(clone_flags);
    if (retval)
        goto fork_out;

    retval = -ENOMEM;
    p = dup_task_struct(current);
    if (!p)
        goto fork_out;

    /* Both limits may be passed by a few: what follows can sleep, and others fork meanwhile. They
     * are there against fork bombs, the second one also against the superuser's. */
    current->flags &= ~PF_NPROC_EXCEEDED;
    retval = -EAGAIN;
    if (nproc_exceeded())
        goto bad_fork_free;
    retval = copy_creds(p, clone_flags);
    if (retval)
        goto bad_fork_free;
    retval = -EAGAIN;
    if (nr_threads >= max_threads)
        goto bad_fork_cleanup_count;

    copy_flags(clone_flags, p);
    init_child(p, pid);
    p->tgid = clone_flags & CLONE_THREAD ? current->tgid : p->pid;

    /* From here on pointers that still lead to the parent's are replaced, or shared and counted.
     * What the ladder undoes is exactly what has been done: the order of the two is one order. */
    retval = security_task_alloc(p);
    if (retval)
        goto bad_fork_cleanup_count;
    retval = copy_semundo(clone_flags, p);
    if (retval)
        goto bad_fork_cleanup_security;
    retval = copy_files(clone_flags, p);
    if (retval)
        goto bad_fork_cleanup_semundo;
    retval = copy_fs(clone_flags, p);
    if (retval)
        goto bad_fork_cleanup_files;
    retval = copy_sighand(clone_flags, p);
    if (retval)
        goto bad_fork_cleanup_fs;
    retval = copy_signal(clone_flags, p);
    if (retval)
        goto bad_fork_cleanup_sighand;
    retval = copy_mm(clone_flags, p);
    if (retval)
        goto bad_fork_cleanup_signal;
    retval = copy_namespaces(clone_flags, p);
    if (retval)
        goto bad_fork_cleanup_mm;
    retval = copy_thread(clone_flags, stack_start, p, regs);
    if (retval)
        goto bad_fork_cleanup_namespace;

    init_child_ids(p, clone_flags, child_tidptr);
    /* As late as can be: it takes half of the parent's time, and what fails before takes none. */
    sched_fork(p);
    retval = publish_child(p, clone_flags);
    if (retval)
        goto bad_fork_cleanup_thread;

    trace_task_newtask(p, clone_flags);
    trace_sched_process_fork(current, p);
    return p;

bad_fork_cleanup_thread:
    sched_cancel_fork(p);
    free_thread(p);
bad_fork_cleanup_namespace:
    exit_namespaces(p);
bad_fork_cleanup_mm:
    if (p->mm)
        mmput(p->mm);
bad_fork_cleanup_signal:
    cleanup_signal(clone_flags, p);
bad_fork_cleanup_sighand:
    put_sighand(p->sighand);
bad_fork_cleanup_fs:
    exit_fs(p);
bad_fork_cleanup_files:
    exit_files(p);
bad_fork_cleanup_semundo:
    exit_sem(p);
bad_fork_cleanup_security:
    security_task_free(p);
bad_fork_cleanup_count:
    exit_creds(p);
bad_fork_free:
    free_task(p);
fork_out:
    return ERR_PTR(retval);
}

/* Which event a traced caller's tracer asked for: PTRACE_EVENT_*; 0: none. */
static int fork_traceflag(unsigned long clone_flags)
{
    if (clone_flags & CLONE_UNTRACED)
        return 0;
    if (clone_flags & CLONE_VFORK)
        return current->ptrace & PT_TRACE_VFORK ? PTRACE_EVENT_VFORK : 0;
    if ((clone_flags & CSIGNAL) != SIGCHLD)
        return current->ptrace & PT_TRACE_CLONE ? PTRACE_EVENT_CLONE : 0;
    return current->ptrace & PT_TRACE_FORK ? PTRACE_EVENT_FORK : 0;
}

/* CLONE_NEWUSER is checked before anything is done. 0 or -errno. */
static int check_new_user(unsigned long clone_flags)
{
    if (!(clone_flags & CLONE_NEWUSER))
        return 0;
    if (clone_flags & CLONE_THREAD)
        return -EINVAL;
    if (!capable(CAP_SYS_ADMIN) || !capable(CAP_SETUID) || !capable(CAP_SETGID))
        return -EPERM;
    return 0;
}

/* Lets the child run. That of a tracer, or of CLONE_STOPPED, meets SIGSTOP before its first
 * instruction. Afterwards p may be gone, unless the caller has a reference. */
static void start_child(struct task_struct *p, unsigned long clone_flags)
{
    if ((p->ptrace & PT_PTRACED) || (clone_flags & CLONE_STOPPED)) {
        p->pending.signal |= sigmask(SIGSTOP);
        set_tsk_thread_flag(p, TIF_SIGPENDING);
    }
    if (clone_flags & CLONE_STOPPED)
        p->state = TASK_STOPPED;
    else
        wake_up_new_task(p, clone_flags);
}

/* The vfork parent sleeps until the child has left the shared memory, by execve() or exit: `vfork`
 * lies on this very stack, so a parent that is killed meanwhile has to take it back. Drops the
 * caller's reference to the child. */
static void wait_for_vfork_done(struct task_struct *child, struct completion *vfork, pid_t nr)
{
    bool killed = wait_for_completion_killable(vfork);

    if (killed)
        child->vfork_done = NULL;
    put_task_struct(child);
    if (!killed && (current->ptrace & PT_TRACE_VFORK_DONE)) {
        current->ptrace_message = nr;
        ptrace_notify(PTRACE_EVENT_VFORK_DONE << 8 | SIGTRAP);
    }
}

/*
 * Makes a new process or thread. `regs` is the caller's frame, stack_start its user stack pointer
 * or 0 to keep the caller's. stack_size means nothing here. Returns the child's pid, or -errno with
 * nothing changed but last_pid. With CLONE_VFORK it returns when the child has left the memory.
 */
long do_fork(unsigned long clone_flags, u32 stack_start, struct pt_regs *regs, u32 stack_size,
             int __user *parent_tidptr, int __user *child_tidptr)
{
    struct completion vfork;
    struct task_struct *p;
    int trace = 0, err;
    pid_t nr;

    err = check_new_user(clone_flags);
    if (err)
        return err;
    nr = alloc_pid();
    if (nr < 0)
        return nr;
    if (current->ptrace) {
        trace = fork_traceflag(clone_flags);
        if (trace)
            clone_flags |= CLONE_PTRACE;
    }

    p = copy_process(clone_flags, stack_start, regs, child_tidptr, nr);
    if (IS_ERR(p)) {
        free_pid(nr);
        return PTR_ERR(p);
    }

    /* All that needs p comes before it is woken: after that it may already be gone. */
    if (clone_flags & CLONE_PARENT_SETTID)
        (void)put_user(nr, parent_tidptr);
    if (clone_flags & CLONE_VFORK) {
        p->vfork_done = &vfork;
        init_completion(&vfork);
        get_task_struct(p);
    }
    start_child(p, clone_flags);

    if (trace) {
        current->ptrace_message = nr;
        ptrace_notify(trace << 8 | SIGTRAP);
    }
    if (clone_flags & CLONE_VFORK)
        wait_for_vfork_done(p, &vfork, nr);
    return nr;
}

/* Where the id of this thread is zeroed when it ends; returns the id. */
asmlinkage long sys_set_tid_address(int __user *tidptr)
{
    current->clear_child_tid = (u32)tidptr;
    return current->pid;
}
