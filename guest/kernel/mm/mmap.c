/* The areas of an address space: finding, adding, removing and growing them. */
#include <asm/processor.h>
#include <asm/uaccess.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <uapi/mman.h>

static struct kmem_cache *vm_area_cachep;

void mm_cache_init(void)
{
    vm_area_cachep = kmem_cache_create("vm_area_struct", sizeof(struct vm_area_struct));
}

/* An area that is in no list yet; NULL without memory. */
struct vm_area_struct *vma_alloc(struct mm_struct *mm, u32 start, u32 end, u32 flags)
{
    struct vm_area_struct *vma = kmem_cache_zalloc(vm_area_cachep, GFP_KERNEL);

    if (vma) {
        vma->vm_mm = mm;
        vma->vm_start = start;
        vma->vm_end = end;
        vma->vm_flags = flags;
    }
    return vma;
}

void vma_free(struct vm_area_struct *vma)
{
    if (vma->vm_file)
        fput(vma->vm_file);
    kmem_cache_free(vm_area_cachep, vma);
}

/* The first area that ends above addr, or NULL; *prev is the one before it, or NULL. */
struct vm_area_struct *find_vma_prev(struct mm_struct *mm, u32 addr, struct vm_area_struct **prev)
{
    struct vm_area_struct *vma = mm->mmap;

    *prev = NULL;
    while (vma && vma->vm_end <= addr) {
        *prev = vma;
        vma = vma->vm_next;
    }
    return vma;
}

struct vm_area_struct *find_vma(struct mm_struct *mm, u32 addr)
{
    struct vm_area_struct *prev;
    return find_vma_prev(mm, addr, &prev);
}

static void link_vma(struct mm_struct *mm, struct vm_area_struct *vma, struct vm_area_struct *prev)
{
    struct vm_area_struct **link = prev ? &prev->vm_next : &mm->mmap;

    vma->vm_next = *link;
    *link = vma;
    mm->map_count++;
}

static void unlink_vma(struct mm_struct *mm, struct vm_area_struct *vma,
                       struct vm_area_struct *prev)
{
    *(prev ? &prev->vm_next : &mm->mmap) = vma->vm_next;
    mm->map_count--;
}

