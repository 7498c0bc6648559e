#include "emu/guest/descriptor.h"

/* SDM vol. 3, table 3-1: type bits 3..1, the accessed bit left out. */
static const char *const segments[] = {
    "data, read-only",    "data", "data down, read-only",     "data down",
    "code, not readable", "code", "conforming, not readable", "conforming code",
};

/* SDM vol. 3, table 3-2. */
static const char *const systems[16] = {
    [1] = "TSS 16, free",    [2] = "LDT",
    [3] = "TSS 16, busy",    [4] = "call gate 16",
    [5] = "task gate",       [6] = "interrupt gate 16",
    [7] = "trap gate 16",    [9] = "TSS, free",
    [11] = "TSS, busy",      [12] = "call gate",
    [14] = "interrupt gate", [15] = "trap gate",
};

static bool is_gate(uint8_t type)
{
    return (type >= 4 && type <= 7) || type == 12 || type >= 14;
}

void descriptor_decode(const uint8_t b[DESCRIPTOR_SIZE], struct descriptor *out)
{
    *out = (struct descriptor){
        .present = b[5] & 0x80, .system = !(b[5] & 0x10), .dpl = b[5] >> 5 & 3, .type = b[5] & 0xf};
    out->kind = out->system ? systems[out->type] : segments[out->type >> 1];
    if (!out->kind)
        out->kind = "reserved";
    out->gate = out->system && is_gate(out->type);
    if (out->gate) {
        out->selector = (uint16_t)(b[2] | b[3] << 8);
        out->offset = b[0] | (uint32_t)b[1] << 8;
        if (out->type & 8)
            out->offset |= (uint32_t)b[6] << 16 | (uint32_t)b[7] << 24;
        return;
    }
    out->wide = b[6] & 0x40;
    out->base = b[2] | (uint32_t)b[3] << 8 | (uint32_t)b[4] << 16 | (uint32_t)b[7] << 24;
    out->limit = b[0] | (uint32_t)b[1] << 8 | (uint32_t)(b[6] & 0xf) << 16;
    if (b[6] & 0x80)
        out->limit = out->limit << 12 | 0xfff;
}
