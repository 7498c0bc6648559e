/* Resource limits, and what has been used. */
#include <asm/uaccess.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/syscalls.h>

u32 rlimit_cur(int which)
{
    return current->signal->rlim[which].rlim_cur;
}

/* Only the superuser raises a hard limit. 0 or -errno. */
static int set_rlimit(struct task_struct *p, u32 which, const struct rlimit *new)
{
    struct rlimit *old = &p->signal->rlim[which];

    if (new->rlim_cur > new->rlim_max)
        return -EINVAL;
    if (new->rlim_max > old->rlim_max && !capable(CAP_SYS_RESOURCE))
        return -EPERM;
    if (which == RLIMIT_NOFILE && new->rlim_max > NR_OPEN_MAX)
        return -EPERM;
    *old = *new;
    return 0;
}

asmlinkage long sys_getrlimit(u32 which, struct rlimit __user *rlim)
{
    if (which >= RLIM_NLIMITS)
        return -EINVAL;
    return copy_to_user(rlim, &current->signal->rlim[which], sizeof(*rlim)) ? -EFAULT : 0;
}

asmlinkage long sys_setrlimit(u32 which, const struct rlimit __user *rlim)
{
    struct rlimit new;

    if (which >= RLIM_NLIMITS)
        return -EINVAL;
    if (copy_from_user(&new, rlim, sizeof(new)))
        return -EFAULT;
    return set_rlimit(current, which, &new);
}

struct rlimit64 {
    u64 rlim_cur, rlim_max;
};

static u32 narrow(u64 v)
{
    return v > RLIM_INFINITY ? RLIM_INFINITY : (u32)v;
}

static u64 widen(u32 v)
{
    return v == RLIM_INFINITY ? ~0ull : v;
}

asmlinkage long sys_prlimit64(pid_t pid, u32 which, const struct rlimit64 __user *unew,
                              struct rlimit64 __user *uold)
{
    struct task_struct *p = pid ? find_task_by_pid(pid) : current;
    struct rlimit64 new64, old64;
    struct rlimit new;

    if (which >= RLIM_NLIMITS)
        return -EINVAL;
    if (!p)
        return -ESRCH;
    if (p != current && current->cred->euid && current->cred->uid != p->cred->uid)
        return -EPERM;
    if (unew && copy_from_user(&new64, unew, sizeof(new64)))
        return -EFAULT;
    old64.rlim_cur = widen(p->signal->rlim[which].rlim_cur);
    old64.rlim_max = widen(p->signal->rlim[which].rlim_max);
    if (unew) {
        int err;
        new = (struct rlimit){narrow(new64.rlim_cur), narrow(new64.rlim_max)};
        err = set_rlimit(p, which, &new);
        if (err)
            return err;
    }
    return uold && copy_to_user(uold, &old64, sizeof(old64)) ? -EFAULT : 0;
}

/* Times and faults of the living threads of a group. */
static void add_threads(struct task_struct *p, unsigned long *utime, unsigned long *stime,
                        struct rusage *r)
{
    struct task_struct *t = p;

    do {
        *utime += t->utime;
        *stime += t->stime;
        r->ru_minflt += t->min_flt;
        r->ru_majflt += t->maj_flt;
        r->ru_nvcsw += t->nvcsw;
        r->ru_nivcsw += t->nivcsw;
        t = next_thread(t);
    } while (t != p);
}

int put_rusage(struct task_struct *p, int who, struct rusage __user *user)
{
    const struct signal_struct *sig = p->signal;
    unsigned long utime = 0, stime = 0;
    struct rusage r;

    memset(&r, 0, sizeof(r));
    if (who != RUSAGE_CHILDREN) {
        utime = sig->utime;
        stime = sig->stime;
        r.ru_minflt = sig->min_flt;
        r.ru_majflt = sig->maj_flt;
        add_threads(p, &utime, &stime, &r);
    }
    if (who == RUSAGE_CHILDREN || who == RUSAGE_BOTH) {
        utime += sig->cutime;
        stime += sig->cstime;
        r.ru_minflt += sig->cmin_flt;
        r.ru_majflt += sig->cmaj_flt;
    }
    jiffies_to_timeval(utime, &r.ru_utime);
    jiffies_to_timeval(stime, &r.ru_stime);
    return copy_to_user(user, &r, sizeof(r)) ? -EFAULT : 0;
}

asmlinkage long sys_getrusage(int who, struct rusage __user *ru)
{
    if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN)
        return -EINVAL;
    return put_rusage(current, who, ru);
}

asmlinkage long sys_times(struct tms __user *user)
{
    const struct signal_struct *sig = current->signal;
    struct tms t = {sig->utime, sig->stime, sig->cutime, sig->cstime};
    struct rusage r;

    memset(&r, 0, sizeof(r));
    add_threads(current, (unsigned long *)&t.tms_utime, (unsigned long *)&t.tms_stime, &r);
    if (user && copy_to_user(user, &t, sizeof(t)))
        return -EFAULT;
    return jiffies;
}
