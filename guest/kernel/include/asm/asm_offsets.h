/* Structure offsets for assembly; arch/i386/kernel/asm_offsets.c checks each against the C. */
#ifndef _ASM_ASM_OFFSETS_H
#define _ASM_ASM_OFFSETS_H

#define PT_EBX      0x00
#define PT_ECX      0x04
#define PT_EDX      0x08
#define PT_ESI      0x0c
#define PT_EDI      0x10
#define PT_EBP      0x14
#define PT_EAX      0x18
#define PT_DS       0x1c
#define PT_ES       0x20
#define PT_FS       0x24
#define PT_GS       0x28
#define PT_ORIG_EAX 0x2c
#define PT_EIP      0x30
#define PT_CS       0x34
#define PT_EFLAGS   0x38
#define PT_OLDESP   0x3c
#define PT_OLDSS    0x40

#define TI_FLAGS 4 /* thread_info.flags */

#define TASK_THREAD_ESP 4 /* task_struct.thread.esp */
#define TASK_THREAD_EIP 8 /* task_struct.thread.eip */

#endif
