/* /dev/null, zero, full, random, urandom, kmsg. */
#include <asm/uaccess.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/poll.h>
#include <linux/printk.h>
#include <linux/slab.h>

#define MEM_MAJOR 1

static ssize_t null_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
    return 0;
}

static ssize_t null_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
    return count;
}

static loff_t null_llseek(struct file *file, loff_t offset, int whence)
{
    return file->f_pos = 0;
}

static ssize_t zero_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
    size_t left = clear_user(buf, count);
    return left == count && count ? -EFAULT : (ssize_t)(count - left);
}

static ssize_t full_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
    return -ENOSPC;
}

static ssize_t random_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
    return copy_random_to_user(buf, count);
}

static ssize_t kmsg_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
    char line[256];
    size_t n = min(count, sizeof(line) - 1);

    if (copy_from_user(line, buf, n))
        return -EFAULT;
    line[n] = 0;
    printk("%s%s", line, n && line[n - 1] == '\n' ? "" : "\n");
    return count;
}

static const struct file_operations null_fops = {
    .llseek = null_llseek, .read = null_read, .write = null_write};
static const struct file_operations zero_fops = {
    .llseek = null_llseek, .read = zero_read, .write = null_write};
static const struct file_operations full_fops = {
    .llseek = null_llseek, .read = zero_read, .write = full_write};
static const struct file_operations random_fops = {
    .llseek = null_llseek, .read = random_read, .write = null_write};
static const struct file_operations kmsg_fops = {
    .llseek = null_llseek, .read = null_read, .write = kmsg_write};

/* By minor number. */
static const struct file_operations *const mem_drivers[] = {
    [3] = &null_fops,   [5] = &zero_fops,   [7] = &full_fops,
    [8] = &random_fops, [9] = &random_fops, [11] = &kmsg_fops,
};

static int mem_open(struct inode *inode, struct file *file)
{
    unsigned int minor = MINOR(inode->i_rdev);

    if (minor >= ARRAY_SIZE(mem_drivers) || !mem_drivers[minor])
        return -ENXIO;
    file->f_op = mem_drivers[minor];
    return 0;
}

static const struct file_operations mem_fops = {
    .open = mem_open,
};

void chr_dev_init(void)
{
    register_chrdev(MEM_MAJOR, "mem", &mem_fops);
}
