/*
 * Bytes written and read one after the other: numbers in 7-bit groups, the lowest first, with the
 * top bit set in all but the last ("varint"); signed numbers folded so that small ones stay short.
 *
 * Writing never fails at once: without memory `failed` is set and the rest is dropped. Reading past
 * the end gives zeros and sets `bad`.
 */
#ifndef FORKSCOPE_EMU_BYTE_STREAM_H
#define FORKSCOPE_EMU_BYTE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct byte_writer {
    uint8_t *bytes; /* free() it */
    size_t used, room;
    bool failed;
};

struct byte_reader {
    const uint8_t *at, *end;
    bool bad;
};

static inline bool byte_writer_reserve(struct byte_writer *w, size_t more)
{
    size_t room = w->room ? w->room : 4096;
    uint8_t *grown;

    if (w->room - w->used >= more)
        return true;
    while (room - w->used < more)
        room *= 2;
    grown = realloc(w->bytes, room);
    w->failed |= grown == NULL;
    if (grown == NULL)
        return false;
    w->bytes = grown;
    w->room = room;
    return true;
}

static inline void put_bytes(struct byte_writer *w, const void *bytes, size_t size)
{
    if (size == 0 || !byte_writer_reserve(w, size))
        return;
    memcpy(w->bytes + w->used, bytes, size);
    w->used += size;
}

static inline void put_byte(struct byte_writer *w, uint8_t byte)
{
    if (byte_writer_reserve(w, 1))
        w->bytes[w->used++] = byte;
}

static inline void put_varint(struct byte_writer *w, uint64_t value)
{
    if (!byte_writer_reserve(w, 10))
        return;
    while (value >= 0x80) {
        w->bytes[w->used++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    w->bytes[w->used++] = (uint8_t)value;
}

static inline void put_folded(struct byte_writer *w, int64_t value)
{
    put_varint(w, (uint64_t)value << 1 ^ (uint64_t)(value >> 63));
}

static inline uint8_t get_byte(struct byte_reader *r)
{
    if (r->at < r->end)
        return *r->at++;
    r->bad = true;
    return 0;
}

static inline uint64_t get_varint(struct byte_reader *r)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = get_byte(r);

        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
    r->bad = true;
    return value;
}

static inline int64_t get_folded(struct byte_reader *r)
{
    uint64_t value = get_varint(r);

    return (int64_t)(value >> 1 ^ (~(value & 1) + 1));
}

/* NULL where there are not that many. */
static inline const uint8_t *get_bytes(struct byte_reader *r, size_t size)
{
    const uint8_t *bytes = r->at;

    if (size > (size_t)(r->end - r->at)) {
        r->bad = true;
        return NULL;
    }
    r->at += size;
    return bytes;
}

#endif
