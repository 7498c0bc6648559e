/*
 * A program that asks its kernel as xv6's do: int 0x40, the number in eax, arguments on the stack
 * above a return address. The kernel only answers. stackcalls.layout says so.
 */
#define KERNEL_CS 0x08
#define KERNEL_DS 0x10
#define USER_CS   0x1b
#define USER_DS   0x23
#define TSS       0x28
#define VECTOR    0x40

#define NR_EXIT   2
#define NR_GETPID 11
#define NR_SBRK   12
#define NR_WRITE  16
#define NR_NONE   99

    .section .multiboot, "a"
    .long 0x1badb002, 0, -0x1badb002

    .text
    .globl _start
_start:
    movl $stack + 4096, %esp
    lgdt gdt_register
    ljmp $KERNEL_CS, $1f
1:  movl $KERNEL_DS, %eax
    movl %eax, %ss
    movl $trap, %eax                /* the gate: its address comes in two halves */
    movw %ax, idt + 8 * VECTOR
    shrl $16, %eax
    movw %ax, idt + 8 * VECTOR + 6
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
    pushl $USER_DS
    pushl $user_stack + 64
    pushl $0x202
    pushl $USER_CS
    pushl $program
    iret

trap:
    cmpl $NR_EXIT, %eax
    je 2f
    cmpl $NR_GETPID, %eax
    je 3f
    cmpl $NR_SBRK, %eax
    je 4f
    cmpl $NR_WRITE, %eax
    je 5f
    movl $-1, %eax
    iret
2:  movb $0, %al
    outb %al, $0xf4
    hlt
3:  movl $7, %eax
    iret
4:  movl $user_stack, %eax
    iret
5:  movl $3, %eax
    iret

#define STUB(name, nr) name: movl $nr, %eax; int $VECTOR; ret
STUB(exit, NR_EXIT)
STUB(getpid, NR_GETPID)
STUB(sbrk, NR_SBRK)
STUB(write, NR_WRITE)
STUB(none, NR_NONE)

program:
    pushl $3
    pushl $words
    pushl $1
    call write
    call getpid
    pushl $4096
    call sbrk
    call none
    call exit

words:
    .ascii "hi\n"

    .data
    .balign 4096
stack:
    .fill 4096, 1, 0
user_stack:
    .fill 64, 1, 0
task:
    .long stack, 7
    .asciz "calls"
    .balign 16
    .long 0

    .balign 8
gdt:
    .quad 0, 0x00cf9a000000ffff, 0x00cf92000000ffff, 0x00cffa000000ffff, 0x00cff2000000ffff
    .word 103, 0, 0x8900, 0         /* TSS */
idt:
    .fill 8 * VECTOR, 1, 0
    .word 0, KERNEL_CS, 0xee00, 0
gdt_register:
    .word idt - gdt - 1
    .long gdt
idt_register:
    .word 8 * (VECTOR + 1) - 1
    .long idt
    .balign 8
tss:
    .long 0, stack + 4096, KERNEL_DS
    .fill 104 - 12, 1, 0

    .section .note.GNU-stack, "", @progbits
