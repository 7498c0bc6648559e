/*
 * String instructions. One call is one iteration: with a repeat prefix the handler counts (E)CX
 * down and points next_eip back at the instruction while there is more to do, so that interrupts
 * come in between iterations and each iteration is a step. A fault in an iteration leaves the
 * registers as the last finished one left them.
 */
#include "cpu/alu.h"
#include "cpu/cpu_internal.h"
#include "cpu/operand.h"

/* ---- Repetition ----------------------------------------------------------------------------- */

/* Nothing to do: a repeat prefix with a count of zero. */
static bool is_done(const struct cpu *cpu, const struct insn *in)
{
    return in->rep && gpr_read(cpu, GPR_ECX, in->addrsize) == 0;
}

/* After an iteration; `stop`: the condition of REPE or REPNE ends it. Is there more to do? */
static bool repeat(struct cpu *cpu, const struct insn *in, bool stop)
{
    uint32_t count;

    if (!in->rep)
        return false;
    count = operand_wrap(in, cpu->s.gpr[GPR_ECX] - 1);
    gpr_write(cpu, GPR_ECX, in->addrsize, count);
    if (count == 0 || stop)
        return false;
    cpu->next_eip = cpu->s.eip;
    return true;
}

/* Only the last iteration of a comparison writes the flags: what interrupts or faults before it
 * sees those from before the instruction (SDM vol. 2, REP; so on silicon for traps, too). */
static void repeat_compare(struct cpu *cpu, const struct insn *in, uint32_t a, uint32_t b,
                           unsigned size)
{
    uint32_t eflags = cpu->s.eflags;
    bool equal;

    alu_sub(a, b, size, &eflags);
    equal = eflags & EFLAGS_ZF;
    if (!repeat(cpu, in, equal != (in->rep == 0xf3)))
        cpu->s.eflags = eflags;
}

/* ---- The two ends --------------------------------------------------------------------------- */

static void advance(struct cpu *cpu, const struct insn *in, unsigned reg, unsigned size)
{
    uint32_t step = cpu->s.eflags & EFLAGS_DF ? -size : size;

    gpr_write(cpu, reg, in->addrsize, cpu->s.gpr[reg] + step);
}

static bool source_read(struct cpu *cpu, const struct insn *in, unsigned size, uint32_t *out)
{
    return mem_read(cpu, in->seg, gpr_read(cpu, GPR_ESI, in->addrsize), size, out);
}

static bool destination_read(struct cpu *cpu, const struct insn *in, unsigned size, uint32_t *out)
{
    return mem_read(cpu, SEG_ES, gpr_read(cpu, GPR_EDI, in->addrsize), size, out);
}

static bool destination_write(struct cpu *cpu, const struct insn *in, unsigned size, uint32_t value)
{
    return mem_write(cpu, SEG_ES, gpr_read(cpu, GPR_EDI, in->addrsize), size, value);
}

/* ---- Instructions --------------------------------------------------------------------------- */

bool exec_movs(struct cpu *cpu, const struct insn *in)
{
    unsigned size = in->op[0].size;
    uint32_t value;

    if (is_done(cpu, in))
        return true;
    if (!source_read(cpu, in, size, &value) || !destination_write(cpu, in, size, value))
        return false;
    advance(cpu, in, GPR_ESI, size);
    advance(cpu, in, GPR_EDI, size);
    repeat(cpu, in, false);
    return true;
}

bool exec_stos(struct cpu *cpu, const struct insn *in)
{
    unsigned size = in->op[0].size;

    if (is_done(cpu, in))
        return true;
    if (!destination_write(cpu, in, size, gpr_read(cpu, GPR_EAX, size)))
        return false;
    advance(cpu, in, GPR_EDI, size);
    repeat(cpu, in, false);
    return true;
}

bool exec_lods(struct cpu *cpu, const struct insn *in)
{
    unsigned size = in->op[0].size;
    uint32_t value;

    if (is_done(cpu, in))
        return true;
    if (!source_read(cpu, in, size, &value))
        return false;
    gpr_write(cpu, GPR_EAX, size, value);
    advance(cpu, in, GPR_ESI, size);
    repeat(cpu, in, false);
    return true;
}

bool exec_cmps(struct cpu *cpu, const struct insn *in)
{
    uint32_t a, b;
    unsigned size = in->op[0].size;

    if (is_done(cpu, in))
        return true;
    if (!destination_read(cpu, in, size, &b) || !source_read(cpu, in, size, &a))
        return false;
    advance(cpu, in, GPR_ESI, size);
    advance(cpu, in, GPR_EDI, size);
    repeat_compare(cpu, in, a, b, size);
    return true;
}

bool exec_scas(struct cpu *cpu, const struct insn *in)
{
    uint32_t value;
    unsigned size = in->op[0].size;

    if (is_done(cpu, in))
        return true;
    if (!destination_read(cpu, in, size, &value))
        return false;
    advance(cpu, in, GPR_EDI, size);
    repeat_compare(cpu, in, gpr_read(cpu, GPR_EAX, size), value, size);
    return true;
}

/* ---- Port strings --------------------------------------------------------------------------- */

/* Reading a port has effects, so everything that can fault is asked first. */
bool exec_ins(struct cpu *cpu, const struct insn *in)
{
    unsigned size = in->op[0].size;
    uint16_t port = (uint16_t)cpu->s.gpr[GPR_EDX];
    uint32_t to = gpr_read(cpu, GPR_EDI, in->addrsize);

    if (!io_check(cpu, port, size))
        return false;
    if (is_done(cpu, in))
        return true;
    if (!mem_probe_write(cpu, SEG_ES, to, size) ||
        !destination_write(cpu, in, size, io_in(cpu, port, size)))
        return false;
    advance(cpu, in, GPR_EDI, size);
    repeat(cpu, in, false);
    return true;
}

bool exec_outs(struct cpu *cpu, const struct insn *in)
{
    unsigned size = in->op[1].size;
    uint16_t port = (uint16_t)cpu->s.gpr[GPR_EDX];
    uint32_t value;

    if (!io_check(cpu, port, size))
        return false;
    if (is_done(cpu, in))
        return true;
    if (!source_read(cpu, in, size, &value))
        return false;
    io_out(cpu, port, size, value);
    advance(cpu, in, GPR_ESI, size);
    repeat(cpu, in, false);
    return true;
}
