/* Address spaces: an mm_struct, its areas (vmas) and the page faults that fill them. */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <asm/pgtable.h>
#include <linux/gfp.h>
#include <linux/spinlock.h>

struct file;
struct inode;
struct task_struct;
struct pt_regs;

#define VM_READ      0x0001u
#define VM_WRITE     0x0002u
#define VM_EXEC      0x0004u
#define VM_SHARED    0x0008u
#define VM_GROWSDOWN 0x0100u

/* A run of pages with the same rights and the same backing. */
struct vm_area_struct {
    struct mm_struct *vm_mm;        /* the address space it belongs to */
    u32 vm_start, vm_end;           /* [start, end), page aligned */
    u32 vm_flags;                   /* VM_* */
    struct vm_area_struct *vm_next; /* next by address */
    u32 vm_pgoff;                   /* page offset in the file of vm_start */
    struct file *vm_file;           /* NULL: anonymous memory */
};

/* An address space. */
struct mm_struct {
    struct vm_area_struct *mmap; /* areas, sorted by address */
    int map_count;               /* how many */
    pgd_t *pgd;                  /* its page directory, loaded into CR3 */
    int mm_users;                /* tasks that use it: 0 releases the areas */
    int mm_count;                /* references: mm_users as one, and lazy users; 0 frees it */
    struct spinlock page_table_lock;
    u32 start_code, end_code; /* text */
    u32 start_data, end_data; /* initialised data */
    u32 start_brk, brk;       /* heap */
    u32 start_stack;          /* esp at the start of the program */
    u32 arg_start, arg_end;   /* argv strings */
    u32 env_start, env_end;   /* envp strings */
    u32 total_vm;             /* pages in areas */
    u32 rss;                  /* pages present */
    struct file *exe_file;    /* the program: /proc/PID/exe */
    bool dumpable;            /* false after a set-id exec */
};

extern struct mm_struct init_mm;
extern struct page *zero_page; /* all zeroes, mapped read-only for reads of fresh memory */

static inline bool is_zero_page(const struct page *page)
{
    return page == zero_page;
}

/* mm/memory.c */
int copy_page_range(struct mm_struct *dst, struct mm_struct *src, struct vm_area_struct *vma);
void zap_page_range(struct vm_area_struct *vma, u32 start, u32 end);
void free_pgtables(struct mm_struct *mm);
/* Changes the rights of the pages that are present in [start, end). */
void change_protection(struct vm_area_struct *vma, u32 start, u32 end);
pte_t *pte_alloc(struct mm_struct *mm, u32 address);
/* The entry for `address`, or NULL where no page table exists. */
pte_t *pte_lookup(struct mm_struct *mm, u32 address);
u32 vma_page_prot(const struct vm_area_struct *vma);
#define VM_FAULT_OK     0
#define VM_FAULT_SIGBUS 1
#define VM_FAULT_OOM    2
int handle_mm_fault(struct mm_struct *mm, struct vm_area_struct *vma, u32 address, bool write);
/* Copies between a kernel buffer and another task's memory. Returns the bytes copied. */
int access_process_vm(struct task_struct *tsk, u32 addr, void *buf, int len, bool write);

/* mm/mmap.c */
struct vm_area_struct *find_vma(struct mm_struct *mm, u32 addr);
struct vm_area_struct *find_vma_prev(struct mm_struct *mm, u32 addr, struct vm_area_struct **prev);
int insert_vm_struct(struct mm_struct *mm, struct vm_area_struct *vma);
struct vm_area_struct *vma_alloc(struct mm_struct *mm, u32 start, u32 end, u32 flags);
void vma_free(struct vm_area_struct *vma);
int split_vma(struct mm_struct *mm, struct vm_area_struct *vma, u32 addr);
long do_mmap_pgoff(struct file *file, u32 addr, u32 len, u32 prot, u32 flags, u32 pgoff);
int do_munmap(struct mm_struct *mm, u32 start, u32 len);
long do_brk(u32 addr, u32 len);
int expand_stack(struct vm_area_struct *vma, u32 address);
void exit_mmap(struct mm_struct *mm);
u32 get_unmapped_area(struct mm_struct *mm, u32 addr, u32 len);
void mm_cache_init(void);

/* kernel/fork.c */
struct mm_struct *mm_alloc(void);
void mmput(struct mm_struct *mm);
void mmdrop(struct mm_struct *mm);
void mm_release(struct task_struct *tsk, struct mm_struct *mm);

/* arch */
void switch_mm(struct mm_struct *prev, struct mm_struct *next);
void paging_init(void);
void mem_init(void);

/* mm/oom_kill.c */
void out_of_memory(void);

/* mm/filemap.c: the pages of a file in a file system that lives in memory. */
struct page *find_or_create_page(struct inode *inode, u32 index);
/* fs/ramfs: an unnamed file of this size, for shared anonymous memory; or ERR_PTR. */
struct file *shmem_file_setup(u32 size);
struct page *find_get_page(struct inode *inode, u32 index);
void truncate_inode_pages(struct inode *inode, loff_t size);
ssize_t generic_file_read(struct file *file, char __user *buf, size_t count, loff_t *pos);
ssize_t generic_file_write(struct file *file, const char __user *buf, size_t count, loff_t *pos);

#endif
