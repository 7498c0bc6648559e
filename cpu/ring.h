/*
 * The ring of struct cpu_ring_record (hooks.h), as engines write it. Private.
 *
 * `next` may run into a slack behind the end by as many records as a block has instructions: what
 * lies there is moved to the beginning before the next record is written, so that engines look at
 * the end once for many records.
 */
#ifndef FORKSCOPE_CPU_RING_H
#define FORKSCOPE_CPU_RING_H

#include <string.h>

#include "cpu/cpu_internal.h"

enum { RING_SLACK = 64 };

void ring_wrap(struct cpu_ring *ring);

/* Room for `n` records, at most RING_SLACK; the caller fills them all. */
static inline struct cpu_ring_record *ring_take(struct cpu *cpu, unsigned n)
{
    struct cpu_ring *ring = &cpu->ring;
    struct cpu_ring_record *r;

    if (__builtin_expect(ring->next >= ring->end, 0))
        ring_wrap(ring);
    r = ring->next;
    ring->next += n;
    return r;
}

/* A whole record, in three stores where the host's byte order allows it. */
static inline void ring_write(struct cpu_ring_record *r, struct cpu_ring_record record)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t where = record.linear | (uint64_t)record.address << 32;
    uint64_t what = record.value | (uint64_t)record.kind << 32 | (uint64_t)record.size << 40;

    _Static_assert(sizeof(record) == 24, "a record is three words");
    r->icount = record.icount;
    memcpy(&r->linear, &where, sizeof(where));
    memcpy(&r->value, &what, sizeof(what));
#else
    *r = record;
#endif
}

/* An instruction that has accessed no data, or not yet. */
static inline void ring_put(struct cpu_ring_record *r, uint64_t icount, uint32_t linear)
{
    ring_write(r, (struct cpu_ring_record){.icount = icount, .linear = linear});
}

/* A data access of an instruction that was put. */
static inline void ring_note(struct cpu_ring_record *last, unsigned kind, uint32_t address,
                             unsigned size, uint32_t value)
{
    last->address = address;
    last->value = value;
    last->kind = (uint8_t)kind;
    last->size = (uint8_t)size;
}

/* From mem_*(): the instruction under way has its record. */
static inline void ring_note_access(struct cpu *cpu, unsigned kind, uint32_t address, unsigned size,
                                    uint32_t value)
{
    if (__builtin_expect(cpu->ring.start != NULL, 0))
        ring_note(cpu->ring.next - 1, kind, address, size, value);
}

#endif
