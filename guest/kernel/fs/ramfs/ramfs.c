/*
 * A file system in memory. Contents are pages hung on the inode (mm/filemap.c); directories are
 * the dentries themselves (fs/inode.c). It is the root file system and what mount(2) makes for
 * tmpfs.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#define RAMFS_MAGIC 0x858458f6

static const struct inode_operations ramfs_dir_inode_ops, ramfs_file_inode_ops,
    ramfs_link_inode_ops, ramfs_special_inode_ops;

static const struct file_operations ramfs_file_ops = {
    .read = generic_file_read,
    .write = generic_file_write,
    .mappable = true,
};

static const struct file_operations ramfs_dir_ops = {
    .readdir = dcache_readdir,
};

/* An inode of the type that `mode` says. */
static struct inode *ramfs_inode(struct super_block *sb, mode_t mode, dev_t dev)
{
    struct inode *inode = new_inode(sb, mode);

    if (!inode)
        return NULL;
    inode->i_rdev = dev;
    inode->i_op = &ramfs_special_inode_ops;
    switch (mode & S_IFMT) {
    case S_IFDIR:
        inode->i_op = &ramfs_dir_inode_ops;
        inode->i_fop = &ramfs_dir_ops;
        inode->i_nlink = 2;
        break;
    case S_IFREG:
        inode->i_op = &ramfs_file_inode_ops;
        inode->i_fop = &ramfs_file_ops;
        break;
    case S_IFLNK:
        inode->i_op = &ramfs_link_inode_ops;
        break;
    case S_IFCHR:
        inode->i_fop = &def_chr_fops;
        break;
    case S_IFIFO:
        inode->i_fop = &fifo_fops;
        break;
    }
    return inode;
}

static int ramfs_mknod(struct inode *dir, struct dentry *dentry, mode_t mode, dev_t dev)
{
    struct inode *inode = ramfs_inode(dir->i_sb, mode, dev);

    if (!inode)
        return -ENOSPC;
    if (S_ISDIR(mode))
        dir->i_nlink++;
    d_add(dentry, inode);
    notify_change_times(dir, TOUCH_MTIME | TOUCH_CTIME);
    return 0;
}

static int ramfs_create(struct inode *dir, struct dentry *dentry, mode_t mode)
{
    return ramfs_mknod(dir, dentry, mode, 0);
}

static int ramfs_mkdir(struct inode *dir, struct dentry *dentry, mode_t mode)
{
    return ramfs_mknod(dir, dentry, S_IFDIR | mode, 0);
}

static int ramfs_symlink(struct inode *dir, struct dentry *dentry, const char *target)
{
    char *text = kmalloc(strlen(target) + 1, GFP_KERNEL);
    int err;

    if (!text)
        return -ENOSPC;
    memcpy(text, target, strlen(target) + 1);
    err = ramfs_mknod(dir, dentry, S_IFLNK | 0777, 0);
    if (err) {
        kfree(text);
        return err;
    }
    dentry->d_inode->i_link = text;
    dentry->d_inode->i_size = strlen(text);
    return 0;
}

static int ramfs_readlink(struct inode *inode, char *buf, int size)
{
    int len = min((int)strlen(inode->i_link), size);
    memcpy(buf, inode->i_link, len);
    return len;
}

static int ramfs_link(struct dentry *old, struct inode *dir, struct dentry *dentry)
{
    struct inode *inode = igrab(old->d_inode);

    inode->i_nlink++;
    d_add(dentry, inode);
    notify_change_times(dir, TOUCH_MTIME | TOUCH_CTIME);
    notify_change_times(inode, TOUCH_CTIME);
    return 0;
}

static int ramfs_unlink(struct inode *dir, struct dentry *dentry)
{
    dentry->d_inode->i_nlink--;
    notify_change_times(dentry->d_inode, TOUCH_CTIME);
    notify_change_times(dir, TOUCH_MTIME | TOUCH_CTIME);
    d_drop(dentry);
    return 0;
}

static int ramfs_rmdir(struct inode *dir, struct dentry *dentry)
{
    if (!list_empty(&dentry->d_subdirs))
        return -ENOTEMPTY;
    dir->i_nlink--;
    dentry->d_inode->i_nlink--;
    return ramfs_unlink(dir, dentry);
}

/* What has the new name goes first: it was found to be replaceable. */
static int ramfs_rename(struct dentry *old, struct inode *dir, struct dentry *target)
{
    struct inode *old_dir = old->d_parent->d_inode;
    bool is_dir = S_ISDIR(old->d_inode->i_mode);
    int err = d_move(old, target);

    if (err)
        return err;
    if (target->d_inode && is_dir)
        ramfs_rmdir(dir, target);
    else if (target->d_inode)
        ramfs_unlink(dir, target);
    if (is_dir) {
        old_dir->i_nlink--;
        dir->i_nlink++;
    }
    notify_change_times(old_dir, TOUCH_MTIME | TOUCH_CTIME);
    notify_change_times(dir, TOUCH_MTIME | TOUCH_CTIME);
    return 0;
}

static int ramfs_truncate(struct inode *inode, loff_t size)
{
    if (size < inode->i_size)
        truncate_inode_pages(inode, size);
    inode->i_size = size;
    notify_change_times(inode, TOUCH_MTIME | TOUCH_CTIME);
    return 0;
}

static const struct inode_operations ramfs_dir_inode_ops = {
    .create = ramfs_create,
    .link = ramfs_link,
    .unlink = ramfs_unlink,
    .symlink = ramfs_symlink,
    .mkdir = ramfs_mkdir,
    .rmdir = ramfs_rmdir,
    .mknod = ramfs_mknod,
    .rename = ramfs_rename,
};

static const struct inode_operations ramfs_file_inode_ops = {
    .truncate = ramfs_truncate,
};

static const struct inode_operations ramfs_link_inode_ops = {
    .readlink = ramfs_readlink,
};

static const struct inode_operations ramfs_special_inode_ops = {
    .truncate = NULL,
};

struct super_block *ramfs_get_sb(void)
{
    struct super_block *sb = sb_alloc("ramfs", RAMFS_MAGIC);

    if (!sb)
        return NULL;
    struct inode *inode = ramfs_inode(sb, S_IFDIR | 0755, 0);
    sb->s_root = inode ? d_alloc_root(inode) : NULL;
    return sb->s_root ? sb : NULL;
}

/* An unnamed file of this size for shared anonymous memory. */
struct file *shmem_file_setup(u32 size)
{
    struct inode *inode = ramfs_inode(root_mnt->mnt_sb, S_IFREG | 0600, 0);
    struct dentry *dentry = inode ? d_alloc_root(inode) : NULL;

    if (!dentry) {
        if (inode)
            iput(inode);
        return ERR_PTR(-ENOMEM);
    }
    inode->i_nlink = 0;
    inode->i_size = size;
    return dentry_open(dentry, root_mnt, O_RDWR);
}
