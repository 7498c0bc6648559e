/* The ring of executed instructions: its life, and reading it. */
#include "cpu/ring.h"
#include "cpu/mmu_fast.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void ring_wrap(struct cpu_ring *ring)
{
    size_t over = (size_t)(ring->next - ring->end);

    memcpy(ring->start, ring->end, over * sizeof(*ring->start));
    ring->next = ring->start + over;
    ring->wrapped = true;
}

static void changed(struct cpu *cpu)
{
    if (cpu->engine && cpu->engine->flush)
        cpu->engine->flush(cpu);
}

int cpu_ring_start(struct cpu *cpu, size_t records)
{
    struct cpu_ring_record *start;

    if (records < RING_SLACK)
        records = RING_SLACK;
    start = malloc((records + RING_SPARE + RING_SLACK) * sizeof(*start));
    if (!start)
        return -ENOMEM;
    cpu_ring_stop(cpu);
    cpu->ring = (struct cpu_ring){
        .start = start, .end = start + records + RING_SPARE, .next = start, .records = records};
    changed(cpu);
    return 0;
}

void cpu_ring_stop(struct cpu *cpu)
{
    if (!cpu->ring.start)
        return;
    free(cpu->ring.start);
    cpu->ring = (struct cpu_ring){0};
    changed(cpu);
}

/* ---- Runs -------------------------------------------------------------------------------- */

/* How many values fit into the place of a record; none lies in two. */
static unsigned values_in(unsigned size)
{
    return sizeof(struct cpu_ring_record) / size;
}

static unsigned slots_for(uint32_t n, unsigned size)
{
    return (n + values_in(size) - 1) / values_in(size);
}

/* A run of one would take two places. */
static void put_one(struct cpu_ring *ring, struct cpu_ring_record record, const uint8_t *value)
{
    record.value = le_load(value, record.size);
    *ring_room(ring, 1) = record;
}

void ring_put_run(struct cpu_ring *ring, const struct cpu_ring_record *first, uint32_t n,
                  const uint8_t *values)
{
    uint32_t max = (RING_SLACK - 1) * values_in(first->size);
    struct cpu_ring_record run = *first;

    while (n > 1) {
        uint32_t some = n < max ? n : max;
        unsigned slots = slots_for(some, run.size);
        struct cpu_ring_record *r = ring_room(ring, slots + 1);

        memcpy(r, values, (size_t)some * run.size);
        r[slots] = run;
        r[slots].kind |= RING_RUN;
        r[slots].unused = (uint16_t)some;
        run.icount += some;
        run.address += some * run.size;
        values += some * run.size;
        n -= some;
    }
    if (n == 1)
        put_one(ring, run, values);
}

/* ---- Reading, backwards ------------------------------------------------------------------ */

struct reader {
    const struct cpu_ring *ring;
    const struct cpu_ring_record *at; /* before this one */
    size_t left;                      /* places that are there to be read */
    struct cpu_ring_record *to;       /* the records found fill the space before it ... */
    size_t room;                      /* ... of so many */
};

static const struct cpu_ring_record *go_back(struct reader *r)
{
    r->at = (r->at == r->ring->start ? r->ring->end : r->at) - 1;
    r->left--;
    return r->at;
}

static struct cpu_ring_record *found(struct reader *r)
{
    r->room--;
    return --r->to;
}

/* The iterations whose values lie in one place, up to number `n` of the run. */
static void take_values(struct reader *r, const struct cpu_ring_record *run, uint32_t n)
{
    const uint8_t *values = (const uint8_t *)go_back(r);
    uint32_t first = (n - 1) / values_in(run->size) * values_in(run->size);

    while (n > first && r->room > 0) {
        n--;
        *found(r) = (struct cpu_ring_record){
            .icount = run->icount + n,
            .linear = run->linear,
            .address = run->address + n * run->size,
            .value = le_load(values + (n - first) * run->size, run->size),
            .kind = run->kind & ~RING_RUN,
            .size = run->size,
        };
    }
}

static void take_run(struct reader *r, const struct cpu_ring_record *run)
{
    for (unsigned slots = slots_for(run->unused, run->size); slots > 0 && r->left > 0; slots--) {
        uint32_t last = slots * values_in(run->size);

        take_values(r, run, last < run->unused ? last : run->unused);
    }
}

/* The instruction of a record, and those before it that have none of their own. */
static void take_record(struct reader *r, const struct cpu_ring_record *record)
{
    unsigned steps_back = record->unused;
    struct cpu_ring_record before = {.icount = record->icount, .linear = record->linear};

    *found(r) = *record;
    r->to->unused = 0;
    for (; steps_back && r->room > 0; steps_back >>= 4) {
        before.icount--;
        before.linear -= steps_back & 15;
        *found(r) = before;
    }
}

size_t cpu_ring_read(struct cpu *cpu, struct cpu_ring_record *to, size_t max)
{
    struct cpu_ring *ring = &cpu->ring;
    struct reader r = {.ring = ring};

    if (!ring->start)
        return 0;
    max = max < ring->records ? max : ring->records;
    r.to = to + max;
    r.room = max;
    if (ring->next > ring->end)
        ring_wrap(ring);
    r.at = ring->next;
    r.left = (size_t)((ring->wrapped ? ring->end : ring->next) - ring->start);
    while (r.left > 0 && r.room > 0) {
        const struct cpu_ring_record *record = go_back(&r);

        if (record->kind & RING_RUN)
            take_run(&r, record);
        else
            take_record(&r, record);
    }
    memmove(to, r.to, (max - r.room) * sizeof(*to));
    return max - r.room;
}
