/* Named caches of equal objects, and kmalloc() on top of them. */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <linux/gfp.h>

struct kmem_cache {
    const char *name;         /* shown in /proc/slabinfo */
    size_t size;              /* of an object, rounded up to its alignment */
    unsigned int order;       /* a slab is 2^order pages */
    unsigned int per_slab;    /* objects in a slab */
    unsigned long active;     /* objects handed out */
    unsigned long slabs;      /* slabs that exist */
    struct list_head partial; /* slabs with a free object */
    struct list_head full;    /* slabs without */
    struct list_head next;    /* all caches */
};

extern struct list_head slab_caches;

/* Panics without memory: caches are made at boot. */
struct kmem_cache *kmem_cache_create(const char *name, size_t size);
void *kmem_cache_alloc(struct kmem_cache *cache, unsigned int gfp);
void *kmem_cache_zalloc(struct kmem_cache *cache, unsigned int gfp);
void kmem_cache_free(struct kmem_cache *cache, void *object);

/* Up to 4 MB. NULL without memory. kfree(NULL) does nothing. */
void *kmalloc(size_t size, unsigned int gfp);
void *kzalloc(size_t size, unsigned int gfp);
void kfree(void *object);

void kmem_cache_init(void);

#endif
