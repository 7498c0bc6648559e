/*
 * Caches of equal objects. A slab is a block of pages cut into objects; free objects are linked
 * through their first word. What is known of a slab stands in the struct page of its first page,
 * so a pointer to an object is enough to find its slab and its cache. Interrupt handlers allocate
 * too, so a cache is only touched with interrupts off.
 */
#include <asm/system.h>
#include <linux/fault_inject.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#define MIN_OBJECTS    4 /* a slab has at least so many, unless it would be too large */
#define MAX_ORDER_SLAB 3

LIST_HEAD(slab_caches);

static struct kmem_cache cache_cache;

static const struct {
    const char *name;
    size_t size;
} kmalloc_sizes[] = {
    {"size-32", 32},   {"size-64", 64},     {"size-128", 128},   {"size-256", 256},
    {"size-512", 512}, {"size-1024", 1024}, {"size-2048", 2048}, {"size-4096", 4096},
};
static struct kmem_cache *kmalloc_caches[ARRAY_SIZE(kmalloc_sizes)];

static void cache_setup(struct kmem_cache *cache, const char *name, size_t size)
{
    cache->name = name;
    cache->size = ALIGN(size, 16);
    cache->order = 0;
    while (cache->order < MAX_ORDER_SLAB && (PAGE_SIZE << cache->order) / cache->size < MIN_OBJECTS)
        cache->order++;
    cache->per_slab = (PAGE_SIZE << cache->order) / cache->size;
    cache->active = 0;
    cache->slabs = 0;
    INIT_LIST_HEAD(&cache->partial);
    INIT_LIST_HEAD(&cache->full);
    list_add_tail(&cache->next, &slab_caches);
}

struct kmem_cache *kmem_cache_create(const char *name, size_t size)
{
    struct kmem_cache *cache = kmem_cache_alloc(&cache_cache, GFP_KERNEL);

    if (!cache)
        panic("no memory for the slab cache %s", name);
    cache_setup(cache, name, size);
    return cache;
}

/* A new slab on the partial list. False without memory. */
static bool cache_grow(struct kmem_cache *cache, unsigned int gfp)
{
    struct page *page = alloc_pages(gfp & ~GFP_ZERO, cache->order);
    u8 *base;

    if (!page)
        return false;
    base = page_address(page);
    for (unsigned int i = 0; i < 1u << cache->order; i++) {
        page[i].flags = 1u << PG_slab;
        page[i].slab = cache;
        page[i].first = page;
    }
    page->inuse = 0;
    page->freelist = NULL;
    for (int i = cache->per_slab - 1; i >= 0; i--) {
        void **object = (void **)(base + i * cache->size);
        *object = page->freelist;
        page->freelist = object;
    }
    list_add(&page->lru, &cache->partial);
    cache->slabs++;
    return true;
}

/* The first free object of the first slab that has one. */
static void *take_object(struct kmem_cache *cache)
{
    struct page *slab = list_first_entry(&cache->partial, struct page, lru);
    void **object = slab->freelist;

    slab->freelist = *object;
    if (++slab->inuse == cache->per_slab)
        list_move(&slab->lru, &cache->full);
    cache->active++;
    return object;
}

void *kmem_cache_alloc(struct kmem_cache *cache, unsigned int gfp)
{
    unsigned long flags;
    void *object = NULL;

    if (should_fail(gfp))
        return NULL;
    flags = local_irq_save();
    if (!list_empty(&cache->partial) || cache_grow(cache, gfp))
        object = take_object(cache);
    local_irq_restore(flags);
    return object;
}

void *kmem_cache_zalloc(struct kmem_cache *cache, unsigned int gfp)
{
    void *object = kmem_cache_alloc(cache, gfp);
    return object ? memset(object, 0, cache->size) : NULL;
}

/* An empty slab goes back to the page allocator at once, so that leaks show in the free pages. */
static void slab_destroy(struct kmem_cache *cache, struct page *slab)
{
    list_del(&slab->lru);
    for (unsigned int i = 0; i < 1u << cache->order; i++)
        slab[i].flags = 0;
    cache->slabs--;
    __free_pages(slab, cache->order);
}

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
    struct page *slab = virt_to_page(object)->first;
    unsigned long flags = local_irq_save();

    BUG_ON(slab->slab != cache || !slab->inuse);
    *(void **)object = slab->freelist;
    slab->freelist = object;
    cache->active--;
    if (slab->inuse-- == cache->per_slab)
        list_move(&slab->lru, &cache->partial);
    if (!slab->inuse)
        slab_destroy(cache, slab);
    local_irq_restore(flags);
}

void *kmalloc(size_t size, unsigned int gfp)
{
    void *object;

    for (unsigned int i = 0; i < ARRAY_SIZE(kmalloc_sizes); i++) {
        if (size <= kmalloc_sizes[i].size) {
            object = kmem_cache_alloc(kmalloc_caches[i], gfp);
            return object && (gfp & GFP_ZERO) ? memset(object, 0, size) : object;
        }
    }
    unsigned int order = 0;
    while ((PAGE_SIZE << order) < (long)size)
        order++;
    return get_free_pages(gfp, order);
}

void *kzalloc(size_t size, unsigned int gfp)
{
    return kmalloc(size, gfp | GFP_ZERO);
}

void kfree(void *object)
{
    struct page *page;

    if (!object)
        return;
    page = virt_to_page(object);
    if (page->flags & 1u << PG_slab)
        kmem_cache_free(page->slab, object);
    else
        __free_pages(page, page->order);
}

void kmem_cache_init(void)
{
    cache_setup(&cache_cache, "kmem_cache", sizeof(struct kmem_cache));
    for (unsigned int i = 0; i < ARRAY_SIZE(kmalloc_sizes); i++)
        kmalloc_caches[i] = kmem_cache_create(kmalloc_sizes[i].name, kmalloc_sizes[i].size);
}
