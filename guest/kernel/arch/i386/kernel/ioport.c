/* Ports for programs: a bitmap in the TSS for single ports, or the I/O privilege level for all. */
#include <asm/processor.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>

/* The bitmap of the current task: all ones, nothing allowed, at first. NULL without memory. */
static u8 *own_bitmap(void)
{
    struct thread_struct *t = &current->thread;

    if (!t->io_bitmap) {
        t->io_bitmap = kmalloc(IO_BITMAP_BYTES, GFP_KERNEL);
        if (t->io_bitmap)
            memset(t->io_bitmap, 0xff, IO_BITMAP_BYTES);
    }
    return t->io_bitmap;
}

static u32 used_bytes(const u8 *bitmap)
{
    u32 n = IO_BITMAP_BYTES;

    while (n && bitmap[n - 1] == 0xff)
        n--;
    return n;
}

asmlinkage long sys_ioperm(u32 from, u32 num, int turn_on)
{
    u8 *bitmap;

    if (!num || from >= IO_BITMAP_BITS || num > IO_BITMAP_BITS - from)
        return -EINVAL;
    if (turn_on && !capable(CAP_SYS_RAWIO))
        return -EPERM;
    bitmap = own_bitmap();
    if (!bitmap)
        return -ENOMEM;
    for (u32 port = from; port < from + num; port++) {
        u8 bit = 1u << port % 8;
        bitmap[port / 8] = turn_on ? bitmap[port / 8] & ~bit : bitmap[port / 8] | bit;
    }
    current->thread.io_bitmap_max = used_bytes(bitmap);
    memcpy(init_tss.io_bitmap, bitmap, IO_BITMAP_BYTES);
    init_tss.hw.io_bitmap_base = offsetof(struct tss_struct, io_bitmap);
    return 0;
}

/* In the frame, so that it takes effect on the way back. */
asmlinkage long sys_iopl(u32 level)
{
    struct pt_regs *regs = current_pt_regs();
    u32 old = (regs->eflags & X86_EFLAGS_IOPL) >> 12;

    if (level > 3)
        return -EINVAL;
    if (level > old && !capable(CAP_SYS_RAWIO))
        return -EPERM;
    regs->eflags = (regs->eflags & ~X86_EFLAGS_IOPL) | level << 12;
    return 0;
}
