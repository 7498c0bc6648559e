/*
 * Paging: the two-level walk (SDM vol. 3, 4.3) and the translation cache in front of it.
 *
 * A cached translation stays until it is flushed or displaced, as on silicon: a guest that changes
 * its tables without INVLPG sees the old mapping. Where a cached entry does not allow an access,
 * the tables are walked again before a fault is raised. What lies behind a page on the host's side
 * is refreshed apart from that (mmu_refresh_entry), so that watches and code pages never change
 * what the guest can see.
 */
#include "cpu/cpu_internal.h"

#include <string.h>

enum {
    PTE_P = 1u << 0,
    PTE_RW = 1u << 1,
    PTE_US = 1u << 2,
    PTE_A = 1u << 5,
    PTE_D = 1u << 6,
    PTE_PS = 1u << 7,
    PTE_G = 1u << 8,
    PDE_LARGE_RESERVED = 0x1ffu << 13,
};

#define PTE_FRAME   0xfffff000u
#define LARGE_FRAME 0xffc00000u
#define LARGE_MASK  0x003ff000u

/* What the tables say about one linear page. */
struct walk {
    uint32_t pde_addr, pde;
    uint32_t pte_addr, pte; /* not used for a large page */
    uint32_t phys;
    bool large;
    bool rw, us; /* of both levels */
};

/* True where the page is mapped; otherwise the P and RSVD bits of the fault are in `error`. */
static bool walk_tables(const struct cpu *cpu, uint32_t linear, struct walk *w, uint32_t *error)
{
    *error = 0;
    w->pde_addr = (cpu->s.cr3 & PTE_FRAME) | (linear >> 22 << 2);
    w->pde = phys_read(cpu, w->pde_addr, 4);
    if (!(w->pde & PTE_P))
        return false;
    w->large = (w->pde & PTE_PS) && (cpu->s.cr4 & CR4_PSE);
    if (w->large) {
        *error = PF_PRESENT | PF_RESERVED;
        w->rw = w->pde & PTE_RW;
        w->us = w->pde & PTE_US;
        w->phys = (w->pde & LARGE_FRAME) | (linear & LARGE_MASK);
        return !(w->pde & PDE_LARGE_RESERVED);
    }
    w->pte_addr = (w->pde & PTE_FRAME) | (linear >> 12 & 0x3ff) << 2;
    w->pte = phys_read(cpu, w->pte_addr, 4);
    w->rw = w->pde & w->pte & PTE_RW;
    w->us = w->pde & w->pte & PTE_US;
    w->phys = w->pte & PTE_FRAME;
    return w->pte & PTE_P;
}

static bool may_write(const struct cpu *cpu, const struct walk *w, bool user)
{
    return w->rw || (!user && !(cpu->s.cr0 & CR0_WP));
}

static bool allowed(const struct cpu *cpu, const struct walk *w, enum mmu_access access, bool user)
{
    if (user && !w->us)
        return false;
    return access != MMU_WRITE || may_write(cpu, w, user);
}

static void set_bits(struct cpu *cpu, uint32_t paddr, uint32_t entry, uint32_t bits)
{
    if ((entry & bits) != bits)
        phys_write(cpu, paddr, 4, entry | bits);
}

static void mark_used(struct cpu *cpu, struct walk *w, bool write)
{
    uint32_t leaf = write ? PTE_A | PTE_D : PTE_A;

    set_bits(cpu, w->pde_addr, w->pde, w->large ? leaf : PTE_A);
    if (!w->large)
        set_bits(cpu, w->pte_addr, w->pte, leaf);
}

/* Walks and checks. Raises #PF where the access is not allowed. */
static bool walk_checked(struct cpu *cpu, uint32_t linear, enum mmu_access access, bool user,
                         struct walk *w)
{
    uint32_t error;

    if (walk_tables(cpu, linear, w, &error)) {
        if (allowed(cpu, w, access, user))
            return true;
        error = PF_PRESENT;
    }
    if (access == MMU_WRITE)
        error |= PF_WRITE;
    if (user)
        error |= PF_USER;
    return cpu_raise_page_fault(cpu, linear, error);
}

/* ---- The cache ------------------------------------------------------------------------------ */

static unsigned tlb_index(uint32_t linear)
{
    return linear >> PAGE_SHIFT & (TLB_ENTRIES - 1);
}

static void empty_entry(struct tlb_entry *e)
{
    e->page = e->read = e->write = TLB_SLOW;
}

static bool is_code(unsigned mode)
{
    return mode >= TLB_CODE_SUPERVISOR;
}

