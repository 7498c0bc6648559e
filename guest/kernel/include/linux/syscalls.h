/*
 * The functions behind sys_call_table, by source file.
 *
 * Their parameters are the saved registers themselves (see entry.S). A function returns its result
 * or -errno, and never assigns to a parameter.
 */
#ifndef _LINUX_SYSCALLS_H
#define _LINUX_SYSCALLS_H

#include <linux/fs.h>
#include <linux/linkage.h>
#include <linux/signal.h>
#include <uapi/poll.h>
#include <uapi/resource.h>

struct iovec;
struct new_utsname;
struct rlimit64;
struct sysinfo;
struct task_struct;
struct user_desc;

/* arch/i386/kernel/ioport.c */
asmlinkage long sys_ioperm(u32 from, u32 num, int turn_on);
asmlinkage long sys_iopl(u32 level);

/* arch/i386/kernel/process.c */
asmlinkage long sys_fork(void);
asmlinkage long sys_vfork(void);
asmlinkage long sys_clone(u32 flags, u32 newsp, int __user *parent_tidptr, u32 tls,
                          int __user *child_tidptr);
asmlinkage long sys_execve(const char __user *filename, u32 __user *argv, u32 __user *envp);

/* arch/i386/kernel/signal.c */
asmlinkage long sys_sigreturn(void);
asmlinkage long sys_rt_sigreturn(void);

/* arch/i386/kernel/tls.c */
asmlinkage long sys_set_thread_area(struct user_desc __user *u_info);
asmlinkage long sys_get_thread_area(struct user_desc __user *u_info);

/* drivers/char/tty_io.c */
asmlinkage long sys_vhangup(void);

/* fs/dirops.c */
asmlinkage long sys_mkdirat(int dfd, const char __user *name, mode_t mode);
asmlinkage long sys_mkdir(const char __user *name, mode_t mode);
asmlinkage long sys_mknodat(int dfd, const char __user *name, mode_t mode, u32 dev);
asmlinkage long sys_mknod(const char __user *name, mode_t mode, u32 dev);
asmlinkage long sys_symlinkat(const char __user *target, int dfd, const char __user *name);
asmlinkage long sys_symlink(const char __user *target, const char __user *name);
asmlinkage long sys_linkat(int olddfd, const char __user *oldname, int newdfd,
                           const char __user *newname, u32 flags);
asmlinkage long sys_link(const char __user *oldname, const char __user *newname);
asmlinkage long sys_unlinkat(int dfd, const char __user *name, u32 flag);
asmlinkage long sys_unlink(const char __user *name);
asmlinkage long sys_rmdir(const char __user *name);
asmlinkage long sys_renameat(int olddfd, const char __user *oldname, int newdfd,
                             const char __user *newname);
asmlinkage long sys_rename(const char __user *oldname, const char __user *newname);

/* fs/fcntl.c */
asmlinkage long sys_dup(unsigned int fd);
asmlinkage long sys_dup2(unsigned int oldfd, unsigned int newfd);
asmlinkage long sys_dup3(unsigned int oldfd, unsigned int newfd, int flags);
asmlinkage long sys_fcntl64(unsigned int fd, unsigned int cmd, u32 arg);
asmlinkage long sys_ioctl(unsigned int fd, unsigned int cmd, u32 arg);

/* fs/locks.c */
asmlinkage long sys_flock(unsigned int fd, unsigned int op);

