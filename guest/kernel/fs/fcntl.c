/* dup, fcntl and ioctl. */
#include <asm/uaccess.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/locks.h>
#include <linux/sched.h>
#include <linux/syscalls.h>
#include <uapi/termios.h>

#define SETFL_MASK (O_APPEND | O_NONBLOCK)

/* The lowest free descriptor from `start` on becomes a second name for the file. */
static long dupfd(unsigned int fd, unsigned int start, unsigned int flags)
{
    struct file *file = fget(fd);
    int new;

    if (!file)
        return -EBADF;
    new = start < NR_OPEN_MAX ? get_unused_fd(start, flags) : -EINVAL;
    if (new < 0)
        fput(file);
    else
        fd_install(new, file);
    return new;
}

asmlinkage long sys_dup(unsigned int fd)
{
    return dupfd(fd, 0, 0);
}

/* newfd, whatever it was before, becomes a second name for oldfd's file. */
static long do_dup2(unsigned int oldfd, unsigned int newfd, int flags)
{
    struct files_struct *files = current->files;
    struct file *file = fcheck(oldfd), *replaced;
    int err;

    if (!file || newfd >= rlimit_cur(RLIMIT_NOFILE))
        return -EBADF;
    err = expand_files(files, newfd);
    if (err)
        return err == -EMFILE ? -EBADF : err;
    get_file(file);
    replaced = files->fd[newfd];
    files->fd[newfd] = file;
    files->open_fds[newfd / 32] |= 1u << newfd % 32;
    set_close_on_exec(newfd, flags & O_CLOEXEC);
    if (replaced)
        filp_close(replaced, files);
    return newfd;
}

asmlinkage long sys_dup2(unsigned int oldfd, unsigned int newfd)
{
    if (oldfd == newfd)
        return fcheck(oldfd) ? (long)newfd : -EBADF;
    return do_dup2(oldfd, newfd, 0);
}

asmlinkage long sys_dup3(unsigned int oldfd, unsigned int newfd, int flags)
{
    if (oldfd == newfd || (flags & ~O_CLOEXEC))
        return -EINVAL;
    return do_dup2(oldfd, newfd, flags);
}

static long do_fcntl(unsigned int fd, struct file *file, unsigned int cmd, u32 arg)
{
    switch (cmd) {
    case F_DUPFD:
        return dupfd(fd, arg, 0);
    case F_DUPFD_CLOEXEC:
        return dupfd(fd, arg, O_CLOEXEC);
    case F_GETFD:
        return get_close_on_exec(fd) ? FD_CLOEXEC : 0;
    case F_SETFD:
        set_close_on_exec(fd, arg & FD_CLOEXEC);
        return 0;
    case F_GETFL:
        return file->f_flags | O_LARGEFILE;
    case F_SETFL:
        file->f_flags = (file->f_flags & ~SETFL_MASK) | (arg & SETFL_MASK);
        return 0;
    case F_GETLK:
    case F_GETLK64:
        return fcntl_getlk(file, (void __user *)arg, cmd == F_GETLK64);
    case F_SETLK:
    case F_SETLKW:
        return fcntl_setlk(file, (void __user *)arg, false, cmd == F_SETLKW);
    case F_SETLK64:
    case F_SETLKW64:
        return fcntl_setlk(file, (void __user *)arg, true, cmd == F_SETLKW64);
    }
    return -EINVAL;
}

asmlinkage long sys_fcntl64(unsigned int fd, unsigned int cmd, u32 arg)
{
    struct file *file = fget(fd);
    long ret;

    if (!file)
        return -EBADF;
    ret = do_fcntl(fd, file, cmd, arg);
    fput(file);
    return ret;
}

static int set_nonblock(struct file *file, u32 arg)
{
    int on;

    if (get_user(on, (int __user *)arg))
        return -EFAULT;
    file->f_flags = on ? file->f_flags | O_NONBLOCK : file->f_flags & ~O_NONBLOCK;
    return 0;
}

asmlinkage long sys_ioctl(unsigned int fd, unsigned int cmd, u32 arg)
{
    struct file *file = fget(fd);
    long ret = -ENOTTY;

    if (!file)
        return -EBADF;
    if (cmd == FIOCLEX || cmd == FIONCLEX) {
        set_close_on_exec(fd, cmd == FIOCLEX);
        ret = 0;
    } else if (cmd == FIONBIO) {
        ret = set_nonblock(file, arg);
    } else if (file->f_op->ioctl) {
        ret = file->f_op->ioctl(file, cmd, arg);
    }
    fput(file);
    return ret;
}
