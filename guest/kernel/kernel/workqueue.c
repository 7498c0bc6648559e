/* Work that cannot be done where it comes up, such as in an interrupt: the kernel thread [events]
 * does it. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/workqueue.h>

static LIST_HEAD(pending);
static DECLARE_WAIT_QUEUE_HEAD(more_work);

void schedule_work(struct work_struct *work)
{
    unsigned long flags = local_irq_save();

    if (list_empty(&work->entry))
        list_add_tail(&work->entry, &pending);
    local_irq_restore(flags);
    wake_up(&more_work);
}

/* The oldest piece of work, taken out of the queue; NULL: none. */
static struct work_struct *take_work(void)
{
    struct work_struct *work = NULL;

    local_irq_disable();
    if (!list_empty(&pending)) {
        work = list_first_entry(&pending, struct work_struct, entry);
        list_del_init(&work->entry);
    }
    local_irq_enable();
    return work;
}

static int __noreturn worker_thread(void *unused)
{
    DEFINE_WAIT(wait);

    for (;;) {
        struct work_struct *work = take_work();
        if (work) {
            work->function(work);
            continue;
        }
        prepare_to_wait(&more_work, &wait, TASK_UNINTERRUPTIBLE);
        if (list_empty(&pending))
            schedule();
        finish_wait(&more_work, &wait);
    }
}

/* The thread is named here, so that it has its name before it first runs. */
void workqueue_init(void)
{
    pid_t pid = kernel_thread(worker_thread, NULL, CLONE_FS | CLONE_FILES | CLONE_SIGHAND);

    if (pid < 0)
        panic("cannot start [events]");
    strlcpy(find_task_by_pid(pid)->comm, "events", TASK_COMM_LEN);
}
