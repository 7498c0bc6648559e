#include "tests/oracle/emulate.h"

#include <stdlib.h>
#include <string.h>

#include "cpu/hooks.h"
#include "tests/oracle/oracle_memory.h"
#include "tests/testbed/testbed.h"

/* Physical memory: tables first, then the windows one behind the other. */
enum {
    PHYS_DIRECTORY = 0x0000,
    PHYS_PAGE_TABLES = 0x1000, /* one for each window, and one for the tables */
    PHYS_GDT = 0x6000,
    PHYS_LDT = 0x6800,
    PHYS_IDT = 0x7000,
    PHYS_TSS = 0x8000,
    PHYS_STACK_TOP = 0xa000,
    PHYS_WINDOWS = 0x10000,
    PHYS_SIZE = 0x20000,
};

/* Where the tables lie in the linear space: supervisor pages that no test is let near. */
#define SYSTEM_BASE 0xf0000000u

enum { PTE_PRESENT = 1, PTE_WRITE = 2, PTE_USER = 4, PTE_ACCESSED = 0x20, PTE_DIRTY = 0x40 };
enum { KERNEL_CS = 0x08, KERNEL_DS = 0x18, TSS_SELECTOR = 0x40, LDT_SELECTOR = 0x50 };
enum { GDT_SIZE = 16, TSS_LIMIT = 0x67 };
enum { MAX_STEPS = 3000 };

/* As Linux fills them; the entries left out are zero here and of no use to a process there. */
static const uint64_t gdt[GDT_SIZE] = {
    [1] = 0x00cf9b000000ffff, /* kernel code, 32-bit */
    [2] = 0x00af9b000000ffff, /* kernel code, 64-bit */
    [3] = 0x00cf93000000ffff, /* kernel data */
    [4] = 0x00cffb000000ffff, /* user code, 32-bit */
    [5] = 0x00cff3000000ffff, /* user data */
    [6] = 0x00affb000000ffff, /* user code, 64-bit */
};

static const struct oracle_ldt_entry ldt[ORACLE_LDT_SIZE] = ORACLE_LDT_TABLE;

struct emulator {
    struct testbed *bed;
    uint8_t *ram;
    struct oracle_memory memory;
    uint32_t pattern;
    bool trapped;
    struct cpu_int_event event;
};

/* ---- Descriptors ---------------------------------------------------------------------------- */

static uint64_t make_descriptor(uint32_t base, uint32_t limit, uint32_t attr)
{
    return (limit & 0xffff) | (uint64_t)(base & 0xffffff) << 16 | (uint64_t)(attr & 0xff) << 40 |
           (uint64_t)(limit >> 16 & 0xf) << 48 | (uint64_t)(attr >> 12 & 0xf) << 52 |
           (uint64_t)(base >> 24) << 56;
}

/* What modify_ldt() makes of an entry; it sets the accessed bit ahead. */
static uint64_t ldt_descriptor(const struct oracle_ldt_entry *e)
{
    uint32_t type = (uint32_t)(!e->read_exec_only) << 1 | (uint32_t)e->contents << 2 | 1;
    uint32_t attr = type | SEGATTR_S | 3u << SEGATTR_DPL_SHIFT;
    attr |= e->absent ? 0 : SEGATTR_P;
    attr |= e->bits32 ? SEGATTR_DB : 0;
    attr |= e->pages ? SEGATTR_G : 0;
    return make_descriptor(e->base, e->limit, attr);
}

static uint64_t descriptor_of(uint16_t selector)
{
    unsigned index = selector >> 3;
    if (selector & 4)
        return index < ORACLE_LDT_SIZE ? ldt_descriptor(&ldt[index]) : 0;
    return index < GDT_SIZE ? gdt[index] : 0;
}

static struct cpu_segment load_segment(uint16_t selector)
{
    uint64_t d = descriptor_of(selector);
    struct cpu_segment s = {.selector = selector};
    if (!(selector & 0xfffc))
        return (struct cpu_segment){.selector = 0};
    s.attr = (uint16_t)(d >> 40 & 0xf0ff);
    s.base = (uint32_t)(d >> 16 & 0xffffff) | (uint32_t)(d >> 56 << 24);
    s.limit = (uint32_t)(d & 0xffff) | (uint32_t)(d >> 32 & 0xf0000);
    if (s.attr & SEGATTR_G)
        s.limit = s.limit << 12 | 0xfff;
    return s;
}

uint32_t emulator_segment_base(uint16_t selector)
{
    return load_segment(selector).base;
}

bool emulator_segment_is_32bit(uint16_t selector)
{
    return load_segment(selector).attr & SEGATTR_DB;
}

/* ---- Tables --------------------------------------------------------------------------------- */

static void put32(struct emulator *e, uint32_t paddr, uint32_t value)
{
    memcpy(e->ram + paddr, &value, sizeof value);
}

