/* The stat family, readlink, statfs. */
#include <asm/uaccess.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/syscalls.h>

static u32 blocks_of(const struct inode *inode)
{
    return (u32)((inode->i_size + 511) >> 9);
}

static int put_stat64(const struct inode *inode, struct stat64 __user *user)
{
    struct stat64 st;

    memset(&st, 0, sizeof(st));
    st.st_dev = inode->i_sb->s_dev;
    st.__st_ino = st.st_ino = inode->i_ino;
    st.st_mode = inode->i_mode;
    st.st_nlink = inode->i_nlink;
    st.st_uid = inode->i_uid;
    st.st_gid = inode->i_gid;
    st.st_rdev = inode->i_rdev;
    st.st_size = inode->i_size;
    st.st_blksize = PAGE_SIZE;
    st.st_blocks = blocks_of(inode);
    st.st_atime = inode->i_atime.tv_sec;
    st.st_atime_nsec = inode->i_atime.tv_nsec;
    st.st_mtime = inode->i_mtime.tv_sec;
    st.st_mtime_nsec = inode->i_mtime.tv_nsec;
    st.st_ctime = inode->i_ctime.tv_sec;
    st.st_ctime_nsec = inode->i_ctime.tv_nsec;
    return copy_to_user(user, &st, sizeof(st)) ? -EFAULT : 0;
}

static int put_stat(const struct inode *inode, struct stat __user *user)
{
    struct stat st;

    memset(&st, 0, sizeof(st));
    st.st_dev = inode->i_sb->s_dev;
    st.st_ino = inode->i_ino;
    st.st_mode = inode->i_mode;
    st.st_nlink = inode->i_nlink;
    st.st_uid = inode->i_uid;
    st.st_gid = inode->i_gid;
    st.st_rdev = inode->i_rdev;
    st.st_size = inode->i_size;
    st.st_blksize = PAGE_SIZE;
    st.st_blocks = blocks_of(inode);
    st.st_atime = inode->i_atime.tv_sec;
    st.st_mtime = inode->i_mtime.tv_sec;
    st.st_ctime = inode->i_ctime.tv_sec;
    return copy_to_user(user, &st, sizeof(st)) ? -EFAULT : 0;
}

static long stat_path(const char __user *name, unsigned int lookup, void __user *to, bool is64)
{
    struct nameidata nd;
    int err = user_path(AT_FDCWD, name, lookup, &nd);

    if (err)
        return err;
    err = is64 ? put_stat64(nd.dentry->d_inode, to) : put_stat(nd.dentry->d_inode, to);
    path_release(&nd);
    return err;
}

asmlinkage long sys_stat(const char __user *name, struct stat __user *st)
{
    return stat_path(name, LOOKUP_FOLLOW, st, false);
}

asmlinkage long sys_lstat(const char __user *name, struct stat __user *st)
{
    return stat_path(name, 0, st, false);
}

asmlinkage long sys_stat64(const char __user *name, struct stat64 __user *st)
{
    return stat_path(name, LOOKUP_FOLLOW, st, true);
}

asmlinkage long sys_lstat64(const char __user *name, struct stat64 __user *st)
{
    return stat_path(name, 0, st, true);
}

static long stat_fd(unsigned int fd, void __user *to, bool is64)
{
    struct file *file = fget(fd);
    long ret;

    if (!file)
        return -EBADF;
    ret = is64 ? put_stat64(file->f_dentry->d_inode, to) : put_stat(file->f_dentry->d_inode, to);
    fput(file);
    return ret;
}

asmlinkage long sys_fstat(unsigned int fd, struct stat __user *st)
{
    return stat_fd(fd, st, false);
}

asmlinkage long sys_fstat64(unsigned int fd, struct stat64 __user *st)
{
    return stat_fd(fd, st, true);
}

asmlinkage long sys_fstatat64(int dfd, const char __user *name, struct stat64 __user *st, u32 flag)
{
    struct nameidata nd;
    char first;
    int err;

    if (flag & AT_EMPTY_PATH) {
        if (get_user(first, name))
            return -EFAULT;
        if (!first && dfd != AT_FDCWD)
            return stat_fd(dfd, st, true);
    }
    err = user_path(dfd, name, flag & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW, &nd);
    if (err)
        return err;
    err = put_stat64(nd.dentry->d_inode, st);
    path_release(&nd);
    return err;
}

static struct statx_timestamp to_statx_time(const struct timespec *ts)
{
    return (struct statx_timestamp){ts->tv_sec, ts->tv_nsec, 0};
}

