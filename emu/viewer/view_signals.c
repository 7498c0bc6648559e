#include "emu/viewer/view_signals.h"

#include <stddef.h>

static void *wait_for_signals(void *ctx)
{
    struct view_signals *s = ctx;
    sigset_t set;
    int number;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    while (sigwait(&set, &number) == 0 && !s->ending) {
        s->caught = number;
        s->wake();
    }
    return NULL;
}

int view_signals_open(struct view_signals *s, void (*wake)(void))
{
    sigset_t set;
    int error;

    s->wake = wake;
    s->caught = 0;
    s->ending = false;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set, &s->before);
    error = pthread_create(&s->thread, NULL, wait_for_signals, s);
    if (error != 0)
        pthread_sigmask(SIG_SETMASK, &s->before, NULL);
    return -error;
}

void view_signals_close(struct view_signals *s)
{
    s->ending = true;
    pthread_kill(s->thread, SIGTERM);
    pthread_join(s->thread, NULL);
    pthread_sigmask(SIG_SETMASK, &s->before, NULL);
}
