/* Start-up: who is called by start_kernel(), in this order, and what the command line said. */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#include <linux/types.h>

/* What the Multiboot loader told us, copied out of its memory. */
struct boot_info {
    char command_line[2048];
    u32 initrd_start, initrd_end; /* physical; equal: there is none */
};

extern struct boot_info boot_info;

void setup_arch(void);   /* reads the boot information, turns on final paging */
void trap_init(void);    /* exceptions and int 0x80 */
void init_IRQ(void);     /* interrupt controllers */
void time_init(void);    /* 100 Hz */
void console_init(void); /* COM1 for printk */
void serial_init(void);
void keyboard_init(void);
void tty_init(void);
void chr_dev_init(void);
void workqueue_init(void);
void user_cache_init(void);
void files_init(void);
void fdtable_init(void);
void fs_struct_init(void);
void populate_rootfs(void);
void pipe_init(void);
void proc_init(void);
void futex_init(void);

/* init/cmdline.c */
extern char *init_argv[32];
extern char *init_envp[32];
void parse_command_line(char *line);

/* kernel/printk.c */
extern bool selftest_wanted;
void selftest(void);           /* init/selftest.c */
extern int console_loglevel;   /* messages below this level are shown */
extern bool console_is_screen; /* console=tty1; else the console is COM1 */
void serial_console_write(const char *s, size_t n);
void vt_console_write(const char *s, size_t n);

/* lib/random.c: the same numbers in every run, from the seed of the command line. */
void random_seed(u32 seed);
u32 get_random_int(void);
void get_random_bytes(void *to, size_t n);
ssize_t copy_random_to_user(char __user *buf, size_t count); /* count, or -EFAULT */

/* drivers/char/exit_port.c */
void machine_exit(u32 status) __attribute__((noreturn));

#endif