/* Drops what was cached. Only a translation of code makes the engine look for its blocks anew. */
static void drop_entry(struct cpu *cpu, struct tlb_entry *e, unsigned mode)
{
    cpu->code_generation += is_code(mode);
    empty_entry(e);
}

/* Asks how the entry's physical page may be reached and sets the fast tags accordingly. */
void mmu_refresh_entry(struct cpu *cpu, struct tlb_entry *e)
{
    const struct cpu_engine *engine = cpu->engine;
    uint32_t phys = e->phys & cpu_a20_mask(cpu);
    struct bus_page bp = cpu->bus.page(cpu->bus.ctx, phys);
    bool fast;

    e->to_host = (uintptr_t)bp.host - e->page;
    e->rights &= TLB_TRANSLATION;
    if (bp.host)
        e->rights |= TLB_HOST;
    if (bp.host && bp.writable)
        e->rights |= TLB_HOST_WRITE;
    if (hooks_page_watched(cpu, e->page))
        e->rights |= TLB_WATCHED;
    if (engine && engine->holds_code && engine->holds_code(cpu, phys))
        e->rights |= TLB_CODE;
    fast = bp.host && !(e->rights & TLB_WATCHED);
    e->read = fast ? e->page : TLB_SLOW;
    fast = fast && (e->rights & TLB_WRITABLE) && (e->rights & TLB_HOST_WRITE) &&
           !(e->rights & TLB_CODE);
    e->write = fast ? e->page : TLB_SLOW;
}

static unsigned tlb_mode(enum mmu_access access, bool user)
{
    return (access == MMU_FETCH ? TLB_CODE_SUPERVISOR : TLB_SUPERVISOR) + user;
}

static void fill_entry(struct cpu *cpu, struct tlb_entry *e, unsigned mode, uint32_t linear,
                       uint32_t phys, unsigned rights)
{
    unsigned index = tlb_index(linear);
    bool code = is_code(mode);

    if (code && e->page != TLB_SLOW)
        cpu->code_generation++;
    cpu->stats.tlb_code_fills += code;
    cpu->stats.tlb_data_fills += !code;
    e->page = linear & ~(uint32_t)PAGE_MASK;
    e->phys = phys;
    e->rights = rights;
    cpu->tlb_used[mode][index / 64] |= 1ull << (index % 64);
    if (rights & TLB_LARGE)
        cpu->tlb_has_large = true;
    mmu_refresh_entry(cpu, e);
}

static unsigned walk_rights(const struct cpu *cpu, const struct walk *w, bool user, bool written)
{
    uint32_t leaf = w->large ? w->pde : w->pte;
    unsigned rights = w->large ? TLB_LARGE : 0;

    if (may_write(cpu, w, user) && (written || (leaf & PTE_D)))
        rights |= TLB_WRITABLE;
    if ((leaf & PTE_G) && (cpu->s.cr4 & CR4_PGE))
        rights |= TLB_GLOBAL;
    return rights;
}

static bool entry_allows(const struct tlb_entry *e, uint32_t linear, enum mmu_access access)
{
    return e->page == (linear & ~(uint32_t)PAGE_MASK) &&
           (access != MMU_WRITE || (e->rights & TLB_WRITABLE));
}

static void count_miss(struct cpu *cpu, const struct tlb_entry *e, uint32_t linear)
{
    if (e->page == TLB_SLOW)
        cpu->stats.tlb_miss_empty++;
    else if (e->page != (linear & ~(uint32_t)PAGE_MASK))
        cpu->stats.tlb_miss_other++;
    else
        cpu->stats.tlb_miss_write++;
}

static struct tlb_entry *translate_anew(struct cpu *cpu, uint32_t linear, enum mmu_access access,
                                        bool user)
{
    unsigned mode = tlb_mode(access, user);
    struct tlb_entry *e = &cpu->tlb[mode][tlb_index(linear)];
    bool write = access == MMU_WRITE;
    struct walk w;

    count_miss(cpu, e, linear);
    if (!cpu_paging(cpu)) {
        fill_entry(cpu, e, mode, linear, linear & ~(uint32_t)PAGE_MASK, TLB_WRITABLE);
        return e;
    }
    cpu->stats.tlb_walks++;
    if (!walk_checked(cpu, linear, access, user, &w)) {
        if (entry_allows(e, linear, MMU_READ))
            drop_entry(cpu, e, mode); /* a page fault does that (SDM vol. 3, 4.10.4.1) */
        return NULL;
    }
    mark_used(cpu, &w, write);
    fill_entry(cpu, e, mode, linear, w.phys, walk_rights(cpu, &w, user, write));
    return e;
}

