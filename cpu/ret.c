/*
 * Far RET and IRET: back to the same ring, to an outer one, to v86 mode, or to the task that was
 * interrupted (SDM vol. 3, 5.8.6, 6.12, 20.2; vol. 2, IRET, RET).
 */
#include "cpu/cpu_internal.h"

/* Words read from the stack so far; ESP moves only when all is well. */
struct pop_frame {
    unsigned size; /* of a word: 2 or 4 */
    uint32_t depth;
    unsigned count;
    struct cpu_frame_slot slot[CPU_FRAME_MAX];
};

/* The outer stack of a return to less privilege. */
struct outer_stack {
    struct descriptor ss;
    uint32_t esp;
};

/* Of a selector only the lower half is read. */
static unsigned word_size(const struct pop_frame *f, enum cpu_frame_word word)
{
    return word == FRAME_CS ? 2 : f->size;
}

/* Silicon reads from the uppermost word down, which shows where a page is absent. */
static bool touch(struct cpu *cpu, const struct pop_frame *f, enum cpu_frame_word word,
                  unsigned index)
{
    uint32_t ignored;

    return stack_peek(cpu, index * f->size, word_size(f, word), &ignored);
}

static bool pop_word(struct cpu *cpu, struct pop_frame *f, enum cpu_frame_word word,
                     uint32_t *value)
{
    const struct cpu_segment *ss = &cpu->s.seg[SEG_SS];
    uint32_t linear = ss->base + ((cpu->s.gpr[GPR_ESP] + f->depth) & stack_mask(ss));

    if (!stack_peek(cpu, f->depth, word_size(f, word), value))
        return false;
    f->slot[f->count++] = (struct cpu_frame_slot){.word = word, .linear = linear, .value = *value};
    f->depth += f->size;
    return true;
}

static bool check_eip(struct cpu *cpu, uint32_t eip, const struct cpu_segment *cs)
{
    if (eip > cs->limit)
        return cpu_raise_error(cpu, VEC_GP, 0);
    return true;
}

/* The code segment that a return names: never to an inner ring. */
static bool check_code(struct cpu *cpu, uint16_t selector, struct descriptor *cs)
{
    unsigned rpl = selector & 3;
    bool ok;

    if (selector_is_null(selector))
        return cpu_raise_error(cpu, VEC_GP, 0);
    if (!seg_read_descriptor(cpu, selector, VEC_GP, cs))
        return false;
    ok = seg_is_code(&cs->seg) && rpl >= cpu->s.cpl &&
         (seg_is_conforming(&cs->seg) ? seg_dpl(&cs->seg) <= rpl : seg_dpl(&cs->seg) == rpl);
    if (!ok)
        return cpu_raise_error(cpu, VEC_GP, selector_error(selector));
    if (!seg_present(&cs->seg))
        return cpu_raise_error(cpu, VEC_NP, selector_error(selector));
    return true;
}

static bool pop_outer_stack(struct cpu *cpu, struct pop_frame *f, unsigned cpl,
                            struct outer_stack *outer)
{
    uint32_t selector;

    if (!pop_word(cpu, f, FRAME_ESP, &outer->esp) || !pop_word(cpu, f, FRAME_SS, &selector))
        return false;
    selector &= 0xffff;
    if (selector_is_null(selector))
        return cpu_raise_error(cpu, VEC_GP, 0);
    return seg_read_descriptor(cpu, selector, VEC_GP, &outer->ss) &&
           seg_check_stack(cpu, &outer->ss, cpl, VEC_GP);
}

/* What the outer ring may not use is taken from it, and so is the RPL of a null selector. */
static void drop_inner_segments(struct cpu *cpu)
{
    static const uint8_t data[] = {SEG_ES, SEG_FS, SEG_GS, SEG_DS};

    for (unsigned i = 0; i < sizeof(data); i++) {
        const struct cpu_segment *seg = &cpu->s.seg[data[i]];

        if (selector_is_null(seg->selector) ||
            (seg_present(seg) && seg_dpl(seg) < cpu->s.cpl && !seg_is_conforming(seg)))
            seg_load_null(cpu, data[i], 0);
    }
}

