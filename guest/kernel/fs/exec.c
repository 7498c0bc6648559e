/*
 * execve(): a new program in an old process.
 *
 * The argument strings are copied into fresh pages first, since the old memory goes away. Then the
 * formats are asked in turn; the one that knows the file calls flush_old_exec(), after which there
 * is no way back.
 */
#include <asm/processor.h>
#include <asm/uaccess.h>
#include <linux/binfmts.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/trace.h>
#include <uapi/mman.h>

static int (*const formats[])(struct linux_binprm *bprm, struct pt_regs *regs) = {
    load_elf_binary,
    load_script,
};

/* A program file, opened for reading; it must be a regular file that may be executed. */
struct file *open_exec(const char *name)
{
    struct file *file = filp_open(AT_FDCWD, name, O_RDONLY, 0);
    int err;

    if (IS_ERR(file)) /* who may execute need not be able to read; but here one must */
        return file;
    err = S_ISREG(file->f_dentry->d_inode->i_mode) ? permission(file->f_dentry->d_inode, MAY_EXEC)
                                                   : -EACCES;
    if (!err)
        return file;
    fput(file);
    return ERR_PTR(err);
}

/* Number of pointers up to the NULL; -errno. */
static int count(u32 __user *argv)
{
    int n = 0;

    if (!argv)
        return 0;
    for (;; n++) {
        u32 p;
        if (get_user(p, argv + n))
            return -EFAULT;
        if (!p)
            return n;
        if (n >= 0x10000)
            return -E2BIG;
    }
}

/* Copies a string of `len` bytes, NUL included, below what is there already. */
static int copy_string(struct linux_binprm *bprm, const char __user *str, u32 len)
{
    if (bprm->p < len + PAGE_SIZE) /* the lowest page stays free for argv and envp themselves */
        return -E2BIG;
    bprm->p -= len;
    for (u32 done = 0; done < len;) {
        u32 pos = bprm->p + done, offset = pos & (PAGE_SIZE - 1);
        u32 n = min(len - done, PAGE_SIZE - offset);
        struct page **page = &bprm->page[pos >> PAGE_SHIFT];

        if (!*page)
            *page = alloc_page(GFP_KERNEL | GFP_ZERO);
        if (!*page)
            return -ENOMEM;
        if (copy_from_user((u8 *)page_address(*page) + offset, str + done, n))
            return -EFAULT;
        done += n;
    }
    return 0;
}

/* The last string goes in first, so that they lie in their order. */
static int copy_strings(int argc, u32 __user *argv, struct linux_binprm *bprm)
{
    while (argc-- > 0) {
        u32 str;
        int len, err;

        if (get_user(str, argv + argc))
            return -EFAULT;
        len = strnlen_user((const char __user *)str, MAX_ARG_PAGES * PAGE_SIZE);
        if (!len)
            return -EFAULT;
        if (len > MAX_ARG_PAGES * PAGE_SIZE)
            return -E2BIG;
        err = copy_string(bprm, (const char __user *)str, len);
        if (err)
            return err;
    }
    return 0;
}

int copy_strings_kernel(int argc, const char *const *argv, struct linux_binprm *bprm)
{
    u32 old = set_fs(KERNEL_DS);
    int err = copy_strings(argc, (u32 __user *)argv, bprm);

    set_fs(old);
    return err;
}

/* Forgets argv[0]: a script's interpreter gets the script's name in its place. */
int remove_arg_zero(struct linux_binprm *bprm)
{
    if (!bprm->argc)
        return 0;
    for (;;) {
        struct page *page = bprm->page[bprm->p >> PAGE_SHIFT];
        char c;

        if (!page)
            return -EFAULT;
        c = *((char *)page_address(page) + (bprm->p & (PAGE_SIZE - 1)));
        bprm->p++;
        if (!c)
            break;
    }
    bprm->argc--;
    return 0;
}

