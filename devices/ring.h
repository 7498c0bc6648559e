/*
 * The bookkeeping of a bounded queue. The elements are an array of the owner, `size` long, so a
 * ring is plain state; the functions say which element to write or read.
 */
#ifndef FORKSCOPE_DEVICES_RING_H
#define FORKSCOPE_DEVICES_RING_H

#include <assert.h>
#include <stdint.h>

struct ring {
    uint32_t head;  /* the element that came first */
    uint32_t count; /* elements in the queue */
};

/* The element `i` places behind the first one. */
static inline uint32_t ring_index(const struct ring *ring, uint32_t size, uint32_t i)
{
    return (ring->head + i) % size;
}

/* Where the next element goes. The caller has made sure that there is room. */
static inline uint32_t ring_push(struct ring *ring, uint32_t size)
{
    assert(ring->count < size);
    return ring_index(ring, size, ring->count++);
}

/* Where the first element was. The caller has made sure that there is one. */
static inline uint32_t ring_pop(struct ring *ring, uint32_t size)
{
    assert(ring->count > 0);
    uint32_t first = ring->head;
    ring->head = ring_index(ring, size, 1);
    ring->count--;
    return first;
}

#endif