/* Adds an area where there is none. -ENOMEM when something is in the way. */
int insert_vm_struct(struct mm_struct *mm, struct vm_area_struct *vma)
{
    struct vm_area_struct *prev, *next = find_vma_prev(mm, vma->vm_start, &prev);

    if (next && next->vm_start < vma->vm_end)
        return -ENOMEM;
    link_vma(mm, vma, prev);
    mm->total_vm += (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
    return 0;
}

/* Makes one area two: the second begins at addr. 0 or -ENOMEM. */
int split_vma(struct mm_struct *mm, struct vm_area_struct *vma, u32 addr)
{
    struct vm_area_struct *upper = vma_alloc(mm, addr, vma->vm_end, vma->vm_flags);

    if (!upper)
        return -ENOMEM;
    upper->vm_pgoff = vma->vm_pgoff + ((addr - vma->vm_start) >> PAGE_SHIFT);
    upper->vm_file = vma->vm_file;
    if (upper->vm_file)
        get_file(upper->vm_file);
    vma->vm_end = addr;
    link_vma(mm, upper, vma);
    return 0;
}

/* A free place of `len` bytes: at addr if given and free, else the lowest above the base. */
u32 get_unmapped_area(struct mm_struct *mm, u32 addr, u32 len)
{
    struct vm_area_struct *vma;

    if (len > TASK_SIZE)
        return -ENOMEM;
    addr = PAGE_ALIGN(addr);
    if (addr && addr <= TASK_SIZE - len) {
        vma = find_vma(mm, addr);
        if (!vma || addr + len <= vma->vm_start)
            return addr;
    }
    addr = TASK_UNMAPPED_BASE;
    for (vma = find_vma(mm, addr); addr <= TASK_SIZE - len; vma = vma->vm_next) {
        if (!vma || addr + len <= vma->vm_start)
            return addr;
        addr = vma->vm_end;
    }
    return -ENOMEM;
}

static bool within_as_limit(struct mm_struct *mm, u32 len)
{
    u32 limit = rlimit_cur(RLIMIT_AS);
    return limit == RLIM_INFINITY || mm->total_vm + (len >> PAGE_SHIFT) <= limit >> PAGE_SHIFT;
}

/* May this file be mapped so? 0 or -errno. */
static int check_file(const struct file *file, u32 prot, u32 flags)
{
    if (!file->f_op->mappable)
        return -ENODEV;
    if (!(file->f_mode & FMODE_READ))
        return -EACCES;
    if ((flags & MAP_TYPE) == MAP_SHARED && (prot & PROT_WRITE) && !(file->f_mode & FMODE_WRITE))
        return -EACCES;
    return 0;
}

/* Anonymous memory next to anonymous memory with the same rights becomes one area. */
static bool extend_previous(struct mm_struct *mm, u32 addr, u32 len, u32 vm_flags)
{
    struct vm_area_struct *prev;

    find_vma_prev(mm, addr, &prev);
    if (!prev || prev->vm_end != addr || prev->vm_file || prev->vm_flags != vm_flags ||
        (vm_flags & VM_SHARED))
        return false;
    prev->vm_end += len;
    mm->total_vm += len >> PAGE_SHIFT;
    return true;
}

static long map_area(struct file *file, u32 addr, u32 len, u32 vm_flags, u32 pgoff)
{
    struct mm_struct *mm = current->mm;
    struct vm_area_struct *vma;

    if (!file && extend_previous(mm, addr, len, vm_flags))
        return addr;
    vma = vma_alloc(mm, addr, addr + len, vm_flags);
    if (!vma)
        return -ENOMEM;
    vma->vm_pgoff = pgoff;
    vma->vm_file = file;
    if (file)
        get_file(file);
    BUG_ON(insert_vm_struct(mm, vma));
    return addr;
}

/* Shared anonymous memory is a file without a name. */
static long map_shared_anonymous(u32 addr, u32 len, u32 vm_flags)
{
    struct file *file = shmem_file_setup(len);
    long ret;

    if (IS_ERR(file))
        return PTR_ERR(file);
    ret = map_area(file, addr, len, vm_flags, 0);
    fput(file);
    return ret;
}

/* Maps `len` bytes of the file from page pgoff on, or fresh memory. The address or -errno. */
long do_mmap_pgoff(struct file *file, u32 addr, u32 len, u32 prot, u32 flags, u32 pgoff)
{
    struct mm_struct *mm = current->mm;
    u32 vm_flags = prot & (PROT_READ | PROT_WRITE | PROT_EXEC);
    u32 type = flags & MAP_TYPE;
    int err = file ? check_file(file, prot, flags) : 0;

    if (err)
        return err;
    if (!len || (type != MAP_SHARED && type != MAP_PRIVATE))
        return -EINVAL;
    len = PAGE_ALIGN(len);
    if (!len || !within_as_limit(mm, len))
        return -ENOMEM;
    if (flags & MAP_FIXED) {
        if (addr & ~PAGE_MASK)
            return -EINVAL;
        if (len > TASK_SIZE || addr > TASK_SIZE - len)
            return -ENOMEM;
        err = do_munmap(mm, addr, len);
        if (err)
            return err;
    } else {
        addr = get_unmapped_area(mm, addr, len);
        if (addr & ~PAGE_MASK)
            return (int)addr;
    }
    if (type == MAP_SHARED)
        vm_flags |= VM_SHARED;
    if (flags & MAP_GROWSDOWN)
        vm_flags |= VM_GROWSDOWN;
    if (!file && type == MAP_SHARED)
        return map_shared_anonymous(addr, len, vm_flags);
    return map_area(file, addr, len, vm_flags, pgoff);
}

/* Unmaps whatever lies in [start, start+len). 0 or -errno. */
int do_munmap(struct mm_struct *mm, u32 start, u32 len)
{
    struct vm_area_struct *vma, *prev;
    u32 end;

    if ((start & ~PAGE_MASK) || start > TASK_SIZE || len > TASK_SIZE - start)
        return -EINVAL;
    end = start + PAGE_ALIGN(len);
    if (end == start)
        return -EINVAL;
    vma = find_vma_prev(mm, start, &prev);
    if (vma && vma->vm_start < start && start < vma->vm_end) {
        if (split_vma(mm, vma, start))
            return -ENOMEM;
        prev = vma;
        vma = vma->vm_next;
    }
    while (vma && vma->vm_start < end) {
        struct vm_area_struct *next;
        if (end < vma->vm_end && split_vma(mm, vma, end))
            return -ENOMEM;
        next = vma->vm_next;
        zap_page_range(vma, vma->vm_start, vma->vm_end);
        mm->total_vm -= (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
        unlink_vma(mm, vma, prev);
        vma_free(vma);
        vma = next;
    }
    return 0;
}

/* Fresh memory at a fixed place for the heap. The address or -errno. */
long do_brk(u32 addr, u32 len)
{
    return do_mmap_pgoff(NULL, addr, len, PROT_READ | PROT_WRITE | PROT_EXEC,
                         MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, 0);
}

/* Grows a stack down to `address`. 0, or -ENOMEM at the limit. */
int expand_stack(struct vm_area_struct *vma, u32 address)
{
    struct vm_area_struct *prev;

    address &= PAGE_MASK;
    find_vma_prev(vma->vm_mm, address, &prev);
    if (vma->vm_end - address > rlimit_cur(RLIMIT_STACK))
        return -ENOMEM;
    if (prev && prev->vm_end + PAGE_SIZE > address) /* keep a page of distance */
        return -ENOMEM;
    if (!within_as_limit(vma->vm_mm, vma->vm_start - address))
        return -ENOMEM;
    vma->vm_mm->total_vm += (vma->vm_start - address) >> PAGE_SHIFT;
    vma->vm_pgoff -= (vma->vm_start - address) >> PAGE_SHIFT;
    vma->vm_start = address;
    return 0;
}

/* Releases all areas and page tables. */
void exit_mmap(struct mm_struct *mm)
{
    struct vm_area_struct *vma = mm->mmap;

    while (vma) {
        struct vm_area_struct *next = vma->vm_next;
        zap_page_range(vma, vma->vm_start, vma->vm_end);
        vma_free(vma);
        vma = next;
    }
    mm->mmap = NULL;
    mm->map_count = 0;
    mm->total_vm = 0;
    free_pgtables(mm);
}
