#include "emu/time/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/machine/machine_internal.h"
#include "emu/support/bytes.h"
#include "emu/time/statelayout.h"

/* ---- One state --------------------------------------------------------------------------- */

static const void *state_of(const struct machine *m, const struct section *section)
{
    if (section->machine_offset == SECTION_CPU)
        return cpu_state(m->cpu);
    return (const char *)m + section->machine_offset;
}

void snapshot_encode(const struct machine *m, const struct section *section, uint8_t *to)
{
    section_encode(section, state_of(m, section), to);
}

const char *snapshot_decode(struct machine *m, const struct section *section, const uint8_t *from)
{
    struct cpu_state cpu = *cpu_state(m->cpu);
    bool of_cpu = section->machine_offset == SECTION_CPU;
    const char *wrong =
        section_decode(section, from, of_cpu ? (char *)&cpu : (char *)m + section->machine_offset);

    if (!wrong && of_cpu)
        cpu_set_state(m->cpu, &cpu);
    return wrong;
}

/* ---- In memory: the states one after the other, then the translations ----------------------- */

static size_t parts_size(void)
{
    size_t size = 0;

    for (unsigned i = 0; i < statelayout_count; i++)
        size += statelayout[i].size;
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
    for (unsigned i = 0; i < statelayout_count; i++)
        to = put(to, state_of(m, &statelayout[i]), statelayout[i].size);
    put(to, cached, cached_size);
    return 0;
}

static void load_state(const struct snapshot *snapshot, struct machine *m)
{
    struct cpu_translation cached[CPU_TRANSLATIONS];
    struct cpu_state cpu;
    const uint8_t *from = snapshot->state;
    size_t cached_size = snapshot->state_size - parts_size();

    for (unsigned i = 0; i < statelayout_count; i++) {
        bool of_cpu = statelayout[i].machine_offset == SECTION_CPU;

        from = get(of_cpu ? (char *)&cpu : (char *)m + statelayout[i].machine_offset, from,
                   statelayout[i].size);
    }
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

/* ---- A number for the whole state ---------------------------------------------------------- */

/* FNV-1a (Fowler, Noll, Vo), eight bytes at a time where they are aligned. */
static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 29;
}

static uint64_t mix_bytes(uint64_t hash, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = mix(hash, bytes[i]);
    return hash;
}

static uint64_t mix_section(uint64_t hash, const struct machine *m, const struct section *section)
{
    size_t size = section_bytes(section);
    uint8_t bytes[SNAPSHOT_SECTION_MAX];

    snapshot_encode(m, section, bytes);
    return mix_bytes(hash, bytes, size);
}

/* Pages of zeroes do not count, so that only those that were used take time. */
static uint64_t mix_ram(uint64_t hash, const struct machine *m)
{
    static const uint8_t zero[BUS_PAGE];

    for (uint32_t at = 0; at < m->ram_size; at += BUS_PAGE) {
        if (memcmp(m->ram + at, zero, BUS_PAGE) == 0)
            continue;
        hash = mix(hash, at);
        for (uint32_t i = 0; i < BUS_PAGE; i += 4)
            hash = mix(hash, get_le32(m->ram + at + i));
    }
    return hash;
}

uint64_t snapshot_hash(const struct machine *m)
{
    struct cpu_translation cached[CPU_TRANSLATIONS];
    size_t count = cpu_save_translations(m->cpu, cached);
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (unsigned i = 0; i < statelayout_count; i++)
        hash = mix_section(hash, m, &statelayout[i]);
    for (size_t i = 0; i < count; i++)
        hash = mix(mix(hash, (uint64_t)cached[i].page << 32 | cached[i].phys),
                   (uint64_t)cached[i].cache << 8 | cached[i].rights);
    return mix_ram(hash, m);
}
