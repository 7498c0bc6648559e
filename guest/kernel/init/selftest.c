/* What no program can make the kernel do: a kernel thread whose function returns. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>

bool selftest_wanted;

enum { SELFTEST_RESULT = 7 };

/* Its result becomes the argument of do_exit(). */
static int short_thread(void *arg)
{
    return *(int *)arg;
}

void selftest(void)
{
    static int result = SELFTEST_RESULT;

    if (selftest_wanted && kernel_thread(short_thread, &result, SIGCHLD) < 0)
        printk(KERN_WARNING "selftest: no kernel thread\n");
}