static int put_statx(const struct inode *inode, struct statx __user *user)
{
    struct statx st;

    memset(&st, 0, sizeof(st));
    st.stx_mask = STATX_BASIC_STATS;
    st.stx_blksize = PAGE_SIZE;
    st.stx_nlink = inode->i_nlink;
    st.stx_uid = inode->i_uid;
    st.stx_gid = inode->i_gid;
    st.stx_mode = inode->i_mode;
    st.stx_ino = inode->i_ino;
    st.stx_size = inode->i_size;
    st.stx_blocks = blocks_of(inode);
    st.stx_atime = to_statx_time(&inode->i_atime);
    st.stx_ctime = to_statx_time(&inode->i_ctime);
    st.stx_mtime = to_statx_time(&inode->i_mtime);
    st.stx_rdev_major = MAJOR(inode->i_rdev);
    st.stx_rdev_minor = MINOR(inode->i_rdev);
    st.stx_dev_major = MAJOR(inode->i_sb->s_dev);
    st.stx_dev_minor = MINOR(inode->i_sb->s_dev);
    return copy_to_user(user, &st, sizeof(st)) ? -EFAULT : 0;
}

/* All fields are always there, whatever `mask` asks for. */
asmlinkage long sys_statx(int dfd, const char __user *name, u32 flag, u32 mask,
                          struct statx __user *st)
{
    struct nameidata nd;
    struct file *file;
    char first = 1;
    long ret;

    if ((flag & AT_EMPTY_PATH) && get_user(first, name))
        return -EFAULT;
    if (!first && dfd != AT_FDCWD) {
        file = fget(dfd);
        if (!file)
            return -EBADF;
        ret = put_statx(file->f_dentry->d_inode, st);
        fput(file);
        return ret;
    }
    ret = user_path(dfd, name, flag & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW, &nd);
    if (ret)
        return ret;
    ret = put_statx(nd.dentry->d_inode, st);
    path_release(&nd);
    return ret;
}

static long readlink_inode(struct inode *inode, char __user *buf, int size)
{
    char *text;
    int len;

    if (!S_ISLNK(inode->i_mode))
        return -EINVAL;
    text = get_free_pages(GFP_KERNEL, 0);
    if (!text)
        return -ENOMEM;
    len = inode->i_op->readlink(inode, text, PAGE_SIZE);
    if (len > size)
        len = size;
    if (len > 0 && copy_to_user(buf, text, len))
        len = -EFAULT;
    free_pages(text, 0);
    return len;
}

asmlinkage long sys_readlinkat(int dfd, const char __user *name, char __user *buf, int size)
{
    struct nameidata nd;
    long ret;

    if (size <= 0)
        return -EINVAL;
    ret = user_path(dfd, name, 0, &nd);
    if (ret)
        return ret;
    ret = readlink_inode(nd.dentry->d_inode, buf, size);
    path_release(&nd);
    return ret;
}

asmlinkage long sys_readlink(const char __user *name, char __user *buf, int size)
{
    return sys_readlinkat(AT_FDCWD, name, buf, size);
}

static int put_statfs64(const struct super_block *sb, size_t size, struct statfs64 __user *user)
{
    struct statfs64 st;

    if (size != sizeof(st))
        return -EINVAL;
    memset(&st, 0, sizeof(st));
    st.f_type = sb->s_magic;
    st.f_bsize = st.f_frsize = PAGE_SIZE;
    st.f_namelen = NAME_MAX;
    if (!sb->s_op) { /* files in memory */
        st.f_blocks = totalram_pages;
        st.f_bfree = st.f_bavail = nr_free_pages;
    }
    return copy_to_user(user, &st, sizeof(st)) ? -EFAULT : 0;
}

asmlinkage long sys_statfs64(const char __user *name, size_t size, struct statfs64 __user *st)
{
    struct nameidata nd;
    int err = user_path(AT_FDCWD, name, LOOKUP_FOLLOW, &nd);

    if (err)
        return err;
    err = put_statfs64(nd.dentry->d_inode->i_sb, size, st);
    path_release(&nd);
    return err;
}

asmlinkage long sys_fstatfs64(unsigned int fd, size_t size, struct statfs64 __user *st)
{
    struct file *file = fget(fd);
    long ret;

    if (!file)
        return -EBADF;
    ret = put_statfs64(file->f_dentry->d_inode->i_sb, size, st);
    fput(file);
    return ret;
}
