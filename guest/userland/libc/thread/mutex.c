#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stddef.h>

#include "../libc.h"
#include "thread.h"

enum { FREE, HELD, CONTENDED };

static int exchange(volatile int *word, int value)
{
    __asm__ volatile("xchgl %0, %1" : "+r"(value), "+m"(*word) : : "memory");
    return value;
}

static int compare_exchange(volatile int *word, int expected, int value)
{
    __asm__ volatile("lock cmpxchgl %2, %1"
                     : "+a"(expected), "+m"(*word)
                     : "r"(value)
                     : "memory", "cc");
    return expected;
}

int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attr)
{
    if (attr)
        return EINVAL;
    mutex->__state = FREE;
    return 0;
}

int pthread_mutex_trylock(pthread_mutex_t *mutex)
{
    return compare_exchange(&mutex->__state, FREE, HELD) == FREE ? 0 : EBUSY;
}

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    if (pthread_mutex_trylock(mutex) == 0)
        return 0;
    while (exchange(&mutex->__state, CONTENDED) != FREE)
        __futex(&mutex->__state, FUTEX_WAIT, CONTENDED, NULL, NULL, 0);
    return 0;
}

int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    if (exchange(&mutex->__state, FREE) == CONTENDED)
        __futex(&mutex->__state, FUTEX_WAKE, 1, NULL, NULL, 0);
    return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *mutex)
{
    return mutex->__state == FREE ? 0 : EBUSY;
}

static pthread_mutex_t libc_mutex = PTHREAD_MUTEX_INITIALIZER;

void __libc_lock(void)
{
    if (__thread_count_ever)
        pthread_mutex_lock(&libc_mutex);
}

void __libc_unlock(void)
{
    if (__thread_count_ever)
        pthread_mutex_unlock(&libc_mutex);
}
