/*
 * Call frame information for assembly: how a debugger walks from the kernel's entry code into the
 * code that was interrupted (DWARF 4, 6.4; the numbers of registers are those of the i386 ABI).
 *
 * It goes to .debug_frame, which is not loaded: it moves no address and the kernel never sees it.
 *
 * The canonical frame address (CFA) of every trap frame is that of the slot above eflags, where the
 * CPU has put the interrupted esp if it came from ring 3; from ring 0 there is no such slot and the
 * interrupted esp is the CFA itself. CFI_FRAME_ESP chooses by the saved cs.
 */
#ifndef _ASM_DWARF2_H
#define _ASM_DWARF2_H

#ifdef __ASSEMBLY__

.cfi_sections .debug_frame

/* DW_CFA_val_expression for esp: the CFA, or what lies there if the frame came from ring 3. */
.macro CFI_FRAME_ESP
    .cfi_escape 0x16, 4, 13             /* esp is the value of 13 bytes; they find the CFA pushed */
    .cfi_escape 0x12, 0x38, 0x1c, 0x06  /* dup, lit8, minus, deref: cs */
    .cfi_escape 0x33, 0x1a              /* lit3, and: its privilege level */
    .cfi_escape 0x30, 0x29, 0x28, 1, 0  /* lit0, eq, bra +1: from ring 0 the CFA stays */
    .cfi_escape 0x06, 0x96              /* deref; nop, as a branch needs an operation to go to */
.endm

/* The frame as the CPU pushes it, with `pushed` bytes of ours below it. */
.macro CFI_TRAP_FRAME pushed=0
    .cfi_startproc simple
    .cfi_signal_frame
    .cfi_def_cfa esp, PT_OLDESP - PT_EIP + \pushed
    .cfi_offset eip, PT_EIP - PT_OLDESP
    .cfi_offset cs, PT_CS - PT_OLDESP
    .cfi_offset eflags, PT_EFLAGS - PT_OLDESP
    CFI_FRAME_ESP
.endm

/* The whole of struct pt_regs, with esp at its start. */
.macro CFI_PT_REGS
    CFI_TRAP_FRAME PT_EIP
    .cfi_rel_offset ebx, PT_EBX
    .cfi_rel_offset ecx, PT_ECX
    .cfi_rel_offset edx, PT_EDX
    .cfi_rel_offset esi, PT_ESI
    .cfi_rel_offset edi, PT_EDI
    .cfi_rel_offset ebp, PT_EBP
    .cfi_rel_offset eax, PT_EAX
    .cfi_rel_offset ds, PT_DS
    .cfi_rel_offset es, PT_ES
    .cfi_rel_offset fs, PT_FS
    .cfi_rel_offset gs, PT_GS
.endm

/* Nothing called this: a debugger stops here. */
.macro CFI_OUTERMOST
    .cfi_startproc simple
    .cfi_def_cfa esp, 0
    .cfi_undefined eip
.endm

/* A word that is no register's value: an argument, an error code. */
.macro PUSH_WORD value
    pushl \value
    .cfi_adjust_cfa_offset 4
.endm

.macro DROP_WORDS count=1
    addl $4 * \count, %esp
    .cfi_adjust_cfa_offset -4 * \count
.endm

.macro PUSH_REGISTER reg
    pushl %\reg
    .cfi_adjust_cfa_offset 4
    .cfi_rel_offset \reg, 0
.endm

.macro POP_REGISTER reg
    popl %\reg
    .cfi_adjust_cfa_offset -4
    .cfi_same_value \reg
.endm

#endif

#endif
