/* The load average: an exponential one, sampled every five seconds. */
#include <linux/loadavg.h>
#include <linux/sched.h>

#define LOAD_FREQ (5 * HZ)

unsigned long avenrun[3];

/* e to the power of -5/60, -5/300, -5/900, in fixed point. */
static const unsigned long decay[3] = {1884, 2014, 2037};

void calc_load(void)
{
    if (jiffies % LOAD_FREQ)
        return;
    for (int i = 0; i < 3; i++)
        avenrun[i] =
            (avenrun[i] * decay[i] + (nr_running() << LOAD_SHIFT) * (LOAD_FIXED_1 - decay[i])) >>
            LOAD_SHIFT;
}
