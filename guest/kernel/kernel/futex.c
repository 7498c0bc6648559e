/*
 * Futexes: a thread sleeps as long as a word of user memory has the value it expects, until another
 * thread, having changed it, wakes it. The word is known by its page frame when shared between
 * address spaces, else by address space and address.
 */
#include <asm/uaccess.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/syscalls.h>

#define FUTEX_WAIT           0
#define FUTEX_WAKE           1
#define FUTEX_REQUEUE        3
#define FUTEX_CMP_REQUEUE    4
#define FUTEX_WAKE_OP        5
#define FUTEX_WAIT_BITSET    9
#define FUTEX_WAKE_BITSET    10
#define FUTEX_PRIVATE_FLAG   128
#define FUTEX_CLOCK_REALTIME 256

#define FUTEX_BITSET_ANY 0xffffffffu
#define FUTEX_OWNER_DIED 0x40000000u
#define FUTEX_TID_MASK   0x3fffffffu

/* Which word. */
struct futex_key {
    const void *object; /* mm_struct, or inode of a shared mapping */
    u32 offset;         /* address, or offset in the file */
};

/* A sleeper, on its own stack. */
struct futex_q {
    struct list_head list; /* in its hash chain; empty when woken */
    struct futex_key key;
    u32 bitset; /* is woken by wakes that share a bit */
    struct task_struct *task;
};

#define FUTEX_HASH_SIZE 64
static struct list_head futex_queues[FUTEX_HASH_SIZE];

void futex_init(void)
{
    for (int i = 0; i < FUTEX_HASH_SIZE; i++)
        INIT_LIST_HEAD(&futex_queues[i]);
}

static struct list_head *chain(const struct futex_key *key)
{
    return &futex_queues[(((u32)key->object >> 5) + (key->offset >> 2)) % FUTEX_HASH_SIZE];
}

static bool match(const struct futex_key *a, const struct futex_key *b)
{
    return a->object == b->object && a->offset == b->offset;
}

/* 0 or -errno. */
static int get_futex_key(u32 uaddr, bool private, struct futex_key *key)
{
    struct vm_area_struct *vma;

    if (uaddr % 4)
        return -EINVAL;
    key->object = current->mm;
    key->offset = uaddr;
    if (private)
        return 0;
    vma = find_vma(current->mm, uaddr);
    if (!vma || vma->vm_start > uaddr)
        return -EFAULT;
    if (vma->vm_flags & VM_SHARED) {
        key->object = vma->vm_file->f_dentry->d_inode;
        key->offset = uaddr - vma->vm_start + (vma->vm_pgoff << PAGE_SHIFT);
    }
    return 0;
}

static void wake_one(struct futex_q *q)
{
    list_del_init(&q->list);
    wake_up_process(q->task);
}

/* Wakes up to n sleepers. How many there were. */
static int do_wake(const struct futex_key *key, int n, u32 bitset)
{
    struct futex_q *q, *next;
    int woken = 0;

    list_for_each_entry_safe (q, next, chain(key), list) {
        if (woken < n && match(&q->key, key) && (q->bitset & bitset)) {
            wake_one(q);
            woken++;
        }
    }
    return woken;
}

static int futex_wake(u32 uaddr, bool private, int n, u32 bitset)
{
    struct futex_key key;
    int err = bitset ? get_futex_key(uaddr, private, &key) : -EINVAL;

    return err ? err : do_wake(&key, n, bitset);
}

/* Sleeps while *uaddr == val, for at most so many ticks. The kernel is not preempted between the
 * look at the word and the sleep, so no wake is lost. */
static int futex_wait(u32 uaddr, bool private, u32 val, long timeout, u32 bitset)
{
    struct futex_q q = {.bitset = bitset, .task = current};
    int err = bitset ? get_futex_key(uaddr, private, &q.key) : -EINVAL;
    u32 now;

    if (err)
        return err;
    if (get_user(now, (u32 __user *)uaddr))
        return -EFAULT;
    if (now != val)
        return -EAGAIN;
    list_add_tail(&q.list, chain(&q.key));
    set_current_state(TASK_INTERRUPTIBLE);
    if (timeout)
        timeout = schedule_timeout(timeout);
    set_current_state(TASK_RUNNING);
    if (list_empty(&q.list))
        return 0;
    list_del_init(&q.list);
    if (!timeout)
        return -ETIMEDOUT;
    return -ERESTARTSYS;
}

