#include "cpu/meter.h"

const char *const meter_texts[METER_PARTS] = {
#define METER(name, text) text,
#include "cpu/meter.def"
};

void meter_start(struct meter *m, uint64_t (*now)(void))
{
    *m = (struct meter){.now = now, .since = now()};
}

enum meter_part meter_switch(struct meter *m, enum meter_part part)
{
    enum meter_part outer = m->part;
    uint64_t now = m->now();

    m->spent[outer] += now - m->since;
    m->since = now;
    m->part = part;
    return outer;
}
