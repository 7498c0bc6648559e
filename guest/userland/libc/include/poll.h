#ifndef _POLL_H
#define _POLL_H

#include <signal.h>
#include <time.h>

typedef unsigned long nfds_t;

struct pollfd {
    int fd;
    short events;
    short revents;
};

#define POLLIN   0x01
#define POLLOUT  0x04
#define POLLERR  0x08
#define POLLHUP  0x10
#define POLLNVAL 0x20

int poll(struct pollfd *fds, nfds_t count, int timeout);
/* The mask holds while the call waits. */
int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask);

#endif
