/* The tables that every case finds, probes, and expectations. */
#include "priv.h"

uint64_t gdt[GDT_ENTRIES], idt[VECTORS], ldt[8];
struct tss32 tss_main, tss_b, tss_df;
struct tss16 tss_16;
uint8_t stacks[9][STACK_SIZE + STACK_ROOM] __attribute__((aligned(16)));
struct event ev;
enum level level;

extern const char handlers[], event_home[];
extern uint32_t event_raw[40], event_esp, event_ss;
void tables_load(const void *gdtr, const void *idtr);
void probe_enter(const struct regs *start);

/* ---- Descriptors ------------------------------------------------------------------------- */

static uint64_t segment(uint32_t base, uint32_t limit, unsigned access, unsigned flags)
{
    uint32_t hi =
        (base & 0xff000000) | flags << 20 | (limit & 0xf0000) | access << 8 | (base >> 16 & 0xff);

    return (uint64_t)hi << 32 | (base << 16 | (limit & 0xffff));
}

static uint64_t gate(unsigned access, unsigned target, uint32_t offset, unsigned count)
{
    uint32_t hi = (offset & 0xffff0000) | access << 8 | count;

    return (uint64_t)hi << 32 | (target << 16 | (offset & 0xffff));
}

void segment_set(unsigned selector, uint32_t base, uint32_t limit, unsigned access, unsigned flags)
{
    gdt[selector >> 3] = segment(base, limit, access, flags);
}

void ldt_set(unsigned entry, uint32_t base, uint32_t limit, unsigned access, unsigned flags)
{
    ldt[entry] = segment(base, limit, access, flags);
}

void ldt_gate_set(unsigned entry, unsigned access, unsigned target, uint32_t offset)
{
    ldt[entry] = gate(access, target, offset, 0);
}

void ldt_load(void)
{
    __asm__ volatile("lldt %w0" ::"r"(SEL_LDT));
}

void gate_set(unsigned selector, unsigned access, unsigned target, uint32_t offset, unsigned count)
{
    gdt[selector >> 3] = gate(access, target, offset, count);
}

void idt_set(unsigned vector, unsigned access, unsigned target, uint32_t offset)
{
    idt[vector] = gate(access, target, offset, 0);
}

unsigned access_of(unsigned selector)
{
    return gdt[selector >> 3] >> 40 & 0xff;
}

uint32_t handler(unsigned vector)
{
    return (uint32_t)handlers + 16 * vector;
}

/* ---- The state before a case ------------------------------------------------------------- */

uint32_t stack_top(unsigned n)
{
    return (uint32_t)stacks[n] + STACK_SIZE;
}

static void gdt_reset(void)
{
    static const uint8_t code[] = {SEL_CODE0, SEL_CODE1, SEL_CODE2, SEL_CODE3};

    memset(gdt, 0, sizeof(gdt));
    for (unsigned i = 0; i < 4; i++) {
        segment_set(code[i], 0, FLAT_LIMIT, ACC_CODE_R | DPL(i) | ACC_ACCESSED, SEG_FLAT);
        segment_set(code[i] + 8u, 0, FLAT_LIMIT, ACC_DATA | DPL(i) | ACC_ACCESSED, SEG_FLAT);
    }
    segment_set(SEL_TSS, (uint32_t)&tss_main, sizeof(tss_main) - 1, ACC_TSS32, 0);
    segment_set(SEL_TSS_B, (uint32_t)&tss_b, sizeof(tss_b) - 1, ACC_TSS32, 0);
    segment_set(SEL_TSS_DF, (uint32_t)&tss_df, 0x67, ACC_TSS32, 0);
    segment_set(SEL_TSS16, (uint32_t)&tss_16, sizeof(tss_16) - 1, ACC_TSS16, 0);
    segment_set(SEL_LDT, (uint32_t)ldt, sizeof(ldt) - 1, ACC_LDT, 0);
    segment_set(SEL_SNIP0, (uint32_t)snippet_base, 0xffff, ACC_CODE_R | ACC_ACCESSED, SEG_D);
    segment_set(SEL_SNIP3, (uint32_t)snippet_base, 0xffff, ACC_CODE_R | DPL(3) | ACC_ACCESSED,
                SEG_D);
}

static void idt_reset(void)
{
    for (unsigned i = 0; i < VECTORS; i++)
        idt_set(i, GATE_INT32, SEL_CODE0, handler(i));
    idt_set(DONE, GATE_INT32 | DPL(3), SEL_CODE0, handler(DONE));
    idt_set(0x41, GATE_INT32 | DPL(3), SEL_CODE0, (uint32_t)event_home);
}

static void tss32_reset(struct tss32 *t, uint32_t esp)
{
    memset(t, 0, sizeof(*t));
    t->esp0 = stack_top(0);
    t->ss0 = SEL_DATA0;
    t->esp1 = stack_top(1);
    t->ss1 = SEL_DATA1;
    t->esp2 = stack_top(2);
    t->ss2 = SEL_DATA2;
    t->eflags = F_FIXED;
    t->esp = esp;
    t->cs = SEL_CODE0;
    t->ss = t->ds = t->es = SEL_DATA0;
    t->iomap = 0xffff;
}

static void tss_reset(void)
{
    tss32_reset(&tss_main, 0);
    tss32_reset(&tss_b, stack_top(7));
    tss32_reset(&tss_df, stack_top(8));
    memset(&tss_16, 0, sizeof(tss_16));
    tss_16.cs = SEL_SNIP0;
    tss_16.ss = tss_16.ds = tss_16.es = SEL_DATA0;
    tss_16.flags = F_FIXED;
}

