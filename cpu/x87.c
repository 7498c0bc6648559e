/* The floating-point unit's surroundings: when it may run, how exceptions get out of it. */
#include "cpu/x87.h"
#include "cpu/operand.h"

/* ---- Before an instruction ------------------------------------------------------------------ */

/* WAIT asks for MP, everything else for EM (SDM vol. 3, table 2-2). */
static bool is_unavailable(const struct cpu *cpu, const struct insn *in)
{
    uint32_t cr0 = cpu->s.cr0;

    if (in->fn == exec_fwait)
        return (cr0 & CR0_MP) && (cr0 & CR0_TS);
    return cr0 & (CR0_EM | CR0_TS);
}

/* Nothing drives the bus where a 387 would answer. */
static bool run_without_unit(struct cpu *cpu, const struct insn *in)
{
    if (in->fn == exec_fnstsw || in->fn == exec_fnstcw)
        return operand_write(cpu, in, 0, 0xffff);
    return true;
}

static bool may_go_on(const struct cpu *cpu)
{
    return !(cpu->s.x87.sw & X87_ES) || (!(cpu->s.cr0 & CR0_NE) && cpu->s.ignne);
}

/* With CR0.NE = 0 the processor stands still here until the interrupt that FERR# asks for: a step
 * that changes nothing and records no fault. */
static bool report_pending(struct cpu *cpu)
{
    if (cpu->s.cr0 & CR0_NE)
        return cpu_raise(cpu, VEC_MF);
    x87_update_ferr(cpu);
    return false;
}

bool x87_begin_slow(struct cpu *cpu, const struct insn *in, bool *done)
{
    if (is_unavailable(cpu, in)) {
        *done = cpu_raise(cpu, VEC_NM);
        return false;
    }
    if (!(cpu->model.features & CPU_FEAT_FPU)) {
        *done = run_without_unit(cpu, in);
        return false;
    }
    if (!may_go_on(cpu) && !(insn_rows[in->id].attrs & ATTR_NOWAIT)) {
        *done = report_pending(cpu);
        return false;
    }
    return true;
}

/* ---- After it ------------------------------------------------------------------------------- */

void x87_note_insn(struct cpu *cpu, const struct insn *in)
{
    struct x87_state *x = &cpu->s.x87;

    x->fop = (uint16_t)((in->opcode & 7) << 8 | in->modrm);
    x->fip = cpu->s.eip;
    x->fcs = cpu->s.seg[SEG_CS].selector;
    if (in->modrm < 0xc0) {
        x->fdp = operand_offset(cpu, in);
        x->fds = cpu->s.seg[in->seg].selector;
    }
}

void x87_update_ferr(struct cpu *cpu)
{
    bool level = (cpu->s.x87.sw & X87_ES) && !(cpu->s.cr0 & CR0_NE);

    if (cpu->s.ferr == level)
        return;
    cpu->s.ferr = level;
    if (cpu->bus.ferr)
        cpu->bus.ferr(cpu->bus.ctx, level);
}

static void summarize(struct x87_state *x)
{
    bool pending = x->sw & ~x->cw & X87_EXCEPTIONS;

    x->sw = (uint16_t)((x->sw & ~(X87_ES | X87_B)) | (pending ? X87_ES | X87_B : 0));
}

void x87_update_summary(struct cpu *cpu)
{
    summarize(&cpu->s.x87);
    x87_update_ferr(cpu);
}

static enum x87_tag true_tag(const struct x87_state *x, unsigned physical)
{
    bool empty = (x->tw >> 2 * physical & 3) == X87_EMPTY;

    return empty ? X87_EMPTY : x87_tag_of(&x->st[physical]);
}

void x87_make_consistent(struct x87_state *x)
{
    uint16_t tw = 0;

    for (unsigned i = 0; i < 8; i++)
        tw |= (uint16_t)(true_tag(x, i) << 2 * i);
    x->tw = tw;
    x->cw = (uint16_t)((x->cw & X87_CW_WRITABLE) | X87_CW_FIXED);
    x->fop &= 0x7ff;
    summarize(x);
}

bool x87_underflow(struct cpu *cpu)
{
    x87_note(cpu, X87_IE | X87_SF, X87_C1);
    return cpu->s.x87.cw & X87_IE;
}

bool x87_overflow(struct cpu *cpu)
{
    x87_note(cpu, X87_IE | X87_SF | X87_C1, X87_C1);
    return cpu->s.x87.cw & X87_IE;
}
