/* System calls that make, remove and rename names. */
#include <asm/uaccess.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/syscalls.h>

/* The parent of a new name in nd and its negative dentry; ERR_PTR with nothing held. */
static struct dentry *create_at(int dfd, const char __user *name, struct nameidata *nd)
{
    struct dentry *dentry;
    int err = user_path(dfd, name, LOOKUP_PARENT, nd);

    if (err)
        return ERR_PTR(err);
    dentry = lookup_create(nd);
    if (IS_ERR(dentry))
        path_release(nd);
    return dentry;
}

static long create_done(struct nameidata *nd, struct dentry *dentry, int err)
{
    dput(dentry);
    path_release(nd);
    return err;
}

asmlinkage long sys_mkdirat(int dfd, const char __user *name, mode_t mode)
{
    struct nameidata nd;
    struct dentry *dentry = create_at(dfd, name, &nd);

    if (IS_ERR(dentry))
        return PTR_ERR(dentry);
    return create_done(
        &nd, dentry, vfs_mkdir(nd.dentry, dentry, S_IFDIR | (mode & 01777 & ~current->fs->umask)));
}

asmlinkage long sys_mkdir(const char __user *name, mode_t mode)
{
    return sys_mkdirat(AT_FDCWD, name, mode);
}

asmlinkage long sys_mknodat(int dfd, const char __user *name, mode_t mode, u32 dev)
{
    mode_t type = mode & S_IFMT ? mode & S_IFMT : S_IFREG;
    struct nameidata nd;
    struct dentry *dentry;

    if (!S_ISREG(type) && !S_ISCHR(type) && !S_ISBLK(type) && !S_ISFIFO(type))
        return -EINVAL;
    if ((S_ISCHR(type) || S_ISBLK(type)) && !capable(CAP_SYS_ADMIN))
        return -EPERM;
    dentry = create_at(dfd, name, &nd);
    if (IS_ERR(dentry))
        return PTR_ERR(dentry);
    return create_done(
        &nd, dentry,
        vfs_mknod(nd.dentry, dentry, type | (mode & 07777 & ~current->fs->umask), dev));
}

asmlinkage long sys_mknod(const char __user *name, mode_t mode, u32 dev)
{
    return sys_mknodat(AT_FDCWD, name, mode, dev);
}

asmlinkage long sys_symlinkat(const char __user *target, int dfd, const char __user *name)
{
    char *text = getname(target);
    struct nameidata nd;
    struct dentry *dentry;
    long ret = -EPERM;

    if (IS_ERR(text))
        return PTR_ERR(text);
    dentry = create_at(dfd, name, &nd);
    if (IS_ERR(dentry)) {
        ret = PTR_ERR(dentry);
    } else {
        struct inode *dir = nd.dentry->d_inode;
        if (!*text)
            ret = -ENOENT;
        else if (dir->i_op->symlink)
            ret = dir->i_op->symlink(dir, dentry, text);
        create_done(&nd, dentry, 0);
    }
    putname(text);
    return ret;
}

asmlinkage long sys_symlink(const char __user *target, const char __user *name)
{
    return sys_symlinkat(target, AT_FDCWD, name);
}

asmlinkage long sys_linkat(int olddfd, const char __user *oldname, int newdfd,
                           const char __user *newname, u32 flags)
{
    struct nameidata old, nd;
    struct dentry *dentry;
    long ret = user_path(olddfd, oldname, flags & AT_SYMLINK_FOLLOW ? LOOKUP_FOLLOW : 0, &old);

    if (ret)
        return ret;
    dentry = create_at(newdfd, newname, &nd);
    if (IS_ERR(dentry)) {
        ret = PTR_ERR(dentry);
    } else {
        struct inode *dir = nd.dentry->d_inode;
        if (S_ISDIR(old.dentry->d_inode->i_mode) || !dir->i_op->link)
            ret = -EPERM;
        else if (old.dentry->d_inode->i_sb != dir->i_sb)
            ret = -EXDEV;
        else
            ret = dir->i_op->link(old.dentry, dir, dentry);
        create_done(&nd, dentry, 0);
    }
    path_release(&old);
    return ret;
}

asmlinkage long sys_link(const char __user *oldname, const char __user *newname)
{
    return sys_linkat(AT_FDCWD, oldname, AT_FDCWD, newname, 0);
}

/* May this name be taken out of its directory? In a sticky one only by the owners. */
static int may_delete(struct inode *dir, const struct dentry *victim)
{
    int err = permission(dir, MAY_WRITE | MAY_EXEC);

    if (err)
        return err;
    if ((dir->i_mode & S_ISVTX) && current->cred->fsuid != victim->d_inode->i_uid &&
        current->cred->fsuid != dir->i_uid && !capable(CAP_FOWNER))
        return -EPERM;
    return victim->d_mounted ? -EBUSY : 0;
}

