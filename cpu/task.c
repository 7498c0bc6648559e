/*
 * Hardware task switches (SDM vol. 3, chapter 8; table 8-2 is the order of checks).
 *
 * Up to commit() a fault belongs to the old task and nothing has changed. Behind it the new task's
 * registers are loaded, its segments are checked one by one, and a fault is one of the new task.
 */
#include "cpu/frame.h"
#include "cpu/mmu_fast.h"

/* Where things lie in a TSS (SDM vol. 3, figures 8-2 and 8-10). */
struct tss_layout {
    unsigned word; /* size of a register: 2 or 4 */
    uint32_t min_limit;
    uint32_t eip;      /* EFLAGS and the general registers follow */
    uint32_t segments; /* ES CS SS DS, and FS GS in 32 bits; each takes a word */
    unsigned segment_count;
    uint32_t ldt;
};

static const struct tss_layout tss16 = {2, 0x2b, 0x0e, 0x22, 4, 0x2a};
static const struct tss_layout tss32 = {4, 0x67, 0x20, 0x48, 6, 0x60};

enum { TSS_CR3 = 0x1c, TSS_TRAP = 0x64 };

/* A task's registers as its TSS holds them. */
struct task_image {
    uint32_t eip, eflags;
    uint32_t gpr[GPR_COUNT];
    uint32_t selector[SEG_COUNT];
    uint32_t ldt, cr3;
    bool trap;
};

static const struct tss_layout *layout_of(const struct cpu_segment *tss)
{
    return tss->attr & DESC_32BIT ? &tss32 : &tss16;
}

/* ---- Checks before anything changes --------------------------------------------------------- */

static bool check_tss(struct cpu *cpu, const struct task_request *r, struct descriptor *d)
{
    bool back = r->cause == CPU_TASK_IRET;
    unsigned vector = back ? VEC_TS : VEC_GP;
    uint32_t error = selector_error(r->selector);
    int type;

    if ((r->selector & 4) || selector_is_null(r->selector))
        return cpu_raise_error(cpu, vector, error);
    if (!seg_read_descriptor(cpu, r->selector, vector, d))
        return false;
    type = seg_system_type(&d->seg);
    if (type < 0 || (type & 5) != DESC_TSS16 || !!(type & DESC_TSS_BUSY) != back)
        return cpu_raise_error(cpu, vector, error);
    if (!seg_present(&d->seg))
        return cpu_raise_error(cpu, VEC_NP, error);
    if (d->seg.limit < layout_of(&d->seg)->min_limit)
        return cpu_raise_error(cpu, VEC_TS, error);
    return true;
}

static uint32_t old_descriptor(const struct cpu *cpu)
{
    return cpu->s.gdtr.base + (cpu->s.tr.selector & ~7u);
}

static bool leaves_old_task(enum cpu_task_cause cause)
{
    return cause == CPU_TASK_JMP || cause == CPU_TASK_IRET;
}

/* All memory that the switch will touch. */
static bool probe_memory(struct cpu *cpu, const struct task_request *r, const struct descriptor *d)
{
    const struct cpu_segment *tr = &cpu->s.tr;
    const struct tss_layout *old = layout_of(tr), *new = layout_of(&d->seg);
    uint32_t saved = old->segments + old->segment_count * old->word - old->eip;

    if (leaves_old_task(r->cause)) {
        if (!lin_probe_write(cpu, old_descriptor(cpu) + 5, 1, false))
            return false;
    } else if (!lin_probe_write(cpu, d->seg.base, 2, false)) {
        return false;
    }
    return lin_probe_write(cpu, d->linear + 5, 1, false) &&
           lin_probe_write(cpu, tr->base + old->eip, saved, false) &&
           lin_probe_read(cpu, d->seg.base, new->min_limit + 1, false);
}

/* ---- Saving and loading registers ------------------------------------------------------------ */

static bool save_registers(struct cpu *cpu, uint32_t eflags)
{
    const struct tss_layout *l = layout_of(&cpu->s.tr);
    uint32_t at = cpu->s.tr.base + l->eip;

    if (!lin_write(cpu, at, l->word, false, cpu->next_eip) ||
        !lin_write(cpu, at + l->word, l->word, false, eflags))
        return false;
    for (unsigned i = 0; i < GPR_COUNT; i++)
        if (!lin_write(cpu, at + (2 + i) * l->word, l->word, false, cpu->s.gpr[i]))
            return false;
    for (unsigned i = 0; i < l->segment_count; i++)
        if (!lin_write(cpu, cpu->s.tr.base + l->segments + i * l->word, 2, false,
                       cpu->s.seg[i].selector))
            return false;
    return true;
}