/* Wakes some and moves the others to sleep on another word. */
static int futex_requeue(u32 from, u32 to, bool private, int nr_wake, int nr_move,
                         const u32 *cmpval)
{
    struct futex_key key1, key2;
    struct futex_q *q, *next;
    int done = 0, err = get_futex_key(from, private, &key1);
    u32 now;

    if (!err)
        err = get_futex_key(to, private, &key2);
    if (err)
        return err;
    if (cmpval) {
        if (get_user(now, (u32 __user *)from))
            return -EFAULT;
        if (now != *cmpval)
            return -EAGAIN;
    }
    done = do_wake(&key1, nr_wake, FUTEX_BITSET_ANY);
    if (match(&key1, &key2))
        return done;
    list_for_each_entry_safe (q, next, chain(&key1), list) {
        if (nr_move <= 0)
            break;
        if (!match(&q->key, &key1))
            continue;
        q->key = key2;
        list_move_tail(&q->list, chain(&key2));
        nr_move--;
        done++;
    }
    return done;
}

/* FUTEX_WAKE_OP: the word becomes ... 0 or -ENOSYS. */
static int wake_op_new(u32 kind, u32 old, s32 arg, u32 *new)
{
    const u32 results[] = {arg, old + arg, old | arg, old & ~arg, old ^ arg};

    if (kind >= ARRAY_SIZE(results))
        return -ENOSYS;
    *new = results[kind];
    return 0;
}

/* ... and the second word's sleepers are woken if the old value compares so. 0 or -ENOSYS. */
static int wake_op_compare(u32 kind, s32 old, s32 arg, bool *holds)
{
    const bool results[] = {old == arg, old != arg, old<arg, old <= arg, old> arg, old >= arg};

    if (kind >= ARRAY_SIZE(results))
        return -ENOSYS;
    *holds = results[kind];
    return 0;
}

/* `op`: 4 bits operation, 4 bits comparison, 12 bits each argument; bit 31: the first one is a
 * shift count. */
static int wake_op_apply(u32 op, u32 __user *uaddr, bool *holds)
{
    s32 arg = (s32)(op << 8) >> 20, cmparg = (s32)(op << 20) >> 20;
    u32 old, new;
    int err;

    if (op & 0x80000000)
        arg = 1 << (arg & 31);
    if (get_user(old, uaddr))
        return -EFAULT;
    err = wake_op_new(op >> 28 & 7, old, arg, &new);
    if (!err)
        err = wake_op_compare(op >> 24 & 15, old, cmparg, holds);
    return err ? err : put_user(new, uaddr);
}

static int futex_wake_op(u32 uaddr, u32 uaddr2, bool private, int n, int n2, u32 op)
{
    struct futex_key key1, key2;
    bool holds = false;
    int err = get_futex_key(uaddr, private, &key1), woken;

    if (!err)
        err = get_futex_key(uaddr2, private, &key2);
    if (!err)
        err = wake_op_apply(op, (u32 __user *)uaddr2, &holds);
    if (err)
        return err;
    woken = do_wake(&key1, n, FUTEX_BITSET_ANY);
    return holds ? woken + do_wake(&key2, n2, FUTEX_BITSET_ANY) : woken;
}

/* The time to sleep in ticks. FUTEX_WAIT has a duration, FUTEX_WAIT_BITSET a point in time. */
static long futex_timeout(u32 op, const struct timespec64 *ts)
{
    s64 sec = ts->tv_sec;
    long ticks;

    if ((op & 127) != FUTEX_WAIT_BITSET)
        return timespec_to_jiffies(sec, ts->tv_nsec) + 1;
    if (op & FUTEX_CLOCK_REALTIME)
        sec -= boot_time;
    if (sec < 0)
        return 0;
    ticks = timespec_to_jiffies(sec, ts->tv_nsec) - jiffies;
    return max(ticks, 0l);
}

static long do_futex(u32 uaddr, u32 op, u32 val, long timeout, u32 val2, u32 uaddr2, u32 val3)
{
    bool private = op & FUTEX_PRIVATE_FLAG;

    switch (op & 127) {
    case FUTEX_WAIT:
        return futex_wait(uaddr, private, val, timeout, FUTEX_BITSET_ANY);
    case FUTEX_WAIT_BITSET:
        return futex_wait(uaddr, private, val, timeout, val3);
    case FUTEX_WAKE:
        return futex_wake(uaddr, private, val, FUTEX_BITSET_ANY);
    case FUTEX_WAKE_BITSET:
        return futex_wake(uaddr, private, val, val3);
    case FUTEX_REQUEUE:
        return futex_requeue(uaddr, uaddr2, private, val, val2, NULL);
    case FUTEX_CMP_REQUEUE:
        return futex_requeue(uaddr, uaddr2, private, val, val2, &val3);
    case FUTEX_WAKE_OP:
        return futex_wake_op(uaddr, uaddr2, private, val, val2, val3);
    }
    return -ENOSYS;
}

