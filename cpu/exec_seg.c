/* Descriptor table registers, and the instructions that look at selectors (SDM vol. 3, 5.10). */
#include "cpu/operand.h"

/* Most of these exist only where selectors do. */
static bool check_selectors(struct cpu *cpu)
{
    return cpu_selectors(cpu) || cpu_raise(cpu, VEC_UD);
}

static bool check_ring0(struct cpu *cpu)
{
    return cpu->s.cpl == 0 || cpu_raise_error(cpu, VEC_GP, 0);
}

/* ---- GDTR and IDTR --------------------------------------------------------------------------- */

static bool load_table(struct cpu *cpu, const struct insn *in, struct cpu_table_reg *reg,
                       enum cpu_table table)
{
    uint32_t at = operand_offset(cpu, in), limit, base;

    if (!check_ring0(cpu) || !mem_read(cpu, in->seg, at, 2, &limit) ||
        !mem_read(cpu, in->seg, operand_wrap(in, at + 2), 4, &base))
        return false;
    if (in->opsize == 2)
        base &= 0xffffff;
    reg->base = base;
    reg->limit = limit;
    if (cpu->hooks.table_load)
        cpu->hooks.table_load(cpu->hooks.ctx, table, 0, base, limit);
    return true;
}

/* The whole base is stored whatever the operand size, as the 386 and its successors do. */
static bool store_table(struct cpu *cpu, const struct insn *in, const struct cpu_table_reg *reg)
{
    uint32_t at = operand_offset(cpu, in), ignored;

    return mem_read_rmw(cpu, in->seg, operand_wrap(in, at + 2), 4, &ignored) &&
           mem_write(cpu, in->seg, at, 2, reg->limit) &&
           mem_write(cpu, in->seg, operand_wrap(in, at + 2), 4, reg->base);
}

bool exec_lgdt(struct cpu *cpu, const struct insn *in)
{
    return load_table(cpu, in, &cpu->s.gdtr, CPU_TABLE_GDTR);
}

bool exec_lidt(struct cpu *cpu, const struct insn *in)
{
    return load_table(cpu, in, &cpu->s.idtr, CPU_TABLE_IDTR);
}

bool exec_sgdt(struct cpu *cpu, const struct insn *in)
{
    return store_table(cpu, in, &cpu->s.gdtr);
}

bool exec_sidt(struct cpu *cpu, const struct insn *in)
{
    return store_table(cpu, in, &cpu->s.idtr);
}

/* ---- LDTR and TR ----------------------------------------------------------------------------- */

bool exec_lldt(struct cpu *cpu, const struct insn *in)
{
    uint32_t selector;

    return check_selectors(cpu) && check_ring0(cpu) && operand_read(cpu, in, 0, &selector) &&
           seg_load_ldtr(cpu, (uint16_t)selector);
}

bool exec_ltr(struct cpu *cpu, const struct insn *in)
{
    uint32_t selector;

    return check_selectors(cpu) && check_ring0(cpu) && operand_read(cpu, in, 0, &selector) &&
           seg_load_tr(cpu, (uint16_t)selector);
}

bool exec_sldt(struct cpu *cpu, const struct insn *in)
{
    return check_selectors(cpu) && operand_write(cpu, in, 0, cpu->s.ldtr.selector);
}

bool exec_str(struct cpu *cpu, const struct insn *in)
{
    return check_selectors(cpu) && operand_write(cpu, in, 0, cpu->s.tr.selector);
}

/* ---- Looking at selectors -------------------------------------------------------------------- */

static void set_zf(struct cpu *cpu, bool on)
{
    cpu->s.eflags = (cpu->s.eflags & ~EFLAGS_ZF) | (on ? EFLAGS_ZF : 0);
}

/* Could this program use the descriptor? Neither type nor presence is looked at. */
static bool is_visible(const struct cpu *cpu, const struct descriptor *d)
{
    unsigned dpl = seg_dpl(&d->seg), rpl = d->seg.selector & 3;

    return seg_is_conforming(&d->seg) || (dpl >= cpu->s.cpl && dpl >= rpl);
}

/* Reads the descriptor that operand `n` names. `found` is false where the program may not see it.
 * False: a fault was raised. */
static bool look_up(struct cpu *cpu, const struct insn *in, unsigned n, struct descriptor *d,
                    bool *found)
{
    uint32_t selector;

    *found = false;
    if (!check_selectors(cpu) || !operand_read(cpu, in, n, &selector))
        return false;
    selector &= 0xffff;
    if (selector_is_null(selector) || !seg_in_table(cpu, selector))
        return true;
    if (!seg_read_descriptor(cpu, selector, VEC_GP, d))
        return false;
    *found = is_visible(cpu, d);
    return true;
}

/* The system types with a limit, and those that LAR knows besides. */
enum {
    LSL_TYPES = 1 << DESC_TSS16 | 1 << DESC_LDT | 1 << DESC_TSS16_BUSY | 1 << DESC_TSS32 |
                1 << DESC_TSS32_BUSY,
    LAR_TYPES = LSL_TYPES | 1 << DESC_CALL_GATE16 | 1 << DESC_TASK_GATE | 1 << DESC_CALL_GATE32,
};

static bool type_in(const struct descriptor *d, unsigned types)
{
    int type = seg_system_type(&d->seg);

    return type < 0 || types >> type & 1;
}

bool exec_lar(struct cpu *cpu, const struct insn *in)
{
    struct descriptor d;
    bool found;

    if (!look_up(cpu, in, 1, &d, &found))
        return false;
    found = found && type_in(&d, LAR_TYPES);
    set_zf(cpu, found);
    return !found || operand_write(cpu, in, 0, d.hi & 0x00ffff00);
}

bool exec_lsl(struct cpu *cpu, const struct insn *in)
{
    struct descriptor d;
    bool found;

    if (!look_up(cpu, in, 1, &d, &found))
        return false;
    found = found && type_in(&d, LSL_TYPES);
    set_zf(cpu, found);
    return !found || operand_write(cpu, in, 0, d.seg.limit);
}

bool exec_verr(struct cpu *cpu, const struct insn *in)
{
    struct descriptor d;
    bool found;

    if (!look_up(cpu, in, 0, &d, &found))
        return false;
    set_zf(cpu, found && (d.seg.attr & SEGATTR_S) &&
                    (!seg_is_code(&d.seg) || (d.seg.attr & SEGATTR_RW)));
    return true;
}

bool exec_verw(struct cpu *cpu, const struct insn *in)
{
    struct descriptor d;
    bool found;

    if (!look_up(cpu, in, 0, &d, &found))
        return false;
    set_zf(cpu, found && seg_is_writable(&d.seg));
    return true;
}

/* Writes only what changes: a read-only page is good enough otherwise. */
bool exec_arpl(struct cpu *cpu, const struct insn *in)
{
    uint32_t to, from;
    bool raise;

    if (!check_selectors(cpu) || !operand_read(cpu, in, 0, &to) || !operand_read(cpu, in, 1, &from))
        return false;
    raise = (to & 3) < (from & 3);
    if (raise && !operand_write(cpu, in, 0, (to & ~3u) | (from & 3)))
        return false;
    set_zf(cpu, raise);
    return true;
}
