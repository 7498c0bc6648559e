/* Multiboot header, the way in and out of the kernel, and the switch of stacks. */
#define THREAD_SP 36 /* task_struct.thread.sp */
#define THREAD_IP 40

    .section .multiboot, "a"
    .long 0x1badb002, 0, -0x1badb002

#define ENTRY(name) .globl name; .type name, @function; name:
#define END(name)   .size name, . - name

    .text
ENTRY(_start)
    movl $stacks + 4096 - 64, %esp
    call start_kernel
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
    movl $0x10, %edx
    movl %edx, %ds
    movl %edx, %es
    pushl %esp
    call do_call
    addl $4, %esp
    movl %eax, 24(%esp)
return_to_user:
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
END(system_call)

ENTRY(ret_from_fork)
    jmp return_to_user
END(ret_from_fork)

/* switch_to(prev, next) */
ENTRY(switch_to)
    movl 4(%esp), %eax
    movl 8(%esp), %edx
    pushl %ebp
    pushl %ebx
    pushl %esi
    pushl %edi
    movl %esp, THREAD_SP(%eax)
    movl $1f, THREAD_IP(%eax)
    movl THREAD_SP(%edx), %esp
    jmp *THREAD_IP(%edx)
1:  popl %edi
    popl %esi
    popl %ebx
    popl %ebp
    ret
END(switch_to)

/* load_tables(gdtr, idtr) */
ENTRY(load_tables)
    movl 4(%esp), %eax
    lgdt (%eax)
    movl 8(%esp), %eax
    lidt (%eax)
    ljmp $0x08, $1f
1:  movl $0x10, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    movl $0x28, %eax
    ltr %ax
    ret
END(load_tables)

/* start_user(program, stack, kernel_stack) */
ENTRY(start_user)
    movl 4(%esp), %eax
    movl 8(%esp), %ecx
    movl 12(%esp), %esp
    movl $0x23, %edx
    movl %edx, %ds
    movl %edx, %es
    pushl %edx
    pushl %ecx
    pushl $0x202
    pushl $0x1b
    pushl %eax
    iret
END(start_user)

/*
 * A child that exits with 3, then one fork more than there is room for, then the end. Parent and
 * children share all memory, so the program lives in registers.
 */
ENTRY(program)
    movl $2, %eax               /* fork */
    int $0x80
    testl %eax, %eax
    jnz 1f
    movl $20, %eax              /* getpid */
    int $0x80
    movl $3, %ebx
    jmp leave
1:  movl $158, %eax             /* sched_yield */
    int $0x80
    movl $4, %esi
2:  movl $2, %eax
    int $0x80
    movl %esi, %ebx
    testl %eax, %eax
    jz leave
    decl %esi
    jnz 2b
    movl $9999, %eax            /* no such call */
    int $0x80
    xorl %ebx, %ebx
leave:
    movl $1, %eax               /* exit */
    int $0x80
END(program)

    .section .note.GNU-stack, "", @progbits
