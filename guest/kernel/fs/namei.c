/*
 * From a path to a dentry: component by component, through mounts and symbolic links.
 *
 * A walk holds a reference on the dentry where it stands. Links are followed by recursion, at most
 * MAX_LINKS deep and so many in all.
 */
#include <asm/uaccess.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#define MAX_LINKS 20

/* A path from user memory in a page of its own. */
char *getname(const char __user *filename)
{
    char *name = get_free_pages(GFP_KERNEL, 0);
    int len;

    if (!name)
        return ERR_PTR(-ENOMEM);
    len = strncpy_from_user(name, filename, PATH_MAX);
    if (len >= 0 && len < PATH_MAX)
        return name;
    free_pages(name, 0);
    return ERR_PTR(len < 0 ? len : -ENAMETOOLONG);
}

void putname(char *name)
{
    free_pages(name, 0);
}

/* May the caller access the file so? MAY_*. 0 or -EACCES. */
int permission(struct inode *inode, int mask)
{
    mode_t mode = inode->i_mode;

    if (current->cred->fsuid == inode->i_uid)
        mode >>= 6;
    else if (in_group_p(inode->i_gid))
        mode >>= 3;
    if ((mode & mask) == (mode_t)mask)
        return 0;
    /* The superuser may do all, but execute only what somebody may execute. */
    if (current->cred->fsuid == 0 &&
        (!(mask & MAY_EXEC) || S_ISDIR(inode->i_mode) || (inode->i_mode & S_IXUGO)))
        return 0;
    return -EACCES;
}

void path_release(struct nameidata *nd)
{
    dput(nd->dentry);
    nd->dentry = NULL;
}

/* Steps onto what is mounted here. */
static void follow_mounts(struct nameidata *nd)
{
    struct vfsmount *m;

    while ((m = lookup_mnt(nd->mnt, nd->dentry))) {
        dput(nd->dentry);
        nd->mnt = m;
        nd->dentry = dget(m->mnt_root);
    }
}

/* ".." does not leave the root, and leaves a mount by its mount point. */
static void follow_dotdot(struct nameidata *nd)
{
    struct dentry *old = nd->dentry;

    for (;;) {
        if (nd->dentry == current->fs->root && nd->mnt == current->fs->rootmnt)
            return;
        if (nd->dentry != nd->mnt->mnt_root)
            break;
        if (nd->mnt->mnt_parent == nd->mnt)
            return;
        nd->dentry = dget(nd->mnt->mnt_mountpoint);
        nd->mnt = nd->mnt->mnt_parent;
        dput(old);
        old = nd->dentry;
    }
    nd->dentry = dget(nd->dentry->d_parent);
    dput(old);
    follow_mounts(nd);
}

/* The dentry of a name in a directory: positive with d_inode set, or negative. ERR_PTR. */
struct dentry *lookup_one(struct dentry *dir, const char *name, int len)
{
    struct inode *inode = dir->d_inode;
    struct dentry *dentry;
    int err;

    if (len > NAME_MAX)
        return ERR_PTR(-ENAMETOOLONG);
    dentry = d_lookup(dir, name, len);
    if (dentry)
        return dentry;
    dentry = d_alloc(dir, name, len);
    if (!dentry)
        return ERR_PTR(-ENOMEM);
    if (!inode->i_op->lookup)
        return dentry;
    err = inode->i_op->lookup(inode, dentry);
    if (!err || err == -ENOENT)
        return dentry;
    dput(dentry);
    return ERR_PTR(err);
}

static int walk(const char *name, unsigned int flags, struct nameidata *nd);

/* Starts at the root or stays in the directory, by the first character. */
static void start_at_root(const char *name, struct nameidata *nd)
{
    if (*name != '/')
        return;
    dput(nd->dentry);
    nd->dentry = dget(current->fs->root);
    nd->mnt = current->fs->rootmnt;
}

/* Goes where the link leads; nd stands on the directory that it is in. */
static int follow_link(struct dentry *link, unsigned int flags, struct nameidata *nd)
{
    struct inode *inode = link->d_inode;
    char *target;
    int len;

    if (++current->link_count > MAX_LINKS)
        return -ELOOP;
    if (inode->i_op->magic_link) {
        struct dentry *dentry;
        struct vfsmount *mnt;
        int err = inode->i_op->magic_link(inode, &dentry, &mnt);
        if (err != -ENOSYS) {
            if (err)
                return err;
            dput(nd->dentry);
            nd->dentry = dentry;
            nd->mnt = mnt;
            return 0;
        }
    }
    target = get_free_pages(GFP_KERNEL, 0);
    if (!target)
        return -ENOMEM;
    len = inode->i_op->readlink(inode, target, PAGE_SIZE - 1);
    if (len >= 0) {
        target[len] = 0;
        start_at_root(target, nd);
        len = walk(target, flags, nd);
    }
    free_pages(target, 0);
    return len < 0 ? len : 0;
}