/* fs/open.c */
asmlinkage long sys_openat(int dfd, const char __user *filename, int flags, mode_t mode);
asmlinkage long sys_open(const char __user *filename, int flags, mode_t mode);
asmlinkage long sys_creat(const char __user *filename, mode_t mode);
asmlinkage long sys_close(unsigned int fd);
asmlinkage long sys_faccessat(int dfd, const char __user *name, int mode);
asmlinkage long sys_access(const char __user *name, int mode);
asmlinkage long sys_chdir(const char __user *name);
asmlinkage long sys_fchdir(unsigned int fd);
asmlinkage long sys_chroot(const char __user *name);
asmlinkage long sys_getcwd(char __user *buf, size_t size);
asmlinkage long sys_umask(mode_t mask);
asmlinkage long sys_truncate64(const char __user *name, u32 low, u32 high);
asmlinkage long sys_ftruncate64(unsigned int fd, u32 low, u32 high);
asmlinkage long sys_ftruncate(unsigned int fd, u32 size);
asmlinkage long sys_fchmodat(int dfd, const char __user *name, mode_t mode);
asmlinkage long sys_chmod(const char __user *name, mode_t mode);
asmlinkage long sys_fchmod(unsigned int fd, mode_t mode);
asmlinkage long sys_fchownat(int dfd, const char __user *name, uid_t uid, gid_t gid, u32 flag);
asmlinkage long sys_chown32(const char __user *name, uid_t uid, gid_t gid);
asmlinkage long sys_lchown32(const char __user *name, uid_t uid, gid_t gid);
asmlinkage long sys_fchown32(unsigned int fd, uid_t uid, gid_t gid);
asmlinkage long sys_utimensat(int dfd, const char __user *name, const struct timespec __user *uts,
                              u32 flags);
asmlinkage long sys_utimensat_time64(int dfd, const char __user *name,
                                     const struct timespec64 __user *uts, u32 flags);
asmlinkage long sys_sync(void);
asmlinkage long sys_fsync(unsigned int fd);

/* fs/pipe.c */
asmlinkage long sys_pipe2(int __user *fildes, int flags);
asmlinkage long sys_pipe(int __user *fildes);

/* fs/read_write.c */
asmlinkage long sys_lseek(unsigned int fd, long offset, int whence);
asmlinkage long sys_llseek(unsigned int fd, u32 high, u32 low, loff_t __user *result, int whence);
asmlinkage long sys_read(unsigned int fd, char __user *buf, size_t count);
asmlinkage long sys_write(unsigned int fd, const char __user *buf, size_t count);
asmlinkage long sys_pread64(unsigned int fd, char __user *buf, size_t count, u32 low, u32 high);
asmlinkage long sys_pwrite64(unsigned int fd, const char __user *buf, size_t count, u32 low,
                             u32 high);
asmlinkage long sys_readv(unsigned int fd, const struct iovec __user *vec, u32 n);
asmlinkage long sys_writev(unsigned int fd, const struct iovec __user *vec, u32 n);
asmlinkage long sys_sendfile64(int out_fd, int in_fd, loff_t __user *offset, size_t count);

/* fs/readdir.c */
asmlinkage long sys_getdents64(unsigned int fd, u8 __user *dirent, size_t count);

/* fs/select.c */
asmlinkage long sys_poll(struct pollfd __user *ufds, unsigned int n, int timeout);
asmlinkage long sys_ppoll(struct pollfd __user *ufds, unsigned int n,
                          const struct timespec __user *uts, const sigset_t __user *umask,
                          size_t sigsetsize);
asmlinkage long sys_select(int n, u32 __user *in, u32 __user *out, u32 __user *ex,
                           const struct timeval __user *utv);
asmlinkage long sys_pselect6(int n, u32 __user *in, u32 __user *out, u32 __user *ex,
                             const struct timespec __user *uts, const u32 __user *sig);

/* fs/stat.c */
asmlinkage long sys_stat(const char __user *name, struct stat __user *st);
asmlinkage long sys_lstat(const char __user *name, struct stat __user *st);
asmlinkage long sys_stat64(const char __user *name, struct stat64 __user *st);
asmlinkage long sys_lstat64(const char __user *name, struct stat64 __user *st);
asmlinkage long sys_fstat(unsigned int fd, struct stat __user *st);
asmlinkage long sys_fstat64(unsigned int fd, struct stat64 __user *st);
asmlinkage long sys_fstatat64(int dfd, const char __user *name, struct stat64 __user *st, u32 flag);
asmlinkage long sys_statx(int dfd, const char __user *name, u32 flag, u32 mask,
                          struct statx __user *st);
asmlinkage long sys_readlinkat(int dfd, const char __user *name, char __user *buf, int size);
asmlinkage long sys_readlink(const char __user *name, char __user *buf, int size);
asmlinkage long sys_statfs64(const char __user *name, size_t size, struct statfs64 __user *st);
asmlinkage long sys_fstatfs64(unsigned int fd, size_t size, struct statfs64 __user *st);

