/* The contents of files that live in memory: pages by index, holes read as zeroes. */
#include <asm/uaccess.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

struct page *find_get_page(struct inode *inode, u32 index)
{
    return index < inode->i_nrpages ? inode->i_pages[index] : NULL;
}

/* Makes room for the page at `index`. */
static int grow_pages(struct inode *inode, u32 index)
{
    u32 nr = max(8u, inode->i_nrpages);
    struct page **pages;

    if (index < inode->i_nrpages)
        return 0;
    while (nr <= index)
        nr *= 2;
    pages = kzalloc(nr * sizeof(*pages), GFP_KERNEL);
    if (!pages)
        return -ENOMEM;
    if (inode->i_nrpages)
        memcpy(pages, inode->i_pages, inode->i_nrpages * sizeof(*pages));
    kfree(inode->i_pages);
    inode->i_pages = pages;
    inode->i_nrpages = nr;
    return 0;
}

struct page *find_or_create_page(struct inode *inode, u32 index)
{
    if (grow_pages(inode, index))
        return NULL;
    if (!inode->i_pages[index])
        inode->i_pages[index] = alloc_page(GFP_KERNEL | GFP_ZERO);
    return inode->i_pages[index];
}

/* Drops what lies beyond `size`, and zeroes the rest of the last page. */
void truncate_inode_pages(struct inode *inode, loff_t size)
{
    u32 first = (size + PAGE_SIZE - 1) >> PAGE_SHIFT, offset = size & (PAGE_SIZE - 1);
    struct page *last = offset ? find_get_page(inode, size >> PAGE_SHIFT) : NULL;

    if (last)
        memset((u8 *)page_address(last) + offset, 0, PAGE_SIZE - offset);
    for (u32 i = first; i < inode->i_nrpages; i++) {
        if (inode->i_pages[i])
            put_page(inode->i_pages[i]);
        inode->i_pages[i] = NULL;
    }
    if (!size) {
        kfree(inode->i_pages);
        inode->i_pages = NULL;
        inode->i_nrpages = 0;
    }
}

ssize_t generic_file_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
    struct inode *inode = file->f_dentry->d_inode;
    size_t done = 0;

    while (done < count && *pos < inode->i_size) {
        u32 offset = *pos & (PAGE_SIZE - 1);
        size_t n = min(count - done, (size_t)(PAGE_SIZE - offset));
        struct page *page = find_get_page(inode, *pos >> PAGE_SHIFT);
        size_t left;

        if ((loff_t)n > inode->i_size - *pos)
            n = inode->i_size - *pos;
        if (page)
            left = copy_to_user(buf + done, (u8 *)page_address(page) + offset, n);
        else
            left = clear_user(buf + done, n);
        done += n - left;
        *pos += n - left;
        if (left)
            return done ? (ssize_t)done : -EFAULT;
    }
    return done;
}

/* How much may be written at pos before RLIMIT_FSIZE. 0 with SIGXFSZ sent, -EFBIG then. */
static ssize_t check_limits(loff_t pos, size_t count)
{
    u32 limit = rlimit_cur(RLIMIT_FSIZE);
    loff_t max_size = limit == RLIM_INFINITY ? 0x7fffffff : (loff_t)limit;

    if (pos >= max_size) {
        if (limit != RLIM_INFINITY)
            send_sig(SIGXFSZ, current, false);
        return -EFBIG;
    }
    return (loff_t)count > max_size - pos ? (ssize_t)(max_size - pos) : (ssize_t)count;
}

ssize_t generic_file_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
    struct inode *inode = file->f_dentry->d_inode;
    size_t done = 0;
    ssize_t may;

    if (file->f_flags & O_APPEND)
        *pos = inode->i_size;
    if (!count)
        return 0;
    may = check_limits(*pos, count);
    if (may < 0)
        return may;
    while (done < (size_t)may) {
        u32 offset = *pos & (PAGE_SIZE - 1);
        size_t n = min((size_t)may - done, (size_t)(PAGE_SIZE - offset));
        struct page *page = find_or_create_page(inode, *pos >> PAGE_SHIFT);
        size_t left;

        if (!page)
            return done ? (ssize_t)done : -ENOSPC;
        left = copy_from_user((u8 *)page_address(page) + offset, buf + done, n);
        done += n - left;
        *pos += n - left;
        if (*pos > inode->i_size)
            inode->i_size = *pos;
        if (left) {
            if (!done)
                return -EFAULT;
            break;
        }
    }
    notify_change_times(inode, TOUCH_MTIME | TOUCH_CTIME);
    return done;
}
