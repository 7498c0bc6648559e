/* What a thread has for itself. %gs points at its block once pthread_create was called. */
#ifndef THREAD_THREAD_H
#define THREAD_THREAD_H

#include <pthread.h>
#include <sys/types.h>

struct __thread_block {
    struct __thread_block *self; /* %gs:0 */
    int error;                   /* errno */
    volatile pid_t tid;          /* zeroed by the kernel (CLEARTID) when the thread is gone */
    void *(*fn)(void *);
    void *arg;
    void *result;
    void *stack;
};

/* 0 until the first pthread_create: then %gs is not in use. */
extern int __thread_count_ever;

struct __thread_block *__thread_self(void);

#endif
