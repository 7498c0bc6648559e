/*
 * Interrupts and exceptions: from a vector to the first instruction of its handler, through the
 * real-mode vector table or the IDT (SDM vol. 3, 6.8 to 6.15; vol. 2, INT n). Look at
 * push_interrupted() for the frame, and at deliver_inner() for the moment SS:ESP changes.
 */
#include "cpu/frame.h"
#include "cpu/mmu_fast.h"

#include <string.h>

/* One event on its way. */
struct delivery {
    unsigned vector;
    enum cpu_int_kind kind;
    bool has_error;
    uint32_t error;
    bool set_rf; /* in the pushed EFLAGS */
    struct cpu_int_event event;
};

struct gate {
    unsigned type; /* enum desc_type */
    unsigned dpl;
    bool present;
    uint16_t selector;
    uint32_t offset;
};

/* ---- Raising -------------------------------------------------------------------------------- */

void fault_record(struct cpu *cpu, unsigned vector)
{
    bool external = cpu->fault.external;

    cpu->fault = (struct fault){.vector = vector, .pending = true, .external = external};
}

static bool names_selector(unsigned vector)
{
    return vector >= VEC_TS && vector <= VEC_GP;
}

void fault_record_error(struct cpu *cpu, unsigned vector, uint32_t error)
{
    fault_record(cpu, vector);
    cpu->fault.has_error = true;
    cpu->fault.error = error;
    if (cpu->fault.external && names_selector(vector))
        cpu->fault.error |= 1; /* EXT */
}

/* ---- The event for observers ---------------------------------------------------------------- */

static void note_origin(const struct cpu *cpu, struct delivery *d)
{
    struct cpu_int_event *e = &d->event;

    e->vector = d->vector;
    e->kind = d->kind;
    e->has_error = d->has_error;
    e->error = d->error;
    e->cr2 = d->vector == VEC_PF && d->kind == CPU_INT_FAULT ? cpu->s.cr2 : 0;
    e->from_eip = cpu->s.eip;
    e->from_cs = cpu->s.seg[SEG_CS].selector;
    e->cpl_from = cpu->s.cpl;
    e->slot_count = 0;
    e->stack_switch = false;
    e->tss_ss = 0;
    e->tss_esp = 0;
}

static void note_gate(struct delivery *d, unsigned type, unsigned dpl, uint16_t selector,
                      uint32_t offset)
{
    d->event.gate_type = type;
    d->event.gate_dpl = dpl;
    d->event.gate_selector = selector;
    d->event.gate_offset = offset;
}

static void note_frame(struct delivery *d, const struct push_frame *f)
{
    d->event.slot_size = f->size;
    d->event.slot_count = f->count;
    memcpy(d->event.slot, f->slot, f->count * sizeof(f->slot[0]));
}

static void report(struct cpu *cpu, struct delivery *d)
{
    d->event.cpl_to = cpu->s.cpl;
    if (cpu->hooks.interrupt)
        cpu->hooks.interrupt(cpu->hooks.ctx, &d->event);
}

/* Without a recorded fault the instruction only waits. */
static void report_failure(const struct cpu *cpu, const struct delivery *d)
{
    const struct fault *f = &cpu->fault;
    struct cpu_failed_event e = {.vector = d->vector,
                                 .because = f->vector,
                                 .kind = d->kind,
                                 .has_error = d->has_error,
                                 .because_has_error = f->has_error,
                                 .error = d->error,
                                 .because_error = f->error,
                                 .cr2 = f->vector == VEC_PF ? f->cr2 : cpu->s.cr2};

    if (cpu->hooks.failed && f->pending)
        cpu->hooks.failed(cpu->hooks.ctx, &e);
}

/* ---- The frame ------------------------------------------------------------------------------ */

static uint32_t flags_image(const struct cpu *cpu, const struct delivery *d)
{
    return cpu->s.eflags | (d->set_rf ? EFLAGS_RF : 0);
}

/* A fault returns to its instruction, everything else behind it. */
static uint32_t return_eip(const struct cpu *cpu, const struct delivery *d)
{
    bool again = d->kind == CPU_INT_FAULT || d->kind == CPU_INT_ABORT;

    return again ? cpu->s.eip : cpu->next_eip;
}

