#include "devices/exitport.h"

static uint32_t low_bytes(uint32_t value, unsigned size)
{
    return size >= 4 ? value : value & ((1u << 8 * size) - 1);
}

static void exitport_out(void *device, unsigned reg, uint32_t value, unsigned size)
{
    struct exitport *port = device;
    (void)reg;
    port->s.value = low_bytes(value, size);
    port->s.written = true;
    if (port->exit.fn)
        port->exit.fn(port->exit.ctx, port->s.value);
}

static uint32_t exitport_in(void *device, unsigned reg, unsigned size)
{
    (void)device;
    (void)reg;
    (void)size;
    return 0;
}

void exitport_reset(struct exitport *port)
{
    port->s = (struct exitport_state){0};
}

void exitport_init(struct exitport *port, struct exit_line exit)
{
    port->exit = exit;
    exitport_reset(port);
}

const struct device_ports exitport_ports = {
    .in = exitport_in, .out = exitport_out, .count = 4, .max_size = 4};
