/*
 * A boot sector for emulators that cannot load a Multiboot kernel (Bochs). tools/bench writes the
 * disk:
 *
 *   sector 0    this
 *   sector 1    the parameters: load address, entry, bytes in the file, bytes in memory (32 bits
 *               each), then the Multiboot information block (flags, ..., command line at +16)
 *               and at +64 the command line
 *   sector 2    the kernel as it lies in memory
 *
 * The BIOS reads sector 1 to 0x7e00 and the kernel to 0x10000 (at most 448 KB), in parts of 32 KB;
 * then protected mode is entered as the Multiboot specification wants it.
 */
        .set    PARAMETERS, 0x7e00
        .set    LOAD_AT, PARAMETERS
        .set    ENTRY, PARAMETERS + 4
        .set    FILE_SIZE, PARAMETERS + 8
        .set    MEMORY_SIZE, PARAMETERS + 12
        .set    MULTIBOOT_INFO, PARAMETERS + 16
        .set    KERNEL_SEGMENT, 0x1000
        .set    PART, 64                /* sectors */

        .code16
        .globl  _start
_start: ljmp    $0, $1f
1:      xor     %ax, %ax
        mov     %ax, %ds
        mov     %ax, %es
        mov     %ax, %ss
        mov     $0x7c00, %sp
        cld
        mov     $packet, %si
        call    read
        mov     FILE_SIZE, %eax
        add     $511, %eax
        shr     $9, %eax
        mov     %ax, %bp                /* sectors to come */
        movl    $KERNEL_SEGMENT << 16, packet_to
        movl    $2, packet_from
next_part:
        mov     $PART, %ax
        cmp     %ax, %bp
        jae     2f
        mov     %bp, %ax
2:      mov     %ax, packet_count
        call    read
        addw    $PART * 32, packet_to + 2
        addl    $PART, packet_from
        sub     $PART, %bp
        ja      next_part
        cli
        in      $0x92, %al              /* A20 */
        or      $2, %al
        out     %al, $0x92
        lgdt    gdtr
        mov     %cr0, %eax
        or      $1, %al
        mov     %eax, %cr0
        ljmp    $0x08, $protected

read:   mov     $0x42, %ah              /* extended read; DL is still the BIOS's */
        int     $0x13
        jc      failed
        ret

failed: mov     $'!', %al
        out     %al, $0xe9
        cli
1:      hlt
        jmp     1b

        .code32
protected:
        mov     $0x10, %eax
        mov     %eax, %ds
        mov     %eax, %es
        mov     %eax, %ss
        mov     $KERNEL_SEGMENT << 4, %esi
        mov     LOAD_AT, %edi
        mov     FILE_SIZE, %ecx
        rep movsb
        mov     MEMORY_SIZE, %ecx
        sub     FILE_SIZE, %ecx
        xor     %eax, %eax
        rep stosb
        mov     $0x2badb002, %eax
        mov     $MULTIBOOT_INFO, %ebx
        jmp     *ENTRY

        .align  8
gdt:    .quad   0, 0x00cf9b000000ffff, 0x00cf93000000ffff
gdtr:   .word   23
        .long   gdt

/* INT 13h, AH = 42h: size, sectors, where to, from which sector */
packet: .word   16
packet_count:
        .word   1
packet_to:
        .long   PARAMETERS
packet_from:
        .quad   1

        .org    510
        .word   0xaa55
