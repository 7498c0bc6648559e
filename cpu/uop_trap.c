/*
 * Micro-operations for INT n, IRET and loads of segment registers as flat systems use them: 32-bit
 * gates, descriptors of the GDT that are flat and marked as accessed, stacks that the TLB reaches.
 * Whatever is different is left to the handlers, which know all of it (gate.c, ret.c, seg.c).
 */
#include "cpu/ring.h"
#include "cpu/uop.h"
#include "cpu/uop_tables.h"

/* ---- Descriptors --------------------------------------------------------------------------------
 */

/* The access byte of a descriptor that is present and accessed. */
enum {
    CODE_MASK = SEGATTR_P | SEGATTR_S | SEGATTR_CODE | SEGATTR_DOWN | SEGATTR_ACCESSED,
    CODE = SEGATTR_P | SEGATTR_S | SEGATTR_CODE | SEGATTR_ACCESSED,
    DATA_MASK = CODE_MASK | SEGATTR_RW,
    DATA = SEGATTR_P | SEGATTR_S | SEGATTR_RW | SEGATTR_ACCESSED,
};

static inline const uint8_t *table_bytes(struct cpu *cpu, uint32_t linear, unsigned size)
{
    const struct tlb_entry *e = &cpu->tlb[TLB_SUPERVISOR][linear >> PAGE_SHIFT & (TLB_ENTRIES - 1)];

    return uop_host(e, e->read, linear, size);
}

/* A 32-bit segment of the GDT with base 0 and limit 4 GB, and the access byte that is wanted. */
static inline bool flat_segment(struct cpu *cpu, uint16_t selector, unsigned mask, unsigned want,
                                struct cpu_segment *seg)
{
    const uint8_t *p;
    uint32_t hi;

    if ((selector & 4) || selector_is_null(selector) || (selector | 7u) > cpu->s.gdtr.limit)
        return false;
    p = table_bytes(cpu, cpu->s.gdtr.base + (selector & ~7u), 8);
    if (!p || le_load(p, 4) != 0xffff)
        return false;
    hi = le_load(p + 4, 4);
    if ((hi & 0xffcf00ff) != 0x00cf0000 || (hi >> 8 & mask) != want)
        return false;
    *seg = (struct cpu_segment){selector, hi >> 8 & 0xf0ff, 0, 0xffffffff};
    return true;
}

/* ---- Into a handler -----------------------------------------------------------------------------
 */

struct entry {
    struct cpu_segment cs, ss;
    unsigned cpl;
    uint32_t eip, esp;
    bool clears_if;
};

static inline bool find_gate(struct cpu *cpu, unsigned vector, struct entry *e)
{
    const uint8_t *p = table_bytes(cpu, cpu->s.idtr.base + vector * 8, 8);
    uint32_t lo, hi;

    if (!p || vector * 8 + 7 > cpu->s.idtr.limit)
        return false;
    lo = le_load(p, 4);
    hi = le_load(p + 4, 4);
    e->clears_if = (hi >> 8 & 0x1f) == DESC_INT_GATE32;
    if ((hi >> 8 & 0x9e) != (0x80 | DESC_INT_GATE32) || (hi >> 13 & 3) < cpu->s.cpl)
        return false;
    e->eip = (hi & 0xffff0000) | (lo & 0xffff);
    return flat_segment(cpu, lo >> 16, CODE_MASK, CODE, &e->cs);
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
    p = table_bytes(cpu, cpu->s.tr.base + at, 6);
    if (!p)
        return false;
    e->esp = le_load(p, 4);
    return flat_segment(cpu, (uint16_t)le_load(p + 4, 2), DATA_MASK, DATA, &e->ss) &&
           seg_dpl(&e->ss) == e->cpl && (e->ss.selector & 3) == e->cpl;
}

