/*
 * SIGINT and SIGTERM while a window waits for events: a thread takes them and wakes the window, so
 * that it ends as if it were closed.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_SIGNALS_H
#define FORKSCOPE_EMU_VIEWER_VIEW_SIGNALS_H

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

struct view_signals {
    pthread_t thread;
    sigset_t before;
    void (*wake)(void); /* from the thread, once for each signal */
    atomic_int caught;  /* the last; 0: none */
    atomic_bool ending;
};

/* Before threads are made that should not get the signals. 0 or -errno. */
int view_signals_open(struct view_signals *s, void (*wake)(void));
void view_signals_close(struct view_signals *s);

#endif