static void push_interrupted(const struct cpu *cpu, const struct delivery *d, struct push_frame *f)
{
    frame_push(f, FRAME_EFLAGS, flags_image(cpu, d));
    frame_push(f, FRAME_CS, cpu->s.seg[SEG_CS].selector);
    frame_push(f, FRAME_EIP, return_eip(cpu, d));
    if (d->has_error)
        frame_push(f, FRAME_ERROR, d->error);
}

static void push_outer_stack(const struct cpu *cpu, struct push_frame *f)
{
    if (cpu_v86(cpu)) {
        frame_push(f, FRAME_GS, cpu->s.seg[SEG_GS].selector);
        frame_push(f, FRAME_FS, cpu->s.seg[SEG_FS].selector);
        frame_push(f, FRAME_DS, cpu->s.seg[SEG_DS].selector);
        frame_push(f, FRAME_ES, cpu->s.seg[SEG_ES].selector);
    }
    frame_push(f, FRAME_SS, cpu->s.seg[SEG_SS].selector);
    frame_push(f, FRAME_ESP, cpu->s.gpr[GPR_ESP]);
}

/* ---- Real mode ------------------------------------------------------------------------------ */

static uint32_t idt_error(unsigned vector)
{
    return vector * 8 + 2;
}

static bool deliver_real(struct cpu *cpu, struct delivery *d)
{
    uint32_t at = d->vector * 4, offset, selector;
    struct push_frame f;

    d->has_error = d->event.has_error = false;
    if (at + 3 > cpu->s.idtr.limit)
        return cpu_raise_error(cpu, VEC_GP, idt_error(d->vector));
    if (!lin_read(cpu, cpu->s.idtr.base + at, 2, false, &offset) ||
        !lin_read(cpu, cpu->s.idtr.base + at + 2, 2, false, &selector))
        return false;
    frame_here(cpu, &f, 2);
    push_interrupted(cpu, d, &f);
    if (!frame_check(cpu, &f) || !frame_store(cpu, &f))
        return false;
    frame_commit(cpu, &f);
    note_gate(d, 0, 0, selector, offset);
    note_frame(d, &f);
    cpu->s.eflags &= ~(EFLAGS_IF | EFLAGS_TF | EFLAGS_RF | EFLAGS_AC);
    seg_load_real(cpu, SEG_CS, selector);
    cpu_jump(cpu, offset);
    return true;
}

/* ---- Protected mode ------------------------------------------------------------------------- */

static bool read_gate(struct cpu *cpu, unsigned vector, struct gate *g)
{
    uint32_t at = vector * 8, lo, hi;

    if (at + 7 > cpu->s.idtr.limit)
        return cpu_raise_error(cpu, VEC_GP, idt_error(vector));
    if (!lin_read(cpu, cpu->s.idtr.base + at, 4, false, &lo) ||
        !lin_read(cpu, cpu->s.idtr.base + at + 4, 4, false, &hi))
        return false;
    g->type = hi >> 8 & 0x1f; /* S included: a gate is a system descriptor */
    g->dpl = hi >> 13 & 3;
    g->present = hi >> 15 & 1;
    g->selector = lo >> 16;
    g->offset = lo & 0xffff;
    if (g->type & DESC_32BIT)
        g->offset |= hi & 0xffff0000;
    return true;
}

static bool is_interrupt_gate(unsigned type)
{
    return type == DESC_INT_GATE16 || type == DESC_INT_GATE32;
}

static bool check_gate(struct cpu *cpu, const struct delivery *d, const struct gate *g)
{
    bool known = is_interrupt_gate(g->type) || g->type == DESC_TASK_GATE ||
                 g->type == DESC_TRAP_GATE16 || g->type == DESC_TRAP_GATE32;

    if (!known || (d->kind == CPU_INT_SOFTWARE && g->dpl < cpu->s.cpl))
        return cpu_raise_error(cpu, VEC_GP, idt_error(d->vector));
    if (!g->present)
        return cpu_raise_error(cpu, VEC_NP, idt_error(d->vector));
    return true;
}

/* The handler's code segment, and the ring it runs in. */
static bool check_handler(struct cpu *cpu, const struct gate *g, struct descriptor *cs,
                          unsigned *cpl)
{
    uint32_t error = selector_error(g->selector);
    unsigned dpl;

    if (selector_is_null(g->selector))
        return cpu_raise_error(cpu, VEC_GP, 0);
    if (!seg_read_descriptor(cpu, g->selector, VEC_GP, cs))
        return false;
    dpl = seg_dpl(&cs->seg);
    if (!seg_is_code(&cs->seg) || dpl > cpu->s.cpl)
        return cpu_raise_error(cpu, VEC_GP, error);
    if (!seg_present(&cs->seg))
        return cpu_raise_error(cpu, VEC_NP, error);
    *cpl = seg_is_conforming(&cs->seg) ? cpu->s.cpl : dpl;
    if (cpu_v86(cpu) && *cpl != 0)
        return cpu_raise_error(cpu, VEC_GP, error);
    return true;
}