/* The words of the frame, from the lowest address. */
static inline bool push_frame(struct cpu *cpu, struct entry *e, uint32_t return_eip)
{
    bool inner = e->cpl != cpu->s.cpl;
    uint32_t size = inner ? 20 : 12;
    struct tlb_entry *t = &cpu->tlb[e->cpl == 3][(e->esp - size) >> PAGE_SHIFT & (TLB_ENTRIES - 1)];
    uint8_t *p = uop_host(t, t->write, e->esp - size, size);

    if (!p)
        return false;
    uop_put(p, return_eip, 32);
    uop_put(p + 4, cpu->s.seg[SEG_CS].selector, 32);
    uop_put(p + 8, cpu->s.eflags, 32);
    if (inner) {
        uop_put(p + 12, cpu->s.gpr[GPR_ESP], 32);
        uop_put(p + 16, cpu->s.seg[SEG_SS].selector, 32);
    }
    e->esp -= size;
    return true;
}

static inline bool enter(struct cpu *cpu, unsigned vector, uint32_t return_eip)
{
    struct entry e;

    if (cpu->hooks.interrupt || !find_gate(cpu, vector, &e))
        return false;
    e.cpl = seg_dpl(&e.cs);
    if (e.cpl > cpu->s.cpl || cpu->data_mode == TLB_ALIGN || !find_stack(cpu, &e) ||
        !push_frame(cpu, &e, return_eip))
        return false;
    cpu->s.eflags &= ~(EFLAGS_NT | (e.clears_if ? EFLAGS_IF : 0));
    cpu->s.cpl = (uint8_t)e.cpl;
    cpu->s.seg[SEG_CS] = e.cs;
    cpu->s.seg[SEG_CS].selector = (uint16_t)((e.cs.selector & ~3u) | e.cpl);
    cpu->s.seg[SEG_SS] = e.ss;
    cpu->s.gpr[GPR_ESP] = e.esp;
    cpu->s.eip = e.eip;
    return true;
}

/* src: the vector; imm: the address behind the instruction. */
UOP(int_n)
{
    lazy_store(&cpu->lazy, &cpu->s.eflags);
    if (unlikely(!enter(cpu, u->src, u->imm)))
        UOP_GIVE_UP_LAST;
    cpu->s.icount += u->nth + 1;
    UOP_RESUME;
}

/* ---- Out of it ----------------------------------------------------------------------------------
 */

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

static inline bool return_from(struct cpu *cpu)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP], flags, mask;
    const uint8_t *p = uop_readable(cpu, esp, 20);
    struct cpu_segment cs, ss = cpu->s.seg[SEG_SS];
    unsigned cpl;

    if (!p || cpu->hooks.iret || (cpu->s.eflags & EFLAGS_NT))
        return false;
    flags = le_load(p + 8, 4);
    cpl = p[4] & 3;
    if ((flags & (EFLAGS_VM | EFLAGS_TF)) ||
        !flat_segment(cpu, (uint16_t)le_load(p + 4, 2), CODE_MASK, CODE, &cs) ||
        seg_dpl(&cs) != cpl || cpl < cpu->s.cpl)
        return false;
    if (cpl == cpu->s.cpl) {
        esp += 12;
    } else {
        esp = le_load(p + 12, 4);
        if (!flat_segment(cpu, (uint16_t)le_load(p + 16, 2), DATA_MASK, DATA, &ss) ||
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

UOP(iret)
{
    lazy_store(&cpu->lazy, &cpu->s.eflags);
    if (unlikely(!return_from(cpu)))
        UOP_GIVE_UP_LAST;
    cpu->s.icount += u->nth + 1;
    UOP_RESUME;
}

/* ---- Segment registers: DS, ES, FS, GS ----------------------------------------------------------
 */

/* FS and GS may also become null: no micro-operation goes through them. */
static inline bool load_segment(struct cpu *cpu, unsigned sreg, uint16_t selector)
{
    struct cpu_segment seg;
    unsigned rpl = selector & 3, dpl;

    if (selector_is_null(selector) && sreg >= SEG_FS) {
        seg_load_null(cpu, sreg, selector);
        return true;
    }
    if (!flat_segment(cpu, selector, DATA_MASK, DATA, &seg))
        return false;
    dpl = seg_dpl(&seg);
    if (dpl < rpl || dpl < cpu->s.cpl)
        return false;
    cpu->s.seg[sreg] = seg;
    return true;
}

UOP(mov_sreg_r)
{
    if (unlikely(!load_segment(cpu, u->dst, (uint16_t)cpu->s.gpr[u->src])))
        UOP_TAIL return uop_handler_segment(cpu, u);
    UOP_NEXT;
}

UOP(pop_sreg)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP];
    const uint8_t *p = uop_readable(cpu, esp, 2);

    if (unlikely(!p || !load_segment(cpu, u->dst, (uint16_t)le_load(p, 2))))
        UOP_TAIL return uop_handler_segment(cpu, u);
    ring_note_access(cpu, CPU_WATCH_READ, esp, 2, le_load(p, 2));
    cpu->s.gpr[GPR_ESP] = esp + 4;
    UOP_NEXT;
}

