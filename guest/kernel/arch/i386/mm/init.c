/* The kernel's page tables: all RAM at PAGE_OFFSET; then mem_map and the page allocator. */
#include <asm/pgtable.h>
#include <linux/bootmem.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>

struct page *mem_map;
u32 max_low_pfn;
struct page *zero_page;

/*
 * Reserved ranges are recorded one by one, so all page tables come from one allocation, which
 * must lie in the 16 MB that head.S mapped. The tables of head.S are kept.
 */
static void map_low_memory(void)
{
    u32 tables = DIV_ROUND_UP(max_low_pfn, PTRS_PER_PTE);
    pte_t *pte = alloc_bootmem_pages(tables);

    for (u32 i = 0; i < tables * PTRS_PER_PTE && i < max_low_pfn; i++)
        pte[i] = pfn_pte(i, PAGE_KERNEL);
    for (u32 i = 0; i < tables; i++)
        swapper_pg_dir[pgd_index(PAGE_OFFSET) + i].pgd =
            __pa(pte + i * PTRS_PER_PTE) | _PAGE_PRESENT | _PAGE_RW;
    for (u32 i = 0; i < USER_PTRS_PER_PGD; i++)
        swapper_pg_dir[i].pgd = 0;
    flush_tlb_all();
}

void paging_init(void)
{
    max_low_pfn = bootmem_end_pfn();
    if (max_low_pfn < (4u << 20 >> PAGE_SHIFT))
        panic("less than 4 MB of memory");
    map_low_memory();
    mem_map = alloc_bootmem_pages(DIV_ROUND_UP(max_low_pfn * sizeof(struct page), PAGE_SIZE));
    zero_page = virt_to_page(alloc_bootmem_pages(1));
}

void mem_init(void)
{
    free_area_init();
    free_all_bootmem();
    printk("Memory: %luk free of %uk\n", nr_free_pages * 4, max_low_pfn * 4);
}
