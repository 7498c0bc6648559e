/* Entry, the handlers of all vectors, and the way into and out of a probe. */
#define SEL_CODE0 0x08
#define SEL_DATA0 0x10

        .section .multiboot, "a"
        .align  4
        .long   0x1badb002, 2, -(0x1badb002 + 2)

        .bss
        .align  16
        .space  0x4000
kernel_stack:
        .globl  multiboot_info
multiboot_info:
        .long   0
        .globl  event_raw, event_esp, event_ss
event_raw:                              /* CS GS FS ES DS, PUSHA, vector, EFLAGS, the frame */
        .space  4 * 40
event_esp:
        .long   0
event_ss:
        .long   0

        .data
kernel_far:                             /* for LSS */
        .long   0, SEL_DATA0

        .text
        .globl  _start
_start: mov     $kernel_stack, %esp
        mov     %ebx, multiboot_info
        push    $0
        popf
        call    priv_main
1:      cli
        hlt
        jmp     1b

/* void tables_load(gdtr, idtr): and flat segments. */
        .globl  tables_load
tables_load:
        mov     4(%esp), %eax
        lgdt    (%eax)
        mov     8(%esp), %eax
        lidt    (%eax)
        ljmp    $SEL_CODE0, $1f
1:      mov     $SEL_DATA0, %eax
        mov     %eax, %ds
        mov     %eax, %es
        mov     %eax, %ss
        xor     %eax, %eax
        mov     %eax, %fs
        mov     %eax, %gs
        ret

/* void probe_enter(const struct regs *): comes back from the first event. */
        .set    R_EAX, 0
        .set    R_ECX, 4
        .set    R_EDX, 8
        .set    R_EBX, 12
        .set    R_EBP, 16
        .set    R_ESI, 20
        .set    R_EDI, 24
        .set    R_ES, 28
        .set    R_DS, 32
        .set    R_FS, 36
        .set    R_GS, 40
        .set    R_EIP, 44
        .set    R_CS, 48
        .set    R_EFLAGS, 52
        .set    R_ESP, 56               /* and SS behind it: a far pointer */
        .set    R_SS, 60
        .globl  probe_enter
probe_enter:
        push    %ebp
        push    %ebx
        push    %esi
        push    %edi
        mov     %esp, kernel_far
        mov     20(%esp), %ebx
        testl   $0x20000, R_EFLAGS(%ebx)
        jnz     to_v86
        testl   $3, R_CS(%ebx)
        jnz     to_outer
        lss     R_ESP(%ebx), %esp       /* ring 0: the frame lies on the probe's own stack */
        jmp     to_frame
to_v86: pushl   R_GS(%ebx)
        pushl   R_FS(%ebx)
        pushl   R_DS(%ebx)
        pushl   R_ES(%ebx)
to_outer:
        pushl   R_SS(%ebx)
        pushl   R_ESP(%ebx)
to_frame:
        pushl   R_EFLAGS(%ebx)
        pushl   R_CS(%ebx)
        pushl   R_EIP(%ebx)
        pushl   R_EAX(%ebx)
        pushl   R_ECX(%ebx)
        pushl   R_EDX(%ebx)
        pushl   R_EBX(%ebx)
        pushl   $0
        pushl   R_EBP(%ebx)
        pushl   R_ESI(%ebx)
        pushl   R_EDI(%ebx)
        testl   $0x20000, R_EFLAGS(%ebx)
        jnz     1f
        movw    R_GS(%ebx), %gs
        movw    R_FS(%ebx), %fs
        movw    R_ES(%ebx), %es
        movw    R_DS(%ebx), %ds
1:      popa
        .globl  probe_iret
probe_iret:
        iret

/* The handlers. They run with any DS, on any stack of ring 0, 1 or 2. */
        .section .snippets, "ax"
        .align  16
        .globl  handlers
handlers:
        .set    vector, 0
        .rept   256
        .balign 16
        pushf
        pushl   $vector
        jmp     event
        .set    vector, vector + 1
        .endr

event:  pusha
        push    %ds
        push    %es
        push    %fs
        push    %gs
        push    %cs
        mov     $SEL_DATA0, %eax
        mov     %cs, %edx
        test    $3, %dl
        jz      1f
        mov     $0x23, %eax             /* a handler outside ring 0 */
1:      mov     %eax, %ds
        mov     %eax, %es
        cld
        mov     %esp, %esi
        mov     %ss, %eax
        mov     %esi, event_esp
        mov     %eax, event_ss
        lar     %eax, %edx
        test    $0x400000, %edx         /* B: does ESP count, or SP? */
        jnz     2f
        movzwl  %si, %esi
2:      mov     $event_raw, %edi
        mov     $40, %ecx
3:      mov     %ss:(%esi), %eax
        add     $4, %esi
        stosl
        loop    3b
        mov     %cs, %edx
        test    $3, %dl
        jz      4f
        int     $0x41                   /* from an outer ring: only the way home */
        .globl  event_home
event_home:
        mov     $SEL_DATA0, %eax
        mov     %eax, %ds
        mov     %eax, %es
4:      ljmp    $SEL_CODE0, $5f
5:      lss     kernel_far, %esp
        pushl   $2
        popf
        pop     %edi
        pop     %esi
        pop     %ebx
        pop     %ebp
        ret

        .section .note.GNU-stack, "", @progbits