/* fs/super.c */
asmlinkage long sys_mount(const char __user *dev, const char __user *dir, const char __user *type,
                          u32 flags, const void __user *data);
asmlinkage long sys_umount2(const char __user *name, int flags);

/* kernel/clock.c */
asmlinkage long sys_time(time_t __user *tloc);
asmlinkage long sys_stime(const time_t __user *tptr);
asmlinkage long sys_settimeofday(const struct timeval __user *utv, const void __user *tz);
asmlinkage long sys_clock_settime(int which, const struct timespec __user *uts);
asmlinkage long sys_gettimeofday(struct timeval __user *utv, void __user *tz);
asmlinkage long sys_clock_gettime(int which, struct timespec __user *uts);
asmlinkage long sys_clock_gettime64(int which, struct timespec64 __user *uts);
asmlinkage long sys_clock_getres(int which, struct timespec __user *uts);
asmlinkage long sys_nanosleep(const struct timespec __user *rqtp, struct timespec __user *rmtp);
asmlinkage long sys_clock_nanosleep(int which, int flags, const struct timespec __user *rqtp,
                                    struct timespec __user *rmtp);
asmlinkage long sys_clock_nanosleep64(int which, int flags, const struct timespec64 __user *rqtp,
                                      struct timespec64 __user *rmtp);

/* kernel/exit.c */
asmlinkage long sys_exit(int error_code);
asmlinkage long sys_exit_group(int error_code);

/* kernel/fork.c */
asmlinkage long sys_set_tid_address(int __user *tidptr);

/* kernel/futex.c */
asmlinkage long sys_futex(u32 uaddr, u32 op, u32 val, u32 utime, u32 uaddr2, u32 val3);
asmlinkage long sys_futex_time64(u32 uaddr, u32 op, u32 val, u32 utime, u32 uaddr2, u32 val3);
asmlinkage long sys_set_robust_list(u32 head, size_t len);
asmlinkage long sys_get_robust_list(pid_t pid, u32 __user *head, size_t __user *len);

/* kernel/itimer.c */
asmlinkage long sys_getitimer(int which, struct itimerval __user *user);
asmlinkage long sys_setitimer(int which, const struct itimerval __user *new,
                              struct itimerval __user *old);
asmlinkage long sys_alarm(unsigned int seconds);

/* kernel/pgrp.c */
asmlinkage long sys_setpgid(pid_t pid, pid_t pgid);
asmlinkage long sys_getpgid(pid_t pid);
asmlinkage long sys_getpgrp(void);
asmlinkage long sys_getsid(pid_t pid);
asmlinkage long sys_setsid(void);

/* kernel/ptrace.c */
asmlinkage long sys_ptrace(long request, pid_t pid, u32 addr, u32 data);

/* kernel/resource.c */
asmlinkage long sys_getrlimit(u32 which, struct rlimit __user *rlim);
asmlinkage long sys_setrlimit(u32 which, const struct rlimit __user *rlim);
asmlinkage long sys_prlimit64(pid_t pid, u32 which, const struct rlimit64 __user *unew,
                              struct rlimit64 __user *uold);
asmlinkage long sys_getrusage(int who, struct rusage __user *ru);
asmlinkage long sys_times(struct tms __user *user);

/* kernel/sched.c */
asmlinkage long sys_sched_yield(void);

/* kernel/sigcalls.c */
asmlinkage long sys_rt_sigaction(int sig, const struct sigaction __user *act,
                                 struct sigaction __user *oact, size_t size);
asmlinkage long sys_sigaction(int sig, const struct old_sigaction __user *act,
                              struct old_sigaction __user *oact);
asmlinkage long sys_signal(int sig, u32 handler);
asmlinkage long sys_rt_sigprocmask(int how, const sigset_t __user *set, sigset_t __user *oset,
                                   size_t size);
asmlinkage long sys_sigprocmask(int how, const u32 __user *set, u32 __user *oset);
asmlinkage long sys_rt_sigpending(sigset_t __user *set, size_t size);
asmlinkage long sys_sigpending(u32 __user *set);
asmlinkage long sys_rt_sigsuspend(const sigset_t __user *set, size_t size);
asmlinkage long sys_sigsuspend(int unused1, int unused2, u32 mask);
asmlinkage long sys_pause(void);
asmlinkage long sys_rt_sigtimedwait(const sigset_t __user *uset, siginfo_t __user *uinfo,
                                    const struct timespec __user *uts, size_t size);
