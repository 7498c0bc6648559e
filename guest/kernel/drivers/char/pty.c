/*
 * Pseudo terminals: a terminal whose line ends in another program, the master. Opening /dev/ptmx
 * makes one; its slave is /dev/pts/N and behaves like a serial line.
 *
 * What the slave writes lies in a ring until the master reads it; a slave that finds the ring full
 * waits, an echo is lost. What the master writes is typed on the slave's terminal; while the slave
 * has input to read and no place for more, the master waits. Modes, window size and job control
 * are the slave's, whichever end asks. Not modelled: packet mode, exclusive use.
 */
#include <asm/system.h>
#include <asm/uaccess.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/tty.h>

#define NR_PTYS       64
#define OUTPUT_SIZE   2048 /* power of two */
#define OUTPUT_MASK   (OUTPUT_SIZE - 1)
#define TRANSFER_SIZE 256 /* bytes moved at a time between a ring and a program */

struct pty {
    struct tty_struct slave;
    unsigned int index;                 /* the N of /dev/pts/N */
    bool locked;                        /* the slave cannot be opened yet */
    bool master_open;                   /* closed once, it stays so */
    bool slave_opened;                  /* ever; without it the master waits for the first open */
    u8 output[OUTPUT_SIZE];             /* from slave to master: ring from tail to head */
    unsigned int head, tail;            /* grow without wrapping */
    struct wait_queue_head master_wait; /* for output, for room to type, for the slave's end */
};

static struct kmem_cache *pty_cachep;
static struct pty *ptys[NR_PTYS]; /* by index; NULL: free */

static struct pty *slave_pty(struct tty_struct *tty)
{
    return container_of(tty, struct pty, slave);
}

/* Of a master; its private_data is the slave's terminal, so that tty_ioctl() works on that. */
static struct pty *file_pty(struct file *file)
{
    return slave_pty(file_tty(file));
}

static unsigned int output_waiting(const struct pty *pty)
{
    return pty->head - pty->tail;
}

/* Nobody will write to the master any more, as things stand. */
static bool slave_gone(const struct pty *pty)
{
    return pty->slave_opened && list_empty(&pty->slave.files);
}

static void free_if_unused(struct pty *pty)
{
    if (pty->master_open || pty->slave.count)
        return;
    BUG_ON(pty->slave.refs);
    ptys[pty->index] = NULL;
    kmem_cache_free(pty_cachep, pty);
}

/* The driver below the slave's terminal. */

static size_t pty_write_room(struct tty_struct *tty)
{
    return OUTPUT_SIZE - output_waiting(slave_pty(tty));
}

static void pty_write(struct tty_struct *tty, const char *s, size_t n)
{
    struct pty *pty = slave_pty(tty);

    n = min(n, pty_write_room(tty));
    for (size_t i = 0; i < n; i++)
        pty->output[pty->head++ & OUTPUT_MASK] = s[i];
    wake_up(&pty->master_wait);
}

static void pty_flush_output(struct tty_struct *tty)
{
    struct pty *pty = slave_pty(tty);

    pty->tail = pty->head;
    wake_up(&tty->write_wait);
}

static void pty_notify(struct tty_struct *tty)
{
    wake_up(&slave_pty(tty)->master_wait);
}

static void pty_close(struct tty_struct *tty)
{
    pty_notify(tty);
    free_if_unused(slave_pty(tty));
}

static const struct tty_driver pty_driver = {
    .write = pty_write,
    .write_room = pty_write_room,
    .flush_output = pty_flush_output,
    .notify = pty_notify,
    .close = pty_close,
    .survives_leader = true,
};

struct tty_struct *pty_open_slave(unsigned int index)
{
    struct pty *pty = index < NR_PTYS ? ptys[index] : NULL;

    if (!pty || pty->locked || !pty->master_open)
        return ERR_PTR(-EIO);
    pty->slave_opened = true;
    return &pty->slave;
}

/* The master's file. */

/* Moves up to n bytes out of the ring. */
static size_t take_output(struct pty *pty, u8 *to, size_t n)
{
    n = min(n, (size_t)output_waiting(pty));
    for (size_t i = 0; i < n; i++)
        to[i] = pty->output[pty->tail++ & OUTPUT_MASK];
    wake_up(&pty->slave.write_wait);
    return n;
}

static ssize_t copy_output(struct pty *pty, char __user *buf, size_t count)
{
    u8 block[TRANSFER_SIZE];
    size_t done = 0;

    while (done < count && output_waiting(pty)) {
        size_t n = take_output(pty, block, min(count - done, sizeof(block)));

        if (copy_to_user(buf + done, block, n))
            return done ? (ssize_t)done : -EFAULT;
        done += n;
    }
    return done;
}

static ssize_t ptm_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
    struct pty *pty = file_pty(file);
    int err;

    if (!count)
        return 0;
    if ((file->f_flags & O_NONBLOCK) && !output_waiting(pty) && !slave_gone(pty))
        return -EAGAIN;
    err = wait_event_interruptible(pty->master_wait, output_waiting(pty) || slave_gone(pty));
    if (err)
        return err;
    return output_waiting(pty) ? copy_output(pty, buf, count) : -EIO;
}

