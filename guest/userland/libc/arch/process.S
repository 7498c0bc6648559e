/* The calls whose return path is special: vfork, clone, and the return from a handler. */

#include "cfi.h"

/* pid_t vfork(void): parent and child share one stack, and the child returns first. What the
 * child then pushes would overwrite the parent's return address, so it waits in %ecx, which
 * each process gets back from its own saved frame. */
        .text
        .globl  vfork
        .type   vfork, @function
vfork:
        .cfi_startproc
        popl    %ecx
        .cfi_adjust_cfa_offset -4
        .cfi_register eip, ecx
        movl    $190, %eax
        int     $0x80
        pushl   %ecx
        .cfi_adjust_cfa_offset 4
        .cfi_offset eip, -4
        cmpl    $-4095, %eax
        jae     __syscall_error
        ret
        .cfi_endproc
        .size   vfork, . - vfork

/* int clone(int (*fn)(void *), void *stack, int flags, void *arg,
 *           pid_t *parent_tid, struct user_desc *tls, pid_t *child_tid)
 * The child starts with fn and arg at the top of its new stack, calls fn(arg), and exits with
 * the result. Where the parent's stack has the return address the child's has a 0, and a debugger
 * stops there. Registers: ebx flags, ecx stack, edx parent_tid, esi tls, edi child_tid. */
        .globl  clone
        .type   clone, @function
clone:
        .cfi_startproc
        movl    $-22, %eax
        cmpl    $0, 4(%esp)
        je      __syscall_error
        movl    8(%esp), %ecx
        testl   %ecx, %ecx
        jz      __syscall_error
        save    ebx
        save    esi
        save    edi
        andl    $-16, %ecx
        subl    $20, %ecx
        movl    16(%esp), %eax
        movl    %eax, (%ecx)
        movl    28(%esp), %eax
        movl    %eax, 4(%ecx)
        movl    $0, 12(%ecx)
        movl    24(%esp), %ebx
        movl    32(%esp), %edx
        movl    36(%esp), %esi
        movl    40(%esp), %edi
        movl    $120, %eax
        int     $0x80
        testl   %eax, %eax
        jz      1f
        .cfi_remember_state
        restore edi
        restore esi
        restore ebx
        cmpl    $-4095, %eax
        jae     __syscall_error
        ret
        .cfi_restore_state
        .cfi_undefined eip
1:      xorl    %ebp, %ebp
        popl    %eax
        call    *%eax
        movl    %eax, %ebx
        movl    $1, %eax
        int     $0x80
        hlt
        .cfi_endproc
        .size   clone, . - clone

/* The addresses that sigaction hands to the kernel as SA_RESTORER: a handler returns here.
 * The old frame still has the signal number on the stack. A debugger looks for the caller of the
 * handler one byte before its return address, so the frame's description begins at a nop; the call
 * itself does not return, but its return address, too, has to be in the description: hence hlt. */
        .macro  signal_frame sigcontext
        .cfi_startproc simple
        .cfi_signal_frame
        .cfi_def_cfa esp, \sigcontext
        .cfi_offset edi, 16
        .cfi_offset esi, 20
        .cfi_offset ebp, 24
        .cfi_offset esp, 28
        .cfi_offset ebx, 32
        .cfi_offset edx, 36
        .cfi_offset ecx, 40
        .cfi_offset eax, 44
        .cfi_offset eip, 56
        .cfi_offset eflags, 64
        nop
        .endm

        signal_frame 4
        .globl  __sigreturn
        .type   __sigreturn, @function
__sigreturn:
        popl    %eax
        .cfi_adjust_cfa_offset -4
        movl    $119, %eax
        int     $0x80
        hlt
        .cfi_endproc
        .size   __sigreturn, . - __sigreturn

        signal_frame 160
        .globl  __rt_sigreturn
        .type   __rt_sigreturn, @function
__rt_sigreturn:
        movl    $173, %eax
        int     $0x80
        hlt
        .cfi_endproc
        .size   __rt_sigreturn, . - __rt_sigreturn

        .section .note.GNU-stack, "", @progbits
