/* read, write, lseek and their variants. */
#include <asm/uaccess.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/syscalls.h>

loff_t no_llseek(struct file *file, loff_t offset, int whence)
{
    return -ESPIPE;
}

loff_t generic_file_llseek(struct file *file, loff_t offset, int whence)
{
    if (whence == SEEK_END)
        offset += file->f_dentry->d_inode->i_size;
    else if (whence == SEEK_CUR)
        offset += file->f_pos;
    else if (whence != SEEK_SET)
        return -EINVAL;
    if (offset < 0)
        return -EINVAL;
    return file->f_pos = offset;
}

static loff_t vfs_llseek(struct file *file, loff_t offset, int whence)
{
    if (file->f_op->llseek)
        return file->f_op->llseek(file, offset, whence);
    return generic_file_llseek(file, offset, whence);
}

asmlinkage long sys_lseek(unsigned int fd, long offset, int whence)
{
    struct file *file = fget(fd);
    loff_t ret;

    if (!file)
        return -EBADF;
    ret = vfs_llseek(file, offset, whence);
    fput(file);
    return ret > 0x7fffffff ? -EOVERFLOW : (long)ret;
}

asmlinkage long sys_llseek(unsigned int fd, u32 high, u32 low, loff_t __user *result, int whence)
{
    struct file *file = fget(fd);
    loff_t ret;

    if (!file)
        return -EBADF;
    ret = vfs_llseek(file, (loff_t)((u64)high << 32 | low), whence);
    fput(file);
    if (ret < 0)
        return ret;
    return copy_to_user(result, &ret, sizeof(ret)) ? -EFAULT : 0;
}

ssize_t vfs_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
    ssize_t ret;

    if (!(file->f_mode & FMODE_READ))
        return -EBADF;
    if (S_ISDIR(file->f_dentry->d_inode->i_mode))
        return -EISDIR;
    if (!file->f_op->read)
        return -EINVAL;
    if ((ssize_t)count < 0)
        return -EINVAL;
    if (!access_ok(buf, count))
        return -EFAULT;
    ret = file->f_op->read(file, buf, count, pos);
    if (ret > 0)
        current->rchar += ret;
    current->syscr++;
    return ret;
}

ssize_t vfs_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
    ssize_t ret;

    if (!(file->f_mode & FMODE_WRITE))
        return -EBADF;
    if (!file->f_op->write || (ssize_t)count < 0)
        return -EINVAL;
    if (!access_ok(buf, count))
        return -EFAULT;
    ret = file->f_op->write(file, buf, count, pos);
    if (ret > 0)
        current->wchar += ret;
    current->syscw++;
    return ret;
}

int kernel_read(struct file *file, loff_t pos, void *to, size_t count)
{
    u32 old = set_fs(KERNEL_DS);
    int ret = vfs_read(file, to, count, &pos);

    set_fs(old);
    return ret;
}

asmlinkage long sys_read(unsigned int fd, char __user *buf, size_t count)
{
    struct file *file = fget(fd);
    long ret;

    if (!file)
        return -EBADF;
    ret = vfs_read(file, buf, count, &file->f_pos);
    fput(file);
    return ret;
}

asmlinkage long sys_write(unsigned int fd, const char __user *buf, size_t count)
{
    struct file *file = fget(fd);
    long ret;

    if (!file)
        return -EBADF;
    ret = vfs_write(file, buf, count, &file->f_pos);
    fput(file);
    return ret;
}

static bool seekable(struct file *file)
{
    return file->f_op->llseek != no_llseek;
}

asmlinkage long sys_pread64(unsigned int fd, char __user *buf, size_t count, u32 low, u32 high)
{
    struct file *file = fget(fd);
    loff_t pos = (loff_t)((u64)high << 32 | low);
    long ret;

    if (!file)
        return -EBADF;
    ret = pos < 0 ? -EINVAL : seekable(file) ? vfs_read(file, buf, count, &pos) : -ESPIPE;
    fput(file);
    return ret;
}

asmlinkage long sys_pwrite64(unsigned int fd, const char __user *buf, size_t count, u32 low,
                             u32 high)
{
    struct file *file = fget(fd);
    loff_t pos = (loff_t)((u64)high << 32 | low);
    long ret;

    if (!file)
        return -EBADF;
    ret = pos < 0 ? -EINVAL : seekable(file) ? vfs_write(file, buf, count, &pos) : -ESPIPE;
    fput(file);
    return ret;
}

#define UIO_MAXIOV 1024

struct iovec {
    u32 iov_base;
    u32 iov_len;
};

/* One read or write a piece, until one is short. */
static long do_vector(unsigned int fd, const struct iovec __user *vec, u32 n, bool write)
{
    struct file *file = fget(fd);
    long total = 0, ret = 0;

    if (!file)
        return -EBADF;
    if (n > UIO_MAXIOV)
        ret = -EINVAL;
    for (u32 i = 0; i < n && ret >= 0; i++) {
        struct iovec iov;
        if (copy_from_user(&iov, vec + i, sizeof(iov))) {
            ret = -EFAULT;
            break;
        }
        if (!iov.iov_len)
            continue;
        ret = write ? vfs_write(file, (char __user *)iov.iov_base, iov.iov_len, &file->f_pos)
                    : vfs_read(file, (char __user *)iov.iov_base, iov.iov_len, &file->f_pos);
        if (ret > 0)
            total += ret;
        if (ret < (long)iov.iov_len)
            break;
    }
    fput(file);
    return total ? total : ret;
}

asmlinkage long sys_readv(unsigned int fd, const struct iovec __user *vec, u32 n)
{
    return do_vector(fd, vec, n, false);
}

asmlinkage long sys_writev(unsigned int fd, const struct iovec __user *vec, u32 n)
{
    return do_vector(fd, vec, n, true);
}

/* Copies between files through a page. The bytes copied or -errno. */
static long do_sendfile(struct file *out, struct file *in, loff_t *pos, size_t count)
{
    char *buf = get_free_pages(GFP_KERNEL, 0);
    u32 old = set_fs(KERNEL_DS);
    long done = 0, n = buf ? 0 : -ENOMEM;

    while (buf && done < (long)count) {
        n = vfs_read(in, buf, min(count - done, (size_t)PAGE_SIZE), pos);
        if (n <= 0)
            break;
        long written = vfs_write(out, buf, n, &out->f_pos);
        if (written != n) {
            *pos -= n - max(written, 0l);
            n = written;
            done += max(written, 0l);
            break;
        }
        done += n;
    }
    set_fs(old);
    free_pages(buf, 0);
    return done ? done : n;
}

asmlinkage long sys_sendfile64(int out_fd, int in_fd, loff_t __user *offset, size_t count)
{
    struct file *in = fget(in_fd), *out = fget(out_fd);
    loff_t pos = in ? in->f_pos : 0;
    long ret = -EBADF;

    if (in && out && !(offset && copy_from_user(&pos, offset, sizeof(pos)))) {
        ret = do_sendfile(out, in, &pos, count);
        if (!offset)
            in->f_pos = pos;
        else if (copy_to_user(offset, &pos, sizeof(pos)))
            ret = -EFAULT;
    }
    if (in)
        fput(in);
    if (out)
        fput(out);
    return ret;
}
