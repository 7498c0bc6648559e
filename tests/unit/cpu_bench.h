/*
 * A CPU on a bench: 2 MB of RAM, one page of device memory, ports that remember, and a small world
 * of descriptors to start from. Tests set registers and memory, run a few bytes of code and look.
 * The engine is `step`, or the one that FORKSCOPE_ENGINE names.
 *
 *   0x01000  GDT (enum bench_selector)     0x08000  code under test
 *   0x01800  IDT, 256 gates                0x0c000  ring 0 stack from the TSS, growing down
 *   0x04000  TSS of the running task       0x0d000  ring 1 stack
 *   0x05000  second TSS, 32-bit            0x0e000  ring 0 stack while in ring 0
 *   0x05800  16-bit TSS                    0x0f000  user stack
 *   0x06000  LDT                           0x10000  page directory, 0x11000 page table
 *   0x20000  handlers: vector n at 0x20000 + 16 n, each a HLT
 *   0xa0000  device memory
 */
#ifndef FORKSCOPE_TESTS_CPU_BENCH_H
#define FORKSCOPE_TESTS_CPU_BENCH_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/cpu_internal.h"
#include "cpu/mmu_fast.h"

enum {
    BENCH_RAM = 2 << 20,
    BENCH_GDT = 0x1000,
    BENCH_IDT = 0x1800,
    BENCH_TSS = 0x4000,
    BENCH_TSS2 = 0x5000,
    BENCH_TSS16 = 0x5800,
    BENCH_LDT = 0x6000,
    BENCH_CODE = 0x8000,
    BENCH_STACK0 = 0xc000,
    BENCH_STACK1 = 0xd000,
    BENCH_KERNEL_STACK = 0xe000,
    BENCH_USER_STACK = 0xf000,
    BENCH_PD = 0x10000,
    BENCH_PT = 0x11000,
    BENCH_HANDLERS = 0x20000,
    BENCH_DEVICE = 0xa0000,
};

enum bench_selector {
    SEL_CODE0 = 0x08,
    SEL_DATA0 = 0x10,
    SEL_CODE3 = 0x1b,
    SEL_DATA3 = 0x23,
    SEL_CODE1 = 0x29,
    SEL_DATA1 = 0x31,
    SEL_CONFORMING = 0x38,
    SEL_TSS = 0x40,
    SEL_TSS2 = 0x48,
    SEL_TSS16 = 0x50,
    SEL_LDT = 0x58,
    SEL_CODE16 = 0x60,
    SEL_DATA16 = 0x68,
    SEL_FREE = 0x70, /* and the next two: for the test */
    SEL_FREE2 = 0x78,
    SEL_FREE3 = 0x80,
};

enum { ACCESS_CODE = 0x9a, ACCESS_DATA = 0x92, ACCESS_DPL3 = 0x60, ACCESS_P = 0x80 };
enum { FLAGS_32 = 0xc, FLAGS_16 = 0 };

struct bench {
    struct cpu *cpu;
    uint8_t ram[BENCH_RAM];
    uint8_t vector; /* INTA's answer */
    bool ferr;      /* the FERR# pin */
    unsigned device_reads, device_writes;
    uint32_t port_value;
    uint16_t port;
    struct cpu_int_event interrupt;
    struct cpu_iret_event iret;
    struct cpu_task_event task;
    struct cpu_failed_event failed[4]; /* in the order they came; the last ones are lost */
    unsigned interrupts, irets, tasks, halts, shutdowns, failures;
};

static struct bench bench;

/* ---- Bus --------------------------------------------------------------------------------- */

static inline struct bus_page bench_page(void *ctx, uint32_t page)
{
    struct bench *b = ctx;

    if (page >= BENCH_RAM || page == BENCH_DEVICE)
        return (struct bus_page){0};
    return (struct bus_page){.host = b->ram + page, .writable = true};
}

static inline uint32_t bench_bus_read(void *ctx, uint32_t paddr, unsigned size)
{
    struct bench *b = ctx;

    if (paddr >> 12 == BENCH_DEVICE >> 12) {
        b->device_reads++;
        return paddr & 0xff;
    }
    return paddr < BENCH_RAM ? le_load(b->ram + paddr, size) : 0xffffffffu >> (32 - 8 * size);
}

