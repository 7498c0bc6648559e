/*
 * The copy_* steps of copy_process() that concern files, signals and memory, and what gives back each
 * piece. A piece is either shared, then its count goes up, or copied, then the child's pointer, which
 * dup_task_struct() left at the parent's piece, gets a new one.
 *
 * A step returns 0, or -errno with nothing of its own left to undo. It needs no lock: the child is
 * not visible, and of the parent nobody but the parent itself takes a piece away.
 */
#include <asm/uaccess.h>
#include <linux/err.h>
#include <linux/forkcopy.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/itimer.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/tty.h>

static struct kmem_cache *sighand_cachep, *signal_cachep, *mm_cachep;

void forkcopy_init(void)
{
    sighand_cachep = kmem_cache_create("sighand_cache", sizeof(struct sighand_struct));
    signal_cachep = kmem_cache_create("signal_cache", sizeof(struct signal_struct));
    mm_cachep = kmem_cache_create("mm_struct", sizeof(struct mm_struct));
}

/* There are no System V semaphores, so no process has anything to undo; CLONE_SYSVSEM is taken. */
noinline int copy_semundo(unsigned long clone_flags, struct task_struct *p)
{
    barrier();
    return 0;
}

void exit_sem(struct task_struct *p)
{
}

/* One table of descriptors for both, or a copy whose entries are the same open files. */
int copy_files(unsigned long clone_flags, struct task_struct *p)
{
    struct files_struct *oldf = current->files;
    int error = 0;

    if (!oldf)
        return 0;
    if (clone_flags & CLONE_FILES) {
        oldf->count++;
        return 0;
    }
    p->files = NULL;
    p->files = dup_fd(oldf, &error);
    return p->files ? 0 : error;
}

/* Root, working directory and umask. */
int copy_fs(unsigned long clone_flags, struct task_struct *p)
{
    if (clone_flags & CLONE_FS) {
        current->fs->count++;
        return 0;
    }
    p->fs = copy_fs_struct(current->fs);
    return p->fs ? 0 : -ENOMEM;
}

/* A copy with one user; NULL without memory. Also for execve() in a CLONE_SIGHAND task. */
struct sighand_struct *sighand_alloc_copy(const struct sighand_struct *from)
{
    struct sighand_struct *sighand = kmem_cache_alloc(sighand_cachep, GFP_KERNEL);

    if (sighand) {
        memcpy(sighand->action, from->action, sizeof(sighand->action));
        spin_lock_init(&sighand->siglock);
        sighand->count = 1;
    }
    return sighand;
}

/* What to do on which signal. */
int copy_sighand(unsigned long clone_flags, struct task_struct *p)
{
    if (clone_flags & CLONE_SIGHAND) {
        current->sighand->count++;
        return 0;
    }
    p->sighand = sighand_alloc_copy(current->sighand);
    return p->sighand ? 0 : -ENOMEM;
}

/* Drops a user; the last one frees it. */
void put_sighand(struct sighand_struct *sighand)
{
    if (--sighand->count == 0)
        kmem_cache_free(sighand_cachep, sighand);
}

/* A thread joins the group's signal_struct; a process gets one with nothing pending, no timers and
 * no used time, but with the parent's limits. */
int copy_signal(unsigned long clone_flags, struct task_struct *p)
{
    struct signal_struct *sig;

    if (clone_flags & CLONE_THREAD) {
        current->signal->count++;
        current->signal->live++;
        current->signal->nr_threads++;
        return 0;
    }
    sig = kmem_cache_zalloc(signal_cachep, GFP_KERNEL);
    p->signal = sig;
    if (!sig)
        return -ENOMEM;
    sig->count = sig->live = sig->nr_threads = 1;
    init_waitqueue_head(&sig->wait_chldexit);
    init_sigpending(&sig->shared_pending);
    init_timer(&sig->real_timer);
    sig->real_timer.function = it_real_fn;
    sig->real_timer.data = (unsigned long)p;
    memcpy(sig->rlim, current->signal->rlim, sizeof(sig->rlim));
    return 0;
}

/* Drops a thread's reference; the last one frees it, with the signals that nobody took. */
void put_signal(struct signal_struct *sig)
{
    if (--sig->count)
        return;
    signal_set_tty(sig, NULL);
    flush_sigqueue(&sig->shared_pending);
    kmem_cache_free(signal_cachep, sig);
}

/* Undoes copy_signal(). */
void cleanup_signal(unsigned long clone_flags, struct task_struct *p)
{
    if (clone_flags & CLONE_THREAD) {
        p->signal->live--;
        p->signal->nr_threads--;
    }
    put_signal(p->signal);
}