static void enter_handler(struct cpu *cpu, const struct gate *g, const struct descriptor *cs,
                          unsigned cpl)
{
    bool from_v86 = cpu_v86(cpu);

    cpu->s.eflags &= ~(EFLAGS_TF | EFLAGS_NT | EFLAGS_RF | EFLAGS_VM);
    if (is_interrupt_gate(g->type))
        cpu->s.eflags &= ~EFLAGS_IF;
    cpu->s.cpl = cpl;
    cpu->s.seg[SEG_CS] = cs->seg;
    cpu->s.seg[SEG_CS].selector = (g->selector & ~3u) | cpl;
    if (from_v86) {
        static const uint8_t data[] = {SEG_ES, SEG_DS, SEG_FS, SEG_GS};

        for (unsigned i = 0; i < sizeof(data); i++)
            seg_load_null(cpu, data[i], 0);
    }
    cpu_jump(cpu, g->offset);
}

static bool store_frame(struct cpu *cpu, struct delivery *d, const struct gate *g,
                        struct descriptor *cs, struct push_frame *f)
{
    if (!frame_check(cpu, f))
        return false;
    if (g->offset > cs->seg.limit)
        return cpu_raise_error(cpu, VEC_GP, 0);
    if (!seg_mark_accessed(cpu, cs) || !frame_store(cpu, f))
        return false;
    note_frame(d, f);
    return true;
}

/* To an inner ring: the processor takes SS:ESP from the TSS and pushes the old ones first. */
static bool deliver_inner(struct cpu *cpu, struct delivery *d, const struct gate *g,
                          struct descriptor *cs, unsigned cpl)
{
    struct push_frame f;

    if (!frame_inner(cpu, &f, cpl))
        return false;
    f.size = g->type & DESC_32BIT ? 4 : 2;
    d->event.stack_switch = true;
    d->event.tss_ss = f.ss.selector;
    d->event.tss_esp = f.esp;
    push_outer_stack(cpu, &f);
    push_interrupted(cpu, d, &f);
    if (!store_frame(cpu, d, g, cs, &f))
        return false;
    frame_commit(cpu, &f);
    enter_handler(cpu, g, cs, cpl);
    return true;
}

static bool deliver_same(struct cpu *cpu, struct delivery *d, const struct gate *g,
                         struct descriptor *cs)
{
    struct push_frame f;

    frame_here(cpu, &f, g->type & DESC_32BIT ? 4 : 2);
    push_interrupted(cpu, d, &f);
    if (!store_frame(cpu, d, g, cs, &f))
        return false;
    frame_commit(cpu, &f);
    enter_handler(cpu, g, cs, cpu->s.cpl);
    return true;
}

/* A task gate: the only word pushed is the error code, on the new task's stack. */
static bool deliver_task(struct cpu *cpu, struct delivery *d, const struct gate *g)
{
    struct task_request request = {
        .cause = CPU_TASK_INT,
        .selector = g->selector,
        .set_rf = d->set_rf,
        .push_error = d->has_error,
        .error = d->error,
    };

    cpu->next_eip = return_eip(cpu, d);
    if (!task_switch(cpu, &request))
        return false;
    if (d->has_error) {
        d->event.slot_size = cpu->s.tr.attr & DESC_32BIT ? 4 : 2;
        d->event.slot_count = 1;
        d->event.slot[0] = (struct cpu_frame_slot){
            .word = FRAME_ERROR,
            .linear =
                cpu->s.seg[SEG_SS].base + (cpu->s.gpr[GPR_ESP] & stack_mask(&cpu->s.seg[SEG_SS])),
            .value = d->error,
        };
    }
    return true;
}

static bool deliver_protected(struct cpu *cpu, struct delivery *d)
{
    struct descriptor cs;
    struct gate g;
    unsigned cpl;

    if (!read_gate(cpu, d->vector, &g) || !check_gate(cpu, d, &g))
        return false;
    note_gate(d, g.type, g.dpl, g.selector, g.offset);
    if (g.type == DESC_TASK_GATE)
        return deliver_task(cpu, d, &g);
    if (!check_handler(cpu, &g, &cs, &cpl))
        return false;
    if (cpl < cpu->s.cpl)
        return deliver_inner(cpu, d, &g, &cs, cpl);
    return deliver_same(cpu, d, &g, &cs);
}

