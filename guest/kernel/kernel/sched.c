/*
 * The scheduler: which task runs. Picking one takes the same time however many there are.
 *
 * A run queue has two arrays of lists, one list a priority. Tasks with time left are in the active
 * array, those whose slice is used up in the expired one; when the active array is empty the two
 * change places. The next task is the first of the highest non-empty list.
 *
 * The kernel is not preempted: the timer interrupt and wake-ups only set TIF_NEED_RESCHED, and
 * entry.S calls schedule() before it goes back to user mode. The run queue is only touched with
 * interrupts off.
 */
#include <asm/uaccess.h>
#include <linux/forkcopy.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/trace.h>

#define DEF_TIMESLICE    (100 * HZ / 1000) /* ticks at nice 0: 100 ms */
#define MAX_SLEEP_AVG    HZ                /* sleep that counts: one second */
#define MAX_BONUS        10 /* levels between a task that sleeps and one that works */
#define CHILD_PENALTY    95 /* percent of sleep_avg that a child starts with */
#define PARENT_PENALTY   100
#define STARVATION_LIMIT (10 * HZ) /* expired tasks wait no longer than this for sleepers */

/* Tasks by priority. */
struct prio_array {
    unsigned int nr_active;                     /* tasks in it */
    u32 bitmap[DIV_ROUND_UP(MAX_PRIO + 1, 32)]; /* lists that are not empty */
    struct list_head queue[MAX_PRIO];           /* task_struct.run_list, first to run first */
};

struct runqueue {
    unsigned long nr_running;        /* tasks in both arrays */
    struct task_struct *curr, *idle; /* who runs; who runs when nobody can */
    struct mm_struct *prev_mm;       /* to be dropped after the switch */
    struct prio_array *active, *expired;
    struct prio_array arrays[2];
    unsigned long expired_timestamp; /* tick of the first expiry since the last change; 0: none */
};

static struct runqueue rq;
unsigned long nr_context_switches;

unsigned long nr_running(void)
{
    return rq.nr_running;
}

/* nice -20 gets 8 times the default, nice 19 a twentieth, never less than a tick. */
static unsigned int task_timeslice(const struct task_struct *p)
{
    unsigned int base = p->static_prio < DEF_PRIO ? DEF_TIMESLICE * 4 : DEF_TIMESLICE;
    return max(base * (MAX_PRIO - p->static_prio) / 20, 1u);
}

/* Who sleeps much gets up to five levels more, who works all the time five less. */
static int effective_prio(const struct task_struct *p)
{
    int bonus = (int)(p->sleep_avg * MAX_BONUS / MAX_SLEEP_AVG) - MAX_BONUS / 2;
    return max(100, min(MAX_PRIO - 1, p->static_prio - bonus));
}

/* May go back to the active array when its slice is used up. */
static bool task_interactive(const struct task_struct *p)
{
    return p->prio <= p->static_prio - 2;
}

static void enqueue_task(struct task_struct *p, struct prio_array *array)
{
    list_add_tail(&p->run_list, &array->queue[p->prio]);
    array->bitmap[p->prio / 32] |= 1u << p->prio % 32;
    array->nr_active++;
    p->array = array;
}

static void dequeue_task(struct task_struct *p)
{
    struct prio_array *array = p->array;

    array->nr_active--;
    list_del_init(&p->run_list);
    if (list_empty(&array->queue[p->prio]))
        array->bitmap[p->prio / 32] &= ~(1u << p->prio % 32);
    p->array = NULL;
}

static struct task_struct *first_task(struct prio_array *array)
{
    int word = 0;

    while (!array->bitmap[word])
        word++;
    int prio = word * 32 + __builtin_ctz(array->bitmap[word]);
    return list_first_entry(&array->queue[prio], struct task_struct, run_list);
}

static void activate_task(struct task_struct *p)
{
    p->sleep_avg = min(p->sleep_avg + (jiffies - p->timestamp), (unsigned long)MAX_SLEEP_AVG);
    p->prio = effective_prio(p);
    enqueue_task(p, rq.active);
    rq.nr_running++;
}

static void deactivate_task(struct task_struct *p)
{
    rq.nr_running--;
    dequeue_task(p);
    p->timestamp = jiffies;
}

static void resched_task(struct task_struct *p)
{
    set_tsk_thread_flag(p, TIF_NEED_RESCHED);
}

