/* Process entry. The kernel leaves on the stack, from %esp upwards:
 *
 *      argc | argv[0] … argv[argc-1] | 0 | envp[0] … | 0 | auxv pairs … | AT_NULL
 *
 * __libc_start gets the address of argc; a zero %ebp ends the chain of stack frames,
 * and a return address without a rule that of a debugger.
 */
        .cfi_sections .debug_frame
        .text
        .globl  _start
        .type   _start, @function
_start:
        .cfi_startproc
        .cfi_undefined eip
        xorl    %ebp, %ebp
        movl    %esp, %eax
        andl    $-16, %esp
        subl    $12, %esp
        pushl   %eax
        call    __libc_start
        hlt
        .cfi_endproc
        .size   _start, . - _start

        .section .note.GNU-stack, "", @progbits
