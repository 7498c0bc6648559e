#include <asm/ldt.h>
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../libc.h"
#include "thread.h"

enum { STACK_SIZE = 65536 };

int __thread_count_ever;

static struct __thread_block main_thread;

/* The main thread's slot: clone's CLONE_SETTLS gives the others the same slot number. */
static unsigned int tls_slot = (unsigned int)-1;

struct __thread_block *__thread_self(void)
{
    struct __thread_block *self;

    __asm__("movl %%gs:0, %0" : "=r"(self));
    return self;
}

static struct user_desc tls_descriptor(struct __thread_block *block)
{
    return (struct user_desc){
        .entry_number = tls_slot,
        .base_addr = (unsigned int)block,
        .limit = 0xfffff,
        .seg_32bit = 1,
        .limit_in_pages = 1,
        .useable = 1,
    };
}

/* Gives the main thread its block and %gs, before there is a second thread. */
static int start_threading(void)
{
    struct user_desc tls = tls_descriptor(&main_thread);

    if (__thread_count_ever)
        return 0;
    if (set_thread_area(&tls) < 0)
        return -1;
    tls_slot = tls.entry_number;
    main_thread.self = &main_thread;
    main_thread.tid = gettid();
    __asm__ volatile("movw %w0, %%gs" : : "q"(tls_slot * 8 + 3));
    __thread_count_ever = 1;
    return 0;
}

static int thread_main(void *arg)
{
    struct __thread_block *self = arg;

    self->result = self->fn(self->arg);
    return 0;
}

static struct __thread_block *block_new(void *(*fn)(void *), void *arg)
{
    struct __thread_block *block = calloc(1, sizeof *block);

    if (!block)
        return NULL;
    block->self = block;
    block->fn = fn;
    block->arg = arg;
    block->stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (block->stack != MAP_FAILED)
        return block;
    free(block);
    return NULL;
}

static void block_free(struct __thread_block *block)
{
    munmap(block->stack, STACK_SIZE);
    free(block);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*fn)(void *), void *arg)
{
    const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
                      CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
    struct __thread_block *block;
    struct user_desc tls;

    if (attr)
        return EINVAL;
    if (start_threading() < 0)
        return errno;
    block = block_new(fn, arg);
    if (!block)
        return EAGAIN;
    tls = tls_descriptor(block);
    if (clone(thread_main, (char *)block->stack + STACK_SIZE, flags, block, &block->tid, &tls,
              &block->tid) < 0) {
        block_free(block);
        return errno;
    }
    *thread = block;
    return 0;
}

int pthread_join(pthread_t thread, void **result)
{
    pid_t tid;

    while ((tid = thread->tid) != 0)
        __futex(&thread->tid, FUTEX_WAIT, tid, NULL, NULL, 0);
    if (result)
        *result = thread->result;
    block_free(thread);
    return 0;
}

pthread_t pthread_self(void)
{
    return __thread_count_ever ? __thread_self() : &main_thread;
}

void pthread_exit(void *result)
{
    pthread_self()->result = result;
    __exit_thread(0);
}
