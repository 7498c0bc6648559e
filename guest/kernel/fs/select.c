/* poll, ppoll, select and pselect: waiting for one of several files. */
#include <asm/uaccess.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>

/* A file's poll function tells where to wait for it. */
void poll_wait(struct file *file, struct wait_queue_head *queue, struct poll_table *table)
{
    if (!table || table->full || table->n == POLL_MAX_QUEUES)
        return;
    int i = table->n++;
    get_file(file);
    table->entry[i].file = file;
    table->entry[i].queue = queue;
    table->entry[i].wait.task = current;
    INIT_LIST_HEAD(&table->entry[i].wait.task_list);
    add_wait_queue(queue, &table->entry[i].wait);
}

static void poll_freewait(struct poll_table *table)
{
    for (int i = 0; i < table->n; i++) {
        remove_wait_queue(table->entry[i].queue, &table->entry[i].wait);
        fput(table->entry[i].file);
    }
    table->n = 0;
}

/* What is true of one descriptor now, of that which is asked for. */
static int poll_one(struct pollfd *pfd, struct poll_table *table)
{
    struct file *file;
    unsigned int mask = POLLIN | POLLOUT;

    pfd->revents = 0;
    if (pfd->fd < 0)
        return 0;
    file = fget(pfd->fd);
    if (!file) {
        pfd->revents = POLLNVAL;
        return 1;
    }
    if (file->f_op->poll)
        mask = file->f_op->poll(file, table);
    pfd->revents = mask & (pfd->events | POLLERR | POLLHUP);
    fput(file);
    return pfd->revents != 0;
}

/* Looks at all of them until one is ready or `timeout` ticks are over. How many are ready, 0, or
 * -EINTR. */
static int do_poll(struct pollfd *fds, unsigned int n, long timeout, struct poll_table *table)
{
    memset(table, 0, sizeof(*table));
    for (;;) {
        int ready = 0;

        set_current_state(TASK_INTERRUPTIBLE);
        for (unsigned int i = 0; i < n; i++) {
            ready += poll_one(&fds[i], table);
            table->full |= ready > 0;
        }
        table->full = true; /* waiting in every queue already */
        if (!ready && timeout && signal_pending(current))
            ready = -EINTR;
        if (ready || !timeout) {
            set_current_state(TASK_RUNNING);
            poll_freewait(table);
            return ready;
        }
        timeout = schedule_timeout(timeout);
    }
}

static long poll_fds(struct pollfd __user *ufds, unsigned int n, long timeout)
{
    size_t size = n * sizeof(struct pollfd);
    struct poll_table *table;
    struct pollfd *fds;
    long ret = -ENOMEM;

    if (n > NR_OPEN_MAX)
        return -EINVAL;
    table = kmalloc(sizeof(*table), GFP_KERNEL);
    fds = kmalloc(max(size, 1u), GFP_KERNEL);
    if (table && fds) {
        ret = -EFAULT;
        if (!copy_from_user(fds, ufds, size)) {
            ret = do_poll(fds, n, timeout, table);
            if (ret >= 0 && copy_to_user(ufds, fds, size))
                ret = -EFAULT;
        }
    }
    kfree(fds);
    kfree(table);
    return ret;
}

asmlinkage long sys_poll(struct pollfd __user *ufds, unsigned int n, int timeout)
{
    long ticks = timeout < 0 ? MAX_SCHEDULE_TIMEOUT
                             : (long)timespec_to_jiffies(timeout / 1000, timeout % 1000 * 1000000);
    return poll_fds(ufds, n, ticks);
}

/* With a signal mask for the time of the call. */
static void set_temporary_mask(sigset_t mask)
{
    current->saved_sigmask = current->blocked;
    set_current_blocked(mask);
}

/* The old mask comes back at once, or, if a handler is to run first, after it. */
static void restore_mask(long ret)
{
    if (ret == -EINTR)
        set_thread_flag(TIF_RESTORE_SIGMASK);
    else
        set_current_blocked(current->saved_sigmask);
}

asmlinkage long sys_ppoll(struct pollfd __user *ufds, unsigned int n,
                          const struct timespec __user *uts, const sigset_t __user *umask,
                          size_t sigsetsize)
{
    long ticks = MAX_SCHEDULE_TIMEOUT, ret;
    struct timespec ts;
    sigset_t mask;

    if (uts) {
        if (copy_from_user(&ts, uts, sizeof(ts)))
            return -EFAULT;
        if (ts.tv_sec < 0 || ts.tv_nsec < 0 || ts.tv_nsec >= NSEC_PER_SEC)
            return -EINVAL;
        ticks = timespec_to_jiffies(ts.tv_sec, ts.tv_nsec);
    }
    if (umask) {
        if (sigsetsize != sizeof(mask))
            return -EINVAL;
        if (copy_from_user(&mask, umask, sizeof(mask)))
            return -EFAULT;
        set_temporary_mask(mask);
    }
    ret = poll_fds(ufds, n, ticks);
    if (umask)
        restore_mask(ret);
    return ret;
}

/* The three bitmaps of select(): read, write, exceptional. */
enum { SEL_IN, SEL_OUT, SEL_EX, SEL_SETS };

