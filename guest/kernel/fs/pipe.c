/*
 * Pipes and fifos: a ring of 64 kB between writers and readers.
 *
 * A write of at most PIPE_BUF bytes goes in as a whole or waits; longer ones may be interleaved
 * with others. Without readers a write ends in EPIPE and SIGPIPE, without writers a read in 0.
 */
#include <asm/uaccess.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/syscalls.h>
#include <uapi/termios.h>

#define PIPE_SIZE  65536
#define PIPE_PAGES (PIPE_SIZE / PAGE_SIZE)
#define PIPE_BUF   4096
#define PIPE_MAGIC 0x50495045

struct pipe_inode_info {
    struct page *pages[PIPE_PAGES];    /* the ring, a page made when first written */
    u32 start, len;                    /* first byte to read, bytes to read */
    int readers, writers;              /* open ends */
    unsigned int r_counter, w_counter; /* opens so far, for fifos that wait for the other end */
    struct wait_queue_head wait;       /* for data, room, or another end */
};

static struct super_block *pipe_sb;

static struct pipe_inode_info *alloc_pipe_info(void)
{
    struct pipe_inode_info *pipe = kzalloc(sizeof(*pipe), GFP_KERNEL);

    if (pipe)
        init_waitqueue_head(&pipe->wait);
    return pipe;
}

void free_pipe_info(struct inode *inode)
{
    struct pipe_inode_info *pipe = inode->i_pipe;

    if (!pipe)
        return;
    for (int i = 0; i < PIPE_PAGES; i++) {
        if (pipe->pages[i])
            put_page(pipe->pages[i]);
    }
    kfree(pipe);
    inode->i_pipe = NULL;
}

static struct pipe_inode_info *file_pipe(struct file *file)
{
    return file->f_dentry->d_inode->i_pipe;
}

/* Sleeps until something happens to the pipe: the caller looks again. 0 or -ERESTARTSYS. */
static int pipe_wait(struct pipe_inode_info *pipe)
{
    DEFINE_WAIT(wait);

    prepare_to_wait(&pipe->wait, &wait, TASK_INTERRUPTIBLE);
    schedule();
    finish_wait(&pipe->wait, &wait);
    return signal_pending(current) ? -ERESTARTSYS : 0;
}

/* Moves up to `count` bytes out of the ring. Bytes moved or -EFAULT. */
static ssize_t take_bytes(struct pipe_inode_info *pipe, char __user *buf, size_t count)
{
    size_t done = 0;

    while (done < count && pipe->len) {
        u32 offset = pipe->start % PAGE_SIZE;
        size_t n = min(min(count - done, (size_t)pipe->len), (size_t)(PAGE_SIZE - offset));
        struct page *page = pipe->pages[pipe->start / PAGE_SIZE];

        if (copy_to_user(buf + done, (u8 *)page_address(page) + offset, n))
            return done ? (ssize_t)done : -EFAULT;
        pipe->start = (pipe->start + n) % PIPE_SIZE;
        pipe->len -= n;
        done += n;
    }
    return done;
}

/* Moves up to `count` bytes into the ring. Bytes moved, -EFAULT or -ENOMEM. */
static ssize_t put_bytes(struct pipe_inode_info *pipe, const char __user *buf, size_t count)
{
    size_t done = 0;

    while (done < count && pipe->len < PIPE_SIZE) {
        u32 at = (pipe->start + pipe->len) % PIPE_SIZE, offset = at % PAGE_SIZE;
        size_t n =
            min(min(count - done, (size_t)(PIPE_SIZE - pipe->len)), (size_t)(PAGE_SIZE - offset));
        struct page **page = &pipe->pages[at / PAGE_SIZE];

        if (!*page)
            *page = alloc_page(GFP_KERNEL);
        if (!*page)
            return done ? (ssize_t)done : -ENOMEM;
        if (copy_from_user((u8 *)page_address(*page) + offset, buf + done, n))
            return done ? (ssize_t)done : -EFAULT;
        pipe->len += n;
        done += n;
    }
    return done;
}

