/* The frames that a signal puts on the user's stack: the layout of Linux on i386. */
#ifndef _ASM_SIGCONTEXT_H
#define _ASM_SIGCONTEXT_H

#include <asm/processor.h>
#include <uapi/signal.h>

/* x87 state in a frame: what fnsave wrote, the status word, and "no SSE follows". */
struct fpstate {
    struct i387_fsave_struct fsave; /* its last word is `status` */
};

struct sigcontext {
    u16 gs, __gsh, fs, __fsh, es, __esh, ds, __dsh;
    u32 edi, esi, ebp, esp, ebx, edx, ecx, eax;
    u32 trapno, err;
    u32 eip;
    u16 cs, __csh;
    u32 eflags;
    u32 esp_at_signal;
    u16 ss, __ssh;
    u32 fpstate; /* user address, or 0 */
    u32 oldmask; /* blocked signals 1..32 */
    u32 cr2;
};

struct ucontext {
    u32 uc_flags, uc_link;
    stack_t uc_stack;
    struct sigcontext uc_mcontext;
    sigset_t uc_sigmask;
};

/* The handler is entered as if called with (sig) from pretcode. */
struct sigframe {
    u32 pretcode; /* return address: the restorer, or retcode */
    int sig;
    struct sigcontext sc;
    struct fpstate fpstate;
    u32 extramask; /* blocked signals 33..64 */
    u8 retcode[8]; /* popl %eax; movl $__NR_sigreturn, %eax; int $0x80 */
};

/* With SA_SIGINFO: as if called with (sig, &info, &uc). */
struct rt_sigframe {
    u32 pretcode;
    int sig;
    u32 pinfo, puc;
    siginfo_t info;
    struct ucontext uc;
    struct fpstate fpstate;
    u8 retcode[8]; /* movl $__NR_rt_sigreturn, %eax; int $0x80 */
};

#endif
