/*
 * The line discipline: what is done to characters between the line and the programs.
 *
 * Input arrives in the serial interrupt or from a pseudo terminal's master: some characters send
 * signals, in canonical mode some edit the line, the rest is stored and echoed. Indices into the
 * ring only grow; masked they are places in buf. In canonical mode what lies between tail and
 * canon_head are complete lines.
 */
#include <asm/uaccess.h>
#include <linux/kernel.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/tty.h>

#define CTRL(c)      ((c)&0x1f)
#define MASK         (TTY_BUF_SIZE - 1)
#define EOF_CHAR     0   /* how ^D lies in the buffer, with its line_end bit */
#define OUTPUT_BLOCK 256 /* characters of a write that are processed at a time */

static const struct termios default_termios = {
    .c_iflag = ICRNL | IXON,
    .c_oflag = OPOST | ONLCR,
    .c_cflag = B38400 | CS8 | CREAD,
    .c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
    .c_cc = {[VINTR] = CTRL('C'),
             [VQUIT] = CTRL('\\'),
             [VERASE] = 0x7f,
             [VKILL] = CTRL('U'),
             [VEOF] = CTRL('D'),
             [VMIN] = 1,
             [VSTART] = CTRL('Q'),
             [VSTOP] = CTRL('S'),
             [VSUSP] = CTRL('Z'),
             [VREPRINT] = CTRL('R'),
             [VWERASE] = CTRL('W'),
             [VLNEXT] = CTRL('V')},
};

void n_tty_init(struct tty_struct *tty)
{
    tty->termios = default_termios;
    tty->winsize = (struct winsize){24, 80, 0, 0};
    INIT_LIST_HEAD(&tty->files);
    init_waitqueue_head(&tty->read_wait);
    init_waitqueue_head(&tty->write_wait);
}

static bool lflag(const struct tty_struct *tty, u32 flag)
{
    return tty->termios.c_lflag & flag;
}

static bool is_cc(const struct tty_struct *tty, int which, u8 c)
{
    return c && tty->termios.c_cc[which] == c;
}

/* Output, with newline as the modes want it. */
static void put_char(struct tty_struct *tty, u8 c)
{
    if ((tty->termios.c_oflag & OPOST) && (tty->termios.c_oflag & ONLCR) && c == '\n')
        tty->driver->write(tty, "\r\n", 2);
    else
        tty->driver->write(tty, (const char *)&c, 1);
}

static bool is_control(u8 c)
{
    return c < 0x20 || c == 0x7f;
}

static void echo_char(struct tty_struct *tty, u8 c)
{
    if (!lflag(tty, ECHO) && !(c == '\n' && lflag(tty, ECHONL)))
        return;
    if (is_control(c) && c != '\n' && c != '\t' && lflag(tty, ECHOCTL)) {
        put_char(tty, '^');
        put_char(tty, c ^ 0x40);
    } else {
        put_char(tty, c);
    }
}

static bool test_line_end(const struct tty_struct *tty, unsigned int i)
{
    return tty->line_end[(i & MASK) / 32] >> i % 32 & 1;
}

static void set_line_end(struct tty_struct *tty, unsigned int i, bool on)
{
    u32 *word = &tty->line_end[(i & MASK) / 32];
    *word = (*word & ~(1u << i % 32)) | (u32)on << i % 32;
}

/* Stores a character; a full buffer swallows it. */
static bool store(struct tty_struct *tty, u8 c, bool ends_line)
{
    /* The last place is kept for the end of the line. */
    if (tty->head - tty->tail >= TTY_BUF_SIZE - (ends_line ? 0 : 1))
        return false;
    tty->buf[tty->head & MASK] = c;
    set_line_end(tty, tty->head, ends_line);
    tty->head++;
    if (ends_line)
        tty->canon_head = tty->head;
    return true;
}

static void notify_driver(struct tty_struct *tty)
{
    if (tty->driver->notify)
        tty->driver->notify(tty);
}

