/* Shifts, rotates and double shifts. */
#include "cpu/alu.h"
#include "cpu/cpu_internal.h"
#include "cpu/flags.h"
#include "cpu/operand.h"

enum { COUNT_MASK = 31 };

typedef uint32_t shift_fn(uint32_t a, unsigned count, unsigned size, uint32_t *flags);

static void commit_flags(struct cpu *cpu, uint32_t flags, flags_386_fn *on_386,
                         const struct flags_shift *shift)
{
    if (shift->count != 0 && cpu->model.level == CPU_386)
        flags = on_386(flags, shift);
    cpu->s.eflags = flags;
}

static inline bool shift_operand(struct cpu *cpu, const struct insn *in, shift_fn *fn,
                                 flags_386_fn *on_386)
{
    struct flags_shift shift = {.size = in->op[0].size};
    uint32_t flags = cpu->s.eflags, count;

    if (!operand_read_rmw(cpu, in, 0, &shift.before) || !operand_read(cpu, in, 1, &count))
        return false;
    shift.count = count & COUNT_MASK;
    shift.result = fn(shift.before, shift.count, shift.size, &flags);
    if (!operand_write(cpu, in, 0, shift.result))
        return false;
    commit_flags(cpu, flags, on_386, &shift);
    return true;
}

bool exec_shl(struct cpu *cpu, const struct insn *in)
{
    return shift_operand(cpu, in, alu_shl, flags_386_shl);
}

bool exec_shr(struct cpu *cpu, const struct insn *in)
{
    return shift_operand(cpu, in, alu_shr, flags_386_shr);
}

bool exec_sar(struct cpu *cpu, const struct insn *in)
{
    return shift_operand(cpu, in, alu_sar, flags_386_sar);
}

bool exec_rol(struct cpu *cpu, const struct insn *in)
{
    return shift_operand(cpu, in, alu_rol, flags_386_left);
}

bool exec_ror(struct cpu *cpu, const struct insn *in)
{
    return shift_operand(cpu, in, alu_ror, flags_386_right);
}

bool exec_rcl(struct cpu *cpu, const struct insn *in)
{
    return shift_operand(cpu, in, alu_rcl, flags_386_left);
}

bool exec_rcr(struct cpu *cpu, const struct insn *in)
{
    return shift_operand(cpu, in, alu_rcr, flags_386_right);
}

typedef uint32_t double_shift_fn(uint32_t a, uint32_t b, uint32_t more, unsigned count,
                                 unsigned size, uint32_t *flags);

static inline bool double_shift(struct cpu *cpu, const struct insn *in, double_shift_fn *fn,
                                flags_386_fn *on_386)
{
    struct flags_shift shift = {.size = in->op[0].size};
    uint32_t flags = cpu->s.eflags, source, count, more;

    if (!operand_read_rmw(cpu, in, 0, &shift.before) || !operand_read(cpu, in, 1, &source) ||
        !operand_read(cpu, in, 2, &count))
        return false;
    more = cpu->model.level >= CPU_I686 ? shift.before : source;
    shift.count = count & COUNT_MASK;
    shift.result = fn(shift.before, source, more, shift.count, shift.size, &flags);
    if (!operand_write(cpu, in, 0, shift.result))
        return false;
    commit_flags(cpu, flags, on_386, &shift);
    return true;
}

bool exec_shld(struct cpu *cpu, const struct insn *in)
{
    return double_shift(cpu, in, alu_shld, flags_386_left);
}

bool exec_shrd(struct cpu *cpu, const struct insn *in)
{
    return double_shift(cpu, in, alu_shrd, flags_386_right);
}
