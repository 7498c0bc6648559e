/*
 * Control and debug registers, flags with privilege, and what else steers the processor. Descriptor
 * tables and selectors: exec_seg.c. Ports: exec_io.c.
 */
#include "cpu/operand.h"
#include "cpu/x87.h"

static bool check_ring0(struct cpu *cpu)
{
    return cpu->s.cpl == 0 || cpu_raise_error(cpu, VEC_GP, 0);
}

/* ---- Control registers ----------------------------------------------------------------------- */

static void report_cr(struct cpu *cpu, unsigned cr, uint32_t old, uint32_t value)
{
    if (cpu->hooks.cr_write)
        cpu->hooks.cr_write(cpu->hooks.ctx, cr, old, value);
}

static bool write_cr0(struct cpu *cpu, uint32_t value)
{
    uint32_t old = cpu->s.cr0, mask = model_cr0_mask(&cpu->model);

    value = (old & ~mask) | (value & mask);
    if ((value & CR0_PG) && !(value & CR0_PE))
        return cpu_raise_error(cpu, VEC_GP, 0);
    if ((value & CR0_NW) && !(value & CR0_CD))
        return cpu_raise_error(cpu, VEC_GP, 0);
    cpu->s.cr0 = value;
    if ((old ^ value) & (CR0_PG | CR0_PE | CR0_WP))
        mmu_flush(cpu, false);
    x87_update_ferr(cpu);
    report_cr(cpu, 0, old, value);
    return true;
}

void cpu_write_cr3(struct cpu *cpu, uint32_t value)
{
    uint32_t old = cpu->s.cr3;

    cpu->s.cr3 = value & (cpu->model.level == CPU_386 ? 0xfffff000 : 0xfffff018);
    mmu_flush(cpu, true);
    report_cr(cpu, 3, old, cpu->s.cr3);
}

static bool write_cr4(struct cpu *cpu, uint32_t value)
{
    uint32_t old = cpu->s.cr4;

    if (value & ~model_cr4_mask(&cpu->model))
        return cpu_raise_error(cpu, VEC_GP, 0);
    cpu->s.cr4 = value;
    if ((old ^ value) & (CR4_PSE | CR4_PGE))
        mmu_flush(cpu, false);
    report_cr(cpu, 4, old, value);
    return true;
}

static bool check_cr(struct cpu *cpu, unsigned cr)
{
    bool exists = cr == 0 || cr == 2 || cr == 3 || (cr == 4 && cpu->model.level >= CPU_PENTIUM);

    return (exists || cpu_raise(cpu, VEC_UD)) && check_ring0(cpu);
}

bool exec_mov_from_cr(struct cpu *cpu, const struct insn *in)
{
    const struct cpu_state *s = &cpu->s;
    const uint32_t value[] = {s->cr0, 0, s->cr2, s->cr3, s->cr4};
    unsigned cr = in->op[1].reg;

    if (!check_cr(cpu, cr))
        return false;
    cpu->s.gpr[in->op[0].reg] = value[cr];
    return true;
}

bool exec_mov_to_cr(struct cpu *cpu, const struct insn *in)
{
    unsigned cr = in->op[0].reg;
    uint32_t value = cpu->s.gpr[in->op[1].reg], old;

    if (!check_cr(cpu, cr))
        return false;
    switch (cr) {
    case 0:
        return write_cr0(cpu, value);
    case 3:
        cpu_write_cr3(cpu, value);
        return true;
    case 4:
        return write_cr4(cpu, value);
    default:
        old = cpu->s.cr2;
        cpu->s.cr2 = value;
        report_cr(cpu, 2, old, value);
        return true;
    }
}

/* To a 32-bit register all of CR0 goes, as on the P6. */
bool exec_smsw(struct cpu *cpu, const struct insn *in)
{
    return operand_write(cpu, in, 0, cpu->s.cr0);
}

/* PE can be set but not cleared. */
bool exec_lmsw(struct cpu *cpu, const struct insn *in)
{
    const uint32_t mask = CR0_PE | CR0_MP | CR0_EM | CR0_TS;
    uint32_t value;

    if (!check_ring0(cpu) || !operand_read(cpu, in, 0, &value))
        return false;
    value |= cpu->s.cr0 & CR0_PE;
    return write_cr0(cpu, (cpu->s.cr0 & ~mask) | (value & mask));
}

bool exec_clts(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    return check_ring0(cpu) && write_cr0(cpu, cpu->s.cr0 & ~CR0_TS);
}

/* ---- Debug registers ------------------------------------------------------------------------- */

/* DR4 and DR5 are DR6 and DR7, unless CR4.DE says that they are nothing. */
static bool check_dr(struct cpu *cpu, unsigned *dr)
{
    if (*dr == 4 || *dr == 5) {
        if (cpu->s.cr4 & CR4_DE)
            return cpu_raise(cpu, VEC_UD);
        *dr += 2;
    }
    if (!check_ring0(cpu))
        return false;
    if (cpu->s.dr[7] & DR7_GD)
        return debug_raise(cpu, DR6_BD);
    return true;
}

bool exec_mov_from_dr(struct cpu *cpu, const struct insn *in)
{
    unsigned dr = in->op[1].reg;

    if (!check_dr(cpu, &dr))
        return false;
    cpu->s.gpr[in->op[0].reg] = cpu->s.dr[dr];
    return true;
}

