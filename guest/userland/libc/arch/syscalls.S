/* One stub for each line of syscalls.def: load the arguments into the registers of the
 * i386 convention, trap, and turn −errno into errno and −1.
 *
 *      eax number     ebx ecx edx esi edi ebp  arguments 1–6     eax result
 *
 * A stub saves the callee-saved registers among its argument registers (ebx, esi, edi, ebp)
 * and so finds its arguments that much higher on the stack.
 */
#include "cfi.h"

        .macro  load_arguments count, saved
        movl    4*(\saved+1)(%esp), %ebx
        .if     \count > 1
        movl    4*(\saved+2)(%esp), %ecx
        .endif
        .if     \count > 2
        movl    4*(\saved+3)(%esp), %edx
        .endif
        .if     \count > 3
        movl    4*(\saved+4)(%esp), %esi
        .endif
        .if     \count > 4
        movl    4*(\saved+5)(%esp), %edi
        .endif
        .if     \count > 5
        movl    4*(\saved+6)(%esp), %ebp
        .endif
        .endm

        .macro  syscall name, number, count
        .globl  \name
        .type   \name, @function
\name:
        .cfi_startproc
        .if     \count > 0
        save    ebx
        .endif
        .if     \count > 3
        save    esi
        .endif
        .if     \count > 4
        save    edi
        .endif
        .if     \count > 5
        save    ebp
        .endif
        .if     \count > 5
        load_arguments \count, 4
        .elseif \count > 4
        load_arguments \count, 3
        .elseif \count > 3
        load_arguments \count, 2
        .elseif \count > 0
        load_arguments \count, 1
        .endif
        movl    $\number, %eax
        int     $0x80
        .if     \count > 5
        restore ebp
        .endif
        .if     \count > 4
        restore edi
        .endif
        .if     \count > 3
        restore esi
        .endif
        .if     \count > 0
        restore ebx
        .endif
        cmpl    $-4095, %eax
        jae     __syscall_error
        ret
        .cfi_endproc
        .size   \name, . - \name
        .endm

        .text
#define SYSCALL(name, number, count) syscall name, number, count
#include "syscalls.def"
#undef SYSCALL

/* The trap with number and arguments as the caller has pushed them. */
        .macro  trap
        save    ebx
        save    esi
        save    edi
        save    ebp
        movl    20(%esp), %eax
        movl    24(%esp), %ebx
        movl    28(%esp), %ecx
        movl    32(%esp), %edx
        movl    36(%esp), %esi
        movl    40(%esp), %edi
        movl    44(%esp), %ebp
        int     $0x80
        restore ebp
        restore edi
        restore esi
        restore ebx
        .endm

/* long __syscall_raw(long number, long a1, …, long a6): the bare trap, result as it comes. */
        .globl  __syscall_raw
        .type   __syscall_raw, @function
__syscall_raw:
        .cfi_startproc
        trap
        ret
        .cfi_endproc
        .size   __syscall_raw, . - __syscall_raw

/* long syscall(long number, …): the same with errno. */
        .globl  syscall
        .type   syscall, @function
syscall:
        .cfi_startproc
        trap
        cmpl    $-4095, %eax
        jae     __syscall_error
        ret
        .cfi_endproc
        .size   syscall, . - syscall

        .section .note.GNU-stack, "", @progbits
