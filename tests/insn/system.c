#include "tests/insn/system.h"

#include <stdlib.h>
#include <string.h>

#include "cpu/hooks.h"
#include "tests/testbed/testbed.h"

enum {
    IDT = 0x1000,
    GDT = 0x2000,
    LDT = 0x2800,
    TSS = 0x3000,
    OTHER_TSS = 0x3800,
    STACK = 0x5000,
    STACK0 = 0x6000,
    HANDLER = 0x7000,
    MEMORY_SIZE = 0x110000,
    FRAME_SIZE = 0x40, /* more than any exception pushes */
};

enum { TSS_LIMIT = 0x68 + 9 };
enum { KERNEL_CS = 0x08, KERNEL_DS = 0x18, TSS_SELECTOR = 0x40, LDT_SELECTOR = 0x50 };

static const uint64_t gdt[16] = {
    [1] = 0x00cf9b000000ffff, [2] = 0x00009b000000ffff,  [3] = 0x00cf93000000ffff,
    [4] = 0x00cffb000000ffff, [5] = 0x00cff3000000ffff,  [8] = 0x00008b0030000071,
    [9] = 0x0000890038000067, [10] = 0x000082002800001f,
};

struct system_run {
    const struct insn_case *c;
    struct testbed *bed;
    uint8_t *memory, *before;
    bool trapped;
    struct cpu_int_event event;
    uint32_t port_written;
};

void system_start(const struct insn_case *c, struct insn_words *w)
{
    bool real = c->world != WORLD_RING0;
    w->regs.gpr[GPR_ESP] = STACK;
    for (unsigned i = 0; i < SEG_COUNT; i++)
        w->regs.seg[i] = real ? 0 : KERNEL_DS;
    w->regs.seg[SEG_CS] = real ? SYSTEM_CODE >> 4 : c->code32 ? KERNEL_CS : 0x10;
    w->regs.eip = real ? 0 : SYSTEM_CODE;
    w->flags = c->world == WORLD_V86 ? EFLAGS_VM : 0;
    w->system[SYS_CR0] = CR0_ET | (c->world == WORLD_REAL ? 0 : CR0_PE);
    w->system[SYS_DR0 + 6] = 0xffff0ff0;
    w->system[SYS_DR7] = 0x400;
    w->system[SYS_GDTB] = GDT;
    w->system[SYS_GDTL] = sizeof gdt - 1;
    w->system[SYS_IDTB] = c->world == WORLD_REAL ? 0 : IDT;
    w->system[SYS_IDTL] = c->world == WORLD_REAL ? 0x3ff : 0x7ff;
    w->system[SYS_LDTR] = LDT_SELECTOR;
    w->system[SYS_TR] = TSS_SELECTOR;
    w->system[SYS_CPL] = c->world == WORLD_V86 ? 3 : 0;
}

/* ---- Memory --------------------------------------------------------------------------------- */

static void put32(struct system_run *r, uint32_t address, uint32_t value)
{
    memcpy(r->memory + address, &value, sizeof value);
}

static void build_memory(struct system_run *r)
{
    enum { INTERRUPT_GATE32_DPL3 = 0xee00, ALL_PORTS = 0xff };
    const struct insn_words *in = &r->c->in;
    memcpy(r->memory + GDT, gdt, sizeof gdt);
    for (uint32_t vector = 0; r->c->world != WORLD_REAL && vector < 256; vector++) {
        put32(r, IDT + vector * 8, (uint32_t)KERNEL_CS << 16 | HANDLER);
        put32(r, IDT + vector * 8 + 4, INTERRUPT_GATE32_DPL3);
    }
    put32(r, TSS + 4, STACK0);
    put32(r, TSS + 8, KERNEL_DS);
    put32(r, TSS + 0x64, 0x68u << 16);
    r->memory[TSS + 0x68 + 8] = ALL_PORTS;
    r->memory[TSS + 0x68 + 9] = ALL_PORTS;
    for (unsigned i = 0; i < in->memory_count; i++)
        memcpy(r->memory + in->memory[i].address, in->memory[i].bytes, in->memory[i].size);
    memcpy(r->memory + SYSTEM_CODE, r->c->code, r->c->code_size);
    memcpy(r->before, r->memory, MEMORY_SIZE);
}

