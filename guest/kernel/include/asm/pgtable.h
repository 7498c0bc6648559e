/*
 * Page directory and page table entries.
 *
 *   31                      12 11  9 8 7 6 5 4 3 2 1 0
 *  +--------------------------+-----+-+-+-+-+-+-+-+-+-+
 *  |  page frame number       |avail|G|N|D|A|C|W|U|R|P|
 *  +--------------------------+-----+-+-+-+-+-+-+-+-+-+
 *
 * P present, R writable, U user, A accessed, D dirty (set by the CPU); N is ours: a page that is
 * there but must not be touched (PROT_NONE), in an entry without P.
 */
#ifndef _ASM_PGTABLE_H
#define _ASM_PGTABLE_H

#include <asm/page.h>
#include <asm/system.h>

#define _PAGE_PRESENT  0x001u
#define _PAGE_RW       0x002u
#define _PAGE_USER     0x004u
#define _PAGE_ACCESSED 0x020u
#define _PAGE_DIRTY    0x040u
#define _PAGE_PROTNONE 0x080u

#define _PAGE_TABLE   (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER)
#define PAGE_KERNEL   (_PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED | _PAGE_DIRTY)
#define PAGE_NONE     (_PAGE_PROTNONE | _PAGE_ACCESSED)
#define PAGE_READONLY (_PAGE_PRESENT | _PAGE_USER | _PAGE_ACCESSED)
#define PAGE_SHARED   (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED)

#define PGDIR_SHIFT       22
#define PGDIR_SIZE        (1u << PGDIR_SHIFT)
#define PTRS_PER_PGD      1024
#define PTRS_PER_PTE      1024
#define USER_PTRS_PER_PGD (PAGE_OFFSET >> PGDIR_SHIFT)

/* The kernel's own page directory: its upper quarter is copied into every other one. */
extern pgd_t swapper_pg_dir[PTRS_PER_PGD];

static inline bool pte_none(pte_t pte)
{
    return pte.pte == 0;
}

static inline bool pte_present(pte_t pte)
{
    return pte.pte & (_PAGE_PRESENT | _PAGE_PROTNONE);
}

static inline bool pte_write(pte_t pte)
{
    return pte.pte & _PAGE_RW;
}

static inline bool pte_dirty(pte_t pte)
{
    return pte.pte & _PAGE_DIRTY;
}

static inline u32 pte_pfn(pte_t pte)
{
    return pte.pte >> PAGE_SHIFT;
}

static inline pte_t pte_wrprotect(pte_t pte)
{
    return (pte_t){pte.pte & ~_PAGE_RW};
}

static inline pte_t pte_mkwrite(pte_t pte)
{
    return (pte_t){pte.pte | _PAGE_RW};
}

static inline pte_t pte_mkdirty(pte_t pte)
{
    return (pte_t){pte.pte | _PAGE_DIRTY};
}

static inline pte_t pfn_pte(u32 pfn, u32 prot)
{
    return (pte_t){pfn << PAGE_SHIFT | prot};
}

static inline u32 pgd_index(u32 address)
{
    return address >> PGDIR_SHIFT;
}

static inline u32 pte_index(u32 address)
{
    return address >> PAGE_SHIFT & (PTRS_PER_PTE - 1);
}

/* The entry for `address` in a page table that is present. */
static inline pte_t *pte_offset(pgd_t *pgd, u32 address)
{
    return (pte_t *)__va(pgd->pgd & PAGE_MASK) + pte_index(address);
}

static inline void flush_tlb_all(void)
{
    write_cr3(read_cr3());
}

static inline void flush_tlb_page(u32 address)
{
    asm volatile("invlpg (%0)" ::"r"(address) : "memory");
}

struct mm_struct;
/* A new page directory with the kernel's upper quarter; NULL without memory. */
pgd_t *pgd_alloc(struct mm_struct *mm);
void pgd_free(pgd_t *pgd);

#endif
