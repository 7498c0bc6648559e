#include "tests/fuzz/cpu_world.h"

#include <stdlib.h>
#include <string.h>

enum {
    GDT = 0x1000,
    IDT = 0x2000,
    TSS = 0x3000,
    TSS2 = 0x4000,
    TSS16 = 0x5000,
    TSS2_SELECTOR = 0x18,
    TSS16_SELECTOR = 0x20,
    CODE16_SELECTOR = 0x28,
    STACK16_SELECTOR = 0x30,
    STACK16 = 0xf000u,
    TASK_VECTOR = 0x30,
    TSS_SELECTOR = 0x40, /* TR when a world begins */
    CODE = 0x10000,
    HANDLERS = 0x12000, /* enum handler, 16 bytes each */
    STACK0 = 0x20000,
};

static uint64_t random_state;

static uint64_t random64(void)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static uint32_t below(uint32_t n)
{
    return (uint32_t)(random64() % n);
}

static bool one_in(uint32_t n)
{
    return below(n) == 0;
}

/* Mostly an address in WORLD_RAM, sometimes anything. */
static uint32_t random_address(void)
{
    return one_in(8) ? (uint32_t)random64() : below(WORLD_RAM);
}

static void put(struct world *w, uint32_t addr, uint32_t value)
{
    memcpy(w->ram + addr, &value, 4);
}

static uint16_t random_selector(void)
{
    if (one_in(10))
        return (uint16_t)random64();
    return (uint16_t)((one_in(3) ? 0x18 : below(24) * 8) | below(4) | (one_in(8) ? 4 : 0));
}

/* Code and data are flat more often than not, so that the guest gets somewhere. */
static void put_descriptor(struct world *w, uint32_t at)
{
    static const uint8_t access[] = {0x9a, 0x92, 0xfa, 0xf2, 0x9e, 0x96, 0xb2, 0xba,
                                     0x89, 0x81, 0x8b, 0x83, 0x82, 0x85, 0x8c, 0x84};
    unsigned type = one_in(10) ? below(256) : access[below(sizeof(access))];
    bool code_or_data = type & 0x10;
    uint32_t base = code_or_data && !one_in(4) ? 0 : random_address();
    uint32_t limit = code_or_data && !one_in(4) ? 0xfffff : below(0x2000);
    uint32_t flags = code_or_data ? (one_in(4) ? below(16) : 0xc) : 0;

    if (!code_or_data && (type & 4)) { /* a gate */
        put(w, at, (uint32_t)random_selector() << 16 | (CODE + below(0x1000)));
        put(w, at + 4, type << 8 | below(32) | (CODE & 0xffff0000));
        return;
    }
    put(w, at, (limit & 0xffff) | base << 16);
    put(w, at + 4,
        (base >> 16 & 0xff) | type << 8 | (limit & 0xf0000) | flags << 20 | (base & 0xff000000));
}

/* Handlers that step over the instruction which brought them up, so that a guest that faults all
 * the time gets on: with an error code, without, and in real mode. */
enum handler { HANDLER_ERROR, HANDLER_PLAIN, HANDLER_REAL };

static void put_handlers(struct world *w)
{
    static const uint8_t error[] = {0x83, 0xc4, 0x04, 0xff, 0x04, 0x24, 0xcf};
    static const uint8_t plain[] = {0xff, 0x04, 0x24, 0xcf};
    static const uint8_t real[] = {0x55, 0x89, 0xe5, 0xff, 0x46, 0x02, 0x5d, 0xcf};

    memcpy(w->ram + HANDLERS + 16 * HANDLER_ERROR, error, sizeof(error));
    memcpy(w->ram + HANDLERS + 16 * HANDLER_PLAIN, plain, sizeof(plain));
    memcpy(w->ram + HANDLERS + 16 * HANDLER_REAL, real, sizeof(real));
}

