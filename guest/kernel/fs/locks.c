/*
 * Advisory locks on files: POSIX record locks, which belong to a descriptor table and so are not
 * inherited by fork(), and flock(), which belongs to an open file description and so is.
 */
#include <asm/uaccess.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/locks.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/syscalls.h>

#define OFFSET_MAX 0x7fffffffffffffffll

#define LOCK_SH 1
#define LOCK_EX 2
#define LOCK_NB 4
#define LOCK_UN 8

struct file_lock {
    struct file_lock *next; /* of the same file, by start */
    const void *owner;      /* files_struct, or struct file for flock() */
    bool is_flock;
    short type;        /* F_RDLCK or F_WRLCK; F_UNLCK in a request */
    loff_t start, end; /* first and last byte */
    pid_t pid;         /* who set it, for F_GETLK */
};

/* Those who wait for any lock look again whenever one is released. */
static DECLARE_WAIT_QUEUE_HEAD(lock_wait);

static bool overlap(const struct file_lock *a, const struct file_lock *b)
{
    return a->start <= b->end && b->start <= a->end;
}

/* A lock of somebody else that is in the way; NULL: none. */
static struct file_lock *find_conflict(struct inode *inode, const struct file_lock *request)
{
    for (struct file_lock *l = inode->i_flock; l; l = l->next) {
        if (l->is_flock == request->is_flock && l->owner != request->owner && overlap(l, request) &&
            (l->type == F_WRLCK || request->type == F_WRLCK))
            return l;
    }
    return NULL;
}

static void insert_lock(struct inode *inode, struct file_lock *lock)
{
    struct file_lock **at = &inode->i_flock;

    while (*at && (*at)->start < lock->start)
        at = &(*at)->next;
    lock->next = *at;
    *at = lock;
}

/* Takes the range of `request` out of the owner's locks. `spare` is used when a lock is split; true
 * if it was. */
static bool cut_range(struct inode *inode, const struct file_lock *request, struct file_lock *spare)
{
    struct file_lock **at = &inode->i_flock;
    bool used = false;

    while (*at) {
        struct file_lock *l = *at;

        if (l->owner != request->owner || l->is_flock != request->is_flock ||
            !overlap(l, request)) {
            at = &l->next;
        } else if (l->start < request->start && l->end > request->end) {
            *spare = *l;
            spare->start = request->end + 1;
            l->end = request->start - 1;
            used = true;
            at = &l->next;
        } else if (l->start < request->start) {
            l->end = request->start - 1;
            at = &l->next;
        } else if (l->end > request->end) {
            l->start = request->end + 1;
            at = &l->next;
        } else {
            *at = l->next;
            kfree(l);
        }
    }
    if (used)
        insert_lock(inode, spare);
    return used;
}

/* Sets, changes or (F_UNLCK) removes. 0 or -ENOLCK. */
static int apply_lock(struct inode *inode, const struct file_lock *request)
{
    struct file_lock *spare = kmalloc(sizeof(*spare), GFP_KERNEL);
    struct file_lock *lock = kmalloc(sizeof(*lock), GFP_KERNEL);

    if (!spare || !lock) {
        kfree(spare);
        kfree(lock);
        return -ENOLCK;
    }
    if (!cut_range(inode, request, spare))
        kfree(spare);
    if (request->type == F_UNLCK) {
        kfree(lock);
    } else {
        *lock = *request;
        insert_lock(inode, lock);
    }
    wake_up(&lock_wait);
    return 0;
}

static int set_lock(struct inode *inode, const struct file_lock *request, bool wait, int busy)
{
    if (request->type != F_UNLCK && find_conflict(inode, request)) {
        int err;
        if (!wait)
            return busy;
        err = wait_event_interruptible(lock_wait, !find_conflict(inode, request));
        if (err)
            return err;
    }
    return apply_lock(inode, request);
}

static int get_flock64(struct flock64 *to, const void __user *arg, bool is64)
{
    struct flock fl;

    if (is64)
        return copy_from_user(to, arg, sizeof(*to)) ? -EFAULT : 0;
    if (copy_from_user(&fl, arg, sizeof(fl)))
        return -EFAULT;
    *to = (struct flock64){fl.l_type, fl.l_whence, fl.l_start, fl.l_len, fl.l_pid};
    return 0;
}

