/* The one source of chance: a seed gives the same tests everywhere. (splitmix64) */
#ifndef FORKSCOPE_TESTS_ORACLE_RANDOM_H
#define FORKSCOPE_TESTS_ORACLE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct oracle_rng {
    uint64_t state;
};

static inline uint32_t rng_u32(struct oracle_rng *rng)
{
    uint64_t z = rng->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) >> 16);
}

/* 0..n-1 */
static inline uint32_t rng_below(struct oracle_rng *rng, uint32_t n)
{
    return (uint32_t)((uint64_t)rng_u32(rng) * n >> 32);
}

static inline bool rng_percent(struct oracle_rng *rng, unsigned percent)
{
    return rng_below(rng, 100) < percent;
}

#endif