struct fd_sets {
    u32 bits[SEL_SETS][NR_OPEN_MAX / 32];
};

static const short poll_events[SEL_SETS] = {POLLIN, POLLOUT, POLLPRI};
static const short poll_results[SEL_SETS] = {POLLIN | POLLHUP | POLLERR, POLLOUT | POLLERR,
                                             POLLPRI};

static bool in_set(const struct fd_sets *sets, int set, int fd)
{
    return sets->bits[set][fd / 32] >> fd % 32 & 1;
}

/* The descriptors that are in any set, as poll() wants them. Their number. */
static unsigned int sets_to_pollfds(const struct fd_sets *sets, int n, struct pollfd *fds)
{
    unsigned int count = 0;

    for (int fd = 0; fd < n; fd++) {
        short events = 0;
        for (int set = 0; set < SEL_SETS; set++) {
            if (in_set(sets, set, fd))
                events |= poll_events[set];
        }
        if (events)
            fds[count++] = (struct pollfd){fd, events, 0};
    }
    return count;
}

/* Leaves in the sets only what is ready. The number of bits, or -EBADF. */
static long pollfds_to_sets(struct fd_sets *sets, const struct pollfd *fds, unsigned int count)
{
    struct fd_sets *in = sets + 1;
    long ready = 0;

    *in = *sets;
    memset(sets, 0, sizeof(*sets));
    for (unsigned int i = 0; i < count; i++) {
        int fd = fds[i].fd;
        if (fds[i].revents & POLLNVAL)
            return -EBADF;
        for (int set = 0; set < SEL_SETS; set++) {
            if (in_set(in, set, fd) && (fds[i].revents & poll_results[set])) {
                sets->bits[set][fd / 32] |= 1u << fd % 32;
                ready++;
            }
        }
    }
    return ready;
}

/* Room for one select(): two copies of the sets, the descriptors, the queues. */
struct select_work {
    struct fd_sets sets[2];
    struct pollfd fds[NR_OPEN_MAX];
    struct poll_table table;
};

static int copy_sets(struct fd_sets *sets, int n, u32 __user *const user[SEL_SETS], bool in)
{
    size_t size = DIV_ROUND_UP(n, 32) * sizeof(u32);

    for (int i = 0; i < SEL_SETS; i++) {
        if (user[i] && (in ? copy_from_user(sets->bits[i], user[i], size)
                           : copy_to_user(user[i], sets->bits[i], size)))
            return -EFAULT;
    }
    return 0;
}

static long do_select(int n, u32 __user *const user[SEL_SETS], long timeout)
{
    struct select_work *w;
    unsigned int count;
    long ret;

    if (n < 0)
        return -EINVAL;
    w = kzalloc(sizeof(*w), GFP_KERNEL);
    if (!w)
        return -ENOMEM;
    int nfds = min(n, NR_OPEN_MAX);
    ret = copy_sets(w->sets, nfds, user, true);
    if (!ret) {
        count = sets_to_pollfds(w->sets, nfds, w->fds);
        ret = do_poll(w->fds, count, timeout, &w->table);
        if (ret >= 0)
            ret = pollfds_to_sets(w->sets, w->fds, count);
        if (ret >= 0 && copy_sets(w->sets, nfds, user, false))
            ret = -EFAULT;
    }
    kfree(w);
    return ret == -EINTR ? -ERESTARTNOHAND : ret;
}

asmlinkage long sys_select(int n, u32 __user *in, u32 __user *out, u32 __user *ex,
                           const struct timeval __user *utv)
{
    u32 __user *const user[SEL_SETS] = {in, out, ex};
    long ticks = MAX_SCHEDULE_TIMEOUT;
    struct timeval tv;

    if (utv) {
        if (copy_from_user(&tv, utv, sizeof(tv)))
            return -EFAULT;
        if (tv.tv_sec < 0 || tv.tv_usec < 0)
            return -EINVAL;
        ticks = timeval_to_jiffies(&tv);
    }
    return do_select(n, user, ticks);
}

/* The sixth argument points to the mask and its size. */
asmlinkage long sys_pselect6(int n, u32 __user *in, u32 __user *out, u32 __user *ex,
                             const struct timespec __user *uts, const u32 __user *sig)
{
    u32 __user *const user[SEL_SETS] = {in, out, ex};
    long ticks = MAX_SCHEDULE_TIMEOUT, ret;
    struct timespec ts;
    u32 umask = 0;
    sigset_t mask;

    if (uts) {
        if (copy_from_user(&ts, uts, sizeof(ts)))
            return -EFAULT;
        ticks = timespec_to_jiffies(ts.tv_sec, ts.tv_nsec);
    }
    if (sig && get_user(umask, sig))
        return -EFAULT;
    if (umask) {
        if (copy_from_user(&mask, (void __user *)umask, sizeof(mask)))
            return -EFAULT;
        set_temporary_mask(mask);
    }
    ret = do_select(n, user, ticks);
    if (umask)
        restore_mask(ret == -ERESTARTNOHAND ? -EINTR : ret);
    return ret;
}
