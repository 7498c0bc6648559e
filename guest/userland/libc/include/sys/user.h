/* The registers as ptrace shows them: the order of pt_regs, lowest address first. */
#ifndef _SYS_USER_H
#define _SYS_USER_H

struct user_regs_struct {
    long ebx;
    long ecx;
    long edx;
    long esi;
    long edi;
    long ebp;
    long eax;
    long xds;
    long xes;
    long xfs;
    long xgs;
    long orig_eax;
    long eip;
    long xcs;
    long eflags;
    long esp;
    long xss;
};

/* Offset of debug register n in the user area of PTRACE_PEEKUSER. */
#define USER_DEBUGREG(n) (252 + 4 * (n))

#endif
