/* pid 0: the task that the kernel starts as, and that runs when no other can. */
#include <asm/uaccess.h>
#include <linux/fs.h>
#include <linux/sched.h>

#define INFINITE                                                                                   \
    {                                                                                              \
        RLIM_INFINITY, RLIM_INFINITY                                                               \
    }

static struct signal_struct init_signals = {
    .count = 1,
    .live = 1,
    .nr_threads = 1,
    .wait_chldexit = {LIST_HEAD_INIT(init_signals.wait_chldexit.task_list)},
    .shared_pending = {LIST_HEAD_INIT(init_signals.shared_pending.list), 0},
    .real_timer = {.entry = LIST_HEAD_INIT(init_signals.real_timer.entry)},
    .rlim = {[RLIMIT_CPU] = INFINITE,
             [RLIMIT_FSIZE] = INFINITE,
             [RLIMIT_DATA] = INFINITE,
             [RLIMIT_CORE] = {0, RLIM_INFINITY},
             [RLIMIT_RSS] = INFINITE,
             [RLIMIT_STACK] = {8u << 20, RLIM_INFINITY},
             [RLIMIT_NOFILE] = {NR_OPEN_MAX, NR_OPEN_MAX},
             [RLIMIT_MEMLOCK] = INFINITE,
             [RLIMIT_AS] = INFINITE,
             [10 ... RLIM_NLIMITS - 1] = INFINITE},
};

static struct sighand_struct init_sighand = {
    .count = 1,
};

struct mm_struct init_mm = {
    .pgd = swapper_pg_dir,
    .mm_users = 2,
    .mm_count = 2, /* one is that of pid 0, which borrows it */
};

/* Its stack is part of the image: head.S starts on it. */
union thread_union init_thread_union __attribute__((section(".data.init_task"))) = {
    .thread_info = {.task = &init_task, .addr_limit = KERNEL_DS},
};

struct task_struct init_task = {
    .thread = {.esp0 = (u32)&init_thread_union + THREAD_SIZE},
    .state = TASK_RUNNING,
    .thread_info = &init_thread_union.thread_info,
    .usage = 2,
    .flags = PF_KTHREAD,
    .prio = MAX_PRIO,
    .static_prio = DEF_PRIO,
    .run_list = LIST_HEAD_INIT(init_task.run_list),
    .time_slice = HZ,
    .tasks = LIST_HEAD_INIT(init_task.tasks),
    .active_mm = &init_mm,
    .real_parent = &init_task,
    .parent = &init_task,
    .children = LIST_HEAD_INIT(init_task.children),
    .sibling = LIST_HEAD_INIT(init_task.sibling),
    .group_leader = &init_task,
    .thread_group = LIST_HEAD_INIT(init_task.thread_group),
    .ptrace_children = LIST_HEAD_INIT(init_task.ptrace_children),
    .ptrace_list = LIST_HEAD_INIT(init_task.ptrace_list),
    .cred = &init_cred,
    .comm = "swapper",
    .fs = &init_fs,
    .files = &init_files,
    .signal = &init_signals,
    .sighand = &init_sighand,
    .pending = {LIST_HEAD_INIT(init_task.pending.list), 0},
};
