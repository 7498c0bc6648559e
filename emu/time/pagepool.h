/*
 * Pages of memory that several images of RAM share: each is counted, and goes back to the pool when
 * nobody holds it. What a page holds never changes once it is shared.
 *
 * Memory comes from the host in slabs of 2 MB (one fault for many pages) and goes back when the
 * pool is destroyed.
 */
#ifndef FORKSCOPE_EMU_PAGEPOOL_H
#define FORKSCOPE_EMU_PAGEPOOL_H

#include <stddef.h>
#include <stdint.h>

enum { PAGEPOOL_PAGE = 4096, PAGEPOOL_SLAB = 512 };

struct page {
    uint8_t *bytes;
    uint32_t holders;
    struct page *next_free;
};

struct pagepool_slab;

struct pagepool {
    struct pagepool_slab *slabs;
    struct page *free;
    struct page *zero; /* all its bytes are 0; the pool itself holds it once */
    size_t used;       /* pages in somebody's hands, the zero page left out */
};

/* 0 or -ENOMEM. */
int pagepool_init(struct pagepool *pool);
void pagepool_destroy(struct pagepool *pool);

/* A page with these bytes and one holder, or NULL. Zeroes are always the same page. */
struct page *pagepool_copy(struct pagepool *pool, const uint8_t *bytes);

struct page *page_hold(struct page *page);
/* NULL is no page. */
void pagepool_drop(struct pagepool *pool, struct page *page);

#endif
