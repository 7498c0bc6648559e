/* The pieces of a new process: each shared with the parent or copied, by the flags of clone(). */
#ifndef _LINUX_FORKCOPY_H
#define _LINUX_FORKCOPY_H

struct task_struct;

/* 0 or -errno; on failure nothing of the piece is left. */
int copy_semundo(unsigned long clone_flags, struct task_struct *p);
int copy_files(unsigned long clone_flags, struct task_struct *p);
int copy_fs(unsigned long clone_flags, struct task_struct *p);
int copy_sighand(unsigned long clone_flags, struct task_struct *p);
int copy_signal(unsigned long clone_flags, struct task_struct *p);
int copy_mm(unsigned long clone_flags, struct task_struct *p);
int copy_namespaces(unsigned long clone_flags, struct task_struct *p);

/* Their undoing, for the ladder of copy_process(). */
void exit_sem(struct task_struct *p);
void cleanup_signal(unsigned long clone_flags, struct task_struct *p);
void exit_namespaces(struct task_struct *p);

void forkcopy_init(void);

#endif
