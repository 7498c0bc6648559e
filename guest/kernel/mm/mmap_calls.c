/* System calls on the address space: brk, mmap2, munmap, mprotect, madvise, mremap. */
#include <asm/processor.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/syscalls.h>
#include <uapi/mman.h>

/* Sets the end of the heap. Returns the end as it is then: unchanged on failure. */
asmlinkage long sys_brk(u32 brk)
{
    struct mm_struct *mm = current->mm;
    u32 new_end = PAGE_ALIGN(brk), old_end = PAGE_ALIGN(mm->brk);
    u32 limit = rlimit_cur(RLIMIT_DATA);

    if (brk < mm->start_brk)
        return mm->brk;
    if (limit != RLIM_INFINITY && brk - mm->start_data > limit)
        return mm->brk;
    if (new_end < old_end) {
        if (do_munmap(mm, new_end, old_end - new_end))
            return mm->brk;
    } else if (new_end > old_end) {
        struct vm_area_struct *next = find_vma(mm, old_end);
        if (new_end > TASK_SIZE || (next && next->vm_start < new_end + PAGE_SIZE))
            return mm->brk;
        if (do_brk(old_end, new_end - old_end) != (long)old_end)
            return mm->brk;
    }
    mm->brk = brk;
    return brk;
}

asmlinkage long sys_mmap2(u32 addr, u32 len, u32 prot, u32 flags, u32 fd, u32 pgoff)
{
    struct file *file = NULL;
    long ret;

    if (!(flags & MAP_ANONYMOUS)) {
        file = fget(fd);
        if (!file)
            return -EBADF;
    }
    ret = do_mmap_pgoff(file, addr, len, prot, flags, pgoff);
    if (file)
        fput(file);
    return ret;
}

asmlinkage long sys_munmap(u32 addr, u32 len)
{
    return do_munmap(current->mm, addr, len);
}

/* Changes the rights of the part of an area that lies in [start, end). */
static int mprotect_area(struct vm_area_struct *vma, u32 start, u32 end, u32 prot)
{
    struct mm_struct *mm = vma->vm_mm;
    struct file *file = vma->vm_file;

    if ((prot & PROT_WRITE) && (vma->vm_flags & VM_SHARED) && file && !(file->f_mode & FMODE_WRITE))
        return -EACCES;
    if (vma->vm_start < start) {
        if (split_vma(mm, vma, start))
            return -ENOMEM;
        vma = vma->vm_next;
    }
    if (end < vma->vm_end && split_vma(mm, vma, end))
        return -ENOMEM;
    vma->vm_flags = (vma->vm_flags & ~(VM_READ | VM_WRITE | VM_EXEC)) |
                    (prot & (PROT_READ | PROT_WRITE | PROT_EXEC));
    change_protection(vma, vma->vm_start, vma->vm_end);
    return 0;
}

asmlinkage long sys_mprotect(u32 start, u32 len, u32 prot)
{
    u32 at = start, end;
    struct vm_area_struct *vma;
    int err = 0;

    if (start & ~PAGE_MASK)
        return -EINVAL;
    if (len > TASK_SIZE || start > TASK_SIZE - len)
        return -ENOMEM;
    end = start + PAGE_ALIGN(len);
    while (at < end && !err) {
        vma = find_vma(current->mm, at);
        if (!vma || vma->vm_start > at)
            return -ENOMEM;
        u32 stop = min(end, vma->vm_end);
        err = mprotect_area(vma, at, stop, prot);
        at = stop;
    }
    return err;
}

/* MADV_DONTNEED drops the pages: private ones come back as at the start. Others are hints. */
asmlinkage long sys_madvise(u32 start, u32 len, int advice)
{
    u32 at = start, end;

    if (start & ~PAGE_MASK)
        return -EINVAL;
    if (len > TASK_SIZE || start > TASK_SIZE - len)
        return -ENOMEM;
    end = start + PAGE_ALIGN(len);
    while (at < end) {
        struct vm_area_struct *vma = find_vma(current->mm, at);
        if (!vma || vma->vm_start >= end)
            return -ENOMEM;
        if (advice == MADV_DONTNEED)
            zap_page_range(vma, max(at, vma->vm_start), min(end, vma->vm_end));
        at = vma->vm_end;
    }
    return 0;
}

/* Moves the pages of a range to another place by moving their page table entries. */
static int move_pages(struct mm_struct *mm, u32 from, u32 to, u32 len)
{
    for (u32 at = 0; at < len; at += PAGE_SIZE) {
        pte_t *src = pte_lookup(mm, from + at);
        if (!src || !pte_present(*src))
            continue;
        pte_t *dst = pte_alloc(mm, to + at);
        if (!dst)
            return -ENOMEM;
        *dst = *src;
        src->pte = 0;
    }
    flush_tlb_all();
    return 0;
}

static long mremap_move(struct vm_area_struct *vma, u32 addr, u32 old_len, u32 new_len, u32 to)
{
    struct mm_struct *mm = vma->vm_mm;
    u32 prot = vma->vm_flags & (VM_READ | VM_WRITE | VM_EXEC);
    u32 flags = (vma->vm_flags & VM_SHARED ? MAP_SHARED : MAP_PRIVATE) | (to ? MAP_FIXED : 0);
    u32 pgoff = vma->vm_pgoff + ((addr - vma->vm_start) >> PAGE_SHIFT);
    long new_addr = do_mmap_pgoff(vma->vm_file, to, new_len, prot, flags, pgoff);

    if ((u32)new_addr & ~PAGE_MASK)
        return new_addr;
    if (move_pages(mm, addr, new_addr, min(old_len, new_len))) {
        do_munmap(mm, new_addr, new_len);
        return -ENOMEM;
    }
    do_munmap(mm, addr, old_len);
    return new_addr;
}

/* Makes an area larger or smaller, where it is or elsewhere. The address or -errno. */
asmlinkage long sys_mremap(u32 addr, u32 old_size, u32 new_size, u32 flags, u32 new_addr)
{
    struct mm_struct *mm = current->mm;
    u32 old_len = PAGE_ALIGN(old_size), new_len = PAGE_ALIGN(new_size);
    struct vm_area_struct *vma;

    if ((addr & ~PAGE_MASK) || !new_len || old_len > TASK_SIZE || new_len > TASK_SIZE)
        return -EINVAL;
    vma = find_vma(mm, addr);
    if (!vma || vma->vm_start > addr || old_len > vma->vm_end - addr)
        return -EFAULT;
    if (flags & MREMAP_FIXED) {
        if (!(flags & MREMAP_MAYMOVE) || (new_addr & ~PAGE_MASK) ||
            new_addr > TASK_SIZE - new_len ||
            (new_addr < addr + old_len && addr < new_addr + new_len))
            return -EINVAL;
        return mremap_move(vma, addr, old_len, new_len, new_addr);
    }
    if (new_len <= old_len) {
        if (new_len < old_len)
            do_munmap(mm, addr + new_len, old_len - new_len);
        return addr;
    }
    if (addr + old_len == vma->vm_end && addr + new_len <= TASK_SIZE &&
        (!vma->vm_next || addr + new_len <= vma->vm_next->vm_start)) {
        mm->total_vm += (new_len - old_len) >> PAGE_SHIFT;
        vma->vm_end = addr + new_len;
        return addr;
    }
    return flags & MREMAP_MAYMOVE ? mremap_move(vma, addr, old_len, new_len, 0) : -ENOMEM;
}
