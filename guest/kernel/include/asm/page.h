/* Pages and the two views of memory: physical addresses and the kernel's window on them. */
#ifndef _ASM_PAGE_H
#define _ASM_PAGE_H

#define PAGE_SHIFT  12
#define PAGE_SIZE   4096
#define PAGE_MASK   0xfffff000
#define PAGE_OFFSET 0xc0000000 /* where physical address 0 appears in the kernel */

#ifndef __ASSEMBLY__

#include <linux/types.h>

#define __pa(x) ((u32)(x)-PAGE_OFFSET)
#define __va(x) ((void *)((u32)(x) + PAGE_OFFSET))

#define PAGE_ALIGN(x) (((x) + PAGE_SIZE - 1) & PAGE_MASK)

/* Page tables of the two-level 386 kind. */
typedef struct {
    u32 pte;
} pte_t;
typedef struct {
    u32 pgd;
} pgd_t;

#endif
#endif
