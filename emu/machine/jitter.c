#include "emu/machine/jitter.h"

/* SplitMix64 (Steele, Lea, Flood 2014): every seed gives another sequence. */
static uint64_t draw(struct jitter_state *j)
{
    uint64_t z = j->random += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* 0, 1, 2..3, 4..7, … with equal chances. */
static uint64_t draw_delay(struct jitter_state *j)
{
    uint64_t end = UINT64_C(1) << draw(j) % (JITTER_DELAY_BITS + 1);

    return (end + draw(j) % end) / 2;
}

void jitter_start(struct jitter_state *j, uint64_t seed)
{
    *j = (struct jitter_state){.on = seed != 0, .random = seed, .step = UINT64_MAX};
}

bool jitter_iret(struct jitter_state *j, uint64_t icount)
{
    if (!j->on || j->leaps > 0 || draw(j) % JITTER_CHANCE != 0)
        return false;
    j->step = icount + draw_delay(j);
    j->leaps = (uint32_t)(1 + draw(j) % JITTER_STORM_MAX);
    return true;
}

void jitter_leapt(struct jitter_state *j, uint64_t icount)
{
    j->step = --j->leaps > 0 ? icount + JITTER_BEAT : UINT64_MAX;
}
