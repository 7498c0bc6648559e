/* How assembly and C call each other. */
#ifndef _LINUX_LINKAGE_H
#define _LINUX_LINKAGE_H

#ifdef __ASSEMBLY__
#define ENTRY(name)                                                                                \
    .globl name;                                                                                   \
    .type name, @function;                                                                         \
    .align 4;                                                                                      \
    name:
#define END(name) .size name, .- name
#else
/* Arguments on the stack. A system call's arguments are the saved registers themselves, so such a
 * function never assigns to its parameters: the user would see the change. */
#define asmlinkage __attribute__((regparm(0)))
#endif

#endif