static bool read_registers(struct cpu *cpu, const struct tss_layout *l, uint32_t base,
                           struct task_image *t)
{
    uint32_t at = base + l->eip;

    if (!lin_read(cpu, at, l->word, false, &t->eip) ||
        !lin_read(cpu, at + l->word, l->word, false, &t->eflags))
        return false;
    for (unsigned i = 0; i < GPR_COUNT; i++) {
        if (!lin_read(cpu, at + (2 + i) * l->word, l->word, false, &t->gpr[i]))
            return false;
        if (l->word == 2)
            t->gpr[i] |= 0xffff0000; /* what the silicon leaves in the upper halves */
    }
    for (unsigned i = 0; i < l->segment_count; i++)
        if (!lin_read(cpu, base + l->segments + i * l->word, 2, false, &t->selector[i]))
            return false;
    return lin_read(cpu, base + l->ldt, 2, false, &t->ldt);
}

static bool read_image(struct cpu *cpu, const struct cpu_segment *tss, struct task_image *t)
{
    uint32_t trap;

    *t = (struct task_image){.cr3 = cpu->s.cr3};
    if (!read_registers(cpu, layout_of(tss), tss->base, t))
        return false;
    if (!(tss->attr & DESC_32BIT))
        return true;
    if (!lin_read(cpu, tss->base + TSS_CR3, 4, false, &t->cr3) ||
        !lin_read(cpu, tss->base + TSS_TRAP, 1, false, &trap))
        return false;
    t->trap = trap & 1;
    return true;
}

static bool set_busy(struct cpu *cpu, uint32_t descriptor, bool busy)
{
    uint32_t access;

    if (!lin_read(cpu, descriptor + 5, 1, false, &access))
        return false;
    access = busy ? access | DESC_TSS_BUSY : access & ~(uint32_t)DESC_TSS_BUSY;
    return lin_write(cpu, descriptor + 5, 1, false, access);
}

/* Old task out, back link and busy bits, new TSS read. */
static bool exchange(struct cpu *cpu, const struct task_request *r, struct descriptor *d,
                     struct task_image *t)
{
    uint32_t saved = cpu->s.eflags | (r->set_rf ? EFLAGS_RF : 0);
    bool nested = !leaves_old_task(r->cause);

    if (r->cause == CPU_TASK_IRET)
        saved &= ~EFLAGS_NT;
    if (!nested && !set_busy(cpu, old_descriptor(cpu), false))
        return false;
    if (!save_registers(cpu, saved))
        return false;
    if (nested && !lin_write(cpu, d->seg.base, 2, false, cpu->s.tr.selector))
        return false;
    if (r->cause != CPU_TASK_IRET && !set_busy(cpu, d->linear, true))
        return false;
    if (!read_image(cpu, &d->seg, t))
        return false;
    if (nested)
        t->eflags |= EFLAGS_NT;
    d->seg.attr |= DESC_TSS_BUSY;
    return true;
}

/* The point of no return: everything but what the descriptors hold. */
static void commit(struct cpu *cpu, const struct descriptor *d, const struct task_image *t)
{
    cpu->s.tr = d->seg;
    cpu->s.cr0 |= CR0_TS;
    if (cpu_paging(cpu) && (d->seg.attr & DESC_32BIT))
        cpu_write_cr3(cpu, t->cr3);
    cpu->s.eflags = (t->eflags & model_eflags_mask(&cpu->model)) | EFLAGS_FIXED;
    cpu->s.cpl = cpu_v86(cpu) ? 3 : t->selector[SEG_CS] & 3;
    for (unsigned i = 0; i < GPR_COUNT; i++)
        cpu->s.gpr[i] = t->gpr[i];
    for (unsigned i = 0; i < SEG_COUNT; i++)
        seg_load_null(cpu, i, t->selector[i]);
    cpu->s.ldtr = (struct cpu_segment){.selector = t->ldt};
    cpu->step_notes |= STEP_KEEP_RF | STEP_NO_TRAP;
    debug_task_switch(cpu);
    cpu_jump(cpu, t->eip);
}

/* ---- The new task's segments ----------------------------------------------------------------- */

