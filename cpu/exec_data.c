/* Moves, exchanges, address loads, and the stack. */
#include "cpu/alu.h"
#include "cpu/cpu_internal.h"
#include "cpu/operand.h"

/* ---- Moves ---------------------------------------------------------------------------------- */

bool exec_nop(struct cpu *cpu, const struct insn *in)
{
    (void)cpu;
    (void)in;
    return true;
}

/* MOV and MOVZX: the source is zero-extended anyway. */
bool exec_mov(struct cpu *cpu, const struct insn *in)
{
    uint32_t value;

    return operand_read(cpu, in, 1, &value) && operand_write(cpu, in, 0, value);
}

bool exec_movsx(struct cpu *cpu, const struct insn *in)
{
    uint32_t value;

    return operand_read(cpu, in, 1, &value) &&
           operand_write(cpu, in, 0, (uint32_t)alu_sign_extend(value, in->op[1].size));
}

/* To a 32-bit register the selector is zero-extended, as the 386, 486 and P6 do. */
bool exec_mov_from_sreg(struct cpu *cpu, const struct insn *in)
{
    return operand_write(cpu, in, 0, cpu->s.seg[in->op[1].reg].selector);
}

/* No interrupt between loading SS and loading ESP. */
static bool load_sreg(struct cpu *cpu, unsigned sreg, uint32_t selector)
{
    if (!seg_load(cpu, sreg, (uint16_t)selector))
        return false;
    if (sreg == SEG_SS)
        cpu->s.shadow = CPU_SHADOW_MOV_SS;
    return true;
}

bool exec_mov_to_sreg(struct cpu *cpu, const struct insn *in)
{
    uint32_t selector;

    return operand_read(cpu, in, 1, &selector) && load_sreg(cpu, in->op[0].reg, selector);
}

/* The source is read whatever the condition. */
bool exec_cmovcc(struct cpu *cpu, const struct insn *in)
{
    uint32_t value;

    if (!operand_read(cpu, in, 1, &value))
        return false;
    if (alu_condition(cpu->s.eflags, in->opcode & 15))
        gpr_write(cpu, in->op[0].reg, in->op[0].size, value);
    return true;
}

bool exec_lea(struct cpu *cpu, const struct insn *in)
{
    gpr_write(cpu, in->op[0].reg, in->op[0].size, operand_offset(cpu, in));
    return true;
}

static unsigned far_load_sreg(uint8_t opcode)
{
    switch (opcode) {
    case 0xc4:
        return SEG_ES;
    case 0xc5:
        return SEG_DS;
    case 0xb2:
        return SEG_SS;
    case 0xb4:
        return SEG_FS;
    default:
        return SEG_GS;
    }
}

/* LDS, LES, LFS, LGS, LSS. */
bool exec_load_far(struct cpu *cpu, const struct insn *in)
{
    uint16_t selector;
    uint32_t offset;

    if (!operand_read_far(cpu, in, 1, &selector, &offset) ||
        !seg_load(cpu, far_load_sreg(in->opcode), selector))
        return false;
    gpr_write(cpu, in->op[0].reg, in->op[0].size, offset);
    return true;
}

bool exec_xlat(struct cpu *cpu, const struct insn *in)
{
    uint32_t offset = cpu->s.gpr[GPR_EBX] + gpr_read(cpu, GPR_EAX, 1);
    uint32_t value;

    if (!mem_read(cpu, in->seg, operand_wrap(in, offset), 1, &value))
        return false;
    gpr_write(cpu, GPR_EAX, 1, value);
    return true;
}

/* CBW, CWDE. */
bool exec_cbw(struct cpu *cpu, const struct insn *in)
{
    unsigned half = in->opsize / 2;
    int32_t value = alu_sign_extend(gpr_read(cpu, GPR_EAX, half), half);

    gpr_write(cpu, GPR_EAX, in->opsize, (uint32_t)value);
    return true;
}

/* CWD, CDQ. */
bool exec_cwd(struct cpu *cpu, const struct insn *in)
{
    bool negative = alu_msb(gpr_read(cpu, GPR_EAX, in->opsize), in->opsize);

    gpr_write(cpu, GPR_EDX, in->opsize, negative ? 0xffffffff : 0);
    return true;
}

