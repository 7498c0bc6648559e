/*
 * Access to user memory that may not be there.
 *
 * Every function checks that the range lies below the task's limit; a page fault that cannot be
 * served jumps to the fixup address that the exception table holds for the faulting instruction.
 */
#ifndef _ASM_UACCESS_H
#define _ASM_UACCESS_H

#include <asm/current.h>
#include <asm/page.h>
#include <linux/types.h>
#include <uapi/errno.h>

#define USER_DS   PAGE_OFFSET
#define KERNEL_DS 0xffffffffu

/* Sets the limit for user pointers and returns the old one. KERNEL_DS lets the kernel call its own
 * system calls. */
static inline u32 set_fs(u32 limit)
{
    u32 old = current_thread_info()->addr_limit;
    current_thread_info()->addr_limit = limit;
    return old;
}

static inline bool access_ok(const void __user *p, size_t size)
{
    u32 start = (u32)p, limit = current_thread_info()->addr_limit;
    return size <= limit && start <= limit - size;
}

/* Number of bytes that could not be copied: 0 is success. */
size_t copy_to_user(void __user *to, const void *from, size_t n);
size_t copy_from_user(void *to, const void __user *from, size_t n);
size_t clear_user(void __user *to, size_t n);
/* Length of the string without its NUL, `max` when there is none within max, or -EFAULT. */
int strncpy_from_user(char *to, const char __user *from, int max);
/* The same without copying; the count includes the NUL; 0 means a fault. */
int strnlen_user(const char __user *s, int max);

/* x = *p / *p = x. The value is 0 or -EFAULT. */
#define get_user(x, p)                                                                             \
    ({                                                                                             \
        __typeof__((__typeof__(*(p)))0) __val = 0;                                                 \
        int __err = copy_from_user(&__val, (p), sizeof(__val)) ? -EFAULT : 0;                      \
        (x) = __val;                                                                               \
        __err;                                                                                     \
    })
#define put_user(x, p)                                                                             \
    ({                                                                                             \
        __typeof__(*(p)) __val = (x);                                                              \
        copy_to_user((p), &__val, sizeof(__val)) ? -EFAULT : 0;                                    \
    })

/* One line of the exception table. */
struct exception_table_entry {
    u32 insn;  /* address of an instruction that may fault */
    u32 fixup; /* where to go on when it does */
};

struct pt_regs;
/* Moves regs->eip to the fixup of the faulting instruction; false when it has none. */
bool fixup_exception(struct pt_regs *regs);

#endif
