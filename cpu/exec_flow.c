/* Transfers of control: near ones here, far ones and interrupts through gate.c. */
#include "cpu/alu.h"
#include "cpu/cpu_internal.h"
#include "cpu/operand.h"

/* ---- Near jumps, calls, returns ------------------------------------------------------------- */

/* A 16-bit operand size cuts EIP to 16 bits. */
static uint32_t near_target(const struct insn *in, uint32_t eip)
{
    return in->opsize == 4 ? eip : eip & 0xffff;
}

static uint32_t relative_target(const struct cpu *cpu, const struct insn *in)
{
    return near_target(in, cpu->next_eip + in->imm);
}

/* Asked before anything is committed; go_to() then cannot fail. */
static bool check_target(struct cpu *cpu, uint32_t target)
{
    return target <= cpu->s.seg[SEG_CS].limit || cpu_raise_error(cpu, VEC_GP, 0);
}

static bool jump_if(struct cpu *cpu, const struct insn *in, bool condition)
{
    uint32_t target = relative_target(cpu, in);

    if (!condition)
        return true;
    if (!check_target(cpu, target))
        return false;
    cpu->next_eip = target;
    return true;
}

/* Where JMP and CALL go: relative, or to the operand's value. */
static bool read_target(struct cpu *cpu, const struct insn *in, uint32_t *target)
{
    if (in->op[0].kind != OPERAND_REL)
        return operand_read(cpu, in, 0, target);
    *target = relative_target(cpu, in);
    return true;
}

bool exec_jmp(struct cpu *cpu, const struct insn *in)
{
    uint32_t target;

    if (!read_target(cpu, in, &target) || !check_target(cpu, target))
        return false;
    cpu->next_eip = target;
    return true;
}

/* Silicon stores the return address before it looks at the target; ESP moves only after. */
bool exec_call(struct cpu *cpu, const struct insn *in)
{
    uint32_t target, esp = cpu->s.gpr[GPR_ESP];

    if (!read_target(cpu, in, &target) || !stack_push(cpu, in->opsize, cpu->next_eip))
        return false;
    if (!check_target(cpu, target)) {
        cpu->s.gpr[GPR_ESP] = esp;
        return false;
    }
    cpu->next_eip = target;
    return true;
}

/* RET, RET imm16: `imm` is zero without an operand. */
bool exec_ret(struct cpu *cpu, const struct insn *in)
{
    uint32_t target;

    if (!stack_peek(cpu, 0, in->opsize, &target) || !check_target(cpu, target))
        return false;
    stack_adjust(cpu, (int32_t)(in->opsize + in->imm));
    cpu->next_eip = target;
    return true;
}

bool exec_jcc(struct cpu *cpu, const struct insn *in)
{
    return jump_if(cpu, in, alu_condition(cpu->s.eflags, in->opcode & 15));
}

bool exec_jcxz(struct cpu *cpu, const struct insn *in)
{
    return jump_if(cpu, in, gpr_read(cpu, GPR_ECX, in->addrsize) == 0);
}

static bool loop_while(struct cpu *cpu, const struct insn *in, bool condition)
{
    uint32_t count = operand_wrap(in, cpu->s.gpr[GPR_ECX] - 1);

    if (!jump_if(cpu, in, condition && count != 0))
        return false;
    gpr_write(cpu, GPR_ECX, in->addrsize, count);
    return true;
}

bool exec_loop(struct cpu *cpu, const struct insn *in)
{
    return loop_while(cpu, in, true);
}

/* E0: while not equal; E1: while equal. */
bool exec_loopcc(struct cpu *cpu, const struct insn *in)
{
    bool equal = cpu->s.eflags & EFLAGS_ZF;

    return loop_while(cpu, in, equal == (in->opcode & 1));
}

/* ---- Far transfers -------------------------------------------------------------------------- */

bool exec_jmpf(struct cpu *cpu, const struct insn *in)
{
    uint16_t selector;
    uint32_t offset;

    return operand_read_far(cpu, in, 0, &selector, &offset) &&
           far_jump(cpu, selector, offset, in->opsize);
}

bool exec_callf(struct cpu *cpu, const struct insn *in)
{
    uint16_t selector;
    uint32_t offset;

    return operand_read_far(cpu, in, 0, &selector, &offset) &&
           far_call(cpu, selector, offset, in->opsize);
}

bool exec_retf(struct cpu *cpu, const struct insn *in)
{
    return far_return(cpu, in->opsize, (uint16_t)in->imm);
}

bool exec_iret(struct cpu *cpu, const struct insn *in)
{
    return interrupt_return(cpu, in->opsize);
}

/* ---- Interrupts ----------------------------------------------------------------------------- */

/* INT n is sensitive to IOPL in virtual-8086 mode; INT3, INTO and INT1 are not. */
bool exec_int(struct cpu *cpu, const struct insn *in)
{
    if (cpu_v86(cpu) && cpu_iopl(cpu) < 3)
        return cpu_raise_error(cpu, VEC_GP, 0);
    return cpu_software_interrupt(cpu, in->imm, CPU_INT_SOFTWARE);
}

bool exec_int3(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    return cpu_software_interrupt(cpu, VEC_BP, CPU_INT_SOFTWARE);
}

/* An event like a hardware debug trap: the gate's DPL is not checked. */
bool exec_int1(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    return cpu_software_interrupt(cpu, VEC_DB, CPU_INT_TRAP);
}

bool exec_into(struct cpu *cpu, const struct insn *in)
{
    (void)in;
    if (!(cpu->s.eflags & EFLAGS_OF))
        return true;
    return cpu_software_interrupt(cpu, VEC_OF, CPU_INT_SOFTWARE);
}

bool exec_bound(struct cpu *cpu, const struct insn *in)
{
    unsigned size = in->op[0].size;
    uint32_t at = operand_offset(cpu, in), low, high;
    int32_t index = alu_sign_extend(gpr_read(cpu, in->op[0].reg, size), size);

    if (!mem_read(cpu, in->seg, at, size, &low))
        return false;
    if (index < alu_sign_extend(low, size))
        return cpu_raise(cpu, VEC_BR);
    if (!mem_read(cpu, in->seg, operand_wrap(in, at + size), size, &high))
        return false;
    return index <= alu_sign_extend(high, size) || cpu_raise(cpu, VEC_BR);
}
