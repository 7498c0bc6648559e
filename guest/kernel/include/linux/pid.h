/* Process identifiers: which numbers are free, and which tasks carry a number. */
#ifndef _LINUX_PID_H
#define _LINUX_PID_H

#include <linux/list.h>

#define PID_MAX_DEFAULT 0x8000
#define PID_MAX_LIMIT   0x20000
#define RESERVED_PIDS   300 /* after a wrap-around numbers start here */

struct task_struct;

enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID, PIDTYPE_MAX };

/* A task's place in the hash of one type. */
struct pid_link {
    pid_t nr;                /* the number */
    struct hlist_node chain; /* with the other tasks of its hash bucket */
    struct task_struct *task;
};

extern int pid_max;  /* numbers are below; /proc/sys/kernel/pid_max */
extern int last_pid; /* most recently given out */

/* The next free number, or -EAGAIN. */
pid_t alloc_pid(void);
void free_pid(pid_t pid);
int nr_pids(void);
/* Enters a task under `nr`. A number is freed when no task carries it in any type. */
void attach_pid(struct task_struct *task, enum pid_type type, pid_t nr);
void detach_pid(struct task_struct *task, enum pid_type type);
struct task_struct *find_task_by_pid(pid_t nr);
/* First task that carries `nr`, and the one after `task`. NULL: no more. */
struct task_struct *pid_first(enum pid_type type, pid_t nr);
struct task_struct *pid_next(enum pid_type type, struct task_struct *task);

#define for_each_task_pid(nr, type, p) for (p = pid_first(type, nr); p; p = pid_next(type, p))

void pidmap_init(void);

#endif
