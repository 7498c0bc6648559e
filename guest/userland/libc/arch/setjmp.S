/* jmp_buf: ebx esi edi ebp esp eip, then for sigsetjmp a flag and the 64-bit signal mask. */
        .cfi_sections .debug_frame
        .text
        .globl  setjmp
        .type   setjmp, @function
setjmp:
        .cfi_startproc
        movl    4(%esp), %eax
        movl    %ebx, (%eax)
        movl    %esi, 4(%eax)
        movl    %edi, 8(%eax)
        movl    %ebp, 12(%eax)
        leal    4(%esp), %ecx
        movl    %ecx, 16(%eax)
        movl    (%esp), %ecx
        movl    %ecx, 20(%eax)
        xorl    %eax, %eax
        ret
        .cfi_endproc
        .size   setjmp, . - setjmp

        .globl  longjmp
        .type   longjmp, @function
longjmp:
        .cfi_startproc
        movl    4(%esp), %edx
        movl    8(%esp), %eax
        testl   %eax, %eax
        jnz     1f
        incl    %eax
1:      movl    (%edx), %ebx
        movl    4(%edx), %esi
        movl    8(%edx), %edi
        movl    12(%edx), %ebp
        movl    16(%edx), %esp
        .cfi_undefined eip
        jmp     *20(%edx)
        .cfi_endproc
        .size   longjmp, . - longjmp

/* int sigsetjmp(sigjmp_buf env, int save): a tail of setjmp, so that the saved return
 * address is the caller's. */
        .globl  sigsetjmp
        .type   sigsetjmp, @function
sigsetjmp:
        .cfi_startproc
        movl    4(%esp), %eax
        movl    8(%esp), %ecx
        movl    %ecx, 24(%eax)
        testl   %ecx, %ecx
        jz      setjmp
        addl    $28, %eax
        pushl   %eax
        pushl   $0
        pushl   $0
        .cfi_adjust_cfa_offset 12
        call    sigprocmask
        addl    $12, %esp
        .cfi_adjust_cfa_offset -12
        jmp     setjmp
        .cfi_endproc
        .size   sigsetjmp, . - sigsetjmp

        .section .note.GNU-stack, "", @progbits
