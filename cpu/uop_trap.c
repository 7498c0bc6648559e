/*
 * Micro-operations for INT n, IRET and page faults as flat systems use them: 32-bit
 * gates, descriptors of the GDT that are flat and marked as accessed, stacks that the TLB reaches.
 * Whatever is different is left to the handlers, which know all of it (gate.c, ret.c).
 */
#include "cpu/ring.h"
#include "cpu/uop_descriptor.h"
#include "cpu/uop_tables.h"

void uop_fill_tlb(struct cpu *cpu, uint32_t linear, enum mmu_access access, bool user)
{
    struct fault fault = cpu->fault;

    if (!mmu_translate(cpu, linear, access, user))
        cpu->fault = fault;
}

/* ---- Into a handler: INT n and #PF
 * -----------------------------------------------------------------------------
 */

struct entry {
    unsigned vector;
    enum cpu_int_kind kind;
    bool has_error;
    uint32_t error;
    uint32_t return_eip, flags; /* as pushed */

    /* What the tables say; `esp` and `frame` are where the frame lies. */
    uint32_t gate_lo, gate_hi;
    struct cpu_segment cs, ss;
    unsigned cpl;
    uint32_t esp;
    uint8_t *frame;
};

static inline unsigned gate_type(const struct entry *e)
{
    return e->gate_hi >> 8 & 0x1f;
}

static inline unsigned gate_dpl(const struct entry *e)
{
    return e->gate_hi >> 13 & 3;
}

static inline uint32_t gate_offset(const struct entry *e)
{
    return (e->gate_hi & 0xffff0000) | (e->gate_lo & 0xffff);
}

static inline bool find_gate(struct cpu *cpu, struct entry *e)
{
    const uint8_t *p;

    if (e->vector * 8 + 7 > cpu->s.idtr.limit)
        return false;
    p = uop_table_bytes(cpu, cpu->s.idtr.base + e->vector * 8, 8);
    if (!p)
        return false;
    e->gate_lo = le_load(p, 4);
    e->gate_hi = le_load(p + 4, 4);
    if ((e->gate_hi >> 8 & 0x9e) != (0x80 | DESC_INT_GATE32) ||
        (e->kind == CPU_INT_SOFTWARE && gate_dpl(e) < cpu->s.cpl) ||
        !uop_flat_segment(cpu, e->gate_lo >> 16, FLAT_CODE_MASK, FLAT_CODE, &e->cs))
        return false;
    e->cpl = seg_dpl(&e->cs);
    return e->cpl <= cpu->s.cpl;
}

/* The stack of the handler's ring: the current one, or that of a 32-bit TSS. */
static inline bool find_stack(struct cpu *cpu, struct entry *e)
{
    uint32_t at = 4 + e->cpl * 8;
    const uint8_t *p;

    e->ss = cpu->s.seg[SEG_SS];
    e->esp = cpu->s.gpr[GPR_ESP];
    if (e->cpl == cpu->s.cpl)
        return true;
    if (!(cpu->s.tr.attr & DESC_32BIT) || cpu->s.tr.limit < at + 5)
        return false;
    p = uop_table_bytes(cpu, cpu->s.tr.base + at, 6);
    if (!p)
        return false;
    e->esp = le_load(p, 4);
    return uop_flat_segment(cpu, (uint16_t)le_load(p + 4, 2), FLAT_DATA_MASK, FLAT_DATA, &e->ss) &&
           seg_dpl(&e->ss) == e->cpl && (e->ss.selector & 3) == e->cpl;
}

static inline bool push_frame(struct cpu *cpu, struct entry *e)
{
    bool inner = e->cpl != cpu->s.cpl;
    uint32_t size = (inner ? 20 : 12) + (e->has_error ? 4 : 0), esp = e->esp - size;
    uint8_t *p = uop_own_bytes(cpu, esp, size, MMU_WRITE, e->cpl == 3);

    if (!p)
        return false;
    e->esp = esp;
    e->frame = p;
    if (e->has_error) {
        uop_put(p, e->error, 32);
        p += 4;
    }
    uop_put(p, e->return_eip, 32);
    uop_put(p + 4, cpu->s.seg[SEG_CS].selector, 32);
    uop_put(p + 8, e->flags, 32);
    if (inner) {
        uop_put(p + 12, cpu->s.gpr[GPR_ESP], 32);
        uop_put(p + 16, cpu->s.seg[SEG_SS].selector, 32);
    }
    return true;
}