static bool in_frame(const struct system_run *r, uint32_t address)
{
    const struct cpu_state *s = cpu_state(r->bed->cpu);
    uint32_t top = s->seg[SEG_SS].base + s->gpr[GPR_ESP];
    return r->trapped && address - top < FRAME_SIZE;
}

static void collect_memory(const struct system_run *r, struct oracle_output *out)
{
    for (uint32_t at = 0; at < MEMORY_SIZE; at++) {
        if (r->memory[at] == r->before[at] || in_frame(r, at))
            continue;
        if (out->change_count < ORACLE_CHANGES)
            out->change[out->change_count] = (struct oracle_change){at, r->memory[at]};
        out->change_count++;
    }
}

/* ---- State ---------------------------------------------------------------------------------- */

static struct cpu_segment descriptor(const struct system_run *r, uint16_t selector)
{
    uint32_t base = selector & 4 ? LDT : GDT;
    uint64_t d;
    memcpy(&d, r->memory + base + (selector & 0x78), sizeof d);
    struct cpu_segment s = {.selector = selector};
    if (!(selector & 0xfffc))
        return s;
    s.attr = (uint16_t)(d >> 40 & 0xf0ff);
    s.base = (uint32_t)(d >> 16 & 0xffffff) | (uint32_t)(d >> 56 << 24);
    s.limit = (uint32_t)(d & 0xffff) | (uint32_t)(d >> 32 & 0xf0000);
    if (s.attr & SEGATTR_G)
        s.limit = s.limit << 12 | 0xfff;
    return s;
}

static void load_segments(const struct system_run *r, struct cpu_state *s)
{
    const struct insn_words *in = &r->c->in;
    for (unsigned i = 0; i < SEG_COUNT; i++) {
        if (r->c->world == WORLD_RING0)
            s->seg[i] = descriptor(r, in->regs.seg[i]);
        else
            testbed_real_segment(s, i, in->regs.seg[i]);
        if (r->c->world == WORLD_V86)
            s->seg[i].attr |= 3u << SEGATTR_DPL_SHIFT;
    }
    s->ldtr = descriptor(r, (uint16_t)in->system[SYS_LDTR]);
    s->tr = descriptor(r, (uint16_t)in->system[SYS_TR]);
}

static void load_state(const struct system_run *r)
{
    const struct insn_words *in = &r->c->in;
    const uint32_t *sys = in->system;
    struct cpu_state s = {.eip = in->regs.eip, .eflags = in->flags | EFLAGS_FIXED, .a20 = 1};
    memcpy(s.gpr, in->regs.gpr, sizeof s.gpr);
    memcpy(s.dr, sys + SYS_DR0, sizeof s.dr);
    memcpy(s.test_reg, sys + SYS_TR0, sizeof s.test_reg);
    s.cr0 = sys[SYS_CR0];
    s.cr2 = sys[SYS_CR2];
    s.cr3 = sys[SYS_CR3];
    s.cr4 = sys[SYS_CR4];
    s.gdtr = (struct cpu_table_reg){sys[SYS_GDTB], (uint16_t)sys[SYS_GDTL]};
    s.idtr = (struct cpu_table_reg){sys[SYS_IDTB], (uint16_t)sys[SYS_IDTL]};
    s.cpl = (uint8_t)sys[SYS_CPL];
    s.x87.cw = in->regs.x87.cw;
    s.x87.sw = in->regs.x87.sw;
    s.x87.tw = in->regs.x87.tw;
    load_segments(r, &s);
    cpu_set_state(r->bed->cpu, &s);
}

static void store_frame(const struct system_run *r, struct oracle_regs *regs)
{
    for (unsigned i = 0; i < r->event.slot_count; i++) {
        const struct cpu_frame_slot *slot = &r->event.slot[i];
        static const uint8_t sregs[] = {
            [FRAME_GS] = SEG_GS, [FRAME_FS] = SEG_FS, [FRAME_DS] = SEG_DS,
            [FRAME_ES] = SEG_ES, [FRAME_SS] = SEG_SS, [FRAME_CS] = SEG_CS};
        if (slot->word == FRAME_ESP)
            regs->gpr[GPR_ESP] = slot->value;
        else if (slot->word == FRAME_EFLAGS)
            regs->eflags = slot->value;
        else if (slot->word == FRAME_EIP)
            regs->eip = slot->value;
        else if (slot->word != FRAME_ERROR)
            regs->seg[sregs[slot->word]] = (uint16_t)slot->value;
    }
    /* Without a stack switch the frame lies on the test's own stack. */
    if (!r->event.stack_switch)
        regs->gpr[GPR_ESP] += r->event.slot_count * r->event.slot_size;
}

