/* The calls whose return path is special: vfork, clone, and the return from a handler. */

/* pid_t vfork(void): parent and child share one stack, and the child returns first. What the
 * child then pushes would overwrite the parent's return address, so it waits in %ecx, which
 * each process gets back from its own saved frame. */
        .text
        .globl  vfork
        .type   vfork, @function
vfork:
        popl    %ecx
        movl    $190, %eax
        int     $0x80
        pushl   %ecx
        cmpl    $-4095, %eax
        jae     __syscall_error
        ret
        .size   vfork, . - vfork

/* int clone(int (*fn)(void *), void *stack, int flags, void *arg,
 *           pid_t *parent_tid, struct user_desc *tls, pid_t *child_tid)
 * The child starts with fn and arg at the top of its new stack, calls fn(arg), and exits with
 * the result. Registers: ebx flags, ecx stack, edx parent_tid, esi tls, edi child_tid. */
        .globl  clone
        .type   clone, @function
clone:
        movl    $-22, %eax
        cmpl    $0, 4(%esp)
        je      __syscall_error
        movl    8(%esp), %ecx
        testl   %ecx, %ecx
        jz      __syscall_error
        pushl   %ebx
        pushl   %esi
        pushl   %edi
        andl    $-16, %ecx
        subl    $20, %ecx
        movl    16(%esp), %eax
        movl    %eax, (%ecx)
        movl    28(%esp), %eax
        movl    %eax, 4(%ecx)
        movl    24(%esp), %ebx
        movl    32(%esp), %edx
        movl    36(%esp), %esi
        movl    40(%esp), %edi
        movl    $120, %eax
        int     $0x80
        testl   %eax, %eax
        jz      1f
        popl    %edi
        popl    %esi
        popl    %ebx
        cmpl    $-4095, %eax
        jae     __syscall_error
        ret
1:      xorl    %ebp, %ebp
        popl    %eax
        call    *%eax
        movl    %eax, %ebx
        movl    $1, %eax
        int     $0x80
        hlt
        .size   clone, . - clone

/* The addresses that sigaction hands to the kernel as SA_RESTORER: a handler returns here.
 * The old frame still has the signal number on the stack. */
        .globl  __sigreturn
        .type   __sigreturn, @function
__sigreturn:
        popl    %eax
        movl    $119, %eax
        int     $0x80
        .size   __sigreturn, . - __sigreturn

        .globl  __rt_sigreturn
        .type   __rt_sigreturn, @function
__rt_sigreturn:
        movl    $173, %eax
        int     $0x80
        .size   __rt_sigreturn, . - __rt_sigreturn

        .section .note.GNU-stack, "", @progbits
