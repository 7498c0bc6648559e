/* Work for the kernel thread [events]. */
#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

#include <linux/list.h>

struct work_struct {
    struct list_head entry; /* in the queue; empty when not queued */
    void (*function)(struct work_struct *work);
};

#define DECLARE_WORK(name, fn) struct work_struct name = {LIST_HEAD_INIT(name.entry), fn}

/* Queues it unless it is queued. Safe from interrupt handlers. */
void schedule_work(struct work_struct *work);

#endif
