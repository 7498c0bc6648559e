/* The end, when the kernel cannot go on. */
#include <asm/system.h>
#include <linux/init.h>
#include <linux/kernel.h>

#define EXIT_PANIC 0x7f

void panic(const char *fmt, ...)
{
    static bool panicking;
    char buf[256];
    va_list args;

    local_irq_disable();
    if (panicking)
        machine_exit(EXIT_PANIC);
    panicking = true;
    va_start(args, fmt);
    vsnprintf(buf, sizeof(buf), fmt, args);
    va_end(args);
    printk(KERN_EMERG "Kernel panic - not syncing: %s\n", buf);
    machine_exit(EXIT_PANIC);
}
