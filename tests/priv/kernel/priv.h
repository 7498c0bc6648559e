/*
 * The privilege test kernel: what user mode cannot reach, checked against the manuals.
 *
 * A case prepares tables, then calls probe(): the processor is put into any state (ring, v86 mode,
 * segments, flags) by an IRET and runs a snippet of code until the first interrupt or exception,
 * whatever its vector. What the processor looked like at the first instruction of that handler is
 * in `ev`: registers, segments, and the stack as it was pushed. So a snippet ends with the fault
 * that it is about, or with INT DONE.
 *
 * Results are TAP lines on port 0xe9; the numbers in their names are sections of the Intel SDM
 * ("3/5.8.4" is volume 3, 5.8.4) or "vol. 2" entries by instruction. Port 0xf4 gets 0 where all
 * passed, else 1.
 *
 * Command line: level=386|486|pentium|i686 (else found out), from=N and to=N (cases by number),
 * triple=NAME (one of those that must end in a triple fault).
 */
#ifndef PRIV_H
#define PRIV_H

#include <stdbool.h>
#include <stdint.h>

/* ---- Selectors: plain numbers, for use in assembly too ----------------------------------- */

#define TEXT_OF(x) #x
#define TEXT(x)    TEXT_OF(x)

#define SEL_CODE0   0x08 /* flat code and data of the rings, with their RPL */
#define SEL_DATA0   0x10
#define SEL_CODE3   0x1b
#define SEL_DATA3   0x23
#define SEL_TSS     0x28 /* 32-bit, the current one */
#define SEL_CODE1   0x31
#define SEL_DATA1   0x39
#define SEL_CODE2   0x42
#define SEL_DATA2   0x4a
#define SEL_TSS_B   0x50 /* 32-bit */
#define SEL_TSS16   0x58 /* 16-bit */
#define SEL_LDT     0x60
#define SEL_SNIP0   0x68 /* ring 0 code whose base is snippet_base: offsets fit in 16 bits */
#define SEL_SNIP3   0x73 /* the same for ring 3 */
#define SEL_TSS_DF  0x78 /* 32-bit, for task gates of exceptions */
#define SEL_T0      0x80 /* free for the cases */
#define SEL_T1      0x88
#define SEL_T2      0x90
#define SEL_T3      0x98
#define SEL_T4      0xa0
#define SEL_OUTSIDE 0x400 /* behind the limit of the GDT */
#define DONE        0x40  /* INT DONE may be used from every ring */

enum { GDT_ENTRIES = 24, VECTORS = 256 };

/* ---- Descriptors ------------------------------------------------------------------------- */

enum {
    ACC_P = 0x80,
    ACC_S = 0x10,
    ACC_CODE = 0x98, /* execute-only; all of these are present */
    ACC_CODE_R = 0x9a,
    ACC_CONFORMING = 0x9e,
    ACC_DATA_RO = 0x90,
    ACC_DATA = 0x92,
    ACC_DOWN = 0x96,
    ACC_LDT = 0x82,
    ACC_TSS16 = 0x81,
    ACC_TSS32 = 0x89,
    ACC_BUSY = 2,
    ACC_ACCESSED = 1,
    GATE_CALL16 = 0x84,
    GATE_TASK = 0x85,
    GATE_INT16 = 0x86,
    GATE_TRAP16 = 0x87,
    GATE_CALL32 = 0x8c,
    GATE_INT32 = 0x8e,
    GATE_TRAP32 = 0x8f,
    /* Flags of a segment descriptor. */
    SEG_G = 8,
    SEG_D = 4,
    SEG_FLAT = SEG_G | SEG_D,
};
#define DPL(n) ((n) << 5)

#define FLAT_LIMIT 0xfffff

/* `limit` is the 20-bit field. */
void segment_set(unsigned selector, uint32_t base, uint32_t limit, unsigned access, unsigned flags);
void gate_set(unsigned selector, unsigned access, unsigned target, uint32_t offset, unsigned count);
void idt_set(unsigned vector, unsigned access, unsigned target, uint32_t offset);
/* The access byte of a descriptor as it is in the table now. */
unsigned access_of(unsigned selector);
/* The same in entry n of the LDT, whose selector is LDT_SELECTOR(n); ldt_load() makes it the
 * current one. */