bool exec_mov_to_dr(struct cpu *cpu, const struct insn *in)
{
    uint32_t value = cpu->s.gpr[in->op[1].reg];
    unsigned dr = in->op[0].reg;

    if (!check_dr(cpu, &dr))
        return false;
    if (dr == 6)
        value = (value & DR6_WRITABLE) | DR6_RESET;
    if (dr == 7)
        value = (value & DR7_WRITABLE) | DR7_RESET;
    cpu->s.dr[dr] = value;
    debug_update(cpu);
    return true;
}

/* The test registers: TR6 and TR7 of the 386, TR3 to TR5 too on the 486. */
static bool check_tr(struct cpu *cpu, unsigned tr)
{
    if (tr < (cpu->model.level == CPU_386 ? 6 : 3))
        return cpu_raise(cpu, VEC_UD);
    return check_ring0(cpu);
}

bool exec_mov_from_tr(struct cpu *cpu, const struct insn *in)
{
    unsigned tr = in->op[1].reg;

    if (!check_tr(cpu, tr))
        return false;
    cpu->s.gpr[in->op[0].reg] = cpu->s.test_reg[tr];
    return true;
}

bool exec_mov_to_tr(struct cpu *cpu, const struct insn *in)
{
    unsigned tr = in->op[0].reg;

    if (!check_tr(cpu, tr))
        return false;
    cpu->s.test_reg[tr] = cpu->s.gpr[in->op[1].reg];
    return true;
}

/* ---- Caches ---------------------------------------------------------------------------------- */

bool exec_invlpg(struct cpu *cpu, const struct insn *in)
{
    if (!check_ring0(cpu))
        return false;
    mmu_flush_page(cpu, cpu->s.seg[in->seg].base + operand_offset(cpu, in));
    return true;
}

bool exec_invd(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    return check_ring0(cpu);
}

bool exec_wbinvd(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    return check_ring0(cpu);
}

/* ---- Flags ----------------------------------------------------------------------------------- */

static bool iopl_allows(const struct cpu *cpu)
{
    return !cpu_protected(cpu) || cpu->s.cpl <= cpu_iopl(cpu);
}

static bool check_iopl(struct cpu *cpu)
{
    return iopl_allows(cpu) || cpu_raise_error(cpu, VEC_GP, 0);
}

uint32_t eflags_writable(const struct cpu *cpu, unsigned opsize)
{
    uint32_t mask = EFLAGS_STATUS | EFLAGS_TF | EFLAGS_DF | EFLAGS_NT;

    if (opsize == 4)
        mask |= EFLAGS_AC | EFLAGS_ID;
    if (iopl_allows(cpu))
        mask |= EFLAGS_IF;
    if (cpu->s.cpl == 0)
        mask |= EFLAGS_IOPL;
    return mask & model_eflags_mask(&cpu->model);
}

/* In v86 mode PUSHF and POPF need IOPL 3, elsewhere they are free. */
static bool check_flags_access(struct cpu *cpu)
{
    return !cpu_v86(cpu) || check_iopl(cpu);
}

bool exec_pushf(struct cpu *cpu, const struct insn *in)
{
    return check_flags_access(cpu) &&
           stack_push(cpu, in->opsize, cpu->s.eflags & ~(EFLAGS_VM | EFLAGS_RF));
}

bool exec_popf(struct cpu *cpu, const struct insn *in)
{
    uint32_t mask = eflags_writable(cpu, in->opsize), image;

    if (!check_flags_access(cpu) || !stack_pop(cpu, in->opsize, &image))
        return false;
    cpu->s.eflags = (cpu->s.eflags & ~mask) | (image & mask);
    return true;
}

bool exec_cli(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    if (!check_iopl(cpu))
        return false;
    cpu->s.eflags &= ~EFLAGS_IF;
    return true;
}

bool exec_sti(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    if (!check_iopl(cpu))
        return false;
    if (!(cpu->s.eflags & EFLAGS_IF))
        cpu->s.shadow = CPU_SHADOW_STI;
    cpu->s.eflags |= EFLAGS_IF;
    return true;
}

/* ---- The rest -------------------------------------------------------------------------------- */

bool exec_hlt(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    if (!check_ring0(cpu))
        return false;
    cpu->s.activity = CPU_HALTED;
    if (cpu->hooks.halt)
        cpu->hooks.halt(cpu->hooks.ctx);
    return true;
}

bool exec_cpuid(struct cpu *cpu, const struct insn *in)
{
    struct cpuid_leaf leaf = model_cpuid(&cpu->model, cpu->s.gpr[GPR_EAX]);

    (void)in;
    cpu->s.gpr[GPR_EAX] = leaf.eax;
    cpu->s.gpr[GPR_EBX] = leaf.ebx;
    cpu->s.gpr[GPR_ECX] = leaf.ecx;
    cpu->s.gpr[GPR_EDX] = leaf.edx;
    return true;
}

bool exec_rdtsc(struct cpu *cpu, const struct insn *in)
{
    uint64_t tsc = cpu->s.icount + cpu->s.tsc_base;

    (void)in;
    if ((cpu->s.cr4 & CR4_TSD) && !check_ring0(cpu))
        return false;
    cpu->s.gpr[GPR_EAX] = (uint32_t)tsc;
    cpu->s.gpr[GPR_EDX] = tsc >> 32;
    return true;
}

bool exec_ud(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    return cpu_raise(cpu, VEC_UD);
}
