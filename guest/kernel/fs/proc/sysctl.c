/* /proc/sys: numbers and names of the kernel that can be changed while it runs. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/utsname.h>

static int show_pid_max(struct seq_file *m, struct task_struct *unused)
{
    seq_printf(m, "%d\n", pid_max);
    return 0;
}

/* There must be room above the reserved numbers. */
static int store_pid_max(char *text)
{
    unsigned long n = simple_strtoul(text, NULL, 10);

    if (n <= RESERVED_PIDS || n > PID_MAX_LIMIT)
        return -EINVAL;
    pid_max = n;
    return 0;
}

static int show_threads_max(struct seq_file *m, struct task_struct *unused)
{
    seq_printf(m, "%d\n", max_threads);
    return 0;
}

static int store_threads_max(char *text)
{
    unsigned long n = simple_strtoul(text, NULL, 10);

    if (n < 1 || n > PID_MAX_LIMIT)
        return -EINVAL;
    max_threads = n;
    return 0;
}

static int show_hostname(struct seq_file *m, struct task_struct *unused)
{
    seq_printf(m, "%s\n", system_utsname.nodename);
    return 0;
}

static int store_hostname(char *text)
{
    strlcpy(system_utsname.nodename, text, sizeof(system_utsname.nodename));
    return 0;
}

static int show_ostype(struct seq_file *m, struct task_struct *unused)
{
    seq_printf(m, "%s\n", system_utsname.sysname);
    return 0;
}

static int show_osrelease(struct seq_file *m, struct task_struct *unused)
{
    seq_printf(m, "%s\n", system_utsname.release);
    return 0;
}

static int show_printk(struct seq_file *m, struct task_struct *unused)
{
    seq_printf(m, "%d\n", console_loglevel);
    return 0;
}

static int store_printk(char *text)
{
    console_loglevel = simple_strtoul(text, NULL, 10);
    return 0;
}

/* clang-format off */
static const struct proc_entry kernel_table[] = {
    {.name = "pid_max",     .mode = S_IFREG | 0644, .show = show_pid_max, .store = store_pid_max},
    {.name = "threads-max", .mode = S_IFREG | 0644, .show = show_threads_max,
     .store = store_threads_max},
    {.name = "hostname",    .mode = S_IFREG | 0644, .show = show_hostname, .store = store_hostname},
    {.name = "ostype",      .mode = S_IFREG | 0444, .show = show_ostype},
    {.name = "osrelease",   .mode = S_IFREG | 0444, .show = show_osrelease},
    {.name = "printk",      .mode = S_IFREG | 0644, .show = show_printk, .store = store_printk},
    {.name = NULL},
};

const struct proc_entry proc_sys_table[] = {
    {.name = "kernel", .mode = S_IFDIR | 0555, .children = kernel_table},
    {.name = NULL},
};
/* clang-format on */
