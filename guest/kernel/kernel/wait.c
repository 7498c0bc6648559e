/* Wait queues and completions. */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/wait.h>

void add_wait_queue(struct wait_queue_head *q, struct wait_queue *wait)
{
    unsigned long flags = local_irq_save();
    list_add_tail(&wait->task_list, &q->task_list);
    local_irq_restore(flags);
}

void remove_wait_queue(struct wait_queue_head *q, struct wait_queue *wait)
{
    unsigned long flags = local_irq_save();
    list_del_init(&wait->task_list);
    local_irq_restore(flags);
}

void prepare_to_wait(struct wait_queue_head *q, struct wait_queue *wait, int state)
{
    unsigned long flags = local_irq_save();
    if (list_empty(&wait->task_list))
        list_add_tail(&wait->task_list, &q->task_list);
    current->state = state;
    local_irq_restore(flags);
}

void finish_wait(struct wait_queue_head *q, struct wait_queue *wait)
{
    current->state = TASK_RUNNING;
    remove_wait_queue(q, wait);
}

void wake_up(struct wait_queue_head *q)
{
    unsigned long flags = local_irq_save();
    struct wait_queue *wait;

    list_for_each_entry (wait, &q->task_list, task_list)
        try_to_wake_up(wait->task, TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE);
    local_irq_restore(flags);
}

void init_completion(struct completion *x)
{
    x->done = 0;
    init_waitqueue_head(&x->wait);
}

void complete(struct completion *x)
{
    x->done++;
    wake_up(&x->wait);
}

void wait_for_completion(struct completion *x)
{
    DEFINE_WAIT(wait);

    for (;;) {
        prepare_to_wait(&x->wait, &wait, TASK_UNINTERRUPTIBLE);
        if (x->done)
            break;
        schedule();
    }
    x->done--;
    finish_wait(&x->wait, &wait);
}

/* Signals other than SIGKILL wait until the completion has come. */
int wait_for_completion_killable(struct completion *x)
{
    DEFINE_WAIT(wait);
    int ret = 0;

    for (;;) {
        prepare_to_wait(&x->wait, &wait, TASK_UNINTERRUPTIBLE);
        if (x->done || fatal_signal_pending(current))
            break;
        schedule();
    }
    if (x->done)
        x->done--;
    else
        ret = -ERESTARTSYS;
    finish_wait(&x->wait, &wait);
    return ret;
}
