/*
 * Linux i386 system calls as text: what a number means and how its arguments read.
 *
 * Facts of the ABI only, in emu/guest/syscalls.def and emu/guest/abi_names.def; reading what a
 * pointer points at is the caller's business.
 */
#ifndef FORKSCOPE_EMU_SYSCALLS_H
#define FORKSCOPE_EMU_SYSCALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SYSCALL_ARGS_MAX = 6 };

struct syscall_info {
    uint16_t nr;
    const char *name;
    const char *args; /* letters as in emu/guest/syscalls.def */
    char result;
};

/* NULL: no such system call. */
const struct syscall_info *syscall_by_nr(uint32_t nr);
const struct syscall_info *syscall_by_name(const char *name);

/* How many arguments a trace shows of it. */
unsigned syscall_arg_count(uint32_t nr);

/* "ENOMEM"; NULL: no such error. */
const char *errno_name(int number);
/* "SIGCHLD"; NULL: a real-time signal or none. */
const char *signal_name(int number);

/* The number that has this name: "-ENOMEM", "SIGCHLD", "CLONE_VM". False: none has. */
bool abi_name_parse(const char *text, size_t length, uint32_t *value);

/* A result in the kernel's convention: -4095..-1 is an error. */
bool syscall_is_error(uint32_t value);

/* "CLONE_VM|CLONE_VFORK|SIGCHLD". Returns `buf`. */
const char *clone_flags_format(uint32_t flags, char *buf, size_t size);
/* "4", "-ENOMEM", "0x0804c000" by the letter of the result. Returns `buf`. */
const char *syscall_result_format(char result, uint32_t value, char *buf, size_t size);

#endif
