/* The kernel's small change: printk, panic, BUG, min/max, string conversion. */
#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <linux/types.h>
#include <stdarg.h>
#include <uapi/errno.h>

#define noinline     __attribute__((noinline))
#define __noreturn   __attribute__((noreturn))
#define __packed     __attribute__((packed))
#define __aligned(n) __attribute__((aligned(n)))
#define __unused     __attribute__((unused))

#define ARRAY_SIZE(a)      (sizeof(a) / sizeof((a)[0]))
#define ALIGN(x, a)        (((x) + (a)-1) & ~((a)-1))
#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))
#define min(a, b)          ((a) < (b) ? (a) : (b))
#define max(a, b)          ((a) > (b) ? (a) : (b))
#define barrier()          asm volatile("" ::: "memory")

/* Messages start with a level in angle brackets: "<3>text". Without one they are level 6. */
#define KERN_EMERG   "<0>"
#define KERN_ERR     "<3>"
#define KERN_WARNING "<4>"
#define KERN_INFO    "<6>"

int printk(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args);
int snprintf(char *buf, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Prints the reason, reports failure to the machine and stops for ever. */
void panic(const char *fmt, ...) __attribute__((format(printf, 1, 2))) __noreturn;

#define BUG() panic("kernel BUG at %s:%d", __FILE__, __LINE__)
#define BUG_ON(cond)                                                                               \
    do {                                                                                           \
        if (__builtin_expect(!!(cond), 0))                                                         \
            panic("kernel BUG at %s:%d: %s", __FILE__, __LINE__, #cond);                           \
    } while (0)

/* Number at `s` in `base` (0: by prefix); *end is where it stopped, if end is given. */
unsigned long simple_strtoul(const char *s, char **end, unsigned int base);

#endif
