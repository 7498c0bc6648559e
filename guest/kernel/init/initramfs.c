/*
 * The root file system: unpacked from the initrd, a cpio archive of the "newc" kind, and the device
 * files that every system needs.
 *
 * A newc header is "070701" and 13 numbers of 8 hexadecimal digits; name and contents follow, each
 * padded to a multiple of 4. The last entry is called TRAILER!!!.
 */
#include <asm/page.h>
#include <asm/uaccess.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/string.h>

#define NEWC_MAGIC  "070701"
#define NEWC_HEADER 110

enum {
    C_INO,
    C_MODE,
    C_UID,
    C_GID,
    C_NLINK,
    C_MTIME,
    C_FILESIZE,
    C_DEVMAJOR,
    C_DEVMINOR,
    C_RDEVMAJOR,
    C_RDEVMINOR,
    C_NAMESIZE,
    C_CHECK,
    C_FIELDS
};

/* One entry of the archive. */
struct cpio_entry {
    u32 field[C_FIELDS];
    const char *name; /* ends in NUL */
    const u8 *data;
};

static bool parse_header(const u8 *p, struct cpio_entry *e)
{
    char digits[9] = "";

    if (memcmp(p, NEWC_MAGIC, 6))
        return false;
    for (int i = 0; i < C_FIELDS; i++) {
        char *end;
        memcpy(digits, p + 6 + i * 8, 8);
        e->field[i] = simple_strtoul(digits, &end, 16);
        if (end != digits + 8)
            return false;
    }
    return true;
}

/* The entry at `at`, and where the next one is; 0: the archive is damaged here. */
static u32 read_entry(const u8 *base, u32 at, u32 size, struct cpio_entry *e)
{
    u32 name = at + NEWC_HEADER, data, next;

    if (size - at < NEWC_HEADER || !parse_header(base + at, e))
        return 0;
    if (!e->field[C_NAMESIZE] || e->field[C_NAMESIZE] > PATH_MAX ||
        e->field[C_NAMESIZE] > size - name || base[name + e->field[C_NAMESIZE] - 1])
        return 0;
    data = ALIGN(name + e->field[C_NAMESIZE], 4);
    if (data > size || e->field[C_FILESIZE] > size - data)
        return 0;
    next = ALIGN(data + e->field[C_FILESIZE], 4);
    e->name = (const char *)base + name;
    e->data = base + data;
    return min(next, size);
}

