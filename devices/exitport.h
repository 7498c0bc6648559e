/*
 * A port through which the guest ends the run, compatible with QEMU's isa-debug-exit.
 *
 *   reg    write                                        read
 *   0..3   ends the run with the value of the access    0
 *
 * An access of 1, 2 or 4 bytes anywhere in the block counts whole. QEMU's process would exit with
 * (value << 1) | 1; which exit code comes of the value is not this device's business.
 */
#ifndef FORKSCOPE_DEVICES_EXITPORT_H
#define FORKSCOPE_DEVICES_EXITPORT_H

#include "devices/device.h"

/* Where the news goes. */
struct exit_line {
    void (*fn)(void *ctx, uint32_t value);
    void *ctx;
};

struct exitport_state {
    uint32_t value; /* the last one written */
    bool written;
};

struct exitport {
    struct exitport_state s;
    struct exit_line exit;
};

void exitport_init(struct exitport *port, struct exit_line exit);
void exitport_reset(struct exitport *port);

extern const struct device_ports exitport_ports; /* 0xf4..0xf7 */

#endif
