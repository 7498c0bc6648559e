/*
 * Far JMP and CALL: code segments, call gates, task gates and TSS (SDM vol. 3, 5.8; vol. 2, CALL,
 * JMP).
 */
#include "cpu/frame.h"
#include "cpu/mmu_fast.h"

/* Where a far transfer goes, once all checks are passed. */
struct target {
    struct descriptor cs;
    uint32_t eip;
    unsigned cpl;
};

static bool check_eip(struct cpu *cpu, const struct target *t)
{
    if (t->eip > t->cs.seg.limit)
        return cpu_raise_error(cpu, VEC_GP, 0);
    return true;
}

static void enter(struct cpu *cpu, const struct target *t)
{
    cpu->s.cpl = t->cpl;
    cpu->s.seg[SEG_CS] = t->cs.seg;
    cpu->s.seg[SEG_CS].selector = (t->cs.seg.selector & ~3u) | t->cpl;
    cpu_jump(cpu, t->eip);
}

/* ---- Real and v86 mode ---------------------------------------------------------------------- */

static bool real_jump(struct cpu *cpu, uint16_t selector, uint32_t eip)
{
    if (eip > cpu->s.seg[SEG_CS].limit)
        return cpu_raise_error(cpu, VEC_GP, 0);
    seg_load_real(cpu, SEG_CS, selector);
    cpu_jump(cpu, eip);
    return true;
}

static bool real_call(struct cpu *cpu, uint16_t selector, uint32_t eip, unsigned opsize)
{
    struct push_frame f;

    frame_here(cpu, &f, opsize);
    frame_push(&f, FRAME_CS, cpu->s.seg[SEG_CS].selector);
    frame_push(&f, FRAME_EIP, cpu->next_eip);
    if (!frame_check(cpu, &f))
        return false;
    if (eip > cpu->s.seg[SEG_CS].limit)
        return cpu_raise_error(cpu, VEC_GP, 0);
    if (!frame_store(cpu, &f))
        return false;
    frame_commit(cpu, &f);
    return real_jump(cpu, selector, eip);
}

/* ---- Code segments -------------------------------------------------------------------------- */

static bool check_present(struct cpu *cpu, const struct descriptor *d)
{
    if (!seg_present(&d->seg))
        return cpu_raise_error(cpu, VEC_NP, selector_error(d->seg.selector));
    return true;
}

/* A code segment named directly: no change of privilege. */
static bool check_direct(struct cpu *cpu, const struct descriptor *cs)
{
    unsigned dpl = seg_dpl(&cs->seg), rpl = cs->seg.selector & 3, cpl = cpu->s.cpl;
    bool ok = seg_is_conforming(&cs->seg) ? dpl <= cpl : rpl <= cpl && dpl == cpl;

    if (!ok)
        return cpu_raise_error(cpu, VEC_GP, selector_error(cs->seg.selector));
    return check_present(cpu, cs);
}

static bool jump_to(struct cpu *cpu, struct target *t)
{
    if (!check_eip(cpu, t) || !seg_mark_accessed(cpu, &t->cs))
        return false;
    enter(cpu, t);
    return true;
}

/* Silicon stores word by word, before it looks at the target's offset; ESP moves only after. */
static bool call_same(struct cpu *cpu, struct target *t, unsigned size)
{
    struct push_frame f;

    frame_here(cpu, &f, size);
    frame_push(&f, FRAME_CS, cpu->s.seg[SEG_CS].selector);
    frame_push(&f, FRAME_EIP, cpu->next_eip);
    if (!frame_check(cpu, &f) || !seg_mark_accessed(cpu, &t->cs) || !frame_store_singly(cpu, &f) ||
        !check_eip(cpu, t))
        return false;
    frame_commit(cpu, &f);
    enter(cpu, t);
    return true;
}

/* ---- Call gates ----------------------------------------------------------------------------- */

/* Gates and TSS: both CPL and RPL must be at least as privileged as the descriptor. */
static bool check_gate_rights(struct cpu *cpu, const struct descriptor *gate)
{
    unsigned dpl = seg_dpl(&gate->seg), rpl = gate->seg.selector & 3;

    if (dpl < cpu->s.cpl || dpl < rpl)
        return cpu_raise_error(cpu, VEC_GP, selector_error(gate->seg.selector));
    return true;
}

static bool gate_is_wide(const struct descriptor *gate)
{
    return gate->seg.attr & DESC_32BIT;
}

/* The code segment behind a call gate. Its privilege is for jump and call to judge. */
static bool open_gate(struct cpu *cpu, const struct descriptor *gate, struct target *t)
{
    uint16_t selector = gate->lo >> 16;

    if (!check_gate_rights(cpu, gate) || !check_present(cpu, gate))
        return false;
    if (selector_is_null(selector))
        return cpu_raise_error(cpu, VEC_GP, 0);
    if (!seg_read_descriptor(cpu, selector, VEC_GP, &t->cs))
        return false;
    if (!seg_is_code(&t->cs.seg) || seg_dpl(&t->cs.seg) > cpu->s.cpl)
        return cpu_raise_error(cpu, VEC_GP, selector_error(selector));
    t->eip = gate->lo & 0xffff;
    if (gate_is_wide(gate))
        t->eip |= gate->hi & 0xffff0000;
    t->cpl = cpu->s.cpl;
    return true;
}