void n_tty_flush_input(struct tty_struct *tty)
{
    tty->tail = tty->canon_head = tty->head;
    notify_driver(tty);
}

/* A typed signal character: the foreground group gets the signal, pending input goes. */
static void signal_char(struct tty_struct *tty, u8 c, int sig)
{
    if (!lflag(tty, NOFLSH))
        n_tty_flush_input(tty);
    echo_char(tty, c);
    if (tty->pgrp > 0)
        kill_pg(tty->pgrp, sig, true);
}

static void erase_echo(struct tty_struct *tty, u8 c)
{
    int width = is_control(c) && lflag(tty, ECHOCTL) ? 2 : 1;

    if (!lflag(tty, ECHO) || !lflag(tty, ECHOE))
        return;
    while (width--)
        tty->driver->write(tty, "\b \b", 3);
}

static void erase_one(struct tty_struct *tty)
{
    tty->head--;
    erase_echo(tty, tty->buf[tty->head & MASK]);
}

static bool line_empty(const struct tty_struct *tty)
{
    return tty->head == tty->canon_head;
}

static u8 last_char(const struct tty_struct *tty)
{
    return tty->buf[(tty->head - 1) & MASK];
}

/* A word is what blanks surround. */
static void erase_word(struct tty_struct *tty)
{
    while (!line_empty(tty) && last_char(tty) == ' ')
        erase_one(tty);
    while (!line_empty(tty) && last_char(tty) != ' ')
        erase_one(tty);
}

static void reprint(struct tty_struct *tty, u8 c)
{
    echo_char(tty, c);
    put_char(tty, '\n');
    for (unsigned int i = tty->canon_head; i != tty->head; i++)
        echo_char(tty, tty->buf[i & MASK]);
}

/* Editing of the current line. True: the character has done its work. */
static bool edit_line(struct tty_struct *tty, u8 c)
{
    if (is_cc(tty, VERASE, c)) {
        if (!line_empty(tty))
            erase_one(tty);
    } else if (is_cc(tty, VKILL, c)) {
        while (!line_empty(tty))
            erase_one(tty);
    } else if (lflag(tty, IEXTEN) && is_cc(tty, VWERASE, c)) {
        erase_word(tty);
    } else if (lflag(tty, IEXTEN) && is_cc(tty, VREPRINT, c)) {
        reprint(tty, c);
    } else if (lflag(tty, IEXTEN) && is_cc(tty, VLNEXT, c)) {
        tty->lnext = true;
    } else {
        return false;
    }
    return true;
}

static void receive_canonical(struct tty_struct *tty, u8 c)
{
    if (edit_line(tty, c))
        return;
    if (is_cc(tty, VEOF, c)) {
        store(tty, EOF_CHAR, true);
    } else if (c == '\n' || is_cc(tty, VEOL, c) || is_cc(tty, VEOL2, c)) {
        if (store(tty, c, true))
            echo_char(tty, c);
    } else if (store(tty, c, false)) {
        echo_char(tty, c);
        return;
    } else {
        return;
    }
    wake_up(&tty->read_wait);
}

static void receive_raw(struct tty_struct *tty, u8 c)
{
    if (store(tty, c, false))
        echo_char(tty, c);
    wake_up(&tty->read_wait);
}

static void store_plain(struct tty_struct *tty, u8 c)
{
    if (lflag(tty, ICANON)) {
        if (store(tty, c, false))
            echo_char(tty, c);
    } else {
        receive_raw(tty, c);
    }
}

/* ^C, ^\ and ^Z. True: it was one. */
static bool receive_signal(struct tty_struct *tty, u8 c)
{
    if (!lflag(tty, ISIG))
        return false;
    if (is_cc(tty, VINTR, c))
        signal_char(tty, c, SIGINT);
    else if (is_cc(tty, VQUIT, c))
        signal_char(tty, c, SIGQUIT);
    else if (is_cc(tty, VSUSP, c))
        signal_char(tty, c, SIGTSTP);
    else
        return false;
    return true;
}

