/* A small thread library over clone and futex: create, join, detach by exit of the process,
 * and mutexes. Attributes must be NULL. Not modelled: cancellation, condition variables,
 * thread-specific keys. */
#ifndef _PTHREAD_H
#define _PTHREAD_H

#include <sys/types.h>

typedef struct __thread_block *pthread_t;
typedef struct __thread_attributes pthread_attr_t;
typedef struct __mutex_attributes pthread_mutexattr_t;

/* 0 free, 1 held, 2 held and perhaps waited for. */
typedef struct {
    volatile int __state;
} pthread_mutex_t;

#define PTHREAD_MUTEX_INITIALIZER                                                                  \
    {                                                                                              \
        0                                                                                          \
    }

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*fn)(void *), void *arg);
int pthread_join(pthread_t thread, void **result);
pthread_t pthread_self(void);
_Noreturn void pthread_exit(void *result);
int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attr);
int pthread_mutex_lock(pthread_mutex_t *mutex);
int pthread_mutex_trylock(pthread_mutex_t *mutex);
int pthread_mutex_unlock(pthread_mutex_t *mutex);
int pthread_mutex_destroy(pthread_mutex_t *mutex);

#endif