static void registers_reset(void)
{
    struct {
        uint16_t limit;
        uint32_t base;
    } __attribute__((packed)) gdtr = {sizeof(gdt) - 1, (uint32_t)gdt},
                              idtr = {sizeof(idt) - 1, (uint32_t)idt};

    write_cr0(CR0_PE | CR0_ET);
    if (level >= LPENTIUM)
        write_cr4(0);
    write_cr3(0);
    tables_load(&gdtr, &idtr);
    __asm__ volatile("lldt %w0; ltr %w1" ::"r"(0), "r"(SEL_TSS) : "memory");
    write_dr7(0x400);
    write_dr6(0);
    write_dr0(0);
    write_dr1(0);
    write_dr2(0);
    write_dr3(0);
    write_cr2(0);
}

void machine_reset(void)
{
    gdt_reset();
    idt_reset();
    tss_reset();
    memset(ldt, 0, sizeof(ldt));
    memset(stacks, 0, sizeof(stacks));
    registers_reset();
}

/* ---- Probes ------------------------------------------------------------------------------ */

struct regs ring(unsigned cpl, const void *code)
{
    static const uint8_t selector[] = {SEL_CODE0, SEL_CODE1, SEL_CODE2, SEL_CODE3};
    uint32_t data = selector[cpl] + 8u;

    return (struct regs){
        .eax = 0xa0a1a2a3,
        .ecx = 0xc0c1c2c3,
        .edx = 0xd0d1d2d3,
        .ebx = 0xb0b1b2b3,
        .ebp = 0xe0e1e2e3,
        .esi = 0x50515253,
        .edi = 0x60616263,
        .es = data,
        .ds = data,
        .fs = data,
        .gs = data,
        .ss = data,
        .eip = (uint32_t)code,
        .cs = selector[cpl],
        .eflags = F_FIXED,
        .esp = stack_top(3 + cpl),
    };
}

/* Code is copied to 0x20000 and runs at 2000:0000 with its stack at 3000:1000. */
struct regs v86(const void *begin, const void *end)
{
    memset((void *)0x30000, 0, 0x2000);
    memcpy((void *)0x20000, begin, (uint32_t)end - (uint32_t)begin);
    return (struct regs){
        .eax = 0xa0a1a2a3,
        .ecx = 0xc0c1c2c3,
        .edx = 0xd0d1d2d3,
        .ebx = 0xb0b1b2b3,
        .ebp = 0xe0e1e2e3,
        .esi = 0x50515253,
        .edi = 0x60616263,
        .es = 0x3100,
        .ds = 0x3200,
        .fs = 0x3300,
        .gs = 0x3400,
        .ss = 0x3000,
        .eip = 0,
        .cs = 0x2000,
        .eflags = F_FIXED | F_VM,
        .esp = 0x1000,
    };
}

static bool pushes_error(unsigned vector)
{
    return vector < 32 && (0x00027d00 >> vector & 1);
}

static void name_words(void)
{
    const uint32_t *w = ev.word;

    ev.error = pushes_error(ev.vector) ? *w++ : 0;
    ev.from_eip = w[0];
    ev.from_cs = w[1] & 0xffff;
    ev.from_eflags = w[2];
    ev.from_esp = w[3];
    ev.from_ss = w[4] & 0xffff;
}

static void take_event(void)
{
    const uint32_t *raw = event_raw;
    uint16_t tr, ldtr;

    __asm__ volatile("str %0; sldt %1" : "=r"(tr), "=r"(ldtr));
    ev = (struct event){
        .cs = raw[0] & 0xffff,
        .gs = raw[1] & 0xffff,
        .fs = raw[2] & 0xffff,
        .es = raw[3] & 0xffff,
        .ds = raw[4] & 0xffff,
        .edi = raw[5],
        .esi = raw[6],
        .ebp = raw[7],
        .ebx = raw[9],
        .edx = raw[10],
        .ecx = raw[11],
        .eax = raw[12],
        .vector = raw[13],
        .eflags = raw[14],
        .ss = event_ss & 0xffff,
        .esp = event_esp + 15 * 4,
        .cr0 = read_cr0(),
        .cr2 = read_cr2(),
        .cr3 = read_cr3(),
        .dr6 = read_dr6(),
        .dr7 = read_dr7(),
        .tr = tr,
        .ldtr = ldtr,
    };
    memcpy(ev.word, raw + 15, sizeof(ev.word));
    name_words();
}

void probe(const struct regs *start)
{
    probe_enter(start);
    take_event();
}

void probe_ring(unsigned cpl, const void *code)
{
    struct regs start = ring(cpl, code);

    probe(&start);
}

unsigned word16(unsigned n)
{
    return ev.word[n / 2] >> (16 * (n & 1)) & 0xffff;
}

/* ---- Expectations ------------------------------------------------------------------------ */

void expect_event(unsigned vector, uint32_t error)
{
    expect("vector", ev.vector, vector);
    if (ev.vector == vector && pushes_error(vector))
        expect("error code", ev.error, error);
}

void expect_done(void)
{
    if (ev.vector != DONE)
        expect("EIP of the exception", ev.from_eip, 0);
    expect_event(DONE, 0);
}

void expect_at(const void *eip)
{
    expect("pushed EIP", ev.from_eip, (uint32_t)eip);
}

void expect_frame(unsigned cs, const void *eip, uint32_t eflags)
{
    expect_at(eip);
    expect("pushed CS", ev.from_cs, cs);
    expect("pushed EFLAGS", ev.from_eflags, eflags);
}

void expect_outer(unsigned ss, uint32_t esp)
{
    expect("pushed ESP", ev.from_esp, esp);
    expect("pushed SS", ev.from_ss, ss);
}
