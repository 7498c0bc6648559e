/*
 * A guest that is none, for tests of the collector: a few structures in an array, a CPU that is
 * only its registers, and hooks called as the CPU would call them. The functions of cpu/ and
 * emu/machine/machine.h that the collector uses are defined here instead of linked, so one suite
 * includes this, once.
 */
#ifndef FORKSCOPE_TESTS_COLLECT_BENCH_H
#define FORKSCOPE_TESTS_COLLECT_BENCH_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "emu/trace/trace_collect.h"
#include "tests/unit/specimen.h"

static const char source[] =
    "struct pt_regs { long ebx, eax, eip, xcs, eflags, esp, xss; };\n"
    "struct thread_struct { unsigned long esp0, esp; };\n"
    "struct task_struct { void *stack; int pid; char comm[16]; struct thread_struct thread; };\n"
    "struct thread_info { struct task_struct *task; };\n"
    "union thread_union { struct thread_info thread_info; unsigned long stack[2048]; };\n"
    "union thread_union init_thread;\n"
    "typedef struct task_struct *task;\n"
    "void trace_sched_process_fork(task parent, task child) { asm volatile(\"\"); }\n"
    "void trace_sched_switch(task prev, task next) { asm volatile(\"\"); }\n"
    "void trace_sched_process_exit(task t) { asm volatile(\"\"); }\n"
    "void do_exit(long code) { asm volatile(\"\"); }\n"
    "int copy_thread(task p, struct pt_regs *regs) { asm volatile(\"\"); return 0; }\n"
    "task dup_task_struct(task orig) { asm volatile(\"\"); return orig; }\n"
    "long do_fork(unsigned long clone_flags, struct pt_regs *regs)\n"
    "{ asm volatile(\"\"); return 1; }\n"
    "long another(int n) { asm volatile(\"\"); return n; }\n"
    "void _start(void) { struct pt_regs r; do_fork(17, &r); do_exit(0); another(1);\n"
    "    trace_sched_process_fork(0, dup_task_struct(0)); copy_thread(0, &r);\n"
    "    trace_sched_switch(0, 0); trace_sched_process_exit(0); }\n";

/* ---- The machine that is none ---------------------------------------------------------------- */

enum {
    SIZE = 0x10000,
    REGS = 28, /* sizeof(struct pt_regs) */
    HOOKS = 64,
};

#define BASE    0xc0200000u /* of the guest's memory */
#define TASK_A  (BASE + 0x100)
#define TASK_B  (BASE + 0x200)
#define TSS     (BASE + 0x400)
#define STACK_A (BASE + 0x2000)
#define STACK_B (BASE + 0x4000)
#define TOP_A   (STACK_A + 0x2000)
#define TOP_B   (STACK_B + 0x2000)
#define EIP_3   0x08048100u

static uint8_t memory[SIZE];
static struct cpu_state state;
static struct cpu_hooks hooks;
static bool attached;
static struct {
    uint32_t addr;
    int count;
} exec_hooks[HOOKS];
static uint32_t watch_first, watch_last;
static int watches;

struct cpu *machine_cpu(struct machine *m)
{
    (void)m;
    return (struct cpu *)&state;
}

int machine_attach(struct machine *m, const struct cpu_hooks *h)
{
    (void)m;
    hooks = *h;
    attached = true;
    return 0;
}

int machine_attach_as(struct machine *m, const struct cpu_hooks *h, enum observer_kind kind)
{
    (void)kind;
    return machine_attach(m, h);
}

size_t cpu_peek_phys(const struct cpu *cpu, uint32_t paddr, void *to, size_t size)
{
    (void)cpu;
    (void)paddr;
    (void)to;
    (void)size;
    return 0;
}

int64_t machine_idle_time(const struct machine *m)
{
    (void)m;
    return 0;
}

void machine_detach(struct machine *m, const struct cpu_hooks *h)
{
    (void)m;
    (void)h;
    attached = false;
}

const struct cpu_state *cpu_state(const struct cpu *cpu)
{
    (void)cpu;
    return &state;
}

size_t cpu_peek(const struct cpu *cpu, uint32_t cr3, uint32_t linear, void *to, size_t size)
{
    (void)cpu;
    (void)cr3;
    if (linear < BASE || linear - BASE >= SIZE)
        return 0;
    if (size > SIZE - (linear - BASE))
        size = SIZE - (linear - BASE);
    memcpy(to, memory + (linear - BASE), size);
    return size;
}

