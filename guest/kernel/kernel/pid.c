/*
 * Process identifiers. A bitmap says which numbers are taken; a number is taken while any task
 * carries it as pid, thread group, process group or session. Numbers are given out upwards from
 * the last one and wrap around to RESERVED_PIDS, so that a number is not used again soon.
 */
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#define BITS_PER_PAGE (PAGE_SIZE * 8)
#define PIDMAP_PAGES  DIV_ROUND_UP(PID_MAX_LIMIT, BITS_PER_PAGE)

/* One page of the bitmap, made when first needed. */
struct pidmap {
    int nr_free; /* bits that are zero */
    u32 *page;   /* NULL: not there yet */
};

int pid_max = PID_MAX_DEFAULT;
int last_pid;

static struct pidmap pidmap_array[PIDMAP_PAGES];
static struct spinlock pidmap_lock = SPIN_LOCK_UNLOCKED;

#define PID_HASH_SIZE 64
static struct hlist_head pid_hash[PIDTYPE_MAX][PID_HASH_SIZE];

static bool test_and_set_bit(int nr, u32 *map)
{
    u32 bit = 1u << nr % 32, old = map[nr / 32];
    map[nr / 32] |= bit;
    return old & bit;
}

/* The first zero bit from `offset` on; BITS_PER_PAGE when there is none. */
static int find_next_offset(const struct pidmap *map, int offset)
{
    while (offset < BITS_PER_PAGE && (map->page[offset / 32] >> offset % 32 & 1))
        offset++;
    return offset;
}

static pid_t mk_pid(const struct pidmap *map, int offset)
{
    return (map - pidmap_array) * BITS_PER_PAGE + offset;
}

/* Makes the page of a map. False without memory. */
static bool pidmap_alloc_page(struct pidmap *map)
{
    u32 *page;

    if (map->page)
        return true;
    page = get_zeroed_page(GFP_KERNEL);
    spin_lock(&pidmap_lock);
    if (map->page)
        free_pages(page, 0); /* somebody was faster */
    else
        map->page = page;
    spin_unlock(&pidmap_lock);
    return map->page;
}

/* Claims a free number of this map at or after `offset`; -1 when there is none. On the last lap
 * the search ends where it began, at `last`. */
static pid_t claim_in_map(struct pidmap *map, int offset, pid_t last, bool last_lap)
{
    pid_t pid = mk_pid(map, offset);

    while (offset < BITS_PER_PAGE && pid < pid_max &&
           (!last_lap || pid < last || !((last + 1) & (BITS_PER_PAGE - 1)))) {
        if (!test_and_set_bit(offset, map->page)) {
            map->nr_free--;
            last_pid = pid;
            return pid;
        }
        offset = find_next_offset(map, offset);
        pid = mk_pid(map, offset);
    }
    return -1;
}

/* The next free number after last_pid, or -1. */
static pid_t alloc_pidmap(void)
{
    pid_t last = last_pid, pid = last + 1;
    int offset, max_scan;
    struct pidmap *map;

    if (pid >= pid_max)
        pid = RESERVED_PIDS;
    offset = pid & (BITS_PER_PAGE - 1);
    map = &pidmap_array[pid / BITS_PER_PAGE];
    max_scan = DIV_ROUND_UP(pid_max, BITS_PER_PAGE) - !offset;
    for (int i = 0; i <= max_scan; i++) {
        if (!pidmap_alloc_page(map))
            break;
        if (map->nr_free) {
            pid = claim_in_map(map, offset, last, i == max_scan);
            if (pid >= 0)
                return pid;
        }
        if (map < &pidmap_array[(pid_max - 1) / BITS_PER_PAGE]) {
            map++;
            offset = 0;
        } else {
            map = &pidmap_array[0];
            offset = RESERVED_PIDS;
            if (last == offset)
                break;
        }
    }
    return -1;
}

pid_t alloc_pid(void)
{
    pid_t pid = alloc_pidmap();
    return pid < 0 ? -EAGAIN : pid;
}

void free_pid(pid_t pid)
{
    struct pidmap *map = &pidmap_array[pid / BITS_PER_PAGE];
    int offset = pid & (BITS_PER_PAGE - 1);

    map->page[offset / 32] &= ~(1u << offset % 32);
    map->nr_free++;
}

/* Numbers that are taken. */
int nr_pids(void)
{
    int taken = 0;

    for (int i = 0; i < PIDMAP_PAGES; i++)
        taken += BITS_PER_PAGE - pidmap_array[i].nr_free;
    return taken;
}

static struct hlist_head *bucket(enum pid_type type, pid_t nr)
{
    return &pid_hash[type][(u32)nr % PID_HASH_SIZE]; /* nr may be any number */
}

static struct task_struct *next_with_nr(struct hlist_node *n, pid_t nr)
{
    for (; n; n = n->next) {
        struct pid_link *link = container_of(n, struct pid_link, chain);
        if (link->nr == nr)
            return link->task;
    }
    return NULL;
}

struct task_struct *pid_first(enum pid_type type, pid_t nr)
{
    return next_with_nr(bucket(type, nr)->first, nr);
}

struct task_struct *pid_next(enum pid_type type, struct task_struct *task)
{
    struct pid_link *link = &task->pids[type];
    return next_with_nr(link->chain.next, link->nr);
}

void attach_pid(struct task_struct *task, enum pid_type type, pid_t nr)
{
    struct pid_link *link = &task->pids[type];

    link->nr = nr;
    link->task = task;
    hlist_add_head(&link->chain, bucket(type, nr));
}

void detach_pid(struct task_struct *task, enum pid_type type)
{
    struct pid_link *link = &task->pids[type];

    if (!link->chain.pprev)
        return;
    hlist_del_init(&link->chain);
    for (int t = 0; t < PIDTYPE_MAX; t++) {
        if (pid_first(t, link->nr))
            return;
    }
    free_pid(link->nr);
}

struct task_struct *find_task_by_pid(pid_t nr)
{
    return pid_first(PIDTYPE_PID, nr);
}

/* Number 0 is the idle task's and never given out. */
void pidmap_init(void)
{
    for (int i = 0; i < PIDMAP_PAGES; i++)
        pidmap_array[i].nr_free = BITS_PER_PAGE;
    if (!pidmap_alloc_page(&pidmap_array[0]))
        panic("no memory for the pid bitmap");
    test_and_set_bit(0, pidmap_array[0].page);
    pidmap_array[0].nr_free--;
}
