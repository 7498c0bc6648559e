/* Page faults: memory that is not there yet, and memory that is not to be touched. */
#include <asm/processor.h>
#include <asm/uaccess.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/traps.h>

/* Error code of #PF. */
#define PF_PROT  1 /* 0: no page; 1: the page does not allow it */
#define PF_WRITE 2
#define PF_USER  4

/* How far below esp a program may touch its stack: pusha and enter push before they move esp. */
#define STACK_SLACK (65536 + 32 * sizeof(u32))

static void bad_area(struct pt_regs *regs, long error_code, u32 address, int sig, int si_code)
{
    siginfo_t info = {.si_signo = sig, .si_code = si_code, .u.fault.addr = address};

    if (error_code & PF_USER) {
        current->thread.cr2 = address;
        current->thread.error_code = error_code | (address >= TASK_SIZE ? PF_PROT : 0);
        current->thread.trap_no = 14;
        force_sig_info(sig, &info, current);
        return;
    }
    if (fixup_exception(regs))
        return;
    printk(KERN_EMERG "Unable to handle kernel %s at address %08x\n",
           error_code & PF_WRITE ? "write" : "read", address);
    die("page fault", regs, error_code);
}

/* The area that `address` lies in, after growing the stack if that is what it needs. */
static struct vm_area_struct *find_area(struct pt_regs *regs, long error_code, u32 address)
{
    struct vm_area_struct *vma = find_vma(current->mm, address);

    if (!vma || vma->vm_start <= address)
        return vma;
    if (!(vma->vm_flags & VM_GROWSDOWN))
        return NULL;
    if ((error_code & PF_USER) && address + STACK_SLACK < regs->esp)
        return NULL;
    return expand_stack(vma, address) ? NULL : vma;
}

static bool access_allowed(const struct vm_area_struct *vma, long error_code)
{
    if (error_code & PF_WRITE)
        return vma->vm_flags & VM_WRITE;
    if (error_code & PF_PROT)
        return false;
    return vma->vm_flags & (VM_READ | VM_EXEC);
}

asmlinkage void do_page_fault(struct pt_regs *regs, long error_code)
{
    u32 address = read_cr2();
    struct vm_area_struct *vma;

    if (regs->eflags & X86_EFLAGS_IF)
        local_irq_enable();
    if (address >= TASK_SIZE || !current->mm) {
        bad_area(regs, error_code, address, SIGSEGV, SEGV_MAPERR);
        return;
    }
    vma = find_area(regs, error_code, address);
    if (!vma || !access_allowed(vma, error_code)) {
        bad_area(regs, error_code, address, SIGSEGV, vma ? SEGV_ACCERR : SEGV_MAPERR);
        return;
    }
    switch (handle_mm_fault(current->mm, vma, address, error_code & PF_WRITE)) {
    case VM_FAULT_SIGBUS:
        bad_area(regs, error_code, address, SIGBUS, BUS_ADRERR);
        break;
    case VM_FAULT_OOM:
        /* A system call that is in the middle of copying fails; a program tries again. */
        if (error_code & PF_USER)
            out_of_memory();
        else
            bad_area(regs, error_code, address, SIGKILL, SI_KERNEL);
        break;
    default:
        current->min_flt++;
    }
}
