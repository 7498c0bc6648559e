/* Ticks: the clock, the timers that wait for a tick, and accounting. */
#include <asm/ptrace.h>
#include <linux/itimer.h>
#include <linux/loadavg.h>
#include <linux/sched.h>
#include <linux/timer.h>

volatile unsigned long jiffies;

static LIST_HEAD(pending_timers); /* by expiry, soonest first */

void init_timer(struct timer_list *timer)
{
    INIT_LIST_HEAD(&timer->entry);
}

bool timer_pending(const struct timer_list *timer)
{
    return !list_empty(&timer->entry);
}

static void insert_timer(struct timer_list *timer)
{
    struct timer_list *t;

    list_for_each_entry (t, &pending_timers, entry) {
        if (time_after(t->expires, timer->expires))
            break;
    }
    list_add_tail(&timer->entry, &t->entry);
}

void mod_timer(struct timer_list *timer, unsigned long expires)
{
    unsigned long flags = local_irq_save();

    list_del_init(&timer->entry);
    timer->expires = expires;
    insert_timer(timer);
    local_irq_restore(flags);
}

bool del_timer(struct timer_list *timer)
{
    unsigned long flags = local_irq_save();
    bool was_pending = timer_pending(timer);

    list_del_init(&timer->entry);
    local_irq_restore(flags);
    return was_pending;
}

void run_timers(void)
{
    while (!list_empty(&pending_timers)) {
        struct timer_list *t = list_first_entry(&pending_timers, struct timer_list, entry);
        if (time_after(t->expires, jiffies))
            break;
        list_del_init(&t->entry);
        t->function(t->data);
    }
}

/* The tick belongs to whoever runs, in user mode or in the kernel. */
static void account_tick(struct task_struct *p, bool user)
{
    if (user)
        p->utime++;
    else
        p->stime++;
    if (p->pid)
        account_it_tick(p, user);
}

/* The timer interrupt, 100 times a second, interrupts off. */
void do_timer(bool user)
{
    jiffies++;
    check_stack_end(current);
    account_tick(current, user);
    run_timers();
    calc_load();
    scheduler_tick();
}

void do_gettimeofday(struct timeval *tv)
{
    unsigned long now = jiffies;

    tv->tv_sec = boot_time + now / HZ;
    tv->tv_usec = now % HZ * (USEC_PER_SEC / HZ);
}

unsigned long timespec_to_jiffies(s64 sec, s64 nsec)
{
    if (sec >= MAX_SCHEDULE_TIMEOUT / HZ - 1)
        return MAX_SCHEDULE_TIMEOUT - 1;
    return (unsigned long)sec * HZ +
           ((unsigned long)nsec + NSEC_PER_SEC / HZ - 1) / (NSEC_PER_SEC / HZ);
}

unsigned long timeval_to_jiffies(const struct timeval *tv)
{
    return timespec_to_jiffies(tv->tv_sec, (s64)tv->tv_usec * 1000);
}

void jiffies_to_timeval(unsigned long ticks, struct timeval *tv)
{
    tv->tv_sec = ticks / HZ;
    tv->tv_usec = ticks % HZ * (USEC_PER_SEC / HZ);
}
