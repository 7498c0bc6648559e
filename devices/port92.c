#include "devices/port92.h"

enum { PORT92_RESET = 0x01, PORT92_A20 = 0x02 };

static void port92_out(void *device, unsigned reg, uint32_t value, unsigned size)
{
    struct port92 *port = device;
    bool resets = value & ~port->s.control & PORT92_RESET;
    (void)reg;
    (void)size;
    port->s.control = value & (PORT92_RESET | PORT92_A20);
    irq_line_set(&port->a20, value & PORT92_A20);
    if (resets) {
        irq_line_set(&port->reset, true);
        irq_line_set(&port->reset, false);
    }
}

static uint32_t port92_in(void *device, unsigned reg, unsigned size)
{
    const struct port92 *port = device;
    (void)reg;
    (void)size;
    return port->s.control;
}

void port92_reset(struct port92 *port)
{
    port->s.control = 0;
    irq_line_set(&port->a20, false);
}

void port92_init(struct port92 *port, struct irq_line a20, struct irq_line reset)
{
    *port = (struct port92){.a20 = a20, .reset = reset};
    port92_reset(port);
}

const struct device_ports port92_ports = {
    .in = port92_in, .out = port92_out, .count = 1, .max_size = 1};
