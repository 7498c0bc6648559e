/* The heap: blocks on one free list in address order, first fit, neighbours joined on free.
 *
 *      | size | user data …                        size counts the header, a multiple of 16
 *      | size | next |  … free …                   while the block is on the free list
 *
 * The header is padded so that user data is 16-byte aligned. The heap grows by brk and never
 * gives memory back.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libc.h"

enum { ALIGN = 16, GROW = 16384 };

struct block {
    size_t size;
    struct block *next;
    size_t pad[2];
};

enum { HEADER = sizeof(struct block) };

static struct block free_list;

static char *end_of(struct block *b)
{
    return (char *)b + b->size;
}

/* Puts a block on the list, joined with the free blocks that touch it. */
static void insert(struct block *b)
{
    struct block *before = &free_list;

    while (before->next && before->next < b)
        before = before->next;
    b->next = before->next;
    if (b->next && end_of(b) == (char *)b->next) {
        b->size += b->next->size;
        b->next = b->next->next;
    }
    if (before != &free_list && end_of(before) == (char *)b) {
        before->size += b->size;
        before->next = b->next;
    } else {
        before->next = b;
    }
}

static int grow(size_t size)
{
    size_t bytes = (size + GROW - 1) / GROW * GROW;
    size_t gap = -(uintptr_t)sbrk(0) % ALIGN;
    char *start = sbrk((intptr_t)(bytes + gap));
    struct block *b = (struct block *)(start + gap);

    if (start == (char *)-1)
        return -1;
    b->size = bytes;
    insert(b);
    return 0;
}

/* Takes the first block that is large enough off the list; the rest of it stays there. */
static struct block *take(size_t size)
{
    struct block *before = &free_list;
    struct block *b;

    while ((b = before->next) && b->size < size)
        before = b;
    if (!b)
        return NULL;
    if (b->size - size < 2 * HEADER) {
        before->next = b->next;
        return b;
    }
    b->size -= size;
    b = (struct block *)end_of(b);
    b->size = size;
    return b;
}

void *malloc(size_t size)
{
    size_t total = (size + HEADER + ALIGN - 1) / ALIGN * ALIGN;
    struct block *b;

    if (size > INTPTR_MAX - GROW - HEADER) {
        errno = ENOMEM;
        return NULL;
    }
    __libc_lock();
    b = take(total);
    if (!b && grow(total) == 0)
        b = take(total);
    __libc_unlock();
    return b ? b + 1 : NULL;
}

void free(void *p)
{
    if (!p)
        return;
    __libc_lock();
    insert((struct block *)p - 1);
    __libc_unlock();
}

void *calloc(size_t count, size_t size)
{
    size_t total;
    void *p;

    if (__builtin_mul_overflow(count, size, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    p = malloc(total);
    return p ? memset(p, 0, total) : NULL;
}

void *realloc(void *old, size_t size)
{
    size_t had = old ? ((struct block *)old - 1)->size - HEADER : 0;
    void *p;

    if (old && size <= had)
        return old;
    p = malloc(size);
    if (p && old) {
        memcpy(p, old, had);
        free(old);
    }
    return p;
}
