/*
 * A map from numbers to numbers.
 */
#ifndef FORKSCOPE_EMU_MAP64_H
#define FORKSCOPE_EMU_MAP64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map64_slot {
    uint64_t key, value;
    bool used;
};

/* All zero: empty. */
struct map64 {
    struct map64_slot *slot;
    size_t room, count; /* room is 0 or a power of two */
};

/* False: out of memory. */
bool map64_set(struct map64 *m, uint64_t key, uint64_t value);
bool map64_get(const struct map64 *m, uint64_t key, uint64_t *value);
/* Forgets all, keeps the memory. */
void map64_clear(struct map64 *m);
void map64_free(struct map64 *m);

#endif