struct tlb_entry *mmu_translate(struct cpu *cpu, uint32_t linear, enum mmu_access access, bool user)
{
    struct tlb_entry *e = &cpu->tlb[tlb_mode(access, user)][tlb_index(linear)];
    enum meter_part outer;

    if (entry_allows(e, linear, access))
        return e;
    outer = meter_go(cpu->meter, METER_PAGES);
    e = translate_anew(cpu, linear, access, user);
    meter_go(cpu->meter, outer);
    return e;
}

bool mmu_probe(struct cpu *cpu, uint32_t linear, enum mmu_access access, bool user)
{
    struct walk w;
    const struct tlb_entry *e = &cpu->tlb[tlb_mode(access, user)][tlb_index(linear)];

    if (!cpu_paging(cpu) || entry_allows(e, linear, access))
        return true;
    return walk_checked(cpu, linear, access, user, &w);
}

/* ---- Flushing ------------------------------------------------------------------------------- */

typedef void entry_fn(struct cpu *cpu, struct tlb_entry *e, uint32_t arg);

/* Calls `fn` for every entry that is not empty, and notes which became so. */
static void for_each_entry(struct cpu *cpu, entry_fn *fn, uint32_t arg)
{
    for (unsigned mode = 0; mode < TLB_MODES; mode++) {
        for (unsigned word = 0; word < TLB_ENTRIES / 64; word++) {
            uint64_t left = cpu->tlb_used[mode][word];

            while (left) {
                unsigned bit = __builtin_ctzll(left);
                struct tlb_entry *e = &cpu->tlb[mode][word * 64 + bit];

                left &= left - 1;
                if (e->page != TLB_SLOW)
                    fn(cpu, e, arg);
                if (e->page == TLB_SLOW)
                    cpu->tlb_used[mode][word] &= ~(1ull << bit);
            }
        }
    }
}

static void flush_one(struct cpu *cpu, struct tlb_entry *e, uint32_t keep_global)
{
    (void)cpu;
    if (!keep_global || !(e->rights & TLB_GLOBAL))
        empty_entry(e);
}

static void flush_large(struct cpu *cpu, struct tlb_entry *e, uint32_t linear)
{
    (void)cpu;
    if ((e->rights & TLB_LARGE) && (e->page & LARGE_FRAME) == (linear & LARGE_FRAME))
        empty_entry(e);
}

static void refresh_one(struct cpu *cpu, struct tlb_entry *e, uint32_t arg)
{
    (void)arg;
    mmu_refresh_entry(cpu, e);
}

static void refresh_if_phys(struct cpu *cpu, struct tlb_entry *e, uint32_t page)
{
    if ((e->phys & cpu_a20_mask(cpu)) == page)
        mmu_refresh_entry(cpu, e);
}

void mmu_flush(struct cpu *cpu, bool keep_global)
{
    cpu->stats.tlb_flushes++;
    for_each_entry(cpu, flush_one, keep_global);
    cpu->code_generation++;
    if (!keep_global)
        cpu->tlb_has_large = false;
}

/* INVLPG drops the whole of a 4 MB page, wherever in it the address lies. */
void mmu_flush_page(struct cpu *cpu, uint32_t linear)
{
    cpu->stats.tlb_page_flushes++;
    for (unsigned mode = 0; mode < TLB_MODES; mode++) {
        struct tlb_entry *e = &cpu->tlb[mode][tlb_index(linear)];

        if (e->page == (linear & ~(uint32_t)PAGE_MASK))
            drop_entry(cpu, e, mode);
    }
    if (cpu->tlb_has_large) {
        cpu->code_generation++;
        for_each_entry(cpu, flush_large, linear);
    }
}

void mmu_init(struct cpu *cpu)
{
    for (unsigned mode = 0; mode <= TLB_ALIGN; mode++)
        for (unsigned i = 0; i < TLB_ENTRIES; i++)
            empty_entry(&cpu->tlb[mode][i]);
}

void mmu_refresh(struct cpu *cpu)
{
    cpu->stats.tlb_refreshes++;
    for_each_entry(cpu, refresh_one, 0);
}

void mmu_refresh_phys(struct cpu *cpu, uint32_t page)
{
    cpu->stats.tlb_refreshes++;
    for_each_entry(cpu, refresh_if_phys, page & ~(uint32_t)PAGE_MASK);
}

/* ---- Snapshots ------------------------------------------------------------------------------ */

