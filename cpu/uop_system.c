/*
 * Micro-operations that systems are made of: loads of segment registers, flags that are not the
 * arithmetic's, PUSHA and POPA. What is not flat is left to the handlers (seg.c).
 */
#include "cpu/ring.h"
#include "cpu/uop_descriptor.h"
#include "cpu/uop_tables.h"

/* ---- Segment registers: DS, ES, FS, GS --------------------------------------------------- */

/* FS and GS may also become null: no micro-operation goes through them. */
static inline bool load_segment(struct cpu *cpu, unsigned sreg, uint16_t selector)
{
    struct cpu_segment seg;
    unsigned rpl = selector & 3, dpl;

    if (selector_is_null(selector) && sreg >= SEG_FS) {
        seg_load_null(cpu, sreg, selector);
        return true;
    }
    if (!uop_flat_segment(cpu, selector, FLAT_DATA_MASK, FLAT_DATA, &seg))
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

/* TF, and AC, which decides about alignment checks, are left to the handler; so is an IF that lets
 * an interrupt in. Then, and where the flags cannot be held lazily, the block is over. */
static inline bool pop_flags(struct cpu *cpu, uint32_t image)
{
    uint32_t old = cpu->s.eflags, mask = eflags_writable(cpu, 4);
    uint32_t new = (old & ~mask) | (image & mask);

    if ((new &EFLAGS_TF) || ((new ^ old) & EFLAGS_AC) ||
        ((new &EFLAGS_IF) && (cpu->s.intr || cpu->s.nmi_pending)) || !lazy_load(&cpu->lazy, new))
        return false;
    cpu->s.eflags = new;
    return true;
}

UOP(popf)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP];
    const uint8_t *p = uop_readable(cpu, esp, 4);

    if (unlikely(!p || !pop_flags(cpu, uop_get(p, 32))))
        UOP_GIVE_UP_LAST;
    ring_note_access(cpu, CPU_WATCH_READ, esp, 4, uop_get(p, 32));
    cpu->s.gpr[GPR_ESP] = esp + 4;
    UOP_NEXT;
}

/* Interrupts come behind the next instruction. None can come in the midst of a block, so that the
 * shadow is only seen where this is the block's end, a hook looks, or one waits already. */
UOP(sti)
{
    uop_fn *next = u[1].fn;

    if (unlikely(cpu->s.cpl > cpu_iopl(cpu)))
        UOP_GIVE_UP_LAST;
    if (!(cpu->s.eflags & EFLAGS_IF) &&
        (cpu->s.intr || cpu->s.nmi_pending || next == uop_fall_out || next == uop_exec_hook))
        UOP_GIVE_UP_LAST;
    cpu->s.eflags |= EFLAGS_IF;
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