static int remove_entry(struct inode *dir, struct dentry *victim, bool is_rmdir)
{
    bool is_dir = S_ISDIR(victim->d_inode->i_mode);
    int err = may_delete(dir, victim);

    if (err)
        return err;
    if (is_rmdir) {
        if (!is_dir)
            return -ENOTDIR;
        return dir->i_op->rmdir ? dir->i_op->rmdir(dir, victim) : -EPERM;
    }
    if (is_dir)
        return -EISDIR;
    return dir->i_op->unlink ? dir->i_op->unlink(dir, victim) : -EPERM;
}

asmlinkage long sys_unlinkat(int dfd, const char __user *name, u32 flag)
{
    struct nameidata nd;
    struct dentry *victim;
    int err = user_path(dfd, name, LOOKUP_PARENT, &nd);

    if (err)
        return err;
    if (!nd.last[0] || !strcmp(nd.last, ".") || !strcmp(nd.last, "..")) {
        path_release(&nd);
        return flag & AT_REMOVEDIR ? -EINVAL : -EISDIR;
    }
    victim = lookup_one(nd.dentry, nd.last, strlen(nd.last));
    if (IS_ERR(victim)) {
        err = PTR_ERR(victim);
    } else {
        err = victim->d_inode ? remove_entry(nd.dentry->d_inode, victim, flag & AT_REMOVEDIR)
                              : -ENOENT;
        dput(victim);
    }
    path_release(&nd);
    return err;
}

asmlinkage long sys_unlink(const char __user *name)
{
    return sys_unlinkat(AT_FDCWD, name, 0);
}

asmlinkage long sys_rmdir(const char __user *name)
{
    return sys_unlinkat(AT_FDCWD, name, AT_REMOVEDIR);
}

/* Is `dir` below `dentry`, or the same? A directory cannot be moved into itself. */
static bool is_subdir(const struct dentry *dir, const struct dentry *dentry)
{
    while (dir != dentry && dir->d_parent != dir)
        dir = dir->d_parent;
    return dir == dentry;
}

/* Can `old` take the place of what is there already? */
static int may_replace(struct inode *dir, const struct dentry *old, struct dentry *target)
{
    bool old_dir = S_ISDIR(old->d_inode->i_mode), new_dir = S_ISDIR(target->d_inode->i_mode);

    if (old_dir != new_dir)
        return old_dir ? -ENOTDIR : -EISDIR;
    if (new_dir && !list_empty(&target->d_subdirs))
        return -ENOTEMPTY;
    return may_delete(dir, target);
}

static int do_rename(struct dentry *old_dir, struct dentry *old, struct dentry *new_dir,
                     struct dentry *target)
{
    int err = may_delete(old_dir->d_inode, old);

    if (err)
        return err;
    if (old->d_inode->i_sb != new_dir->d_inode->i_sb)
        return -EXDEV;
    if (is_subdir(new_dir, old))
        return -EINVAL;
    if (target->d_inode == old->d_inode)
        return 0;
    err = target->d_inode ? may_replace(new_dir->d_inode, old, target)
                          : permission(new_dir->d_inode, MAY_WRITE | MAY_EXEC);
    if (err)
        return err;
    return new_dir->d_inode->i_op->rename
               ? new_dir->d_inode->i_op->rename(old, new_dir->d_inode, target)
               : -EPERM;
}

static bool is_plain_name(const char *name)
{
    return name[0] && strcmp(name, ".") && strcmp(name, "..");
}

asmlinkage long sys_renameat(int olddfd, const char __user *oldname, int newdfd,
                             const char __user *newname)
{
    struct nameidata ond, nnd;
    struct dentry *old = NULL, *target = NULL;
    long ret = user_path(olddfd, oldname, LOOKUP_PARENT, &ond);

    if (ret)
        return ret;
    ret = user_path(newdfd, newname, LOOKUP_PARENT, &nnd);
    if (ret) {
        path_release(&ond);
        return ret;
    }
    ret = -EBUSY;
    if (is_plain_name(ond.last) && is_plain_name(nnd.last)) {
        old = lookup_one(ond.dentry, ond.last, strlen(ond.last));
        target = lookup_one(nnd.dentry, nnd.last, strlen(nnd.last));
        if (IS_ERR(old))
            ret = PTR_ERR(old);
        else if (IS_ERR(target))
            ret = PTR_ERR(target);
        else
            ret = old->d_inode ? do_rename(ond.dentry, old, nnd.dentry, target) : -ENOENT;
    }
    if (old && !IS_ERR(old))
        dput(old);
    if (target && !IS_ERR(target))
        dput(target);
    path_release(&ond);
    path_release(&nnd);
    return ret;
}

asmlinkage long sys_rename(const char __user *oldname, const char __user *newname)
{
    return sys_renameat(AT_FDCWD, oldname, AT_FDCWD, newname);
}
