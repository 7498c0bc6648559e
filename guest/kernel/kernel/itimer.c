/* alarm() and the interval timers: real time, time in user mode, time running at all. */
#include <asm/uaccess.h>
#include <linux/itimer.h>
#include <linux/sched.h>
#include <linux/syscalls.h>

void it_real_fn(unsigned long data)
{
    struct task_struct *p = (struct task_struct *)data;

    group_send_sig_info(SIGALRM, SEND_SIG_PRIV, p);
    if (p->signal->it_real_incr)
        mod_timer(&p->signal->real_timer, jiffies + p->signal->it_real_incr);
}

/* Counts one timer down. */
static void tick(struct task_struct *p, unsigned long *value, unsigned long incr, int sig)
{
    if (*value && --*value == 0) {
        *value = incr;
        group_send_sig_info(sig, SEND_SIG_PRIV, p);
    }
}

void account_it_tick(struct task_struct *p, bool user)
{
    struct signal_struct *s = p->signal;

    if (!s)
        return;
    if (user)
        tick(p, &s->it_virt_value, s->it_virt_incr, SIGVTALRM);
    tick(p, &s->it_prof_value, s->it_prof_incr, SIGPROF);
}

static unsigned long real_left(const struct signal_struct *s)
{
    if (!timer_pending(&s->real_timer))
        return 0;
    long left = s->real_timer.expires - jiffies;
    return left > 0 ? left : 1;
}

/* Value and interval in ticks. 0 or -EINVAL. */
static int get_ticks(int which, unsigned long *value, unsigned long *incr)
{
    const struct signal_struct *s = current->signal;

    switch (which) {
    case ITIMER_REAL:
        *value = real_left(s);
        *incr = s->it_real_incr;
        return 0;
    case ITIMER_VIRTUAL:
        *value = s->it_virt_value;
        *incr = s->it_virt_incr;
        return 0;
    case ITIMER_PROF:
        *value = s->it_prof_value;
        *incr = s->it_prof_incr;
        return 0;
    }
    return -EINVAL;
}

static void set_real(unsigned long value, unsigned long incr)
{
    struct signal_struct *s = current->signal;

    del_timer(&s->real_timer);
    s->it_real_incr = incr;
    s->real_timer.data = (unsigned long)current->group_leader;
    if (value)
        mod_timer(&s->real_timer, jiffies + value + 1);
}

static void set_ticks(int which, unsigned long value, unsigned long incr)
{
    struct signal_struct *s = current->signal;

    if (which == ITIMER_REAL) {
        set_real(value, incr);
    } else if (which == ITIMER_VIRTUAL) {
        s->it_virt_value = value;
        s->it_virt_incr = incr;
    } else {
        s->it_prof_value = value;
        s->it_prof_incr = incr;
    }
}

asmlinkage long sys_getitimer(int which, struct itimerval __user *user)
{
    unsigned long value, incr;
    struct itimerval it;
    int err = get_ticks(which, &value, &incr);

    if (err)
        return err;
    jiffies_to_timeval(value, &it.it_value);
    jiffies_to_timeval(incr, &it.it_interval);
    return copy_to_user(user, &it, sizeof(it)) ? -EFAULT : 0;
}

static bool valid_timeval(const struct timeval *tv)
{
    return tv->tv_sec >= 0 && tv->tv_usec >= 0 && tv->tv_usec < USEC_PER_SEC;
}

asmlinkage long sys_setitimer(int which, const struct itimerval __user *new,
                              struct itimerval __user *old)
{
    struct itimerval it = {{0, 0}, {0, 0}};

    if (which < ITIMER_REAL || which > ITIMER_PROF)
        return -EINVAL;
    if (new &&copy_from_user(&it, new, sizeof(it)))
        return -EFAULT;
    if (!valid_timeval(&it.it_value) || !valid_timeval(&it.it_interval))
        return -EINVAL;
    if (old) {
        long err = sys_getitimer(which, old);
        if (err)
            return err;
    }
    set_ticks(which, timeval_to_jiffies(&it.it_value), timeval_to_jiffies(&it.it_interval));
    return 0;
}

/* Seconds left of the alarm before, rounded so that an alarm is never reported as none. */
asmlinkage long sys_alarm(unsigned int seconds)
{
    unsigned long left = real_left(current->signal);

    set_real(timespec_to_jiffies(seconds, 0), 0);
    return left && left < HZ / 2 ? 1 : (left + HZ / 2) / HZ;
}