bool try_to_wake_up(struct task_struct *p, unsigned int state)
{
    unsigned long flags = local_irq_save();
    bool woken = p->state & state;

    if (woken) {
        p->state = TASK_RUNNING;
        if (!p->array) {
            activate_task(p);
            if (p->prio < rq.curr->prio)
                resched_task(rq.curr);
        }
    }
    local_irq_restore(flags);
    return woken;
}

bool wake_up_process(struct task_struct *p)
{
    return try_to_wake_up(p,
                          TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE | TASK_STOPPED | TASK_TRACED);
}

/*
 * Prepares a child for its first run. It is marked running but not queued, so nobody can run or
 * wake it yet, and it gets half of the parent's time: forking wins a task no time.
 */
void sched_fork(struct task_struct *p)
{
    p->state = TASK_RUNNING;
    INIT_LIST_HEAD(&p->run_list);
    p->array = NULL;
    p->thread_info->preempt_count = 1; /* until schedule_tail() */

    local_irq_disable(); /* the timer's tick takes from the same slice */
    p->time_slice = (current->time_slice + 1) >> 1;
    p->first_time_slice = true;
    current->time_slice >>= 1;
    p->timestamp = jiffies;
    trace_sched_fork(current, p, current->time_slice, p->time_slice);
    if (!current->time_slice) { /* the parent had one tick left: it is used up now */
        current->time_slice = 1;
        scheduler_tick();
    }
    local_irq_enable();
}

/* The fork fails after sched_fork(): the parent gets its half back. */
void sched_cancel_fork(struct task_struct *p)
{
    current->time_slice += p->time_slice;
}

/* A child that ends within its first slice gives the rest back. */
void sched_exit(struct task_struct *p)
{
    struct task_struct *parent = p->real_parent;

    if (p->first_time_slice)
        parent->time_slice = min(parent->time_slice + p->time_slice, task_timeslice(parent));
}

/*
 * Queues a new task. Unless memory is shared the child goes directly before its parent and runs
 * first: it often calls execve() at once, and then nothing that the parent writes need be copied.
 * (The parent is in that list, so the list's bit in the bitmap is set already.) With shared memory
 * there is nothing to copy, and the child waits at the end of its list. From here on p may be gone.
 */
void wake_up_new_task(struct task_struct *p, unsigned long clone_flags)
{
    local_irq_disable();
    BUG_ON(p->state != TASK_RUNNING);
    p->sleep_avg = current->sleep_avg * CHILD_PENALTY / 100;
    p->prio = effective_prio(p);
    if (!(clone_flags & CLONE_VM) && current->array) {
        p->prio = current->prio;
        list_add_tail(&p->run_list, &current->run_list);
        p->array = current->array;
        p->array->nr_active++;
        rq.nr_running++;
    } else {
        enqueue_task(p, rq.active);
        rq.nr_running++;
    }
    if (!(clone_flags & CLONE_VM))
        resched_task(current);
    current->sleep_avg = current->sleep_avg * PARENT_PENALTY / 100;
    trace_sched_wakeup_new(p);
    local_irq_enable();
}

static bool expired_starving(void)
{
    return rq.expired_timestamp && jiffies - rq.expired_timestamp > STARVATION_LIMIT;
}

/* A tick of the current task's slice. Interrupts are off. */
void scheduler_tick(void)
{
    struct task_struct *p = rq.curr;

    if (p == rq.idle)
        return;
    if (p->array != rq.active) { /* expired already: it runs until it looks */
        resched_task(p);
        return;
    }
    if (p->sleep_avg)
        p->sleep_avg--;
    if (p->time_slice > 1) {
        p->time_slice--;
        return;
    }
    dequeue_task(p);
    p->prio = effective_prio(p);
    p->time_slice = task_timeslice(p);
    p->first_time_slice = false;
    resched_task(p);
    if (!rq.expired_timestamp)
        rq.expired_timestamp = jiffies;
    enqueue_task(p, task_interactive(p) && !expired_starving() ? rq.active : rq.expired);
}

static struct task_struct *pick_next_task(void)
{
    if (!rq.nr_running) {
        rq.expired_timestamp = 0;
        return rq.idle;
    }
    if (!rq.active->nr_active) {
        struct prio_array *array = rq.active;
        rq.active = rq.expired;
        rq.expired = array;
        rq.expired_timestamp = 0;
    }
    return first_task(rq.active);
}

/* What is left to do for the task before, on the stack of the one that runs now: nothing could free
 * the stack or the page tables while they were in use. Interrupts are off, and then on. */
