/* The ring of executed instructions: its life, and reading it. */
#include "cpu/ring.h"

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
    start = malloc((records + RING_SLACK) * sizeof(*start));
    if (!start)
        return -ENOMEM;
    cpu_ring_stop(cpu);
    cpu->ring = (struct cpu_ring){.start = start, .end = start + records, .next = start};
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

size_t cpu_ring_read(struct cpu *cpu, struct cpu_ring_record *to, size_t max)
{
    struct cpu_ring *ring = &cpu->ring;
    size_t young, old, n;

    if (!ring->start)
        return 0;
    if (ring->next > ring->end)
        ring_wrap(ring);
    young = (size_t)(ring->next - ring->start);
    old = ring->wrapped ? (size_t)(ring->end - ring->next) : 0;
    if (young > max)
        young = max;
    if (old > max - young)
        old = max - young;
    n = old + young;
    memcpy(to, ring->end - old, old * sizeof(*to));
    memcpy(to + old, ring->next - young, young * sizeof(*to));
    return n;
}