static uint32_t good_handler(unsigned vector)
{
    bool error = vector < 32 && (0x00027d00 >> vector & 1);

    return HANDLERS + 16 * (error ? HANDLER_ERROR : HANDLER_PLAIN);
}

static void put_good_gate(struct world *w, unsigned vector)
{
    unsigned dpl = one_in(2) ? 3 : 0;

    put(w, IDT + 8 * vector, 0x00080000 | (good_handler(vector) & 0xffff));
    put(w, IDT + 8 * vector + 4, (HANDLERS & 0xffff0000) | 0x8e00 | dpl << 13 | below(2) << 8);
}

static void put_random_gate(struct world *w, unsigned vector)
{
    static const uint8_t types[] = {5, 6, 7, 14, 15, 14, 14, 14};
    unsigned type = one_in(12) ? below(32) : types[below(sizeof(types))];
    uint16_t selector = type == 5 || one_in(3) ? random_selector() : 0x08;
    uint32_t present = one_in(12) ? 0 : 0x8000;

    put(w, IDT + 8 * vector, (uint32_t)selector << 16 | ((CODE + below(0x1000)) & 0xffff));
    put(w, IDT + 8 * vector + 4, (CODE & 0xffff0000) | present | below(4) << 13 | type << 8);
}

/* INT TASK_VECTOR switches tasks, from every ring. */
static void put_task_gate(struct world *w)
{
    put(w, IDT + 8 * TASK_VECTOR, (one_in(3) ? TSS16_SELECTOR : TSS2_SELECTOR) << 16);
    put(w, IDT + 8 * TASK_VECTOR + 4, 0xe500);
}

static void put_gates(struct world *w)
{
    unsigned badness = 1 + below(20);

    for (unsigned vector = 0; vector < 256; vector++) {
        uint32_t real = one_in(badness) ? CODE << 12 | below(0x1000)
                                        : CODE << 12 | (HANDLERS - CODE + 16 * HANDLER_REAL);

        put(w, 4 * vector, real);
        if (one_in(badness))
            put_random_gate(w, vector);
        else
            put_good_gate(w, vector);
    }
    if (!one_in(4))
        put_task_gate(w);
}

/* Segments for a task in v86 mode: its code begins where all code does. */
static void put_v86_task(struct world *w, uint32_t at)
{
    put(w, at + 0x20, below(0x1000));
    put(w, at + 0x24, EFLAGS_VM | below(4) << 12 | ((uint32_t)random64() & 0xed7));
    put(w, at + 0x38, below(0x10000));
    for (unsigned i = 0; i < SEG_COUNT; i++)
        put(w, at + 0x48 + 4 * i, i == SEG_CS ? CODE >> 4 : below(WORLD_RAM >> 4));
}

/* A TSS whose stacks work, most of the time: TR's own, and another one for jumps, calls and task
 * gates. The registers in it are good ones in half the worlds, v86 mode's in some of these. */
static void put_tss(struct world *w, uint32_t at, uint16_t link)
{
    for (unsigned i = 0; i < 0x200; i += 4)
        if (one_in(2))
            put(w, at + i, i < 0x1c || i > 0x44 ? random_selector() : random_address());
    put(w, at, link);
    put(w, at + 4, STACK0);
    put(w, at + 8, one_in(10) ? random_selector() : 0x10);
    if (one_in(2))
        return;
    put(w, at + 0x1c, WORLD_PAGE_TABLES);
    put(w, at + 0x60, 0); /* no LDT */
    put(w, at + 0x64, one_in(4) ? (uint32_t)random64() : 0x00680000 | one_in(8));
    put(w, at + 0x38, STACK0 + 0x1000);
    if (one_in(3)) {
        put_v86_task(w, at);
        return;
    }
    put(w, at + 0x20, CODE + below(0x1000));
    put(w, at + 0x24, (uint32_t)random64() & 0x7ed7);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        put(w, at + 0x48 + 4 * i, i == SEG_CS ? 0x08 : 0x10);
}