/* One component. `follow`: if it is a link, go on to where it leads. */
static int step(const char *name, int len, bool follow, struct nameidata *nd)
{
    struct dentry *next;
    int err;

    err = permission(nd->dentry->d_inode, MAY_EXEC);
    if (err || (len == 1 && name[0] == '.'))
        return err;
    if (len == 2 && name[0] == '.' && name[1] == '.') {
        follow_dotdot(nd);
        return 0;
    }
    next = lookup_one(nd->dentry, name, len);
    if (IS_ERR(next))
        return PTR_ERR(next);
    if (!next->d_inode) {
        dput(next);
        return -ENOENT;
    }
    if (S_ISLNK(next->d_inode->i_mode) && follow) {
        err = follow_link(next, LOOKUP_FOLLOW, nd);
        dput(next);
        return err;
    }
    dput(nd->dentry);
    nd->dentry = next;
    follow_mounts(nd);
    return 0;
}

/* Walks `name` from where nd stands. On failure nd keeps a reference to be released. */
static int walk(const char *name, unsigned int flags, struct nameidata *nd)
{
    for (;;) {
        const char *rest;
        bool last;
        int len = 0, err;

        while (*name == '/')
            name++;
        if (!*name) {
            nd->last[0] = 0;
            return 0;
        }
        while (name[len] && name[len] != '/')
            len++;
        rest = name + len;
        while (*rest == '/')
            rest++;
        last = !*rest;
        if (!S_ISDIR(nd->dentry->d_inode->i_mode))
            return -ENOTDIR;
        if (last && (flags & LOOKUP_PARENT)) {
            if (len > NAME_MAX)
                return -ENAMETOOLONG;
            memcpy(nd->last, name, len);
            nd->last[len] = 0;
            return 0;
        }
        err = step(name, len, !last || (flags & LOOKUP_FOLLOW) || name[len] == '/', nd);
        if (err)
            return err;
        if (name[len] == '/' && !S_ISDIR(nd->dentry->d_inode->i_mode))
            return -ENOTDIR;
        name = rest;
    }
}

/* Where a relative path starts: the working directory, or an open directory. */
static int path_start(int dfd, const char *name, struct nameidata *nd)
{
    struct file *file;

    if (*name == '/') {
        nd->dentry = dget(current->fs->root);
        nd->mnt = current->fs->rootmnt;
        return 0;
    }
    if (dfd == AT_FDCWD) {
        nd->dentry = dget(current->fs->pwd);
        nd->mnt = current->fs->pwdmnt;
        return 0;
    }
    file = fget(dfd);
    if (!file)
        return -EBADF;
    nd->dentry = dget(file->f_dentry);
    nd->mnt = file->f_vfsmnt;
    fput(file);
    return 0;
}

/* Finds a path. 0 with nd->dentry referenced, or -errno. */
int path_lookup(int dfd, const char *name, unsigned int flags, struct nameidata *nd)
{
    int err;

    if (!*name)
        return -ENOENT;
    err = path_start(dfd, name, nd);
    if (err)
        return err;
    current->link_count = 0;
    err = walk(name, flags, nd);
    if (!err && (flags & LOOKUP_DIRECTORY) && !S_ISDIR(nd->dentry->d_inode->i_mode))
        err = -ENOTDIR;
    if (err)
        path_release(nd);
    return err;
}

int user_path(int dfd, const char __user *name, unsigned int flags, struct nameidata *nd)
{
    char *kname = getname(name);
    int err;

    if (IS_ERR(kname))
        return PTR_ERR(kname);
    err = path_lookup(dfd, kname, flags, nd);
    putname(kname);
    return err;
}

/* The negative dentry for a new name; nd comes from LOOKUP_PARENT. ERR_PTR(-EEXIST) if it is
 * there. */
struct dentry *lookup_create(struct nameidata *nd)
{
    struct dentry *dentry;
    int err;

    if (!nd->last[0] || !strcmp(nd->last, ".") || !strcmp(nd->last, ".."))
        return ERR_PTR(-EEXIST);
    dentry = lookup_one(nd->dentry, nd->last, strlen(nd->last));
    if (IS_ERR(dentry))
        return dentry;
    err = dentry->d_inode ? -EEXIST : permission(nd->dentry->d_inode, MAY_WRITE | MAY_EXEC);
    if (!err)
        return dentry;
    dput(dentry);
    return ERR_PTR(err);
}

