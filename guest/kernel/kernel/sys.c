/* Small system calls about the process and the machine. */
#include <asm/uaccess.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/utsname.h>

struct new_utsname system_utsname = {
    "Linux", "forkscope", "2.6.22-forkscope", "#1", "i686", "(none)",
};

asmlinkage long sys_getpid(void)
{
    return current->tgid;
}

asmlinkage long sys_gettid(void)
{
    return current->pid;
}

asmlinkage long sys_getppid(void)
{
    return current->group_leader->real_parent->tgid;
}

asmlinkage long sys_uname(struct new_utsname __user *name)
{
    return copy_to_user(name, &system_utsname, sizeof(system_utsname)) ? -EFAULT : 0;
}

asmlinkage long sys_sethostname(const char __user *name, size_t len)
{
    char buf[sizeof(system_utsname.nodename)] = "";

    if (!capable(CAP_SYS_ADMIN))
        return -EPERM;
    if (len >= sizeof(buf))
        return -EINVAL;
    if (copy_from_user(buf, name, len))
        return -EFAULT;
    memcpy(system_utsname.nodename, buf, sizeof(buf));
    return 0;
}

#define LINUX_REBOOT_MAGIC1        0xfee1deadu
#define LINUX_REBOOT_CMD_RESTART   0x01234567u
#define LINUX_REBOOT_CMD_HALT      0xcdef0123u
#define LINUX_REBOOT_CMD_POWER_OFF 0x4321fedcu
#define LINUX_REBOOT_CMD_CAD_ON    0x89abcdefu
#define LINUX_REBOOT_CMD_CAD_OFF   0u

/* However it is called, the machine ends; there is nothing that could start it again. */
asmlinkage long sys_reboot(u32 magic1, u32 magic2, u32 cmd)
{
    if (!capable(CAP_SYS_BOOT))
        return -EPERM;
    if (magic1 != LINUX_REBOOT_MAGIC1)
        return -EINVAL;
    switch (cmd) {
    case LINUX_REBOOT_CMD_RESTART:
    case LINUX_REBOOT_CMD_HALT:
    case LINUX_REBOOT_CMD_POWER_OFF:
        machine_exit(0);
    case LINUX_REBOOT_CMD_CAD_ON:
    case LINUX_REBOOT_CMD_CAD_OFF:
        return 0;
    }
    return -EINVAL;
}

#define PR_SET_PDEATHSIG 1
#define PR_GET_PDEATHSIG 2
#define PR_SET_NAME      15
#define PR_GET_NAME      16

asmlinkage long sys_prctl(int option, u32 arg2)
{
    int len;

    switch (option) {
    case PR_SET_PDEATHSIG:
        if (arg2 > _NSIG)
            return -EINVAL;
        current->pdeath_signal = arg2;
        return 0;
    case PR_GET_PDEATHSIG:
        return put_user(current->pdeath_signal, (int __user *)arg2);
    case PR_SET_NAME:
        len = strncpy_from_user(current->comm, (const char __user *)arg2, TASK_COMM_LEN);
        current->comm[TASK_COMM_LEN - 1] = 0;
        return len < 0 ? len : 0;
    case PR_GET_NAME:
        return copy_to_user((char __user *)arg2, current->comm, TASK_COMM_LEN) ? -EFAULT : 0;
    }
    return -EINVAL;
}

struct sysinfo {
    s32 uptime;
    u32 loads[3]; /* fixed point, 16 bits after it */
    u32 totalram, freeram, sharedram, bufferram, totalswap, freeswap;
    u16 procs, pad;
    u32 totalhigh, freehigh, mem_unit;
    char unused[8];
};

asmlinkage long sys_sysinfo(struct sysinfo __user *user)
{
    struct sysinfo info;

    memset(&info, 0, sizeof(info));
    info.uptime = jiffies / HZ;
    info.totalram = totalram_pages * PAGE_SIZE;
    info.freeram = nr_free_pages * PAGE_SIZE;
    info.procs = nr_threads;
    info.mem_unit = 1;
    return copy_to_user(user, &info, sizeof(info)) ? -EFAULT : 0;
}

