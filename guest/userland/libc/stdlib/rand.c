#include <stdint.h>
#include <stdlib.h>

static uint32_t state = 1;

/* xorshift32: a full period over the non-zero states. */
int rand(void)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return (int)(state & RAND_MAX);
}

void srand(unsigned int seed)
{
    state = seed ? seed : 1;
}
