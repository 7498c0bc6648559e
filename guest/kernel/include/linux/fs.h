/* Files: the objects of the virtual file system and what file systems and devices provide. */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <linux/list.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <uapi/fcntl.h>
#include <uapi/stat.h>
#include <uapi/time.h>

#define MAJOR(dev)    ((dev) >> 8)
#define MINOR(dev)    ((dev)&0xff)
#define MKDEV(ma, mi) ((dev_t)((ma) << 8 | (mi)))

#define NAME_MAX 255
#define PATH_MAX 4096

#define MAY_EXEC  1
#define MAY_WRITE 2
#define MAY_READ  4

#define FMODE_READ  1
#define FMODE_WRITE 2

struct dentry;
struct file;
struct inode;
struct page;
struct poll_table;
struct super_block;
struct vfsmount;
struct file_lock;
struct pipe_inode_info;

/* A file as such, whatever its names. */
struct inode {
    ino_t i_ino;          /* number, unique in its super block */
    int i_count;          /* references: dentries and users */
    mode_t i_mode;        /* type and permissions */
    unsigned int i_nlink; /* names on "disk" */
    uid_t i_uid;
    gid_t i_gid;
    dev_t i_rdev; /* device files: which device */
    loff_t i_size;
    struct timespec i_atime, i_mtime, i_ctime;
    const struct inode_operations *i_op;
    const struct file_operations *i_fop; /* what open() puts into the file */
    struct super_block *i_sb;
    struct page **i_pages;          /* ramfs: pages of the contents, NULL where there is a hole */
    u32 i_nrpages;                  /* size of i_pages */
    char *i_link;                   /* symbolic links: the target */
    struct pipe_inode_info *i_pipe; /* pipes and fifos */
    struct file_lock *i_flock;      /* record locks */
    u32 i_private;                  /* procfs: which file of which process */
    void *i_private2;
};

/* A name in a directory. A negative dentry has no inode and is not kept. */
struct dentry {
    int d_count; /* references; a dentry also holds one on its parent */
    struct inode *d_inode;
    struct dentry *d_parent;    /* itself at a root */
    struct list_head d_child;   /* in d_parent->d_subdirs; empty when unlinked */
    struct list_head d_subdirs; /* names below, oldest first */
    bool d_mounted;             /* a file system is mounted here */
    bool d_temporary;           /* goes away with its last reference (procfs) */
    u32 d_pos;                  /* position for readdir, grows with age */
    char *d_name;               /* without slashes */
};

struct super_block {
    dev_t s_dev;        /* number for stat() */
    u32 s_magic;        /* for statfs() */
    const char *s_type; /* "ramfs", "proc", "devpts" */
    struct dentry *s_root;
    ino_t s_next_ino; /* last inode number given out */
    u32 s_next_pos;   /* last d_pos given out */
    const struct super_operations *s_op;
};

struct super_operations {
    void (*delete_inode)(struct inode *inode); /* the last reference is gone */
};

/* A file system in its place in the tree. */
struct vfsmount {
    struct vfsmount *mnt_parent;   /* itself at the root */
    struct dentry *mnt_mountpoint; /* the directory it covers */
    struct dentry *mnt_root;
    struct super_block *mnt_sb;
    const char *mnt_devname;   /* shown in /proc/mounts */
    struct list_head mnt_list; /* all mounts */
};

/* An open file description: what fork and dup share. */
struct file {
    int f_count; /* references from descriptor tables and users */
    struct dentry *f_dentry;
    struct vfsmount *f_vfsmnt;
    const struct file_operations *f_op;
    unsigned int f_flags;    /* O_* of open() and fcntl() */
    unsigned int f_mode;     /* FMODE_* */
    loff_t f_pos;            /* shared offset */
    void *private_data;      /* of the driver */
    struct list_head f_list; /* terminals: in tty_struct.files; empty once hung up */
};

typedef int (*filldir_t)(void *buf, const char *name, int len, loff_t pos, ino_t ino,
                         unsigned int type);