void ldt_set(unsigned entry, uint32_t base, uint32_t limit, unsigned access, unsigned flags);
void ldt_gate_set(unsigned entry, unsigned access, unsigned target, uint32_t offset);
void ldt_load(void);
#define LDT_SELECTOR(n) (8u * (n) | 4)

extern uint64_t gdt[GDT_ENTRIES], idt[VECTORS], ldt[8];

/* ---- Task state segments ----------------------------------------------------------------- */

struct tss32 {
    uint32_t link, esp0, ss0, esp1, ss1, esp2, ss2, cr3, eip, eflags;
    uint32_t eax, ecx, edx, ebx, esp, ebp, esi, edi, es, cs, ss, ds, fs, gs, ldt;
    uint16_t trap, iomap;
    uint8_t map[0x2000 + 8];
};

struct tss16 {
    uint16_t link, sp0, ss0, sp1, ss1, sp2, ss2, ip, flags;
    uint16_t ax, cx, dx, bx, sp, bp, si, di, es, cs, ss, ds, ldt;
};

extern struct tss32 tss_main, tss_b, tss_df;
extern struct tss16 tss_16;

/* ---- Stacks: each with a page below that catches nothing, and room above the top --------- */

enum { STACK_SIZE = 2048, STACK_ROOM = 256 };
/* [0..2]: the inner stacks in tss_main; [3..6]: where probes of ring 0..3 begin; [7], [8]: tss_b,
 * tss_df. */
extern uint8_t stacks[9][STACK_SIZE + STACK_ROOM];
uint32_t stack_top(unsigned n);

/* ---- Probes ------------------------------------------------------------------------------ */

struct regs {
    uint32_t eax, ecx, edx, ebx, ebp, esi, edi;
    uint32_t es, ds, fs, gs;
    uint32_t eip, cs, eflags, esp, ss;
};

enum { EVENT_WORDS = 25 };

struct event {
    uint32_t vector;
    uint32_t eax, ecx, edx, ebx, ebp, esi, edi;
    uint32_t es, ds, fs, gs, cs, ss;
    uint32_t esp;    /* at the first instruction of the handler: of the word pushed last */
    uint32_t eflags; /* in the handler */
    uint32_t word[EVENT_WORDS];
    /* Read a little later; the handler has not changed them. */
    uint32_t cr0, cr2, cr3, dr6, dr7, tr, ldtr;
    /* The words in 32-bit frames, by name. `error` is 0 where the vector has none. */
    uint32_t error, from_eip, from_cs, from_eflags, from_esp, from_ss;
};
extern struct event ev;

/* Registers for a probe of `code` in a ring, or in v86 mode at seg:0 with 4 KB of stack. */
struct regs ring(unsigned cpl, const void *code);
struct regs v86(const void *begin, const void *end);
void probe(const struct regs *start);
/* probe() of ring() in one. */
void probe_ring(unsigned cpl, const void *code);
/* The address of word n of 16-bit frames. */
unsigned word16(unsigned n);

/* Everything as it was before the first case. Called before each. */
void machine_reset(void);