static void finish_task_switch(struct task_struct *prev)
{
    struct mm_struct *mm = rq.prev_mm;
    bool dead = prev->state == TASK_DEAD;

    rq.prev_mm = NULL;
    local_irq_enable();
    if (mm)
        mmdrop(mm);
    if (dead)
        put_task_struct(prev);
}

/* Page tables, then registers. Interrupts are off. Returns when `prev` runs again, and then the task
 * that ran just before it, which is another one than `next`, usually. A kernel thread goes on with the page tables of whoever was before:
 * it only looks at the kernel's part. */
static struct task_struct *context_switch(struct task_struct *prev, struct task_struct *next)
{
    struct mm_struct *oldmm = prev->active_mm;

    if (!next->mm) {
        next->active_mm = oldmm;
        oldmm->mm_count++;
    } else {
        switch_mm(oldmm, next->mm);
    }
    if (!prev->mm) {
        prev->active_mm = NULL;
        rq.prev_mm = oldmm;
    }
    return switch_to(prev, next);
}

/* The first thing that a new task does, called by ret_from_fork: the second half of a schedule() whose
 * first half it never called. Its id is stored only here because only here are the page tables the
 * child's own. */
void schedule_tail(struct task_struct *prev)
{
    finish_task_switch(prev);
    current_thread_info()->preempt_count--;
    if (current->set_child_tid)
        (void)put_user(current->pid, (int __user *)current->set_child_tid);
}

/* The word at the end of the stack is gone: frames have grown over it, and perhaps further. */
void check_stack_end(struct task_struct *p)
{
    if (*end_of_stack(p->thread_info) != STACK_END_MAGIC)
        panic("kernel stack overflow in pid %d (%s)", p->pid, p->comm);
}

/* Runs another task, if there is a better one; comes back when this one's turn comes again. A task
 * whose state is not TASK_RUNNING leaves the run queue. */
void schedule(void)
{
    struct task_struct *prev = current, *next;

    check_stack_end(prev);
    local_irq_disable();
    if (prev->state == TASK_INTERRUPTIBLE && signal_pending(prev))
        prev->state = TASK_RUNNING;
    if (prev->state != TASK_RUNNING) {
        deactivate_task(prev);
        prev->nvcsw++;
    } else {
        prev->nivcsw++;
    }
    next = pick_next_task();
    clear_tsk_thread_flag(prev, TIF_NEED_RESCHED);
    if (next == prev) {
        local_irq_enable();
        return;
    }
    rq.curr = next;
    nr_context_switches++;
    trace_sched_switch(prev, next);
    prev = context_switch(prev, next);
    finish_task_switch(prev);
}

static void process_timeout(unsigned long data)
{
    wake_up_process((struct task_struct *)data);
}

long schedule_timeout(long timeout)
{
    struct timer_list timer;
    unsigned long expire = jiffies + timeout;

    if (timeout == MAX_SCHEDULE_TIMEOUT) {
        schedule();
        return timeout;
    }
    if (timeout <= 0) {
        current->state = TASK_RUNNING;
        return 0;
    }
    init_timer(&timer);
    timer.function = process_timeout;
    timer.data = (unsigned long)current;
    mod_timer(&timer, expire);
    schedule();
    del_timer(&timer);
    return max((long)(expire - jiffies), 0L);
}

void set_user_nice(struct task_struct *p, int nice)
{
    unsigned long flags = local_irq_save();
    struct prio_array *array = p->array;

    if (array)
        dequeue_task(p);
    p->static_prio = NICE_TO_PRIO(nice);
    p->prio = effective_prio(p);
    if (array) {
        enqueue_task(p, array);
        resched_task(rq.curr);
    }
    local_irq_restore(flags);
}

/* Everybody else first: the task goes to the expired array. */
void yield(void)
{
    local_irq_disable();
    dequeue_task(current);
    enqueue_task(current, rq.expired);
    if (!rq.expired_timestamp)
        rq.expired_timestamp = jiffies;
    local_irq_enable();
    schedule();
}

asmlinkage long sys_sched_yield(void)
{
    yield();
    return 0;
}

void init_idle(struct task_struct *idle)
{
    idle->prio = MAX_PRIO;
    idle->array = NULL;
    rq.idle = rq.curr = idle;
}

void sched_init(void)
{
    for (int i = 0; i < 2; i++) {
        for (int prio = 0; prio < MAX_PRIO; prio++)
            INIT_LIST_HEAD(&rq.arrays[i].queue[prio]);
    }
    rq.active = &rq.arrays[0];
    rq.expired = &rq.arrays[1];
    init_idle(&init_task);
}