/* The same for a 16-bit TSS, with segments that its 16-bit pointers can reach. */
static void put_tss16(struct world *w, uint32_t at)
{
    for (unsigned i = 0; i < 0x40; i += 4)
        put(w, at + i, (uint32_t)random64());
    put(w, at, TSS_SELECTOR | (uint32_t)STACK16 << 16);
    put(w, at + 0x04, 0x10 | below(0x10000) << 16);              /* SS0 */
    put(w, at + 0x0c, 0x10 | below(0x1000) << 16);               /* IP */
    put(w, at + 0x18, below(0x10000) | (uint32_t)STACK16 << 16); /* SP */
    put(w, at + 0x20, below(0x10000) | 0x10 << 16);              /* ES */
    put(w, at + 0x24, CODE16_SELECTOR | STACK16_SELECTOR << 16); /* CS, SS */
    put(w, at + 0x28, 0x10);                                     /* DS, no LDT */
    put(w, GDT + CODE16_SELECTOR, 0x0000ffff);
    put(w, GDT + CODE16_SELECTOR + 4, 0x00409a00 | CODE >> 16);
    put(w, GDT + STACK16_SELECTOR, 0x0000ffff);
    put(w, GDT + STACK16_SELECTOR + 4, 0x9200);
}

static void put_tss_descriptor(struct world *w, uint16_t selector, uint32_t base, unsigned type)
{
    unsigned dpl = one_in(2) ? 3 : 0;

    put(w, GDT + selector, base << 16 | 0x1ff);
    put(w, GDT + selector + 4, 0x8000 | dpl << 13 | type << 8 | base >> 16);
}

static void put_tables(struct world *w)
{
    for (unsigned i = 0; i < 32; i++)
        put_descriptor(w, GDT + 8 * i);
    put(w, GDT + 8, 0x0000ffff);
    put(w, GDT + 12, 0x00cf9a00);
    put(w, GDT + 16, 0x0000ffff);
    put(w, GDT + 20, 0x00cf9200);
    put_tss_descriptor(w, TSS2_SELECTOR, TSS2, 9);
    put_tss_descriptor(w, TSS16_SELECTOR, TSS16, 1);
    if (!one_in(4))
        put_tss_descriptor(w, TSS_SELECTOR, TSS, one_in(4) ? 9 : 11);
    put_handlers(w);
    put_gates(w);
    put_tss(w, TSS, TSS2_SELECTOR);
    put_tss(w, TSS2, TSS_SELECTOR);
    put_tss16(w, TSS16);
}

static void put_page_tables(struct world *w)
{
    for (unsigned i = 0; i < 1024; i++) {
        uint32_t table = WORLD_PAGE_TABLES + 0x1000 * (1 + below(3));
        uint32_t large = one_in(2) ? 0x80 : 0;

        put(w, WORLD_PAGE_TABLES + 4 * i, one_in(3) ? below(256) | large : table | below(128) | 1);
    }
    put(w, WORLD_PAGE_TABLES, (WORLD_PAGE_TABLES + 0x1000) | (one_in(4) ? below(8) : 7));
    for (unsigned i = 0; i < 3 * 1024; i++) {
        uint32_t page = one_in(4) ? below(WORLD_RAM) & ~0xfffu : (i % 64) << 12;

        put(w, WORLD_PAGE_TABLES + 0x1000 + 4 * i, page | (one_in(5) ? below(512) : 7));
    }
}