/* Set-id bits, and the start of the file. */
int prepare_binprm(struct linux_binprm *bprm)
{
    struct inode *inode = bprm->file->f_dentry->d_inode;
    int n;

    bprm->e_uid = current->cred->euid;
    bprm->e_gid = current->cred->egid;
    if (inode->i_mode & S_ISUID)
        bprm->e_uid = inode->i_uid;
    if ((inode->i_mode & (S_ISGID | 0010)) == (S_ISGID | 0010))
        bprm->e_gid = inode->i_gid;
    memset(bprm->buf, 0, sizeof(bprm->buf));
    n = kernel_read(bprm->file, 0, bprm->buf, sizeof(bprm->buf));
    return n < 0 ? n : 0;
}

/* The new identities. A traced program does not get more rights than its tracer has. */
void compute_creds(struct linux_binprm *bprm)
{
    struct cred *cred;

    bprm->secure = false;
    if (bprm->e_uid == current->cred->euid && bprm->e_gid == current->cred->egid &&
        current->cred->suid == current->cred->euid && current->cred->sgid == current->cred->egid)
        return;
    if ((current->ptrace & PT_PTRACED) && current->parent->cred->euid != 0)
        return;
    cred = prepare_creds();
    if (!cred)
        return; /* without memory the program keeps the old rights */
    cred->euid = cred->suid = cred->fsuid = bprm->e_uid;
    cred->egid = cred->sgid = cred->fsgid = bprm->e_gid;
    commit_creds(cred);
    bprm->secure = cred->uid != cred->euid || cred->gid != cred->egid;
}

/* Only this thread goes on: the others end, and it takes over as leader. 0 or -EAGAIN. */
static int de_thread(struct task_struct *tsk)
{
    struct signal_struct *sig = tsk->signal;
    struct task_struct *leader;

    if (thread_group_empty(tsk))
        return 0;
    spin_lock_irq(&tsk->sighand->siglock);
    if (sig->flags & SIGNAL_GROUP_EXIT) {
        spin_unlock_irq(&tsk->sighand->siglock);
        return -EAGAIN;
    }
    sig->group_exit_task = tsk;
    zap_other_threads(tsk);
    /* The others release themselves; a leader stays as a zombie until we take its place. */
    sig->notify_count = thread_group_leader(tsk) ? 2 : 3;
    spin_unlock_irq(&tsk->sighand->siglock);
    while (sig->count > (thread_group_leader(tsk) ? 1 : 2)) {
        set_current_state(TASK_UNINTERRUPTIBLE);
        if (sig->count <= (thread_group_leader(tsk) ? 1 : 2))
            break;
        schedule();
    }
    set_current_state(TASK_RUNNING);
    leader = tsk->group_leader;
    if (leader != tsk) {
        while (leader->exit_state != EXIT_ZOMBIE)
            yield();
        take_leadership(tsk, leader);
    }
    sig->group_exit_task = NULL;
    sig->notify_count = 0;
    return 0;
}

/* Handlers shared with another process must not be reset for it. 0 or -ENOMEM. */
static int unshare_sighand(struct task_struct *tsk)
{
    struct sighand_struct *old = tsk->sighand, *new;

    if (old->count == 1)
        return 0;
    new = sighand_alloc_copy(old);
    if (!new)
        return -ENOMEM;
    local_irq_disable();
    tsk->sighand = new;
    old->count--;
    local_irq_enable();
    return 0;
}

/* An empty address space in place of the old one. 0 or -ENOMEM. */
static int exec_mmap(struct linux_binprm *bprm)
{
    struct mm_struct *mm = mm_alloc(), *old = current->mm, *old_active = current->active_mm;

    if (!mm)
        return -ENOMEM;
    get_file(bprm->file);
    mm->exe_file = bprm->file;
    mm->dumpable = true;
    if (old)
        mm_release(current, old);
    local_irq_disable();
    current->mm = current->active_mm = mm;
    switch_mm(old_active, mm);
    local_irq_enable();
    if (old)
        mmput(old);
    else
        mmdrop(old_active); /* a kernel thread only borrowed it */
    return 0;
}

static const char *base_name(const char *path)
{
    const char *base = path;

    for (; *path; path++) {
        if (*path == '/')
            base = path + 1;
    }
    return base;
}

