/* The task that runs now, found from the stack pointer. */
#ifndef _ASM_CURRENT_H
#define _ASM_CURRENT_H

#include <asm/thread_info.h>

static inline struct task_struct *get_current(void)
{
    return current_thread_info()->task;
}

#define current get_current()

#endif
