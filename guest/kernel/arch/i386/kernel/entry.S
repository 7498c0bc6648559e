/*
 * The ways into the kernel and out of it.
 *
 * The frame that a system call, an exception or an interrupt leaves at the top of the kernel
 * stack is struct pt_regs (asm/ptrace.h). From ring 3 it looks like this; the stack grows down:
 *
 *   esp0 ->  +----------------+
 *      0x40  | ss             |  \
 *      0x3c  | esp            |   |  pushed by the CPU when it changes to the stack that
 *      0x38  | eflags         |   |  TSS.ss0:esp0 names
 *      0x34  | cs             |   |
 *      0x30  | eip            |  /
 *            +----------------+
 *      0x2c  | orig_eax       |  system call number, or error code (by the CPU or by us)
 *            +----------------+
 *      0x28  | gs             |  \
 *      0x24  | fs             |   |
 *      0x20  | es             |   |
 *      0x1c  | ds             |   |
 *      0x18  | eax            |   |  SAVE_ALL; eax is where the result goes
 *      0x14  | ebp            |   |
 *      0x10  | edi            |   |
 *      0x0c  | esi            |   |
 *      0x08  | edx            |   |
 *      0x04  | ecx            |   |
 *   esp -> 0 | ebx            |  /
 *            +----------------+
 *
 * ebx ... ebp are the arguments of a system call in their order, so for the C function that
 * sys_call_table names they lie exactly where cdecl looks for its parameters.
 *
 * From ring 0 the CPU pushes no ss and esp; the frame is two words shorter.
 */
#include <asm/asm_offsets.h>
#include <asm/dwarf2.h>
#include <asm/segment.h>
#include <asm/thread_info.h>
#include <linux/linkage.h>
#include <uapi/errno.h>
#include <uapi/unistd.h>

/* All of struct pt_regs below gs. */
.macro SAVE_REGISTERS
    PUSH_REGISTER fs
    PUSH_REGISTER es
    PUSH_REGISTER ds
    PUSH_REGISTER eax
    PUSH_REGISTER ebp
    PUSH_REGISTER edi
    PUSH_REGISTER esi
    PUSH_REGISTER edx
    PUSH_REGISTER ecx
    PUSH_REGISTER ebx
    movl $__USER_DS, %edx
    movl %edx, %ds
    movl %edx, %es
.endm

.macro SAVE_ALL
    cld
    PUSH_REGISTER gs
    SAVE_REGISTERS
.endm

/* A segment register that a program spoiled faults on the way out; it then becomes null. */
.macro POP_SEGMENT reg
1:  POP_REGISTER \reg
    .section .text.fixup, "ax"
2:  movl $0, (%esp)
    jmp 1b
    .previous
    .section __ex_table, "a"
    .long 1b, 2b
    .previous
.endm

.macro RESTORE_ALL
    POP_REGISTER ebx
    POP_REGISTER ecx
    POP_REGISTER edx
    POP_REGISTER esi
    POP_REGISTER edi
    POP_REGISTER ebp
    POP_REGISTER eax
    POP_SEGMENT ds
    POP_SEGMENT es
    POP_SEGMENT fs
    POP_SEGMENT gs
    DROP_WORDS                  /* orig_eax */
1:  iret
    .section .text.fixup, "ax"
    CFI_OUTERMOST
2:  sti                         /* iret found a bad frame: end the program */
    movl $__USER_DS, %edx
    movl %edx, %ds
    movl %edx, %es
    pushl $11
    call do_exit
    .cfi_endproc
    .previous
    .section __ex_table, "a"
    .long 1b, 2b
    .previous
.endm

.macro GET_THREAD_INFO reg
    movl $-THREAD_SIZE, \reg
    andl %esp, \reg
.endm

.text

/* int $0x80: eax = number; ebx, ecx, edx, esi, edi, ebp = arguments. */
ENTRY(system_call)
    CFI_TRAP_FRAME
    PUSH_WORD %eax
    SAVE_ALL
    GET_THREAD_INFO %ebp
    testl $_TIF_SYSCALL_TRACE, TI_FLAGS(%ebp)
    jnz syscall_trace_entry
    cmpl $NR_syscalls, %eax
    jae syscall_badsys
