/* getdents64() and the reading of directories whose names are dentries. */
#include <asm/uaccess.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/syscalls.h>

/* "." and ".." have positions 0 and 1; other names 2 + d_pos, which never changes, so entries that
 * come or go meanwhile do no harm. */
int dcache_readdir(struct file *file, void *buf, filldir_t fill)
{
    struct dentry *dir = file->f_dentry, *d;

    if (file->f_pos == 0) {
        if (fill(buf, ".", 1, 1, dir->d_inode->i_ino, S_IFDIR >> 12))
            return 0;
        file->f_pos = 1;
    }
    if (file->f_pos == 1) {
        if (fill(buf, "..", 2, 2, dir->d_parent->d_inode->i_ino, S_IFDIR >> 12))
            return 0;
        file->f_pos = 2;
    }
    list_for_each_entry (d, &dir->d_subdirs, d_child) {
        loff_t pos = 2 + (loff_t)d->d_pos;
        if (!d->d_inode || pos <= file->f_pos)
            continue;
        if (fill(buf, d->d_name, strlen(d->d_name), pos, d->d_inode->i_ino,
                 d->d_inode->i_mode >> 12))
            return 0;
        file->f_pos = pos;
    }
    return 0;
}

/* Where getdents64() is in the user's buffer. */
struct getdents_buf {
    u8 __user *at;
    size_t left;
    int error; /* why the last record did not go in */
};

static int filldir64(void *buf, const char *name, int len, loff_t pos, ino_t ino, unsigned int type)
{
    struct getdents_buf *b = buf;
    struct linux_dirent64 __user *user = (struct linux_dirent64 __user *)b->at;
    struct linux_dirent64 head;
    size_t reclen = ALIGN(sizeof(head) + len + 1, 8);

    b->error = -EINVAL;
    if (reclen > b->left)
        return -EINVAL;
    head.d_ino = ino;
    head.d_off = pos;
    head.d_reclen = reclen;
    head.d_type = type & 15;
    b->error = -EFAULT;
    if (copy_to_user(user, &head, sizeof(head)) || copy_to_user(user->d_name, name, len) ||
        put_user((char)0, user->d_name + len))
        return -EFAULT;
    b->error = 0;
    b->at += reclen;
    b->left -= reclen;
    return 0;
}

asmlinkage long sys_getdents64(unsigned int fd, u8 __user *dirent, size_t count)
{
    struct getdents_buf b = {dirent, count, 0};
    struct file *file = fget(fd);
    long ret = -ENOTDIR;

    if (!file)
        return -EBADF;
    if (file->f_op->readdir) {
        ret = file->f_op->readdir(file, &b, filldir64);
        if (!ret)
            ret = b.left != count ? (long)(count - b.left) : b.error;
    }
    fput(file);
    return ret;
}
