/* Hooks where a security module would decide about a fork (S-057, S-077). There is none: all is
 * allowed. */
#ifndef _LINUX_SECURITY_H
#define _LINUX_SECURITY_H

struct task_struct;

static inline int security_task_create(unsigned long clone_flags)
{
    (void)clone_flags;
    return 0;
}

static inline int security_task_alloc(struct task_struct *p)
{
    (void)p;
    return 0;
}

static inline void security_task_free(struct task_struct *p)
{
    (void)p;
}

#endif
