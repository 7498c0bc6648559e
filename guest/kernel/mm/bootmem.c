/* Memory before the page allocator: two short tables, searched from the bottom up. */
#include <asm/page.h>
#include <linux/bootmem.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/string.h>

#define MAX_RANGES 16
#define LOWMEM_END 0x38000000u /* 896 MB: how much RAM the window at PAGE_OFFSET shows */

/* Page frames [start, end). */
struct pfn_range {
    u32 start, end;
};

static struct pfn_range memory[MAX_RANGES], reserved[MAX_RANGES];
static int nr_memory, nr_reserved;

void add_memory_range(u64 start, u64 length)
{
    u64 end = min(start + length, (u64)LOWMEM_END);
    struct pfn_range r = {(start + PAGE_SIZE - 1) >> PAGE_SHIFT, end >> PAGE_SHIFT};

    if (start >= LOWMEM_END || r.start >= r.end || nr_memory == MAX_RANGES)
        return;
    memory[nr_memory++] = r;
}

void reserve_bootmem(u32 start, u32 end)
{
    if (nr_reserved == MAX_RANGES)
        panic("too many reserved memory ranges");
    reserved[nr_reserved++] =
        (struct pfn_range){start >> PAGE_SHIFT, (end + PAGE_SIZE - 1) >> PAGE_SHIFT};
}

u32 bootmem_end_pfn(void)
{
    u32 end = 0;
    for (int i = 0; i < nr_memory; i++)
        end = max(end, memory[i].end);
    return end;
}

/* The lowest reserved range that overlaps [start, end), or NULL. */
static const struct pfn_range *find_reserved(u32 start, u32 end)
{
    const struct pfn_range *lowest = NULL;

    for (int i = 0; i < nr_reserved; i++) {
        const struct pfn_range *r = &reserved[i];
        if (r->start < end && start < r->end && (!lowest || r->start < lowest->start))
            lowest = r;
    }
    return lowest;
}

void *alloc_bootmem_pages(u32 pages)
{
    for (int i = 0; i < nr_memory; i++) {
        u32 start = memory[i].start;
        while (start + pages <= memory[i].end) {
            const struct pfn_range *r = find_reserved(start, start + pages);
            if (!r) {
                reserve_bootmem(start << PAGE_SHIFT, (start + pages) << PAGE_SHIFT);
                return memset(__va(start << PAGE_SHIFT), 0, pages << PAGE_SHIFT);
            }
            start = r->end;
        }
    }
    panic("no memory at boot for %u pages", pages);
}

static void free_range(const struct pfn_range *r)
{
    for (u32 pfn = r->start; pfn < r->end;) {
        const struct pfn_range *taken = find_reserved(pfn, r->end);
        free_area_add(pfn, taken ? max(pfn, taken->start) : r->end);
        pfn = taken ? taken->end : r->end;
    }
}

void free_all_bootmem(void)
{
    for (int i = 0; i < nr_memory; i++)
        free_range(&memory[i]);
}
