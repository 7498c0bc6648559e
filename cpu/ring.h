/*
 * The ring of struct cpu_ring_record (hooks.h), as engines write it. Private.
 *
 * Instructions that only work on registers take no record: the next one's says in `unused` how far
 * back each of the instructions before it lies behind the one before that, four bits each, the
 * nearest first, 0 where there are no more (ring_steps_back()).
 *
 * Iterations of a REP that were done in bulk take one record, the run's, behind the values that
 * were read or written, which lie close together in the places of records:
 *
 *   | record | values, values, | values, - | the run: its first iteration, how many | record |
 *
 * Reading goes backwards from the youngest and takes the run apart; of a run whose beginning has
 * been written over already, the rest can be read. A run takes at most as many places as it has
 * iterations, but for the oldest, of which a value may be left with the run behind it: RING_SPARE.
 *
 * `next` may run into a slack behind the end by as many records as a block has instructions: what
 * lies there is moved to the beginning before the next record is written, so that engines look at
 * the end once for many records.
 */
#ifndef FORKSCOPE_CPU_RING_H
#define FORKSCOPE_CPU_RING_H

#include <string.h>

#include "cpu/cpu_internal.h"

enum { RING_SLACK = 64, RING_SPARE = 1 };
enum { RING_RUN = 0x80 };   /* in `kind`: a run of `unused` iterations */
enum { RING_TOGETHER = 5 }; /* instructions in one record */

void ring_wrap(struct cpu_ring *ring);

/* Room for `n` records, at most RING_SLACK; the caller fills them all. */
static inline struct cpu_ring_record *ring_room(struct cpu_ring *ring, unsigned n)
{
    struct cpu_ring_record *r;

    if (__builtin_expect(ring->next >= ring->end, 0))
        ring_wrap(ring);
    r = ring->next;
    ring->next += n;
    return r;
}

static inline struct cpu_ring_record *ring_take(struct cpu *cpu, unsigned n)
{
    return ring_room(&cpu->ring, n);
}

/* A whole record, in three stores where the host's byte order allows it. */
static inline void ring_write(struct cpu_ring_record *r, struct cpu_ring_record record)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t where = record.linear | (uint64_t)record.address << 32;
    uint64_t what = record.value | (uint64_t)record.kind << 32 | (uint64_t)record.size << 40 |
                    (uint64_t)record.unused << 48;

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

/* `n` iterations of a REP from `first` on; `values` are what their accesses, one behind the other,
 * have read or written. */
void ring_put_run(struct cpu_ring *ring, const struct cpu_ring_record *first, uint32_t n,
                  const uint8_t *values);

/* From mem_*(): the instruction under way has its record. */
static inline void ring_note_access(struct cpu *cpu, unsigned kind, uint32_t address, unsigned size,
                                    uint32_t value)
{
    if (__builtin_expect(cpu->ring.start != NULL, 0))
        ring_note(cpu->ring.next - 1, kind, address, size, value);
}

#endif
