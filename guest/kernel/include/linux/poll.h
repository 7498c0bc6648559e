/* poll() inside the kernel. */
#ifndef _LINUX_POLL_H
#define _LINUX_POLL_H

#include <linux/fs.h>
#include <linux/wait.h>
#include <uapi/poll.h>

#define POLL_MAX_QUEUES 64

/* The queues that a poll() sleeps in. */
struct poll_table {
    bool full; /* do not add more: something is ready already */
    int n;
    struct {
        struct file *file; /* with a reference, since it may be closed meanwhile */
        struct wait_queue_head *queue;
        struct wait_queue wait;
    } entry[POLL_MAX_QUEUES];
};

#endif