static bool load_ldt(struct cpu *cpu, uint16_t selector)
{
    struct descriptor d;

    if (selector_is_null(selector))
        return true;
    if (selector & 4)
        return cpu_raise_error(cpu, VEC_TS, selector_error(selector));
    if (!seg_read_descriptor(cpu, selector, VEC_TS, &d))
        return false;
    if (seg_system_type(&d.seg) != DESC_LDT || !seg_present(&d.seg))
        return cpu_raise_error(cpu, VEC_TS, selector_error(selector));
    cpu->s.ldtr = d.seg;
    return true;
}

static bool load_code(struct cpu *cpu, uint16_t selector)
{
    unsigned rpl = selector & 3, dpl;
    struct descriptor d;

    if (selector_is_null(selector))
        return cpu_raise_error(cpu, VEC_TS, 0);
    if (!seg_read_descriptor(cpu, selector, VEC_TS, &d))
        return false;
    dpl = seg_dpl(&d.seg);
    if (!seg_is_code(&d.seg) || (seg_is_conforming(&d.seg) ? dpl > rpl : dpl != rpl))
        return cpu_raise_error(cpu, VEC_TS, selector_error(selector));
    if (!seg_present(&d.seg))
        return cpu_raise_error(cpu, VEC_NP, selector_error(selector));
    if (!seg_mark_accessed(cpu, &d))
        return false;
    cpu->s.seg[SEG_CS] = d.seg;
    return true;
}

static bool load_stack(struct cpu *cpu, uint16_t selector)
{
    struct descriptor d;

    if (selector_is_null(selector))
        return cpu_raise_error(cpu, VEC_TS, 0);
    if (!seg_read_descriptor(cpu, selector, VEC_TS, &d) ||
        !seg_check_stack(cpu, &d, cpu->s.cpl, VEC_TS) || !seg_mark_accessed(cpu, &d))
        return false;
    cpu->s.seg[SEG_SS] = d.seg;
    return true;
}

static bool load_data(struct cpu *cpu, unsigned sreg, uint16_t selector)
{
    struct descriptor d;

    if (selector_is_null(selector))
        return true;
    if (!seg_read_descriptor(cpu, selector, VEC_TS, &d) || !seg_check_data(cpu, &d, VEC_TS) ||
        !seg_mark_accessed(cpu, &d))
        return false;
    cpu->s.seg[sreg] = d.seg;
    return true;
}

static bool load_segments(struct cpu *cpu, const struct task_image *t)
{
    static const uint8_t data[] = {SEG_DS, SEG_ES, SEG_FS, SEG_GS};

    if (!load_ldt(cpu, t->ldt))
        return false;
    if (cpu_v86(cpu)) {
        for (unsigned i = 0; i < SEG_COUNT; i++)
            seg_load_real(cpu, i, t->selector[i]);
        return true;
    }
    if (!load_code(cpu, t->selector[SEG_CS]) || !load_stack(cpu, t->selector[SEG_SS]))
        return false;
    for (unsigned i = 0; i < sizeof(data); i++)
        if (!load_data(cpu, data[i], t->selector[data[i]]))
            return false;
    return true;
}

static bool push_error(struct cpu *cpu, uint32_t error)
{
    struct push_frame f;

    frame_here(cpu, &f, layout_of(&cpu->s.tr)->word);
    frame_push(&f, FRAME_ERROR, error);
    if (!frame_check(cpu, &f) || !frame_store(cpu, &f))
        return false;
    frame_commit(cpu, &f);
    return true;
}

static bool enter_task(struct cpu *cpu, const struct task_request *r, const struct task_image *t)
{
    if (!load_segments(cpu, t))
        return false;
    if (t->trap)
        cpu->s.pending_db |= DR6_BT;
    if (t->eip > cpu->s.seg[SEG_CS].limit)
        return cpu_raise_error(cpu, VEC_GP, 0);
    return !r->push_error || push_error(cpu, r->error);
}

bool task_switch(struct cpu *cpu, const struct task_request *r)
{
    struct cpu_task_event event = {.cause = r->cause, .from_tr = cpu->s.tr.selector};
    struct task_image image;
    struct descriptor d;
    bool entered;

    if (!check_tss(cpu, r, &d) || !probe_memory(cpu, r, &d))
        return false;
    event.before = cpu->s;
    event.before.eip = cpu->next_eip;
    if (!exchange(cpu, r, &d, &image))
        return false;
    commit(cpu, &d, &image);
    event.to_tr = cpu->s.tr.selector;
    entered = enter_task(cpu, r, &image);
    if (cpu->hooks.task)
        cpu->hooks.task(cpu->hooks.ctx, &event);
    return entered;
}
