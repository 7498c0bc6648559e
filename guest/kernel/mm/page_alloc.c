/*
 * Physical pages: a buddy allocator with a reference count a page.
 *
 * Free memory is kept in blocks of 2^n pages, aligned to their size. A block is split in halves
 * to serve a smaller request; a freed block merges with its buddy - the block it was split
 * from - when that is free too.
 *
 * Interrupt handlers allocate too, so the lists are only touched with interrupts off.
 */
#include <asm/system.h>
#include <linux/fault_inject.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/string.h>

static struct list_head free_area[MAX_ORDER]; /* free blocks by order, through page.lru */

unsigned long totalram_pages;
unsigned long nr_free_pages;

static void mark_free(struct page *page, unsigned int order)
{
    page->flags = 1u << PG_buddy;
    page->order = order;
    page->count = 0;
    list_add(&page->lru, &free_area[order]);
}

static void unmark_free(struct page *page)
{
    page->flags = 0;
    list_del(&page->lru);
}

/* Takes a block of at least `order` from the lists and gives back what is too much. */
static struct page *take_block(unsigned int order)
{
    unsigned int have = order;

    while (have < MAX_ORDER && list_empty(&free_area[have]))
        have++;
    if (have == MAX_ORDER)
        return NULL;
    struct page *page = list_first_entry(&free_area[have], struct page, lru);
    unmark_free(page);
    while (have > order) {
        have--;
        mark_free(page + (1u << have), have);
    }
    return page;
}

static struct page *find_free_buddy(struct page *page, unsigned int order)
{
    u32 pfn = page_to_pfn(page) ^ 1u << order;

    if (pfn >= max_low_pfn)
        return NULL;
    page = pfn_to_page(pfn);
    return (page->flags & 1u << PG_buddy) && page->order == order ? page : NULL;
}

struct page *alloc_pages(unsigned int gfp, unsigned int order)
{
    struct page *page;
    unsigned long flags;

    if (order >= MAX_ORDER || should_fail(gfp))
        return NULL;
    flags = local_irq_save();
    page = take_block(order);
    if (page) {
        page->count = 1;
        page->order = order;
        nr_free_pages -= 1u << order;
    }
    local_irq_restore(flags);
    if (!page)
        return NULL;
    if (gfp & GFP_ZERO)
        memset(page_address(page), 0, PAGE_SIZE << order);
    return page;
}

void __free_pages(struct page *page, unsigned int order)
{
    unsigned long flags = local_irq_save();
    struct page *buddy;

    BUG_ON(PageReserved(page) || (page->flags & 1u << PG_buddy));
    nr_free_pages += 1u << order;
    while (order < MAX_ORDER - 1 && (buddy = find_free_buddy(page, order))) {
        unmark_free(buddy);
        page = min(page, buddy);
        order++;
    }
    mark_free(page, order);
    local_irq_restore(flags);
}

void put_page(struct page *page)
{
    if (PageReserved(page))
        return;
    BUG_ON(page->count <= 0);
    if (--page->count == 0)
        __free_pages(page, 0);
}

void *get_free_pages(unsigned int gfp, unsigned int order)
{
    struct page *page = alloc_pages(gfp, order);
    return page ? page_address(page) : NULL;
}

void *get_zeroed_page(unsigned int gfp)
{
    return get_free_pages(gfp | GFP_ZERO, 0);
}

void free_pages(void *addr, unsigned int order)
{
    if (addr)
        __free_pages(virt_to_page(addr), order);
}

/* At first every page is reserved. */
void free_area_init(void)
{
    for (unsigned int i = 0; i < MAX_ORDER; i++)
        INIT_LIST_HEAD(&free_area[i]);
    for (u32 pfn = 0; pfn < max_low_pfn; pfn++)
        mem_map[pfn].flags = 1u << PG_reserved;
}

/* The largest block that begins at `start` and ends by `end`. */
static unsigned int largest_order(u32 start, u32 end)
{
    unsigned int order = 0;

    while (order < MAX_ORDER - 1 && !(start & 1u << order) && start + (2u << order) <= end)
        order++;
    return order;
}

/* Frees a range in the largest blocks it has; page by page this was most of the time to boot. */
void free_area_add(u32 start_pfn, u32 end_pfn)
{
    for (u32 pfn = start_pfn; pfn < end_pfn; pfn++)
        mem_map[pfn].flags = 0;
    for (u32 pfn = start_pfn; pfn < end_pfn;) {
        unsigned int order = largest_order(pfn, end_pfn);
        __free_pages(pfn_to_page(pfn), order);
        totalram_pages += 1ul << order;
        pfn += 1u << order;
    }
}
