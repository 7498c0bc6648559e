/*
 * Descriptors as flat systems have them: of the GDT, base 0, limit 4 GB, present and accessed.
 * Private to uop_trap.c and uop_system.c.
 */
#ifndef FORKSCOPE_CPU_UOP_DESCRIPTOR_H
#define FORKSCOPE_CPU_UOP_DESCRIPTOR_H

#include "cpu/uop.h"

static inline bool uop_crosses_page(uint32_t linear, unsigned size)
{
    return (linear & PAGE_MASK) > PAGE_SIZE - size;
}

/* The access byte of a descriptor that is present and accessed. */
enum {
    FLAT_CODE_MASK = SEGATTR_P | SEGATTR_S | SEGATTR_CODE | SEGATTR_DOWN | SEGATTR_ACCESSED,
    FLAT_CODE = SEGATTR_P | SEGATTR_S | SEGATTR_CODE | SEGATTR_ACCESSED,
    FLAT_DATA_MASK = FLAT_CODE_MASK | SEGATTR_RW,
    FLAT_DATA = SEGATTR_P | SEGATTR_S | SEGATTR_RW | SEGATTR_ACCESSED,
};

/* Fills the TLB as the handlers would; a fault is left to them. */
void uop_fill_tlb(struct cpu *cpu, uint32_t linear, enum mmu_access access, bool user);

/* The CPU's own accesses; NULL: not by micro-operations. */
static inline uint8_t *uop_own_bytes(struct cpu *cpu, uint32_t linear, unsigned size,
                                     enum mmu_access access, bool user)
{
    struct tlb_entry *e = &cpu->tlb[user][linear >> PAGE_SHIFT & (TLB_ENTRIES - 1)];

    if (unlikely(e->page != (linear & ~(uint32_t)PAGE_MASK)) && !uop_crosses_page(linear, size))
        uop_fill_tlb(cpu, linear, access, user);
    return uop_host(e, access == MMU_WRITE ? e->write : e->read, linear, size);
}

static inline const uint8_t *uop_table_bytes(struct cpu *cpu, uint32_t linear, unsigned size)
{
    return uop_own_bytes(cpu, linear, size, MMU_READ, false);
}

/* A 32-bit segment of the GDT with base 0 and limit 4 GB, and the access byte that is wanted. */
static inline bool uop_flat_segment(struct cpu *cpu, uint16_t selector, unsigned mask,
                                    unsigned want, struct cpu_segment *seg)
{
    const uint8_t *p;
    uint32_t hi;

    if ((selector & 4) || selector_is_null(selector) || (selector | 7u) > cpu->s.gdtr.limit)
        return false;
    p = uop_table_bytes(cpu, cpu->s.gdtr.base + (selector & ~7u), 8);
    if (!p || le_load(p, 4) != 0xffff)
        return false;
    hi = le_load(p + 4, 4);
    if ((hi & 0xffcf00ff) != 0x00cf0000 || (hi >> 8 & mask) != want)
        return false;
    *seg = (struct cpu_segment){selector, hi >> 8 & 0xf0ff, 0, 0xffffffff};
    return true;
}

#endif
