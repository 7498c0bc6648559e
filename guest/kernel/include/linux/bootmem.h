/* Memory before there is a page allocator: ranges of RAM, and what in them is taken. */
#ifndef _LINUX_BOOTMEM_H
#define _LINUX_BOOTMEM_H

#include <linux/types.h>

/* RAM that exists. Parts beyond the kernel's window are ignored. */
void add_memory_range(u64 start, u64 length);
/* [start, end) must not be handed out. */
void reserve_bootmem(u32 start, u32 end);
/* Zeroed pages in a row, for ever. Panics when there are none. */
void *alloc_bootmem_pages(u32 pages);
u32 bootmem_end_pfn(void);
/* Gives everything that is left to the page allocator. */
void free_all_bootmem(void);

#endif
