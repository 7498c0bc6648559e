/* Out of memory: somebody has to end, and it had better be who uses most. */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>

static bool is_dying(struct task_struct *p)
{
    return p->exit_state || (p->flags & PF_EXITING) || (p->signal->flags & SIGNAL_GROUP_EXIT);
}

/* The process with most pages; never init. One that is dying already is enough: NULL, *wait set. */
static struct task_struct *select_bad_process(bool *wait)
{
    struct task_struct *p, *chosen = NULL;

    *wait = false;
    for_each_process (p) {
        if (!p->mm || p->tgid == 1)
            continue;
        if (is_dying(p) && p != current)
            *wait = true;
        else if (!chosen || p->mm->rss > chosen->mm->rss)
            chosen = p;
    }
    return *wait ? NULL : chosen;
}

/* Called when a page fault finds no memory. Ends a process and lets others run, so that it can
 * give its memory back; afterwards the fault is tried again. */
void out_of_memory(void)
{
    bool wait;
    struct task_struct *p = select_bad_process(&wait);

    if (p) {
        printk(KERN_WARNING "Out of memory: killing pid %d (%s)\n", p->pid, p->comm);
        group_send_sig_info(SIGKILL, SEND_SIG_PRIV, p);
    } else if (!wait) {
        panic("Out of memory and no process to kill");
    }
    yield();
}
