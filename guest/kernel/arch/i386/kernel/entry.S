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
#include <asm/segment.h>
#include <asm/thread_info.h>
#include <linux/linkage.h>
#include <uapi/errno.h>
#include <uapi/unistd.h>

.macro SAVE_ALL
    cld
    pushl %gs
    pushl %fs
    pushl %es
    pushl %ds
    pushl %eax
    pushl %ebp
    pushl %edi
    pushl %esi
    pushl %edx
    pushl %ecx
    pushl %ebx
    movl $__USER_DS, %edx
    movl %edx, %ds
    movl %edx, %es
.endm

/* A segment register that a program spoiled faults on the way out; it then becomes null. */
.macro POP_SEGMENT reg
1:  popl \reg
    .section .text.fixup, "ax"
2:  movl $0, (%esp)
    jmp 1b
    .previous
    .section __ex_table, "a"
    .long 1b, 2b
    .previous
.endm

.macro RESTORE_ALL
    popl %ebx
    popl %ecx
    popl %edx
    popl %esi
    popl %edi
    popl %ebp
    popl %eax
    POP_SEGMENT %ds
    POP_SEGMENT %es
    POP_SEGMENT %fs
    POP_SEGMENT %gs
    addl $4, %esp               /* orig_eax */
1:  iret
    .section .text.fixup, "ax"
2:  sti                         /* iret found a bad frame: end the program */
    movl $__USER_DS, %edx
    movl %edx, %ds
    movl %edx, %es
    pushl $11
    call do_exit
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
    pushl %eax
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
END(system_call)

ENTRY(syscall_badsys)
    pushl %eax
    call sys_ni_syscall_nr      /* notes the number, returns -ENOSYS */
    addl $4, %esp
    movl %eax, PT_EAX(%esp)
    jmp syscall_exit
END(syscall_badsys)

ENTRY(syscall_trace_entry)
    movl $-ENOSYS, PT_EAX(%esp)
    pushl $0
    leal 4(%esp), %eax
    pushl %eax
    call do_syscall_trace       /* (regs, leaving = 0) */
    addl $8, %esp
    movl PT_ORIG_EAX(%esp), %eax /* the tracer may have changed it */
    cmpl $NR_syscalls, %eax
    jb syscall_call
    jmp syscall_exit
END(syscall_trace_entry)

ENTRY(syscall_exit_work)
    testl $(_TIF_SYSCALL_TRACE | _TIF_SINGLESTEP), TI_FLAGS(%ebp)
    jz work_pending
    sti
    pushl $1
    leal 4(%esp), %eax
    pushl %eax
    call do_syscall_trace       /* (regs, leaving = 1) */
    addl $8, %esp
    jmp resume_userspace
END(syscall_exit_work)

/* Back from an interrupt or exception: to the kernel at once, to user mode by the checks. */
ENTRY(ret_from_intr)
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
    pushl %esp
    call do_signal
    addl $4, %esp
    jmp resume_userspace
END(ret_from_intr)

/*
 * The first instruction of a new process: switch_to() jumps here with eax = the task that ran
 * before. The stack holds the frame that copy_thread() made, so all that is left to do is to go
 * back to user mode, with eax = 0 in the frame.
 */
ENTRY(ret_from_fork)
    pushl %eax
    call schedule_tail
    addl $4, %esp
    jmp syscall_exit
END(ret_from_fork)

/* The same for a kernel thread: ebx of the frame is its function, ebp the argument. */
ENTRY(ret_from_kernel_thread)
    pushl %eax
    call schedule_tail
    addl $4, %esp
    movl PT_EBX(%esp), %ebx
    pushl PT_EBP(%esp)
    call *%ebx
    pushl %eax
    call do_exit
END(ret_from_kernel_thread)

/* void ret_to_user(struct pt_regs *regs): a kernel thread becomes a program. */
ENTRY(ret_to_user)
    movl 4(%esp), %esp
    jmp resume_userspace
END(ret_to_user)

/*
 * struct task_struct *switch_to(prev, next): saves what C expects to keep on prev's stack,
 * changes to next's, and goes on where next left off: at switch_done, or for a new task at
 * ret_from_fork. eax is the task that ran before.
 */
ENTRY(switch_to)
    movl 4(%esp), %eax
    movl 8(%esp), %edx
    pushl %ebp
    pushl %ebx
    pushl %esi
    pushl %edi
    movl %esp, TASK_THREAD_ESP(%eax)
    movl $switch_done, TASK_THREAD_EIP(%eax)
    movl TASK_THREAD_ESP(%edx), %esp
    pushl %edx
    pushl %eax
    call __switch_to            /* (prev, next): esp0, TLS, x87; returns prev */
    addl $4, %esp
    popl %edx
    jmp *TASK_THREAD_EIP(%edx)
switch_done:
    popl %edi
    popl %esi
    popl %ebx
    popl %ebp
    ret
END(switch_to)

/* Exceptions. The CPU pushes an error code for some; the others get a 0 in its place. */
.macro EXCEPTION name, handler, has_error_code=0
ENTRY(\name)
    .if !\has_error_code
    pushl $0
    .endif
    pushl $\handler
    jmp error_code
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
    cld
    pushl %fs
    pushl %es
    pushl %ds
    pushl %eax
    pushl %ebp
    pushl %edi
    pushl %esi
    pushl %edx
    pushl %ecx
    pushl %ebx
    movl $__USER_DS, %ecx
    movl %ecx, %ds
    movl %ecx, %es
    movl PT_GS(%esp), %edi      /* the handler */
    movl %gs, %ecx
    movl %ecx, PT_GS(%esp)
    movl PT_ORIG_EAX(%esp), %edx
    movl $-1, PT_ORIG_EAX(%esp) /* not a system call: nothing to restart */
    movl %esp, %eax
    pushl %edx
    pushl %eax
    call *%edi                  /* (regs, error_code) */
    addl $8, %esp
    jmp ret_from_intr
END(error_code)

/* Hardware interrupts: one stub a line, ~irq in orig_eax (negative: not a system call). */
.altmacro
.macro IRQ_STUB n
irq_stub_\n:
    pushl $~\n
    jmp common_interrupt
.endm
    .set irq, 0
    .rept 16
    IRQ_STUB %irq
    .set irq, irq + 1
    .endr

ENTRY(common_interrupt)
    SAVE_ALL
    pushl %esp
    call do_IRQ
    addl $4, %esp
    jmp ret_from_intr
END(common_interrupt)

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
