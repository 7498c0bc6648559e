/*
 * Terminals as files: /dev/ttyS0, /dev/tty1 (screen and keyboard), /dev/console (one of the two),
 * /dev/pts/N (the slaves of pseudo terminals) and /dev/tty (the caller's own controlling terminal);
 * and job control, which says who may use a terminal when.
 */
#include <asm/uaccess.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/tty.h>
#include <linux/workqueue.h>

#define TTY_MAJOR     4
#define TTYAUX_MAJOR  5
#define MINOR_TTY     0  /* 5:0 /dev/tty */
#define MINOR_CONSOLE 1  /* 5:1 /dev/console */
#define MINOR_PTMX    2  /* 5:2 /dev/ptmx */
#define MINOR_SCREEN  1  /* 4:1 /dev/tty1 */
#define MINOR_SERIAL  64 /* 4:64 /dev/ttyS0 */

struct tty_struct *file_tty(struct file *file)
{
    return file->private_data;
}

/* Is this the caller's controlling terminal, and the caller in a background group? */
static bool in_background(struct tty_struct *tty)
{
    return current->signal->tty == tty && tty->pgrp > 0 && current->signal->pgrp != tty->pgrp;
}

static bool ignores(int sig)
{
    return (current->blocked & sigmask(sig)) ||
           current->sighand->action[sig - 1].sa_handler == SIG_IGN;
}

int tty_check_read(struct tty_struct *tty)
{
    if (!in_background(tty))
        return 0;
    if (ignores(SIGTTIN) || is_current_pgrp_orphaned())
        return -EIO;
    kill_pg(current->signal->pgrp, SIGTTIN, true);
    return -ERESTARTSYS;
}

int tty_check_change(struct tty_struct *tty)
{
    if (!in_background(tty) || ignores(SIGTTOU))
        return 0;
    if (is_current_pgrp_orphaned())
        return -EIO;
    kill_pg(current->signal->pgrp, SIGTTOU, true);
    return -ERESTARTSYS;
}

/* Each process that has a terminal counts as a reference to it. */
void signal_set_tty(struct signal_struct *sig, struct tty_struct *tty)
{
    if (sig->tty)
        sig->tty->refs--;
    if (tty)
        tty->refs++;
    sig->tty = tty;
}

/* The terminal of the caller's session from now on. */
static void set_ctty(struct tty_struct *tty)
{
    signal_set_tty(current->signal, tty);
    current->signal->tty_old_pgrp = 0;
    tty->session = current->signal->session;
    tty->pgrp = current->signal->pgrp;
}

/* Every process of the session loses the terminal. */
static void session_clear_tty(pid_t session)
{
    struct task_struct *p;

    for_each_task_pid (session, PIDTYPE_SID, p)
        signal_set_tty(p->signal, NULL);
}

static void hang_up_session(struct tty_struct *tty)
{
    struct task_struct *p;

    for_each_task_pid (tty->session, PIDTYPE_SID, p) {
        if (p->signal->tty == tty && p->signal->leader) {
            p->signal->tty_old_pgrp = tty->pgrp;
            group_send_sig_info(SIGHUP, SEND_SIG_PRIV, p);
            group_send_sig_info(SIGCONT, SEND_SIG_PRIV, p);
        }
    }
    session_clear_tty(tty->session);
    tty->session = tty->pgrp = 0;
}

static const struct file_operations hung_up_fops;

bool tty_hung_up(const struct file *file)
{
    return file->f_op == &hung_up_fops;
}

/* The session leader is told; open files give the end of input and take no output. */
void tty_hangup(struct tty_struct *tty)
{
    struct file *file, *next;

    list_for_each_entry_safe (file, next, &tty->files, f_list) {
        file->f_op = &hung_up_fops;
        list_del_init(&file->f_list);
    }
    n_tty_flush_input(tty);
    hang_up_session(tty);
    wake_up(&tty->read_wait);
    wake_up(&tty->write_wait);
    if (tty->driver->notify)
        tty->driver->notify(tty);
}

/* A group is told that its terminal has gone; when it was stopped it must run to hear of it. */
static void hang_up_pgrp(pid_t pgrp, bool priv, bool cont)
{
    if (pgrp <= 0)
        return;
    kill_pg(pgrp, SIGHUP, priv);
    if (cont)
        kill_pg(pgrp, SIGCONT, priv);
}

/* With its leader's end a line's session has ended: the line is hung up. Stopped groups of it are
 * orphaned then, and are woken by exit_notify(). */