#define SYSLOG_READ_ALL  3
#define SYSLOG_SIZE      10
#define SYSLOG_LOG_SPACE 16384

asmlinkage long sys_syslog(int type, char __user *buf, int len)
{
    char *log;
    long n;

    if (type == SYSLOG_SIZE)
        return SYSLOG_LOG_SPACE;
    if (type != SYSLOG_READ_ALL)
        return type >= 0 && type < SYSLOG_SIZE ? 0 : -EINVAL;
    if (!buf || len < 0)
        return -EINVAL;
    log = kmalloc(SYSLOG_LOG_SPACE, GFP_KERNEL);
    if (!log)
        return -ENOMEM;
    n = log_read_all(log, min(len, SYSLOG_LOG_SPACE));
    if (copy_to_user(buf, log, n))
        n = -EFAULT;
    kfree(log);
    return n;
}

asmlinkage long sys_getrandom(char __user *buf, size_t count, unsigned int flags)
{
    return copy_random_to_user(buf, count);
}

#define PRIO_PROCESS 0
#define PRIO_PGRP    1
#define PRIO_USER    2

static bool prio_matches(struct task_struct *p, int which, int who)
{
    switch (which) {
    case PRIO_PROCESS:
        return p->pid == (who ? who : current->pid);
    case PRIO_PGRP:
        return p->signal->pgrp == (who ? who : current->signal->pgrp);
    default:
        return p->cred->uid == (who ? (uid_t)who : current->cred->uid);
    }
}

static int set_one_prio(struct task_struct *p, int nice)
{
    if (p->cred->uid != current->cred->euid && current->cred->euid)
        return -EPERM;
    if (nice < PRIO_TO_NICE(p->static_prio) && !capable(CAP_SYS_NICE))
        return -EACCES;
    set_user_nice(p, nice);
    return 0;
}

asmlinkage long sys_setpriority(int which, int who, int niceval)
{
    int nice = max(-20, min(19, niceval)), err = -ESRCH;
    struct task_struct *p;

    if (which < PRIO_PROCESS || which > PRIO_USER)
        return -EINVAL;
    for_each_process (p) {
        if (prio_matches(p, which, who))
            err = set_one_prio(p, nice);
    }
    return err;
}

/* 20 - nice, so that no result looks like an error. */
asmlinkage long sys_getpriority(int which, int who)
{
    struct task_struct *p;
    long best = -ESRCH;

    if (which < PRIO_PROCESS || which > PRIO_USER)
        return -EINVAL;
    for_each_process (p) {
        if (prio_matches(p, which, who))
            best = max(best, (long)(20 - PRIO_TO_NICE(p->static_prio)));
    }
    return best;
}

asmlinkage long sys_nice(int increment)
{
    return set_one_prio(current, max(-20, min(19, PRIO_TO_NICE(current->static_prio) + increment)));
}

/* One processor. */
asmlinkage long sys_sched_getaffinity(pid_t pid, size_t len, u32 __user *mask)
{
    if (len < sizeof(u32))
        return -EINVAL;
    return put_user(1u, mask) ? -EFAULT : (long)sizeof(u32);
}

/* A call that is in the table's range but not in the kernel: noted once a number. */
asmlinkage long sys_ni_syscall_nr(u32 nr)
{
    static u32 seen[16];

    if (nr < 512 && !(seen[nr / 32] & 1u << nr % 32)) {
        seen[nr / 32] |= 1u << nr % 32;
        printk("pid %d (%s): unknown system call %u\n", current->pid, current->comm, nr);
    }
    return -ENOSYS;
}

asmlinkage long sys_ni_syscall(void)
{
    return sys_ni_syscall_nr(current_pt_regs()->orig_eax);
}
