/* What all files of /proc have in common: inodes from tables, text from functions. */
#include <asm/uaccess.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#define PROC_MAGIC    0x9fa0
#define PROC_BUF_SIZE (4 * PAGE_SIZE)
#define MAX_STORE     128

void seq_write(struct seq_file *m, const void *data, size_t len)
{
    size_t n = min(len, m->size - m->len);

    memcpy(m->buf + m->len, data, n);
    m->len += n;
}

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    m->len += vsnprintf(m->buf + m->len, m->size - m->len, fmt, args);
    va_end(args);
    m->len = min(m->len, m->size);
}

const struct proc_entry *proc_inode_entry(const struct inode *inode)
{
    return inode->i_private2;
}

struct task_struct *proc_task(const struct inode *inode)
{
    return inode->i_private ? find_task_by_pid(inode->i_private) : NULL;
}

/* Is this inode about a process that has gone? */
static bool is_stale(const struct inode *inode)
{
    return inode->i_private && !proc_task(inode);
}

static ssize_t proc_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
    struct inode *inode = file->f_dentry->d_inode;
    const struct proc_entry *entry = proc_inode_entry(inode);
    struct seq_file m = {.size = PROC_BUF_SIZE};
    ssize_t ret;

    if (is_stale(inode))
        return -ESRCH;
    if (!entry->show)
        return -EINVAL;
    m.buf = kmalloc(m.size, GFP_KERNEL);
    if (!m.buf)
        return -ENOMEM;
    ret = entry->show(&m, proc_task(inode));
    if (!ret && *pos < (loff_t)m.len) {
        size_t n = min(count, (size_t)(m.len - *pos));
        ret = copy_to_user(buf, m.buf + *pos, n) ? -EFAULT : (ssize_t)n;
    }
    kfree(m.buf);
    if (ret > 0)
        *pos += ret;
    return ret;
}

static ssize_t proc_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
    const struct proc_entry *entry = proc_inode_entry(file->f_dentry->d_inode);
    char text[MAX_STORE];
    int err;

    if (!entry->store || count >= sizeof(text))
        return -EINVAL;
    if (copy_from_user(text, buf, count))
        return -EFAULT;
    text[count] = 0;
    if (count && text[count - 1] == '\n')
        text[count - 1] = 0;
    err = entry->store(text);
    return err ? err : (ssize_t)count;
}

static const struct file_operations proc_file_ops = {
    .read = proc_read,
    .write = proc_write,
};

static const struct inode_operations proc_file_inode_ops = {
    .truncate = NULL,
};

int proc_lookup_table(struct inode *dir, struct dentry *dentry, const struct proc_entry *table,
                      pid_t pid)
{
    for (int i = 0; table[i].name; i++) {
        if (!strcmp(table[i].name, dentry->d_name))
            return proc_instantiate(dir, dentry, &table[i], pid, dir->i_ino * 32 + i + 2);
    }
    return -ENOENT;
}

static int proc_dir_lookup(struct inode *dir, struct dentry *dentry)
{
    const struct proc_entry *entry = proc_inode_entry(dir);

    if (is_stale(dir))
        return -ENOENT;
    if (entry->lookup)
        return entry->lookup(dir, dentry);
    return proc_lookup_table(dir, dentry, entry->children, dir->i_private);
}

/* "." and "..". */
bool proc_fill_dots(struct file *file, void *buf, filldir_t fill)
{
    struct dentry *dir = file->f_dentry;

    if (file->f_pos == 0) {
        if (fill(buf, ".", 1, 1, dir->d_inode->i_ino, S_IFDIR >> 12))
            return false;
        file->f_pos = 1;
    }
    if (file->f_pos == 1) {
        if (fill(buf, "..", 2, 2, dir->d_parent->d_inode->i_ino, S_IFDIR >> 12))
            return false;
        file->f_pos = 2;
    }
    return true;
}

bool proc_fill_table(struct file *file, void *buf, filldir_t fill, const struct proc_entry *table,
                     int base)
{
    for (int i = 0; table[i].name; i++) {
        loff_t pos = 2 + base + i;
        if (file->f_pos > pos)
            continue;
        if (fill(buf, table[i].name, strlen(table[i].name), pos + 1, pos, table[i].mode >> 12))
            return false;
        file->f_pos = pos + 1;
    }
    return true;
}

static int proc_dir_readdir(struct file *file, void *buf, filldir_t fill)
{
    struct inode *inode = file->f_dentry->d_inode;
    const struct proc_entry *entry = proc_inode_entry(inode);

    if (is_stale(inode))
        return -ENOENT;
    if (!proc_fill_dots(file, buf, fill))
        return 0;
    if (entry->readdir)
        return entry->readdir(file, buf, fill);
    proc_fill_table(file, buf, fill, entry->children, 0);
    return 0;
}

static const struct file_operations proc_dir_ops = {
    .readdir = proc_dir_readdir,
};

