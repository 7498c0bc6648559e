/*
 * The wires that a device gets. A device never sees the machine: it does not know at which address
 * it sits, which interrupt number it has, or what time it is on the host.
 *
 * Every device is a pair: plain state (`struct foo_state`, no pointers: it can be saved by copying)
 * and wiring (`struct foo`, which holds the state and its wires). Time is virtual, in nanoseconds
 * since power-on, and only goes forward.
 *
 * Restoring a saved state touches no wire: the other end of each line, and the timer, have saved
 * what they were last told.
 */
#ifndef FORKSCOPE_DEVICES_DEVICE_H
#define FORKSCOPE_DEVICES_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

/* An output pin. NULL fn: not connected. */
struct irq_line {
    void (*fn)(void *ctx, unsigned n, bool level);
    void *ctx;
    unsigned n;
};

/* Tells the other end the level, also when it has not changed. */
static inline void irq_line_set(const struct irq_line *line, bool level)
{
    if (line->fn)
        line->fn(line->ctx, line->n, level);
}

enum { TIMER_NEVER = -1 };

/* Virtual time, and one deadline that calls the device back. */
struct device_timer {
    void *ctx;
    int64_t (*now)(void *ctx);
    /* Asks for one call of the device's `*_timer` function at `when` (ns), replacing what was
     * asked before; TIMER_NEVER takes it back. A time in the past fires before the next
     * instruction, never from inside this call. */
    void (*arm)(void *ctx, int64_t when);
};

static inline int64_t device_timer_now(const struct device_timer *timer)
{
    return timer->now(timer->ctx);
}

static inline void device_timer_arm(const struct device_timer *timer, int64_t when)
{
    timer->arm(timer->ctx, when);
}

/* Where a device's bytes go (the host side of a UART, a debug console). */
struct char_out {
    void (*put)(void *ctx, uint8_t byte);
    void *ctx;
};

static inline void char_out_put(const struct char_out *out, uint8_t byte)
{
    if (out->put)
        out->put(out->ctx, byte);
}

/* A device's register block as the bus sees it; `reg` counts from the block's first port. `value`
 * may have any bits set above `size`; what `in` returns has none. Wider accesses than max_size are
 * split by the bus into ascending registers, low byte first. */
struct device_ports {
    uint32_t (*in)(void *device, unsigned reg, unsigned size);
    void (*out)(void *device, unsigned reg, uint32_t value, unsigned size);
    unsigned count;    /* registers in the block */
    unsigned max_size; /* widest access it takes whole, in bytes; wider ones are split by the bus */
};

#endif