/* Two bytes are stored, four are taken. */
UOP(push_sreg)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP] - 4;
    uint8_t *p = uop_writable(cpu, esp, 2);

    if (unlikely(!p))
        UOP_GIVE_UP;
    uop_put(p, cpu->s.seg[u->src].selector, 16);
    ring_note_access(cpu, CPU_WATCH_WRITE, esp, 2, cpu->s.seg[u->src].selector);
    cpu->s.gpr[GPR_ESP] = esp;
    UOP_NEXT;
}

UOP(mov_r_sreg)
{
    cpu->s.gpr[u->dst] = cpu->s.seg[u->src].selector;
    UOP_NEXT;
}

/* ---- Flags
 * ---------------------------------------------------------------------------------------
 */

UOP(pushf)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP] - 4;
    uint8_t *p = uop_writable(cpu, esp, 4);

    if (unlikely(!p))
        UOP_GIVE_UP;
    lazy_store(&cpu->lazy, &cpu->s.eflags);
    uop_put(p, cpu->s.eflags & ~(uint32_t)EFLAGS_RF, 32);
    ring_note_access(cpu, CPU_WATCH_WRITE, esp, 4, uop_get(p, 32));
    cpu->s.gpr[GPR_ESP] = esp;
    UOP_NEXT;
}

UOP(cli)
{
    if (unlikely(cpu->s.cpl > cpu_iopl(cpu)))
        UOP_GIVE_UP;
    cpu->s.eflags &= ~(uint32_t)EFLAGS_IF;
    UOP_NEXT;
}

UOP(cld)
{
    cpu->s.eflags &= ~(uint32_t)EFLAGS_DF;
    UOP_NEXT;
}

UOP(std)
{
    cpu->s.eflags |= EFLAGS_DF;
    UOP_NEXT;
}

/* ---- PUSHA and POPA
 * -------------------------------------------------------------------------------
 */

UOP(pusha)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP];
    uint8_t *p = uop_writable(cpu, esp - 32, 32);

    if (unlikely(!p))
        UOP_GIVE_UP;
    for (unsigned i = 0; i < GPR_COUNT; i++)
        uop_put(p + 28 - 4 * i, cpu->s.gpr[i], 32);
    ring_note_access(cpu, CPU_WATCH_WRITE, esp - 32, 4, cpu->s.gpr[GPR_EDI]);
    cpu->s.gpr[GPR_ESP] = esp - 32;
    UOP_NEXT;
}

UOP(popa)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP];
    const uint8_t *p = uop_readable(cpu, esp, 32);

    if (unlikely(!p))
        UOP_GIVE_UP;
    for (unsigned i = 0; i < GPR_COUNT; i++)
        cpu->s.gpr[i] = uop_get(p + 28 - 4 * i, 32);
    ring_note_access(cpu, CPU_WATCH_READ, esp + 28, 4, cpu->s.gpr[GPR_EAX]);
    cpu->s.gpr[GPR_ESP] = esp + 32;
    UOP_NEXT;
}
