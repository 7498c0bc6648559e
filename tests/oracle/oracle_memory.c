#include "tests/oracle/oracle_memory.h"

const struct oracle_window oracle_windows[ORACLE_WINDOWS] = ORACLE_WINDOW_TABLE;

unsigned oracle_window_of(uint32_t address)
{
    unsigned i = 0;
    while (i < ORACLE_WINDOWS && address - oracle_windows[i].base >= oracle_windows[i].size)
        i++;
    return i;
}

/* Random access into the pattern, so that a byte can be put back alone. */
static uint8_t pattern_byte(uint32_t seed, uint32_t address)
{
    uint32_t x = seed ^ address * 0x9e3779b1u;
    x ^= x >> 15;
    x *= 0x85ebca6bu;
    x ^= x >> 13;
    return (uint8_t)(x >> 8);
}

static void put_byte(struct oracle_memory *memory, uint32_t address, uint8_t value)
{
    unsigned w = oracle_window_of(address);
    if (w == ORACLE_WINDOWS)
        return;
    uint32_t at = address - oracle_windows[w].base;
    memory->host[w][at] = value;
    memory->pristine[w][at] = value;
}

static void reset_byte(struct oracle_memory *memory, uint32_t address, uint32_t seed)
{
    unsigned w = oracle_window_of(address);
    if (w != ORACLE_WINDOWS)
        put_byte(memory, address,
                 oracle_windows[w].code ? ORACLE_FILL : pattern_byte(seed, address));
}

void oracle_memory_fill(struct oracle_memory *memory, uint32_t seed)
{
    for (unsigned w = 0; w < ORACLE_WINDOWS; w++)
        for (uint32_t i = 0; i < oracle_windows[w].size; i++)
            reset_byte(memory, oracle_windows[w].base + i, seed);
}

void oracle_memory_load(struct oracle_memory *memory, const struct oracle_input *in)
{
    for (uint32_t p = 0; p < in->poke_count; p++)
        for (uint32_t i = 0; i < in->poke[p].size; i++)
            put_byte(memory, in->poke[p].address + i, in->poke[p].bytes[i]);
    for (uint32_t i = 0; i < in->code_size; i++)
        put_byte(memory, in->code_at + i, in->code[i]);
}

void oracle_memory_unload(struct oracle_memory *memory, const struct oracle_input *in,
                          uint32_t seed)
{
    for (uint32_t p = 0; p < in->poke_count; p++)
        for (uint32_t i = 0; i < in->poke[p].size; i++)
            reset_byte(memory, in->poke[p].address + i, seed);
    for (uint32_t i = 0; i < in->code_size; i++)
        reset_byte(memory, in->code_at + i, seed);
}

enum { BLOCK = 256 }; /* bytes looked at in one go; the compiler makes vectors of it */

static int block_differs(const uint64_t *now, const uint64_t *was)
{
    uint64_t differ = 0;
    for (unsigned i = 0; i < BLOCK / sizeof *now; i++)
        differ |= now[i] ^ was[i];
    return differ != 0;
}

static void collect_block(struct oracle_memory *memory, unsigned w, uint32_t at,
                          struct oracle_output *out)
{
    for (uint32_t i = at; i < at + BLOCK; i++) {
        uint8_t value = memory->host[w][i];
        if (value == memory->pristine[w][i])
            continue;
        if (out->change_count < ORACLE_CHANGES)
            out->change[out->change_count] =
                (struct oracle_change){oracle_windows[w].base + i, value};
        out->change_count++;
        memory->host[w][i] = memory->pristine[w][i];
    }
}

void oracle_memory_collect(struct oracle_memory *memory, struct oracle_output *out)
{
    out->change_count = 0;
    for (unsigned w = 0; w < ORACLE_WINDOWS; w++)
        for (uint32_t at = 0; oracle_windows[w].writable && at < oracle_windows[w].size;
             at += BLOCK)
            if (block_differs((const void *)(memory->host[w] + at),
                              (const void *)(memory->pristine[w] + at)))
                collect_block(memory, w, at, out);
}
