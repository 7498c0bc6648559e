/*
 * The 8254 programmable interval timer (Intel data sheet 231164): three 16-bit down counters on a
 * 1.193182 MHz clock.
 *
 *   reg    write                            read
 *   0..2   the counter's new count          status if latched, else the latched or running count
 *   3      control word or command          nothing drives the bus: 0xff
 *
 *   control word   SC1 SC0 RW1 RW0 M2 M1 M0 BCD      SC: counter 0..2, 3 = read-back
 *   latch          SC1 SC0  0   0  .  .  .  .        RW: 1 low byte, 2 high byte, 3 both
 *   read-back       1   1  /C  /S  C2 C1 C0 0
 *   status         OUT NUL RW1 RW0 M2 M1 M0 BCD      NUL: the count written is not yet counting
 *
 *   mode          OUT after the control word, and from the clock that loads a count of N
 *   0 event       low; N clocks later high
 *   1 one-shot    high; on a gate edge low for N clocks
 *   2 rate        high; low for the last of every N clocks
 *   3 square      high for (N + 1) / 2 clocks, low for N / 2, again and again
 *   4 strobe      high; N clocks later low for one clock
 *   5 strobe      high; as 4, from a gate edge
 *
 * Everything happens on ticks of the crystal, counted exactly since power-on: a write between two
 * ticks loads on the next one, and OUT changes at the first whole nanosecond of its tick. Counters
 * whose OUT is connected keep a deadline for every change; the others are computed when looked at.
 *
 * A count of 1, which modes 2 and 3 forbid, counts as 2. BCD digits above 9 count as what they are
 * worth. A counter that was never loaded reads 0.
 */
#ifndef FORKSCOPE_DEVICES_PIT_H
#define FORKSCOPE_DEVICES_PIT_H

#include "devices/device.h"

#define PIT_HZ INT64_C(1193182)

enum { PIT_CHANNELS = 3 };

struct pit_channel_state {
    uint8_t control; /* RW, mode and BCD of the last control word */
    bool gate;
    bool out;

    /* The count as it is written and read, byte by byte. */
    bool write_high; /* the next write is the high byte of two */
    bool read_high;
    uint8_t written_low;
    uint8_t latched_reads; /* reads that the latched count is still good for */
    uint16_t latched;
    bool status_latched;
    uint8_t status;

    /* The count register, and the counting element that is loaded from it. */
    uint32_t reload; /* in clocks; 0: none written since the control word */
    bool null_count; /* reload has not been loaded yet */
    int64_t load_at; /* the tick that loads it, or INT64_MAX */
    uint32_t count;  /* the count loaded; 0: none since the control word */
    int64_t start;   /* the tick that loaded it, later if counting was held */
    bool expired;    /* OUT will not change before the next load */
    bool held;       /* counting stands still, after... */
    int64_t elapsed; /* ...this many ticks */
};

struct pit_state {
    struct pit_channel_state channel[PIT_CHANNELS];
};

struct pit {
    struct pit_state s;
    struct irq_line out[PIT_CHANNELS];
    struct device_timer timer;
};

/* `out` are the three OUT pins. The gates are high, as on a PC for channels 0 and 1. */
void pit_init(struct pit *pit, const struct irq_line out[PIT_CHANNELS], struct device_timer timer);
void pit_reset(struct pit *pit);
void pit_timer(void *pit);

void pit_set_gate(struct pit *pit, unsigned channel, bool level);
bool pit_output(struct pit *pit, unsigned channel);

/* Ticks of the crystal since power-on. */
int64_t pit_ticks(const struct pit *pit);

extern const struct device_ports pit_ports; /* 0x40..0x43 */

#endif