static void map_pages(struct emulator *e, unsigned table, uint32_t linear, uint32_t size,
                      uint32_t paddr, uint32_t rights)
{
    uint32_t table_at = PHYS_PAGE_TABLES + table * TESTBED_PAGE;
    put32(e, PHYS_DIRECTORY + (linear >> 22) * 4,
          table_at | PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_ACCESSED);
    for (uint32_t at = 0; at < size; at += TESTBED_PAGE)
        put32(e, table_at + ((linear + at) >> 12 & 0x3ff) * 4,
              (paddr + at) | rights | PTE_PRESENT | PTE_ACCESSED | PTE_DIRTY);
}

/* The two windows in the first 4 MB share a page table. */
static void build_paging(struct emulator *e)
{
    uint32_t paddr = PHYS_WINDOWS;
    for (unsigned w = 0; w < ORACLE_WINDOWS; w++) {
        const struct oracle_window *window = &oracle_windows[w];
        unsigned table = window->base >> 22 ? w : 0;
        map_pages(e, table, window->base, window->size, paddr,
                  PTE_USER | (window->writable ? PTE_WRITE : 0));
        e->memory.host[w] = e->ram + paddr;
        paddr += window->size;
    }
    map_pages(e, ORACLE_WINDOWS, SYSTEM_BASE, PHYS_WINDOWS, 0, PTE_WRITE);
}

static void build_idt(struct emulator *e)
{
    enum { INTERRUPT_GATE32 = 0x8e00, DPL3 = 0x6000 };
    for (uint32_t vector = 0; vector < 256; vector++) {
        bool user = vector == VEC_BP || vector == VEC_OF || vector == 0x80;
        put32(e, PHYS_IDT + vector * 8, (uint32_t)KERNEL_CS << 16 | vector);
        put32(e, PHYS_IDT + vector * 8 + 4,
              SYSTEM_BASE >> 16 << 16 | INTERRUPT_GATE32 | (user ? DPL3 : 0));
    }
}

static void build_tables(struct emulator *e)
{
    build_paging(e);
    build_idt(e);
    memcpy(e->ram + PHYS_GDT, gdt, sizeof gdt);
    for (unsigned i = 0; i < ORACLE_LDT_SIZE; i++) {
        uint64_t d = ldt_descriptor(&ldt[i]);
        memcpy(e->ram + PHYS_LDT + 8 * i, &d, sizeof d);
    }
    put32(e, PHYS_TSS + 4, SYSTEM_BASE + PHYS_STACK_TOP);
    put32(e, PHYS_TSS + 8, KERNEL_DS);
    put32(e, PHYS_TSS + 0x64, (TSS_LIMIT + 1u) << 16); /* no I/O bitmap */
}

/* ---- State ---------------------------------------------------------------------------------- */

static void load_x87(struct x87_state *x, const struct oracle_x87 *from)
{
    unsigned top = from->sw >> 11 & 7;
    x->cw = from->cw;
    x->sw = from->sw;
    x->tw = from->tw;
    x->fop = from->fop;
    x->fip = from->fip;
    x->fcs = from->fcs;
    x->fdp = from->fdp;
    x->fds = from->fds;
    for (unsigned i = 0; i < 8; i++) {
        memcpy(&x->st[(top + i) & 7].mant, from->st[i], 8);
        memcpy(&x->st[(top + i) & 7].se, from->st[i] + 8, 2);
    }
}

static void store_x87(const struct x87_state *x, struct oracle_x87 *to)
{
    unsigned top = x->sw >> 11 & 7;
    to->cw = x->cw;
    to->sw = x->sw;
    to->tw = x->tw;
    to->fop = x->fop;
    to->fip = x->fip;
    to->fcs = x->fcs;
    to->fdp = x->fdp;
    to->fds = x->fds;
    for (unsigned i = 0; i < 8; i++) {
        memcpy(to->st[i], &x->st[(top + i) & 7].mant, 8);
        memcpy(to->st[i] + 8, &x->st[(top + i) & 7].se, 2);
    }
}

static void load_system(struct cpu_state *s)
{
    s->cr0 = CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_PG;
    s->cr3 = PHYS_DIRECTORY;
    s->gdtr = (struct cpu_table_reg){SYSTEM_BASE + PHYS_GDT, sizeof gdt - 1};
    s->idtr = (struct cpu_table_reg){SYSTEM_BASE + PHYS_IDT, 0x7ff};
    s->ldtr = (struct cpu_segment){
        .selector = LDT_SELECTOR,
        .attr = SEGATTR_P | 2,
        .base = SYSTEM_BASE + PHYS_LDT,
        .limit = ORACLE_LDT_SIZE * 8 - 1,
    };
    s->tr = (struct cpu_segment){
        .selector = TSS_SELECTOR,
        .attr = SEGATTR_P | 11,
        .base = SYSTEM_BASE + PHYS_TSS,
        .limit = TSS_LIMIT,
    };
    s->cpl = 3;
    s->a20 = 1;
}

