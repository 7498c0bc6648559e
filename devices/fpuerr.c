#include "devices/fpuerr.h"

static void set_ignne(struct fpuerr *latch, bool level)
{
    if (latch->s.ignne == level)
        return;
    latch->s.ignne = level;
    irq_line_set(&latch->ignne, level);
}

void fpuerr_set_ferr(struct fpuerr *latch, bool level)
{
    bool rises = level && !latch->s.ferr;

    latch->s.ferr = level;
    if (rises)
        irq_line_set(&latch->irq, true);
    if (!level)
        set_ignne(latch, false);
}

static void fpuerr_out(void *device, unsigned reg, uint32_t value, unsigned size)
{
    struct fpuerr *latch = device;

    (void)reg;
    (void)value;
    (void)size;
    irq_line_set(&latch->irq, false);
    set_ignne(latch, latch->s.ferr);
}

static uint32_t fpuerr_in(void *device, unsigned reg, unsigned size)
{
    (void)device;
    (void)reg;
    (void)size;
    return 0xff;
}

void fpuerr_reset(struct fpuerr *latch)
{
    latch->s.ferr = false;
    irq_line_set(&latch->irq, false);
    set_ignne(latch, false);
}

void fpuerr_init(struct fpuerr *latch, struct irq_line irq, struct irq_line ignne)
{
    *latch = (struct fpuerr){.irq = irq, .ignne = ignne};
}

const struct device_ports fpuerr_ports = {
    .in = fpuerr_in, .out = fpuerr_out, .count = 1, .max_size = 1};
