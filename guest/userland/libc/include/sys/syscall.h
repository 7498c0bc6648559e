/* i386 system call numbers for syscall(2); the libc's own calls are in arch/syscalls.def. */
#ifndef _SYS_SYSCALL_H
#define _SYS_SYSCALL_H

#define SYS_exit            1
#define SYS_fork            2
#define SYS_read            3
#define SYS_write           4
#define SYS_open            5
#define SYS_close           6
#define SYS_waitpid         7
#define SYS_execve          11
#define SYS_time            13
#define SYS_getpid          20
#define SYS_ptrace          26
#define SYS_kill            37
#define SYS_brk             45
#define SYS_signal          48
#define SYS_sigaction       67
#define SYS_sigpending      73
#define SYS_wait4           114
#define SYS_clone           120
#define SYS_sigprocmask     126
#define SYS_nanosleep       162
#define SYS_rt_sigaction    174
#define SYS_rt_sigprocmask  175
#define SYS_rt_sigqueueinfo 178
#define SYS_vfork           190
#define SYS_mmap2           192
#define SYS_stat64          195
#define SYS_gettid          224
#define SYS_tkill           238
#define SYS_futex           240
#define SYS_set_thread_area 243
#define SYS_get_thread_area 244
#define SYS_exit_group      252
#define SYS_set_tid_address 258
#define SYS_tgkill          270
#define SYS_waitid          284
#define SYS_set_robust_list 311
#define SYS_get_robust_list 312
#define SYS_pipe2           331
#define SYS_prlimit64       340

#endif
