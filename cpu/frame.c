#include "cpu/frame.h"

#include "cpu/mmu_fast.h"

void frame_here(const struct cpu *cpu, struct push_frame *f, unsigned size)
{
    f->ss = cpu->s.seg[SEG_SS];
    f->esp = cpu->s.gpr[GPR_ESP];
    f->size = size;
    f->user = cpu_user(cpu);
    f->error = 0;
    f->count = 0;
}

/* The stack fields of ring `cpl` in the current TSS (SDM vol. 3, figures 8-2 and 8-10). */
static bool read_tss_stack(struct cpu *cpu, unsigned cpl, uint16_t *ss, uint32_t *esp)
{
    const struct cpu_segment *tr = &cpu->s.tr;
    bool wide = tr->attr & DESC_32BIT;
    unsigned size = wide ? 4 : 2;
    uint32_t at = wide ? 4 + cpl * 8 : 2 + cpl * 4;
    uint32_t selector;

    if (!seg_limit_allows(tr, at, size + 2))
        return cpu_raise_error(cpu, VEC_TS, selector_error(tr->selector));
    if (!lin_read(cpu, tr->base + at, size, false, esp) ||
        !lin_read(cpu, tr->base + at + size, 2, false, &selector))
        return false;
    *ss = selector;
    return true;
}

bool frame_inner(struct cpu *cpu, struct push_frame *f, unsigned cpl)
{
    struct descriptor d;
    uint16_t ss;
    uint32_t esp;

    if (!read_tss_stack(cpu, cpl, &ss, &esp))
        return false;
    if (selector_is_null(ss))
        return cpu_raise_error(cpu, VEC_TS, 0);
    if (!seg_read_descriptor(cpu, ss, VEC_TS, &d) || !seg_check_stack(cpu, &d, cpl, VEC_TS) ||
        !seg_mark_accessed(cpu, &d))
        return false;
    f->ss = d.seg;
    f->esp = esp;
    f->user = false;
    f->error = selector_error(ss);
    f->count = 0;
    return true;
}

void frame_push(struct push_frame *f, enum cpu_frame_word word, uint32_t value)
{
    uint32_t mask = stack_mask(&f->ss);
    uint32_t top = (f->esp - f->size) & mask;

    f->esp = (f->esp & ~mask) | top;
    f->slot[f->count++] = (struct cpu_frame_slot){
        .word = word,
        .linear = f->ss.base + top,
        .value = f->size == 2 ? value & 0xffff : value,
    };
}

static bool words_fit(const struct push_frame *f)
{
    for (unsigned i = 0; i < f->count; i++)
        if (!seg_limit_allows(&f->ss, f->slot[i].linear - f->ss.base, f->size))
            return false;
    return true;
}

static bool probe_word(struct cpu *cpu, const struct push_frame *f, uint32_t linear)
{
    uint32_t last_page = (linear + f->size - 1) & ~(uint32_t)PAGE_MASK;

    return mmu_probe(cpu, linear, MMU_WRITE, f->user) &&
           (last_page == (linear & ~(uint32_t)PAGE_MASK) ||
            mmu_probe(cpu, last_page, MMU_WRITE, f->user));
}

/* One probe where the words lie one below the other and all is well; else in push order, so that
 * CR2 names the first word that could not be pushed. */
static bool probe(struct cpu *cpu, const struct push_frame *f)
{
    uint32_t bytes = f->count * f->size;
    uint32_t last = f->slot[f->count - 1].linear;

    if (f->slot[0].linear - last + f->size == bytes && lin_probe_write(cpu, last, bytes, f->user))
        return true;
    for (unsigned i = 0; i < f->count; i++)
        if (!probe_word(cpu, f, f->slot[i].linear))
            return false;
    for (unsigned i = 0; i < f->count; i++)
        if (!lin_probe_write(cpu, f->slot[i].linear, f->size, f->user))
            return false;
    return true;
}

bool frame_check(struct cpu *cpu, const struct push_frame *f)
{
    if (!seg_rights_allow(&f->ss, true) || !words_fit(f))
        return cpu_raise_error(cpu, VEC_SS, f->error);
    if (f->user && cpu->data_mode == TLB_ALIGN && (f->slot[0].linear & (f->size - 1)))
        return cpu_raise_error(cpu, VEC_AC, 0);
    return true;
}

bool frame_store(struct cpu *cpu, const struct push_frame *f)
{
    return probe(cpu, f) && frame_store_singly(cpu, f);
}

bool frame_store_singly(struct cpu *cpu, const struct push_frame *f)
{
    for (unsigned i = 0; i < f->count; i++)
        if (!lin_write(cpu, f->slot[i].linear, f->size, f->user, f->slot[i].value))
            return false;
    return true;
}

void frame_commit(struct cpu *cpu, const struct push_frame *f)
{
    cpu->s.seg[SEG_SS] = f->ss;
    cpu->s.gpr[GPR_ESP] = f->esp;
}
