/*
 * The least that forks: one int 0x80, the words that the CPU pushed copied to a second kernel stack
 * with another eax, a switch of stacks, and two IRETs. All in assembly language, without debug
 * information and without relaxed jumps that could become others, so that its exact trace, addresses
 * and steps included, is the same wherever it is built. asmfork.layout says what its tasks are.
 * With ALLOCATES a function of its own gives the child's task, for a layout that names it; with
 * CHILD_FIRST do_fork returns in the parent only after the child has gone.
 */
#define NR_EXIT 1
#define NR_FORK 2
#define NR_WAIT 7

#define KERNEL_CS 0x08
#define KERNEL_DS 0x10
#define USER_CS   0x1b
#define USER_DS   0x23
#define TSS       0x28

#define TASK_STACK 0 /* task_struct: where its stack begins, */
#define TASK_PID   4
#define TASK_COMM  8
#define TASK_ESP   24 /* and where in it the task was left */

#define STACK_SIZE 4096
#define FRAME_SIZE 60 /* pt_regs: ten words of ours below five of the CPU */
#define FRAME_AX   24

#define ENTRY(name) .globl name; .type name, @function; name:
#define END(name)   .size name, . - name

    .section .multiboot, "a"
    .long 0x1badb002, 0, -0x1badb002

    .text
ENTRY(_start)
    movl $stack1 + 64, %esp         /* below where its first frame will be */
    lgdt gdt_register
    ljmp $KERNEL_CS, $1f
1:  movl $KERNEL_DS, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    movl $system_call, %eax         /* the gate: its address comes in two halves */
    movw %ax, idt + 8 * 0x80
    shrl $16, %eax
    movw %ax, idt + 8 * 0x80 + 6
    lidt idt_register
    movl $tss, %eax                 /* the descriptor's base: in three parts */
    movw %ax, gdt + TSS + 2
    shrl $16, %eax
    movb %al, gdt + TSS + 4
    movb %ah, gdt + TSS + 7
    movl $TSS, %eax
    ltr %ax
    movl $USER_DS, %eax
    movl %eax, %ds
    movl %eax, %es
    xorl %ebx, %ebx
    pushl $USER_DS
    pushl $user_stack + 64
    pushl $0x202
    pushl $USER_CS
    pushl $program
    iret
END(_start)

ENTRY(system_call)
    pushl %eax
    pushl %es
    pushl %ds
    pushl %eax
    pushl %ebp
    pushl %edi
    pushl %esi
    pushl %edx
    pushl %ecx
    pushl %ebx
    movl $KERNEL_DS, %edx
    movl %edx, %ds
    movl %edx, %es
    call do_call
    movl %eax, FRAME_AX(%esp)
END(system_call)

ENTRY(ret_from_sys_call)
    popl %ebx
    popl %ecx
    popl %edx
    popl %esi
    popl %edi
    popl %ebp
    popl %eax
    popl %ds
    popl %es
    addl $4, %esp
    iret
END(ret_from_sys_call)

/* The number is in eax, the frame lies above our return address. */
ENTRY(do_call)
    cmpl $NR_FORK, %eax
    jz do_fork
    cmpl $NR_WAIT, %eax
    jz sys_wait
    cmpl $NR_EXIT, %eax
    jz sys_exit
    movl $-38, %eax
    ret
END(do_call)

#ifdef ALLOCATES
ENTRY(alloc_task)
    movl $task2, %eax
    ret
END(alloc_task)
#endif

ENTRY(do_fork)
#ifdef ALLOCATES
    call alloc_task
#endif
    call copy_thread
#ifdef CHILD_FIRST
    movl $task1, %eax
    movl $task2, %edx
    call switch_to
#endif
    movl task2 + TASK_PID, %eax
    ret
END(do_fork)

/* The child's stack: the frame, with eax 0, and below it the way there. */
ENTRY(copy_thread)
    leal 8(%esp), %esi
    movl $stack2 + STACK_SIZE - FRAME_SIZE, %edi
    movl $FRAME_SIZE / 4, %ecx
    cld
    rep movsl
    movl $0, stack2 + STACK_SIZE - FRAME_SIZE + FRAME_AX
    movl $ret_from_fork, stack2 + STACK_SIZE - FRAME_SIZE - 4
    movl $stack2 + STACK_SIZE - FRAME_SIZE - 4, task2 + TASK_ESP
    ret
END(copy_thread)

ENTRY(ret_from_fork)
    jmp ret_from_sys_call
END(ret_from_fork)

/* Until the child has gone. */
ENTRY(sys_wait)
    movl $task1, %eax
    movl $task2, %edx
    call switch_to
    movl task2 + TASK_PID, %eax
    ret
END(sys_wait)

/* The child goes back to who waits, the parent ends the machine. */
ENTRY(sys_exit)
    movl %esp, %eax
    andl $-STACK_SIZE, %eax
    movl (%eax), %eax
    cmpl $1, TASK_PID(%eax)
    jz 1f
    movl $task1, %edx
    jmp switch_to
1:  movb $0, %al
    outb %al, $0xf4
    hlt
END(sys_exit)

/* From task eax to task edx. */
ENTRY(switch_to)
    movl %esp, TASK_ESP(%eax)
    movl TASK_ESP(%edx), %esp
    movl TASK_STACK(%edx), %ecx
    addl $STACK_SIZE, %ecx
    movl %ecx, tss + 4
    ret
END(switch_to)

ENTRY(program)
    movl $NR_FORK, %eax
    int $0x80
    testl %eax, %eax
    jz 1f
#ifndef CHILD_FIRST
    movl $NR_WAIT, %eax
    int $0x80
#endif
1:  movl $NR_EXIT, %eax
    int $0x80
END(program)

    .data
    .balign STACK_SIZE
stack1:
    .long task1                     /* thread_info */
    .fill STACK_SIZE - 4, 1, 0
stack2:
    .long task2
    .fill STACK_SIZE - 4, 1, 0
user_stack:
    .fill 64, 1, 0
task1:
    .long stack1, 1
    .asciz "parent"
    .balign 8
    .fill 8, 1, 0
    .long 0
task2:
    .long stack2, 2
    .asciz "child"
    .balign 8
    .fill 8, 1, 0
    .long 0

    .balign 8
gdt:
    .quad 0, 0x00cf9a000000ffff, 0x00cf92000000ffff, 0x00cffa000000ffff, 0x00cff2000000ffff
    .word 103, 0, 0x8900, 0         /* TSS */
idt:
    .fill 8 * 0x80, 1, 0
    .word 0, KERNEL_CS, 0xee00, 0
gdt_register:
    .word idt - gdt - 1
    .long gdt
idt_register:
    .word 8 * 0x81 - 1
    .long idt
    .balign 8
tss:
    .long 0, stack1 + STACK_SIZE, KERNEL_DS
    .fill 104 - 12, 1, 0

    .section .note.GNU-stack, "", @progbits
