/* Entry points of entry.S and the C functions that they call. */
#ifndef _LINUX_TRAPS_H
#define _LINUX_TRAPS_H

#include <linux/linkage.h>

struct pt_regs;

void system_call(void);
void ret_from_fork(void);
void ret_from_kernel_thread(void);
void divide_error(void);
void debug(void);
void nmi(void);
void int3(void);
void overflow(void);
void bounds(void);
void invalid_op(void);
void device_not_available(void);
void coprocessor_segment_overrun(void);
void invalid_TSS(void);
void segment_not_present(void);
void stack_segment(void);
void general_protection(void);
void page_fault(void);
void spurious_interrupt_bug(void);
void coprocessor_error(void);
void alignment_check(void);

asmlinkage void do_divide_error(struct pt_regs *regs, long error_code);
asmlinkage void do_debug(struct pt_regs *regs, long error_code);
asmlinkage void do_nmi(struct pt_regs *regs, long error_code);
asmlinkage void do_int3(struct pt_regs *regs, long error_code);
asmlinkage void do_overflow(struct pt_regs *regs, long error_code);
asmlinkage void do_bounds(struct pt_regs *regs, long error_code);
asmlinkage void do_invalid_op(struct pt_regs *regs, long error_code);
asmlinkage void do_device_not_available(struct pt_regs *regs, long error_code);
asmlinkage void do_coprocessor_segment_overrun(struct pt_regs *regs, long error_code);
asmlinkage void do_invalid_TSS(struct pt_regs *regs, long error_code);
asmlinkage void do_segment_not_present(struct pt_regs *regs, long error_code);
asmlinkage void do_stack_segment(struct pt_regs *regs, long error_code);
asmlinkage void do_general_protection(struct pt_regs *regs, long error_code);
asmlinkage void do_page_fault(struct pt_regs *regs, long error_code);
asmlinkage void do_spurious_interrupt_bug(struct pt_regs *regs, long error_code);
asmlinkage void do_coprocessor_error(struct pt_regs *regs, long error_code);
asmlinkage void do_alignment_check(struct pt_regs *regs, long error_code);
asmlinkage void do_IRQ(struct pt_regs *regs);
asmlinkage void do_syscall_trace(struct pt_regs *regs, int leaving);

void show_regs(const struct pt_regs *regs);
/* Prints what happened and panics. */
void die(const char *what, struct pt_regs *regs, long error_code) __attribute__((noreturn));

#endif