struct inode_operations {
    int (*create)(struct inode *dir, struct dentry *dentry, mode_t mode);
    /* Fills in d_inode; -ENOENT when there is no such name. */
    int (*lookup)(struct inode *dir, struct dentry *dentry);
    int (*link)(struct dentry *old, struct inode *dir, struct dentry *dentry);
    int (*unlink)(struct inode *dir, struct dentry *dentry);
    int (*symlink)(struct inode *dir, struct dentry *dentry, const char *target);
    int (*mkdir)(struct inode *dir, struct dentry *dentry, mode_t mode);
    int (*rmdir)(struct inode *dir, struct dentry *dentry);
    int (*mknod)(struct inode *dir, struct dentry *dentry, mode_t mode, dev_t dev);
    int (*rename)(struct dentry *old, struct inode *dir, struct dentry *target);
    /* Text of a symbolic link into a kernel buffer. Length or -errno. */
    int (*readlink)(struct inode *inode, char *buf, int size);
    /* Links that lead to a file rather than to a name (/proc/self/exe); both get a reference. */
    int (*magic_link)(struct inode *inode, struct dentry **dentry, struct vfsmount **mnt);
    int (*truncate)(struct inode *inode, loff_t size);
};

struct file_operations {
    loff_t (*llseek)(struct file *file, loff_t offset, int whence);
    ssize_t (*read)(struct file *file, char __user *buf, size_t count, loff_t *pos);
    ssize_t (*write)(struct file *file, const char __user *buf, size_t count, loff_t *pos);
    int (*readdir)(struct file *file, void *buf, filldir_t fill);
    unsigned int (*poll)(struct file *file, struct poll_table *table);
    int (*ioctl)(struct file *file, unsigned int cmd, u32 arg);
    int (*open)(struct inode *inode, struct file *file);
    void (*release)(struct inode *inode, struct file *file); /* last close */
    bool mappable; /* mmap() may map the inode's i_pages */
};

/* Where a task is in the tree: CLONE_FS shares it. */
struct fs_struct {
    int count; /* tasks that share it */
    mode_t umask;
    struct dentry *root, *pwd;         /* root and working directory */
    struct vfsmount *rootmnt, *pwdmnt; /* their mounts */
};

#define NR_OPEN_DEFAULT 32
#define NR_OPEN_MAX     1024

/* Descriptors: CLONE_FILES shares the table. */
struct files_struct {
    int count;          /* tasks that share it */
    int max_fds;        /* slots in fd */
    int next_fd;        /* no free slot lies below */
    struct file **fd;   /* fd_array or a larger one */
    u32 *close_on_exec; /* bitmap */
    u32 *open_fds;      /* bitmap; set before fd[] is filled */
    u32 close_on_exec_init[NR_OPEN_DEFAULT / 32];
    u32 open_fds_init[NR_OPEN_DEFAULT / 32];
    struct file *fd_array[NR_OPEN_DEFAULT];
};

/* State of a path walk, and its result. */
struct nameidata {
    struct dentry *dentry; /* with a reference */
    struct vfsmount *mnt;
    char last[NAME_MAX + 1]; /* with LOOKUP_PARENT: the last component */
};

#define LOOKUP_FOLLOW    1 /* follow a symbolic link at the end */
#define LOOKUP_DIRECTORY 2 /* must be a directory */
#define LOOKUP_PARENT    4 /* stop before the last component */

/* fs/namei.c */
char *getname(const char __user *filename); /* a page; putname() frees it; or ERR_PTR */
void putname(char *name);
int path_lookup(int dfd, const char *name, unsigned int flags, struct nameidata *nd);
void path_release(struct nameidata *nd);
/* user_path: getname + path_lookup. */
int user_path(int dfd, const char __user *name, unsigned int flags, struct nameidata *nd);
int permission(struct inode *inode, int mask);
struct file *filp_open(int dfd, const char *name, int flags, mode_t mode);
struct dentry *lookup_one(struct dentry *dir, const char *name, int len);
struct dentry *lookup_create(struct nameidata *nd);
int vfs_mknod(struct dentry *dir, struct dentry *dentry, mode_t mode, dev_t dev);
int vfs_mkdir(struct dentry *dir, struct dentry *dentry, mode_t mode);
int d_path(struct dentry *dentry, struct vfsmount *mnt, char *buf, int size);