static bool jump_gate(struct cpu *cpu, const struct descriptor *gate)
{
    struct target t;

    if (!open_gate(cpu, gate, &t))
        return false;
    if (!seg_is_conforming(&t.cs.seg) && seg_dpl(&t.cs.seg) != cpu->s.cpl)
        return cpu_raise_error(cpu, VEC_GP, selector_error(t.cs.seg.selector));
    return check_present(cpu, &t.cs) && jump_to(cpu, &t);
}

static bool copy_parameters(struct cpu *cpu, struct push_frame *f, unsigned count)
{
    uint32_t value;

    while (count--) {
        if (!stack_peek(cpu, count * f->size, f->size, &value))
            return false;
        frame_push(f, FRAME_PARAMETER, value);
    }
    return true;
}

static bool call_inner(struct cpu *cpu, const struct descriptor *gate, struct target *t)
{
    struct push_frame f;

    t->cpl = seg_dpl(&t->cs.seg);
    if (!frame_inner(cpu, &f, t->cpl))
        return false;
    f.size = gate_is_wide(gate) ? 4 : 2;
    frame_push(&f, FRAME_SS, cpu->s.seg[SEG_SS].selector);
    frame_push(&f, FRAME_ESP, cpu->s.gpr[GPR_ESP]);
    if (!copy_parameters(cpu, &f, gate->hi & 0x1f))
        return false;
    frame_push(&f, FRAME_CS, cpu->s.seg[SEG_CS].selector);
    frame_push(&f, FRAME_EIP, cpu->next_eip);
    if (!frame_check(cpu, &f) || !check_eip(cpu, t) || !seg_mark_accessed(cpu, &t->cs) ||
        !frame_store(cpu, &f))
        return false;
    frame_commit(cpu, &f);
    enter(cpu, t);
    return true;
}

static bool call_gate(struct cpu *cpu, const struct descriptor *gate)
{
    struct target t;

    if (!open_gate(cpu, gate, &t) || !check_present(cpu, &t.cs))
        return false;
    if (!seg_is_conforming(&t.cs.seg) && seg_dpl(&t.cs.seg) < cpu->s.cpl)
        return call_inner(cpu, gate, &t);
    return call_same(cpu, &t, gate_is_wide(gate) ? 4 : 2);
}

/* ---- Tasks ---------------------------------------------------------------------------------- */

static bool switch_through(struct cpu *cpu, const struct descriptor *d, bool call)
{
    struct task_request request = {.cause = call ? CPU_TASK_CALL : CPU_TASK_JMP};

    request.selector = d->seg.selector;
    if (!check_gate_rights(cpu, d))
        return false;
    if (seg_system_type(&d->seg) == DESC_TASK_GATE) {
        if (!check_present(cpu, d))
            return false;
        request.selector = d->lo >> 16;
    }
    return task_switch(cpu, &request);
}

/* ---- Entry points --------------------------------------------------------------------------- */

static bool transfer_system(struct cpu *cpu, const struct descriptor *d, bool call)
{
    switch (seg_system_type(&d->seg)) {
    case DESC_CALL_GATE16:
    case DESC_CALL_GATE32:
        return call ? call_gate(cpu, d) : jump_gate(cpu, d);
    case DESC_TASK_GATE:
    case DESC_TSS16:
    case DESC_TSS32:
        return switch_through(cpu, d, call);
    default:
        return cpu_raise_error(cpu, VEC_GP, selector_error(d->seg.selector));
    }
}

static bool transfer(struct cpu *cpu, uint16_t selector, uint32_t offset, unsigned opsize,
                     bool call)
{
    struct target t = {.eip = offset, .cpl = cpu->s.cpl};

    if (selector_is_null(selector))
        return cpu_raise_error(cpu, VEC_GP, 0);
    if (!seg_read_descriptor(cpu, selector, VEC_GP, &t.cs))
        return false;
    if (!(t.cs.seg.attr & SEGATTR_S))
        return transfer_system(cpu, &t.cs, call);
    if (!seg_is_code(&t.cs.seg))
        return cpu_raise_error(cpu, VEC_GP, selector_error(selector));
    if (!check_direct(cpu, &t.cs))
        return false;
    return call ? call_same(cpu, &t, opsize) : jump_to(cpu, &t);
}

bool far_jump(struct cpu *cpu, uint16_t selector, uint32_t offset, unsigned opsize)
{
    if (opsize == 2)
        offset &= 0xffff;
    if (!cpu_selectors(cpu))
        return real_jump(cpu, selector, offset);
    return transfer(cpu, selector, offset, opsize, false);
}

bool far_call(struct cpu *cpu, uint16_t selector, uint32_t offset, unsigned opsize)
{
    if (opsize == 2)
        offset &= 0xffff;
    if (!cpu_selectors(cpu))
        return real_call(cpu, selector, offset, opsize);
    return transfer(cpu, selector, offset, opsize, true);
}
