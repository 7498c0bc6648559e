/*
 * One entry of a GDT, LDT or IDT as fields (SDM vol. 3, 3.4.5 and 6.11).
 *
 *   segment:  base 31..24 | G D - A | limit 19..16 | P DPL S type | base 23..16
 *             base 15..0                           | limit 15..0
 *   gate:     offset 31..16                        | P DPL 0 type | count
 *             selector                             | offset 15..0
 */
#ifndef FORKSCOPE_EMU_DESCRIPTOR_H
#define FORKSCOPE_EMU_DESCRIPTOR_H

#include <stdbool.h>
#include <stdint.h>

enum { DESCRIPTOR_SIZE = 8 };

struct descriptor {
    bool present, system, gate;
    uint8_t dpl, type;    /* type: the four bits */
    bool wide;            /* D/B: 32 bits */
    uint32_t base, limit; /* of a segment, in bytes */
    uint16_t selector;    /* of a gate */
    uint32_t offset;
    const char *kind; /* "code, readable", "interrupt gate", ... */
};

void descriptor_decode(const uint8_t bytes[DESCRIPTOR_SIZE], struct descriptor *out);

#endif
