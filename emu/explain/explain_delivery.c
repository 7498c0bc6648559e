/* From a vector to the first instruction of its handler: the processor's checks in their order (SDM
 * vol. 3, 6.12 and INT n in vol. 2), up to the one that fails. */
#include "emu/explain/explain_words.h"

enum {
    TYPE_TASK_GATE = 5,
    TYPE_INT_GATE16 = 6,
    TYPE_TRAP_GATE16 = 7,
    TYPE_INT_GATE32 = 14,
    TYPE_TRAP_GATE32 = 15,
    TYPE_S = 1u << 4,
    TYPE_CODE = 1u << 3,
    TYPE_CONFORMING = 1u << 2,
    TYPE_WRITABLE = 1u << 1,
    TYPE_32 = 1u << 3, /* of gates and TSSs */
};

static bool is_interrupt_gate(unsigned type)
{
    return type == TYPE_INT_GATE16 || type == TYPE_INT_GATE32;
}

static bool check_gate(struct teller *t, enum cpu_int_kind kind, const struct teller_descriptor *g)
{
    bool known = is_interrupt_gate(g->type) || g->type == TYPE_TRAP_GATE16 ||
                 g->type == TYPE_TRAP_GATE32 || g->type == TYPE_TASK_GATE;

    if (!known)
        return teller_decides(t, "that is no interrupt, trap or task gate");
    if (kind == CPU_INT_SOFTWARE && g->dpl < t->cpu->cpl)
        return teller_decides(t, "INT n of ring %u needs a gate of DPL %u or more, this has %u",
                              t->cpu->cpl, t->cpu->cpl, g->dpl);
    if (kind == CPU_INT_SOFTWARE)
        teller_say(t, "ring %u may use it: DPL %u", t->cpu->cpl, g->dpl);
    if (!g->present)
        return teller_decides(t, "the gate is not present: P = 0");
    return true;
}

static bool check_code(struct teller *t, const struct teller_descriptor *g,
                       struct teller_descriptor *cs)
{
    uint16_t selector = g->lo >> 16;

    if ((selector & ~3u) == 0)
        return teller_decides(t, "the gate's selector is null");
    if (!tell_selector(t, "the handler's CS", selector, cs))
        return false;
    if (!(cs->type & TYPE_S) || !(cs->type & TYPE_CODE))
        return teller_decides(t, "that is no code segment");
    if (cs->dpl > t->cpu->cpl)
        return teller_decides(t, "ring %u cannot be interrupted into ring %u, an outer one",
                              t->cpu->cpl, cs->dpl);
    if (!cs->present)
        return teller_decides(t, "the segment is not present: P = 0");
    return true;
}

static bool read_word(const struct teller *t, uint32_t linear, unsigned size, uint32_t *out)
{
    uint8_t b[4] = {0};

    if (!sight_linear(t, linear, b, size))
        return false;
    *out = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    return true;
}

static bool check_stack_segment(struct teller *t, uint16_t ss, unsigned ring)
{
    struct teller_descriptor d;

    if ((ss & ~3u) == 0)
        return teller_decides(t, "SS%u is null", ring);
    if (!tell_selector(t, "the new SS", ss, &d))
        return false;
    if ((ss & 3u) != ring || d.dpl != ring)
        return teller_decides(t, "its RPL and DPL must both be %u, they are %u and %u", ring,
                              ss & 3u, d.dpl);
    if (!(d.type & TYPE_S) || (d.type & TYPE_CODE) || !(d.type & TYPE_WRITABLE))
        return teller_decides(t, "that is no writable data segment");
    if (!d.present)
        return teller_decides(t, "the segment is not present: P = 0");
    return true;
}

/* The new SS:ESP out of the TSS. */
static bool check_inner_stack(struct teller *t, unsigned ring, uint32_t *esp)
{
    const struct cpu_segment *tr = &t->cpu->tr;
    bool wide = tr->attr & TYPE_32;
    unsigned size = wide ? 4 : 2;
    uint32_t at = wide ? 4 + ring * 8 : 2 + ring * 4, ss;

    teller_say(t,
               "ring %u to ring %u: the stack comes from the TSS (TR %04x, base %08x, limit %04x)",
               t->cpu->cpl, ring, tr->selector, tr->base, tr->limit);
    if (!(tr->attr & SEGATTR_P) || at + size + 1 > tr->limit)
        return teller_decides(t, "SS%u:ESP%u at offset %x lies behind its limit", ring, ring, at);
    if (!read_word(t, tr->base + at, size, esp) || !read_word(t, tr->base + at + size, 2, &ss))
        return teller_decides(t, "SS%u:ESP%u at %08x cannot be read", ring, ring, tr->base + at);
    teller_say(t, "SS%u:ESP%u = %04x:%08x", ring, ring, ss, *esp);
    return check_stack_segment(t, (uint16_t)ss, ring);
}

static void tell_pushes(struct teller *t, bool inner, const struct teller_descriptor *g,
                        bool has_error)
{
    teller_say(t, "it pushes %sEFLAGS, CS, EIP%s, %s bits each",
               inner ? "the old SS and ESP, " : "", has_error ? " and the error code" : "",
               g->type & TYPE_32 ? "32" : "16");
    teller_say(t, is_interrupt_gate(g->type) ? "an interrupt gate: IF becomes 0"
                                             : "a trap gate: IF stays as it is");
}

static bool pushes_error(unsigned vector, enum cpu_int_kind kind)
{
    bool fault = kind == CPU_INT_FAULT || kind == CPU_INT_ABORT;

    return fault &&
           (vector == VEC_DF || (vector >= VEC_TS && vector <= VEC_PF) || vector == VEC_AC);
}

static bool tell_real_mode(struct teller *t, unsigned vector)
{
    if (vector * 4 + 3 > t->cpu->idtr.limit)
        return teller_decides(
            t, "real mode: entry %02x of the vector table lies behind the limit %04x", vector,
            t->cpu->idtr.limit);
    teller_say(t, "real mode: CS:IP from %08x; FLAGS, CS and IP are pushed",
               t->cpu->idtr.base + vector * 4);
    return true;
}

static bool tell_task_gate(struct teller *t, const struct teller_descriptor *g)
{
    struct teller_descriptor tss;

    teller_say(t, "a task gate: the CPU changes to another task");
    return tell_selector(t, "its TSS", g->lo >> 16, &tss);
}

bool tell_delivery(struct teller *t, unsigned vector, enum cpu_int_kind kind, uint32_t fault_cr2)
{
    struct teller_descriptor g, cs;
    uint32_t esp = t->cpu->gpr[GPR_ESP];
    bool inner;

    if (!(t->cpu->cr0 & CR0_PE))
        return tell_real_mode(t, vector);
    if (!tell_gate(t, vector, &g) || !check_gate(t, kind, &g))
        return false;
    if (g.type == TYPE_TASK_GATE)
        return tell_task_gate(t, &g);
    if (!check_code(t, &g, &cs))
        return false;
    inner = !(cs.type & TYPE_CONFORMING) && cs.dpl < t->cpu->cpl;
    if (inner && !check_inner_stack(t, cs.dpl, &esp))
        return false;
    if (!inner)
        teller_say(t, "the ring stays %u, and so does the stack, SS:ESP = %04x:%08x", t->cpu->cpl,
                   t->cpu->seg[SEG_SS].selector, esp);
    tell_pushes(t, inner, &g, pushes_error(vector, kind));
    if (fault_cr2)
        teller_decides(t, "the stack at %08x cannot be written", fault_cr2);
    return !fault_cr2;
}