asmlinkage long sys_kill(pid_t pid, int sig);
asmlinkage long sys_tgkill(pid_t tgid, pid_t pid, int sig);
asmlinkage long sys_tkill(pid_t pid, int sig);
asmlinkage long sys_rt_sigqueueinfo(pid_t pid, int sig, siginfo_t __user *uinfo);
asmlinkage long sys_sigaltstack(const stack_t __user *uss, stack_t __user *uoss);
asmlinkage long sys_restart_syscall(void);

/* kernel/sys.c */
asmlinkage long sys_getpid(void);
asmlinkage long sys_gettid(void);
asmlinkage long sys_getppid(void);
asmlinkage long sys_uname(struct new_utsname __user *name);
asmlinkage long sys_sethostname(const char __user *name, size_t len);
asmlinkage long sys_reboot(u32 magic1, u32 magic2, u32 cmd);
asmlinkage long sys_prctl(int option, u32 arg2);
asmlinkage long sys_sysinfo(struct sysinfo __user *user);
asmlinkage long sys_syslog(int type, char __user *buf, int len);
asmlinkage long sys_getrandom(char __user *buf, size_t count, unsigned int flags);
asmlinkage long sys_setpriority(int which, int who, int niceval);
asmlinkage long sys_getpriority(int which, int who);
asmlinkage long sys_nice(int increment);
asmlinkage long sys_sched_getaffinity(pid_t pid, size_t len, u32 __user *mask);
asmlinkage long sys_ni_syscall_nr(u32 nr);
asmlinkage long sys_ni_syscall(void);

/* kernel/uid.c */
asmlinkage long sys_getuid32(void);
asmlinkage long sys_geteuid32(void);
asmlinkage long sys_getgid32(void);
asmlinkage long sys_getegid32(void);
asmlinkage long sys_getresuid32(uid_t __user *r, uid_t __user *e, uid_t __user *s);
asmlinkage long sys_getresgid32(gid_t __user *r, gid_t __user *e, gid_t __user *s);
asmlinkage long sys_setresuid32(uid_t r, uid_t e, uid_t s);
asmlinkage long sys_setresgid32(gid_t r, gid_t e, gid_t s);
asmlinkage long sys_setuid32(uid_t uid);
asmlinkage long sys_setgid32(gid_t gid);
asmlinkage long sys_setreuid32(uid_t r, uid_t e);
asmlinkage long sys_setregid32(gid_t r, gid_t e);
asmlinkage long sys_setfsuid32(uid_t uid);
asmlinkage long sys_setfsgid32(gid_t gid);
asmlinkage long sys_getgroups32(int size, gid_t __user *list);
asmlinkage long sys_setgroups32(int size, const gid_t __user *list);

/* kernel/wait4.c */
asmlinkage long sys_wait4(pid_t pid, int __user *stat_addr, u32 options, struct rusage __user *ru);
asmlinkage long sys_waitpid(pid_t pid, int __user *stat_addr, u32 options);

/* mm/mmap_calls.c */
asmlinkage long sys_brk(u32 brk);
asmlinkage long sys_mmap2(u32 addr, u32 len, u32 prot, u32 flags, u32 fd, u32 pgoff);
asmlinkage long sys_munmap(u32 addr, u32 len);
asmlinkage long sys_mprotect(u32 start, u32 len, u32 prot);
asmlinkage long sys_madvise(u32 start, u32 len, int advice);
asmlinkage long sys_mremap(u32 addr, u32 old_size, u32 new_size, u32 flags, u32 new_addr);

/* Helpers that several of them share. */
int set_child_tls(struct task_struct *p, struct user_desc __user *u_info);
int do_set_thread_area(struct task_struct *p, u32 idx, struct user_desc __user *u_info,
                       bool can_allocate);
int do_get_thread_area(struct task_struct *p, u32 idx, struct user_desc __user *u_info);
int do_sigaltstack(const stack_t *new, stack_t *old, u32 esp);

#endif
