#include "devices/port61.h"

enum {
    PORT61_GATE2 = 0x01,
    PORT61_WRITABLE = 0x0f,
    PORT61_REFRESH = 0x10,
    PORT61_OUT2 = 0x20,
    SPEAKER_CHANNEL = 2,
    TICKS_PER_REFRESH = 18
};

static void write_control(struct port61 *port, uint8_t value)
{
    port->s.control = value & PORT61_WRITABLE;
    pit_set_gate(port->pit, SPEAKER_CHANNEL, value & PORT61_GATE2);
}

static void port61_out(void *device, unsigned reg, uint32_t value, unsigned size)
{
    (void)reg;
    (void)size;
    write_control(device, value);
}

static uint32_t port61_in(void *device, unsigned reg, unsigned size)
{
    struct port61 *port = device;
    (void)reg;
    (void)size;
    bool refresh = pit_ticks(port->pit) / TICKS_PER_REFRESH & 1;
    bool out2 = pit_output(port->pit, SPEAKER_CHANNEL);
    return port->s.control | (refresh ? PORT61_REFRESH : 0) | (out2 ? PORT61_OUT2 : 0);
}

void port61_reset(struct port61 *port)
{
    write_control(port, 0);
}

void port61_init(struct port61 *port, struct pit *pit)
{
    port->pit = pit;
    port61_reset(port);
}

const struct device_ports port61_ports = {
    .in = port61_in, .out = port61_out, .count = 1, .max_size = 1};
