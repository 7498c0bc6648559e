/* Signals of the Linux i386 ABI. */
#ifndef _UAPI_SIGNAL_H
#define _UAPI_SIGNAL_H

#include <linux/types.h>

#define SIGHUP    1
#define SIGINT    2
#define SIGQUIT   3
#define SIGILL    4
#define SIGTRAP   5
#define SIGABRT   6
#define SIGBUS    7
#define SIGFPE    8
#define SIGKILL   9
#define SIGUSR1   10
#define SIGSEGV   11
#define SIGUSR2   12
#define SIGPIPE   13
#define SIGALRM   14
#define SIGTERM   15
#define SIGSTKFLT 16
#define SIGCHLD   17
#define SIGCONT   18
#define SIGSTOP   19
#define SIGTSTP   20
#define SIGTTIN   21
#define SIGTTOU   22
#define SIGURG    23
#define SIGXCPU   24
#define SIGXFSZ   25
#define SIGVTALRM 26
#define SIGPROF   27
#define SIGWINCH  28
#define SIGIO     29
#define SIGPWR    30
#define SIGSYS    31
#define SIGRTMIN  32
#define _NSIG     64

#define SA_NOCLDSTOP 0x00000001u
#define SA_NOCLDWAIT 0x00000002u
#define SA_SIGINFO   0x00000004u
#define SA_RESTORER  0x04000000u
#define SA_ONSTACK   0x08000000u
#define SA_RESTART   0x10000000u
#define SA_NODEFER   0x40000000u
#define SA_RESETHAND 0x80000000u

#define SIG_BLOCK   0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

#define SIG_DFL 0u
#define SIG_IGN 1u

#define SS_ONSTACK  1
#define SS_DISABLE  2
#define MINSIGSTKSZ 2048

/* si_code: who sent it, or what happened. */
#define SI_USER       0
#define SI_KERNEL     0x80
#define SI_QUEUE      (-1)
#define SI_TIMER      (-2)
#define SI_TKILL      (-6)
#define ILL_ILLOPN    2
#define FPE_INTDIV    1
#define FPE_INTOVF    2
#define FPE_FLTINV    7
#define SEGV_MAPERR   1
#define SEGV_ACCERR   2
#define BUS_ADRERR    2
#define TRAP_BRKPT    1
#define TRAP_TRACE    2
#define CLD_EXITED    1
#define CLD_KILLED    2
#define CLD_DUMPED    3
#define CLD_TRAPPED   4
#define CLD_STOPPED   5
#define CLD_CONTINUED 6

/* Bit n-1 stands for signal n. */
typedef u64 sigset_t;

/* What sigaction() passes: struct old_sigaction has a 32-bit mask in the middle. */
struct old_sigaction {
    u32 sa_handler;
    u32 sa_mask;
    u32 sa_flags;
    u32 sa_restorer;
};

struct sigaction {
    u32 sa_handler;   /* address of the handler, SIG_DFL or SIG_IGN */
    u32 sa_flags;     /* SA_* */
    u32 sa_restorer;  /* where the handler returns to, with SA_RESTORER */
    sigset_t sa_mask; /* blocked while the handler runs */
} __attribute__((packed, aligned(4)));

typedef struct siginfo {
    int si_signo;
    int si_errno;
    int si_code; /* SI_*, or what happened */
    union {
        int pad[29];
        struct {
            pid_t pid;
            uid_t uid;
            u32 value;
        } rt; /* kill, sigqueue */
        struct {
            pid_t pid;
            uid_t uid;
            int status;
            clock_t utime, stime;
        } chld; /* SIGCHLD */
        struct {
            u32 addr;
        } fault; /* SIGSEGV, SIGBUS, SIGILL, SIGFPE */
    } u;
} siginfo_t;

typedef struct sigaltstack {
    u32 ss_sp;
    int ss_flags;
    u32 ss_size;
} stack_t;

#endif
