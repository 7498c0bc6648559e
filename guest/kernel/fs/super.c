/* File systems and where they are mounted. */
#include <asm/uaccess.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>

LIST_HEAD(mounts);
struct vfsmount *root_mnt;

struct super_block *sb_alloc(const char *type, u32 magic)
{
    static unsigned int next_dev;
    struct super_block *sb = kzalloc(sizeof(*sb), GFP_KERNEL);

    if (sb) {
        sb->s_type = type;
        sb->s_magic = magic;
        sb->s_dev = MKDEV(0, ++next_dev);
    }
    return sb;
}

/* Puts a file system over a directory; takes over the caller's references. dentry NULL: the root
 * of all. 0 or -ENOMEM. */
int do_mount_sb(struct super_block *sb, const char *dev, struct dentry *dentry,
                struct vfsmount *mnt)
{
    struct vfsmount *m = kzalloc(sizeof(*m), GFP_KERNEL);

    if (!m)
        return -ENOMEM;
    m->mnt_sb = sb;
    m->mnt_root = dget(sb->s_root);
    m->mnt_mountpoint = dentry ? dentry : sb->s_root;
    m->mnt_parent = mnt ? mnt : m;
    m->mnt_devname = dev;
    list_add_tail(&m->mnt_list, &mounts);
    if (dentry)
        dentry->d_mounted = true;
    return 0;
}

/* What is mounted on this directory of this mount, the latest first; NULL: nothing. */
struct vfsmount *lookup_mnt(struct vfsmount *mnt, struct dentry *dentry)
{
    struct vfsmount *m, *found = NULL;

    if (!dentry->d_mounted)
        return NULL;
    list_for_each_entry (m, &mounts, mnt_list) {
        if (m->mnt_mountpoint == dentry && m->mnt_parent == mnt && m != mnt)
            found = m;
    }
    return found;
}

/* An empty ramfs is the root; the initrd is unpacked into it. */
void mount_rootfs(void)
{
    struct super_block *sb = ramfs_get_sb();

    if (!sb || do_mount_sb(sb, "rootfs", NULL, NULL))
        panic("no memory for the root file system");
    root_mnt = list_first_entry(&mounts, struct vfsmount, mnt_list);
    init_fs.root = dget(sb->s_root);
    init_fs.pwd = dget(sb->s_root);
    init_fs.rootmnt = init_fs.pwdmnt = root_mnt;
}

/* The kinds of file systems that mount() knows. */
static struct super_block *get_sb(const char *type)
{
    static const char *const in_memory[] = {"ramfs", "tmpfs", "devtmpfs"};

    if (!strcmp(type, "proc"))
        return proc_get_sb();
    if (!strcmp(type, "devpts"))
        return devpts_get_sb();
    for (unsigned int i = 0; i < ARRAY_SIZE(in_memory); i++) {
        if (!strcmp(type, in_memory[i]))
            return ramfs_get_sb();
    }
    return NULL;
}

/* The dentry after d in a walk over the tree below root, parents first; NULL at the end. */
static struct dentry *next_dentry(struct dentry *root, struct dentry *d)
{
    if (!list_empty(&d->d_subdirs))
        return list_first_entry(&d->d_subdirs, struct dentry, d_child);
    while (d != root && d->d_child.next == &d->d_parent->d_subdirs)
        d = d->d_parent;
    return d == root ? NULL : list_first_entry(&d->d_child, struct dentry, d_child);
}

static int count_children(struct dentry *d)
{
    struct dentry *child;
    int n = 0;

    list_for_each_entry (child, &d->d_subdirs, d_child)
        n++;
    return n;
}

/* Does anybody hold a dentry of this mount? A name holds itself and each of its children holds it;
 * the root is held by the super block and by its mounts. */
static bool is_busy(const struct vfsmount *m)
{
    struct dentry *root = m->mnt_root;

    for (struct dentry *d = root; d; d = next_dentry(root, d)) {
        if (d->d_mounted || d->d_count > count_children(d) + (d == root ? 2 : 1))
            return true;
    }
    return false;
}

/* Forgets a file system and all that is in it. Those of proc and devpts are for ever. */
static void kill_sb(struct super_block *sb)
{
    struct dentry *root = sb->s_root, *d = root;

    if (sb->s_op)
        return;
    while (!list_empty(&root->d_subdirs)) {
        while (!list_empty(&d->d_subdirs))
            d = list_first_entry(&d->d_subdirs, struct dentry, d_child);
        struct dentry *parent = d->d_parent;
        d_drop(d);
        d = parent;
    }
    dput(root);
    kfree(sb);
}

/* Something else may have been mounted on the same directory before. */
static void uncover(struct dentry *mountpoint)
{
    struct vfsmount *m;

    mountpoint->d_mounted = false;
    list_for_each_entry (m, &mounts, mnt_list)
        mountpoint->d_mounted |= m->mnt_mountpoint == mountpoint && m->mnt_parent != m;
    dput(mountpoint);
}

/* A mount that nobody uses goes. */
static int do_umount(struct vfsmount *m)
{
    if (m == root_mnt || is_busy(m))
        return -EBUSY;
    list_del(&m->mnt_list);
    uncover(m->mnt_mountpoint);
    dput(m->mnt_root);
    kill_sb(m->mnt_sb);
    kfree(m);
    return 0;
}

asmlinkage long sys_mount(const char __user *dev, const char __user *dir, const char __user *type,
                          u32 flags, const void __user *data)
{
    struct nameidata nd;
    struct super_block *sb;
    char name[16];
    int err;

    if (!capable(CAP_SYS_ADMIN))
        return -EPERM;
    err = strncpy_from_user(name, type, sizeof(name));
    if (err < 0)
        return err;
    if (err == sizeof(name))
        return -ENODEV;
    err = user_path(AT_FDCWD, dir, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &nd);
    if (err)
        return err;
    sb = get_sb(name);
    err = sb ? do_mount_sb(sb, sb->s_type, nd.dentry, nd.mnt) : -ENODEV;
    if (err && sb)
        kill_sb(sb);
    if (err)
        path_release(&nd);
    return err;
}

asmlinkage long sys_umount2(const char __user *name, int flags)
{
    struct nameidata nd;
    bool is_root;
    int err;

    if (!capable(CAP_SYS_ADMIN))
        return -EPERM;
    err = user_path(AT_FDCWD, name, LOOKUP_FOLLOW, &nd);
    if (err)
        return err;
    is_root = nd.dentry == nd.mnt->mnt_root;
    path_release(&nd);
    return is_root ? do_umount(nd.mnt) : -EINVAL;
}
