/*
 * Memory access by segment, by linear and by physical address: everything that is not the tag
 * check of mmu_fast.h. Order of checks as on silicon: segment (#GP, #SS), alignment (#AC), pages
 * (#PF); all pages of an access before its first byte.
 */
#include "cpu/mmu_fast.h"
#include "cpu/ring.h"

#include <string.h>

/* ---- Physical ------------------------------------------------------------------------------- */

uint32_t phys_read(const struct cpu *cpu, uint32_t paddr, unsigned size)
{
    return cpu->bus.read(cpu->bus.ctx, paddr & cpu_a20_mask(cpu), size);
}

static void note_code_write(struct cpu *cpu, uint32_t paddr, unsigned size)
{
    if (cpu->engine && cpu->engine->code_written)
        cpu->engine->code_written(cpu, paddr, size);
}

void phys_write(struct cpu *cpu, uint32_t paddr, unsigned size, uint32_t value)
{
    paddr &= cpu_a20_mask(cpu);
    cpu->bus.write(cpu->bus.ctx, paddr, value, size);
    note_code_write(cpu, paddr, size);
}

/* ---- One page, translated ------------------------------------------------------------------- */

static uint32_t entry_paddr(const struct cpu *cpu, const struct tlb_entry *e, uint32_t linear)
{
    return (e->phys | (linear & PAGE_MASK)) & cpu_a20_mask(cpu);
}

/* The bus knows 1, 2 and 4 bytes; three of them occur where an access crosses a page. */
static uint32_t bus_read(const struct cpu *cpu, uint32_t paddr, unsigned size)
{
    if (size != 3)
        return cpu->bus.read(cpu->bus.ctx, paddr, size);
    return cpu->bus.read(cpu->bus.ctx, paddr, 2) | cpu->bus.read(cpu->bus.ctx, paddr + 2, 1) << 16;
}

static void bus_write(const struct cpu *cpu, uint32_t paddr, uint32_t value, unsigned size)
{
    if (size != 3) {
        cpu->bus.write(cpu->bus.ctx, paddr, value, size);
        return;
    }
    cpu->bus.write(cpu->bus.ctx, paddr, value & 0xffff, 2);
    cpu->bus.write(cpu->bus.ctx, paddr + 2, value >> 16 & 0xff, 1);
}

static uint32_t part_load(struct cpu *cpu, const struct tlb_entry *e, uint32_t linear,
                          unsigned size)
{
    const uint8_t *p = tlb_host(e, linear);

    if (p)
        return le_load(p, size);
    return bus_read(cpu, entry_paddr(cpu, e, linear), size);
}

static uint32_t part_read(struct cpu *cpu, const struct tlb_entry *e, uint32_t linear,
                          unsigned size)
{
    uint32_t value = part_load(cpu, e, linear, size);

    if (e->rights & TLB_WATCHED)
        hooks_mem(cpu, CPU_WATCH_READ, linear, size, value, value);
    return value;
}

/* Through the bus, which may answer otherwise for the page afterwards (cpu/bus.h). */
static void part_write_bus(struct cpu *cpu, struct tlb_entry *e, uint32_t linear, unsigned size,
                           uint32_t value)
{
    bus_write(cpu, entry_paddr(cpu, e, linear), value, size);
    if (e->rights & TLB_HOST)
        mmu_refresh_entry(cpu, e);
}

static void part_write(struct cpu *cpu, struct tlb_entry *e, uint32_t linear, unsigned size,
                       uint32_t value)
{
    uint8_t rights = e->rights;
    uint32_t paddr = entry_paddr(cpu, e, linear);
    uint32_t old = 0;

    if ((rights & TLB_WATCHED) && (rights & TLB_HOST))
        old = part_load(cpu, e, linear, size);
    if (rights & TLB_HOST_WRITE)
        le_store(tlb_host(e, linear), size, value);
    else
        part_write_bus(cpu, e, linear, size, value);
    if (rights & TLB_CODE)
        note_code_write(cpu, paddr, size);
    if (rights & TLB_WATCHED)
        hooks_mem(cpu, CPU_WATCH_WRITE, linear, size, old, value);
}

/* ---- Linear --------------------------------------------------------------------------------- */

static unsigned first_part(uint32_t linear, unsigned size)
{
    unsigned left = PAGE_SIZE - (linear & PAGE_MASK);

    return size < left ? size : left;
}

static uint32_t low_bytes(uint32_t value, unsigned size)
{
    return size < 4 ? value & ((1u << 8 * size) - 1) : value;
}

static bool crosses(uint32_t linear, unsigned size)
{
    return first_part(linear, size) < size;
}

/* What CR2 names where the second page of a range is absent: its first byte. But of an x87
 * environment, silicon asks for the first word and then for the last byte. */
static uint32_t second_page(uint32_t linear, unsigned size)
{
    enum { ENVIRONMENT = 14, STATE16 = 94 };
    unsigned first = first_part(linear, size);
    unsigned word = size == ENVIRONMENT || size == STATE16 ? 2 : 4;

    return linear + (size < ENVIRONMENT || first < word ? first : size - 1);
}

