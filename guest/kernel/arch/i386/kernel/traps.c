/* Exceptions: from user mode they become signals, from the kernel they are the end. */
#include <asm/processor.h>
#include <asm/uaccess.h>
#include <linux/init.h>
#include <linux/linkage.h>
#include <linux/sched.h>
#include <linux/traps.h>

struct desc_struct idt_table[IDT_ENTRIES] __aligned(8);

#define GATE_INTERRUPT 0x8e00u /* present, dpl 0, 32-bit interrupt gate: clears IF */
#define GATE_TRAP      0x8f00u /* present, dpl 0, 32-bit trap gate: leaves IF */
#define GATE_TASK      0x8500u /* present, dpl 0 */
#define GATE_DPL3      0x6000u

static void set_gate(unsigned int n, const void *entry, u32 type)
{
    u32 addr = (u32)entry;
    idt_table[n].a = __KERNEL_CS << 16 | (addr & 0xffff);
    idt_table[n].b = (addr & 0xffff0000) | type;
}

void set_intr_gate(unsigned int n, const void *entry)
{
    set_gate(n, entry, GATE_INTERRUPT);
}

void set_system_gate(unsigned int n, const void *entry)
{
    set_gate(n, entry, GATE_TRAP | GATE_DPL3);
}

void set_task_gate(unsigned int n, u16 selector)
{
    idt_table[n].a = (u32)selector << 16;
    idt_table[n].b = GATE_TASK;
}

void show_regs(const struct pt_regs *regs)
{
    const u32 *p = (const u32 *)(regs + 1) - (user_mode(regs) ? 0 : 2);

    printk(KERN_EMERG "pid %d (%s) eip %04x:%08x eflags %08x\n", current->pid, current->comm,
           regs->cs & 0xffff, regs->eip, regs->eflags);
    printk(KERN_EMERG "eax %08x ebx %08x ecx %08x edx %08x\n", regs->eax, regs->ebx, regs->ecx,
           regs->edx);
    printk(KERN_EMERG "esi %08x edi %08x ebp %08x esp %08x\n", regs->esi, regs->edi, regs->ebp,
           user_mode(regs) ? regs->esp : (u32)p);
    if (user_mode(regs))
        return;
    printk(KERN_EMERG "called from:");
    const u32 *frame = (const u32 *)regs->ebp;
    for (int i = 0; i < 12 && ((u32)frame ^ (u32)regs) < THREAD_SIZE; i++) {
        printk(" %08x", frame[1]);
        frame = (const u32 *)frame[0];
    }
    printk("\n");
}

void die(const char *what, struct pt_regs *regs, long error_code)
{
    printk(KERN_EMERG "%s: %04lx\n", what, error_code & 0xffff);
    show_regs(regs);
    panic("Fatal exception");
}

/* Sends the signal to a program; uses the fixup of, or gives up on, the kernel. */
static void do_trap(int trapnr, int sig, const char *what, struct pt_regs *regs, long error_code,
                    int si_code, u32 addr)
{
    siginfo_t info = {.si_signo = sig, .si_code = si_code, .u.fault.addr = addr};

    if (!user_mode(regs)) {
        if (!fixup_exception(regs))
            die(what, regs, error_code);
        return;
    }
    current->thread.trap_no = trapnr;
    current->thread.error_code = error_code;
    force_sig_info(sig, si_code ? &info : SEND_SIG_PRIV, current);
}

#define DO_ERROR(trapnr, sig, what, name, si_code)                                                 \
    asmlinkage void do_##name(struct pt_regs *regs, long error_code)                               \
    {                                                                                              \
        do_trap(trapnr, sig, what, regs, error_code, si_code, regs->eip);                          \
    }