/* Opcodes that reach the system half of the processor. */
static const struct {
    unsigned length;
    const char *bytes;
} favourites[] = {
    {2, "\xcd\x21"},
    {1, "\xcc"},
    {1, "\xce"},
    {1, "\xcf"},
    {1, "\xf1"},
    {3, "\x0f\x22\xc0"},
    {3, "\x0f\x22\xd8"},
    {3, "\x0f\x22\xe0"},
    {3, "\x0f\x00\xd8"},
    {3, "\x0f\x00\xd0"},
    {3, "\x0f\x01\x38"},
    {3, "\x0f\x01\x10"},
    {1, "\x9c"},
    {1, "\x9d"},
    {1, "\xfb"},
    {1, "\xfa"},
    {2, "\x8e\xd0"},
    {1, "\x17"},
    {1, "\x1f"},
    {1, "\xcb"},
    {2, "\xf3\xa4"},
    {2, "\xf3\xab"},
    {1, "\xf4"},
    {1, "\x6c"},
    {2, "\xe6\x92"},
    {2, "\xff\x2b"},
    {2, "\xff\x1b"},
    {3, "\x0f\x23\xc0"},
    {3, "\x0f\x23\xf8"},
    {2, "\x66\xcf"},
    {1, "\xea"},
    {1, "\x9a"},
    {3, "\x0f\xb2\x23"},
    {4, "\xc8\x10\x20\x1f"},
    /* a frame of v86 mode with IOPL 3 and one with IOPL 0; IRET */
    {28, "\x6a\0\x6a\0\x6a\0\x6a\0\x6a\0\x68\0\x10\0\0\x68\2\x32\2\0"
         "\x68\0\x10\0\0\x6a\x20\xcf"},
    {28, "\x6a\0\x6a\0\x6a\0\x6a\0\x6a\x10\x68\0\x10\0\0\x68\2\2\2\0"
         "\x68\0\x10\0\0\x6a\x40\xcf"},
    {1, "\xc3"},
    {1, "\x40"},
    {1, "\x90"},
    /* TASK_FAVOURITES begin here. */
    {7, "\x9a\0\0\0\0\x18\0"},
    {7, "\xea\0\0\0\0\x18\0"},
    {7, "\x9a\0\0\0\0\x20\0"},
    {7, "\xea\0\0\0\0\x40\0"},
    {2, "\xcd\x30"},
    {8, "\x9c\x80\x4c\x24\x01\x40\x9d\xcf"}, /* set NT, IRET */
};

/* The last ones of the table: a world of tasks has more of them. */
enum { TASK_FAVOURITES = 6 };

/* Favourites among bytes of any kind. */
static void put_code(struct world *w)
{
    const unsigned count = sizeof(favourites) / sizeof(favourites[0]);
    bool tasks = one_in(3);

    for (uint32_t at = CODE; at < CODE + 0x1100;) {
        unsigned i = tasks && one_in(2) ? count - 1 - below(TASK_FAVOURITES) : below(count);

        if (one_in(3)) {
            memcpy(w->ram + at, favourites[i].bytes, favourites[i].length);
            at += favourites[i].length;
        } else {
            w->ram[at++] = (uint8_t)random64();
        }
    }
}

static struct cpu_segment flat(bool code, unsigned dpl)
{
    uint16_t selector = (uint16_t)((code ? 0x08 : 0x10) | dpl);
    uint16_t attr = (uint16_t)(0xc093 | dpl << 5 | (code ? 8 : 0));

    return (struct cpu_segment){.selector = selector, .attr = attr, .limit = 0xffffffff};
}

/* As real and v86 mode load one. */
static struct cpu_segment paragraph(bool code, unsigned dpl)
{
    uint16_t selector = code ? CODE >> 4 : (uint16_t)below(WORLD_RAM >> 4);

    return (struct cpu_segment){
        .selector = selector,
        .attr = (uint16_t)(0x93 | dpl << 5),
        .base = (uint32_t)selector << 4,
        .limit = 0xffff,
    };
}

static struct cpu_segment random_segment(bool code, unsigned dpl)
{
    struct cpu_segment seg = flat(code, dpl);

    if (one_in(6))
        seg.base = random_address();
    if (one_in(6))
        seg.limit = below(WORLD_RAM);
    if (one_in(6))
        seg.attr = (uint16_t)random64();
    return seg;
}