syscall_call:
    call *sys_call_table(, %eax, 4)
    movl %eax, PT_EAX(%esp)
syscall_exit:
    cli                         /* no flag may change between the test and iret */
    GET_THREAD_INFO %ebp
    testl $(_TIF_WORK_MASK | _TIF_SYSCALL_TRACE | _TIF_SINGLESTEP), TI_FLAGS(%ebp)
    jnz syscall_exit_work
restore_all:
    RESTORE_ALL
    .cfi_endproc
END(system_call)

ENTRY(syscall_badsys)
    CFI_PT_REGS
    PUSH_WORD %eax
    call sys_ni_syscall_nr      /* notes the number, returns -ENOSYS */
    DROP_WORDS
    movl %eax, PT_EAX(%esp)
    jmp syscall_exit
    .cfi_endproc
END(syscall_badsys)

ENTRY(syscall_trace_entry)
    CFI_PT_REGS
    movl $-ENOSYS, PT_EAX(%esp)
    PUSH_WORD $0
    leal 4(%esp), %eax
    PUSH_WORD %eax
    call do_syscall_trace       /* (regs, leaving = 0) */
    DROP_WORDS 2
    movl PT_ORIG_EAX(%esp), %eax /* the tracer may have changed it */
    cmpl $NR_syscalls, %eax
    jb syscall_call
    jmp syscall_exit
    .cfi_endproc
END(syscall_trace_entry)

ENTRY(syscall_exit_work)
    CFI_PT_REGS
    testl $(_TIF_SYSCALL_TRACE | _TIF_SINGLESTEP), TI_FLAGS(%ebp)
    jz work_pending
    sti
    PUSH_WORD $1
    leal 4(%esp), %eax
    PUSH_WORD %eax
    call do_syscall_trace       /* (regs, leaving = 1) */
    DROP_WORDS 2
    jmp resume_userspace
    .cfi_endproc
END(syscall_exit_work)

/* Back from an interrupt or exception: to the kernel at once, to user mode by the checks. */
ENTRY(ret_from_intr)
    CFI_PT_REGS
    testb $3, PT_CS(%esp)
    jz restore_all
resume_userspace:
    cli
    GET_THREAD_INFO %ebp
    testl $_TIF_WORK_MASK, TI_FLAGS(%ebp)
    jz restore_all
work_pending:
    testl $_TIF_NEED_RESCHED, TI_FLAGS(%ebp)
    jz work_notifysig
    call schedule
    jmp resume_userspace
work_notifysig:
    sti
    PUSH_WORD %esp
    call do_signal
    DROP_WORDS
    jmp resume_userspace
    .cfi_endproc
END(ret_from_intr)

/*
 * The first instruction of a new process: switch_to() jumps here with eax = the task that ran
 * before. The stack holds the frame that copy_thread() made, so all that is left to do is to go
 * back to user mode, with eax = 0 in the frame.
 */
ENTRY(ret_from_fork)
    CFI_PT_REGS
    PUSH_WORD %eax
    call schedule_tail
    DROP_WORDS
    jmp syscall_exit
    .cfi_endproc
END(ret_from_fork)

/* The same for a kernel thread: ebx of the frame is its function, ebp the argument. */
ENTRY(ret_from_kernel_thread)
    CFI_OUTERMOST
    pushl %eax
    call schedule_tail
    addl $4, %esp
    movl PT_EBX(%esp), %ebx
    pushl PT_EBP(%esp)
    call *%ebx
    pushl %eax
    call do_exit
    .cfi_endproc
END(ret_from_kernel_thread)

/* void ret_to_user(struct pt_regs *regs): a kernel thread becomes a program. */
ENTRY(ret_to_user)
    CFI_OUTERMOST
    movl 4(%esp), %esp
    jmp resume_userspace
    .cfi_endproc
END(ret_to_user)

/*
 * struct task_struct *switch_to(prev, next): saves what C expects to keep on prev's stack,
 * changes to next's, and goes on where next left off: at switch_done, or for a new task at
 * ret_from_fork. eax is the task that ran before.
 */