/* False: nothing was done, and gate.c has to do it. */
__attribute__((always_inline)) static inline bool enter(struct cpu *cpu, struct entry *e)
{
    bool clears_if;

    if (cpu->data_mode == TLB_ALIGN || !find_gate(cpu, e) || !find_stack(cpu, e) ||
        !push_frame(cpu, e))
        return false;
    clears_if = gate_type(e) == DESC_INT_GATE32;
    cpu->s.eflags &= ~(EFLAGS_NT | EFLAGS_RF | (clears_if ? EFLAGS_IF : 0));
    cpu->s.cpl = (uint8_t)e->cpl;
    cpu->s.seg[SEG_CS] = e->cs;
    cpu->s.seg[SEG_CS].selector = (uint16_t)((e->cs.selector & ~3u) | e->cpl);
    cpu->s.seg[SEG_SS] = e->ss;
    cpu->s.gpr[GPR_ESP] = e->esp;
    cpu->s.eip = gate_offset(e);
    return true;
}

/* The words of the frame, in push order: from the uppermost down. */
static unsigned pushed_words(const struct entry *e, bool inner, struct cpu_frame_slot *slot)
{
    static const uint8_t word[] = {FRAME_SS, FRAME_ESP, FRAME_EFLAGS,
                                   FRAME_CS, FRAME_EIP, FRAME_ERROR};
    unsigned first = inner ? 0 : 2, count = (e->has_error ? 6 : 5) - first;

    for (unsigned i = 0; i < count; i++) {
        uint32_t offset = 4 * (count - 1 - i);

        slot[i] = (struct cpu_frame_slot){word[first + i], e->esp + offset,
                                          le_load(e->frame + offset, 4)};
    }
    return count;
}

/* The same while a hook listens. */
__attribute__((noinline)) static bool enter_and_tell(struct cpu *cpu, struct entry *e,
                                                     uint32_t from_eip)
{
    struct cpu_int_event event = {.vector = (uint8_t)e->vector,
                                  .kind = e->kind,
                                  .has_error = e->has_error,
                                  .error = e->error,
                                  .from_eip = from_eip,
                                  .from_cs = cpu->s.seg[SEG_CS].selector,
                                  .cpl_from = cpu->s.cpl,
                                  .slot_size = 4};

    if (!enter(cpu, e))
        return false;
    uop_settle(cpu);
    event.cr2 = e->kind == CPU_INT_FAULT ? cpu->s.cr2 : 0; /* the only fault here is #PF */
    event.cpl_to = cpu->s.cpl;
    event.gate_type = (uint8_t)gate_type(e);
    event.gate_dpl = (uint8_t)gate_dpl(e);
    event.gate_selector = e->gate_lo >> 16;
    event.gate_offset = gate_offset(e);
    event.stack_switch = event.cpl_from != event.cpl_to;
    event.slot_count = pushed_words(e, event.stack_switch, event.slot);
    if (event.stack_switch) {
        event.tss_ss = e->ss.selector;
        event.tss_esp = e->esp + 4 * event.slot_count;
    }
    cpu->hooks.interrupt(cpu->hooks.ctx, &event);
    return true;
}

/* `return_eip` is the address behind the instruction. */
static inline bool enter_by_int(struct cpu *cpu, unsigned vector, uint32_t from_eip,
                                uint32_t return_eip)
{
    struct entry e = {.vector = vector,
                      .kind = CPU_INT_SOFTWARE,
                      .return_eip = return_eip,
                      .flags = cpu->s.eflags};

    return unlikely(cpu->hooks.interrupt != NULL) ? enter_and_tell(cpu, &e, from_eip)
                                                  : enter(cpu, &e);
}

/* src: the vector; imm: the address behind the instruction. */
UOP(int_n)
{
    lazy_store(&cpu->lazy, &cpu->s.eflags);
    cpu->s.icount += u->nth;
    if (unlikely(!enter_by_int(cpu, u->src, uop_block(u)->insn_eip[u->nth], u->imm))) {
        cpu->s.icount -= u->nth;
        UOP_GIVE_UP_LAST;
    }
    cpu->s.icount++;
    UOP_RESUME;
}

/* A page fault that a handler has raised; EIP is the instruction's. */
__attribute__((noinline)) static bool enter_by_page_fault(struct cpu *cpu)
{
    struct entry e = {.vector = VEC_PF,
                      .kind = CPU_INT_FAULT,
                      .has_error = true,
                      .error = cpu->fault.error,
                      .return_eip = cpu->s.eip,
                      .flags = cpu->s.eflags | EFLAGS_RF};
    uint32_t cr2 = cpu->s.cr2;
    bool ok;

    if (!cpu->fault.pending || cpu->fault.vector != VEC_PF)
        return false;
    cpu->s.cr2 = cpu->fault.cr2;
    ok = cpu->hooks.interrupt ? enter_and_tell(cpu, &e, cpu->s.eip) : enter(cpu, &e);
    if (!ok) {
        cpu->s.cr2 = cr2;
        return false;
    }
    cpu->s.pending_db &= DR6_BT;
    cpu->fault = (struct fault){0};
    cpu->stats.faults++;
    return true;
}

