/* Root, working directory and umask of a task. */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/slab.h>

static struct kmem_cache *fs_cachep;

struct fs_struct init_fs = {
    .count = 1,
    .umask = 022,
};

void fs_struct_init(void)
{
    fs_cachep = kmem_cache_create("fs_cache", sizeof(struct fs_struct));
}

/* A copy with references of its own; NULL without memory. */
struct fs_struct *copy_fs_struct(struct fs_struct *old)
{
    struct fs_struct *fs = kmem_cache_alloc(fs_cachep, GFP_KERNEL);

    if (!fs)
        return NULL;
    *fs = *old;
    fs->count = 1;
    dget(fs->root);
    dget(fs->pwd);
    return fs;
}

void put_fs_struct(struct fs_struct *fs)
{
    if (--fs->count)
        return;
    dput(fs->root);
    dput(fs->pwd);
    kmem_cache_free(fs_cachep, fs);
}
