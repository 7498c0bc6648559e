/* Entry, gates and the ways between rings of the benchmark kernel. */
        .set    MULTIBOOT_MAGIC, 0x1badb002
        .set    MULTIBOOT_FLAGS, 0x2

        .section .multiboot, "a"
        .align  4
        .long   MULTIBOOT_MAGIC, MULTIBOOT_FLAGS, -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)

        .bss
        .align  16
        .space  0x8000
stack_top:
        .globl  multiboot_info
multiboot_info:
        .long   0
kernel_esp:                             /* where enter_ring3() left the kernel's stack */
        .long   0
        .globl  ring0_stack_top
        .align  16
        .space  0x4000
ring0_stack_top:

        .text
        .globl  _start
_start: mov     $stack_top, %esp
        mov     %ebx, multiboot_info
        push    $0
        popf
        call    bench_main
1:      cli
        hlt
        jmp     1b

/* void load_tables(gdtr, idtr, tss_selector) */
        .globl  load_tables
load_tables:
        mov     4(%esp), %eax
        lgdt    (%eax)
        mov     8(%esp), %eax
        lidt    (%eax)
        ljmp    $0x08, $1f
1:      mov     $0x10, %eax
        mov     %eax, %ds
        mov     %eax, %es
        mov     %eax, %ss
        mov     %eax, %fs
        mov     %eax, %gs
        mov     12(%esp), %eax
        ltr     %ax
        ret

/* uint32_t enter_ring3(fn, arg, stack): IRET down; ring 3 runs ring3_start. */
        .globl  enter_ring3
enter_ring3:
        push    %ebp
        push    %ebx
        push    %esi
        push    %edi
        mov     %esp, kernel_esp
        mov     20(%esp), %ebx
        mov     24(%esp), %esi
        mov     28(%esp), %ecx
        mov     $0x23, %eax
        mov     %eax, %ds
        mov     %eax, %es
        push    $0x23                   /* SS, ESP, EFLAGS with IF, CS, EIP */
        push    %ecx
        push    $0x202
        push    $0x1b
        push    $ring3_start
        iret

ring3_start:
        push    %esi
        call    *%ebx
        int     $0x81                   /* the result is in eax */

/* int $0x81 from ring 3: back to where enter_ring3() was called. */
        .globl  gate_leave_ring3
gate_leave_ring3:
        mov     $0x10, %edx
        mov     %edx, %ds
        mov     %edx, %es
        mov     kernel_esp, %esp
        pop     %edi
        pop     %esi
        pop     %ebx
        pop     %ebp
        ret

/* int $0x80: eax number, ebx and ecx arguments; saves what Linux i386 saves. */
        .globl  gate_syscall
gate_syscall:
        push    %eax
        cld
        push    %es
        push    %ds
        push    %eax
        push    %ebp
        push    %edi
        push    %esi
        push    %edx
        push    %ecx
        push    %ebx
        mov     $0x10, %edx
        mov     %edx, %ds
        mov     %edx, %es
        call    *syscall_table(, %eax, 4)
        mov     %eax, 24(%esp)
        pop     %ebx
        pop     %ecx
        pop     %edx
        pop     %esi
        pop     %edi
        pop     %ebp
        pop     %eax
        pop     %ds
        pop     %es
        add     $4, %esp
        iret

/* uint32_t syscall3(number, a, b) */
        .globl  syscall3
syscall3:
        push    %ebx
        mov     8(%esp), %eax
        mov     12(%esp), %ebx
        mov     16(%esp), %ecx
        int     $0x80
        pop     %ebx
        ret

/* #PF: page_fault(error, cr2) maps the page. */
        .globl  gate_page_fault
gate_page_fault:
        pusha
        push    %ds
        push    %es
        mov     $0x10, %edx
        mov     %edx, %ds
        mov     %edx, %es
        cld
        mov     %cr2, %eax
        push    %eax
        push    44(%esp)
        call    page_fault
        add     $8, %esp
        pop     %es
        pop     %ds
        popa
        add     $4, %esp
        iret

        .globl  gate_timer
gate_timer:
        push    %eax
        push    %ds
        mov     $0x10, %eax
        mov     %eax, %ds
        incl    timer_ticks
        mov     $0x20, %al
        out     %al, $0x20
        pop     %ds
        pop     %eax
        iret

/* Anything else: say "!" and give up. */
        .globl  gate_bad
gate_bad:
        mov     $0x10, %eax
        mov     %eax, %ds
        mov     %eax, %es
        push    $'!'
        call    console_char
        call    machine_off

/* void switch_stacks(uint32_t *save_esp, uint32_t load_esp) */
        .globl  switch_stacks
switch_stacks:
        mov     4(%esp), %eax
        mov     8(%esp), %edx
        push    %ebp
        push    %ebx
        push    %esi
        push    %edi
        mov     %esp, (%eax)
        mov     %edx, %esp
        pop     %edi
        pop     %esi
        pop     %ebx
        pop     %ebp
        ret

        .section .note.GNU-stack, "", @progbits
