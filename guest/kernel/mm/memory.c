/*
 * Page tables and what page faults do to them: demand-zero, pages of files, copy-on-write.
 *
 * After fork both sides map the same frames read-only although their areas are writable. The
 * first write faults and do_wp_page() gives the writer a copy of its own; the last user of a frame
 * just gets the right to write back.
 */
#include <asm/pgtable.h>
#include <asm/processor.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/trace.h>

/* Rights in a page table entry; private writable areas start read-only and are copied on write. */
u32 vma_page_prot(const struct vm_area_struct *vma)
{
    if (!(vma->vm_flags & (VM_READ | VM_WRITE | VM_EXEC)))
        return PAGE_NONE;
    return vma->vm_flags & VM_SHARED && vma->vm_flags & VM_WRITE ? PAGE_SHARED : PAGE_READONLY;
}

pte_t *pte_alloc(struct mm_struct *mm, u32 address)
{
    pgd_t *pgd = mm->pgd + pgd_index(address);

    if (!pgd->pgd) {
        void *table = get_zeroed_page(GFP_KERNEL);
        if (!table)
            return NULL;
        pgd->pgd = __pa(table) | _PAGE_TABLE;
    }
    return pte_offset(pgd, address);
}

pte_t *pte_lookup(struct mm_struct *mm, u32 address)
{
    pgd_t *pgd = mm->pgd + pgd_index(address);
    return pgd->pgd ? pte_offset(pgd, address) : NULL;
}

/* Parent and child share the frame; a private writable page becomes read-only in both. */
static void copy_one_pte(struct mm_struct *dst, pte_t *dst_pte, pte_t *src_pte, u32 vm_flags)
{
    pte_t pte = *src_pte;

    if ((vm_flags & (VM_SHARED | VM_WRITE)) == VM_WRITE)
        pte = *src_pte = pte_wrprotect(pte);
    get_page(pfn_to_page(pte_pfn(pte)));
    *dst_pte = pte;
    dst->rss++;
}

/* Copies the page table entries of an area. 0 or -ENOMEM. The caller flushes the parent's TLB. */
int copy_page_range(struct mm_struct *dst, struct mm_struct *src, struct vm_area_struct *vma)
{
    u32 address = vma->vm_start;

    while (address < vma->vm_end) {
        pte_t *src_pte = pte_lookup(src, address);
        if (!src_pte) {
            address = (address | (PGDIR_SIZE - 1)) + 1;
            continue;
        }
        if (pte_present(*src_pte)) {
            pte_t *dst_pte = pte_alloc(dst, address);
            if (!dst_pte)
                return -ENOMEM;
            copy_one_pte(dst, dst_pte, src_pte, vma->vm_flags);
        }
        address += PAGE_SIZE;
    }
    return 0;
}

/* Unmaps [start, end) of an area and drops its frames. */
void zap_page_range(struct vm_area_struct *vma, u32 start, u32 end)
{
    struct mm_struct *mm = vma->vm_mm;

    while (start < end) {
        pte_t *pte = pte_lookup(mm, start);
        if (!pte) {
            start = (start | (PGDIR_SIZE - 1)) + 1;
            continue;
        }
        if (pte_present(*pte)) {
            put_page(pfn_to_page(pte_pfn(*pte)));
            pte->pte = 0;
            flush_tlb_page(start);
            mm->rss--;
        }
        start += PAGE_SIZE;
    }
}

/* Frees the page tables themselves, when nothing is mapped any more. */
void free_pgtables(struct mm_struct *mm)
{
    for (pgd_t *pgd = mm->pgd; pgd < mm->pgd + USER_PTRS_PER_PGD; pgd++) {
        if (pgd->pgd) {
            free_pages(__va(pgd->pgd & PAGE_MASK), 0);
            pgd->pgd = 0;
        }
    }
}

void change_protection(struct vm_area_struct *vma, u32 start, u32 end)
{
    u32 prot = vma_page_prot(vma);

    for (; start < end; start += PAGE_SIZE) {
        pte_t *pte = pte_lookup(vma->vm_mm, start);
        if (pte && pte_present(*pte)) {
            *pte = pfn_pte(pte_pfn(*pte), prot | (pte->pte & _PAGE_DIRTY));
            flush_tlb_page(start);
        }
    }
}

static void set_pte(pte_t *pte, u32 address, pte_t value)
{
    *pte = value;
    flush_tlb_page(address);
}

/* A fresh anonymous page: the shared page of zeroes for a read, an own one for a write. */
static int do_anonymous_page(struct mm_struct *mm, struct vm_area_struct *vma, pte_t *pte,
                             u32 address, bool write)
{
    struct page *page = zero_page;
    u32 prot = vma_page_prot(vma);

    if (write) {
        page = alloc_page(GFP_KERNEL | GFP_ZERO);
        if (!page)
            return VM_FAULT_OOM;
        prot = PAGE_SHARED | _PAGE_DIRTY;
    } else {
        get_page(page);
    }
    set_pte(pte, address, pfn_pte(page_to_pfn(page), prot));
    mm->rss++;
    return VM_FAULT_OK;
}

