#include "emu/time/pagepool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { SLAB_BYTES = PAGEPOOL_SLAB * PAGEPOOL_PAGE };

struct pagepool_slab {
    struct pagepool_slab *next;
    uint8_t *bytes; /* SLAB_BYTES, aligned so that the host can use one large page */
    struct page page[PAGEPOOL_SLAB];
};

static int add_slab(struct pagepool *pool)
{
    struct pagepool_slab *slab = calloc(1, sizeof(*slab));

    if (!slab)
        return -ENOMEM;
    slab->bytes = aligned_alloc(SLAB_BYTES, SLAB_BYTES);
    if (!slab->bytes) {
        free(slab);
        return -ENOMEM;
    }
    madvise(slab->bytes, SLAB_BYTES, MADV_HUGEPAGE);
    for (unsigned i = PAGEPOOL_SLAB; i-- > 0;) {
        slab->page[i].bytes = slab->bytes + (size_t)i * PAGEPOOL_PAGE;
        slab->page[i].next_free = pool->free;
        pool->free = &slab->page[i];
    }
    slab->next = pool->slabs;
    pool->slabs = slab;
    return 0;
}

static struct page *take(struct pagepool *pool)
{
    struct page *page;

    if (!pool->free && add_slab(pool))
        return NULL;
    page = pool->free;
    pool->free = page->next_free;
    page->holders = 1;
    pool->used++;
    return page;
}

int pagepool_init(struct pagepool *pool)
{
    *pool = (struct pagepool){0};
    pool->zero = take(pool);
    if (!pool->zero)
        return -ENOMEM;
    memset(pool->zero->bytes, 0, PAGEPOOL_PAGE);
    pool->used = 0;
    return 0;
}

void pagepool_destroy(struct pagepool *pool)
{
    struct pagepool_slab *slab = pool->slabs;

    while (slab) {
        struct pagepool_slab *next = slab->next;

        free(slab->bytes);
        free(slab);
        slab = next;
    }
    *pool = (struct pagepool){0};
}

struct page *pagepool_copy(struct pagepool *pool, const uint8_t *bytes)
{
    struct page *page;

    if (memcmp(bytes, pool->zero->bytes, PAGEPOOL_PAGE) == 0)
        return page_hold(pool->zero);
    page = take(pool);
    if (page)
        memcpy(page->bytes, bytes, PAGEPOOL_PAGE);
    return page;
}

struct page *page_hold(struct page *page)
{
    page->holders++;
    return page;
}

void pagepool_drop(struct pagepool *pool, struct page *page)
{
    if (!page || --page->holders)
        return;
    pool->used--;
    page->next_free = pool->free;
    pool->free = page;
}
