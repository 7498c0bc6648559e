/* Workloads that kernels are made of: rings, system calls, faults, fork, interrupts, switches. */
#include "bench.h"

enum { USER_STACK = USER_BASE + 0x100000, DEMAND = USER_BASE + 0x200000, SHARED = 0x50000000 };

volatile uint32_t timer_ticks;
static uint32_t syscalls_seen;

/* ---- System calls ------------------------------------------------------------------------ */

static uint32_t sys_add(uint32_t a, uint32_t b)
{
    syscalls_seen++;
    return a + b;
}

static uint32_t sys_count(void)
{
    return ++syscalls_seen;
}

void *const syscall_table[] = {sys_add, sys_count};

/* Ring 3 with paging, on a stack of its own. */
static uint32_t in_ring3(uint32_t (*fn)(uint32_t), uint32_t arg)
{
    uint32_t directory, sum;

    pool_reset();
    directory = directory_new();
    for (uint32_t i = 1; i <= 4; i++)
        map_page(directory, USER_STACK - i * PAGE, pool_take(), PTE_WRITE | PTE_USER);
    paging_on(directory);
    sum = enter_ring3(fn, arg, USER_STACK);
    paging_off();
    return sum;
}

uint32_t bench_ring3(uint32_t rounds)
{
    return in_ring3(bench_integer, rounds);
}

static uint32_t call_often(uint32_t rounds)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < rounds; i++)
        sum ^= syscall3(0, sum, i);
    return sum;
}

uint32_t bench_int80(uint32_t rounds)
{
    return in_ring3(call_often, rounds);
}

/* ---- Page faults ------------------------------------------------------------------------- */

static uint32_t faults_seen;

static void copy_on_write(uint32_t *pte, uint32_t linear)
{
    uint32_t page = pool_take();

    __builtin_memcpy((void *)page, (void *)(*pte & ~0xfffu), PAGE);
    *pte = page | PTE_PRESENT | PTE_WRITE | PTE_USER;
    invalidate(linear);
}

void page_fault(uint32_t error, uint32_t address)
{
    uint32_t *pte = pte_of(current_directory, address);

    faults_seen++;
    if (error & PTE_PRESENT)
        copy_on_write(pte, address);
    else
        *pte = pool_take() | PTE_PRESENT | PTE_WRITE | PTE_USER;
}

/* Demand-zero pages, two address spaces in turn, single pages invalidated. */
uint32_t bench_faults(uint32_t rounds)
{
    uint32_t sum = 0;

    for (uint32_t round = 0; round < rounds; round++) {
        uint32_t directory[2];

        pool_reset();
        directory[0] = directory_new();
        directory[1] = directory_new();
        paging_on(directory[0]);
        for (uint32_t i = 0; i < 256; i++) {
            volatile uint32_t *p = (uint32_t *)(DEMAND + i * PAGE);

            current_directory = directory[i & 1];
            load_cr3(current_directory);
            *p = i;
            sum += *p + p[64];
            invalidate((uint32_t)p);
            sum ^= *p << 3;
        }
        paging_off();
    }
    return sum + faults_seen;
}

/* ---- Fork: a copy of an address space by its page tables, then writes on both sides ------ */

enum { IMAGE_PAGES = 64 };

static uint32_t fork_space(uint32_t parent)
{
    uint32_t child = directory_new();

    for (uint32_t i = 0; i < IMAGE_PAGES; i++) {
        uint32_t linear = SHARED + i * PAGE, *pte = pte_of(parent, linear);

        *pte &= ~(uint32_t)PTE_WRITE;
        *pte_of(child, linear) = *pte;
    }
    load_cr3(parent);
    return child;
}

static uint32_t touch_image(uint32_t stride, uint32_t value)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < IMAGE_PAGES; i += stride) {
        volatile uint32_t *p = (uint32_t *)(SHARED + i * PAGE);

        sum += *p;
        *p = value + i;
    }
    return sum;
}

uint32_t bench_fork(uint32_t rounds)
{
    uint32_t sum = 0;

    for (uint32_t round = 0; round < rounds; round++) {
        uint32_t parent, child;

        pool_reset();
        parent = directory_new();
        paging_on(parent);
        touch_image(1, round);
        child = fork_space(parent);
        current_directory = child;
        load_cr3(child);
        sum = sum * 3 + touch_image(4, 1000);
        current_directory = parent;
        load_cr3(parent);
        sum = sum * 3 + touch_image(2, 2000);
        paging_off();
    }
    return sum ^ faults_seen;
}

/* ---- Self-modifying code ----------------------------------------------------------------- */

uint32_t bench_selfmod(uint32_t rounds)
{
    static uint8_t code[] __attribute__((aligned(64))) = {
        0xb8, 0,    0, 0, 0, /* mov $imm, %eax */
        0x05, 1,    0, 0, 0, /* add $imm, %eax */
        0x35, 0x55, 0, 0, 0, /* xor $imm, %eax */
        0xc3,
    };
    uint32_t sum = 0;

    for (uint32_t i = 0; i < rounds; i++) {
        *(volatile uint32_t *)(code + 1) = i;
        *(volatile uint8_t *)(code + 6) = (uint8_t)sum;
        sum += ((uint32_t(*)(void))code)();
    }
    return sum;
}

/* ---- Timer interrupts: 1 kHz while it works ---------------------------------------------- */

uint32_t bench_timer(uint32_t rounds)
{
    uint32_t divisor = 1193, sum;

    out8(0x43, 0x34);
    out8(0x40, divisor & 0xff);
    out8(0x40, divisor >> 8);
    out8(0x21, 0xfe);
    __asm__ volatile("sti");
    sum = bench_integer(rounds);
    __asm__ volatile("cli");
    out8(0x21, 0xff);
    return timer_ticks ? sum : 0;
}

/* ---- Two tasks take turns, each in its own address space --------------------------------- */

struct task {
    uint32_t esp, directory, count;
    uint32_t stack[1024];
};
static struct task task[2];
static uint32_t main_esp, switches_left;

static void yield(uint32_t from)
{
    uint32_t to = !from;

    if (switches_left-- == 0)
        switch_stacks(&task[from].esp, main_esp);
    load_cr3(task[to].directory);
    switch_stacks(&task[from].esp, task[to].esp);
}

static void task_body(uint32_t self)
{
    for (;;) {
        task[self].count = task[self].count * 5 + *(volatile uint32_t *)SHARED;
        yield(self);
    }
}

static void task0(void)
{
    task_body(0);
}

static void task1(void)
{
    task_body(1);
}

static void task_create(struct task *t, void (*body)(void), uint32_t value)
{
    uint32_t *sp = t->stack + 1024, page;

    t->directory = directory_new();
    page = pool_take();
    *(uint32_t *)page = value;
    map_page(t->directory, SHARED, page, PTE_WRITE | PTE_USER);
    *--sp = 0; /* body never returns */
    *--sp = (uint32_t)body;
    sp -= 4;
    t->esp = (uint32_t)sp;
    t->count = 1;
}

uint32_t bench_switch(uint32_t rounds)
{
    pool_reset();
    switches_left = rounds;
    task_create(&task[0], task0, 11);
    task_create(&task[1], task1, 23);
    paging_on(task[0].directory);
    switch_stacks(&main_esp, task[0].esp);
    paging_off();
    return task[0].count ^ task[1].count;
}
