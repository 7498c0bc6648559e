/*
 * A fault while a fault is delivered, mostly because the kernel stack cannot be written: the CPU
 * then has nowhere to push. A task gate brings a stack of its own, and leaves the registers of the
 * unlucky task in the TSS that was in use.
 */
#include <asm/desc.h>
#include <asm/page.h>
#include <asm/pgtable.h>
#include <asm/system.h>
#include <linux/kernel.h>

static u32 doublefault_stack[1024];

static void __noreturn doublefault_fn(void)
{
    const struct i386_hw_tss *t = &init_tss.hw;

    printk(KERN_EMERG "double fault: eip %08x esp %08x ebp %08x cr3 %08x\n", t->eip, t->esp, t->ebp,
           t->cr3);
    printk(KERN_EMERG "eax %08x ebx %08x ecx %08x edx %08x esi %08x edi %08x\n", t->eax, t->ebx,
           t->ecx, t->edx, t->esi, t->edi);
    panic("double fault");
}

struct i386_hw_tss doublefault_tss = {
    .esp0 = (u32)(doublefault_stack + ARRAY_SIZE(doublefault_stack)),
    .ss0 = __KERNEL_DS,
    .cr3 = (u32)swapper_pg_dir - PAGE_OFFSET,
    .eip = (u32)doublefault_fn,
    .eflags = X86_EFLAGS_BIT1,
    .esp = (u32)(doublefault_stack + ARRAY_SIZE(doublefault_stack)),
    .es = __USER_DS,
    .cs = __KERNEL_CS,
    .ss = __KERNEL_DS,
    .ds = __USER_DS,
    .io_bitmap_base = INVALID_IO_BITMAP_OFFSET,
};
