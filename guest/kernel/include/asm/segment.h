/*
 * The Global Descriptor Table, numbered as Linux numbers it on i386.
 *
 *   6..8   thread-local storage: three slots reloaded at every task switch
 *   12,13  kernel code and data, flat
 *   14,15  user code and data, flat
 *   16     the TSS
 *   31     the TSS of the double fault handler
 */
#ifndef _ASM_SEGMENT_H
#define _ASM_SEGMENT_H

#define GDT_ENTRIES           32
#define GDT_ENTRY_TLS_MIN     6
#define GDT_ENTRY_TLS_MAX     8
#define GDT_ENTRY_TLS_ENTRIES 3
#define GDT_ENTRY_KERNEL_CS   12
#define GDT_ENTRY_KERNEL_DS   13
#define GDT_ENTRY_USER_CS     14
#define GDT_ENTRY_USER_DS     15
#define GDT_ENTRY_TSS         16
#define GDT_ENTRY_DOUBLEFAULT 31

#define __KERNEL_CS       0x60
#define __KERNEL_DS       0x68
#define __USER_CS         0x73
#define __USER_DS         0x7b
#define __TSS             0x80
#define __DOUBLEFAULT_TSS 0xf8

#define IDT_ENTRIES 256
/* Vectors: 0..31 exceptions, 32..47 the two interrupt controllers, 128 system calls. */
#define FIRST_EXTERNAL_VECTOR 0x20
#define SYSCALL_VECTOR        0x80

#endif