ENTRY(switch_to)
    .cfi_startproc
    movl 4(%esp), %eax
    movl 8(%esp), %edx
    PUSH_REGISTER ebp
    PUSH_REGISTER ebx
    PUSH_REGISTER esi
    PUSH_REGISTER edi
    movl %esp, TASK_THREAD_ESP(%eax)
    movl $switch_done, TASK_THREAD_EIP(%eax)
    movl TASK_THREAD_ESP(%edx), %esp
    .cfi_remember_state
    .cfi_undefined eip          /* a new task's stack has no caller of switch_to() on it */
    pushl %edx
    pushl %eax
    call __switch_to            /* (prev, next): esp0, TLS, x87; returns prev */
    addl $4, %esp
    popl %edx
    jmp *TASK_THREAD_EIP(%edx)
    .cfi_restore_state
switch_done:
    POP_REGISTER edi
    POP_REGISTER esi
    POP_REGISTER ebx
    POP_REGISTER ebp
    ret
    .cfi_endproc
END(switch_to)

/* Exceptions. The CPU pushes an error code for some; the others get a 0 in its place. */
.macro EXCEPTION name, handler, has_error_code=0
ENTRY(\name)
    CFI_TRAP_FRAME 4*\has_error_code
    .if !\has_error_code
    PUSH_WORD $0
    .endif
    PUSH_WORD $\handler
    jmp error_code
    .cfi_endproc
END(\name)
.endm

    EXCEPTION divide_error, do_divide_error
    EXCEPTION debug, do_debug
    EXCEPTION nmi, do_nmi
    EXCEPTION int3, do_int3
    EXCEPTION overflow, do_overflow
    EXCEPTION bounds, do_bounds
    EXCEPTION invalid_op, do_invalid_op
    EXCEPTION device_not_available, do_device_not_available
    EXCEPTION coprocessor_segment_overrun, do_coprocessor_segment_overrun
    EXCEPTION invalid_TSS, do_invalid_TSS, 1
    EXCEPTION segment_not_present, do_segment_not_present, 1
    EXCEPTION stack_segment, do_stack_segment, 1
    EXCEPTION general_protection, do_general_protection, 1
    EXCEPTION page_fault, do_page_fault, 1
    EXCEPTION spurious_interrupt_bug, do_spurious_interrupt_bug
    EXCEPTION coprocessor_error, do_coprocessor_error
    EXCEPTION alignment_check, do_alignment_check, 1

/* Here the stack holds the handler where gs belongs and the error code in orig_eax. */
ENTRY(error_code)
    CFI_TRAP_FRAME 8
    cld
    SAVE_REGISTERS
    movl PT_GS(%esp), %edi      /* the handler */
    movl %gs, %ecx
    movl %ecx, PT_GS(%esp)
    .cfi_rel_offset gs, PT_GS
    movl PT_ORIG_EAX(%esp), %edx
    movl $-1, PT_ORIG_EAX(%esp) /* not a system call: nothing to restart */
    movl %esp, %eax
    PUSH_WORD %edx
    PUSH_WORD %eax
    call *%edi                  /* (regs, error_code) */
    DROP_WORDS 2
    jmp ret_from_intr
    .cfi_endproc
END(error_code)

/* Hardware interrupts: one stub a line, ~irq in orig_eax (negative: not a system call). */
.altmacro
.macro IRQ_STUB n
irq_stub_\n:
    CFI_TRAP_FRAME
    PUSH_WORD $~\n
    jmp common_interrupt
    .cfi_endproc
.endm
    .set irq, 0
    .rept 16
    IRQ_STUB %irq
    .set irq, irq + 1
    .endr
.noaltmacro

ENTRY(common_interrupt)
    CFI_TRAP_FRAME 4
    SAVE_ALL
    PUSH_WORD %esp
    call do_IRQ
    DROP_WORDS
    jmp ret_from_intr
    .cfi_endproc
END(common_interrupt)

.altmacro
.macro IRQ_ADDRESS n
    .long irq_stub_\n
.endm
.section .rodata
    .align 4
    .globl irq_stubs
irq_stubs:
    .set irq, 0
    .rept 16
    IRQ_ADDRESS %irq
    .set irq, irq + 1
    .endr
