/*
 * The debug console of Bochs and QEMU: a port that prints what is written to it.
 *
 *   reg   write              read
 *   0     a byte to print    0xe9, so that a guest can find the console
 *
 * One port wide: of a wider write only the low byte is printed. It has no state.
 */
#ifndef FORKSCOPE_DEVICES_DEBUGCON_H
#define FORKSCOPE_DEVICES_DEBUGCON_H

#include "devices/device.h"

struct debugcon {
    struct char_out out;
};

void debugcon_init(struct debugcon *con, struct char_out out);

extern const struct device_ports debugcon_ports; /* 0xe9 */

#endif