/* Types as much as the slave has room for. Characters typed. */
static size_t type_characters(struct tty_struct *tty, const u8 *s, size_t n)
{
    unsigned long flags = local_irq_save();
    size_t i = 0;

    while (i < n && n_tty_can_receive(tty))
        n_tty_receive(tty, s[i++]);
    local_irq_restore(flags);
    return i;
}

/* 0 or -errno */
static int wait_to_type(struct pty *pty, struct file *file)
{
    if (n_tty_can_receive(&pty->slave))
        return 0;
    if (file->f_flags & O_NONBLOCK)
        return -EAGAIN;
    return wait_event_interruptible(pty->master_wait, n_tty_can_receive(&pty->slave));
}

static ssize_t ptm_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
    struct pty *pty = file_pty(file);
    u8 block[TRANSFER_SIZE];
    size_t done = 0;
    int err = 0;

    while (done < count) {
        size_t n = min(count - done, sizeof(block));

        err = copy_from_user(block, buf + done, n) ? -EFAULT : wait_to_type(pty, file);
        if (err)
            break;
        done += type_characters(&pty->slave, block, n);
    }
    return done ? (ssize_t)done : err;
}

static unsigned int ptm_poll(struct file *file, struct poll_table *table)
{
    struct pty *pty = file_pty(file);
    unsigned int mask = n_tty_can_receive(&pty->slave) ? POLLOUT : 0;

    poll_wait(file, &pty->master_wait, table);
    if (output_waiting(pty))
        mask |= POLLIN;
    if (slave_gone(pty))
        mask |= POLLHUP;
    return mask;
}

static int set_lock(struct pty *pty, const int __user *arg)
{
    int locked;

    if (get_user(locked, arg))
        return -EFAULT;
    pty->locked = locked;
    return 0;
}

/* What the master reads is what the slave writes: the queues are crossed. */
static int flush_queues(struct pty *pty, u32 queue)
{
    if (queue > TCIOFLUSH)
        return -EINVAL;
    if (queue != TCOFLUSH)
        pty_flush_output(&pty->slave);
    if (queue != TCIFLUSH)
        n_tty_flush_input(&pty->slave);
    return 0;
}

static int ptm_ioctl(struct file *file, unsigned int cmd, u32 arg)
{
    struct pty *pty = file_pty(file);
    int __user *p = (int __user *)arg;

    switch (cmd) {
    case TIOCSPTLCK:
        return set_lock(pty, p);
    case TIOCGPTLCK:
        return put_user((int)pty->locked, p);
    case TIOCGPTN:
        return put_user((int)pty->index, p);
    case TIOCGPGRP:
        return put_user(pty->slave.pgrp, p);
    case TIOCGSID:
        return put_user(pty->slave.session, p);
    case FIONREAD:
        return put_user((int)output_waiting(pty), p);
    case TCFLSH:
        return flush_queues(pty, arg);
    case TIOCNOTTY: /* a master is nobody's controlling terminal */
        return -ENOTTY;
    }
    return tty_ioctl(file, cmd, arg);
}

static void ptm_release(struct inode *inode, struct file *file)
{
    struct pty *pty = file_pty(file);

    pty->master_open = false;
    devpts_pty_kill(pty->index);
    tty_hangup(&pty->slave);
    free_if_unused(pty);
}

static const struct file_operations ptm_fops = {
    .llseek = no_llseek,
    .read = ptm_read,
    .write = ptm_write,
    .poll = ptm_poll,
    .ioctl = ptm_ioctl,
    .release = ptm_release,
};

/* A new pair, locked; NULL without memory. */
static struct pty *alloc_pty(unsigned int index)
{
    struct pty *pty = kmem_cache_zalloc(pty_cachep, GFP_KERNEL);

    if (!pty)
        return NULL;
    pty->slave.driver = &pty_driver;
    pty->slave.device = MKDEV(PTS_MAJOR, index);
    n_tty_init(&pty->slave);
    pty->index = index;
    pty->locked = true;
    pty->master_open = true;
    init_waitqueue_head(&pty->master_wait);
    return pty;
}

int ptmx_open(struct file *file)
{
    unsigned int index = 0;
    struct pty *pty;
    int err;

    while (index < NR_PTYS && ptys[index])
        index++;
    if (index == NR_PTYS)
        return -ENOSPC;
    pty = alloc_pty(index);
    if (!pty)
        return -ENOMEM;
    err = devpts_pty_new(index);
    if (err) {
        kmem_cache_free(pty_cachep, pty);
        return err;
    }
    ptys[index] = pty;
    file->private_data = &pty->slave;
    file->f_op = &ptm_fops;
    return 0;
}

void pty_init(void)
{
    pty_cachep = kmem_cache_create("pty", sizeof(struct pty));
}