static void store_system(const struct system_run *r, uint32_t *sys)
{
    const struct cpu_state *s = cpu_state(r->bed->cpu);
    memset(sys, 0, SYS_COUNT * sizeof *sys);
    memcpy(sys + SYS_DR0, s->dr, sizeof s->dr);
    memcpy(sys + SYS_TR0, s->test_reg, sizeof s->test_reg);
    sys[SYS_CR0] = s->cr0;
    sys[SYS_CR2] = s->cr2;
    sys[SYS_CR3] = s->cr3;
    sys[SYS_CR4] = s->cr4;
    sys[SYS_GDTB] = s->gdtr.base;
    sys[SYS_GDTL] = s->gdtr.limit;
    sys[SYS_IDTB] = s->idtr.base;
    sys[SYS_IDTL] = s->idtr.limit;
    sys[SYS_LDTR] = s->ldtr.selector;
    sys[SYS_TR] = s->tr.selector;
    sys[SYS_CPL] = r->trapped ? r->event.cpl_from : s->cpl;
    sys[SYS_HALTED] = s->activity == CPU_HALTED;
    sys[SYS_PORT_OUT] = r->port_written;
}

static void store_state(const struct system_run *r, struct oracle_output *out, uint32_t *sys)
{
    const struct cpu_state *s = cpu_state(r->bed->cpu);
    memcpy(out->regs.gpr, s->gpr, sizeof out->regs.gpr);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        out->regs.seg[i] = s->seg[i].selector;
    out->regs.eip = s->eip;
    out->regs.eflags = s->eflags;
    out->regs.x87.cw = s->x87.cw;
    out->regs.x87.sw = s->x87.sw;
    out->regs.x87.tw = s->x87.tw;
    store_system(r, sys);
    out->vector = r->trapped ? r->event.vector : UINT32_MAX;
    out->error = r->trapped && r->event.has_error ? r->event.error : 0;
    if (r->trapped)
        store_frame(r, &out->regs);
}

/* ---- The outside ---------------------------------------------------------------------------- */

static void on_interrupt(void *ctx, const struct cpu_int_event *event)
{
    struct system_run *r = ctx;
    r->trapped = true;
    r->event = *event;
    cpu_request_stop(r->bed->cpu);
}

static uint32_t port_in(void *ctx, uint16_t port, unsigned size)
{
    const struct system_run *r = ctx;
    (void)size;
    return port == r->c->in.system[SYS_PORT] ? r->c->in.system[SYS_PORT_IN] : UINT32_MAX;
}

static void port_out(void *ctx, uint16_t port, uint32_t value, unsigned size)
{
    struct system_run *r = ctx;
    if (port == r->c->in.system[SYS_PORT])
        r->port_written = size == 4 ? value : value & ((1u << 8 * size) - 1);
}

void system_run(const struct insn_case *c, const char *engine, struct oracle_output *out,
                uint32_t *sys)
{
    struct system_run r = {.c = c, .bed = testbed_create(&c->model, engine)};
    const struct cpu_hooks hooks = {.ctx = &r, .interrupt = on_interrupt};
    r.memory = aligned_alloc(TESTBED_PAGE, MEMORY_SIZE);
    r.before = malloc(MEMORY_SIZE);
    if (!r.bed || !r.memory || !r.before)
        abort();
    memset(r.memory, 0, MEMORY_SIZE);
    build_memory(&r);
    r.bed->ctx = &r;
    r.bed->in = port_in;
    r.bed->out = port_out;
    testbed_add_region(r.bed, 0, MEMORY_SIZE, r.memory, true);
    load_state(&r);
    cpu_set_hooks(r.bed->cpu, &hooks);
    cpu_run(r.bed->cpu, cpu_state(r.bed->cpu)->icount + 1);
    memset(out, 0, sizeof *out);
    store_state(&r, out, sys);
    collect_memory(&r, out);
    testbed_destroy(r.bed);
    free(r.memory);
    free(r.before);
}
