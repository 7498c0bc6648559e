/* /proc/forkscope: the kernel's own view, for tests and curious people. */
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/tty.h>

static void show_task(struct seq_file *m, struct task_struct *p)
{
    seq_printf(m, "%5d %5d %5d %5d  %5d %4d %4d %5d %4d  %4u %4d  %s\n", p->pid, p->tgid,
               p->real_parent->pid, p->parent->pid, p->usage, p->files ? p->files->count : 0,
               p->fs ? p->fs->count : 0, p->sighand->count, p->mm ? p->mm->mm_users : 0,
               p->time_slice, p->prio, p->comm);
}

/* Every task with the reference counts of what it shares. */
static int show_tasks(struct seq_file *m, struct task_struct *unused)
{
    struct task_struct *p;

    seq_printf(m, "  pid  tgid  real  parent usage files  fs  sigh  mm  slice prio  name\n");
    for_each_process (p) {
        struct task_struct *t = p;
        do {
            show_task(m, t);
            t = next_thread(t);
        } while (t != p);
    }
    return 0;
}

/* Things that a test compares before and after. */
static int show_counters(struct seq_file *m, struct task_struct *unused)
{
    seq_printf(m, "free_pages %lu\nopen_files %d\nthreads %d\nforks %lu\n", nr_free_pages, nr_files,
               nr_threads, total_forks);
    seq_printf(m, "pids %d\nroot_processes %d\ntty_processes %d\n", nr_pids(), root_user.processes,
               serial_tty.refs);
    return 0;
}

/* clang-format off */
const struct proc_entry proc_debug_table[] = {
    {.name = "tasks",    .mode = S_IFREG | 0444, .show = show_tasks},
    {.name = "counters", .mode = S_IFREG | 0444, .show = show_counters},
    {.name = NULL},
};
/* clang-format on */
