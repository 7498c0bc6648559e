/* Record locks. */
#ifndef _LINUX_LOCKS_H
#define _LINUX_LOCKS_H

#include <linux/types.h>

struct file;

/* F_GETLK and F_SETLK on a struct flock, or flock64. 0 or -errno. */
int fcntl_getlk(struct file *file, void __user *arg, bool is64);
int fcntl_setlk(struct file *file, void __user *arg, bool is64, bool wait);

#endif