/* Linux sets RPL 3 in every selector it restores, and the IRET to ring 3 clears null selectors. */
static void load_state(struct emulator *e, const struct oracle_regs *r)
{
    struct cpu_state s = {.icount = cpu_state(e->bed->cpu)->icount};
    memcpy(s.gpr, r->gpr, sizeof s.gpr);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        s.seg[i] = load_segment(r->seg[i] | 3);
    s.eip = r->eip;
    s.eflags = r->eflags | EFLAGS_FIXED | EFLAGS_IF;
    load_x87(&s.x87, &r->x87);
    load_system(&s);
    cpu_set_state(e->bed->cpu, &s);
}

/* The interrupted state: what was pushed, and the registers that the delivery left alone. */
static void store_state(const struct emulator *e, struct oracle_regs *r)
{
    const struct cpu_state *s = cpu_state(e->bed->cpu);
    memcpy(r->gpr, s->gpr, sizeof r->gpr);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        r->seg[i] = s->seg[i].selector;
    r->eip = s->eip;
    r->eflags = s->eflags;
    store_x87(&s->x87, &r->x87);
    for (unsigned i = 0; e->trapped && i < e->event.slot_count; i++) {
        uint32_t value = e->event.slot[i].value;
        switch (e->event.slot[i].word) {
        case FRAME_SS:
            r->seg[SEG_SS] = (uint16_t)value;
            break;
        case FRAME_ESP:
            r->gpr[GPR_ESP] = value;
            break;
        case FRAME_EFLAGS:
            r->eflags = value;
            break;
        case FRAME_CS:
            r->seg[SEG_CS] = (uint16_t)value;
            break;
        case FRAME_EIP:
            r->eip = value;
            break;
        default:
            break;
        }
    }
}

static void on_interrupt(void *ctx, const struct cpu_int_event *event)
{
    struct emulator *e = ctx;
    if (!e->trapped)
        e->event = *event;
    e->trapped = true;
    cpu_request_stop(e->bed->cpu);
}

/* ---- Running -------------------------------------------------------------------------------- */

struct emulator *emulator_create(const struct cpu_model *model, const char *engine)
{
    struct emulator *e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    e->bed = testbed_create(model, engine);
    e->ram = aligned_alloc(TESTBED_PAGE, PHYS_SIZE);
    if (!e->bed || !e->ram)
        abort();
    const struct cpu_hooks hooks = {.ctx = e, .interrupt = on_interrupt};
    memset(e->ram, 0, PHYS_SIZE);
    build_tables(e);
    for (unsigned w = 0; w < ORACLE_WINDOWS; w++) {
        e->memory.pristine[w] = aligned_alloc(TESTBED_PAGE, oracle_windows[w].size);
        if (!e->memory.pristine[w])
            abort();
    }
    testbed_add_region(e->bed, 0, PHYS_SIZE, e->ram, true);
    cpu_set_hooks(e->bed->cpu, &hooks);
    emulator_set_pattern(e, 0);
    return e;
}

void emulator_destroy(struct emulator *e)
{
    if (!e)
        return;
    for (unsigned w = 0; w < ORACLE_WINDOWS; w++)
        free(e->memory.pristine[w]);
    testbed_destroy(e->bed);
    free(e->ram);
    free(e);
}

void emulator_set_cpu_limit(struct emulator *e, uint32_t limit)
{
    enum { READ_ONLY_DOWN_ACCESSED = 5 };
    uint32_t attr =
        READ_ONLY_DOWN_ACCESSED | SEGATTR_S | 3u << SEGATTR_DPL_SHIFT | SEGATTR_P | SEGATTR_DB;
    uint64_t d = make_descriptor(0, limit, attr);
    memcpy(e->ram + PHYS_GDT + 8 * (GDT_SIZE - 1), &d, sizeof d);
}

void emulator_set_pattern(struct emulator *e, uint32_t seed)
{
    e->pattern = seed;
    oracle_memory_fill(&e->memory, seed);
}

static bool is_native_ground(uint32_t address)
{
    return (address >= 0x08000000 && address < 0x09000000) ||
           (address >= ORACLE_SHARED && address < ORACLE_SHARED + 0x10000000) ||
           (address >= 0xf0000000 && address < 0xffffe000);
}

bool emulator_run(struct emulator *e, const struct oracle_input *in, struct oracle_output *out)
{
    oracle_memory_load(&e->memory, in);
    load_state(e, &in->regs);
    testbed_forget_pages(e->bed);
    e->trapped = false;
    cpu_run(e->bed->cpu, cpu_state(e->bed->cpu)->icount + MAX_STEPS);
    store_state(e, &out->regs);
    out->vector = e->trapped ? e->event.vector : EMULATE_NO_VECTOR;
    out->error = e->trapped && e->event.has_error ? e->event.error : 0;
    out->cr2 = e->trapped && e->event.vector == VEC_PF ? e->event.cr2 : 0;
    oracle_memory_collect(&e->memory, out);
    oracle_memory_unload(&e->memory, in, e->pattern);
    if (out->vector == VEC_PF && is_native_ground(out->cr2))
        return false;
    return (out->regs.seg[SEG_CS] | 3) != ORACLE_USER_CS64;
}
