/*
 * The process file system: files whose text is made when they are read.
 *
 * Each directory is a table of proc_entry. What differs from process to process is told by the
 * inode: i_private is the pid (0 in the part that is not about a process), i_private2 the entry.
 */
#ifndef _LINUX_PROC_FS_H
#define _LINUX_PROC_FS_H

#include <linux/fs.h>

struct task_struct;

/* Text being made; what does not fit is cut off. */
struct seq_file {
    char *buf;
    size_t size, len;
};

struct proc_entry {
    const char *name; /* NULL ends a table */
    mode_t mode;      /* type and permissions */
    /* Files: writes the text. task is NULL outside of process directories. 0 or -errno. */
    int (*show)(struct seq_file *m, struct task_struct *task);
    /* Files that may be written: text ends in NUL, without the newline. 0 or -errno. */
    int (*store)(char *text);
    /* Links: where to. Length or -errno. */
    int (*readlink)(struct task_struct *task, char *buf, int size);
    /* Links to a file: dentry and mount with a reference each. 0 or -errno. */
    int (*follow)(struct task_struct *task, struct dentry **dentry, struct vfsmount **mnt);
    /* Directories: a table, or functions where the names are not fixed. */
    const struct proc_entry *children;
    int (*lookup)(struct inode *dir, struct dentry *dentry);
    int (*readdir)(struct file *file, void *buf, filldir_t fill);
};

/* Inode numbers: 256 a process. */
#define PROC_INO(pid, n) ((ino_t)(pid)*256 + (n))

void seq_printf(struct seq_file *m, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void seq_write(struct seq_file *m, const void *data, size_t len);

/* Gives a dentry an inode for this entry. 0 or -ENOMEM. */
int proc_instantiate(struct inode *dir, struct dentry *dentry, const struct proc_entry *entry,
                     pid_t pid, ino_t ino);
const struct proc_entry *proc_inode_entry(const struct inode *inode);
/* The task of a process directory; NULL when it has gone, or in the other part. */
struct task_struct *proc_task(const struct inode *inode);
/* readdir() for a table, from position 2 + base on; false when the buffer is full. */
bool proc_fill_table(struct file *file, void *buf, filldir_t fill, const struct proc_entry *table,
                     int base);
bool proc_fill_dots(struct file *file, void *buf, filldir_t fill);
int proc_lookup_table(struct inode *dir, struct dentry *dentry, const struct proc_entry *table,
                      pid_t pid);

extern const struct proc_entry proc_root_table[];  /* fs/proc/root.c */
extern const struct proc_entry proc_pid_entry;     /* fs/proc/base.c: a process directory */
extern const struct proc_entry proc_sys_table[];   /* fs/proc/sysctl.c */
extern const struct proc_entry proc_debug_table[]; /* fs/proc/debug.c */

int proc_pid_stat(struct seq_file *m, struct task_struct *p); /* fs/proc/array.c */
int proc_pid_status(struct seq_file *m, struct task_struct *p);
int proc_pid_statm(struct seq_file *m, struct task_struct *p);
int proc_mounts(struct seq_file *m, struct task_struct *p);

#endif
