/*
 * What the guest sent on its serial port, with when: so that at each position the panel shows what
 * had been sent by then.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_SERIAL_H
#define FORKSCOPE_EMU_VIEWER_VIEW_SERIAL_H

#include <stddef.h>
#include <stdint.h>

enum { VIEW_SERIAL_MAX = 1 << 20 }; /* bytes kept; then the older half is dropped */

struct view_serial_byte {
    uint64_t icount;
    uint8_t byte;
};

struct view_serial {
    struct view_serial_byte *bytes;
    size_t count, room;
};

void view_serial_put(struct view_serial *s, uint64_t icount, uint8_t byte);
/* How many bytes had been sent at this position. */
size_t view_serial_sent(const struct view_serial *s, uint64_t position);
/* Forgets what was sent at `position` and later. */
void view_serial_cut(struct view_serial *s, uint64_t position);
void view_serial_destroy(struct view_serial *s);

#endif
