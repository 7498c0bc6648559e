/* Open file descriptions. */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>

int nr_files;

static struct kmem_cache *filp_cachep;

void files_init(void)
{
    filp_cachep = kmem_cache_create("filp", sizeof(struct file));
}

struct file *get_empty_filp(void)
{
    struct file *file = kmem_cache_zalloc(filp_cachep, GFP_KERNEL);

    if (file) {
        file->f_count = 1;
        nr_files++;
    }
    return file;
}

static void free_filp(struct file *file)
{
    nr_files--;
    kmem_cache_free(filp_cachep, file);
}

struct file *dentry_open(struct dentry *dentry, struct vfsmount *mnt, int flags)
{
    static const u8 modes[] = {FMODE_READ, FMODE_WRITE, FMODE_READ | FMODE_WRITE, 0};
    struct file *file = get_empty_filp();
    int err = -ENOMEM;

    if (!file)
        goto out;
    file->f_dentry = dentry;
    file->f_vfsmnt = mnt;
    file->f_flags = flags & ~(O_CREAT | O_EXCL | O_TRUNC | O_CLOEXEC);
    file->f_mode = modes[flags & O_ACCMODE];
    file->f_op = dentry->d_inode->i_fop;
    err = -ENXIO;
    if (!file->f_op)
        goto out_file;
    err = file->f_op->open ? file->f_op->open(dentry->d_inode, file) : 0;
    if (err)
        goto out_file;
    file->f_flags &= ~O_NOCTTY; /* has done its work */
    return file;

out_file:
    free_filp(file);
out:
    dput(dentry);
    return ERR_PTR(err);
}

/* Drops a reference; the last one closes. */
void fput(struct file *file)
{
    BUG_ON(file->f_count <= 0);
    if (--file->f_count)
        return;
    locks_remove_flock(file);
    if (file->f_op->release)
        file->f_op->release(file->f_dentry->d_inode, file);
    dput(file->f_dentry);
    free_filp(file);
}
