/* Clocks and sleeping. Time advances in ticks of 10 ms. */
#include <asm/uaccess.h>
#include <linux/sched.h>
#include <linux/syscalls.h>

asmlinkage long sys_time(time_t __user *tloc)
{
    struct timeval tv;

    do_gettimeofday(&tv);
    return tloc && put_user(tv.tv_sec, tloc) ? -EFAULT : tv.tv_sec;
}

asmlinkage long sys_stime(const time_t __user *tptr)
{
    time_t value;

    if (!capable(CAP_SYS_TIME))
        return -EPERM;
    if (get_user(value, tptr))
        return -EFAULT;
    boot_time = value - jiffies / HZ;
    return 0;
}

asmlinkage long sys_settimeofday(const struct timeval __user *utv, const void __user *tz)
{
    struct timeval tv;

    if (!capable(CAP_SYS_TIME))
        return -EPERM;
    if (!utv)
        return 0;
    if (copy_from_user(&tv, utv, sizeof(tv)))
        return -EFAULT;
    if (tv.tv_usec < 0 || tv.tv_usec >= USEC_PER_SEC)
        return -EINVAL;
    boot_time = tv.tv_sec - jiffies / HZ;
    return 0;
}

asmlinkage long sys_gettimeofday(struct timeval __user *utv, void __user *tz)
{
    struct timeval tv;

    do_gettimeofday(&tv);
    if (utv && copy_to_user(utv, &tv, sizeof(tv)))
        return -EFAULT;
    return tz && clear_user(tz, 8) ? -EFAULT : 0;
}

static void ticks_to_timespec(unsigned long ticks, struct timespec *ts)
{
    ts->tv_sec = ticks / HZ;
    ts->tv_nsec = ticks % HZ * (NSEC_PER_SEC / HZ);
}

/* 0 or -EINVAL. */
static int get_clock(int which, struct timespec *ts)
{
    switch (which) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
        ticks_to_timespec(jiffies, ts);
        ts->tv_sec += boot_time;
        return 0;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
        ticks_to_timespec(jiffies, ts);
        return 0;
    case CLOCK_PROCESS_CPUTIME_ID:
        ticks_to_timespec(
            current->signal->utime + current->signal->stime + current->utime + current->stime, ts);
        return 0;
    case CLOCK_THREAD_CPUTIME_ID:
        ticks_to_timespec(current->utime + current->stime, ts);
        return 0;
    }
    return -EINVAL;
}

asmlinkage long sys_clock_gettime(int which, struct timespec __user *uts)
{
    struct timespec ts;
    int err = get_clock(which, &ts);

    return err ? err : copy_to_user(uts, &ts, sizeof(ts)) ? -EFAULT : 0;
}

asmlinkage long sys_clock_gettime64(int which, struct timespec64 __user *uts)
{
    struct timespec ts;
    struct timespec64 ts64;
    int err = get_clock(which, &ts);

    if (err)
        return err;
    ts64 = (struct timespec64){ts.tv_sec, ts.tv_nsec};
    return copy_to_user(uts, &ts64, sizeof(ts64)) ? -EFAULT : 0;
}

/* Only the date can be set, to the second. */
asmlinkage long sys_clock_settime(int which, const struct timespec __user *uts)
{
    struct timespec ts;

    if (which != CLOCK_REALTIME)
        return -EINVAL;
    if (!capable(CAP_SYS_TIME))
        return -EPERM;
    if (copy_from_user(&ts, uts, sizeof(ts)))
        return -EFAULT;
    if (ts.tv_nsec < 0 || ts.tv_nsec >= NSEC_PER_SEC)
        return -EINVAL;
    boot_time = ts.tv_sec - jiffies / HZ;
    return 0;
}

asmlinkage long sys_clock_getres(int which, struct timespec __user *uts)
{
    struct timespec ts;
    int err = get_clock(which, &ts);

    if (err)
        return err;
    ts = (struct timespec){0, NSEC_PER_SEC / HZ};
    return uts && copy_to_user(uts, &ts, sizeof(ts)) ? -EFAULT : 0;
}

/* Writes the time that is left in the form the caller uses. */
static int put_remaining(unsigned long ticks, u32 rmtp, bool is64)
{
    struct timespec ts;
    struct timespec64 ts64;

    if (!rmtp)
        return 0;
    ticks_to_timespec(ticks, &ts);
    ts64 = (struct timespec64){ts.tv_sec, ts.tv_nsec};
    return (is64 ? copy_to_user((void __user *)rmtp, &ts64, sizeof(ts64))
                 : copy_to_user((void __user *)rmtp, &ts, sizeof(ts)))
               ? -EFAULT
               : 0;
}

/* Sleeps until the tick in arg0. arg1: where the rest goes; arg2: as timespec64; arg3: absolute. */
static long nanosleep_restart(struct restart_block *restart)
{
    long left = restart->arg0 - jiffies;

    if (left > 0) {
        set_current_state(TASK_INTERRUPTIBLE);
        left = schedule_timeout(left);
    }
    if (left <= 0)
        return 0;
    if (restart->arg3) /* the same end when called again */
        return -ERESTARTNOHAND;
    if (put_remaining(left, restart->arg1, restart->arg2))
        return -EFAULT;
    restart->fn = nanosleep_restart;
    return -ERESTART_RESTARTBLOCK;
}

static long do_nanosleep(int which, s64 sec, s64 nsec, bool absolute, u32 rmtp, bool is64)
{
    struct restart_block *restart = &current_thread_info()->restart_block;
    unsigned long ticks;

    if (sec < 0 || nsec < 0 || nsec >= NSEC_PER_SEC)
        return -EINVAL;
    if (absolute && which == CLOCK_REALTIME)
        sec -= boot_time;
    ticks = sec < 0 ? 0 : timespec_to_jiffies(sec, nsec);
    if (!absolute && ticks) /* the tick that is running already does not count */
        ticks++;
    restart->arg0 = absolute ? ticks : jiffies + ticks;
    restart->arg1 = rmtp;
    restart->arg2 = is64;
    restart->arg3 = absolute;
    return nanosleep_restart(restart);
}

asmlinkage long sys_nanosleep(const struct timespec __user *rqtp, struct timespec __user *rmtp)
{
    struct timespec ts;

    if (copy_from_user(&ts, rqtp, sizeof(ts)))
        return -EFAULT;
    return do_nanosleep(CLOCK_MONOTONIC, ts.tv_sec, ts.tv_nsec, false, (u32)rmtp, false);
}

asmlinkage long sys_clock_nanosleep(int which, int flags, const struct timespec __user *rqtp,
                                    struct timespec __user *rmtp)
{
    struct timespec ts;

    if (which != CLOCK_REALTIME && which != CLOCK_MONOTONIC && which != CLOCK_BOOTTIME)
        return -EINVAL;
    if (copy_from_user(&ts, rqtp, sizeof(ts)))
        return -EFAULT;
    return do_nanosleep(which, ts.tv_sec, ts.tv_nsec, flags & TIMER_ABSTIME, (u32)rmtp, false);
}

asmlinkage long sys_clock_nanosleep64(int which, int flags, const struct timespec64 __user *rqtp,
                                      struct timespec64 __user *rmtp)
{
    struct timespec64 ts;

    if (which != CLOCK_REALTIME && which != CLOCK_MONOTONIC && which != CLOCK_BOOTTIME)
        return -EINVAL;
    if (copy_from_user(&ts, rqtp, sizeof(ts)))
        return -EFAULT;
    return do_nanosleep(which, ts.tv_sec, ts.tv_nsec, flags & TIMER_ABSTIME, (u32)rmtp, true);
}
