#include "devices/debugcon.h"

enum { DEBUGCON_PRESENT = 0xe9 };

static void debugcon_out(void *device, unsigned reg, uint32_t value, unsigned size)
{
    struct debugcon *con = device;
    (void)reg;
    (void)size;
    char_out_put(&con->out, value);
}

static uint32_t debugcon_in(void *device, unsigned reg, unsigned size)
{
    (void)device;
    (void)reg;
    (void)size;
    return DEBUGCON_PRESENT;
}

void debugcon_init(struct debugcon *con, struct char_out out)
{
    con->out = out;
}

const struct device_ports debugcon_ports = {
    .in = debugcon_in, .out = debugcon_out, .count = 1, .max_size = 1};
