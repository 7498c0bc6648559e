#include "emu/viewer/view_serial.h"

#include <stdlib.h>
#include <string.h>

static void drop_half(struct view_serial *s)
{
    size_t half = s->count / 2;

    memmove(s->bytes, s->bytes + half, (s->count - half) * sizeof(*s->bytes));
    s->count -= half;
}

void view_serial_put(struct view_serial *s, uint64_t icount, uint8_t byte)
{
    if (s->count == VIEW_SERIAL_MAX)
        drop_half(s);
    if (s->count == s->room) {
        size_t room = s->room ? 2 * s->room : 4096;
        struct view_serial_byte *bytes = reallocarray(s->bytes, room, sizeof(*bytes));

        if (bytes == NULL)
            return;
        s->bytes = bytes;
        s->room = room;
    }
    s->bytes[s->count++] = (struct view_serial_byte){icount, byte};
}

size_t view_serial_sent(const struct view_serial *s, uint64_t position)
{
    size_t low = 0, high = s->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (s->bytes[middle].icount < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void view_serial_cut(struct view_serial *s, uint64_t position)
{
    s->count = view_serial_sent(s, position);
}

void view_serial_destroy(struct view_serial *s)
{
    free(s->bytes);
    *s = (struct view_serial){0};
}