static int write_contents(const struct cpio_entry *e)
{
    struct file *file = filp_open(AT_FDCWD, e->name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    loff_t pos = 0;
    ssize_t n;

    if (IS_ERR(file))
        return PTR_ERR(file);
    n = vfs_write(file, (const char *)e->data, e->field[C_FILESIZE], &pos);
    fput(file);
    return n == (ssize_t)e->field[C_FILESIZE] ? 0 : -ENOSPC;
}

/* A directory, link or device file. */
static int make_node(const struct cpio_entry *e, struct nameidata *nd)
{
    mode_t mode = e->field[C_MODE];
    struct dentry *dentry = lookup_create(nd);
    struct inode *dir = nd->dentry->d_inode;
    char target[256];
    int err;

    if (IS_ERR(dentry))
        return PTR_ERR(dentry) == -EEXIST && S_ISDIR(mode) ? 0 : PTR_ERR(dentry);
    if (S_ISDIR(mode)) {
        err = vfs_mkdir(nd->dentry, dentry, mode);
    } else if (S_ISLNK(mode)) {
        u32 len = min(e->field[C_FILESIZE], (u32)sizeof(target) - 1);
        memcpy(target, e->data, len);
        target[len] = 0;
        err = dir->i_op->symlink(dir, dentry, target);
    } else {
        err = vfs_mknod(nd->dentry, dentry, mode,
                        MKDEV(e->field[C_RDEVMAJOR], e->field[C_RDEVMINOR]));
    }
    dput(dentry);
    return err;
}

/* Mode, owner and time as the archive has them. */
static void set_attributes(const struct cpio_entry *e)
{
    struct nameidata nd;

    if (path_lookup(AT_FDCWD, e->name, 0, &nd))
        return;
    nd.dentry->d_inode->i_mode = e->field[C_MODE];
    nd.dentry->d_inode->i_uid = e->field[C_UID];
    nd.dentry->d_inode->i_gid = e->field[C_GID];
    nd.dentry->d_inode->i_mtime.tv_sec = e->field[C_MTIME];
    path_release(&nd);
}

static int unpack_entry(const struct cpio_entry *e)
{
    struct nameidata nd;
    int err;

    if (!strcmp(e->name, ".") || !strcmp(e->name, "/"))
        return 0;
    if (S_ISREG(e->field[C_MODE])) {
        err = write_contents(e);
    } else {
        err = path_lookup(AT_FDCWD, e->name, LOOKUP_PARENT, &nd);
        if (!err) {
            err = make_node(e, &nd);
            path_release(&nd);
        }
    }
    if (!err)
        set_attributes(e);
    return err;
}

static void unpack(const u8 *base, u32 size)
{
    struct cpio_entry e;
    u32 at = 0, next, files = 0;

    while (at < size) {
        int err;
        next = read_entry(base, at, size, &e);
        if (!next)
            panic("initrd: damaged at offset %u, or not a newc cpio archive", at);
        if (!strcmp(e.name, "TRAILER!!!"))
            break;
        err = unpack_entry(&e);
        if (err)
            panic("initrd: cannot unpack \"%s\": error %d", e.name, -err);
        files++;
        at = next;
    }
    printk("initrd: %u files, %u kB\n", files, size / 1024);
}

static const struct {
    const char *name;
    mode_t mode;
    dev_t dev;
} standard_nodes[] = {
    {"/dev", S_IFDIR | 0755, 0},
    {"/proc", S_IFDIR | 0555, 0},
    {"/tmp", S_IFDIR | 01777, 0},
    {"/dev/null", S_IFCHR | 0666, MKDEV(1, 3)},
    {"/dev/zero", S_IFCHR | 0666, MKDEV(1, 5)},
    {"/dev/full", S_IFCHR | 0666, MKDEV(1, 7)},
    {"/dev/random", S_IFCHR | 0666, MKDEV(1, 8)},
    {"/dev/urandom", S_IFCHR | 0666, MKDEV(1, 9)},
    {"/dev/kmsg", S_IFCHR | 0644, MKDEV(1, 11)},
    {"/dev/tty", S_IFCHR | 0666, MKDEV(5, 0)},
    {"/dev/console", S_IFCHR | 0600, MKDEV(5, 1)},
    {"/dev/ttyS0", S_IFCHR | 0660, MKDEV(4, 64)},
};

/* Those of the archive are left alone. */
static void make_standard_nodes(void)
{
    for (unsigned int i = 0; i < ARRAY_SIZE(standard_nodes); i++) {
        mode_t mode = standard_nodes[i].mode;
        struct nameidata nd;
        struct dentry *dentry;

        if (path_lookup(AT_FDCWD, standard_nodes[i].name, LOOKUP_PARENT, &nd))
            continue;
        dentry = lookup_create(&nd);
        if (!IS_ERR(dentry)) {
            if (S_ISDIR(mode))
                vfs_mkdir(nd.dentry, dentry, mode);
            else
                vfs_mknod(nd.dentry, dentry, mode, standard_nodes[i].dev);
            dput(dentry);
        }
        path_release(&nd);
    }
}

/* Called with KERNEL_DS: names and contents are the kernel's. The initrd's memory is freed. */
void populate_rootfs(void)
{
    u32 start = boot_info.initrd_start, size = boot_info.initrd_end - start;

    if (size) {
        unpack(__va(start), size);
        free_area_add(start >> PAGE_SHIFT, (start + size) >> PAGE_SHIFT);
    } else {
        printk(KERN_WARNING "no initrd: the root file system is empty\n");
    }
    make_standard_nodes();
}