UOP(fault)
{
    (void)u; /* the instruction is over */
    if (unlikely(!enter_by_page_fault(cpu))) {
        cpu->left = LEFT_FAULT;
        return NULL;
    }
    cpu->s.icount++;
    UOP_RESUME;
}

/* ---- Out of it --------------------------------------------------------------------------- */

/* Would the outer ring have to lose this segment, or the RPL of a null selector? */
static inline bool is_dropped(const struct cpu_segment *seg, unsigned cpl)
{
    return seg_present(seg) ? seg_dpl(seg) < cpl : seg->selector != 0;
}

static inline bool loses_segments(const struct cpu *cpu, unsigned cpl)
{
    const struct cpu_segment *seg = cpu->s.seg;

    return is_dropped(&seg[SEG_ES], cpl) || is_dropped(&seg[SEG_DS], cpl) ||
           is_dropped(&seg[SEG_FS], cpl) || is_dropped(&seg[SEG_GS], cpl);
}

__attribute__((always_inline)) static inline bool return_from(struct cpu *cpu)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP], flags, mask;
    const uint8_t *p = uop_readable(cpu, esp, 20);
    struct cpu_segment cs, ss = cpu->s.seg[SEG_SS];
    unsigned cpl;

    if (!p || (cpu->s.eflags & EFLAGS_NT))
        return false;
    flags = le_load(p + 8, 4);
    cpl = p[4] & 3;
    if ((flags & (EFLAGS_VM | EFLAGS_TF)) ||
        !uop_flat_segment(cpu, (uint16_t)le_load(p + 4, 2), FLAT_CODE_MASK, FLAT_CODE, &cs) ||
        seg_dpl(&cs) != cpl || cpl < cpu->s.cpl)
        return false;
    if (cpl == cpu->s.cpl) {
        esp += 12;
    } else {
        esp = le_load(p + 12, 4);
        if (!uop_flat_segment(cpu, (uint16_t)le_load(p + 16, 2), FLAT_DATA_MASK, FLAT_DATA, &ss) ||
            seg_dpl(&ss) != cpl || (ss.selector & 3) != cpl || loses_segments(cpu, cpl))
            return false;
    }
    ring_note_access(cpu, CPU_WATCH_READ, cpu->s.gpr[GPR_ESP] + (cpl == cpu->s.cpl ? 8 : 16), 4,
                     cpl == cpu->s.cpl ? flags : le_load(p + 16, 4));
    mask = eflags_writable(cpu, 4) | EFLAGS_RF;
    cpu->s.eip = le_load(p, 4);
    cpu->s.eflags = (cpu->s.eflags & ~mask) | (flags & mask);
    cpu->s.seg[SEG_CS] = cs;
    cpu->s.seg[SEG_SS] = ss;
    cpu->s.cpl = (uint8_t)cpl;
    cpu->s.gpr[GPR_ESP] = esp;
    cpu->s.nmi_blocked = 0;
    cpu->stats.user_returns += cpl == 3;
    return true;
}

/* The words of a frame, in pop order; of CS only the selector is read. */
static unsigned popped_words(const uint8_t *frame, uint32_t esp, bool outer,
                             struct cpu_frame_slot *slot)
{
    static const uint8_t word[] = {FRAME_EIP, FRAME_CS, FRAME_EFLAGS, FRAME_ESP, FRAME_SS};
    unsigned count = outer ? 5 : 3;

    for (unsigned i = 0; i < count; i++)
        slot[i] = (struct cpu_frame_slot){word[i], esp + 4 * i,
                                          le_load(frame + 4 * i, word[i] == FRAME_CS ? 2 : 4)};
    return count;
}

/* The same while a hook listens. */
__attribute__((noinline)) static bool return_and_tell(struct cpu *cpu, uint32_t from_eip)
{
    struct cpu_iret_event event = {.from_eip = from_eip,
                                   .from_cs = cpu->s.seg[SEG_CS].selector,
                                   .cpl_from = cpu->s.cpl,
                                   .slot_size = 4};
    uint32_t esp = cpu->s.gpr[GPR_ESP];
    const uint8_t *frame = uop_readable(cpu, esp, 20);

    if (!return_from(cpu))
        return false;
    uop_settle(cpu);
    event.cpl_to = cpu->s.cpl;
    event.slot_count = popped_words(frame, esp, event.cpl_to != event.cpl_from, event.slot);
    cpu->hooks.iret(cpu->hooks.ctx, &event);
    return true;
}

UOP(iret)
{
    bool ok;

    lazy_store(&cpu->lazy, &cpu->s.eflags);
    cpu->s.icount += u->nth;
    if (unlikely(cpu->hooks.iret != NULL))
        ok = return_and_tell(cpu, uop_block(u)->insn_eip[u->nth]);
    else
        ok = return_from(cpu);
    if (unlikely(!ok)) {
        cpu->s.icount -= u->nth;
        UOP_GIVE_UP_LAST;
    }
    cpu->s.icount++;
    UOP_RESUME;
}