static int *hook_count(uint32_t addr)
{
    for (size_t i = 0; i < HOOKS; i++)
        if (exec_hooks[i].addr == addr)
            return &exec_hooks[i].count;
    for (size_t i = 0; i < HOOKS; i++)
        if (exec_hooks[i].count == 0) {
            exec_hooks[i].addr = addr;
            return &exec_hooks[i].count;
        }
    ck_abort_msg("too many exec hooks");
}

int cpu_hook_exec_add(struct cpu *cpu, uint32_t linear)
{
    (void)cpu;
    ++*hook_count(linear);
    return 0;
}

void cpu_hook_exec_remove(struct cpu *cpu, uint32_t linear)
{
    (void)cpu;
    ck_assert_int_gt(*hook_count(linear), 0);
    --*hook_count(linear);
}

int cpu_watch_add(struct cpu *cpu, uint32_t first, uint32_t last, unsigned kinds)
{
    (void)cpu;
    ck_assert_uint_eq(kinds, CPU_WATCH_WRITE);
    watch_first = first;
    watch_last = last;
    return ++watches;
}

void cpu_watch_remove(struct cpu *cpu, int id)
{
    (void)cpu;
    ck_assert_int_eq(id, watches);
    watch_first = watch_last = 0;
}

/* ---- Acting as the guest --------------------------------------------------------------------- */

static struct symbols *symbols;
static struct guestinfo *guestinfo;
static struct inspect in;
static struct trace_filter filter;
static struct trace_collector *collector;
static struct trace_event seen[256];
static unsigned seen_count;

static void poke(uint32_t linear, uint32_t value)
{
    ck_assert_uint_le(linear - BASE, SIZE - 4);
    memcpy(memory + (linear - BASE), &value, 4);
}

static void on_event(void *ctx, const struct trace_event *event)
{
    (void)ctx;
    ck_assert_uint_lt(seen_count, 256);
    seen[seen_count++] = *event;
}

static const struct trace_event *nth(enum trace_kind kind, unsigned n)
{
    for (unsigned i = 0; i < seen_count; i++)
        if (seen[i].kind == kind && n-- == 0)
            return &seen[i];
    ck_abort_msg("no such event: %s", trace_kind_name(kind));
}

static unsigned count_of(enum trace_kind kind)
{
    unsigned n = 0;

    for (unsigned i = 0; i < seen_count; i++)
        n += seen[i].kind == kind;
    return n;
}

static void make_task(uint32_t task, uint32_t stack, uint32_t pid, const char *comm)
{
    poke(task, stack);
    poke(task + 4, pid);
    strcpy((char *)memory + (task + 8 - BASE), comm);
    poke(task + 24, stack + 0x2000);        /* thread.esp0 */
    poke(task + 28, stack + 0x2000 - REGS); /* thread.esp */
    poke(stack, task);
}

static uint32_t address(const char *name)
{
    const struct symbol *symbol = symbols_by_name(symbols, name);

    ck_assert_ptr_nonnull(symbol);
    return symbol->addr;
}

/* Where the call of a function comes back to. */
static uint32_t behind(const char *name)
{
    return 0xc0180000 + (address(name) & 0xffff);
}

static void execute(uint32_t at)
{
    state.eip = at;
    state.icount++;
    if (*hook_count(at) > 0)
        hooks.exec(hooks.ctx, at);
}

/* A call with two arguments and a return address; returns the stack pointer to restore. */
static uint32_t enter(const char *name, uint32_t a, uint32_t b)
{
    uint32_t before = state.gpr[GPR_ESP];

    poke(before - 4, b);
    poke(before - 8, a);
    poke(before - 12, behind(name));
    state.gpr[GPR_ESP] = before - 12;
    execute(address(name));
    return before;
}

static void leave(const char *name, uint32_t before, uint32_t eax)
{
    state.gpr[GPR_ESP] = before - 8;
    state.gpr[GPR_EAX] = eax;
    execute(behind(name));
    state.gpr[GPR_ESP] = before;
}

static void point(const char *name, uint32_t a, uint32_t b)
{
    leave(name, enter(name, a, b), 0);
}

static const enum cpu_frame_word pushed[] = {FRAME_SS, FRAME_ESP, FRAME_EFLAGS, FRAME_CS,
                                             FRAME_EIP};

