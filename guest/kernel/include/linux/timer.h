/* Time in ticks of the PIT, and functions to call when a tick is reached. */
#ifndef _LINUX_TIMER_H
#define _LINUX_TIMER_H

#include <linux/list.h>
#include <uapi/time.h>

#define HZ                   100
#define NSEC_PER_SEC         1000000000L
#define USEC_PER_SEC         1000000L
#define MAX_SCHEDULE_TIMEOUT 0x7fffffffL

extern volatile unsigned long jiffies; /* ticks since boot */

#define time_after(a, b)    ((long)((b) - (a)) < 0)
#define time_after_eq(a, b) ((long)((a) - (b)) >= 0)

struct timer_list {
    struct list_head entry; /* in the list of pending timers, by expiry; empty when not pending */
    unsigned long expires;  /* the tick */
    void (*function)(unsigned long data); /* called from the timer interrupt, interrupts off */
    unsigned long data;
};

void init_timer(struct timer_list *timer);
/* Sets the expiry and makes it pending. */
void mod_timer(struct timer_list *timer, unsigned long expires);
/* True if it was pending. */
bool del_timer(struct timer_list *timer);
bool timer_pending(const struct timer_list *timer);
void run_timers(void);
void do_timer(bool user);

/* Seconds since 1970 at boot, from the CMOS clock or a stime() since. */
extern time_t boot_time;
void do_gettimeofday(struct timeval *tv);

/* Ticks, rounded up; and back. */
unsigned long timespec_to_jiffies(s64 sec, s64 nsec);
unsigned long timeval_to_jiffies(const struct timeval *tv);
void jiffies_to_timeval(unsigned long ticks, struct timeval *tv);

#endif
