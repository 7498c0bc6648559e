/* Pseudo-random numbers (xorshift32): the same in every run for the same seed. */
#include <asm/uaccess.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/string.h>

static u32 state = 0x2545f491;

void random_seed(u32 seed)
{
    state = seed ? seed : 0x2545f491; /* zero would stay zero */
}

u32 get_random_int(void)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

void get_random_bytes(void *to, size_t n)
{
    for (u8 *p = to; n; p += min(n, 4u), n -= min(n, 4u)) {
        u32 v = get_random_int();
        memcpy(p, &v, min(n, 4u));
    }
}

ssize_t copy_random_to_user(char __user *buf, size_t count)
{
    u8 block[64];

    for (size_t done = 0; done < count;) {
        size_t n = min(count - done, sizeof(block));
        get_random_bytes(block, n);
        if (copy_to_user(buf + done, block, n))
            return -EFAULT;
        done += n;
    }
    return count;
}