static inline void bench_bus_write(void *ctx, uint32_t paddr, uint32_t value, unsigned size)
{
    struct bench *b = ctx;

    if (paddr >> 12 == BENCH_DEVICE >> 12)
        b->device_writes++;
    else if (paddr < BENCH_RAM)
        le_store(b->ram + paddr, size, value);
}

static inline uint32_t bench_in(void *ctx, uint16_t port, unsigned size)
{
    (void)ctx;
    (void)size;
    return port;
}

static inline void bench_out(void *ctx, uint16_t port, uint32_t value, unsigned size)
{
    struct bench *b = ctx;

    (void)size;
    b->port = port;
    b->port_value = value;
}

static inline uint8_t bench_intack(void *ctx)
{
    struct bench *b = ctx;

    cpu_set_intr(b->cpu, false);
    return b->vector;
}

static inline void bench_ferr(void *ctx, bool level)
{
    struct bench *b = ctx;

    b->ferr = level;
}

/* ---- Observers --------------------------------------------------------------------------- */

static inline void bench_on_interrupt(void *ctx, const struct cpu_int_event *event)
{
    struct bench *b = ctx;

    b->interrupt = *event;
    b->interrupts++;
}

static inline void bench_on_iret(void *ctx, const struct cpu_iret_event *event)
{
    struct bench *b = ctx;

    b->iret = *event;
    b->irets++;
}

static inline void bench_on_task(void *ctx, const struct cpu_task_event *event)
{
    struct bench *b = ctx;

    b->task = *event;
    b->tasks++;
}

static inline void bench_on_halt(void *ctx)
{
    ((struct bench *)ctx)->halts++;
}

static inline void bench_on_failed(void *ctx, const struct cpu_failed_event *event)
{
    struct bench *b = ctx;

    if (b->failures < 4)
        b->failed[b->failures] = *event;
    b->failures++;
}

static inline void bench_on_shutdown(void *ctx)
{
    ((struct bench *)ctx)->shutdowns++;
}

/* ---- Memory ------------------------------------------------------------------------------ */

static inline void bench_put(uint32_t addr, unsigned size, uint32_t value)
{
    le_store(bench.ram + addr, size, value);
    cpu_memory_written(bench.cpu, addr, size);
}

static inline uint32_t bench_get(uint32_t addr, unsigned size)
{
    return le_load(bench.ram + addr, size);
}

static inline void bench_copy(uint32_t addr, const uint8_t *bytes, unsigned n)
{
    memcpy(bench.ram + addr, bytes, n);
    cpu_memory_written(bench.cpu, addr, n);
}

