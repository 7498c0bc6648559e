/* /proc/PID/stat, status and statm: a task in numbers. */
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/tty.h>

static const struct {
    long state;
    char letter;
    const char *name;
} task_states[] = {
    {TASK_RUNNING, 'R', "running"},
    {TASK_INTERRUPTIBLE, 'S', "sleeping"},
    {TASK_UNINTERRUPTIBLE, 'D', "disk sleep"},
    {TASK_STOPPED, 'T', "stopped"},
    {TASK_TRACED, 'T', "tracing stop"},
    {EXIT_ZOMBIE, 'Z', "zombie"},
    {EXIT_DEAD, 'X', "dead"},
};

static int state_index(const struct task_struct *p)
{
    long state = p->exit_state ? p->exit_state : p->state;

    for (unsigned int i = 0; i < ARRAY_SIZE(task_states); i++) {
        if (task_states[i].state == state)
            return i;
    }
    return ARRAY_SIZE(task_states) - 1;
}

static pid_t ppid_of(struct task_struct *p)
{
    return p->group_leader->real_parent->tgid;
}

/* Signals that are ignored, and those that have a handler. */
static void collect_handlers(struct task_struct *p, sigset_t *ignored, sigset_t *caught)
{
    *ignored = *caught = 0;
    for (int sig = 1; sig <= _NSIG; sig++) {
        u32 handler = p->sighand->action[sig - 1].sa_handler;
        if (handler == SIG_IGN)
            *ignored |= sigmask(sig);
        else if (handler != SIG_DFL)
            *caught |= sigmask(sig);
    }
}

/* User and system time of the group, or of the one thread. */
static void collect_times(struct task_struct *p, unsigned long *utime, unsigned long *stime)
{
    struct task_struct *t = p;

    *utime = p->signal->utime;
    *stime = p->signal->stime;
    do {
        *utime += t->utime;
        *stime += t->stime;
        t = next_thread(t);
    } while (t != p);
}

/* The fields of proc(5), 41 of them. */
int proc_pid_stat(struct seq_file *m, struct task_struct *p)
{
    const struct signal_struct *sig = p->signal;
    const struct mm_struct *mm = p->mm;
    const struct pt_regs *regs = task_pt_regs(p);
    unsigned long utime, stime;
    sigset_t ignored, caught;

    collect_times(p, &utime, &stime);
    collect_handlers(p, &ignored, &caught);
    seq_printf(m, "%d (%s) %c %d %d %d %d %d %u ", p->pid, p->comm,
               task_states[state_index(p)].letter, ppid_of(p), sig->pgrp, sig->session,
               sig->tty ? (int)sig->tty->device : 0, sig->tty ? sig->tty->pgrp : -1, p->flags);
    seq_printf(m, "%lu %lu %lu %lu %lu %lu %lu %lu ", p->min_flt + sig->min_flt, sig->cmin_flt,
               p->maj_flt + sig->maj_flt, sig->cmaj_flt, utime, stime, sig->cutime, sig->cstime);
    seq_printf(m, "%d %d %d 0 %lu %u %u %u ", p->prio - 100, PRIO_TO_NICE(p->static_prio),
               sig->nr_threads, p->start_time, mm ? mm->total_vm * PAGE_SIZE : 0, mm ? mm->rss : 0,
               sig->rlim[RLIMIT_RSS].rlim_cur);
    seq_printf(m, "%u %u %u %u %u ", mm ? mm->start_code : 0, mm ? mm->end_code : 0,
               mm ? mm->start_stack : 0, mm ? regs->esp : 0, mm ? regs->eip : 0);
    seq_printf(m, "%u %u %u %u 0 0 0 %d 0 0 0\n", (u32)p->pending.signal, (u32)p->blocked,
               (u32)ignored, (u32)caught, p->exit_signal);
    return 0;
}

static void show_ids(struct seq_file *m, const struct cred *c)
{
    seq_printf(m, "Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\nGroups:\t", c->uid, c->euid, c->suid,
               c->fsuid, c->gid, c->egid, c->sgid, c->fsgid);
    for (int i = 0; i < c->ngroups; i++)
        seq_printf(m, "%u ", c->groups[i]);
    seq_printf(m, "\n");
}

int proc_pid_status(struct seq_file *m, struct task_struct *p)
{
    const struct mm_struct *mm = p->mm;
    sigset_t ignored, caught;

    collect_handlers(p, &ignored, &caught);
    seq_printf(m, "Name:\t%s\nState:\t%c (%s)\nTgid:\t%d\nPid:\t%d\nPPid:\t%d\nTracerPid:\t%d\n",
               p->comm, task_states[state_index(p)].letter, task_states[state_index(p)].name,
               p->tgid, p->pid, ppid_of(p), p->ptrace & PT_PTRACED ? p->parent->pid : 0);
    show_ids(m, p->cred);
    seq_printf(m, "FDSize:\t%d\n", p->files ? p->files->max_fds : 0);
    if (mm)
        seq_printf(m, "VmSize:\t%8u kB\nVmRSS:\t%8u kB\n", mm->total_vm * 4, mm->rss * 4);
    seq_printf(m, "Threads:\t%d\n", p->signal->nr_threads);
    seq_printf(m, "SigPnd:\t%016llx\nShdPnd:\t%016llx\nSigBlk:\t%016llx\n", p->pending.signal,
               p->signal->shared_pending.signal, p->blocked);
    seq_printf(m, "SigIgn:\t%016llx\nSigCgt:\t%016llx\n", ignored, caught);
    seq_printf(m, "voluntary_ctxt_switches:\t%lu\nnonvoluntary_ctxt_switches:\t%lu\n", p->nvcsw,
               p->nivcsw);
    return 0;
}

/* Pages: all, present, of files, text, 0, data, 0. */
int proc_pid_statm(struct seq_file *m, struct task_struct *p)
{
    const struct mm_struct *mm = p->mm;
    u32 text = mm ? (PAGE_ALIGN(mm->end_code) - (mm->start_code & PAGE_MASK)) / PAGE_SIZE : 0;

    seq_printf(m, "%u %u 0 %u 0 %u 0\n", mm ? mm->total_vm : 0, mm ? mm->rss : 0, text,
               mm ? mm->total_vm - text : 0);
    return 0;
}
