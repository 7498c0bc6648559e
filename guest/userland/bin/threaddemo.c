/* A thread is a task that shares: one process id, one memory, its own thread id and stack. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TURNS = 1000, FAR = 65536 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int counter;

struct worker {
    pthread_t thread;
    const char *name;
    pid_t pid, tid;
    uintptr_t stack; /* an address on it */
};

static void *work(void *arg)
{
    struct worker *self = arg;
    char here;

    self->pid = getpid();
    self->tid = gettid();
    self->stack = (uintptr_t)&here;
    for (int i = 0; i < TURNS; i++) {
        pthread_mutex_lock(&mutex);
        counter++;
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

static void show(const struct worker *w)
{
    char here;
    long distance = labs((long)(w->stack - (uintptr_t)&here));

    printf("%s thread: process %s, thread id %s, stack %s\n", w->name,
           w->pid == getpid() ? "the same" : "another", w->tid == getpid() ? "the same" : "its own",
           distance > FAR ? "its own" : "the same");
}

int main(void)
{
    struct worker workers[] = {{.name = "first"}, {.name = "second"}};

    for (int i = 0; i < 2; i++)
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) {
            fprintf(stderr, "threaddemo: no thread\n");
            return 1;
        }
    for (int i = 0; i < 2; i++) {
        pthread_join(workers[i].thread, NULL);
        show(&workers[i]);
    }
    printf("together they counted to %d\n", counter);
    return 0;
}