static struct page *copy_page(struct page *from)
{
    struct page *page = alloc_page(GFP_KERNEL);

    if (page)
        memcpy(page_address(page), page_address(from), PAGE_SIZE);
    return page;
}

/* A page of a file: the file's own frame, or a copy of it for a write to a private area. */
static int do_no_page(struct mm_struct *mm, struct vm_area_struct *vma, pte_t *pte, u32 address,
                      bool write)
{
    struct inode *inode = vma->vm_file->f_dentry->d_inode;
    u32 index = vma->vm_pgoff + ((address - vma->vm_start) >> PAGE_SHIFT);
    u32 prot = vma_page_prot(vma);
    struct page *page;

    if (index >= (u32)((inode->i_size + PAGE_SIZE - 1) >> PAGE_SHIFT))
        return VM_FAULT_SIGBUS;
    page = find_or_create_page(inode, index);
    if (!page)
        return VM_FAULT_OOM;
    if (write && !(vma->vm_flags & VM_SHARED)) {
        page = copy_page(page);
        if (!page)
            return VM_FAULT_OOM;
        prot = PAGE_SHARED | _PAGE_DIRTY;
    } else {
        get_page(page);
    }
    set_pte(pte, address, pfn_pte(page_to_pfn(page), prot));
    mm->rss++;
    return VM_FAULT_OK;
}

/* A write to a read-only page of a writable private area: copy it, unless nobody else has it. */
static int do_wp_page(struct mm_struct *mm, pte_t *pte, u32 address)
{
    struct page *old = pfn_to_page(pte_pfn(*pte));
    struct page *page;

    if (old->count == 1 && !PageReserved(old)) {
        set_pte(pte, address, pte_mkdirty(pte_mkwrite(*pte)));
        return VM_FAULT_OK;
    }
    page = copy_page(old);
    if (!page)
        return VM_FAULT_OOM;
    trace_cow(address, page_to_pfn(old), page_to_pfn(page));
    set_pte(pte, address, pfn_pte(page_to_pfn(page), PAGE_SHARED | _PAGE_DIRTY));
    put_page(old);
    return VM_FAULT_OK;
}

/* Serves a fault that the area allows. VM_FAULT_*. */
int handle_mm_fault(struct mm_struct *mm, struct vm_area_struct *vma, u32 address, bool write)
{
    pte_t *pte = pte_alloc(mm, address);

    address &= PAGE_MASK;
    if (!pte)
        return VM_FAULT_OOM;
    if (!pte_present(*pte))
        return vma->vm_file ? do_no_page(mm, vma, pte, address, write)
                            : do_anonymous_page(mm, vma, pte, address, write);
    if (!write || pte_write(*pte)) { /* somebody was faster, or the TLB was stale */
        flush_tlb_page(address);
        return VM_FAULT_OK;
    }
    return do_wp_page(mm, pte, address);
}

/* The frame behind `address` of mm, faulted in; NULL where there is nothing to access. */
static struct page *follow_page(struct mm_struct *mm, u32 address, bool write)
{
    struct vm_area_struct *vma = find_vma(mm, address);
    pte_t *pte;

    if (!vma || vma->vm_start > address)
        return NULL;
    pte = pte_lookup(mm, address);
    if (!pte || !pte_present(*pte) || (write && !pte_write(*pte))) {
        if (write && (vma->vm_flags & (VM_WRITE | VM_SHARED)) == VM_SHARED)
            return NULL;
        if (handle_mm_fault(mm, vma, address, write) != VM_FAULT_OK)
            return NULL;
        pte = pte_lookup(mm, address);
    }
    /* A debugger may write to read-only text: the copy it gets is not to stay writable. */
    if (write && !(vma->vm_flags & VM_WRITE))
        set_pte(pte, address & PAGE_MASK, pte_wrprotect(*pte));
    return pfn_to_page(pte_pfn(*pte));
}

int access_process_vm(struct task_struct *tsk, u32 addr, void *buf, int len, bool write)
{
    int done = 0;

    if (!tsk->mm)
        return 0;
    while (done < len && addr + done < TASK_SIZE) {
        u32 at = addr + done, offset = at & (PAGE_SIZE - 1);
        int n = min(len - done, (int)(PAGE_SIZE - offset));
        struct page *page = follow_page(tsk->mm, at, write);
        if (!page)
            break;
        u8 *mapped = (u8 *)page_address(page) + offset;
        memcpy(write ? mapped : (u8 *)buf + done, write ? (u8 *)buf + done : mapped, n);
        done += n;
    }
    return done;
}
