/*
 * Where the machine enters the kernel: a Multiboot 1 header, and the way from physical addresses
 * to the kernel's window at 3 GB.
 *
 * The loader leaves us in 32-bit protected mode without paging, eax = 0x2badb002, ebx = physical
 * address of the boot information. We map the first 16 MB twice, at 0 and at PAGE_OFFSET, turn on
 * paging, jump up, and call start_kernel() on the stack of pid 0. The lower mapping goes away in
 * paging_init().
 */
#include <asm/dwarf2.h>
#include <asm/page.h>
#include <asm/segment.h>
#include <asm/thread_info.h>
#include <linux/linkage.h>

#define MULTIBOOT_MAGIC 0x1badb002
#define MULTIBOOT_FLAGS 0x00000003 /* modules on page boundaries; tell us the memory map */

#define BOOT_PAGE_TABLES 4 /* 4 MB each */
#define CR0_BITS         0x80010020 /* PG, WP, NE */

.section .multiboot, "a"
    .align 4
    .long MULTIBOOT_MAGIC
    .long MULTIBOOT_FLAGS
    .long -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)

.text
ENTRY(startup_32)
    CFI_OUTERMOST
    cld
    cli
    movl %eax, multiboot_magic - PAGE_OFFSET
    movl %ebx, multiboot_info - PAGE_OFFSET

    /* Page tables: frame 0, 1, 2, ... present and writable. */
    movl $(pg0 - PAGE_OFFSET), %edi
    movl $0x003, %eax
    movl $(BOOT_PAGE_TABLES * 1024), %ecx
1:  stosl
    addl $PAGE_SIZE, %eax
    loop 1b

    /* The directory: the same tables from entry 0 and from entry 768 on. */
    movl $(pg0 - PAGE_OFFSET + 0x003), %eax
    movl $(swapper_pg_dir - PAGE_OFFSET), %edi
    movl $BOOT_PAGE_TABLES, %ecx
2:  movl %eax, (%edi)
    movl %eax, (PAGE_OFFSET >> 20)(%edi)
    addl $4, %edi
    addl $PAGE_SIZE, %eax
    loop 2b

    movl $(swapper_pg_dir - PAGE_OFFSET), %eax
    movl %eax, %cr3
    movl %cr0, %eax
    orl $CR0_BITS, %eax
    movl %eax, %cr0
    movl $3f, %eax
    jmp *%eax
3:
    lgdt early_gdt_descr
    ljmp $__KERNEL_CS, $4f
4:  movl $__USER_DS, %eax
    movl %eax, %ds
    movl %eax, %es
    movl $__KERNEL_DS, %eax
    movl %eax, %ss
    xorl %eax, %eax
    movl %eax, %fs
    movl %eax, %gs
    lldt %ax
    movl $(init_thread_union + THREAD_SIZE), %esp
    pushl $0                    /* end of the chain of frames for a debugger */
    popfl
    xorl %ebp, %ebp
    call start_kernel
5:  hlt
    jmp 5b
    .cfi_endproc
END(startup_32)

.data
    .globl multiboot_magic, multiboot_info
multiboot_magic: .long 0
multiboot_info:  .long 0

    .word 0
early_gdt_descr:
    .word GDT_ENTRIES * 8 - 1
    .long cpu_gdt_table

.section .bss.page_aligned, "aw", @nobits
    .align PAGE_SIZE
    .globl swapper_pg_dir, pg0
swapper_pg_dir: .skip PAGE_SIZE
pg0:            .skip PAGE_SIZE * BOOT_PAGE_TABLES
