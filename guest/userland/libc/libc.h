/* What the parts of the libc know of each other and programs do not. */
#ifndef LIBC_H
#define LIBC_H

#include <sys/types.h>

/* The bare trap: the kernel's result, −errno included. */
long __syscall_raw(long number, long a1, long a2, long a3, long a4, long a5, long a6);

/* Sets errno from −errno and returns −1. Every stub ends here by a jump, the result in %eax. */
__attribute__((regparm(1))) long __syscall_error(long result);

/* Stubs of arch/syscalls.def that C code wraps. */
_Noreturn void __exit_thread(int status);
int __open(const char *path, int flags, mode_t mode);
int __ioctl(int fd, unsigned long request, void *argument);
int __fcntl64(int fd, int command, long argument);
int __llseek(int fd, unsigned long high, unsigned long low, off_t *result, int whence);
int __ftruncate64(int fd, unsigned long low, unsigned long high);
int __getcwd(char *buf, size_t size);
int __getdents64(int fd, void *buf, size_t size);
int __getpriority(int which, id_t who);
int __reboot(int magic1, int magic2, int command, void *argument);
long __ptrace(int request, pid_t pid, void *addr, void *data);
void *__mmap2(void *addr, size_t length, int prot, int flags, int fd, unsigned long page);
int __rt_sigaction(int signal, const void *action, void *old, size_t mask_size);
int __rt_sigprocmask(int how, const void *set, void *old, size_t mask_size);
int __rt_sigpending(void *set, size_t mask_size);
int __rt_sigtimedwait(const void *set, void *info, const void *timeout, size_t mask_size);
int __rt_sigsuspend(const void *mask, size_t mask_size);
int __ppoll(void *fds, unsigned long count, const void *timeout, const void *mask,
            size_t mask_size);
int __futex(volatile int *word, int op, int value, const void *timeout, volatile int *word2,
            int value3);
void __sigreturn(void);
void __rt_sigreturn(void);

/* Writes what every stream still holds; exit calls it after the atexit functions. */
void __stdio_flush_all(void);

/* The lock around the heap and the stream list: a no-op until the first thread exists. */
void __libc_lock(void);
void __libc_unlock(void);

#endif