/* ^S and ^Q. True: it was one. */
static bool receive_flow(struct tty_struct *tty, u8 c)
{
    if (!(tty->termios.c_iflag & IXON) || (!is_cc(tty, VSTOP, c) && !is_cc(tty, VSTART, c)))
        return false;
    tty->stopped = is_cc(tty, VSTOP, c);
    if (!tty->stopped)
        wake_up(&tty->write_wait);
    return true;
}

/* A character from the line. Called with interrupts off. */
void n_tty_receive(struct tty_struct *tty, u8 c)
{
    if (tty->lnext) {
        tty->lnext = false;
        store_plain(tty, c);
        return;
    }
    if (tty->termios.c_iflag & ISTRIP)
        c &= 0x7f;
    if (receive_flow(tty, c) || receive_signal(tty, c))
        return;
    if (c == '\r' && (tty->termios.c_iflag & IGNCR))
        return;
    if (c == '\r' && (tty->termios.c_iflag & ICRNL))
        c = '\n';
    else if (c == '\n' && (tty->termios.c_iflag & INLCR))
        c = '\r';
    if (lflag(tty, ICANON))
        receive_canonical(tty, c);
    else
        receive_raw(tty, c);
}

unsigned int n_tty_input_available(struct tty_struct *tty)
{
    return lflag(tty, ICANON) ? tty->canon_head - tty->tail : tty->head - tty->tail;
}

bool n_tty_can_receive(struct tty_struct *tty)
{
    return tty->head - tty->tail < TTY_BUF_SIZE - 1 || !n_tty_input_available(tty);
}

/* Modes change: what was typed so far is input, in whichever way it is read next. */
void n_tty_set_termios(struct tty_struct *tty, const struct termios *new)
{
    unsigned long flags = local_irq_save();
    bool was_canonical = lflag(tty, ICANON);

    tty->termios = *new;
    if (was_canonical != lflag(tty, ICANON)) {
        if (tty->head != tty->canon_head)
            set_line_end(tty, tty->head - 1, true);
        tty->canon_head = tty->head;
    }
    if (!(new->c_iflag &IXON))
        tty->stopped = false;
    local_irq_restore(flags);
    wake_up(&tty->read_wait);
    wake_up(&tty->write_wait);
}

/* One line, or as much of it as fits. Bytes read, or -EFAULT. */
static ssize_t copy_line(struct tty_struct *tty, char __user *buf, size_t count)
{
    size_t n = 0;

    while (n < count && tty->tail != tty->canon_head) {
        u8 c = tty->buf[tty->tail & MASK];
        bool end = test_line_end(tty, tty->tail);

        tty->tail++;
        if (end && c == EOF_CHAR)
            break;
        if (put_user((char)c, buf + n))
            return -EFAULT;
        n++;
        if (end)
            break;
    }
    return n;
}

static ssize_t copy_raw(struct tty_struct *tty, char __user *buf, size_t count)
{
    size_t n = 0;

    while (n < count && tty->tail != tty->head) {
        u8 c = tty->buf[tty->tail & MASK];

        tty->tail++;
        if (put_user((char)c, buf + n))
            return n ? (ssize_t)n : -EFAULT;
        n++;
    }
    tty->canon_head = tty->head;
    return n;
}

/* Sleeps for input. The ticks left of `timeout`, or -errno. */
static long wait_for_input(struct tty_struct *tty, struct file *file, unsigned int enough,
                           long timeout)
{
    DEFINE_WAIT(wait);
    long ret = timeout;

    for (;;) {
        prepare_to_wait(&tty->read_wait, &wait, TASK_INTERRUPTIBLE);
        if (n_tty_input_available(tty) >= enough || tty_hung_up(file) || !ret)
            break;
        if (file->f_flags & O_NONBLOCK) {
            ret = -EAGAIN;
            break;
        }
        if (signal_pending(current)) {
            ret = -ERESTARTSYS;
            break;
        }
        ret = schedule_timeout(ret);
    }
    finish_wait(&tty->read_wait, &wait);
    return ret;
}