void disassociate_ctty(bool on_exit)
{
    struct tty_struct *tty = current->signal->tty;
    pid_t pgrp;

    if (!tty) {
        hang_up_pgrp(current->signal->tty_old_pgrp, on_exit, true);
        return;
    }
    pgrp = tty->pgrp;
    if (on_exit && !tty->driver->survives_leader)
        tty_hangup(tty);
    hang_up_pgrp(pgrp, on_exit, !on_exit);
    current->signal->tty_old_pgrp = 0;
    tty->session = 0;
    tty->pgrp = 0;
    session_clear_tty(current->signal->session);
}

static struct tty_struct *tty_to_hang_up;

static void do_tty_hangup(struct work_struct *work)
{
    tty_hangup(tty_to_hang_up);
}

/* There is one line, so one piece of work is enough. */
void tty_hangup_later(struct tty_struct *tty)
{
    static DECLARE_WORK(hangup_work, do_tty_hangup);

    tty_to_hang_up = tty;
    schedule_work(&hangup_work);
}

/* A session leader without a terminal that opens one nobody controls, gets it. */
static void acquire_ctty(struct tty_struct *tty, bool noctty)
{
    if (!noctty && current->signal->leader && !current->signal->tty && !tty->session)
        set_ctty(tty);
}

/* The terminal behind a device number, or ERR_PTR. */
static struct tty_struct *tty_lookup(dev_t dev)
{
    if (MAJOR(dev) == PTS_MAJOR)
        return pty_open_slave(MINOR(dev));
    switch (dev) {
    case MKDEV(TTYAUX_MAJOR, MINOR_TTY):
        return current->signal->tty ? current->signal->tty : ERR_PTR(-ENXIO);
    case MKDEV(TTYAUX_MAJOR, MINOR_CONSOLE):
        return console_is_screen ? &vt_tty : &serial_tty;
    case MKDEV(TTY_MAJOR, MINOR_SERIAL):
        return &serial_tty;
    case MKDEV(TTY_MAJOR, MINOR_SCREEN):
        return &vt_tty;
    }
    return ERR_PTR(-ENXIO);
}

/* Neither /dev/tty nor /dev/console is a way to get a controlling terminal. */
static int tty_open(struct inode *inode, struct file *file)
{
    dev_t dev = inode->i_rdev;
    bool noctty = (file->f_flags & O_NOCTTY) || MAJOR(dev) == TTYAUX_MAJOR;
    struct tty_struct *tty;

    if (dev == MKDEV(TTYAUX_MAJOR, MINOR_PTMX))
        return ptmx_open(file);
    tty = tty_lookup(dev);
    if (IS_ERR(tty))
        return PTR_ERR(tty);
    tty->count++;
    file->private_data = tty;
    INIT_LIST_HEAD(&file->f_list);
    if (dev != MKDEV(TTYAUX_MAJOR, MINOR_CONSOLE))
        list_add_tail(&file->f_list, &tty->files);
    acquire_ctty(tty, noctty);
    return 0;
}

static void tty_release(struct inode *inode, struct file *file)
{
    struct tty_struct *tty = file_tty(file);

    list_del_init(&file->f_list);
    tty->count--;
    if (tty->driver->close)
        tty->driver->close(tty);
}

static ssize_t tty_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
    return n_tty_read(file_tty(file), file, buf, count);
}

static ssize_t tty_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
    return n_tty_write(file_tty(file), file, buf, count);
}

static unsigned int tty_poll(struct file *file, struct poll_table *table)
{
    return n_tty_poll(file_tty(file), file, table);
}

/* TIOCSCTTY: a session leader takes the terminal; root may steal it (arg 1). */
static int tiocsctty(struct tty_struct *tty, u32 arg)
{
    if (current->signal->leader && current->signal->session == tty->session)
        return 0;
    if (!current->signal->leader || current->signal->tty)
        return -EPERM;
    if (tty->session) {
        if (arg != 1 || !capable(CAP_SYS_ADMIN))
            return -EPERM;
        session_clear_tty(tty->session);
    }
    set_ctty(tty);
    return 0;
}

static int tiocspgrp(struct tty_struct *tty, int __user *arg)
{
    struct task_struct *p;
    int err = tty_check_change(tty);
    pid_t pgrp;

    if (err)
        return err;
    if (current->signal->tty != tty || tty->session != current->signal->session)
        return -ENOTTY;
    if (get_user(pgrp, arg))
        return -EFAULT;
    if (pgrp < 0)
        return -EINVAL;
    p = pid_first(PIDTYPE_PGID, pgrp);
    if (!p || p->signal->session != current->signal->session)
        return -EPERM;
    tty->pgrp = pgrp;
    return 0;
}

