/* The registers of an interrupted program as they lie on the kernel stack: see entry.S. */
#ifndef _ASM_PTRACE_H
#define _ASM_PTRACE_H

#include <linux/types.h>

struct pt_regs {
    u32 ebx; /* 1st argument of a system call; lowest address, pushed last */
    u32 ecx; /* 2nd */
    u32 edx; /* 3rd */
    u32 esi; /* 4th */
    u32 edi; /* 5th */
    u32 ebp; /* 6th */
    u32 eax; /* result */
    u32 ds;  /* segment registers; the upper 16 bits mean nothing */
    u32 es;
    u32 fs;
    u32 gs;
    u32 orig_eax; /* system call number; or error code; or ~vector of an interrupt; or -1 */
    u32 eip;      /* from here on pushed by the CPU */
    u32 cs;
    u32 eflags;
    u32 esp; /* these two only when the privilege level changed */
    u32 ss;  /* pushed first */
};

/* Did these registers belong to ring 3? */
static inline bool user_mode(const struct pt_regs *regs)
{
    return (regs->cs & 3) == 3;
}

#endif
