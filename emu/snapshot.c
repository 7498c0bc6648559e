#include "emu/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/machine_internal.h"

/* ---- What a machine's state consists of, beside CPU and RAM -------------------------------- */

#define PART(member) offsetof(struct machine, member), sizeof(((struct machine *)0)->member)

static const struct {
    size_t offset, size;
} parts[] = {
    {PART(s)},      {PART(clock.s)},   {PART(jitter)},     {PART(master.s)}, {PART(slave.s)},
    {PART(pit.s)},  {PART(kbd.s)},     {PART(port61.s)},   {PART(port92.s)}, {PART(cmos.s)},
    {PART(uart.s)}, {PART(vgatext.s)}, {PART(exitport.s)},
};

enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

/* ---- In memory: the parts one after the other, then the translations ----------------------- */

static size_t parts_size(void)
{
    size_t size = sizeof(struct cpu_state);

    for (unsigned i = 0; i < PARTS; i++)
        size += parts[i].size;
    return size;
}

static uint8_t *put(uint8_t *to, const void *from, size_t size)
{
    memcpy(to, from, size);
    return to + size;
}

static const uint8_t *get(void *to, const uint8_t *from, size_t size)
{
    memcpy(to, from, size);
    return from + size;
}

static int save_state(struct snapshot *snapshot, struct machine *m)
{
    struct cpu_translation cached[CPU_TRANSLATIONS];
    size_t cached_size = cpu_save_translations(m->cpu, cached) * sizeof(cached[0]);
    uint8_t *to = malloc(parts_size() + cached_size);

    if (!to)
        return -ENOMEM;
    snapshot->state = to;
    snapshot->state_size = parts_size() + cached_size;
    to = put(to, cpu_state(m->cpu), sizeof(struct cpu_state));
    for (unsigned i = 0; i < PARTS; i++)
        to = put(to, (const char *)m + parts[i].offset, parts[i].size);
    put(to, cached, cached_size);
    return 0;
}

static void load_state(const struct snapshot *snapshot, struct machine *m)
{
    struct cpu_translation cached[CPU_TRANSLATIONS];
    struct cpu_state cpu;
    const uint8_t *from = get(&cpu, snapshot->state, sizeof(cpu));
    size_t cached_size = snapshot->state_size - parts_size();

    for (unsigned i = 0; i < PARTS; i++)
        from = get((char *)m + parts[i].offset, from, parts[i].size);
    get(cached, from, cached_size);
    cpu_set_state(m->cpu, &cpu);
    cpu_load_translations(m->cpu, cached, cached_size / sizeof(cached[0]));
}

int snapshot_save(struct snapshot *snapshot, struct machine *m, struct ramstore *store)
{
    int error;

    *snapshot = (struct snapshot){.icount = cpu_state(m->cpu)->icount};
    error = save_state(snapshot, m);
    if (!error)
        error = ramstore_save(store, &snapshot->ram);
    if (error)
        snapshot_drop(snapshot, store);
    return error;
}

void snapshot_load(const struct snapshot *snapshot, struct machine *m, struct ramstore *store)
{
    ramstore_load(store, &snapshot->ram);
    load_state(snapshot, m);
}

void snapshot_drop(struct snapshot *snapshot, struct ramstore *store)
{
    ramstore_drop(store, &snapshot->ram);
    free(snapshot->state);
    *snapshot = (struct snapshot){0};
}