int flush_old_exec(struct linux_binprm *bprm)
{
    int err = de_thread(current);

    if (!err)
        err = unshare_sighand(current);
    if (!err)
        err = exec_mmap(bprm);
    if (err)
        return err;
    strlcpy(current->comm, base_name(bprm->filename), sizeof(current->comm));
    current->flags &= ~(PF_FORKNOEXEC | PF_KTHREAD);
    current->did_exec = true;
    current->self_exec_id++;
    current->sas_ss_sp = current->sas_ss_size = 0;
    current->robust_list = 0;
    flush_thread();
    flush_signal_handlers(current, false);
    do_close_on_exec(current->files);
    return 0;
}

/* The top of the stack: the pages with the argument strings. 0 or -ENOMEM. */
int setup_arg_pages(struct linux_binprm *bprm)
{
    struct mm_struct *mm = current->mm;
    u32 base = STACK_TOP - MAX_ARG_PAGES * PAGE_SIZE;
    struct vm_area_struct *vma;

    bprm->p += base;
    bprm->exec += base;
    vma =
        vma_alloc(mm, bprm->p & PAGE_MASK, STACK_TOP, VM_READ | VM_WRITE | VM_EXEC | VM_GROWSDOWN);
    if (!vma || insert_vm_struct(mm, vma))
        return -ENOMEM;
    for (int i = 0; i < MAX_ARG_PAGES; i++) {
        struct page *page = bprm->page[i];
        pte_t *pte;

        if (!page)
            continue;
        pte = pte_alloc(mm, base + i * PAGE_SIZE);
        if (!pte)
            return -ENOMEM;
        *pte = pfn_pte(page_to_pfn(page), PAGE_SHARED | _PAGE_DIRTY);
        bprm->page[i] = NULL; /* belongs to the page table now */
        mm->rss++;
    }
    return 0;
}

/* -ENOEXEC: no format knows the file. */
int search_binary_handler(struct linux_binprm *bprm, struct pt_regs *regs)
{
    int err = -ENOEXEC;

    for (unsigned int i = 0; i < ARRAY_SIZE(formats) && err == -ENOEXEC; i++)
        err = formats[i](bprm, regs);
    return err;
}

static void free_bprm(struct linux_binprm *bprm)
{
    for (int i = 0; i < MAX_ARG_PAGES; i++) {
        if (bprm->page[i])
            put_page(bprm->page[i]);
    }
    if (bprm->file)
        fput(bprm->file);
    kfree(bprm);
}

/* Name, environment, arguments: the strings from the top of the stack down. */
static int fill_bprm(struct linux_binprm *bprm, u32 __user *argv, u32 __user *envp)
{
    int err;

    bprm->argc = count(argv);
    bprm->envc = count(envp);
    if (bprm->argc < 0 || bprm->envc < 0)
        return min(bprm->argc, bprm->envc);
    err = prepare_binprm(bprm);
    if (!err)
        err = copy_strings_kernel(1, &bprm->filename, bprm);
    bprm->exec = bprm->p;
    if (!err)
        err = copy_strings(bprm->envc, envp, bprm);
    if (!err)
        err = copy_strings(bprm->argc, argv, bprm);
    return err;
}

/* Runs the program `filename` (a kernel string) in the current process. 0 or -errno. */
int do_execve(const char *filename, u32 __user *argv, u32 __user *envp, struct pt_regs *regs)
{
    struct linux_binprm *bprm = kzalloc(sizeof(*bprm), GFP_KERNEL);
    struct file *file;
    int err;

    if (!bprm)
        return -ENOMEM;
    bprm->p = MAX_ARG_PAGES * PAGE_SIZE - sizeof(u32);
    bprm->filename = bprm->interp = filename;
    file = open_exec(filename);
    err = PTR_ERR(file);
    if (!IS_ERR(file)) {
        bprm->file = file;
        err = fill_bprm(bprm, argv, envp);
        if (!err)
            err = search_binary_handler(bprm, regs);
    }
    free_bprm(bprm);
    if (err)
        return err;
    trace_sched_process_exec(current, filename);
    if (current->ptrace & PT_TRACE_EXEC) {
        current->ptrace_message = current->pid;
        ptrace_notify(PTRACE_EVENT_EXEC << 8 | SIGTRAP);
    } else if (current->ptrace & PT_PTRACED) {
        send_sig(SIGTRAP, current, false);
    }
    return 0;
}
