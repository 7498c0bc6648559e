/*
 * A kernel that can do nothing but fork: four tasks, four system calls, no paging, no devices.
 *
 * The trace is tested on it because it is not forkscope's guest: other structures (thread.sp0 for
 * thread.esp0, task_struct.stack for .thread_info, 4 KB stacks, an older pt_regs), and a fork that
 * fails when there are no tasks left. Program (entry.S) and kernel are one image; the program runs
 * in ring 3.
 */
typedef unsigned int u32;
typedef unsigned short u16;
typedef unsigned char u8;

enum { TASKS = 4, STACK_SIZE = 4096, NR_EXIT = 1, NR_FORK = 2, NR_GETPID = 20, NR_YIELD = 158 };
enum { SIGCHLD = 17, ENOMEM = 12, ENOSYS = 38, EXIT_PORT = 0xf4 };
enum { KERNEL_CS = 0x08, KERNEL_DS = 0x10 };

struct pt_regs {
    long bx, cx, dx, si, di, bp, ax, ds, es, orig_ax, ip, cs, flags, sp, ss;
};

struct thread_struct {
    unsigned long sp0, sp, ip; /* entry.S knows that they follow comm */
};

struct task_struct {
    long runnable;
    void *stack;
    int pid;
    int used;
    char comm[16];
    struct thread_struct thread;
};

struct thread_info {
    struct task_struct *task;
};

union thread_union {
    struct thread_info thread_info;
    unsigned long stack[STACK_SIZE / 4];
};

void system_call(void), ret_from_fork(void);
void switch_to(struct task_struct *prev, struct task_struct *next);
void program(void);
void start_user(void (*program)(void), u32 *stack, unsigned long kernel_stack);
void load_tables(const void *gdtr, const void *idtr);
long do_call(struct pt_regs *regs);
void start_kernel(void);

union thread_union stacks[TASKS] __attribute__((aligned(STACK_SIZE)));
static struct task_struct tasks[TASKS];
static u32 program_stack[1024];
static int last_pid, live;

static struct {
    u32 back, esp0, ss0, rest[23];
} tss;
static u32 gdt[6][2], idt[256][2];

static struct task_struct *current_task(void)
{
    u32 sp;

    __asm__("movl %%esp, %0" : "=r"(sp));
    return ((union thread_union *)(sp & -STACK_SIZE))->thread_info.task;
}

static int is_error(const void *pointer)
{
    return (u32)pointer > -4096u;
}

/* ---- Tracepoints ---------------------------------------------------------------------------- */

#define TRACEPOINT __attribute__((noinline))

TRACEPOINT void trace_sched_process_fork(struct task_struct *parent, struct task_struct *child)
{
    __asm__ volatile("" : : "r"(parent), "r"(child));
}

TRACEPOINT void trace_sched_switch(struct task_struct *prev, struct task_struct *next)
{
    __asm__ volatile("" : : "r"(prev), "r"(next));
}

TRACEPOINT void trace_sched_process_exit(struct task_struct *task)
{
    __asm__ volatile("" : : "r"(task));
}

/* ---- fork ------------------------------------------------------------------------------------ */

static int alloc_pid(void)
{
    return ++last_pid;
}

static struct task_struct *dup_task_struct(struct task_struct *orig)
{
    for (int i = 0; i < TASKS; i++) {
        struct task_struct *p = &tasks[i];

        if (p->used)
            continue;
        *p = *orig;
        p->stack = &stacks[i];
        p->runnable = 0;
        stacks[i].thread_info.task = p;
        return p;
    }
    return (struct task_struct *)-ENOMEM;
}

static int copy_thread(struct task_struct *p, struct pt_regs *regs)
{
    struct pt_regs *childregs = (struct pt_regs *)((char *)p->stack + STACK_SIZE) - 1;

    *childregs = *regs;
    childregs->ax = 0;
    p->thread.sp = (u32)childregs;
    p->thread.sp0 = (u32)(childregs + 1);
    p->thread.ip = (u32)ret_from_fork;
    return 0;
}

