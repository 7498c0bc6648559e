#include "emu/support/map64.h"

#include <stdlib.h>
#include <string.h>

/* Where the key is, or where it would go. */
static size_t place(const struct map64 *m, uint64_t key)
{
    uint64_t hash = key * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(hash >> 32) & (m->room - 1);

    while (m->slot[at].used && m->slot[at].key != key)
        at = (at + 1) & (m->room - 1);
    return at;
}

static bool grow(struct map64 *m)
{
    struct map64 larger = {.room = m->room ? 2 * m->room : 64};

    larger.slot = calloc(larger.room, sizeof(*larger.slot));
    if (larger.slot == NULL)
        return false;
    for (size_t i = 0; i < m->room; i++)
        if (m->slot[i].used)
            larger.slot[place(&larger, m->slot[i].key)] = m->slot[i];
    larger.count = m->count;
    free(m->slot);
    *m = larger;
    return true;
}

bool map64_set(struct map64 *m, uint64_t key, uint64_t value)
{
    struct map64_slot *slot;

    if (2 * m->count >= m->room && !grow(m))
        return false;
    slot = &m->slot[place(m, key)];
    m->count += !slot->used;
    *slot = (struct map64_slot){key, value, true};
    return true;
}

bool map64_get(const struct map64 *m, uint64_t key, uint64_t *value)
{
    const struct map64_slot *slot;

    if (m->room == 0)
        return false;
    slot = &m->slot[place(m, key)];
    if (slot->used)
        *value = slot->value;
    return slot->used;
}

void map64_clear(struct map64 *m)
{
    if (m->room > 0)
        memset(m->slot, 0, m->room * sizeof(*m->slot));
    m->count = 0;
}

void map64_free(struct map64 *m)
{
    free(m->slot);
    *m = (struct map64){0};
}