static bool has_timeout(u32 op)
{
    return (op & 127) == FUTEX_WAIT || (op & 127) == FUTEX_WAIT_BITSET;
}

static bool valid_time(const struct timespec64 *ts)
{
    return ts->tv_sec >= 0 && ts->tv_nsec >= 0 && ts->tv_nsec < NSEC_PER_SEC;
}

asmlinkage long sys_futex(u32 uaddr, u32 op, u32 val, u32 utime, u32 uaddr2, u32 val3)
{
    long timeout = MAX_SCHEDULE_TIMEOUT;

    if (utime && has_timeout(op)) {
        struct timespec ts;
        struct timespec64 ts64;
        if (copy_from_user(&ts, (void __user *)utime, sizeof(ts)))
            return -EFAULT;
        ts64 = (struct timespec64){ts.tv_sec, ts.tv_nsec};
        if (!valid_time(&ts64))
            return -EINVAL;
        timeout = futex_timeout(op, &ts64);
    }
    return do_futex(uaddr, op, val, timeout, utime, uaddr2, val3);
}

asmlinkage long sys_futex_time64(u32 uaddr, u32 op, u32 val, u32 utime, u32 uaddr2, u32 val3)
{
    long timeout = MAX_SCHEDULE_TIMEOUT;

    if (utime && has_timeout(op)) {
        struct timespec64 ts;
        if (copy_from_user(&ts, (void __user *)utime, sizeof(ts)))
            return -EFAULT;
        if (!valid_time(&ts))
            return -EINVAL;
        timeout = futex_timeout(op, &ts);
    }
    return do_futex(uaddr, op, val, timeout, utime, uaddr2, val3);
}

void futex_wake_address(u32 uaddr)
{
    futex_wake(uaddr, true, 1, FUTEX_BITSET_ANY);
    futex_wake(uaddr, false, 1, FUTEX_BITSET_ANY);
}

#define ROBUST_LIST_LIMIT 2048

struct robust_list_head {
    u32 list;            /* first entry; the head's own address at the end */
    s32 futex_offset;    /* from an entry to its futex word */
    u32 list_op_pending; /* an entry being taken or given back */
};

asmlinkage long sys_set_robust_list(u32 head, size_t len)
{
    if (len != sizeof(struct robust_list_head))
        return -EINVAL;
    current->robust_list = head;
    return 0;
}

asmlinkage long sys_get_robust_list(pid_t pid, u32 __user *head, size_t __user *len)
{
    struct task_struct *p = pid ? find_task_by_pid(pid) : current;

    if (!p)
        return -ESRCH;
    return put_user(p->robust_list, head) || put_user(sizeof(struct robust_list_head), len)
               ? -EFAULT
               : 0;
}

/* The owner of this futex, if it is the ending thread, is marked as dead and a waiter woken. */
static void handle_futex_death(struct task_struct *tsk, u32 uaddr)
{
    u32 val;

    if (get_user(val, (u32 __user *)uaddr) || (val & FUTEX_TID_MASK) != (u32)tsk->pid)
        return;
    (void)put_user((val & ~FUTEX_TID_MASK) | FUTEX_OWNER_DIED, (u32 __user *)uaddr);
    futex_wake_address(uaddr);
}

void exit_robust_list(struct task_struct *tsk)
{
    struct robust_list_head head;
    u32 entry;

    if (!tsk->robust_list)
        return;
    if (copy_from_user(&head, (void __user *)tsk->robust_list, sizeof(head)))
        return;
    entry = head.list;
    for (int i = 0; i < ROBUST_LIST_LIMIT && (entry & ~1u) != tsk->robust_list; i++) {
        u32 next;
        bool fault = get_user(next, (u32 __user *)(entry & ~1u));
        if ((entry & ~1u) != (head.list_op_pending & ~1u))
            handle_futex_death(tsk, (entry & ~1u) + head.futex_offset);
        if (fault)
            break;
        entry = next;
    }
    if (head.list_op_pending)
        handle_futex_death(tsk, (head.list_op_pending & ~1u) + head.futex_offset);
}