/* CODE(addr, bytes...) puts machine code. */
#define CODE(addr, ...)                                                                            \
    bench_copy(addr, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static inline void bench_descriptor(uint16_t selector, uint32_t base, uint32_t limit,
                                    unsigned access, unsigned flags)
{
    uint32_t at = (selector & 4 ? BENCH_LDT : BENCH_GDT) + (selector & ~7u);

    bench_put(at, 4, (limit & 0xffff) | base << 16);
    bench_put(at + 4, 4,
              (base >> 16 & 0xff) | access << 8 | (limit & 0xf0000) | flags << 20 |
                  (base & 0xff000000));
}

/* A call, task, interrupt or trap gate. */
static inline void bench_put_gate(uint32_t at, unsigned type, unsigned dpl, uint16_t selector,
                                  uint32_t offset, unsigned params)
{
    bench_put(at, 4, (uint32_t)selector << 16 | (offset & 0xffff));
    bench_put(at + 4, 4, (offset & 0xffff0000) | 0x8000 | dpl << 13 | type << 8 | params);
}

static inline void bench_gate(unsigned vector, unsigned type, unsigned dpl, uint16_t selector)
{
    bench_put_gate(BENCH_IDT + vector * 8, type, dpl, selector, BENCH_HANDLERS + vector * 16, 0);
}

static inline uint32_t bench_handler(unsigned vector)
{
    return BENCH_HANDLERS + vector * 16;
}

static inline void bench_load(unsigned sreg, uint16_t selector)
{
    uint32_t at = (selector & 4 ? BENCH_LDT : BENCH_GDT) + (selector & ~7u);

    seg_unpack(&bench.cpu->s.seg[sreg], selector, bench_get(at, 4), bench_get(at + 4, 4));
}

static inline unsigned bench_access(uint16_t selector)
{
    return bench_get(BENCH_GDT + (selector & ~7u) + 5, 1);
}

/* ---- Setting up -------------------------------------------------------------------------- */

static inline void bench_create(const char *text)
{
    const struct cpu_bus bus = {&bench,   bench_page, bench_bus_read, bench_bus_write,
                                bench_in, bench_out,  bench_intack,   bench_ferr};
    const struct cpu_hooks hooks = {
        .ctx = &bench,
        .interrupt = bench_on_interrupt,
        .failed = bench_on_failed,
        .iret = bench_on_iret,
        .task = bench_on_task,
        .halt = bench_on_halt,
        .shutdown = bench_on_shutdown,
    };
    const char *engine = getenv("FORKSCOPE_ENGINE");
    struct cpu_model model;
    char why[200];

    cpu_destroy(bench.cpu);
    memset(&bench, 0, sizeof(bench));
    ck_assert_int_eq(cpu_model_parse(text, &model, why, sizeof(why)), 0);
    bench.cpu = cpu_create(&model, &bus, engine ? engine : "step");
    ck_assert_ptr_nonnull(bench.cpu);
    cpu_set_hooks(bench.cpu, &hooks);
    cpu_set_a20(bench.cpu, true);
}

static inline void bench_tables(void)
{
    bench_descriptor(SEL_CODE0, 0, 0xfffff, ACCESS_CODE, FLAGS_32);
    bench_descriptor(SEL_DATA0, 0, 0xfffff, ACCESS_DATA, FLAGS_32);
    bench_descriptor(SEL_CODE3, 0, 0xfffff, ACCESS_CODE | 0x60, FLAGS_32);
    bench_descriptor(SEL_DATA3, 0, 0xfffff, ACCESS_DATA | 0x60, FLAGS_32);
    bench_descriptor(SEL_CODE1, 0, 0xfffff, ACCESS_CODE | 0x20, FLAGS_32);
    bench_descriptor(SEL_DATA1, 0, 0xfffff, ACCESS_DATA | 0x20, FLAGS_32);
    bench_descriptor(SEL_CONFORMING, 0, 0xfffff, ACCESS_CODE | 4, FLAGS_32);
    bench_descriptor(SEL_TSS, BENCH_TSS, 0x1ff, ACCESS_P | DESC_TSS32_BUSY, 0);
    bench_descriptor(SEL_TSS2, BENCH_TSS2, 0x67, ACCESS_P | DESC_TSS32, 0);
    bench_descriptor(SEL_TSS16, BENCH_TSS16, 0x2b, ACCESS_P | DESC_TSS16, 0);
    bench_descriptor(SEL_LDT, BENCH_LDT, 0xff, ACCESS_P | DESC_LDT, 0);
    bench_descriptor(SEL_CODE16, 0, 0xffff, ACCESS_CODE, FLAGS_16);
    bench_descriptor(SEL_DATA16, 0, 0xffff, ACCESS_DATA, FLAGS_16);
    for (unsigned vector = 0; vector < 256; vector++) {
        bench_gate(vector, DESC_INT_GATE32, 0, SEL_CODE0);
        bench_put(bench_handler(vector), 1, 0xf4);
    }
    bench_put(BENCH_TSS + 4, 4, BENCH_STACK0);
    bench_put(BENCH_TSS + 8, 4, SEL_DATA0);
    bench_put(BENCH_TSS + 12, 4, BENCH_STACK1);
    bench_put(BENCH_TSS + 16, 4, SEL_DATA1);
    bench_put(BENCH_TSS + 0x66, 2, 0x68);
}

/* Flat protected mode in ring `cpl` (0, 1 or 3), about to run BENCH_CODE. */
static inline void bench_enter(unsigned cpl)
{
    struct cpu_state *s = &bench.cpu->s;
    uint16_t code = cpl == 0 ? SEL_CODE0 : cpl == 1 ? SEL_CODE1 : SEL_CODE3;
    uint16_t data = cpl == 0 ? SEL_DATA0 : cpl == 1 ? SEL_DATA1 : SEL_DATA3;

    s->cr0 = (s->cr0 & ~(CR0_NW | CR0_CD)) | CR0_PE;
    s->cpl = cpl;
    bench_load(SEG_CS, code);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        if (i != SEG_CS)
            bench_load(i, data);
    s->gpr[GPR_ESP] = cpl == 0 ? BENCH_KERNEL_STACK : cpl == 1 ? BENCH_STACK1 : BENCH_USER_STACK;
    s->eip = BENCH_CODE;
    s->eflags = EFLAGS_FIXED | EFLAGS_IF;
}

static inline void bench_protected(const char *model, unsigned cpl)
{
    struct cpu_state *s;

    bench_create(model);
    bench_tables();
    s = &bench.cpu->s;
    s->gdtr = (struct cpu_table_reg){BENCH_GDT, 0xff};
    s->idtr = (struct cpu_table_reg){BENCH_IDT, 0x7ff};
    seg_unpack(&s->tr, SEL_TSS, bench_get(BENCH_GDT + SEL_TSS, 4),
               bench_get(BENCH_GDT + SEL_TSS + 4, 4));
    seg_unpack(&s->ldtr, SEL_LDT, bench_get(BENCH_GDT + SEL_LDT, 4),
               bench_get(BENCH_GDT + SEL_LDT + 4, 4));
    bench_enter(cpl);
}

/* v86 mode at 0800:0000, which is BENCH_CODE, with a stack at 0f00:0000 and some selectors. */
static inline void bench_enter_v86(unsigned iopl)
{
    struct cpu_state *s = &bench.cpu->s;

    s->eflags = EFLAGS_FIXED | EFLAGS_IF | EFLAGS_VM | iopl << 12;
    s->cpl = 3;
    for (unsigned i = 0; i < SEG_COUNT; i++)
        seg_load_real(bench.cpu, i, 0x1110 + i);
    seg_load_real(bench.cpu, SEG_CS, BENCH_CODE >> 4);
    seg_load_real(bench.cpu, SEG_SS, 0x0e00);
    s->gpr[GPR_ESP] = 0x1000;
    s->eip = 0;
}

/* Identity paging of the first 4 MB, user and writable, nothing accessed. */
static inline void bench_paging(void)
{
    bench_put(BENCH_PD, 4, BENCH_PT | 7);
    for (unsigned i = 0; i < 1024; i++)
        bench_put(BENCH_PT + 4 * i, 4, i << 12 | 7);
    bench.cpu->s.cr3 = BENCH_PD;
    bench.cpu->s.cr0 |= CR0_PG;
    mmu_flush(bench.cpu, false);
}

static inline uint32_t bench_pte_addr(uint32_t linear)
{
    return BENCH_PT + (linear >> 12) * 4;
}

static inline uint32_t bench_pte(uint32_t linear)
{
    return bench_get(bench_pte_addr(linear), 4);
}

static inline void bench_set_pte(uint32_t linear, uint32_t pte)
{
    bench_put(bench_pte_addr(linear), 4, pte);
    mmu_flush(bench.cpu, false);
}

static inline enum cpu_stop bench_run(unsigned steps)
{
    return cpu_run(bench.cpu, bench.cpu->s.icount + steps);
}

/* One step that must end in the handler of `vector`. */
static inline void bench_expect_fault(unsigned vector, uint32_t error)
{
    unsigned before = bench.interrupts;

    bench_run(1);
    ck_assert_uint_eq(bench.interrupts, before + 1);
    ck_assert_uint_eq(bench.interrupt.vector, vector);
    ck_assert_uint_eq(bench.interrupt.error, error);
}

static inline int bench_main(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
