/*
 * System calls as text: what a number means and how its arguments read.
 *
 * Facts of the ABIs only: Linux's for i386 in emu/guest/syscalls.def and emu/guest/abi_names.def,
 * xv6's in emu/guest/syscalls_xv6.def. Reading what a pointer points at is the caller's business.
 */
#ifndef FORKSCOPE_EMU_SYSCALLS_H
#define FORKSCOPE_EMU_SYSCALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SYSCALL_ARGS_MAX = 6, SYSCALL_ABI_SHIFT = 20, LINUX_SYSCALL = 0x80 /* its vector */ };

/* Whose calls they are. Numbers of calls have it in the bits from SYSCALL_ABI_SHIFT on: xv6's are
 * 0x100000 higher than xv6 has them, so that none is taken for Linux's. */
enum syscall_abi {
    SYSCALL_LINUX, /* arguments in ebx ecx edx esi edi ebp */
    SYSCALL_XV6,   /* arguments on the program's stack, above a return address */
    SYSCALL_ABIS
};
const char *syscall_abi_name(enum syscall_abi abi);
enum syscall_abi syscall_abi_of(uint32_t nr);
/* The number of a call, of what the program gave; and the way back. */
uint32_t syscall_nr(enum syscall_abi abi, uint32_t given);
uint32_t syscall_given(uint32_t nr);

struct syscall_info {
    uint32_t nr;
    const char *name;
    const char *args; /* letters as in emu/guest/syscalls.def */
    char result;
};

/* NULL: no such system call. */
const struct syscall_info *syscall_by_nr(uint32_t nr);
const struct syscall_info *syscall_by_name(enum syscall_abi abi, const char *name);

/* Does it make a process or a thread: fork, vfork, clone? Of any kernel; of Linux, for those whose
 * rules or words are Linux's. */
bool syscall_forks(uint32_t nr);
bool syscall_forks_linux(uint32_t nr);

/* The letter of its result, also where it is not known. */
char syscall_result_letter(uint32_t nr);

/* How many arguments a trace shows of it. */
unsigned syscall_arg_count(uint32_t nr);

/* "ENOMEM"; NULL: no such error. */
const char *errno_name(int number);
/* "SIGCHLD"; NULL: a real-time signal or none. */
const char *signal_name(int number);

/* The number that has this name: "-ENOMEM", "SIGCHLD", "CLONE_VM". False: none has. */
bool abi_name_parse(const char *text, size_t length, uint32_t *value);

/* Is that result of it an address? */
bool syscall_gives_address(uint32_t nr, uint32_t value);
/* A result in the kernel's convention: -4095..-1 is an error. */
bool syscall_is_error(uint32_t value);

/* "CLONE_VM|CLONE_VFORK|SIGCHLD". Returns `buf`. */
const char *clone_flags_format(uint32_t flags, char *buf, size_t size);
/* "4", "-ENOMEM", "0x0804c000" by the letter of the result. Returns `buf`. */
const char *syscall_result_format(char result, uint32_t value, char *buf, size_t size);

#endif
