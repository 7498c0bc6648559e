/*
 * What every state of a machine consists of, field by field: a table (statelayout.c) from which
 * states are written down in the same bytes on every host, read back, checked and hashed.
 *
 * A section is one state. Its fields lie one after the other, little-endian, without gaps. A field
 * that a state gains goes to its end of the table and raises the section's version.
 */
#ifndef FORKSCOPE_EMU_STATELAYOUT_H
#define FORKSCOPE_EMU_STATELAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "emu/machine/machine.h"

struct field {
    const char *name;
    uint32_t offset;
    uint32_t size;  /* of one element: 1, 2, 4, 8 */
    uint32_t count; /* elements of an array */
    uint64_t max;   /* the greatest value that means something, */
    uint64_t also;  /* and one more: "never" */
};

struct section {
    const char *tag; /* four letters */
    uint32_t version;
    size_t machine_offset; /* in struct machine; SECTION_CPU: what cpu_state() points to */
    size_t size;           /* of the struct */
    const struct field *fields;
    unsigned field_count;
};

#define SECTION_CPU SIZE_MAX

extern const struct section statelayout[];
extern const unsigned statelayout_count;

/* Bytes that a section takes when it is written down. */
size_t section_bytes(const struct section *section);

/* Writes a state down; `to` has section_bytes(). */
void section_encode(const struct section *section, const void *state, uint8_t *to);
/* Reads it back. NULL, or the name of a field whose value is out of range; `state` is then not to
 * be used. Fields that are not in the table are left as they are. */
const char *section_decode(const struct section *section, const uint8_t *from, void *state);

#endif
