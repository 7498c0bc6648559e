/*
 * Inodes and dentries: files, and their names in directories.
 *
 * Directories have no contents of their own: the names in a ramfs directory are the dentries
 * below it, which therefore stay until they are unlinked. Each holds a reference on its inode and
 * on its parent.
 */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

static struct kmem_cache *inode_cachep, *dentry_cachep;

void vfs_caches_init(void)
{
    inode_cachep = kmem_cache_create("inode_cache", sizeof(struct inode));
    dentry_cachep = kmem_cache_create("dentry_cache", sizeof(struct dentry));
}

/* Sets the times named by TOUCH_* to now. */
void notify_change_times(struct inode *inode, int which)
{
    struct timeval tv;
    struct timespec now;

    do_gettimeofday(&tv);
    now = (struct timespec){tv.tv_sec, tv.tv_usec * 1000};
    if (which & TOUCH_ATIME)
        inode->i_atime = now;
    if (which & TOUCH_MTIME)
        inode->i_mtime = now;
    if (which & TOUCH_CTIME)
        inode->i_ctime = now;
}

/* A new file of the caller, with one reference and one link; NULL without memory. */
struct inode *new_inode(struct super_block *sb, mode_t mode)
{
    struct inode *inode = kmem_cache_zalloc(inode_cachep, GFP_KERNEL);

    if (!inode)
        return NULL;
    inode->i_sb = sb;
    inode->i_ino = ++sb->s_next_ino;
    inode->i_count = 1;
    inode->i_nlink = 1;
    inode->i_mode = mode;
    inode->i_uid = current->cred->fsuid;
    inode->i_gid = current->cred->fsgid;
    notify_change_times(inode, TOUCH_ATIME | TOUCH_MTIME | TOUCH_CTIME);
    return inode;
}

struct inode *igrab(struct inode *inode)
{
    inode->i_count++;
    return inode;
}

/* Drops a reference; a file without references and names is gone. */
void iput(struct inode *inode)
{
    BUG_ON(inode->i_count <= 0);
    if (--inode->i_count)
        return;
    if (inode->i_sb->s_op && inode->i_sb->s_op->delete_inode)
        inode->i_sb->s_op->delete_inode(inode);
    free_pipe_info(inode);
    truncate_inode_pages(inode, 0);
    kfree(inode->i_link);
    kmem_cache_free(inode_cachep, inode);
}

static char *copy_name(const char *name, int len)
{
    char *copy = kmalloc(len + 1, GFP_KERNEL);

    if (copy) {
        memcpy(copy, name, len);
        copy[len] = 0;
    }
    return copy;
}

/* A negative dentry with one reference, in no directory yet; holds its parent. */
struct dentry *d_alloc(struct dentry *parent, const char *name, int len)
{
    struct dentry *dentry = kmem_cache_zalloc(dentry_cachep, GFP_KERNEL);

    if (!dentry)
        return NULL;
    dentry->d_name = copy_name(name, len);
    if (!dentry->d_name) {
        kmem_cache_free(dentry_cachep, dentry);
        return NULL;
    }
    dentry->d_count = 1;
    dentry->d_parent = parent ? dget(parent) : dentry;
    INIT_LIST_HEAD(&dentry->d_child);
    INIT_LIST_HEAD(&dentry->d_subdirs);
    return dentry;
}

struct dentry *d_alloc_root(struct inode *inode)
{
    struct dentry *dentry = d_alloc(NULL, "/", 1);

    if (dentry)
        dentry->d_inode = inode;
    return dentry;
}

/* A name in a directory keeps a reference for itself, so it stays while nobody uses it. */
void d_add(struct dentry *dentry, struct inode *inode)
{
    dentry->d_inode = inode;
    dentry->d_pos = ++inode->i_sb->s_next_pos;
    list_add_tail(&dentry->d_child, &dentry->d_parent->d_subdirs);
    if (!dentry->d_temporary)
        dget(dentry);
}

int d_move(struct dentry *dentry, struct dentry *target)
{
    struct dentry *old_parent = dentry->d_parent;
    char *name = copy_name(target->d_name, strlen(target->d_name));

    if (!name)
        return -ENOMEM;
    kfree(dentry->d_name);
    dentry->d_name = name;
    dentry->d_parent = dget(target->d_parent);
    dentry->d_pos = ++dentry->d_inode->i_sb->s_next_pos;
    list_move_tail(&dentry->d_child, &dentry->d_parent->d_subdirs);
    dput(old_parent);
    return 0;
}

void d_drop(struct dentry *dentry)
{
    if (list_empty(&dentry->d_child))
        return;
    list_del_init(&dentry->d_child);
    if (!dentry->d_temporary)
        dput(dentry);
}

/* The name below `parent`, with a reference; NULL when it is not there. */
struct dentry *d_lookup(struct dentry *parent, const char *name, int len)
{
    struct dentry *d;

    list_for_each_entry (d, &parent->d_subdirs, d_child) {
        if (!strncmp(d->d_name, name, len) && !d->d_name[len])
            return dget(d);
    }
    return NULL;
}

struct dentry *dget(struct dentry *dentry)
{
    dentry->d_count++;
    return dentry;
}

/* Drops a reference; the last one frees the dentry and lets go of inode and parent. */
void dput(struct dentry *dentry)
{
    while (dentry) {
        struct dentry *parent = dentry->d_parent;

        BUG_ON(dentry->d_count <= 0);
        if (--dentry->d_count)
            return;
        list_del_init(&dentry->d_child);
        if (dentry->d_inode)
            iput(dentry->d_inode);
        kfree(dentry->d_name);
        kmem_cache_free(dentry_cachep, dentry);
        dentry = parent == dentry ? NULL : parent;
    }
}
