/*
 * The benchmark kernel: a freestanding i386 program that runs one workload, chosen by name on the
 * Multiboot command line ("workload=NAME scale=N"), and says when it begins and ends.
 *
 * Port 0xe9 gets "<" before the workload and ">" after it, then its checksum in hexadecimal and a
 * newline, so that whoever reads the port can take the time; then the machine is switched off in
 * the ways that forkscope, QEMU and Bochs know.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>

struct workload {
    const char *name;
    uint32_t (*run)(uint32_t rounds); /* returns a checksum that any correct machine gives */
    uint32_t rounds;                  /* at scale 100 */
};
extern const struct workload workloads[]; /* ended by a NULL name */

/* workloads_compute.c */
uint32_t bench_integer(uint32_t rounds);
uint32_t bench_branchy(uint32_t rounds);
uint32_t bench_calls(uint32_t rounds);
uint32_t bench_memory(uint32_t rounds);
uint32_t bench_muldiv(uint32_t rounds);
uint32_t bench_x87(uint32_t rounds);
/* workloads_kernel.c */
uint32_t bench_ring3(uint32_t rounds);
uint32_t bench_int80(uint32_t rounds);
uint32_t bench_faults(uint32_t rounds);
uint32_t bench_fork(uint32_t rounds);
uint32_t bench_selfmod(uint32_t rounds);
uint32_t bench_timer(uint32_t rounds);
uint32_t bench_switch(uint32_t rounds);

/* boot.S */
extern uint32_t multiboot_info;
void load_tables(void *gdtr, void *idtr, uint32_t tss_selector);
/* Runs fn(arg) in ring 3 on its own stack; comes back when ring 3 executes int $0x81. */
uint32_t enter_ring3(uint32_t (*fn)(uint32_t), uint32_t arg, uint32_t stack);
void switch_stacks(uint32_t *save_esp, uint32_t load_esp);
extern char gate_syscall[], gate_leave_ring3[], gate_page_fault[], gate_timer[], gate_bad[];
uint32_t syscall3(uint32_t number, uint32_t a, uint32_t b);

/* cpu.c: tables, paging, ports */
void cpu_setup(void);
void gate_set(unsigned vector, void *handler, unsigned dpl);
void console_char(char c);
void console_hex(uint32_t value);
void machine_off(void);

enum {
    PAGE = 4096,
    PTE_PRESENT = 1,
    PTE_WRITE = 2,
    PTE_USER = 4,
    /* Physical memory: the kernel from 1 MB, then tables and pages for the workloads. */
    POOL = 0x400000,
    POOL_END = 0xc00000,
    /* Linear addresses of the workloads' own pages. */
    USER_BASE = 0x40000000,
};

uint32_t pool_take(void); /* a zeroed page of the pool */
void pool_reset(void);
/* A page directory that maps the first 16 MB as they are. */
uint32_t directory_new(void);
void map_page(uint32_t directory, uint32_t linear, uint32_t phys, uint32_t bits);
uint32_t *pte_of(uint32_t directory, uint32_t linear);
void paging_on(uint32_t directory);
void paging_off(void);
extern uint32_t current_directory;

static inline void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port));
}

static inline void out32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" ::"a"(value), "Nd"(port));
}

static inline void load_cr3(uint32_t value)
{
    __asm__ volatile("mov %0, %%cr3" ::"r"(value) : "memory");
}

static inline void invalidate(uint32_t linear)
{
    __asm__ volatile("invlpg (%0)" ::"r"(linear) : "memory");
}

/* A fixed sequence of numbers. */
static inline uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

#endif
