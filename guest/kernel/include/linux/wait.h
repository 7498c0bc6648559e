/* Wait queues: tasks that sleep until somebody says wake_up(). */
#ifndef _LINUX_WAIT_H
#define _LINUX_WAIT_H

#include <linux/list.h>

struct task_struct;

struct wait_queue_head {
    struct list_head task_list; /* wait_queue.task_list of the sleepers */
};

struct wait_queue {
    struct task_struct *task;   /* who sleeps */
    struct list_head task_list; /* in the head's list; empty when in none */
};

#define DECLARE_WAIT_QUEUE_HEAD(name) struct wait_queue_head name = {LIST_HEAD_INIT(name.task_list)}
#define DEFINE_WAIT(name)             struct wait_queue name = {current, LIST_HEAD_INIT(name.task_list)}

static inline void init_waitqueue_head(struct wait_queue_head *q)
{
    INIT_LIST_HEAD(&q->task_list);
}

void add_wait_queue(struct wait_queue_head *q, struct wait_queue *wait);
void remove_wait_queue(struct wait_queue_head *q, struct wait_queue *wait);
/* Queues `wait` if it is not queued, and sets the state that schedule() will sleep in. */
void prepare_to_wait(struct wait_queue_head *q, struct wait_queue *wait, int state);
/* Running again, and out of the queue. */
void finish_wait(struct wait_queue_head *q, struct wait_queue *wait);
/* Wakes every sleeper. Safe from interrupt handlers. */
void wake_up(struct wait_queue_head *q);

/* Sleeps until `condition`; 0, or -ERESTARTSYS when a signal came first. */
#define wait_event_interruptible(q, condition)                                                     \
    ({                                                                                             \
        int __ret = 0;                                                                             \
        DEFINE_WAIT(__wait);                                                                       \
        for (;;) {                                                                                 \
            prepare_to_wait(&(q), &__wait, TASK_INTERRUPTIBLE);                                    \
            if (condition)                                                                         \
                break;                                                                             \
            if (signal_pending(current)) {                                                         \
                __ret = -ERESTARTSYS;                                                              \
                break;                                                                             \
            }                                                                                      \
            schedule();                                                                            \
        }                                                                                          \
        finish_wait(&(q), &__wait);                                                                \
        __ret;                                                                                     \
    })

/* Something that happens once and may be waited for. */
struct completion {
    unsigned int done; /* completions not yet consumed */
    struct wait_queue_head wait;
};

void init_completion(struct completion *x);
void complete(struct completion *x);
void wait_for_completion(struct completion *x);
/* 0, or -ERESTARTSYS when SIGKILL came first. */
int wait_for_completion_killable(struct completion *x);

#endif