static ssize_t pipe_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
    struct pipe_inode_info *pipe = file_pipe(file);
    ssize_t ret;

    if (!count)
        return 0;
    while (!pipe->len) {
        if (!pipe->writers)
            return 0;
        if (file->f_flags & O_NONBLOCK)
            return -EAGAIN;
        ret = pipe_wait(pipe);
        if (ret)
            return ret;
    }
    ret = take_bytes(pipe, buf, count);
    wake_up(&pipe->wait);
    return ret;
}

static ssize_t pipe_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
    struct pipe_inode_info *pipe = file_pipe(file);
    size_t done = 0;
    ssize_t ret = 0;

    while (done < count) {
        size_t needed = count <= PIPE_BUF ? count : 1;

        if (!pipe->readers) {
            send_sig(SIGPIPE, current, false);
            ret = -EPIPE;
            break;
        }
        if (PIPE_SIZE - pipe->len >= needed) {
            ret = put_bytes(pipe, buf + done, count - done);
            if (ret < 0)
                break;
            done += ret;
            wake_up(&pipe->wait);
            continue;
        }
        ret = file->f_flags & O_NONBLOCK ? -EAGAIN : pipe_wait(pipe);
        if (ret)
            break;
    }
    return done ? (ssize_t)done : ret;
}

static unsigned int pipe_poll(struct file *file, struct poll_table *table)
{
    struct pipe_inode_info *pipe = file_pipe(file);
    unsigned int mask = 0;

    poll_wait(file, &pipe->wait, table);
    if (file->f_mode & FMODE_READ) {
        mask |= pipe->len ? POLLIN : 0;
        if (!pipe->writers && pipe->w_counter)
            mask |= POLLHUP;
    }
    if (file->f_mode & FMODE_WRITE) {
        mask |= PIPE_SIZE - pipe->len >= PIPE_BUF ? POLLOUT : 0;
        if (!pipe->readers)
            mask |= POLLERR;
    }
    return mask;
}

static int pipe_ioctl(struct file *file, unsigned int cmd, u32 arg)
{
    if (cmd != FIONREAD)
        return -ENOTTY;
    return put_user((int)file_pipe(file)->len, (int __user *)arg);
}

static void pipe_release(struct inode *inode, struct file *file)
{
    struct pipe_inode_info *pipe = inode->i_pipe;

    pipe->readers -= !!(file->f_mode & FMODE_READ);
    pipe->writers -= !!(file->f_mode & FMODE_WRITE);
    wake_up(&pipe->wait);
    if (!pipe->readers && !pipe->writers)
        free_pipe_info(inode); /* a fifo starts afresh at the next open */
}

static void add_end(struct pipe_inode_info *pipe, struct file *file)
{
    if (file->f_mode & FMODE_READ) {
        pipe->readers++;
        pipe->r_counter++;
    }
    if (file->f_mode & FMODE_WRITE) {
        pipe->writers++;
        pipe->w_counter++;
    }
    wake_up(&pipe->wait);
}

/* Waits until *counter moves: the other end was opened, even if it is closed again already. */
static int wait_for_partner(struct pipe_inode_info *pipe, const unsigned int *counter)
{
    unsigned int seen = *counter;
    int ret = 0;

    while (*counter == seen && !ret)
        ret = pipe_wait(pipe);
    return ret;
}

static int fifo_open(struct inode *inode, struct file *file)
{
    struct pipe_inode_info *pipe;
    bool nonblock = file->f_flags & O_NONBLOCK;
    int err = 0;

    if (!inode->i_pipe)
        inode->i_pipe = alloc_pipe_info();
    pipe = inode->i_pipe;
    if (!pipe)
        return -ENOMEM;
    if (file->f_mode == FMODE_WRITE && nonblock && !pipe->readers) {
        if (!pipe->writers)
            free_pipe_info(inode);
        return -ENXIO;
    }
    add_end(pipe, file);
    if (file->f_mode == FMODE_READ && !pipe->writers && !nonblock)
        err = wait_for_partner(pipe, &pipe->w_counter);
    else if (file->f_mode == FMODE_WRITE && !pipe->readers)
        err = wait_for_partner(pipe, &pipe->r_counter);
    if (err)
        pipe_release(inode, file);
    return err;
}