static void int80(uint32_t top, uint32_t eax)
{
    struct cpu_int_event event = {.vector = 0x80,
                                  .kind = CPU_INT_SOFTWARE,
                                  .from_eip = EIP_3 - 2,
                                  .cpl_from = 3,
                                  .stack_switch = true,
                                  .tss_ss = 0x68,
                                  .tss_esp = top,
                                  .slot_size = 4,
                                  .slot_count = 5};

    for (unsigned i = 0; i < 5; i++)
        event.slot[i] = (struct cpu_frame_slot){pushed[i], top - 4 * (i + 1), 0x100 + i};
    state.cpl = 0;
    state.gpr[GPR_EAX] = eax;
    state.gpr[GPR_ESP] = top - 20;
    state.icount++;
    if (hooks.interrupt != NULL)
        hooks.interrupt(hooks.ctx, &event);
}

static void iret_user(uint32_t top, uint32_t eax, uint32_t eip)
{
    struct cpu_iret_event event = {.cpl_to = 3, .slot_size = 4, .slot_count = 5};

    for (unsigned i = 0; i < 5; i++)
        event.slot[4 - i] = (struct cpu_frame_slot){pushed[i], top - 4 * (i + 1), 0x100 + i};
    poke(TSS + 4, top);
    state.cpl = 3;
    state.gpr[GPR_EAX] = eax;
    state.eip = eip;
    state.icount++;
    if (hooks.iret != NULL)
        hooks.iret(hooks.ctx, &event);
}

static int create(const char *text, char why[160])
{
    struct trace_sink sink = {&filter, on_event, NULL};

    trace_filter_init(&filter, trace_level_kinds(TRACE_EXACT));
    ck_assert_int_eq(trace_filter_parse(&filter, text, why, 160), 0);
    return trace_collector_create(&collector, &in, &sink, 1, why, 160);
}

static void start(const char *text)
{
    char why[160] = "";

    ck_assert_msg(create(text, why) == 0, "%s", why);
}

static char *image;

static void setup(void)
{
    size_t size;
    char why[160];

    image = specimen_compile(source, "-g", &size);
    symbols = symbols_create();
    ck_assert_int_eq(symbols_add_elf(symbols, image, size, why, sizeof(why)), 0);
    guestinfo = guestinfo_create(image, size, why, sizeof(why));
    ck_assert_msg(guestinfo != NULL, "%s", why);
    in = (struct inspect){NULL, symbols, guestinfo};
    make_task(TASK_A, STACK_A, 3, "mother");
    make_task(TASK_B, STACK_B, 4, "mother");
    state.tr = (struct cpu_segment){0x80, SEGATTR_P, TSS, 0x67};
    state.gpr[GPR_ESP] = TOP_A - 20;
    poke(TSS + 4, TOP_A);
    poke(TSS + 8, 0x68);
}

/* Nothing may be left behind: not a hook, not a watch, not a block of memory. */
static void teardown(void)
{
    trace_collector_destroy(collector);
    ck_assert(!attached);
    for (size_t i = 0; i < HOOKS; i++)
        ck_assert_int_eq(exec_hooks[i].count, 0);
    ck_assert_uint_eq(watch_last, 0);
    guestinfo_destroy(guestinfo);
    symbols_destroy(symbols);
    free(image);
}

/* A whole fork by pid 3; `error` instead of a child where it is not 0. */
static void fork_once(int error)
{
    uint32_t do_fork, inner;

    int80(TOP_A, 2);
    do_fork = enter("do_fork", 17, TOP_A - REGS);
    inner = enter("dup_task_struct", TASK_A, 0);
    leave("dup_task_struct", inner, TASK_B);
    inner = enter("copy_thread", TASK_B, TOP_A - REGS);
    poke(TOP_B - REGS + 4, 0);
    if (hooks.mem != NULL && watch_last != 0)
        hooks.mem(hooks.ctx, CPU_WATCH_WRITE, TOP_B - REGS + 4, 4, 2, 0);
    leave("copy_thread", inner, 0);
    if (error == 0)
        point("trace_sched_process_fork", TASK_A, TASK_B);
    leave("do_fork", do_fork, error ? (uint32_t)-error : 4);
    iret_user(TOP_A, error ? (uint32_t)-error : 4, EIP_3);
    if (error == 0)
        iret_user(TOP_B, 0, EIP_3);
}

#endif