static void set_stack_pointer(struct cpu *cpu, uint32_t esp)
{
    uint32_t mask = stack_mask(&cpu->s.seg[SEG_SS]);

    cpu->s.gpr[GPR_ESP] = (cpu->s.gpr[GPR_ESP] & ~mask) | (esp & mask);
}

/* Loads CS:EIP, and SS:ESP where the ring changes; all checks are done. */
static bool enter_code(struct cpu *cpu, struct descriptor *cs, uint32_t eip,
                       struct outer_stack *outer, uint32_t release)
{
    if (!seg_mark_accessed(cpu, cs) || (outer && !seg_mark_accessed(cpu, &outer->ss)))
        return false;
    cpu->s.seg[SEG_CS] = cs->seg;
    cpu->s.cpl = cs->seg.selector & 3;
    if (outer) {
        cpu->s.seg[SEG_SS] = outer->ss.seg;
        set_stack_pointer(cpu, outer->esp);
        drop_inner_segments(cpu);
    }
    stack_adjust(cpu, (int32_t)release);
    cpu_jump(cpu, eip);
    return true;
}

/* ---- RET far -------------------------------------------------------------------------------- */

static bool real_return(struct cpu *cpu, struct pop_frame *f, uint16_t release)
{
    uint32_t eip, selector;

    if (!pop_word(cpu, f, FRAME_EIP, &eip) || !pop_word(cpu, f, FRAME_CS, &selector) ||
        !check_eip(cpu, eip, &cpu->s.seg[SEG_CS]))
        return false;
    seg_load_real(cpu, SEG_CS, selector);
    stack_adjust(cpu, (int32_t)(f->depth + release));
    cpu_jump(cpu, eip);
    return true;
}

bool far_return(struct cpu *cpu, unsigned opsize, uint16_t release)
{
    struct pop_frame f = {.size = opsize};
    struct outer_stack stack, *outer = NULL;
    struct descriptor cs;
    uint32_t eip, selector;

    if (!cpu_selectors(cpu))
        return real_return(cpu, &f, release);
    if (!touch(cpu, &f, FRAME_CS, 1) || !pop_word(cpu, &f, FRAME_EIP, &eip) ||
        !pop_word(cpu, &f, FRAME_CS, &selector) || !check_code(cpu, selector, &cs))
        return false;
    if ((selector & 3) > cpu->s.cpl) {
        outer = &stack;
        f.depth += release;
        if (!pop_outer_stack(cpu, &f, selector & 3, outer))
            return false;
    }
    return check_eip(cpu, eip, &cs.seg) &&
           enter_code(cpu, &cs, eip, outer, outer ? release : f.depth + release);
}

/* ---- IRET ----------------------------------------------------------------------------------- */

static uint32_t writable_flags(const struct cpu *cpu, unsigned opsize)
{
    return eflags_writable(cpu, opsize) | (opsize == 4 ? EFLAGS_RF : 0);
}

static void merge_flags(struct cpu *cpu, uint32_t image, uint32_t mask)
{
    cpu->s.eflags = (cpu->s.eflags & ~mask) | (image & mask);
}

static bool pop_interrupted(struct cpu *cpu, struct pop_frame *f, uint32_t *eip, uint32_t *selector,
                            uint32_t *flags)
{
    return touch(cpu, f, FRAME_EFLAGS, 2) && touch(cpu, f, FRAME_CS, 1) &&
           pop_word(cpu, f, FRAME_EIP, eip) && pop_word(cpu, f, FRAME_CS, selector) &&
           pop_word(cpu, f, FRAME_EFLAGS, flags);
}

/* Real mode, and v86 mode with IOPL 3. */
static bool iret_real(struct cpu *cpu, struct pop_frame *f)
{
    uint32_t eip, selector, flags;

    if (cpu_v86(cpu) && cpu_iopl(cpu) < 3)
        return cpu_raise_error(cpu, VEC_GP, 0);
    if (!pop_interrupted(cpu, f, &eip, &selector, &flags) ||
        !check_eip(cpu, eip, &cpu->s.seg[SEG_CS]))
        return false;
    seg_load_real(cpu, SEG_CS, selector);
    stack_adjust(cpu, (int32_t)f->depth);
    merge_flags(cpu, flags, writable_flags(cpu, f->size));
    cpu_jump(cpu, eip);
    return true;
}

