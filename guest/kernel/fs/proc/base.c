/* /proc/PID: the directory of a process. */
#include <linux/err.h>
#include <linux/fault_inject.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/string.h>

/* Text from the process's memory, at most a page. */
static int show_memory(struct seq_file *m, struct task_struct *p, u32 start, u32 end)
{
    u32 len = min(min(end - start, (u32)PAGE_SIZE), (u32)(m->size - m->len));

    if (start < end)
        m->len += access_process_vm(p, start, m->buf + m->len, len, false);
    return 0;
}

static int show_cmdline(struct seq_file *m, struct task_struct *p)
{
    return p->mm ? show_memory(m, p, p->mm->arg_start, p->mm->arg_end) : 0;
}

static int show_environ(struct seq_file *m, struct task_struct *p)
{
    return p->mm ? show_memory(m, p, p->mm->env_start, p->mm->env_end) : 0;
}

static int show_comm(struct seq_file *m, struct task_struct *p)
{
    seq_printf(m, "%s\n", p->comm);
    return 0;
}

static int show_io(struct seq_file *m, struct task_struct *p)
{
    seq_printf(m, "rchar: %llu\nwchar: %llu\nsyscr: %lu\nsyscw: %lu\n", p->rchar, p->wchar,
               p->syscr, p->syscw);
    return 0;
}

static void show_area(struct seq_file *m, const struct mm_struct *mm,
                      const struct vm_area_struct *vma)
{
    char path[128] = "";

    if (vma->vm_file)
        d_path(vma->vm_file->f_dentry, vma->vm_file->f_vfsmnt, path, sizeof(path));
    else if (vma->vm_flags & VM_GROWSDOWN)
        strlcpy(path, "[stack]", sizeof(path));
    else if (vma->vm_start <= mm->brk && vma->vm_end >= mm->start_brk)
        strlcpy(path, "[heap]", sizeof(path));
    seq_printf(m, "%08x-%08x %c%c%c%c %08x 00:%02x %-5lu %s\n", vma->vm_start, vma->vm_end,
               vma->vm_flags & VM_READ ? 'r' : '-', vma->vm_flags & VM_WRITE ? 'w' : '-',
               vma->vm_flags & VM_EXEC ? 'x' : '-', vma->vm_flags & VM_SHARED ? 's' : 'p',
               vma->vm_file ? vma->vm_pgoff << PAGE_SHIFT : 0,
               vma->vm_file ? MINOR(vma->vm_file->f_dentry->d_inode->i_sb->s_dev) : 0,
               vma->vm_file ? vma->vm_file->f_dentry->d_inode->i_ino : 0, path);
}

static int show_maps(struct seq_file *m, struct task_struct *p)
{
    if (!p->mm)
        return 0;
    for (struct vm_area_struct *vma = p->mm->mmap; vma; vma = vma->vm_next)
        show_area(m, p->mm, vma);
    return 0;
}

static int show_fail_nth(struct seq_file *m, struct task_struct *p)
{
    seq_printf(m, "%u\n", p->fail_nth);
    return 0;
}

/* Only of the writer itself. */
static int store_fail_nth(char *text)
{
    if (!capable(CAP_SYS_ADMIN))
        return -EPERM;
    fail_nth_set(simple_strtoul(text, NULL, 10));
    return 0;
}

/* May the caller look into the process? Its own user and root may. */
static bool may_look(struct task_struct *p)
{
    return current->cred->fsuid == 0 || current->cred->fsuid == p->cred->euid;
}

static int follow_file(struct file *file, struct dentry **dentry, struct vfsmount **mnt)
{
    if (!file)
        return -ENOENT;
    *dentry = dget(file->f_dentry);
    *mnt = file->f_vfsmnt;
    return 0;
}

static int follow_exe(struct task_struct *p, struct dentry **dentry, struct vfsmount **mnt)
{
    if (!may_look(p))
        return -EACCES;
    return p->mm ? follow_file(p->mm->exe_file, dentry, mnt) : -ENOENT;
}

static int follow_cwd(struct task_struct *p, struct dentry **dentry, struct vfsmount **mnt)
{
    if (!may_look(p))
        return -EACCES;
    if (!p->fs)
        return -ENOENT;
    *dentry = dget(p->fs->pwd);
    *mnt = p->fs->pwdmnt;
    return 0;
}

static int follow_root(struct task_struct *p, struct dentry **dentry, struct vfsmount **mnt)
{
    if (!may_look(p))
        return -EACCES;
    if (!p->fs)
        return -ENOENT;
    *dentry = dget(p->fs->root);
    *mnt = p->fs->rootmnt;
    return 0;
}

static int pid_fd_lookup(struct inode *dir, struct dentry *dentry);
static int pid_fd_readdir(struct file *file, void *buf, filldir_t fill);
static int pid_task_lookup(struct inode *dir, struct dentry *dentry);
static int pid_task_readdir(struct file *file, void *buf, filldir_t fill);

