/* Process groups and sessions. */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/syscalls.h>
#include <linux/tty.h>

static void change_pgrp(struct task_struct *p, pid_t pgid)
{
    if (p->signal->pgrp == pgid)
        return;
    detach_pid(p, PIDTYPE_PGID);
    p->signal->pgrp = pgid;
    attach_pid(p, PIDTYPE_PGID, pgid);
}

/* May p be moved into group pgid by the caller? tasklist_lock is held. 0 or -errno. */
static int may_setpgid(struct task_struct *p, pid_t pgid)
{
    struct task_struct *member;

    if (!thread_group_leader(p))
        return -EINVAL;
    if (p->real_parent->signal == current->signal) { /* a child */
        if (p->signal->session != current->signal->session)
            return -EPERM;
        if (p->did_exec)
            return -EACCES;
    } else if (p != current->group_leader) {
        return -ESRCH;
    }
    if (p->signal->leader)
        return -EPERM;
    if (pgid == p->pid)
        return 0;
    member = pid_first(PIDTYPE_PGID, pgid);
    return member && member->signal->session == current->signal->session ? 0 : -EPERM;
}

asmlinkage long sys_setpgid(pid_t pid, pid_t pgid)
{
    struct task_struct *p = pid ? find_task_by_pid(pid) : current->group_leader;
    int err = -ESRCH;

    if (pgid < 0)
        return -EINVAL;
    if (!p)
        return -ESRCH;
    spin_lock_irq(&tasklist_lock);
    err = may_setpgid(p, pgid ? pgid : p->pid);
    if (!err)
        change_pgrp(p, pgid ? pgid : p->pid);
    spin_unlock_irq(&tasklist_lock);
    return err;
}

asmlinkage long sys_getpgid(pid_t pid)
{
    struct task_struct *p = pid ? find_task_by_pid(pid) : current;
    return p ? p->signal->pgrp : -ESRCH;
}

asmlinkage long sys_getpgrp(void)
{
    return current->signal->pgrp;
}

asmlinkage long sys_getsid(pid_t pid)
{
    struct task_struct *p = pid ? find_task_by_pid(pid) : current;
    return p ? p->signal->session : -ESRCH;
}

/* A new session with a new group, both numbered like the caller, and no terminal. */
asmlinkage long sys_setsid(void)
{
    struct task_struct *leader = current->group_leader;

    if (pid_first(PIDTYPE_PGID, leader->pid))
        return -EPERM;
    spin_lock_irq(&tasklist_lock);
    leader->signal->leader = true;
    change_pgrp(leader, leader->pid);
    detach_pid(leader, PIDTYPE_SID);
    leader->signal->session = leader->pid;
    attach_pid(leader, PIDTYPE_SID, leader->pid);
    signal_set_tty(leader->signal, NULL);
    leader->signal->tty_old_pgrp = 0;
    spin_unlock_irq(&tasklist_lock);
    return leader->signal->pgrp;
}