static int tiocnotty(struct tty_struct *tty)
{
    if (current->signal->tty != tty)
        return -ENOTTY;
    if (current->signal->leader)
        disassociate_ctty(false);
    signal_set_tty(current->signal, NULL);
    return 0;
}

static int set_termios(struct tty_struct *tty, unsigned int cmd, const void __user *arg)
{
    struct termios new;
    int err = tty_check_change(tty);

    if (err)
        return err;
    if (copy_from_user(&new, arg, sizeof(new)))
        return -EFAULT;
    if (cmd == TCSETSF)
        n_tty_flush_input(tty);
    n_tty_set_termios(tty, &new);
    return 0;
}

static int set_winsize(struct tty_struct *tty, const void __user *arg)
{
    struct winsize ws;

    if (copy_from_user(&ws, arg, sizeof(ws)))
        return -EFAULT;
    if (memcmp(&ws, &tty->winsize, sizeof(ws)) == 0)
        return 0;
    tty->winsize = ws;
    if (tty->pgrp > 0)
        kill_pg(tty->pgrp, SIGWINCH, true);
    return 0;
}

static int tcflsh(struct tty_struct *tty, u32 queue)
{
    int err = tty_check_change(tty);

    if (err)
        return err;
    if (queue > TCIOFLUSH)
        return -EINVAL;
    if (queue != TCOFLUSH)
        n_tty_flush_input(tty);
    if (queue != TCIFLUSH && tty->driver->flush_output)
        tty->driver->flush_output(tty);
    return 0;
}

int tty_ioctl(struct file *file, unsigned int cmd, u32 arg)
{
    struct tty_struct *tty = file_tty(file);
    void __user *p = (void __user *)arg;
    bool own = current->signal->tty == tty;

    switch (cmd) {
    case TCGETS:
        return copy_to_user(p, &tty->termios, sizeof(tty->termios)) ? -EFAULT : 0;
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
        return set_termios(tty, cmd, p);
    case TCSBRK:
    case TCXONC:
        return tty_check_change(tty);
    case TCFLSH:
        return tcflsh(tty, arg);
    case TIOCSCTTY:
        return tiocsctty(tty, arg);
    case TIOCNOTTY:
        return tiocnotty(tty);
    case TIOCGPGRP:
        return own ? put_user(tty->pgrp, (pid_t __user *)p) : -ENOTTY;
    case TIOCSPGRP:
        return tiocspgrp(tty, p);
    case TIOCGSID:
        return own ? put_user(tty->session, (pid_t __user *)p) : -ENOTTY;
    case TIOCGWINSZ:
        return copy_to_user(p, &tty->winsize, sizeof(tty->winsize)) ? -EFAULT : 0;
    case TIOCSWINSZ:
        return set_winsize(tty, p);
    case FIONREAD:
        return put_user((int)n_tty_input_available(tty), (int __user *)p);
    case TIOCOUTQ:
        return put_user(0, (int __user *)p);
    }
    return -ENOTTY;
}

/* Only root: whoever has the caller's terminal open has lost it. */
asmlinkage long sys_vhangup(void)
{
    if (!capable(CAP_SYS_TTY_CONFIG))
        return -EPERM;
    if (current->signal->tty)
        tty_hangup(current->signal->tty);
    return 0;
}

static const struct file_operations tty_fops = {
    .llseek = no_llseek,
    .read = tty_read,
    .write = tty_write,
    .poll = tty_poll,
    .ioctl = tty_ioctl,
    .open = tty_open,
    .release = tty_release,
};

static ssize_t hung_up_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
    return 0;
}

static ssize_t hung_up_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
    return -EIO;
}

static unsigned int hung_up_poll(struct file *file, struct poll_table *table)
{
    return POLLIN | POLLOUT | POLLERR | POLLHUP;
}

static int hung_up_ioctl(struct file *file, unsigned int cmd, u32 arg)
{
    return cmd == TIOCSPGRP ? -ENOTTY : -EIO;
}

static const struct file_operations hung_up_fops = {
    .llseek = no_llseek,
    .read = hung_up_read,
    .write = hung_up_write,
    .poll = hung_up_poll,
    .ioctl = hung_up_ioctl,
    .release = tty_release,
};

void tty_init(void)
{
    serial_tty.device = MKDEV(TTY_MAJOR, MINOR_SERIAL);
    n_tty_init(&serial_tty);
    vt_tty.device = MKDEV(TTY_MAJOR, MINOR_SCREEN);
    n_tty_init(&vt_tty);
    pty_init();
    register_chrdev(TTY_MAJOR, "ttyS", &tty_fops);
    register_chrdev(TTYAUX_MAJOR, "tty", &tty_fops);
    register_chrdev(PTS_MAJOR, "pts", &tty_fops);
}
