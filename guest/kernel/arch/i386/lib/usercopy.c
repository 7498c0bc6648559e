/* Copying to and from user memory, with faults that end the copy instead of the kernel. */
#include <asm/uaccess.h>
#include <linux/kernel.h>

/* rep movs that survives a fault. Returns how many bytes were left. */
static size_t copy_bytes(void *to, const void *from, size_t n)
{
    size_t tail = n & 3;

    asm volatile("1: rep movsl\n"
                 "   movl %3, %0\n"
                 "2: rep movsb\n"
                 "3:\n"
                 ".section .text.fixup, \"ax\"\n"
                 "4: leal 0(%3, %0, 4), %0\n"
                 "   jmp 3b\n"
                 ".previous\n"
                 ".section __ex_table, \"a\"\n"
                 ".long 1b, 4b\n"
                 ".long 2b, 3b\n"
                 ".previous\n"
                 : "=&c"(n), "+D"(to), "+S"(from)
                 : "r"(tail), "0"(n / 4)
                 : "memory");
    return n;
}

size_t copy_to_user(void __user *to, const void *from, size_t n)
{
    return access_ok(to, n) ? copy_bytes(to, from, n) : n;
}

size_t copy_from_user(void *to, const void __user *from, size_t n)
{
    return access_ok(from, n) ? copy_bytes(to, from, n) : n;
}

size_t clear_user(void __user *to, size_t n)
{
    if (!access_ok(to, n))
        return n;
    asm volatile("1: rep stosb\n"
                 "2:\n"
                 ".section __ex_table, \"a\"\n"
                 ".long 1b, 2b\n"
                 ".previous\n"
                 : "+c"(n), "+D"(to)
                 : "a"(0)
                 : "memory");
    return n;
}

/* Copies up to the end of a page at a time, so that a string just below the end of memory works. */
int strncpy_from_user(char *to, const char __user *from, int max)
{
    int done = 0;

    while (done < max) {
        int room = PAGE_SIZE - ((u32)(from + done) & (PAGE_SIZE - 1));
        int n = min(min(room, 64), max - done);
        if (copy_from_user(to + done, from + done, n))
            return -EFAULT;
        for (int i = 0; i < n; i++) {
            if (!to[done + i])
                return done + i;
        }
        done += n;
    }
    return max;
}

int strnlen_user(const char __user *s, int max)
{
    char buf[64];
    int done = 0;

    while (done < max) {
        int n = strncpy_from_user(buf, s + done, min((int)sizeof(buf), max - done));
        if (n < 0)
            return 0;
        done += n;
        if (n < (int)sizeof(buf))
            return done + 1;
    }
    return max + 1;
}