size_t cpu_save_translations(const struct cpu *cpu, struct cpu_translation *to)
{
    size_t n = 0;

    for (unsigned mode = 0; mode < TLB_MODES; mode++) {
        for (unsigned i = 0; i < TLB_ENTRIES; i++) {
            const struct tlb_entry *e = &cpu->tlb[mode][i];

            if (e->page != TLB_SLOW)
                to[n++] = (struct cpu_translation){.page = e->page,
                                                   .phys = e->phys,
                                                   .cache = (uint8_t)mode,
                                                   .rights = e->rights & TLB_TRANSLATION};
        }
    }
    return n;
}

void cpu_load_translations(struct cpu *cpu, const struct cpu_translation *from, size_t n)
{
    mmu_flush(cpu, false);
    for (size_t i = 0; i < n; i++) {
        const struct cpu_translation *t = &from[i];

        if (t->cache < TLB_MODES && !(t->page & PAGE_MASK) && !(t->phys & PAGE_MASK))
            fill_entry(cpu, &cpu->tlb[t->cache][tlb_index(t->page)], t->cache, t->page, t->phys,
                       t->rights & TLB_TRANSLATION);
    }
}

/* ---- Looking -------------------------------------------------------------------------------- */

static uint8_t *peek_page(const struct cpu *cpu, uint32_t paddr)
{
    uint32_t page = paddr & ~(uint32_t)PAGE_MASK & cpu_a20_mask(cpu);

    return cpu->bus.page(cpu->bus.ctx, page).host;
}

static bool peek_entry(const struct cpu *cpu, uint32_t paddr, uint32_t *entry)
{
    uint8_t b[4];

    if (cpu_peek_phys(cpu, paddr, b, sizeof(b)) != sizeof(b))
        return false;
    *entry = b[0] | b[1] << 8 | b[2] << 16 | (uint32_t)b[3] << 24;
    return *entry & PTE_P;
}

bool cpu_peek_tlb(const struct cpu *cpu, unsigned *n, struct cpu_tlb_entry *out)
{
    for (; *n < TLB_MODES * TLB_ENTRIES; ++*n) {
        unsigned mode = *n / TLB_ENTRIES;
        const struct tlb_entry *e = &cpu->tlb[mode][*n % TLB_ENTRIES];

        if (e->page == TLB_SLOW)
            continue;
        *out = (struct cpu_tlb_entry){
            .linear = e->page,
            .phys = e->phys,
            .user = mode == TLB_USER || mode == TLB_CODE_USER,
            .code = mode >= TLB_CODE_SUPERVISOR,
            .writable = e->rights & TLB_WRITABLE,
            .large = e->rights & TLB_LARGE,
            .global = e->rights & TLB_GLOBAL,
        };
        ++*n;
        return true;
    }
    return false;
}

bool cpu_peek_translate(const struct cpu *cpu, uint32_t cr3, uint32_t linear, uint32_t *paddr)
{
    uint32_t entry;

    if (!cpu_paging(cpu)) {
        *paddr = linear;
        return true;
    }
    if (!peek_entry(cpu, (cr3 & PTE_FRAME) | (linear >> 22 << 2), &entry))
        return false;
    if ((entry & PTE_PS) && (cpu->s.cr4 & CR4_PSE)) {
        *paddr = (entry & LARGE_FRAME) | (linear & ~LARGE_FRAME);
        return !(entry & PDE_LARGE_RESERVED);
    }
    if (!peek_entry(cpu, (entry & PTE_FRAME) | (linear >> 12 & 0x3ff) << 2, &entry))
        return false;
    *paddr = (entry & PTE_FRAME) | (linear & PAGE_MASK);
    return true;
}

/* Bytes from `addr` to the end of its page, at most `size`. */
static size_t page_part(uint32_t addr, size_t size)
{
    size_t left = PAGE_SIZE - (addr & PAGE_MASK);

    return size < left ? size : left;
}

size_t cpu_peek_phys(const struct cpu *cpu, uint32_t paddr, void *to, size_t size)
{
    size_t done = 0;

    while (done < size) {
        uint32_t addr = paddr + (uint32_t)done;
        size_t n = page_part(addr, size - done);
        const uint8_t *host = peek_page(cpu, addr);

        if (!host)
            break;
        memcpy((uint8_t *)to + done, host + (addr & PAGE_MASK), n);
        done += n;
    }
    return done;
}

size_t cpu_peek(const struct cpu *cpu, uint32_t cr3, uint32_t linear, void *to, size_t size)
{
    size_t done = 0;

    while (done < size) {
        uint32_t addr = linear + (uint32_t)done, paddr;
        size_t n = page_part(addr, size - done);

        if (!cpu_peek_translate(cpu, cr3, addr, &paddr) ||
            cpu_peek_phys(cpu, paddr, (uint8_t *)to + done, n) != n)
            break;
        done += n;
    }
    return done;
}