/* A 16-bit BSWAP is undefined; Intel processors clear the register's low half. */
bool exec_bswap(struct cpu *cpu, const struct insn *in)
{
    unsigned reg = in->op[0].reg;
    uint32_t value = in->opsize == 4 ? __builtin_bswap32(cpu->s.gpr[reg]) : 0;

    gpr_write(cpu, reg, in->opsize, value);
    return true;
}

/* ---- Exchange ------------------------------------------------------------------------------- */

/* Memory is written before the register, which its address may depend on. */
bool exec_xchg(struct cpu *cpu, const struct insn *in)
{
    uint32_t a, b;

    if (!operand_read_rmw(cpu, in, 0, &a) || !operand_read(cpu, in, 1, &b) ||
        !operand_write(cpu, in, 0, b))
        return false;
    return operand_write(cpu, in, 1, a);
}

/* The destination is written in any case: with the source, or with what it held. */
bool exec_cmpxchg(struct cpu *cpu, const struct insn *in)
{
    unsigned size = in->op[0].size;
    uint32_t flags = cpu->s.eflags, accumulator = gpr_read(cpu, GPR_EAX, size), old, source;

    if (!operand_read_rmw(cpu, in, 0, &old) || !operand_read(cpu, in, 1, &source))
        return false;
    alu_sub(accumulator, old, size, &flags);
    if (!operand_write(cpu, in, 0, flags & EFLAGS_ZF ? source : old))
        return false;
    if (!(flags & EFLAGS_ZF))
        gpr_write(cpu, GPR_EAX, size, old);
    cpu->s.eflags = flags;
    return true;
}

bool exec_xadd(struct cpu *cpu, const struct insn *in)
{
    bool same = in->op[0].kind == OPERAND_GPR && in->op[0].reg == in->op[1].reg;
    uint32_t flags = cpu->s.eflags, old, source;

    if (!operand_read_rmw(cpu, in, 0, &old) || !operand_read(cpu, in, 1, &source) ||
        !operand_write(cpu, in, 0, alu_add(old, source, in->op[0].size, &flags)))
        return false;
    if (!same)
        gpr_write(cpu, in->op[1].reg, in->op[1].size, old);
    cpu->s.eflags = flags;
    return true;
}

bool exec_cmpxchg8b(struct cpu *cpu, const struct insn *in)
{
    uint32_t *gpr = cpu->s.gpr;
    uint32_t at = operand_offset(cpu, in), at_high = operand_wrap(in, at + 4);
    uint32_t low, high;
    bool equal;

    if (!mem_probe_write(cpu, in->seg, at, 8) || !mem_read_rmw(cpu, in->seg, at, 4, &low) ||
        !mem_read_rmw(cpu, in->seg, at_high, 4, &high))
        return false;
    equal = low == gpr[GPR_EAX] && high == gpr[GPR_EDX];
    if (!mem_write(cpu, in->seg, at, 4, equal ? gpr[GPR_EBX] : low) ||
        !mem_write(cpu, in->seg, at_high, 4, equal ? gpr[GPR_ECX] : high))
        return false;
    alu_set(&cpu->s.eflags, EFLAGS_ZF, alu_flag(equal, EFLAGS_ZF));
    if (!equal) {
        gpr[GPR_EAX] = low;
        gpr[GPR_EDX] = high;
    }
    return true;
}

/* ---- Stack ---------------------------------------------------------------------------------- */

/* PUSH ESP pushes the value before the push; so has everything since the 286. */
bool exec_push(struct cpu *cpu, const struct insn *in)
{
    uint32_t value;

    return operand_read(cpu, in, 0, &value) && stack_push(cpu, in->op[0].size, value);
}

/* An address with ESP in it uses ESP after the pop. */
bool exec_pop(struct cpu *cpu, const struct insn *in)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP], value;

    if (!stack_pop(cpu, in->op[0].size, &value))
        return false;
    if (operand_write(cpu, in, 0, value))
        return true;
    cpu->s.gpr[GPR_ESP] = esp;
    return false;
}

static bool stack_is_32(const struct cpu *cpu)
{
    return cpu->s.seg[SEG_SS].attr & SEGATTR_DB;
}

static unsigned stack_size(const struct cpu *cpu)
{
    return stack_is_32(cpu) ? 4 : 2;
}

/* With a 32-bit operand size ESP moves by four, but only the selector's two bytes are written:
 * the 386, 486 and all recent Intel processors. */
