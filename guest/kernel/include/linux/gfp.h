/* Whole pages: the buddy allocator of mm/page_alloc.c. */
#ifndef _LINUX_GFP_H
#define _LINUX_GFP_H

#include <asm/page.h>
#include <linux/list.h>

#define GFP_ATOMIC 0x00u /* from interrupt handlers */
#define GFP_KERNEL 0x01u
#define GFP_ZERO   0x02u /* fill with zeroes */

#define MAX_ORDER 11 /* largest block: 2^10 pages, 4 MB */

#define PG_reserved 0 /* not the allocator's: kernel image, holes, the zero page */
#define PG_slab     1 /* holds slab objects */
#define PG_buddy    2 /* head of a free block */

/* One for every page frame of RAM. */
struct page {
    unsigned long flags;     /* 1 << PG_* */
    int count;               /* references; 0: free */
    unsigned int order;      /* size of the block that this page heads */
    struct list_head lru;    /* free list, or list of slabs */
    struct kmem_cache *slab; /* PG_slab: the cache, in every page of the slab */
    struct page *first;      /* PG_slab: first page of the slab */
    void *freelist;     /* PG_slab, first page: free objects, linked through their first word */
    unsigned int inuse; /* PG_slab, first page: objects handed out */
};

extern struct page *mem_map;
extern u32 max_low_pfn;              /* page frames below the end of usable RAM */
extern unsigned long totalram_pages; /* pages that the allocator was given */
extern unsigned long nr_free_pages;  /* pages free now */

static inline struct page *pfn_to_page(u32 pfn)
{
    return mem_map + pfn;
}

static inline u32 page_to_pfn(const struct page *page)
{
    return page - mem_map;
}

static inline struct page *virt_to_page(const void *addr)
{
    return pfn_to_page(__pa(addr) >> PAGE_SHIFT);
}

static inline void *page_address(const struct page *page)
{
    return __va(page_to_pfn(page) << PAGE_SHIFT);
}

static inline bool PageReserved(const struct page *page)
{
    return page->flags & 1u << PG_reserved;
}

/* A block of 2^order pages with one reference on its first page; NULL when there is none. */
struct page *alloc_pages(unsigned int gfp, unsigned int order);
/* Gives a block back whatever its count. */
void __free_pages(struct page *page, unsigned int order);

#define alloc_page(gfp) alloc_pages(gfp, 0)

/* The same by kernel address. */
void *get_free_pages(unsigned int gfp, unsigned int order);
void *get_zeroed_page(unsigned int gfp);
void free_pages(void *addr, unsigned int order);

static inline void get_page(struct page *page)
{
    page->count++;
}

/* Drops a reference; the last one frees the page. Reserved pages are never freed. */
void put_page(struct page *page);

/* Hands [start, end) of page frames to the allocator, at boot. */
void free_area_add(u32 start_pfn, u32 end_pfn);
void free_area_init(void);

#endif