/* Both pages of a range: first all that can fault, then accessed and dirty bits. */
static bool prepare(struct cpu *cpu, uint32_t linear, unsigned size, enum mmu_access access,
                    bool user)
{
    uint32_t next = second_page(linear, size);

    if (!crosses(linear, size))
        return mmu_translate(cpu, linear, access, user);
    return mmu_probe(cpu, linear, access, user) && mmu_probe(cpu, next, access, user) &&
           mmu_translate(cpu, linear, access, user) && mmu_translate(cpu, next, access, user);
}

bool lin_probe_write(struct cpu *cpu, uint32_t linear, unsigned size, bool user)
{
    return prepare(cpu, linear, size, MMU_WRITE, user);
}

bool lin_probe_read(struct cpu *cpu, uint32_t linear, unsigned size, bool user)
{
    return prepare(cpu, linear, size, MMU_READ, user);
}

static bool slow_read(struct cpu *cpu, uint32_t linear, unsigned size, enum mmu_access access,
                      bool user, uint32_t *out)
{
    unsigned n = first_part(linear, size);
    const struct tlb_entry *e;
    uint32_t value;

    if (n < size && !prepare(cpu, linear, size, access, user))
        return false;
    e = mmu_translate(cpu, linear, access, user);
    if (!e)
        return false;
    value = part_read(cpu, e, linear, n);
    if (n < size) {
        e = mmu_translate(cpu, linear + n, access, user);
        if (!e)
            return false;
        value |= part_read(cpu, e, linear + n, size - n) << 8 * n;
    }
    *out = value;
    return true;
}

static bool slow_write(struct cpu *cpu, uint32_t linear, unsigned size, bool user, uint32_t value)
{
    unsigned n = first_part(linear, size);
    struct tlb_entry *e;

    if (n < size && !prepare(cpu, linear, size, MMU_WRITE, user))
        return false;
    e = mmu_translate(cpu, linear, MMU_WRITE, user);
    if (!e)
        return false;
    part_write(cpu, e, linear, n, low_bytes(value, n));
    if (n < size) {
        e = mmu_translate(cpu, linear + n, MMU_WRITE, user);
        if (!e)
            return false;
        part_write(cpu, e, linear + n, size - n, value >> 8 * n);
    }
    return true;
}

bool lin_read(struct cpu *cpu, uint32_t linear, unsigned size, bool user, uint32_t *out)
{
    const uint8_t *p = mmu_fast_read(cpu, user, linear, size);

    if (!p)
        return slow_read(cpu, linear, size, MMU_READ, user, out);
    *out = le_load(p, size);
    return true;
}

bool lin_write(struct cpu *cpu, uint32_t linear, unsigned size, bool user, uint32_t value)
{
    uint8_t *p = mmu_fast_write(cpu, user, linear, size);

    if (!p)
        return slow_write(cpu, linear, size, user, low_bytes(value, size));
    le_store(p, size, value);
    return true;
}

/* ---- Segmented ------------------------------------------------------------------------------ */

static bool segment_fault(struct cpu *cpu, unsigned seg)
{
    return cpu_raise_error(cpu, seg == SEG_SS ? VEC_SS : VEC_GP, 0);
}

bool mem_check(struct cpu *cpu, unsigned seg, uint32_t off, unsigned size, bool write)
{
    const struct cpu_segment *s = &cpu->s.seg[seg];

    if (!seg_rights_allow(s, write) || !seg_limit_allows(s, off, size))
        return segment_fault(cpu, seg);
    return true;
}

/* SDM vol. 3, table 6-7, by the operand's size: far pointers and x87 environments included. */
static unsigned alignment(unsigned size)
{
    switch (size) {
    case 1:
        return 1;
    case 8:
    case 10:
        return 8;
    case 2:
    case 14:
    case 94:
        return 2;
    default:
        return 4;
    }
}

static bool check_alignment(struct cpu *cpu, uint32_t linear, unsigned size)
{
    if (cpu->data_mode == TLB_ALIGN && (linear & (alignment(size) - 1)))
        return cpu_raise_error(cpu, VEC_AC, 0);
    return true;
}

/* The linear address of an access that segmentation allows. */
static bool resolve(struct cpu *cpu, unsigned seg, uint32_t off, unsigned size, bool write,
                    uint32_t *linear)
{
    if (!mem_check(cpu, seg, off, size, write))
        return false;
    *linear = cpu->s.seg[seg].base + off;
    return check_alignment(cpu, *linear, size);
}

/* For the ring; always true. */
static inline bool noted(struct cpu *cpu, unsigned kind, uint32_t linear, unsigned size,
                         uint32_t value)
{
    ring_note_access(cpu, kind, linear, size, value);
    return true;
}

