/* What decided: registers of protection, and the words of tables that the CPU reads to deliver an
 * interrupt (SDM vol. 3, 6.12) or to translate an address (4.3). */
#include "emu/trace/trace_state.h"

enum {
    ENTRY_P = 1,
    ENTRY_PS = 1u << 7,
    GATE_SIZE = 8,
    TASK_GATE = 5,
    CODE_WORDS = 4, /* the longest instruction has 15 bytes */
    TSS_WIDE = 8,   /* bit of a TSS's type: 32 bits */
};
#define ENTRY_FRAME UINT32_C(0xfffff000)

static void put_segment(struct trace_why *why, enum trace_cpu_word first,
                        const struct cpu_segment *s)
{
    why->cpu[first] = s->selector;
    why->cpu[first + 1] = s->base;
    why->cpu[first + 2] = s->limit;
    why->cpu[first + 3] = s->attr;
}

void trace_why_registers(struct trace_why *why, const struct cpu_state *s)
{
    why->words = CPUWORDS;
    why->cpu[CPUWORD_CR0] = s->cr0;
    why->cpu[CPUWORD_CR3] = s->cr3;
    why->cpu[CPUWORD_CR4] = s->cr4;
    why->cpu[CPUWORD_DR6] = s->dr[6];
    why->cpu[CPUWORD_GDT_BASE] = s->gdtr.base;
    why->cpu[CPUWORD_GDT_LIMIT] = s->gdtr.limit;
    why->cpu[CPUWORD_IDT_BASE] = s->idtr.base;
    why->cpu[CPUWORD_IDT_LIMIT] = s->idtr.limit;
    put_segment(why, CPUWORD_TR, &s->tr);
    put_segment(why, CPUWORD_LDT, &s->ldtr);
    why->cpu[CPUWORD_CS_BASE] = s->seg[SEG_CS].base;
    why->cpu[CPUWORD_CS_ATTR] = s->seg[SEG_CS].attr;
    why->cpu[CPUWORD_SS] = s->seg[SEG_SS].selector;
}

void trace_why_place(struct trace_why *why, const struct cpu_state *s)
{
    why->cpu[CPUWORD_EFLAGS] = s->eflags;
    why->cpu[CPUWORD_ESP] = s->gpr[GPR_ESP];
}

void trace_why_old_task(struct trace_why *why, const struct cpu_state *s)
{
    put_segment(why, CPUWORD_OLD_TR, &s->tr);
}

static void note(struct trace_why *why, uint32_t at, uint32_t value)
{
    if (why->reads == 2 * TRACE_READS)
        return;
    why->read[why->reads++] = at;
    why->read[why->reads++] = value;
}

static bool read_linear(const struct trace_collector *c, struct trace_why *why, uint32_t at,
                        uint32_t *value)
{
    if (!inspect_u32(c->in, at, value))
        return false;
    note(why, at, *value);
    return true;
}

/* The two words of a descriptor or gate. */
static bool read_descriptor(const struct trace_collector *c, struct trace_why *why, uint32_t at,
                            uint32_t *low, uint32_t *high)
{
    return read_linear(c, why, at, low) && read_linear(c, why, at + 4, high);
}

void trace_why_selector(const struct trace_collector *c, struct trace_why *why, uint16_t selector)
{
    const struct cpu_state *s = inspect_cpu(c->in);
    uint32_t base = selector & 4 ? s->ldtr.base : s->gdtr.base, low, high;
    uint32_t limit = selector & 4 ? s->ldtr.limit : s->gdtr.limit;

    if ((selector & ~3u) != 0 && (selector | 7u) <= limit)
        read_descriptor(c, why, base + (selector & ~7u), &low, &high);
}

/* The stack of an inner ring, as a TSS holds it. */
static void read_inner_stack(const struct trace_collector *c, struct trace_why *why, unsigned ring)
{
    const struct cpu_segment *tr = &inspect_cpu(c->in)->tr;
    bool wide = tr->attr & TSS_WIDE;
    uint32_t at = wide ? 4 + ring * 8 : 2 + ring * 4, esp, ss;

    if (at + (wide ? 7 : 3) > tr->limit || !read_linear(c, why, tr->base + at, &esp))
        return;
    if (wide && read_linear(c, why, tr->base + at + 4, &ss))
        trace_why_selector(c, why, (uint16_t)ss);
    else
        trace_why_selector(c, why, (uint16_t)(esp >> 16));
}

void trace_why_delivery(const struct trace_collector *c, struct trace_why *why, uint8_t vector,
                        unsigned cpl)
{
    const struct cpu_state *s = inspect_cpu(c->in);
    unsigned before, dpl;
    uint32_t low, high;

    if (!(s->cr0 & CR0_PE) || vector * GATE_SIZE + GATE_SIZE - 1u > s->idtr.limit ||
        !read_descriptor(c, why, s->idtr.base + vector * GATE_SIZE, &low, &high))
        return;
    before = why->reads;
    trace_why_selector(c, why, (uint16_t)(low >> 16));
    if (why->reads != before + 4 || (high >> 8 & 0x1f) == TASK_GATE)
        return;
    dpl = why->read[before + 3] >> 13 & 3;
    if (dpl < cpl)
        read_inner_stack(c, why, dpl);
}

void trace_why_code(const struct trace_collector *c, struct trace_why *why, uint32_t linear)
{
    uint32_t code;

    for (unsigned i = 0; i < CODE_WORDS && read_linear(c, why, linear + 4 * i, &code); i++)
        continue;
}

static bool read_physical(const struct trace_collector *c, struct trace_why *why, uint32_t at,
                          uint32_t *value)
{
    uint8_t b[4];

    if (cpu_peek_phys(c->cpu, at, b, sizeof(b)) != sizeof(b))
        return false;
    *value = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    note(why, at, *value);
    return true;
}

void trace_why_page(const struct trace_collector *c, struct trace_why *why, uint32_t linear)
{
    const struct cpu_state *s = inspect_cpu(c->in);
    uint32_t entry;

    if ((s->cr0 & CR0_PG) == 0 ||
        !read_physical(c, why, (s->cr3 & ENTRY_FRAME) | linear >> 22 << 2, &entry) ||
        !(entry & ENTRY_P) || ((entry & ENTRY_PS) && (s->cr4 & CR4_PSE)))
        return;
    read_physical(c, why, (entry & ENTRY_FRAME) | (linear >> 12 & 0x3ff) << 2, &entry);
}
