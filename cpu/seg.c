/*
 * Segment registers: descriptor tables, the checks of a load (SDM vol. 3, 5.4 to 5.6), and the
 * stack as instructions use it.
 */
#include "cpu/mmu_fast.h"

/* ---- Descriptors ---------------------------------------------------------------------------- */

void seg_unpack(struct cpu_segment *seg, uint16_t selector, uint32_t lo, uint32_t hi)
{
    uint32_t limit = (lo & 0xffff) | (hi & 0xf0000);

    seg->selector = selector;
    seg->attr = hi >> 8 & 0xf0ff;
    seg->base = lo >> 16 | (hi & 0xff) << 16 | (hi & 0xff000000);
    seg->limit = hi & 1u << 23 ? limit << 12 | 0xfff : limit;
}

/* Linear address of a selector's descriptor, where its table has it. */
static bool locate(const struct cpu *cpu, uint16_t selector, uint32_t *linear)
{
    uint32_t base = cpu->s.gdtr.base, limit = cpu->s.gdtr.limit;

    if (selector & 4) {
        if (!seg_present(&cpu->s.ldtr))
            return false;
        base = cpu->s.ldtr.base;
        limit = cpu->s.ldtr.limit;
    }
    *linear = base + (selector & ~7u);
    return (selector | 7u) <= limit;
}

bool seg_in_table(const struct cpu *cpu, uint16_t selector)
{
    uint32_t linear;

    return locate(cpu, selector, &linear);
}

bool seg_read_descriptor(struct cpu *cpu, uint16_t selector, unsigned vector, struct descriptor *d)
{
    if (!locate(cpu, selector, &d->linear))
        return cpu_raise_error(cpu, vector, selector_error(selector));
    if (!lin_read(cpu, d->linear, 4, false, &d->lo) ||
        !lin_read(cpu, d->linear + 4, 4, false, &d->hi))
        return false;
    seg_unpack(&d->seg, selector, d->lo, d->hi);
    return true;
}

bool seg_mark_accessed(struct cpu *cpu, struct descriptor *d)
{
    if (d->seg.attr & SEGATTR_ACCESSED)
        return true;
    d->seg.attr |= SEGATTR_ACCESSED;
    return lin_write(cpu, d->linear + 5, 1, false, d->seg.attr & 0xff);
}

/* ---- Loading -------------------------------------------------------------------------------- */

/* Real mode keeps limit and size of the cache, v86 mode sets both. */
void seg_load_real(struct cpu *cpu, unsigned sreg, uint16_t selector)
{
    struct cpu_segment *seg = &cpu->s.seg[sreg];
    uint16_t attr = SEGATTR_P | SEGATTR_S | SEGATTR_RW | SEGATTR_ACCESSED;

    seg->selector = selector;
    seg->base = (uint32_t)selector << 4;
    if (cpu_v86(cpu)) {
        seg->limit = 0xffff;
        seg->attr = attr | 3 << SEGATTR_DPL_SHIFT;
    } else {
        seg->attr = (seg->attr & (SEGATTR_G | SEGATTR_DB)) | attr;
    }
}

void seg_load_null(struct cpu *cpu, unsigned sreg, uint16_t selector)
{
    struct cpu_segment *seg = &cpu->s.seg[sreg];

    seg->selector = selector;
    seg->base = 0;
    seg->attr = 0;
}

bool seg_check_data(struct cpu *cpu, const struct descriptor *d, unsigned vector)
{
    const struct cpu_segment *seg = &d->seg;
    uint32_t error = selector_error(seg->selector);
    unsigned rpl = seg->selector & 3, dpl = seg_dpl(seg);

    if (!(seg->attr & SEGATTR_S) || (seg_is_code(seg) && !(seg->attr & SEGATTR_RW)))
        return cpu_raise_error(cpu, vector, error);
    if (!seg_is_conforming(seg) && (rpl > dpl || cpu->s.cpl > dpl))
        return cpu_raise_error(cpu, vector, error);
    if (!seg_present(seg))
        return cpu_raise_error(cpu, VEC_NP, error);
    return true;
}

bool seg_check_stack(struct cpu *cpu, const struct descriptor *d, unsigned cpl, unsigned vector)
{
    const struct cpu_segment *seg = &d->seg;
    uint32_t error = selector_error(seg->selector);

    if ((seg->selector & 3) != cpl || seg_dpl(seg) != cpl || !seg_is_writable(seg))
        return cpu_raise_error(cpu, vector, error);
    if (!seg_present(seg))
        return cpu_raise_error(cpu, VEC_SS, error);
    return true;
}