bool mem_read(struct cpu *cpu, unsigned seg, uint32_t off, unsigned size, uint32_t *out)
{
    const uint8_t *p;
    uint32_t linear;

    if (!resolve(cpu, seg, off, size, false, &linear))
        return false;
    p = mmu_fast_read(cpu, cpu->data_mode, linear, size);
    if (!p)
        return slow_read(cpu, linear, size, MMU_READ, cpu_user(cpu), out) &&
               noted(cpu, CPU_WATCH_READ, linear, size, *out);
    *out = le_load(p, size);
    return noted(cpu, CPU_WATCH_READ, linear, size, *out);
}

bool mem_read_rmw(struct cpu *cpu, unsigned seg, uint32_t off, unsigned size, uint32_t *out)
{
    const uint8_t *p;
    uint32_t linear;

    if (!resolve(cpu, seg, off, size, true, &linear))
        return false;
    p = mmu_fast_write(cpu, cpu->data_mode, linear, size);
    if (!p)
        return slow_read(cpu, linear, size, MMU_WRITE, cpu_user(cpu), out);
    *out = le_load(p, size);
    return true;
}

bool mem_write(struct cpu *cpu, unsigned seg, uint32_t off, unsigned size, uint32_t value)
{
    uint32_t linear;
    uint8_t *p;

    if (!resolve(cpu, seg, off, size, true, &linear))
        return false;
    p = mmu_fast_write(cpu, cpu->data_mode, linear, size);
    if (!p)
        return slow_write(cpu, linear, size, cpu_user(cpu), low_bytes(value, size)) &&
               noted(cpu, CPU_WATCH_WRITE, linear, size, low_bytes(value, size));
    le_store(p, size, value);
    return noted(cpu, CPU_WATCH_WRITE, linear, size, low_bytes(value, size));
}

bool mem_read_block(struct cpu *cpu, unsigned seg, uint32_t off, void *to, unsigned n)
{
    bool user = cpu_user(cpu);
    uint32_t linear, value;
    const uint8_t *p;

    if (!resolve(cpu, seg, off, n, false, &linear))
        return false;
    p = mmu_fast_read(cpu, cpu->data_mode, linear, n);
    if (p) {
        memcpy(to, p, n);
        return noted(cpu, CPU_WATCH_READ, linear, n, le_load(to, n < 4 ? n : 4));
    }
    if (!lin_probe_read(cpu, linear, n, user))
        return false;
    for (unsigned done = 0, part; done < n; done += part) {
        part = n - done < 4 ? n - done : 4;
        if (!lin_read(cpu, linear + done, part, user, &value))
            return false;
        le_store((uint8_t *)to + done, part, value);
    }
    return noted(cpu, CPU_WATCH_READ, linear, n, le_load(to, n < 4 ? n : 4));
}

bool mem_probe_write(struct cpu *cpu, unsigned seg, uint32_t off, unsigned n)
{
    uint32_t linear;

    return resolve(cpu, seg, off, n, true, &linear) &&
           lin_probe_write(cpu, linear, n, cpu_user(cpu));
}

bool mem_write_block(struct cpu *cpu, unsigned seg, uint32_t off, const void *from, unsigned n)
{
    bool user = cpu_user(cpu);
    uint32_t linear = cpu->s.seg[seg].base + off;

    if (!mem_probe_write(cpu, seg, off, n))
        return false;
    for (unsigned done = 0, part; done < n; done += part) {
        part = n - done < 4 ? n - done : 4;
        if (!lin_write(cpu, linear + done, part, user, le_load((const uint8_t *)from + done, part)))
            return false;
    }
    return noted(cpu, CPU_WATCH_WRITE, linear, n, le_load(from, n < 4 ? n : 4));
}

/* ---- Code ----------------------------------------------------------------------------------- */

static void copy_code(struct cpu *cpu, const struct tlb_entry *e, uint32_t linear, uint8_t *to,
                      unsigned n)
{
    const uint8_t *from = tlb_host(e, linear);

    if (from && n == INSN_MAX_LENGTH) {
        memcpy(to, from, INSN_MAX_LENGTH); /* a known size is two moves, any other a slow loop */
        return;
    }
    if (from) {
        memcpy(to, from, n);
        return;
    }
    for (unsigned i = 0; i < n; i++)
        to[i] = cpu->bus.read(cpu->bus.ctx, entry_paddr(cpu, e, linear + i), 1);
}

bool mem_fetch(struct cpu *cpu, uint32_t eip, uint8_t *to, unsigned max, unsigned *got)
{
    const struct cpu_segment *cs = &cpu->s.seg[SEG_CS];
    uint32_t linear = cs->base + eip;
    const struct tlb_entry *e;
    unsigned n;

    if (eip > cs->limit)
        return cpu_raise_error(cpu, VEC_GP, 0);
    e = mmu_translate(cpu, linear, MMU_FETCH, cpu_user(cpu));
    if (!e)
        return false;
    n = first_part(linear, max);
    if (cs->limit - eip < n)
        n = cs->limit - eip + 1;
    copy_code(cpu, e, linear, to, n);
    *got = n;
    return true;
}
