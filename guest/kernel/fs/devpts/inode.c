/*
 * devpts: a directory with one name for each pseudo terminal, as long as its master is open. There
 * is one instance, whichever directories it is mounted on; nobody else can make names in it.
 */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/tty.h>

#define DEVPTS_MAGIC 0x1cd1
#define NAME_SIZE    12

static struct super_block *devpts_sb;

static const struct super_operations devpts_super_ops; /* never unmounted for good */
static const struct inode_operations devpts_inode_ops;

static const struct file_operations devpts_dir_ops = {
    .readdir = dcache_readdir,
};

struct super_block *devpts_get_sb(void)
{
    struct super_block *sb = devpts_sb ? devpts_sb : sb_alloc("devpts", DEVPTS_MAGIC);
    struct inode *inode;

    if (!sb || sb->s_root)
        return sb;
    devpts_sb = sb;
    sb->s_op = &devpts_super_ops;
    inode = new_inode(sb, S_IFDIR | 0755);
    if (!inode)
        return NULL;
    inode->i_op = &devpts_inode_ops;
    inode->i_fop = &devpts_dir_ops;
    inode->i_nlink = 2;
    sb->s_root = d_alloc_root(inode);
    if (!sb->s_root)
        iput(inode);
    return sb->s_root ? sb : NULL;
}

/* The caller's own: a terminal belongs to who opened its master. 0 or -ENOMEM. */
int devpts_pty_new(unsigned int index)
{
    char name[NAME_SIZE];
    struct dentry *dentry;
    struct inode *inode;

    if (!devpts_get_sb())
        return -ENOMEM;
    dentry = d_alloc(devpts_sb->s_root, name, snprintf(name, sizeof(name), "%u", index));
    if (!dentry)
        return -ENOMEM;
    inode = new_inode(devpts_sb, S_IFCHR | 0620);
    if (inode) {
        inode->i_rdev = MKDEV(PTS_MAJOR, index);
        inode->i_op = &devpts_inode_ops;
        inode->i_fop = &def_chr_fops;
        d_add(dentry, inode);
    }
    dput(dentry);
    return inode ? 0 : -ENOMEM;
}

void devpts_pty_kill(unsigned int index)
{
    char name[NAME_SIZE];
    int len = snprintf(name, sizeof(name), "%u", index);
    struct dentry *dentry = d_lookup(devpts_sb->s_root, name, len);

    dentry->d_inode->i_nlink--;
    d_drop(dentry);
    dput(dentry);
}
