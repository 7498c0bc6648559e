/* Fault injection: the nth allocation of a task fails (see /proc/self/fail-nth). */
#include <linux/fault_inject.h>
#include <linux/sched.h>

bool should_fail(unsigned int gfp)
{
    return (gfp & GFP_KERNEL) && current->fail_nth && --current->fail_nth == 0;
}

void fail_nth_set(unsigned int nth)
{
    current->fail_nth = nth;
}

unsigned int fail_nth_get(void)
{
    return current->fail_nth;
}
