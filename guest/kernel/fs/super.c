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
    for (unsigned int i = 0; i < ARRAY_SIZE(in_memory); i++) {
        if (!strcmp(type, in_memory[i]))
            return ramfs_get_sb();
    }
    return NULL;
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
    if (err)
        path_release(&nd);
    return err;
}

/* A mount that nobody uses goes; its dentry count tells: the super block's and the mount's own. */
static int do_umount(struct vfsmount *m)
{
    struct vfsmount *other;

    if (m == root_mnt || m->mnt_root->d_count > 2)
        return -EBUSY;
    list_for_each_entry (other, &mounts, mnt_list) {
        if (other->mnt_parent == m && other != m)
            return -EBUSY;
    }
    list_del(&m->mnt_list);
    m->mnt_mountpoint->d_mounted = false;
    list_for_each_entry (other, &mounts, mnt_list) {
        if (other->mnt_mountpoint == m->mnt_mountpoint)
            other->mnt_mountpoint->d_mounted = true;
    }
    dput(m->mnt_mountpoint);
    dput(m->mnt_root);
    kfree(m);
    return 0;
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
