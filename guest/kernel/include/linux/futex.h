/* Futexes: sleeping on a word of user memory. */
#ifndef _LINUX_FUTEX_H
#define _LINUX_FUTEX_H

#include <linux/types.h>

struct task_struct;

/* Wakes one waiter on a word of the current address space. */
void futex_wake_address(u32 uaddr);
/* A thread ends: marks the futexes that it still holds as owner-died. */
void exit_robust_list(struct task_struct *tsk);

#endif