static const struct inode_operations proc_dir_inode_ops = {
    .lookup = proc_dir_lookup,
};

static int proc_readlink(struct inode *inode, char *buf, int size)
{
    const struct proc_entry *entry = proc_inode_entry(inode);
    struct dentry *dentry;
    struct vfsmount *mnt;
    int ret;

    if (is_stale(inode))
        return -ENOENT;
    if (entry->readlink)
        return entry->readlink(proc_task(inode), buf, size);
    ret = entry->follow(proc_task(inode), &dentry, &mnt);
    if (ret)
        return ret;
    ret = d_path(dentry, mnt, buf, size);
    dput(dentry);
    return ret;
}

static int proc_follow(struct inode *inode, struct dentry **dentry, struct vfsmount **mnt)
{
    const struct proc_entry *entry = proc_inode_entry(inode);

    if (is_stale(inode))
        return -ENOENT;
    return entry->follow ? entry->follow(proc_task(inode), dentry, mnt) : -ENOSYS;
}

static const struct inode_operations proc_link_inode_ops = {
    .readlink = proc_readlink,
    .magic_link = proc_follow,
};

/* Files about a process belong to its user. */
static void set_owner(struct inode *inode, pid_t pid)
{
    struct task_struct *p = pid ? find_task_by_pid(pid) : NULL;

    inode->i_uid = p ? p->cred->euid : 0;
    inode->i_gid = p ? p->cred->egid : 0;
}

static struct inode *proc_inode(struct super_block *sb, const struct proc_entry *entry, pid_t pid,
                                ino_t ino)
{
    struct inode *inode = new_inode(sb, entry->mode);

    if (!inode)
        return NULL;
    inode->i_ino = ino;
    inode->i_private = pid;
    inode->i_private2 = (void *)entry;
    set_owner(inode, pid);
    if (S_ISDIR(entry->mode)) {
        inode->i_op = &proc_dir_inode_ops;
        inode->i_fop = &proc_dir_ops;
        inode->i_nlink = 2;
    } else if (S_ISLNK(entry->mode)) {
        inode->i_op = &proc_link_inode_ops;
    } else {
        inode->i_op = &proc_file_inode_ops;
        inode->i_fop = &proc_file_ops;
    }
    return inode;
}

/* The dentry is not entered into its directory: the next walk makes a new one, so nothing of a
 * process that has gone is ever found. */
int proc_instantiate(struct inode *dir, struct dentry *dentry, const struct proc_entry *entry,
                     pid_t pid, ino_t ino)
{
    dentry->d_inode = proc_inode(dir->i_sb, entry, pid, ino);
    return dentry->d_inode ? 0 : -ENOMEM;
}

static const struct super_operations proc_super_ops = {
    .delete_inode = NULL,
};

static const struct proc_entry *root_entry(void);

/* One super block however often it is mounted. */
struct super_block *proc_get_sb(void)
{
    static struct super_block *sb;
    struct inode *inode;

    if (sb)
        return sb;
    sb = sb_alloc("proc", PROC_MAGIC);
    if (!sb)
        return NULL;
    sb->s_op = &proc_super_ops;
    inode = proc_inode(sb, root_entry(), 0, 1);
    sb->s_root = inode ? d_alloc_root(inode) : NULL;
    return sb->s_root ? sb : NULL;
}

/* Numbers that are processes; -1: the name is not a number. */
static pid_t name_to_pid(const char *name)
{
    char *end;
    unsigned long pid = simple_strtoul(name, &end, 10);

    return end == name || *end || *name == '0' || pid > PID_MAX_LIMIT ? -1 : (pid_t)pid;
}

static int root_lookup(struct inode *dir, struct dentry *dentry)
{
    pid_t pid = name_to_pid(dentry->d_name);

    if (pid < 0)
        return proc_lookup_table(dir, dentry, proc_root_table, 0);
    if (!find_task_by_pid(pid))
        return -ENOENT;
    return proc_instantiate(dir, dentry, &proc_pid_entry, pid, PROC_INO(pid, 1));
}

/* Processes come after the fixed names, at position FIRST_PROCESS + pid. */
#define FIRST_PROCESS 256

static int root_readdir(struct file *file, void *buf, filldir_t fill)
{
    struct task_struct *p;

    if (!proc_fill_table(file, buf, fill, proc_root_table, 0))
        return 0;
    for_each_process (p) {
        char name[12];
        loff_t pos = FIRST_PROCESS + p->pid;
        if (file->f_pos > pos)
            continue;
        snprintf(name, sizeof(name), "%d", p->pid);
        if (fill(buf, name, strlen(name), pos + 1, PROC_INO(p->pid, 1), S_IFDIR >> 12))
            return 0;
        file->f_pos = pos + 1;
    }
    return 0;
}

static const struct proc_entry *root_entry(void)
{
    static const struct proc_entry root = {
        .name = "/",
        .mode = S_IFDIR | 0555,
        .lookup = root_lookup,
        .readdir = root_readdir,
    };
    return &root;
}