static struct task_struct *copy_process(unsigned long clone_flags, struct pt_regs *regs, int pid)
{
    struct task_struct *p = dup_task_struct(current_task());

    (void)clone_flags;
    if (is_error(p))
        return p;
    p->pid = pid;
    copy_thread(p, regs);
    return p;
}

static void wake_up_new_task(struct task_struct *p)
{
    p->runnable = 1;
    live++;
}

static long do_fork(unsigned long clone_flags, struct pt_regs *regs)
{
    int pid = alloc_pid();
    struct task_struct *p = copy_process(clone_flags, regs, pid);

    if (is_error(p))
        return (long)p;
    trace_sched_process_fork(current_task(), p);
    wake_up_new_task(p);
    return pid;
}

/* ---- Scheduling -------------------------------------------------------------------------------
 */

static struct task_struct *pick_next(const struct task_struct *prev)
{
    for (int i = 1; i <= TASKS; i++) {
        struct task_struct *p = &tasks[(prev - tasks + i) % TASKS];

        if (p->runnable)
            return p;
    }
    return 0;
}

static void schedule(void)
{
    struct task_struct *prev = current_task(), *next = pick_next(prev);

    if (!next || next == prev)
        return;
    trace_sched_switch(prev, next);
    tss.esp0 = next->thread.sp0;
    switch_to(prev, next);
}

static void do_exit(long code)
{
    (void)code;
    trace_sched_process_exit(current_task());
    current_task()->runnable = 0;
    if (--live == 0)
        __asm__ volatile("outb %0, %1" : : "a"((u8)0), "Nd"((u16)EXIT_PORT));
    schedule();
}

long do_call(struct pt_regs *regs)
{
    switch (regs->orig_ax) {
    case NR_EXIT:
        do_exit((regs->bx & 0xff) << 8);
        return 0;
    case NR_FORK:
        return do_fork(SIGCHLD, regs);
    case NR_GETPID:
        return current_task()->pid;
    case NR_YIELD:
        schedule();
        return 0;
    default:
        return -ENOSYS;
    }
}

/* ---- Start ------------------------------------------------------------------------------------
 */

static void set_segment(u32 entry[2], u32 base, u32 limit, u32 attr)
{
    entry[0] = base << 16 | (limit & 0xffff);
    entry[1] = (base & 0xff000000) | (limit & 0xf0000) | attr << 8 | (base >> 16 & 0xff);
}

static void set_tables(void)
{
    struct {
        u16 limit;
        u32 base;
    } __attribute__((packed)) gdtr = {sizeof(gdt) - 1, (u32)gdt},
                              idtr = {sizeof(idt) - 1, (u32)idt};

    set_segment(gdt[1], 0, 0xfffff, 0xc09b);
    set_segment(gdt[2], 0, 0xfffff, 0xc093);
    set_segment(gdt[3], 0, 0xfffff, 0xc0fb);
    set_segment(gdt[4], 0, 0xfffff, 0xc0f3);
    set_segment(gdt[5], (u32)&tss, sizeof(tss) - 1, 0x0089);
    idt[0x80][0] = KERNEL_CS << 16 | ((u32)system_call & 0xffff);
    idt[0x80][1] = ((u32)system_call & 0xffff0000) | 0xef00;
    load_tables(&gdtr, &idtr);
}

void start_kernel(void)
{
    struct task_struct *first = &tasks[0];

    first->stack = &stacks[0];
    first->used = first->runnable = live = 1;
    first->pid = last_pid = 1;
    __builtin_memcpy(first->comm, "tinyfork", 9);
    stacks[0].thread_info.task = first;
    first->thread.sp0 = tss.esp0 = (u32)&stacks[1];
    tss.ss0 = KERNEL_DS;
    set_tables();
    start_user(program, program_stack + 1000, tss.esp0);
}