DO_ERROR(0, SIGFPE, "divide error", divide_error, FPE_INTDIV)
DO_ERROR(4, SIGSEGV, "overflow", overflow, 0)
DO_ERROR(5, SIGSEGV, "bounds", bounds, 0)
DO_ERROR(6, SIGILL, "invalid opcode", invalid_op, ILL_ILLOPN)
DO_ERROR(9, SIGFPE, "coprocessor segment overrun", coprocessor_segment_overrun, 0)
DO_ERROR(10, SIGSEGV, "invalid TSS", invalid_TSS, 0)
DO_ERROR(11, SIGBUS, "segment not present", segment_not_present, 0)
DO_ERROR(12, SIGBUS, "stack segment", stack_segment, 0)
DO_ERROR(13, SIGSEGV, "general protection fault", general_protection, 0)
DO_ERROR(17, SIGBUS, "alignment check", alignment_check, 0)

asmlinkage void do_int3(struct pt_regs *regs, long error_code)
{
    do_trap(3, SIGTRAP, "int3", regs, error_code, 0, 0);
}

#define DR6_STEP    0x4000u /* TF was set */
#define TRAP_HWBKPT 4

/* A single step (TF) or a hardware breakpoint, which the kernel too can run into when it accesses
 * user memory. */
asmlinkage void do_debug(struct pt_regs *regs, long error_code)
{
    siginfo_t info = {.si_signo = SIGTRAP, .si_code = TRAP_TRACE, .u.fault.addr = regs->eip};
    u32 dr6;

    get_debugreg(dr6, 6);
    set_debugreg(0, 6);
    current->thread.debugreg[6] = dr6;
    if (!user_mode(regs) && (dr6 & DR6_STEP)) {
        regs->eflags &= ~X86_EFLAGS_TF; /* a step goes over int 0x80, not into the kernel */
        return;
    }
    if (!(dr6 & DR6_STEP))
        info.si_code = TRAP_HWBKPT;
    current->thread.trap_no = 1;
    current->thread.error_code = error_code;
    force_sig_info(SIGTRAP, &info, current);
}

asmlinkage void do_nmi(struct pt_regs *regs, long error_code)
{
    printk(KERN_EMERG "NMI ignored\n");
}

/* An x87 instruction while TS is set: give this task its x87 state. */
asmlinkage void do_device_not_available(struct pt_regs *regs, long error_code)
{
    if (!user_mode(regs))
        die("x87 instruction in the kernel", regs, error_code);
    math_state_restore();
}

asmlinkage void do_coprocessor_error(struct pt_regs *regs, long error_code)
{
    if (!user_mode(regs))
        die("x87 error in the kernel", regs, error_code);
    math_error();
    do_trap(16, SIGFPE, "x87 error", regs, error_code, FPE_FLTINV, regs->eip);
}

asmlinkage void do_spurious_interrupt_bug(struct pt_regs *regs, long error_code)
{
    printk(KERN_WARNING "spurious interrupt\n");
}

/* The exceptions that run with interrupts as they were. */
static const struct {
    unsigned int vector;
    void (*entry)(void);
} trap_gates[] = {
    {0, divide_error},
    {2, nmi},
    {6, invalid_op},
    {9, coprocessor_segment_overrun},
    {10, invalid_TSS},
    {11, segment_not_present},
    {12, stack_segment},
    {13, general_protection},
    {15, spurious_interrupt_bug},
    {16, coprocessor_error},
    {17, alignment_check},
};

void trap_init(void)
{
    for (unsigned int i = 0; i < ARRAY_SIZE(trap_gates); i++)
        set_gate(trap_gates[i].vector, trap_gates[i].entry, GATE_TRAP);
    set_intr_gate(1, debug);
    set_intr_gate(7, device_not_available);
    set_intr_gate(14, page_fault); /* before an interrupt may fault and change CR2 */
    set_task_gate(8, __DOUBLEFAULT_TSS);
    set_system_gate(4, overflow);
    set_system_gate(5, bounds);
    set_gate(3, int3, GATE_INTERRUPT | GATE_DPL3);
    set_system_gate(SYSCALL_VECTOR, system_call);
    cpu_init();
    fpu_init();
}