const struct file_operations fifo_fops = {
    .llseek = no_llseek,
    .read = pipe_read,
    .write = pipe_write,
    .poll = pipe_poll,
    .ioctl = pipe_ioctl,
    .open = fifo_open,
    .release = pipe_release,
};

static const struct file_operations pipe_fops = {
    .llseek = no_llseek,
    .read = pipe_read,
    .write = pipe_write,
    .poll = pipe_poll,
    .ioctl = pipe_ioctl,
    .release = pipe_release,
};

static const struct inode_operations pipe_inode_ops = {
    .truncate = NULL,
};

/* An unnamed pipe: an inode and a dentry that no directory knows; NULL without memory. */
static struct dentry *pipe_dentry(void)
{
    struct inode *inode = new_inode(pipe_sb, S_IFIFO | 0600);
    struct dentry *dentry;

    if (!inode)
        return NULL;
    inode->i_op = &pipe_inode_ops;
    inode->i_fop = &pipe_fops;
    inode->i_pipe = alloc_pipe_info();
    dentry = inode->i_pipe ? d_alloc_root(inode) : NULL;
    if (!dentry)
        iput(inode);
    return dentry;
}

/* One open end; takes a reference on the dentry of its own. */
static struct file *pipe_end(struct dentry *dentry, int flags)
{
    struct file *file = dentry_open(dget(dentry), root_mnt, flags);

    if (!IS_ERR(file))
        add_end(dentry->d_inode->i_pipe, file);
    return file;
}

static int make_pipe(struct file **files, int flags)
{
    struct dentry *dentry = pipe_dentry();

    if (!dentry)
        return -ENOMEM;
    files[0] = pipe_end(dentry, O_RDONLY | (flags & O_NONBLOCK));
    files[1] = IS_ERR(files[0]) ? files[0] : pipe_end(dentry, O_WRONLY | (flags & O_NONBLOCK));
    dput(dentry);
    if (!IS_ERR(files[1]))
        return 0;
    if (!IS_ERR(files[0]))
        fput(files[0]);
    return PTR_ERR(files[1]);
}

/* Both descriptors or none. */
static int install_pipe(struct file **files, int __user *fildes, int flags)
{
    int fd[2];

    fd[0] = get_unused_fd(0, flags);
    if (fd[0] < 0)
        return fd[0];
    fd[1] = get_unused_fd(0, flags);
    if (fd[1] < 0 || copy_to_user(fildes, fd, sizeof(fd))) {
        put_unused_fd(fd[0]);
        if (fd[1] < 0)
            return fd[1];
        put_unused_fd(fd[1]);
        return -EFAULT;
    }
    fd_install(fd[0], files[0]);
    fd_install(fd[1], files[1]);
    return 0;
}

asmlinkage long sys_pipe2(int __user *fildes, int flags)
{
    struct file *files[2];
    int err;

    if (flags & ~(O_CLOEXEC | O_NONBLOCK))
        return -EINVAL;
    err = make_pipe(files, flags);
    if (err)
        return err;
    err = install_pipe(files, fildes, flags);
    if (err) {
        fput(files[0]);
        fput(files[1]);
    }
    return err;
}

asmlinkage long sys_pipe(int __user *fildes)
{
    return sys_pipe2(fildes, 0);
}

void pipe_init(void)
{
    pipe_sb = sb_alloc("pipefs", PIPE_MAGIC);
    if (!pipe_sb)
        panic("no memory for pipes");
}