bool exec_push_sreg(struct cpu *cpu, const struct insn *in)
{
    uint32_t top = cpu->s.gpr[GPR_ESP] - in->opsize;

    if (!mem_write(cpu, SEG_SS, stack_is_32(cpu) ? top : top & 0xffff, 2,
                   cpu->s.seg[in->op[0].reg].selector))
        return false;
    stack_adjust(cpu, -(int32_t)in->opsize);
    return true;
}

/* ESP moves as the stack segment says that was there before. */
bool exec_pop_sreg(struct cpu *cpu, const struct insn *in)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP], selector;

    if (!stack_peek(cpu, 0, 2, &selector))
        return false;
    stack_adjust(cpu, in->opsize);
    if (load_sreg(cpu, in->op[0].reg, selector))
        return true;
    cpu->s.gpr[GPR_ESP] = esp;
    return false;
}

bool exec_pusha(struct cpu *cpu, const struct insn *in)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP];

    for (unsigned reg = GPR_EAX; reg <= GPR_EDI; reg++) {
        uint32_t value = reg == GPR_ESP ? esp : cpu->s.gpr[reg];

        if (!stack_push(cpu, in->opsize, value)) {
            cpu->s.gpr[GPR_ESP] = esp;
            return false;
        }
    }
    return true;
}

/* The stored ESP is passed over; but a 386 with a 16-bit stack takes its upper half. Registers that
 * were read before a page that is absent stay loaded, as on silicon; ESP moves at the end. */
bool exec_popa(struct cpu *cpu, const struct insn *in)
{
    uint32_t value, stored_esp = 0;

    for (unsigned i = 0; i < GPR_COUNT; i++) {
        unsigned reg = GPR_EDI - i;

        if (!stack_peek(cpu, i * in->opsize, in->opsize, &value))
            return false;
        if (reg == GPR_ESP)
            stored_esp = value;
        else
            gpr_write(cpu, reg, in->opsize, value);
    }
    stack_adjust(cpu, GPR_COUNT * in->opsize);
    if (cpu->model.level == CPU_386 && in->opsize == 4 && !stack_is_32(cpu))
        cpu->s.gpr[GPR_ESP] = (stored_esp & 0xffff0000) | (cpu->s.gpr[GPR_ESP] & 0xffff);
    return true;
}

/* The enclosing frames' pointers, level - 1 of them, from the old frame. */
static bool enter_copy_display(struct cpu *cpu, const struct insn *in, unsigned level)
{
    uint32_t mask = stack_is_32(cpu) ? 0xffffffff : 0xffff;
    uint32_t frame = cpu->s.gpr[GPR_EBP], value;

    for (unsigned i = 1; i < level; i++) {
        frame -= in->opsize;
        if (!mem_read(cpu, SEG_SS, frame & mask, in->opsize, &value) ||
            !stack_push(cpu, in->opsize, value))
            return false;
    }
    return true;
}

static bool enter_frame(struct cpu *cpu, const struct insn *in, uint32_t *frame)
{
    unsigned level = in->imm2 & 31;
    uint32_t top;

    if (!stack_push(cpu, in->opsize, gpr_read(cpu, GPR_EBP, in->opsize)))
        return false;
    *frame = cpu->s.gpr[GPR_ESP];
    if (!enter_copy_display(cpu, in, level))
        return false;
    if (level > 0 && !stack_push(cpu, in->opsize, *frame & alu_mask(in->opsize)))
        return false;
    stack_adjust(cpu, -(int32_t)in->imm);
    /* The new top must be writable, though nothing is written there (SDM, ENTER, #PF and #SS). */
    top = gpr_read(cpu, GPR_ESP, stack_size(cpu));
    return mem_probe_write(cpu, SEG_SS, top, in->opsize);
}

bool exec_enter(struct cpu *cpu, const struct insn *in)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP], frame;

    if (!enter_frame(cpu, in, &frame)) {
        cpu->s.gpr[GPR_ESP] = esp;
        return false;
    }
    gpr_write(cpu, GPR_EBP, in->opsize, frame);
    return true;
}

bool exec_leave(struct cpu *cpu, const struct insn *in)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP], value;

    gpr_write(cpu, GPR_ESP, stack_size(cpu), cpu->s.gpr[GPR_EBP]);
    if (!stack_pop(cpu, in->opsize, &value)) {
        cpu->s.gpr[GPR_ESP] = esp;
        return false;
    }
    gpr_write(cpu, GPR_EBP, in->opsize, value);
    return true;
}
