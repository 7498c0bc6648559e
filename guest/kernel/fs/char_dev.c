/* Character devices: from the number in a device file to the driver. */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <uapi/errno.h>

#define MAX_MAJOR 144

static const struct file_operations *drivers[MAX_MAJOR];

void register_chrdev(unsigned int major, const char *name, const struct file_operations *fops)
{
    BUG_ON(major >= MAX_MAJOR || drivers[major]);
    drivers[major] = fops;
}

/* The driver takes the file over. */
static int chrdev_open(struct inode *inode, struct file *file)
{
    unsigned int major = MAJOR(inode->i_rdev);

    if (major >= MAX_MAJOR || !drivers[major])
        return -ENXIO;
    file->f_op = drivers[major];
    return file->f_op->open ? file->f_op->open(inode, file) : 0;
}

const struct file_operations def_chr_fops = {
    .open = chrdev_open,
};