/* VMIN and VTIME: how many characters to wait for, and how many tenths of a second. With both, the
 * time counts from the first character. */
static long wait_raw(struct tty_struct *tty, struct file *file, size_t count)
{
    unsigned int vmin = min((size_t)tty->termios.c_cc[VMIN], count);
    long vtime = tty->termios.c_cc[VTIME] * HZ / 10, ret;

    if (!vmin)
        return wait_for_input(tty, file, 1, vtime);
    ret = wait_for_input(tty, file, vtime ? 1 : vmin, MAX_SCHEDULE_TIMEOUT);
    if (ret >= 0 && vtime && vmin > 1)
        ret = wait_for_input(tty, file, vmin, vtime);
    return ret;
}

ssize_t n_tty_read(struct tty_struct *tty, struct file *file, char __user *buf, size_t count)
{
    long ret = tty_check_read(tty);

    if (ret)
        return ret;
    if (!count)
        return 0;
    if (lflag(tty, ICANON))
        ret = wait_for_input(tty, file, 1, MAX_SCHEDULE_TIMEOUT);
    else
        ret = wait_raw(tty, file, count);
    if (ret < 0 && !(n_tty_input_available(tty) && !lflag(tty, ICANON)))
        return ret;
    if (tty_hung_up(file))
        return 0;
    ret = lflag(tty, ICANON) ? copy_line(tty, buf, count) : copy_raw(tty, buf, count);
    notify_driver(tty);
    return ret;
}

/* Characters that can go out now. Each may become two. */
static size_t output_room(struct tty_struct *tty)
{
    if (tty->stopped)
        return 0;
    return tty->driver->write_room ? tty->driver->write_room(tty) / 2 : OUTPUT_BLOCK;
}

/* Waits while ^S or a full line holds the output. 0 or -errno. */
static int wait_for_output(struct tty_struct *tty, struct file *file)
{
    int err = 0;

    if (!output_room(tty)) {
        if (file->f_flags & O_NONBLOCK)
            return -EAGAIN;
        err = wait_event_interruptible(tty->write_wait, output_room(tty) || tty_hung_up(file));
    }
    return tty_hung_up(file) ? -EIO : err;
}

/* Processed output in one piece: "\n" becomes "\r\n". */
static void write_block(struct tty_struct *tty, const char *s, size_t n)
{
    if (!(tty->termios.c_oflag & OPOST) || !(tty->termios.c_oflag & ONLCR)) {
        tty->driver->write(tty, s, n);
        return;
    }
    while (n) {
        size_t run = 0;
        while (run < n && s[run] != '\n')
            run++;
        if (run)
            tty->driver->write(tty, s, run);
        if (run < n) {
            tty->driver->write(tty, "\r\n", 2);
            run++;
        }
        s += run;
        n -= run;
    }
}

ssize_t n_tty_write(struct tty_struct *tty, struct file *file, const char __user *buf, size_t count)
{
    char block[OUTPUT_BLOCK];
    size_t done = 0;
    int err = 0;

    if (lflag(tty, TOSTOP))
        err = tty_check_change(tty);
    while (done < count && !err) {
        size_t n = min(count - done, sizeof(block));

        err = copy_from_user(block, buf + done, n) ? -EFAULT : wait_for_output(tty, file);
        if (err)
            break;
        n = min(n, output_room(tty));
        write_block(tty, block, n);
        done += n;
    }
    return done ? (ssize_t)done : err;
}

unsigned int n_tty_poll(struct tty_struct *tty, struct file *file, struct poll_table *table)
{
    unsigned int mask = output_room(tty) ? POLLOUT : 0;

    poll_wait(file, &tty->read_wait, table);
    poll_wait(file, &tty->write_wait, table);
    if (n_tty_input_available(tty))
        mask |= POLLIN;
    return mask;
}