static bool deliver(struct cpu *cpu, struct delivery *d)
{
    note_origin(cpu, d);
    cpu->fault.external = d->kind != CPU_INT_SOFTWARE;
    if (!(cpu_protected(cpu) ? deliver_protected(cpu, d) : deliver_real(cpu, d))) {
        report_failure(cpu, d);
        return false;
    }
    cpu->fault.external = false;
    report(cpu, d);
    return true;
}

/* ---- Faults during delivery ----------------------------------------------------------------- */

enum fault_class { BENIGN, CONTRIBUTORY, PAGE };

/* SDM vol. 3, table 6-4. */
static enum fault_class classify(unsigned vector)
{
    switch (vector) {
    case VEC_DE:
    case VEC_TS:
    case VEC_NP:
    case VEC_SS:
    case VEC_GP:
        return CONTRIBUTORY;
    case VEC_PF:
        return PAGE;
    default:
        return BENIGN;
    }
}

/* SDM vol. 3, table 6-5: do a first and a second exception make a double fault? */
static bool makes_double_fault(const struct delivery *first, unsigned second)
{
    if (first->kind != CPU_INT_FAULT)
        return false;
    switch (classify(first->vector)) {
    case CONTRIBUTORY:
        return classify(second) == CONTRIBUTORY;
    case PAGE:
        return classify(second) != BENIGN;
    default:
        return false;
    }
}

/* Takes the recorded fault as the next to deliver; what it leaves in CR2 and DR6 it leaves now. */
static void take_fault(struct cpu *cpu, struct delivery *d)
{
    const struct fault *f = &cpu->fault;
    bool code_breakpoint = f->vector == VEC_DB && (f->dr6 & 0xf);

    d->vector = f->vector;
    d->kind = CPU_INT_FAULT;
    d->has_error = f->has_error;
    d->error = f->error;
    d->set_rf = !code_breakpoint;
    if (f->vector == VEC_PF)
        cpu->s.cr2 = f->cr2;
    if (f->vector == VEC_DB)
        debug_enter_handler(cpu, f->dr6);
}

static void take_double_fault(struct delivery *d)
{
    d->vector = VEC_DF;
    d->kind = CPU_INT_ABORT;
    d->has_error = true;
    d->error = 0;
    d->set_rf = false;
}

static void shut_down(struct cpu *cpu)
{
    cpu->s.activity = CPU_SHUTDOWN;
    if (cpu->hooks.shutdown)
        cpu->hooks.shutdown(cpu->hooks.ctx);
}

/* The loop ends: a benign event leads to a fault, a fault at most to a page fault, that to a double
 * fault, and that to shutdown. */
static void deliver_or_escalate(struct cpu *cpu, struct delivery *d)
{
    enum meter_part outer = meter_go(cpu->meter, METER_DELIVERY);

    while (!deliver(cpu, d)) {
        if (d->kind == CPU_INT_ABORT) {
            shut_down(cpu);
            break;
        }
        if (makes_double_fault(d, cpu->fault.vector)) {
            if (cpu->fault.vector == VEC_PF)
                cpu->s.cr2 = cpu->fault.cr2;
            take_double_fault(d);
        } else {
            take_fault(cpu, d);
        }
    }
    cpu->fault = (struct fault){0};
    meter_go(cpu->meter, outer);
}

void cpu_deliver_fault(struct cpu *cpu)
{
    struct delivery d = {0};

    if (!cpu->fault.pending)
        return;
    take_fault(cpu, &d);
    deliver_or_escalate(cpu, &d);
}

void cpu_deliver_interrupt(struct cpu *cpu, unsigned vector, enum cpu_int_kind kind)
{
    struct delivery d = {.vector = vector, .kind = kind};

    cpu->next_eip = cpu->s.eip;
    deliver_or_escalate(cpu, &d);
}

bool cpu_software_interrupt(struct cpu *cpu, unsigned vector, enum cpu_int_kind kind)
{
    struct delivery d = {.vector = vector, .kind = kind};

    cpu->step_notes |= STEP_NO_TRAP;
    return deliver(cpu, &d);
}
