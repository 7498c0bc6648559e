/*
 * Where the host's time goes, for --stats. Whoever begins a piece of work says so and is told what
 * was going on before, which it goes back to afterwards:
 *
 *   enum meter_part outer = meter_go(cpu->meter, METER_BUILD);
 *   ...
 *   meter_go(cpu->meter, outer);
 *
 * Only paths that are slow anyway do. Without a meter that costs a test; the clock is the meter's
 * owner's, in any unit: cpu/ reads none, and nothing of it comes to the guest.
 */
#ifndef FORKSCOPE_CPU_METER_H
#define FORKSCOPE_CPU_METER_H

#include <stddef.h>
#include <stdint.h>

enum meter_part {
#define METER(name, text) METER_##name,
#include "cpu/meter.def"
    METER_PARTS
};

struct meter {
    uint64_t (*now)(void);
    uint64_t since; /* when `part` was begun */
    enum meter_part part;
    uint64_t spent[METER_PARTS];
};

extern const char *const meter_texts[METER_PARTS];

void meter_start(struct meter *m, uint64_t (*now)(void));

/* Goes on to another part (the same one: its time so far is added). */
enum meter_part meter_switch(struct meter *m, enum meter_part part);

static inline enum meter_part meter_go(struct meter *m, enum meter_part part)
{
    return __builtin_expect(m != NULL, 0) ? meter_switch(m, part) : METER_OTHER;
}

#endif