static int put_flock64(void __user *arg, const struct flock64 *from, bool is64)
{
    struct flock fl = {from->l_type, from->l_whence, from->l_start, from->l_len, from->l_pid};

    if (is64)
        return copy_to_user(arg, from, sizeof(*from)) ? -EFAULT : 0;
    return copy_to_user(arg, &fl, sizeof(fl)) ? -EFAULT : 0;
}

/* Turns start and length, from wherever they count, into a range. 0 or -EINVAL. */
static int to_request(struct file *file, const struct flock64 *fl, struct file_lock *lock)
{
    loff_t start = fl->l_start;

    if (fl->l_whence == SEEK_CUR)
        start += file->f_pos;
    else if (fl->l_whence == SEEK_END)
        start += file->f_dentry->d_inode->i_size;
    else if (fl->l_whence != SEEK_SET)
        return -EINVAL;
    if (fl->l_type != F_RDLCK && fl->l_type != F_WRLCK && fl->l_type != F_UNLCK)
        return -EINVAL;
    lock->start = fl->l_len < 0 ? start + fl->l_len : start;
    lock->end = fl->l_len > 0 ? start + fl->l_len - 1 : fl->l_len < 0 ? start - 1 : OFFSET_MAX;
    if (lock->start < 0 || lock->end < lock->start)
        return -EINVAL;
    lock->type = fl->l_type;
    lock->is_flock = false;
    lock->owner = current->files;
    lock->pid = current->tgid;
    return 0;
}

/* What the caller of fcntl() asks for, in both forms. 0 or -errno. */
static int read_request(struct file *file, void __user *arg, bool is64, struct flock64 *fl,
                        struct file_lock *request)
{
    int err = get_flock64(fl, arg, is64);

    return err ? err : to_request(file, fl, request);
}

int fcntl_getlk(struct file *file, void __user *arg, bool is64)
{
    struct file_lock request, *conflict;
    struct flock64 fl;
    int err = read_request(file, arg, is64, &fl, &request);

    if (err)
        return err;
    conflict = find_conflict(file->f_dentry->d_inode, &request);
    if (conflict) {
        fl.l_type = conflict->type;
        fl.l_whence = SEEK_SET;
        fl.l_start = conflict->start;
        fl.l_len = conflict->end == OFFSET_MAX ? 0 : conflict->end - conflict->start + 1;
        fl.l_pid = conflict->pid;
    } else {
        fl.l_type = F_UNLCK;
    }
    return put_flock64(arg, &fl, is64);
}

int fcntl_setlk(struct file *file, void __user *arg, bool is64, bool wait)
{
    struct file_lock request;
    struct flock64 fl;
    int err = read_request(file, arg, is64, &fl, &request);

    if (err)
        return err;
    if ((request.type == F_RDLCK && !(file->f_mode & FMODE_READ)) ||
        (request.type == F_WRLCK && !(file->f_mode & FMODE_WRITE)))
        return -EBADF;
    return set_lock(file->f_dentry->d_inode, &request, wait, -EAGAIN);
}

/* Removes everything of an owner. */
static void remove_locks(struct inode *inode, const void *owner)
{
    struct file_lock **at = &inode->i_flock;
    bool any = false;

    while (*at) {
        struct file_lock *l = *at;
        if (l->owner != owner) {
            at = &l->next;
            continue;
        }
        *at = l->next;
        kfree(l);
        any = true;
    }
    if (any)
        wake_up(&lock_wait);
}

void locks_remove_posix(struct file *file, struct files_struct *owner)
{
    remove_locks(file->f_dentry->d_inode, owner);
}

void locks_remove_flock(struct file *file)
{
    remove_locks(file->f_dentry->d_inode, file);
}

asmlinkage long sys_flock(unsigned int fd, unsigned int op)
{
    static const short types[] = {-1, F_RDLCK, F_WRLCK, -1, -1, -1, -1, -1, F_UNLCK};
    struct file_lock request = {.start = 0, .end = OFFSET_MAX, .is_flock = true};
    u32 kind = op & ~LOCK_NB;
    struct file *file;
    long ret;

    if (kind >= ARRAY_SIZE(types) || types[kind] < 0)
        return -EINVAL;
    file = fget(fd);
    if (!file)
        return -EBADF;
    request.type = types[kind];
    request.owner = file;
    request.pid = current->tgid;
    ret = set_lock(file->f_dentry->d_inode, &request, !(op & LOCK_NB), -EAGAIN);
    fput(file);
    return ret;
}