static void random_registers(struct cpu_state *s)
{
    for (unsigned i = 0; i < GPR_COUNT; i++)
        s->gpr[i] = one_in(4) ? below(64) : random_address();
    s->eip = CODE + below(0x1000);
    s->eflags = (uint32_t)random64() & (one_in(4) ? 0x3fffff : EFLAGS_STATUS | EFLAGS_IF);
    if ((s->cr0 & CR0_PE) && one_in(5)) {
        s->eflags |= EFLAGS_VM;
        s->cpl = 3;
    }
    for (unsigned i = 0; i < SEG_COUNT; i++) {
        bool real = !(s->cr0 & CR0_PE) || (s->eflags & EFLAGS_VM);

        s->seg[i] = real ? paragraph(i == SEG_CS, s->cpl) : random_segment(i == SEG_CS, s->cpl);
    }
    if (s->seg[SEG_CS].base == CODE)
        s->eip -= CODE;
    for (unsigned i = 0; i < 4; i++)
        s->dr[i] = random_address();
    s->dr[7] = one_in(3) ? (uint32_t)random64() : 0;
    for (unsigned i = 0; i < 8; i++) {
        s->x87.st[i].mant = one_in(4) ? 0 : random64();
        s->x87.st[i].se = (uint16_t)(one_in(4) ? 0x7fff : random64());
    }
    s->x87.cw = (uint16_t)(one_in(2) ? 0x37f : random64());
    s->x87.sw = (uint16_t)random64();
    s->x87.tw = (uint16_t)random64();
    s->intr = one_in(3);
    s->nmi_pending = one_in(4);
    s->pending_db = one_in(10) ? (uint32_t)random64() : 0;
    s->shadow = (uint8_t)below(4);
    s->activity = one_in(20) ? (uint8_t)below(4) : CPU_RUNNING;
}

static void random_system(struct cpu_state *s)
{
    static const uint32_t modes[] = {0, CR0_PE, CR0_PE | CR0_PG, CR0_PE | CR0_PG | CR0_WP,
                                     CR0_PE | CR0_AM};

    s->cr0 = modes[below(5)] | (one_in(6) ? CR0_TS : 0) | CR0_ET;
    s->cr3 = one_in(10) ? random_address() : WORLD_PAGE_TABLES;
    s->cr4 = one_in(2) ? CR4_PSE | CR4_PGE : one_in(2) ? (uint32_t)random64() & 0x8c : 0;
    s->cpl = (uint8_t)(!(s->cr0 & CR0_PE) || one_in(2) ? 0 : below(4));
    s->gdtr = (struct cpu_table_reg){GDT, (uint16_t)(one_in(8) ? below(256) : 0xff)};
    s->idtr = (struct cpu_table_reg){s->cr0 & CR0_PE ? IDT : 0, 0x7ff};
    s->tr =
        (struct cpu_segment){.selector = TSS_SELECTOR, .attr = 0x8b, .base = TSS, .limit = 0x1ff};
    if (one_in(4))
        s->tr.attr = (uint16_t)random64();
    s->ldtr = (struct cpu_segment){.attr = 0x82, .base = GDT, .limit = 0xff};
    s->a20 = !one_in(8);
}

void cpu_world_make(struct world *w, uint64_t seed)
{
    static const char *const models[] = {"386", "486", "pentium", "i686", "i686,+de"};
    char why[100];

    random_state = seed;
    memset(w, 0, sizeof(*w));
    if (cpu_model_parse(models[below(5)], &w->model, why, sizeof(why)) < 0)
        exit(EXIT_FAILURE);
    put_tables(w);
    put_page_tables(w);
    put_code(w);
    random_system(&w->state);
    random_registers(&w->state);
    w->watch = one_in(3) ? random_address() : 0;
    w->exec_hook = one_in(3) ? CODE + below(0x1000) : 0;
    w->every_insn = one_in(6);
}
