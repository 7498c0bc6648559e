/* Micro-operations for multiplication and division of 32-bit operands, and decimal adjustment. */
#include "cpu/uop.h"
#include "cpu/uop_tables.h"

/* ZF and AF are clear, SF and PF those of the low half (alu_mul_flags). */
static inline void multiply_flags(struct lazy_flags *l, uint32_t low, bool overflow)
{
    lazy_set(l, overflow, !__builtin_parity(low & 0xff), false, false, low >> 31, overflow);
}

static inline uint32_t imul(struct lazy_flags *l, uint32_t a, uint32_t b)
{
    int64_t product = (int64_t)(int32_t)a * (int32_t)b;

    multiply_flags(l, (uint32_t)product, product != (int32_t)product);
    return (uint32_t)product;
}

UOP(imul_rr)
{
    cpu->s.gpr[u->dst] = imul(&cpu->lazy, cpu->s.gpr[u->dst], cpu->s.gpr[u->src]);
    UOP_NEXT;
}

UOP(imul_rri)
{
    cpu->s.gpr[u->dst] = imul(&cpu->lazy, cpu->s.gpr[u->src], u->imm);
    UOP_NEXT;
}

UOP(imul_rm)
{
    const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, UOP_SIB), 4);

    if (unlikely(!p))
        UOP_GIVE_UP;
    cpu->s.gpr[u->dst] = imul(&cpu->lazy, cpu->s.gpr[u->dst], uop_get(p, 32));
    UOP_NEXT;
}

UOP(imul_rmi)
{
    const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, UOP_SIB), 4);

    if (unlikely(!p))
        UOP_GIVE_UP;
    cpu->s.gpr[u->dst] = imul(&cpu->lazy, uop_get(p, 32), u->imm);
    UOP_NEXT;
}

UOP(quiet_imul_rr)
{
    cpu->s.gpr[u->dst] *= cpu->s.gpr[u->src];
    UOP_NEXT;
}

UOP(quiet_imul_rri)
{
    cpu->s.gpr[u->dst] = cpu->s.gpr[u->src] * u->imm;
    UOP_NEXT;
}

UOP(quiet_imul_rm)
{
    const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, UOP_SIB), 4);

    if (unlikely(!p))
        UOP_GIVE_UP;
    cpu->s.gpr[u->dst] *= uop_get(p, 32);
    UOP_NEXT;
}

UOP(quiet_imul_rmi)
{
    const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, UOP_SIB), 4);

    if (unlikely(!p))
        UOP_GIVE_UP;
    cpu->s.gpr[u->dst] = uop_get(p, 32) * u->imm;
    UOP_NEXT;
}

static inline void mul(struct cpu *cpu, uint32_t by)
{
    uint64_t product = (uint64_t)cpu->s.gpr[GPR_EAX] * by;

    cpu->s.gpr[GPR_EAX] = (uint32_t)product;
    cpu->s.gpr[GPR_EDX] = product >> 32;
    multiply_flags(&cpu->lazy, (uint32_t)product, product >> 32);
}

UOP(mul_m)
{
    const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, UOP_SIB), 4);

    if (unlikely(!p))
        UOP_GIVE_UP;
    mul(cpu, uop_get(p, 32));
    UOP_NEXT;
}

UOP(mul_r)
{
    mul(cpu, cpu->s.gpr[u->dst]);
    UOP_NEXT;
}

static inline void imul_wide(struct cpu *cpu, uint32_t by)
{
    int64_t product = (int64_t)(int32_t)cpu->s.gpr[GPR_EAX] * (int32_t)by;

    cpu->s.gpr[GPR_EAX] = (uint32_t)product;
    cpu->s.gpr[GPR_EDX] = (uint32_t)((uint64_t)product >> 32);
    multiply_flags(&cpu->lazy, (uint32_t)product, product != (int32_t)product);
}

UOP(imul_m)
{
    const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, UOP_SIB), 4);

    if (unlikely(!p))
        UOP_GIVE_UP;
    imul_wide(cpu, uop_get(p, 32));
    UOP_NEXT;
}

UOP(imul_r)
{
    imul_wide(cpu, cpu->s.gpr[u->dst]);
    UOP_NEXT;
}

/* Flags stay as they are (alu.h); an overflow is the handler's to report. */
UOP(div_r)
{
    uint64_t dividend = (uint64_t)cpu->s.gpr[GPR_EDX] << 32 | cpu->s.gpr[GPR_EAX];
    uint32_t divisor = cpu->s.gpr[u->dst];

    if (unlikely(cpu->s.gpr[GPR_EDX] >= divisor))
        UOP_GIVE_UP;
    cpu->s.gpr[GPR_EAX] = (uint32_t)(dividend / divisor);
    cpu->s.gpr[GPR_EDX] = (uint32_t)(dividend % divisor);
    UOP_NEXT;
}

/* Only the plain case: a dividend that fits 32 bits and cannot overflow. */
UOP(idiv_r)
{
    int32_t low = (int32_t)cpu->s.gpr[GPR_EAX], divisor = (int32_t)cpu->s.gpr[u->dst];

    if (unlikely(divisor == 0 || divisor == -1 || (int32_t)cpu->s.gpr[GPR_EDX] != low >> 31))
        UOP_GIVE_UP;
    cpu->s.gpr[GPR_EAX] = (uint32_t)(low / divisor);
    cpu->s.gpr[GPR_EDX] = (uint32_t)(low % divisor);
    UOP_NEXT;
}

/* DAA and DAS as exec_arith.c has them for all but the 386: OF is clear. */
static inline void decimal_adjust(struct cpu *cpu, bool subtract)
{
    uint32_t al = cpu->s.gpr[GPR_EAX] & 0xff;
    bool low = (al & 0xf) > 9 || (cpu->lazy.x & EFLAGS_AF);
    bool high = al > 0x99 || lazy_cf(&cpu->lazy);
    uint32_t by = (low ? 6 : 0) + (high ? 0x60 : 0), result = subtract ? al - by : al + by;
    bool carry = high || (subtract && low && al < 6);

    uop_write(cpu, 4 * GPR_EAX, result, 8);
    lazy_shifted(&cpu->lazy, result, carry, false, 8);
    cpu->lazy.x |= low ? EFLAGS_AF : 0;
}

UOP(daa)
{
    decimal_adjust(cpu, false);
    UOP_NEXT;
}

UOP(das)
{
    decimal_adjust(cpu, true);
    UOP_NEXT;
}