/* clang-format off */
static const struct proc_entry pid_table[] = {
    {.name = "stat",     .mode = S_IFREG | 0444, .show = proc_pid_stat},
    {.name = "status",   .mode = S_IFREG | 0444, .show = proc_pid_status},
    {.name = "statm",    .mode = S_IFREG | 0444, .show = proc_pid_statm},
    {.name = "cmdline",  .mode = S_IFREG | 0444, .show = show_cmdline},
    {.name = "environ",  .mode = S_IFREG | 0400, .show = show_environ},
    {.name = "comm",     .mode = S_IFREG | 0444, .show = show_comm},
    {.name = "io",       .mode = S_IFREG | 0400, .show = show_io},
    {.name = "maps",     .mode = S_IFREG | 0444, .show = show_maps},
    {.name = "mounts",   .mode = S_IFREG | 0444, .show = proc_mounts},
    {.name = "fail-nth", .mode = S_IFREG | 0600, .show = show_fail_nth, .store = store_fail_nth},
    {.name = "exe",      .mode = S_IFLNK | 0777, .follow = follow_exe},
    {.name = "cwd",      .mode = S_IFLNK | 0777, .follow = follow_cwd},
    {.name = "root",     .mode = S_IFLNK | 0777, .follow = follow_root},
    {.name = "fd",       .mode = S_IFDIR | 0500, .lookup = pid_fd_lookup, .readdir = pid_fd_readdir},
    {.name = "task",     .mode = S_IFDIR | 0555, .lookup = pid_task_lookup,
     .readdir = pid_task_readdir},
    {.name = NULL},
};
/* clang-format on */

const struct proc_entry proc_pid_entry = {
    .name = "pid",
    .mode = S_IFDIR | 0555,
    .children = pid_table,
};

static int parse_number(const char *name)
{
    char *end;
    unsigned long n = simple_strtoul(name, &end, 10);

    return end == name || *end || n > PID_MAX_LIMIT ? -1 : (int)n;
}

static struct file *task_file(struct task_struct *p, int fd)
{
    return p->files && fd >= 0 && fd < p->files->max_fds ? p->files->fd[fd] : NULL;
}

/* A descriptor's link leads to the file itself. There is one entry a number, so that the entry can
 * tell which it is. */
static const struct proc_entry fd_entries[];

static int link_number(const struct inode *inode)
{
    return inode->i_ino & 1023;
}

static int fd_magic_link(struct inode *inode, struct dentry **dentry, struct vfsmount **mnt)
{
    struct task_struct *p = proc_task(inode);

    if (!p)
        return -ENOENT;
    return may_look(p) ? follow_file(task_file(p, link_number(inode)), dentry, mnt) : -EACCES;
}

static int fd_readlink(struct inode *inode, char *buf, int size)
{
    struct dentry *dentry;
    struct vfsmount *mnt;
    int ret = fd_magic_link(inode, &dentry, &mnt);

    if (ret)
        return ret;
    if (S_ISFIFO(dentry->d_inode->i_mode) && dentry->d_parent == dentry)
        ret = snprintf(buf, size, "pipe:[%lu]", dentry->d_inode->i_ino);
    else
        ret = d_path(dentry, mnt, buf, size);
    dput(dentry);
    return ret;
}

static const struct inode_operations fd_link_inode_ops = {
    .readlink = fd_readlink,
    .magic_link = fd_magic_link,
};

static const struct proc_entry fd_entries[] = {
    {.name = "fd", .mode = S_IFLNK | 0700},
};

static int pid_fd_lookup(struct inode *dir, struct dentry *dentry)
{
    int fd = parse_number(dentry->d_name), err;

    if (!task_file(proc_task(dir), fd))
        return -ENOENT;
    err = proc_instantiate(dir, dentry, fd_entries, dir->i_private,
                           PROC_INO(dir->i_private, 0) * 1024 + fd);
    if (!err)
        dentry->d_inode->i_op = &fd_link_inode_ops;
    return err;
}

static int pid_fd_readdir(struct file *file, void *buf, filldir_t fill)
{
    struct task_struct *p = proc_task(file->f_dentry->d_inode);

    for (int fd = file->f_pos - 2; p->files && fd < p->files->max_fds; fd++) {
        char name[12];
        if (task_file(p, fd)) {
            snprintf(name, sizeof(name), "%d", fd);
            if (fill(buf, name, strlen(name), fd + 3, fd + 1, S_IFLNK >> 12))
                return 0;
        }
        file->f_pos = fd + 3;
    }
    return 0;
}

static int pid_task_lookup(struct inode *dir, struct dentry *dentry)
{
    int tid = parse_number(dentry->d_name);
    struct task_struct *p = tid > 0 ? find_task_by_pid(tid) : NULL;

    if (!p || p->tgid != proc_task(dir)->tgid)
        return -ENOENT;
    return proc_instantiate(dir, dentry, &proc_pid_entry, tid, PROC_INO(tid, 2));
}

static int pid_task_readdir(struct file *file, void *buf, filldir_t fill)
{
    struct task_struct *leader = proc_task(file->f_dentry->d_inode), *p = leader;

    do {
        char name[12];
        loff_t pos = 2 + p->pid;
        if (file->f_pos <= pos) {
            snprintf(name, sizeof(name), "%d", p->pid);
            if (fill(buf, name, strlen(name), pos + 1, PROC_INO(p->pid, 2), S_IFDIR >> 12))
                return 0;
            file->f_pos = pos + 1;
        }
        p = next_thread(p);
    } while (p != leader);
    return 0;
}
