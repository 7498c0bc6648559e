/* Descriptor tables, paging and ports of the benchmark kernel. */
#include "bench.h"

/* ---- Console and switch-off -------------------------------------------------------------- */

void console_char(char c)
{
    out8(0xe9, (uint8_t)c);
}

void console_hex(uint32_t value)
{
    for (int shift = 28; shift >= 0; shift -= 4)
        console_char("0123456789abcdef"[value >> shift & 15]);
}

/* forkscope and QEMU (isa-debug-exit), then Bochs. */
void machine_off(void)
{
    out32(0xf4, 0);
    for (const char *p = "Shutdown"; *p; p++)
        out8(0x8900, (uint8_t)*p);
    for (;;)
        __asm__ volatile("cli; hlt");
}

/* ---- What the compiler calls ------------------------------------------------------------- */

void *memset(void *to, int value, uint32_t n)
{
    void *at = to;

    __asm__ volatile("rep stosb" : "+D"(at), "+c"(n) : "a"(value) : "memory");
    return to;
}

void *memcpy(void *to, const void *from, uint32_t n)
{
    void *at = to;

    __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(n)::"memory");
    return to;
}

/* ---- GDT, IDT, TSS ----------------------------------------------------------------------- */

struct table_register {
    uint16_t limit;
    uint32_t base;
} __attribute__((packed));

struct tss {
    uint32_t back_link, esp0, ss0, unused[23];
};

extern char ring0_stack_top[];
static struct tss tss;
static uint64_t idt[256];
static uint64_t gdt[6] = {
    0,
    0x00cf9b000000ffff, /* 08 kernel code */
    0x00cf93000000ffff, /* 10 kernel data */
    0x00cffb000000ffff, /* 1b user code */
    0x00cff3000000ffff, /* 23 user data */
    0,                  /* 28 TSS */
};

void gate_set(unsigned vector, void *handler, unsigned dpl)
{
    uint32_t offset = (uint32_t)handler;

    idt[vector] = (uint64_t)((offset & 0xffff0000) | 0x8e00 | dpl << 13) << 32 |
                  (0x08 << 16 | (offset & 0xffff));
}

static void pic_setup(void)
{
    static const uint8_t init[][2] = {{0x20, 0x11}, {0xa0, 0x11}, {0x21, 0x20}, {0xa1, 0x28},
                                      {0x21, 4},    {0xa1, 2},    {0x21, 1},    {0xa1, 1},
                                      {0x21, 0xff}, {0xa1, 0xff}};

    for (unsigned i = 0; i < sizeof(init) / sizeof(init[0]); i++)
        out8(init[i][0], init[i][1]);
}

void cpu_setup(void)
{
    struct table_register gdtr = {sizeof(gdt) - 1, (uint32_t)gdt};
    struct table_register idtr = {sizeof(idt) - 1, (uint32_t)idt};
    uint32_t base = (uint32_t)&tss;

    tss.esp0 = (uint32_t)ring0_stack_top;
    tss.ss0 = 0x10;
    gdt[5] = (uint64_t)((base & 0xff000000) | 0x8900 | (base >> 16 & 0xff)) << 32 |
             (base << 16 | (sizeof(tss) - 1));
    for (unsigned i = 0; i < 256; i++)
        gate_set(i, gate_bad, 0);
    gate_set(0x0e, gate_page_fault, 0);
    gate_set(0x20, gate_timer, 0);
    gate_set(0x80, gate_syscall, 3);
    gate_set(0x81, gate_leave_ring3, 3);
    load_tables(&gdtr, &idtr, 0x28);
    pic_setup();
    __asm__ volatile("fninit");
}

/* ---- Paging ------------------------------------------------------------------------------ */

uint32_t current_directory;
static uint32_t pool_next = POOL;

void pool_reset(void)
{
    pool_next = POOL;
}

uint32_t pool_take(void)
{
    uint32_t page = pool_next;

    if (page >= POOL_END) {
        console_char('#');
        machine_off();
    }
    pool_next += PAGE;
    __builtin_memset((void *)page, 0, PAGE);
    return page;
}

uint32_t *pte_of(uint32_t directory, uint32_t linear)
{
    uint32_t *pde = (uint32_t *)directory + (linear >> 22);

    if (!(*pde & PTE_PRESENT))
        *pde = pool_take() | PTE_PRESENT | PTE_WRITE | PTE_USER;
    return (uint32_t *)(*pde & ~0xfffu) + (linear >> 12 & 1023);
}

void map_page(uint32_t directory, uint32_t linear, uint32_t phys, uint32_t bits)
{
    *pte_of(directory, linear) = phys | bits | PTE_PRESENT;
}

uint32_t directory_new(void)
{
    uint32_t directory = pool_take();

    for (uint32_t at = 0; at < 0x1000000; at += PAGE)
        map_page(directory, at, at, PTE_WRITE | PTE_USER);
    return directory;
}

void paging_on(uint32_t directory)
{
    uint32_t cr0;

    current_directory = directory;
    load_cr3(directory);
    __asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
    __asm__ volatile("mov %0, %%cr0; jmp 1f; 1:" ::"r"(cr0 | 0x80010000));
}

void paging_off(void)
{
    uint32_t cr0;

    __asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
    __asm__ volatile("mov %0, %%cr0; jmp 1f; 1:" ::"r"(cr0 & ~0x80000000));
}
