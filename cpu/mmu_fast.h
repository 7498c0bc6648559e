/*
 * The inline half of memory access: limit check, tag check, host access. Every engine uses these
 * and calls mem_*() or lin_*() where they answer no.
 */
#ifndef FORKSCOPE_CPU_MMU_FAST_H
#define FORKSCOPE_CPU_MMU_FAST_H

#include "cpu/cpu_internal.h"

/* Little-endian, whatever the host; `size` 1..4. */
static inline uint32_t le_load(const uint8_t *p, unsigned size)
{
    switch (size) {
    case 1:
        return p[0];
    case 2:
        return p[0] | p[1] << 8;
    case 4:
        return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
    default:
        return p[0] | p[1] << 8 | p[2] << 16;
    }
}

static inline void le_store(uint8_t *p, unsigned size, uint32_t value)
{
    switch (size) {
    case 4:
        p[3] = value >> 24;
        /* fall through */
    case 3:
        p[2] = value >> 16;
        /* fall through */
    case 2:
        p[1] = value >> 8;
        /* fall through */
    default:
        p[0] = value;
    }
}

static inline bool seg_expands_down(const struct cpu_segment *seg)
{
    return (seg->attr & (SEGATTR_CODE | SEGATTR_DOWN)) == SEGATTR_DOWN;
}

/* Does off..off+size-1 lie inside the segment? SDM vol. 3, 5.3 leaves open whether it may go round
 * the end of 4 GB where there is no limit; the silicon that was asked lets it where the base is 0,
 * too. */
static inline bool seg_limit_allows(const struct cpu_segment *seg, uint32_t off, uint32_t size)
{
    uint32_t last = off + (size - 1);

    if (last < off)
        return seg->limit == UINT32_MAX && seg->base == 0 && !seg_expands_down(seg);
    if (seg_expands_down(seg))
        return off > seg->limit && ((seg->attr & SEGATTR_DB) || last <= 0xffff);
    return last <= seg->limit;
}

static inline bool seg_rights_allow(const struct cpu_segment *seg, bool write)
{
    unsigned attr = seg->attr;

    if ((attr & (SEGATTR_P | SEGATTR_S)) != (SEGATTR_P | SEGATTR_S))
        return false;
    if (write)
        return (attr & (SEGATTR_CODE | SEGATTR_RW)) == SEGATTR_RW;
    return (attr & (SEGATTR_CODE | SEGATTR_RW)) != SEGATTR_CODE;
}

/* Where the bytes go on in the next page, the last one's page is none that this entry's place can
 * hold: one comparison says both. */
static inline bool tlb_hit(uint32_t tag, uint32_t linear, unsigned size)
{
    return tag == ((linear + (size - 1)) & ~(uint32_t)PAGE_MASK);
}

/* The host bytes of a linear address, or NULL where the slow path is needed. */
static inline uint8_t *mmu_fast_read(struct cpu *cpu, unsigned mode, uint32_t linear, unsigned size)
{
    struct tlb_entry *e = &cpu->tlb[mode][linear >> PAGE_SHIFT & (TLB_ENTRIES - 1)];

    return tlb_hit(e->read, linear, size) ? (uint8_t *)(e->to_host + linear) : NULL;
}

static inline uint8_t *mmu_fast_write(struct cpu *cpu, unsigned mode, uint32_t linear,
                                      unsigned size)
{
    struct tlb_entry *e = &cpu->tlb[mode][linear >> PAGE_SHIFT & (TLB_ENTRIES - 1)];

    return tlb_hit(e->write, linear, size) ? (uint8_t *)(e->to_host + linear) : NULL;
}

#endif
