/*
 * System control port B of the PC: the gate and the speaker switch of timer channel 2.
 *
 *   bit   7      6      5     4        3      2      1        0
 *         PCHK   IOCHK  OUT2  refresh  IOCHK  PCHK   speaker  GATE2
 *         0      0      read  read     r/w    r/w    r/w      r/w
 *
 * Bit 4 changes with every memory refresh, that is every 18 ticks of the timer's crystal (15.1 us).
 * Bits 2 and 3 are kept but there are no parity and channel check errors for them to turn off.
 *
 * Not modelled: sound.
 */
#ifndef FORKSCOPE_DEVICES_PORT61_H
#define FORKSCOPE_DEVICES_PORT61_H

#include "devices/pit.h"

struct port61_state {
    uint8_t control; /* bits 3..0 as written */
};

struct port61 {
    struct port61_state s;
    struct pit *pit;
};

/* Takes the gate of the pit's channel 2 low. */
void port61_init(struct port61 *port, struct pit *pit);
void port61_reset(struct port61 *port);

extern const struct device_ports port61_ports; /* 0x61 */

#endif
