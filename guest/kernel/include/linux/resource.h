/* What tasks have used. */
#ifndef _LINUX_RESOURCE_H
#define _LINUX_RESOURCE_H

#include <uapi/resource.h>

#define RUSAGE_BOTH (-2) /* self and children: for wait4() */

struct task_struct;
/* 0 or -EFAULT. */
int put_rusage(struct task_struct *p, int who, struct rusage *ru);

#endif