/* An empty address space with one user; NULL without memory. */
struct mm_struct *mm_alloc(void)
{
    struct mm_struct *mm = kmem_cache_zalloc(mm_cachep, GFP_KERNEL);

    if (!mm)
        return NULL;
    mm->mm_users = mm->mm_count = 1;
    mm->pgd = pgd_alloc(mm);
    if (!mm->pgd) {
        kmem_cache_free(mm_cachep, mm);
        return NULL;
    }
    return mm;
}

/* A copy of an area in another address space. Shared pages stay shared. */
static int dup_vma(struct mm_struct *mm, struct vm_area_struct *from)
{
    struct vm_area_struct *vma = vma_alloc(mm, from->vm_start, from->vm_end, from->vm_flags);

    if (!vma)
        return -ENOMEM;
    vma->vm_pgoff = from->vm_pgoff;
    vma->vm_file = from->vm_file;
    if (vma->vm_file)
        get_file(vma->vm_file);
    if (insert_vm_struct(mm, vma))
        BUG(); /* the parent's areas do not overlap */
    return copy_page_range(mm, from->vm_mm, from);
}

/* Every area of the parent, and its page table entries, copy-on-write. 0 or -ENOMEM, with what was
 * copied so far left for mmput(). */
static int dup_mmap(struct mm_struct *mm, struct mm_struct *oldmm)
{
    struct vm_area_struct *vma;
    int err = 0;

    for (vma = oldmm->mmap; vma && !err; vma = vma->vm_next)
        err = dup_vma(mm, vma);
    flush_tlb_all(); /* the parent's writable pages have become read-only */
    return err;
}

/* A copy of an address space with one user: limits and places from the parent, page directory and
 * areas of its own. NULL without memory. */
static struct mm_struct *dup_mm(struct mm_struct *oldmm)
{
    struct mm_struct *mm = mm_alloc();
    pgd_t *pgd;

    if (!mm)
        return NULL;
    pgd = mm->pgd;
    *mm = *oldmm;
    mm->pgd = pgd;
    mm->mm_users = mm->mm_count = 1;
    mm->mmap = NULL;
    mm->map_count = mm->total_vm = mm->rss = 0;
    if (mm->exe_file)
        get_file(mm->exe_file);
    if (dup_mmap(mm, oldmm)) {
        mmput(mm);
        return NULL;
    }
    return mm;
}

/* Memory. active_mm is what the CPU uses when the task runs: its own, or for a kernel thread, which
 * has none, that of whoever ran before (context_switch). */
int copy_mm(unsigned long clone_flags, struct task_struct *p)
{
    struct mm_struct *oldmm = current->mm;

    p->mm = NULL;
    p->active_mm = NULL;
    if (!oldmm) /* a kernel thread */
        return 0;
    if (clone_flags & CLONE_VM) {
        oldmm->mm_users++;
        p->mm = oldmm;
    } else {
        p->mm = dup_mm(oldmm);
        if (!p->mm)
            return -ENOMEM;
    }
    p->active_mm = p->mm;
    return 0;
}

/* Drops a user; the last one releases the areas. */
void mmput(struct mm_struct *mm)
{
    if (--mm->mm_users)
        return;
    exit_mmap(mm);
    if (mm->exe_file)
        fput(mm->exe_file);
    mmdrop(mm);
}

/* Drops a reference; the last one frees the page directory. */
void mmdrop(struct mm_struct *mm)
{
    if (--mm->mm_count)
        return;
    BUG_ON(mm == &init_mm);
    pgd_free(mm->pgd);
    kmem_cache_free(mm_cachep, mm);
}

/* The task lets go of its memory: tell a vfork parent, and whoever waits for the thread's id to
 * become zero (pthread_join). */
void mm_release(struct task_struct *tsk, struct mm_struct *mm)
{
    struct completion *vfork_done = tsk->vfork_done;
    u32 tidptr = tsk->clear_child_tid;

    if (vfork_done) {
        tsk->vfork_done = NULL;
        complete(vfork_done);
    }
    tsk->clear_child_tid = 0;
    if (tidptr && mm->mm_users > 1) {
        (void)put_user(0, (int __user *)tidptr);
        futex_wake_address(tidptr);
    }
}

/* No namespaces: asking for one is an error. */
int copy_namespaces(unsigned long clone_flags, struct task_struct *p)
{
    const unsigned long unsupported =
        CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
    return clone_flags & unsupported ? -EINVAL : 0;
}

void exit_namespaces(struct task_struct *p)
{
}
