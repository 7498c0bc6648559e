/* Terminals: what the line discipline, the driver and job control share. */
#ifndef _LINUX_TTY_H
#define _LINUX_TTY_H

#include <linux/fs.h>
#include <linux/wait.h>
#include <uapi/termios.h>

#define TTY_BUF_SIZE 4096 /* power of two */

#define PTS_MAJOR 136 /* 136:N is /dev/pts/N */

struct tty_struct;

/* The hardware below a terminal. All but write may be NULL. */
struct tty_driver {
    void (*write)(struct tty_struct *tty, const char *s, size_t n);
    size_t (*write_room)(struct tty_struct *tty); /* bytes that write takes now; NULL: any */
    void (*flush_output)(struct tty_struct *tty); /* throws away what was not sent yet */
    void (*notify)(struct tty_struct *tty);       /* input was read, or the line hung up */
    void (*close)(struct tty_struct *tty);        /* one of its files was closed; may free it */
    bool survives_leader; /* the end of its session leader does not hang it up */
};

struct tty_struct {
    const struct tty_driver *driver;
    dev_t device; /* number of its device file */
    struct termios termios;
    struct winsize winsize;
    int count;                         /* open files, those that were hung up included */
    struct list_head files;            /* open files that a hangup ends: all but /dev/console */
    int refs;                          /* processes whose controlling terminal it is */
    pid_t session;                     /* whose controlling terminal it is; 0: nobody's */
    pid_t pgrp;                        /* foreground process group */
    bool stopped;                      /* output held by ^S */
    bool lnext;                        /* the next character is taken as it is (^V) */
    unsigned int column;               /* of the cursor, for tabs and erasing */
    u8 buf[TTY_BUF_SIZE];              /* typed characters: ring from tail to head */
    u32 line_end[TTY_BUF_SIZE / 32];   /* bit: this character ends a line; ^D is stored as NUL */
    unsigned int head;                 /* next character is stored here; grows without wrapping */
    unsigned int canon_head;           /* end of the last complete line */
    unsigned int tail;                 /* next character to read */
    struct wait_queue_head read_wait;  /* for input */
    struct wait_queue_head write_wait; /* for ^Q, or for the line to take more */
};

/* drivers/char/tty_io.c: the controlling terminal of a process changes (NULL: none) */
struct signal_struct;
void signal_set_tty(struct signal_struct *sig, struct tty_struct *tty);

/* drivers/char/n_tty.c */
void n_tty_init(struct tty_struct *tty);
void n_tty_receive(struct tty_struct *tty, u8 c);
/* False: a character might be lost, and reading will make room. */
bool n_tty_can_receive(struct tty_struct *tty);
ssize_t n_tty_read(struct tty_struct *tty, struct file *file, char __user *buf, size_t count);
ssize_t n_tty_write(struct tty_struct *tty, struct file *file, const char __user *buf,
                    size_t count);
unsigned int n_tty_poll(struct tty_struct *tty, struct file *file, struct poll_table *table);
void n_tty_flush_input(struct tty_struct *tty);
unsigned int n_tty_input_available(struct tty_struct *tty);
/* Mode changes may turn an unfinished line into input. */
void n_tty_set_termios(struct tty_struct *tty, const struct termios *new);

/* drivers/char/tty_io.c */
struct tty_struct *file_tty(struct file *file);
/* May the current task read from, or change, this terminal now? 0, or -ERESTARTSYS after sending
 * SIGTTIN or SIGTTOU, or -EIO. */
int tty_check_read(struct tty_struct *tty);
int tty_check_change(struct tty_struct *tty);
/* The session leader gives up its terminal. */
void disassociate_ctty(bool on_exit);
/* Whoever has the terminal open has lost it; it can be opened again. */
void tty_hangup(struct tty_struct *tty);
bool tty_hung_up(const struct file *file);
/* The same, later: from interrupt handlers. */
void tty_hangup_later(struct tty_struct *tty);
int tty_ioctl(struct file *file, unsigned int cmd, u32 arg);
extern struct tty_struct serial_tty, vt_tty;

/* fs/devpts/inode.c: the names in /dev/pts */
int devpts_pty_new(unsigned int index);
void devpts_pty_kill(unsigned int index);

/* drivers/char/pty.c */
void pty_init(void);
int ptmx_open(struct file *file);
/* The terminal of /dev/pts/`index`, about to be opened; or ERR_PTR(-EIO). */
struct tty_struct *pty_open_slave(unsigned int index);

#endif