/* Assembly that a probe can run; the labels in it are for LABEL(). */
#define SNIPPET(name, text)                                                                        \
    __asm__(".pushsection .snippets, \"ax\"\n" #name ": " text "\n.popsection\n");                 \
    extern const char name[]
#define LABEL(name) extern const char name[]
#define INT_DONE    "int $" TEXT(DONE) "\n"
extern const char snippet_base[];
#define SNIP_OFFSET(label) ((uint32_t)(label) - (uint32_t)snippet_base)

/* The first instruction of the handler of a vector. */
uint32_t handler(unsigned vector);

/* ---- Expectations ------------------------------------------------------------------------ */

void expect(const char *what, uint32_t got, uint32_t want);
/* The vector that ended the probe, with its error code where it has one. */
void expect_event(unsigned vector, uint32_t error);
void expect_done(void);
void expect_at(const void *eip);
void expect_frame(unsigned cs, const void *eip, uint32_t eflags);
void expect_outer(unsigned ss, uint32_t esp);

/* ---- Cases ------------------------------------------------------------------------------- */

enum level { L386, L486, LPENTIUM, LI686 };
extern enum level level;

struct test_case {
    const char *title;
    void (*run)(void);
    enum level since;
};

#define CASE_SINCE(name, level, title)                                                             \
    static void name(void);                                                                        \
    static const struct test_case case_##name                                                      \
        __attribute__((section(".cases"), used)) = {title, name, level};                           \
    static void name(void)
#define CASE(name, title) CASE_SINCE(name, L386, title)

/* ---- Processor --------------------------------------------------------------------------- */

enum {
    VEC_DE = 0,
    VEC_DB = 1,
    VEC_BP = 3,
    VEC_OF = 4,
    VEC_BR = 5,
    VEC_UD = 6,
    VEC_NM = 7,
    VEC_DF = 8,
    VEC_TS = 10,
    VEC_NP = 11,
    VEC_SS = 12,
    VEC_GP = 13,
    VEC_PF = 14,
    VEC_MF = 16,
    VEC_AC = 17,
    VEC_IRQ = 0x20,
};

enum {
    F_FIXED = 2,
    F_CF = 1,
    F_ZF = 0x40,
    F_TF = 0x100,
    F_IF = 0x200,
    F_DF = 0x400,
    F_IOPL = 0x3000,
    F_NT = 0x4000,
    F_RF = 0x10000,
    F_VM = 0x20000,
    F_AC = 0x40000,
    F_ID = 0x200000,
};
#define IOPL(n) ((n) << 12)

enum {
    CR0_PE = 1,
    CR0_MP = 2,
    CR0_EM = 4,
    CR0_TS = 8,
    CR0_ET = 16,
    CR0_NE = 32,
    CR0_WP = 0x10000,
    CR0_AM = 0x40000
};
#define CR0_PG 0x80000000u
enum { CR4_TSD = 4, CR4_DE = 8, CR4_PSE = 0x10, CR4_PGE = 0x80 };

#define ACCESSOR(reg)                                                                              \
    static inline uint32_t read_##reg(void)                                                        \
    {                                                                                              \
        uint32_t v;                                                                                \
        __asm__ volatile("mov %%" #reg ", %0" : "=r"(v));                                          \
        return v;                                                                                  \
    }                                                                                              \
    static inline void write_##reg(uint32_t v)                                                     \
    {                                                                                              \
        __asm__ volatile("mov %0, %%" #reg ::"r"(v) : "memory");                                   \
    }
ACCESSOR(cr0)
ACCESSOR(cr2)
ACCESSOR(cr3)
ACCESSOR(cr4)
ACCESSOR(dr0)
ACCESSOR(dr1)
ACCESSOR(dr2)
ACCESSOR(dr3)
ACCESSOR(dr6)
ACCESSOR(dr7)

static inline void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port));
}

static inline uint8_t in8(uint16_t port)
{
    uint8_t v;
    __asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port));
    return v;
}

static inline void out32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" ::"a"(value), "Nd"(port));
}

/* ---- Paging (paging.c) ------------------------------------------------------------------- */

enum {
    PAGE = 4096,
    PTE_P = 1,
    PTE_W = 2,
    PTE_U = 4,
    PTE_A = 0x20,
    PTE_D = 0x40,
    PTE_PS = 0x80,
    PTE_G = 0x100
};
#define WINDOW 0x40000000u /* linear pages for the cases */

/* The first 8 MB as they are, for all rings; the window's table with nothing in it. */
void paging_on(void);
uint32_t *window_pde(void);
uint32_t *window_pte(unsigned n);
/* Physical pages free for the cases, n below 8. */
uint8_t *spare_page(unsigned n);
void tlb_flush(void);
extern uint32_t page_directory[1024], other_directory[1024];

/* ---- main.c, console.c ------------------------------------------------------------------- */

void *memset(void *to, int value, uint32_t n);
void *memcpy(void *to, const void *from, uint32_t n);
void print(const char *text);
void print_hex(uint32_t value);
void print_decimal(uint32_t value);
bool word_is(const char *text, const char *word);
void machine_off(unsigned status);
void triple_run(const char *name);

#endif
