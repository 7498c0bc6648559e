#ifndef _SETJMP_H
#define _SETJMP_H

/* ebx esi edi ebp esp eip, then whether a mask was saved, and the mask. */
typedef unsigned long jmp_buf[9];
typedef jmp_buf sigjmp_buf;

int setjmp(jmp_buf env) __attribute__((returns_twice));
_Noreturn void longjmp(jmp_buf env, int value);
int sigsetjmp(sigjmp_buf env, int save_mask) __attribute__((returns_twice));
_Noreturn void siglongjmp(sigjmp_buf env, int value);

#endif