/* fs/inode.c */
struct inode *new_inode(struct super_block *sb, mode_t mode);
struct inode *igrab(struct inode *inode);
void iput(struct inode *inode);
struct dentry *d_alloc(struct dentry *parent, const char *name, int len);
struct dentry *d_alloc_root(struct inode *inode);
/* Gives a dentry its inode (whose reference it takes over) and puts it into its directory. */
void d_add(struct dentry *dentry, struct inode *inode);
struct dentry *d_lookup(struct dentry *parent, const char *name, int len);
/* Moves a name to where `target`, a negative dentry, would be. 0 or -ENOMEM. */
int d_move(struct dentry *dentry, struct dentry *target);
/* Takes a name out of its directory. */
void d_drop(struct dentry *dentry);
struct dentry *dget(struct dentry *dentry);
void dput(struct dentry *dentry);
void notify_change_times(struct inode *inode, int which);
#define TOUCH_ATIME 1
#define TOUCH_MTIME 2
#define TOUCH_CTIME 4
void vfs_caches_init(void);

/* fs/super.c */
struct super_block *sb_alloc(const char *type, u32 magic);
int do_mount_sb(struct super_block *sb, const char *dev, struct dentry *dentry,
                struct vfsmount *mnt);
struct vfsmount *lookup_mnt(struct vfsmount *mnt, struct dentry *dentry);
extern struct list_head mounts;
extern struct vfsmount *root_mnt;
void mount_rootfs(void);

/* fs/ramfs, fs/proc, fs/devpts */
struct super_block *devpts_get_sb(void);
struct super_block *ramfs_get_sb(void);
struct super_block *proc_get_sb(void);

/* fs/file_table.c */
struct file *get_empty_filp(void);
/* An open file on a dentry, whose and whose mount's references it takes over. */
struct file *dentry_open(struct dentry *dentry, struct vfsmount *mnt, int flags);
struct file *fget(unsigned int fd); /* with a reference; NULL: not open */
static inline void get_file(struct file *file)
{
    file->f_count++;
}
void fput(struct file *file);
extern int nr_files; /* open file descriptions */

/* fs/file.c */
int get_unused_fd(unsigned int start, unsigned int flags);
void put_unused_fd(unsigned int fd);
void fd_install(unsigned int fd, struct file *file);
int filp_close(struct file *file, struct files_struct *files);
void put_files_struct(struct files_struct *files);
void do_close_on_exec(struct files_struct *files);
int expand_files(struct files_struct *files, int nr);
struct file *fcheck(unsigned int fd);
void set_close_on_exec(unsigned int fd, bool on);
bool get_close_on_exec(unsigned int fd);

/* fs/fs_struct.c */
struct fs_struct *copy_fs_struct(struct fs_struct *old);
void put_fs_struct(struct fs_struct *fs);
extern struct fs_struct init_fs;
extern struct files_struct init_files;

/* fs/char_dev.c */
void register_chrdev(unsigned int major, const char *name, const struct file_operations *fops);
extern const struct file_operations def_chr_fops;

/* fs/read_write.c */
ssize_t vfs_read(struct file *file, char __user *buf, size_t count, loff_t *pos);
ssize_t vfs_write(struct file *file, const char __user *buf, size_t count, loff_t *pos);
/* Into a kernel buffer, at pos. */
int kernel_read(struct file *file, loff_t pos, void *to, size_t count);
loff_t generic_file_llseek(struct file *file, loff_t offset, int whence);
loff_t no_llseek(struct file *file, loff_t offset, int whence);

/* fs/readdir.c: directories whose names are all in the dentry cache. */
int dcache_readdir(struct file *file, void *buf, filldir_t fill);

/* fs/select.c */
void poll_wait(struct file *file, struct wait_queue_head *queue, struct poll_table *table);

/* fs/pipe.c */
extern const struct file_operations fifo_fops;
void free_pipe_info(struct inode *inode);
/* fs/locks.c */
void locks_remove_posix(struct file *file, struct files_struct *owner);
void locks_remove_flock(struct file *file);

#endif
