/*
 * The coprocessor error latch of the PC/AT (SDM vol. 1, 8.7.2 and appendix D): what turns the FERR#
 * pin of a processor with CR0.NE = 0 into IRQ 13, and lets the handler's own x87 instructions run.
 *
 *   FERR# rises       IRQ 13 rises, and stays
 *   write to 0xf0     IRQ 13 falls; while FERR# is still high, IGNNE# is asserted
 *   FERR# falls       IGNNE# is released
 *
 * The port reads as nothing is there. Not modelled: 0xf1, which resets an 80287.
 */
#ifndef FORKSCOPE_DEVICES_FPUERR_H
#define FORKSCOPE_DEVICES_FPUERR_H

#include <stdbool.h>

#include "devices/device.h"

struct fpuerr_state {
    bool ferr, ignne;
};

struct fpuerr {
    struct fpuerr_state s;
    struct irq_line irq;
    struct irq_line ignne;
};

void fpuerr_init(struct fpuerr *latch, struct irq_line irq, struct irq_line ignne);
void fpuerr_reset(struct fpuerr *latch);
void fpuerr_set_ferr(struct fpuerr *latch, bool level);

extern const struct device_ports fpuerr_ports; /* 0xf0 */

#endif
