/* Page directories, and which one is loaded. */
#include <asm/pgtable.h>
#include <linux/mm.h>
#include <linux/string.h>

pgd_t *pgd_alloc(struct mm_struct *mm)
{
    pgd_t *pgd = get_zeroed_page(GFP_KERNEL);

    if (pgd)
        memcpy(pgd + USER_PTRS_PER_PGD, swapper_pg_dir + USER_PTRS_PER_PGD,
               (PTRS_PER_PGD - USER_PTRS_PER_PGD) * sizeof(*pgd));
    return pgd;
}

void pgd_free(pgd_t *pgd)
{
    free_pages(pgd, 0);
}

void switch_mm(struct mm_struct *prev, struct mm_struct *next)
{
    if (prev != next)
        write_cr3(__pa(next->pgd));
}