static bool load_stack(struct cpu *cpu, uint16_t selector)
{
    struct descriptor d;

    if (selector_is_null(selector))
        return cpu_raise_error(cpu, VEC_GP, 0);
    if (!seg_read_descriptor(cpu, selector, VEC_GP, &d) ||
        !seg_check_stack(cpu, &d, cpu->s.cpl, VEC_GP) || !seg_mark_accessed(cpu, &d))
        return false;
    cpu->s.seg[SEG_SS] = d.seg;
    return true;
}

static bool load_data(struct cpu *cpu, unsigned sreg, uint16_t selector)
{
    struct descriptor d;

    if (selector_is_null(selector)) {
        seg_load_null(cpu, sreg, selector);
        return true;
    }
    if (!seg_read_descriptor(cpu, selector, VEC_GP, &d) || !seg_check_data(cpu, &d, VEC_GP) ||
        !seg_mark_accessed(cpu, &d))
        return false;
    cpu->s.seg[sreg] = d.seg;
    return true;
}

bool seg_load(struct cpu *cpu, unsigned sreg, uint16_t selector)
{
    if (!cpu_selectors(cpu)) {
        seg_load_real(cpu, sreg, selector);
        return true;
    }
    return sreg == SEG_SS ? load_stack(cpu, selector) : load_data(cpu, sreg, selector);
}

/* ---- LDTR and TR ---------------------------------------------------------------------------- */

static void report_table(struct cpu *cpu, enum cpu_table table, const struct cpu_segment *seg)
{
    if (cpu->hooks.table_load)
        cpu->hooks.table_load(cpu->hooks.ctx, table, seg->selector, seg->base, seg->limit);
}

bool seg_load_ldtr(struct cpu *cpu, uint16_t selector)
{
    struct descriptor d = {.seg.selector = selector};

    if (!selector_is_null(selector)) {
        if (selector & 4)
            return cpu_raise_error(cpu, VEC_GP, selector_error(selector));
        if (!seg_read_descriptor(cpu, selector, VEC_GP, &d))
            return false;
        if (seg_system_type(&d.seg) != DESC_LDT)
            return cpu_raise_error(cpu, VEC_GP, selector_error(selector));
        if (!seg_present(&d.seg))
            return cpu_raise_error(cpu, VEC_NP, selector_error(selector));
    }
    cpu->s.ldtr = d.seg;
    report_table(cpu, CPU_TABLE_LDTR, &cpu->s.ldtr);
    return true;
}

bool seg_load_tr(struct cpu *cpu, uint16_t selector)
{
    struct descriptor d;
    int type;

    if (selector_is_null(selector))
        return cpu_raise_error(cpu, VEC_GP, 0);
    if (selector & 4)
        return cpu_raise_error(cpu, VEC_GP, selector_error(selector));
    if (!seg_read_descriptor(cpu, selector, VEC_GP, &d))
        return false;
    type = seg_system_type(&d.seg);
    if (type != DESC_TSS16 && type != DESC_TSS32)
        return cpu_raise_error(cpu, VEC_GP, selector_error(selector));
    if (!seg_present(&d.seg))
        return cpu_raise_error(cpu, VEC_NP, selector_error(selector));
    d.seg.attr |= DESC_TSS_BUSY;
    if (!lin_write(cpu, d.linear + 5, 1, false, d.seg.attr & 0xff))
        return false;
    cpu->s.tr = d.seg;
    report_table(cpu, CPU_TABLE_TR, &cpu->s.tr);
    return true;
}

/* ---- Stack ---------------------------------------------------------------------------------- */

void stack_adjust(struct cpu *cpu, int32_t bytes)
{
    uint32_t mask = stack_mask(&cpu->s.seg[SEG_SS]);
    uint32_t *esp = &cpu->s.gpr[GPR_ESP];

    *esp = (*esp & ~mask) | ((*esp + (uint32_t)bytes) & mask);
}

bool stack_push(struct cpu *cpu, unsigned size, uint32_t value)
{
    uint32_t mask = stack_mask(&cpu->s.seg[SEG_SS]);

    if (!mem_write(cpu, SEG_SS, (cpu->s.gpr[GPR_ESP] - size) & mask, size, value))
        return false;
    stack_adjust(cpu, -(int32_t)size);
    return true;
}

bool stack_peek(struct cpu *cpu, uint32_t depth, unsigned size, uint32_t *out)
{
    uint32_t mask = stack_mask(&cpu->s.seg[SEG_SS]);

    return mem_read(cpu, SEG_SS, (cpu->s.gpr[GPR_ESP] + depth) & mask, size, out);
}

bool stack_pop(struct cpu *cpu, unsigned size, uint32_t *out)
{
    if (!stack_peek(cpu, 0, size, out))
        return false;
    stack_adjust(cpu, (int32_t)size);
    return true;
}