static bool iret_to_v86(struct cpu *cpu, struct pop_frame *f, uint32_t eip, uint16_t cs,
                        uint32_t flags)
{
    static const uint8_t order[] = {SEG_ES, SEG_DS, SEG_FS, SEG_GS};
    static const uint8_t word[] = {FRAME_ES, FRAME_DS, FRAME_FS, FRAME_GS};
    uint32_t esp, ss, data[4];

    if (!pop_word(cpu, f, FRAME_ESP, &esp) || !pop_word(cpu, f, FRAME_SS, &ss))
        return false;
    for (unsigned i = 0; i < 4; i++)
        if (!pop_word(cpu, f, word[i], &data[i]))
            return false;
    if (eip > 0xffff)
        return cpu_raise_error(cpu, VEC_GP, 0);
    cpu->s.eflags = (flags & model_eflags_mask(&cpu->model)) | EFLAGS_FIXED;
    cpu->s.cpl = 3;
    seg_load_real(cpu, SEG_CS, cs);
    seg_load_real(cpu, SEG_SS, ss);
    for (unsigned i = 0; i < 4; i++)
        seg_load_real(cpu, order[i], data[i]);
    cpu->s.gpr[GPR_ESP] = esp;
    cpu_jump(cpu, eip);
    return true;
}

static bool iret_to_task(struct cpu *cpu)
{
    struct task_request request = {.cause = CPU_TASK_IRET};
    uint32_t link;

    if (!lin_read(cpu, cpu->s.tr.base, 2, false, &link))
        return false;
    request.selector = link;
    return task_switch(cpu, &request);
}

static bool iret_protected(struct cpu *cpu, struct pop_frame *f)
{
    struct outer_stack stack, *outer = NULL;
    uint32_t eip, selector, flags, mask;
    struct descriptor cs;

    if (!pop_interrupted(cpu, f, &eip, &selector, &flags))
        return false;
    if (f->size == 4 && (flags & EFLAGS_VM) && cpu->s.cpl == 0)
        return iret_to_v86(cpu, f, eip, selector, flags);
    if (!check_code(cpu, selector, &cs))
        return false;
    if ((selector & 3) > cpu->s.cpl) {
        outer = &stack;
        if (!pop_outer_stack(cpu, f, selector & 3, outer))
            return false;
    }
    mask = writable_flags(cpu, f->size);
    if (!check_eip(cpu, eip, &cs.seg) || !enter_code(cpu, &cs, eip, outer, outer ? 0 : f->depth))
        return false;
    merge_flags(cpu, flags, mask);
    return true;
}

static bool iret_by_mode(struct cpu *cpu, struct pop_frame *f, bool task_return)
{
    if (task_return)
        return iret_to_task(cpu);
    return cpu_selectors(cpu) ? iret_protected(cpu, f) : iret_real(cpu, f);
}

static void report(struct cpu *cpu, struct cpu_iret_event *event, const struct pop_frame *f)
{
    event->cpl_to = cpu->s.cpl;
    event->slot_size = f->size;
    event->slot_count = f->count;
    for (unsigned i = 0; i < f->count; i++)
        event->slot[i] = f->slot[i];
    cpu->hooks.iret(cpu->hooks.ctx, event);
}

bool interrupt_return(struct cpu *cpu, unsigned opsize)
{
    bool task_return = cpu_selectors(cpu) && (cpu->s.eflags & EFLAGS_NT);
    struct pop_frame f = {.size = opsize};
    struct cpu_iret_event event = {
        .from_eip = cpu->s.eip,
        .from_cs = cpu->s.seg[SEG_CS].selector,
        .cpl_from = cpu->s.cpl,
        .task_return = task_return,
    };

    if (!iret_by_mode(cpu, &f, task_return))
        return false;
    cpu->step_notes |= STEP_KEEP_RF;
    cpu->s.nmi_blocked = 0;
    cpu->stats.user_returns += cpu_user(cpu);
    if (cpu->hooks.iret)
        report(cpu, &event, &f);
    return true;
}
