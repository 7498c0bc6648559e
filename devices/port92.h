/*
 * System control port A of the PS/2: fast A20 gate and fast reset.
 *
 *   bit   7..2   1      0
 *         0      A20    a change from 0 to 1 resets the CPU
 *
 * The machine joins this A20 line with the keyboard controller's: either one opens the gate.
 *
 * Not modelled: the disk lights and the password lock of the upper bits.
 */
#ifndef FORKSCOPE_DEVICES_PORT92_H
#define FORKSCOPE_DEVICES_PORT92_H

#include "devices/device.h"

struct port92_state {
    uint8_t control;
};

struct port92 {
    struct port92_state s;
    struct irq_line a20;
    struct irq_line reset; /* pulsed */
};

void port92_init(struct port92 *port, struct irq_line a20, struct irq_line reset);
void port92_reset(struct port92 *port);

extern const struct device_ports port92_ports; /* 0x92 */

#endif
