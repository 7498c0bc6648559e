/* open and close; where a task is in the tree; access, truncate and attributes. */
#include <asm/uaccess.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/syscalls.h>

asmlinkage long sys_openat(int dfd, const char __user *filename, int flags, mode_t mode)
{
    char *name = getname(filename);
    struct file *file;
    int fd;

    if (IS_ERR(name))
        return PTR_ERR(name);
    fd = get_unused_fd(0, flags);
    if (fd >= 0) {
        file = filp_open(dfd, name, flags, mode);
        if (IS_ERR(file)) {
            put_unused_fd(fd);
            fd = PTR_ERR(file);
        } else {
            fd_install(fd, file);
        }
    }
    putname(name);
    return fd;
}

asmlinkage long sys_open(const char __user *filename, int flags, mode_t mode)
{
    return sys_openat(AT_FDCWD, filename, flags, mode);
}

asmlinkage long sys_creat(const char __user *filename, mode_t mode)
{
    return sys_openat(AT_FDCWD, filename, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

asmlinkage long sys_close(unsigned int fd)
{
    struct file *file = fcheck(fd);

    if (!file)
        return -EBADF;
    current->files->fd[fd] = NULL;
    put_unused_fd(fd);
    return filp_close(file, current->files);
}

/* access() asks for the real ids, not the effective ones. */
asmlinkage long sys_faccessat(int dfd, const char __user *name, int mode)
{
    struct cred *cred = current->cred;
    uid_t fsuid = cred->fsuid;
    gid_t fsgid = cred->fsgid;
    struct nameidata nd;
    long ret;

    if (mode & ~7)
        return -EINVAL;
    cred->fsuid = cred->uid;
    cred->fsgid = cred->gid;
    ret = user_path(dfd, name, LOOKUP_FOLLOW, &nd);
    if (!ret) {
        ret = permission(nd.dentry->d_inode, mode);
        path_release(&nd);
    }
    cred->fsuid = fsuid;
    cred->fsgid = fsgid;
    return ret;
}

asmlinkage long sys_access(const char __user *name, int mode)
{
    return sys_faccessat(AT_FDCWD, name, mode);
}

static void set_pwd(struct dentry *dentry, struct vfsmount *mnt)
{
    struct fs_struct *fs = current->fs;
    struct dentry *old = fs->pwd;

    fs->pwd = dentry;
    fs->pwdmnt = mnt;
    dput(old);
}

asmlinkage long sys_chdir(const char __user *name)
{
    struct nameidata nd;
    int err = user_path(AT_FDCWD, name, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &nd);

    if (err)
        return err;
    err = permission(nd.dentry->d_inode, MAY_EXEC);
    if (err)
        path_release(&nd);
    else
        set_pwd(nd.dentry, nd.mnt);
    return err;
}

asmlinkage long sys_fchdir(unsigned int fd)
{
    struct file *file = fget(fd);
    long ret = 0;

    if (!file)
        return -EBADF;
    if (!S_ISDIR(file->f_dentry->d_inode->i_mode))
        ret = -ENOTDIR;
    else
        ret = permission(file->f_dentry->d_inode, MAY_EXEC);
    if (!ret)
        set_pwd(dget(file->f_dentry), file->f_vfsmnt);
    fput(file);
    return ret;
}

asmlinkage long sys_chroot(const char __user *name)
{
    struct fs_struct *fs = current->fs;
    struct nameidata nd;
    struct dentry *old = fs->root;
    int err;

    if (!capable(CAP_SYS_CHROOT))
        return -EPERM;
    err = user_path(AT_FDCWD, name, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &nd);
    if (err)
        return err;
    fs->root = nd.dentry;
    fs->rootmnt = nd.mnt;
    dput(old);
    return 0;
}

/* The length includes the NUL. */
asmlinkage long sys_getcwd(char __user *buf, size_t size)
{
    char *path = get_free_pages(GFP_KERNEL, 0);
    long len;

    if (!path)
        return -ENOMEM;
    len = d_path(current->fs->pwd, current->fs->pwdmnt, path, PATH_MAX);
    if (len >= 0) {
        len++;
        if (len > (long)size)
            len = -ERANGE;
        else if (copy_to_user(buf, path, len))
            len = -EFAULT;
    }
    free_pages(path, 0);
    return len;
}

asmlinkage long sys_umask(mode_t mask)
{
    mode_t old = current->fs->umask;
    current->fs->umask = mask & 0777;
    return old;
}

static int do_truncate(struct inode *inode, loff_t size)
{
    if (size < 0)
        return -EINVAL;
    if (S_ISDIR(inode->i_mode))
        return -EISDIR;
    return inode->i_op->truncate && S_ISREG(inode->i_mode) ? inode->i_op->truncate(inode, size)
                                                           : -EINVAL;
}

asmlinkage long sys_truncate64(const char __user *name, u32 low, u32 high)
{
    struct nameidata nd;
    int err = user_path(AT_FDCWD, name, LOOKUP_FOLLOW, &nd);

    if (err)
        return err;
    err = permission(nd.dentry->d_inode, MAY_WRITE);
    if (!err)
        err = do_truncate(nd.dentry->d_inode, (loff_t)((u64)high << 32 | low));
    path_release(&nd);
    return err;
}

asmlinkage long sys_ftruncate64(unsigned int fd, u32 low, u32 high)
{
    struct file *file = fget(fd);
    long ret;

    if (!file)
        return -EBADF;
    ret = file->f_mode & FMODE_WRITE
              ? do_truncate(file->f_dentry->d_inode, (loff_t)((u64)high << 32 | low))
              : -EINVAL;
    fput(file);
    return ret;
}

asmlinkage long sys_ftruncate(unsigned int fd, u32 size)
{
    return sys_ftruncate64(fd, size, 0);
}

/* Owner or superuser. */
static bool owns(const struct inode *inode)
{
    return current->cred->fsuid == inode->i_uid || capable(CAP_FOWNER);
}

static int change_mode(struct inode *inode, mode_t mode)
{
    if (!owns(inode))
        return -EPERM;
    inode->i_mode = (inode->i_mode & S_IFMT) | (mode & 07777);
    notify_change_times(inode, TOUCH_CTIME);
    return 0;
}

asmlinkage long sys_fchmodat(int dfd, const char __user *name, mode_t mode)
{
    struct nameidata nd;
    int err = user_path(dfd, name, LOOKUP_FOLLOW, &nd);

    if (err)
        return err;
    err = change_mode(nd.dentry->d_inode, mode);
    path_release(&nd);
    return err;
}

asmlinkage long sys_chmod(const char __user *name, mode_t mode)
{
    return sys_fchmodat(AT_FDCWD, name, mode);
}

asmlinkage long sys_fchmod(unsigned int fd, mode_t mode)
{
    struct file *file = fget(fd);
    long ret;

    if (!file)
        return -EBADF;
    ret = change_mode(file->f_dentry->d_inode, mode);
    fput(file);
    return ret;
}

/* -1 leaves an id as it is. A change takes set-id bits away. */
static int change_owner(struct inode *inode, uid_t uid, gid_t gid)
{
    if (!capable(CAP_CHOWN) && (!owns(inode) || (uid != (uid_t)-1 && uid != inode->i_uid) ||
                                (gid != (gid_t)-1 && !in_group_p(gid))))
        return -EPERM;
    if (uid != (uid_t)-1)
        inode->i_uid = uid;
    if (gid != (gid_t)-1)
        inode->i_gid = gid;
    if (!S_ISDIR(inode->i_mode))
        inode->i_mode &= ~(S_ISUID | S_ISGID);
    notify_change_times(inode, TOUCH_CTIME);
    return 0;
}

asmlinkage long sys_fchownat(int dfd, const char __user *name, uid_t uid, gid_t gid, u32 flag)
{
    struct nameidata nd;
    int err = user_path(dfd, name, flag & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW, &nd);

    if (err)
        return err;
    err = change_owner(nd.dentry->d_inode, uid, gid);
    path_release(&nd);
    return err;
}

asmlinkage long sys_chown32(const char __user *name, uid_t uid, gid_t gid)
{
    return sys_fchownat(AT_FDCWD, name, uid, gid, 0);
}

asmlinkage long sys_lchown32(const char __user *name, uid_t uid, gid_t gid)
{
    return sys_fchownat(AT_FDCWD, name, uid, gid, AT_SYMLINK_NOFOLLOW);
}

asmlinkage long sys_fchown32(unsigned int fd, uid_t uid, gid_t gid)
{
    struct file *file = fget(fd);
    long ret;

    if (!file)
        return -EBADF;
    ret = change_owner(file->f_dentry->d_inode, uid, gid);
    fput(file);
    return ret;
}

#define UTIME_NOW  0x3fffffff
#define UTIME_OMIT 0x3ffffffe

static void set_time(struct timespec *to, const struct timespec *from, const struct timespec *now)
{
    if (from->tv_nsec == UTIME_OMIT)
        return;
    *to = from->tv_nsec == UTIME_NOW ? *now : *from;
}

static int change_times(struct inode *inode, const struct timespec *ts)
{
    struct timespec now;

    if (!owns(inode) && (ts || permission(inode, MAY_WRITE)))
        return -EPERM;
    notify_change_times(inode, TOUCH_CTIME);
    now = inode->i_ctime;
    if (ts) {
        set_time(&inode->i_atime, &ts[0], &now);
        set_time(&inode->i_mtime, &ts[1], &now);
    } else {
        inode->i_atime = inode->i_mtime = now;
    }
    return 0;
}

/* Without a name the times are those of the open file dfd. */
static long do_utimens(int dfd, const char __user *name, const struct timespec *ts, u32 flags)
{
    struct nameidata nd;
    long ret;

    if (!name) {
        struct file *file = fget(dfd);
        if (!file)
            return -EBADF;
        ret = change_times(file->f_dentry->d_inode, ts);
        fput(file);
        return ret;
    }
    ret = user_path(dfd, name, flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW, &nd);
    if (ret)
        return ret;
    ret = change_times(nd.dentry->d_inode, ts);
    path_release(&nd);
    return ret;
}

asmlinkage long sys_utimensat(int dfd, const char __user *name, const struct timespec __user *uts,
                              u32 flags)
{
    struct timespec ts[2];

    if (uts && copy_from_user(ts, uts, sizeof(ts)))
        return -EFAULT;
    return do_utimens(dfd, name, uts ? ts : NULL, flags);
}

asmlinkage long sys_utimensat_time64(int dfd, const char __user *name,
                                     const struct timespec64 __user *uts, u32 flags)
{
    struct timespec64 ts64[2];
    struct timespec ts[2];

    if (uts && copy_from_user(ts64, uts, sizeof(ts64)))
        return -EFAULT;
    for (int i = 0; uts && i < 2; i++)
        ts[i] = (struct timespec){ts64[i].tv_sec, ts64[i].tv_nsec};
    return do_utimens(dfd, name, uts ? ts : NULL, flags);
}

/* Everything is in memory: there is nothing to write back. */
asmlinkage long sys_sync(void)
{
    return 0;
}

asmlinkage long sys_fsync(unsigned int fd)
{
    return fcheck(fd) ? 0 : -EBADF;
}