int vfs_mknod(struct dentry *dir, struct dentry *dentry, mode_t mode, dev_t dev)
{
    struct inode *inode = dir->d_inode;
    return inode->i_op->mknod ? inode->i_op->mknod(inode, dentry, mode, dev) : -EPERM;
}

int vfs_mkdir(struct dentry *dir, struct dentry *dentry, mode_t mode)
{
    struct inode *inode = dir->d_inode;
    return inode->i_op->mkdir ? inode->i_op->mkdir(inode, dentry, mode) : -EPERM;
}

static int may_open(struct inode *inode, int flags)
{
    static const int access[] = {MAY_READ, MAY_WRITE, MAY_READ | MAY_WRITE, MAY_READ | MAY_WRITE};

    if (S_ISLNK(inode->i_mode))
        return -ELOOP;
    if (S_ISDIR(inode->i_mode) && (flags & (O_ACCMODE | O_TRUNC)))
        return -EISDIR;
    return permission(inode, access[flags & O_ACCMODE]);
}

/* Opens the last component of nd, making it if it is not there. nd keeps its reference. */
static int open_or_create(struct nameidata *nd, int flags, mode_t mode)
{
    struct inode *dir = nd->dentry->d_inode;
    struct dentry *dentry;
    int err;

    if (!nd->last[0] || !strcmp(nd->last, ".") || !strcmp(nd->last, ".."))
        return -EISDIR;
    dentry = lookup_one(nd->dentry, nd->last, strlen(nd->last));
    if (IS_ERR(dentry))
        return PTR_ERR(dentry);
    if (dentry->d_inode) {
        dput(dentry);
        return flags & O_EXCL ? -EEXIST : 1;
    }
    err = permission(dir, MAY_WRITE | MAY_EXEC);
    if (!err)
        err = dir->i_op->create ? dir->i_op->create(dir, dentry, mode & ~current->fs->umask)
                                : -EACCES;
    if (err) {
        dput(dentry);
        return err;
    }
    dput(nd->dentry);
    nd->dentry = dentry;
    return 0;
}

/* Opens a path. A file with one reference, or ERR_PTR. */
struct file *filp_open(int dfd, const char *name, int flags, mode_t mode)
{
    unsigned int lookup = flags & O_NOFOLLOW ? 0 : LOOKUP_FOLLOW;
    struct nameidata nd;
    int err = 1;

    if (flags & O_DIRECTORY)
        lookup |= LOOKUP_DIRECTORY;
    if (flags & O_CREAT) {
        err = path_lookup(dfd, name, LOOKUP_PARENT, &nd);
        if (err)
            return ERR_PTR(err);
        err = open_or_create(&nd, flags, S_IFREG | (mode & 07777));
        if (err)
            path_release(&nd);
        if (err < 0)
            return ERR_PTR(err);
    }
    if (err) { /* it exists, or must */
        err = path_lookup(dfd, name, lookup, &nd);
        if (!err) {
            err = may_open(nd.dentry->d_inode, flags);
            if (!err && (flags & O_TRUNC) && S_ISREG(nd.dentry->d_inode->i_mode))
                err = nd.dentry->d_inode->i_op->truncate
                          ? nd.dentry->d_inode->i_op->truncate(nd.dentry->d_inode, 0)
                          : -EACCES;
            if (err)
                path_release(&nd);
        }
        if (err)
            return ERR_PTR(err);
    }
    return dentry_open(nd.dentry, nd.mnt, flags);
}

/* The absolute path of a dentry, below the caller's root. Its length, or -ERANGE. */
int d_path(struct dentry *dentry, struct vfsmount *mnt, char *buf, int size)
{
    int at = size - 1;

    buf[at] = 0;
    for (;;) {
        int len;

        if (dentry == current->fs->root && mnt == current->fs->rootmnt)
            break;
        if (dentry == mnt->mnt_root) {
            if (mnt->mnt_parent == mnt)
                break;
            dentry = mnt->mnt_mountpoint;
            mnt = mnt->mnt_parent;
            continue;
        }
        len = strlen(dentry->d_name);
        if (at < len + 1)
            return -ERANGE;
        at -= len;
        memcpy(buf + at, dentry->d_name, len);
        buf[--at] = '/';
        dentry = dentry->d_parent;
    }
    if (!buf[at])
        buf[--at] = '/';
    memmove(buf, buf + at, size - at);
    return size - at - 1;
}
