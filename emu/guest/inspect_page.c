/* Page tables as they are in memory. Apart from emu/guest/inspect.c, which needs no physical
 * memory. */
#include "emu/guest/inspect.h"

/* Entries of page directory and page table (SDM vol. 3, table 4-6). */
enum {
    ENTRY_PRESENT = 1u << 0,
    ENTRY_WRITE = 1u << 1,
    ENTRY_USER = 1u << 2,
    ENTRY_LARGE = 1u << 7
};
#define ENTRY_FRAME UINT32_C(0xfffff000)

static bool physical_u32(const struct inspect *in, uint32_t paddr, uint32_t *out)
{
    uint8_t b[4];

    if (cpu_peek_phys(machine_cpu(in->machine), paddr, b, sizeof(b)) != sizeof(b))
        return false;
    *out = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    return true;
}

/* A present entry of the page directory (SDM vol. 3, 4.3). */
static bool directory_entry(const struct inspect *in, uint32_t cr3, uint32_t linear,
                            uint32_t *entry)
{
    return (inspect_cpu(in)->cr0 & CR0_PG) &&
           physical_u32(in, (cr3 & ENTRY_FRAME) | linear >> 22 << 2, entry) &&
           (*entry & ENTRY_PRESENT);
}

bool inspect_table_absent(const struct inspect *in, uint32_t cr3, uint32_t linear)
{
    uint32_t entry;

    return !directory_entry(in, cr3, linear, &entry);
}

bool inspect_page_at(const struct inspect *in, uint32_t cr3, uint32_t linear,
                     struct inspect_page *out)
{
    uint32_t directory, entry;

    if (!directory_entry(in, cr3, linear, &directory))
        return false;
    if ((directory & ENTRY_LARGE) && (inspect_cpu(in)->cr4 & CR4_PSE))
        entry = (directory & ~ENTRY_FRAME) | (directory & 0xffc00000) | (linear & 0x003ff000);
    else if (!physical_u32(in, (directory & ENTRY_FRAME) | (linear >> 12 & 0x3ff) << 2, &entry) ||
             !(entry & ENTRY_PRESENT))
        return false;
    *out = (struct inspect_page){.pfn = entry >> 12,
                                 .writable = directory & entry & ENTRY_WRITE,
                                 .user = directory & entry & ENTRY_USER};
    return true;
}
