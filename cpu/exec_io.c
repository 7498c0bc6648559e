/* IN and OUT, and who may use them (SDM vol. 1, 18.5). */
#include "cpu/mmu_fast.h"
#include "cpu/operand.h"

enum { TSS_IOMAP = 0x66 };

/* The I/O permission bitmap of a 32-bit TSS: all bits of the ports must be clear. Two bytes are
 * read whatever the ports, so the TSS must reach one byte further than the map needs. */
static bool check_bitmap(struct cpu *cpu, uint16_t port, unsigned size)
{
    const struct cpu_segment *tr = &cpu->s.tr;
    uint32_t map, at, bits;

    if (seg_system_type(tr) != DESC_TSS32_BUSY || !seg_limit_allows(tr, TSS_IOMAP, 2))
        return cpu_raise_error(cpu, VEC_GP, 0);
    if (!lin_read(cpu, tr->base + TSS_IOMAP, 2, false, &map))
        return false;
    at = map + port / 8;
    if (!seg_limit_allows(tr, at, 2))
        return cpu_raise_error(cpu, VEC_GP, 0);
    if (!lin_read(cpu, tr->base + at, 2, false, &bits))
        return false;
    if (bits >> (port & 7) & ((1u << size) - 1))
        return cpu_raise_error(cpu, VEC_GP, 0);
    return true;
}

bool io_check(struct cpu *cpu, uint16_t port, unsigned size)
{
    if (!cpu_protected(cpu) || (!cpu_v86(cpu) && cpu->s.cpl <= cpu_iopl(cpu)))
        return true;
    return check_bitmap(cpu, port, size);
}

static void report(struct cpu *cpu, bool out, uint16_t port, unsigned size, uint32_t value)
{
    debug_note_io(cpu, port, size);
    if (cpu->hooks.port)
        cpu->hooks.port(cpu->hooks.ctx, out, port, size, value);
}

static uint32_t low_bytes(uint32_t value, unsigned size)
{
    return size == 4 ? value : value & ((1u << 8 * size) - 1);
}

uint32_t io_in(struct cpu *cpu, uint16_t port, unsigned size)
{
    enum meter_part outer = meter_go(cpu->meter, METER_DEVICES);
    uint32_t value = low_bytes(cpu->bus.in(cpu->bus.ctx, port, size), size);

    meter_go(cpu->meter, outer);
    report(cpu, false, port, size, value);
    return value;
}

void io_out(struct cpu *cpu, uint16_t port, unsigned size, uint32_t value)
{
    enum meter_part outer = meter_go(cpu->meter, METER_DEVICES);

    value = low_bytes(value, size);
    cpu->bus.out(cpu->bus.ctx, port, value, size);
    meter_go(cpu->meter, outer);
    report(cpu, true, port, size, value);
}

bool exec_in(struct cpu *cpu, const struct insn *in)
{
    unsigned size = in->op[0].size;
    uint32_t port;

    if (!operand_read(cpu, in, 1, &port) || !io_check(cpu, (uint16_t)port, size))
        return false;
    return operand_write(cpu, in, 0, io_in(cpu, (uint16_t)port, size));
}

bool exec_out(struct cpu *cpu, const struct insn *in)
{
    unsigned size = in->op[1].size;
    uint32_t port, value;

    if (!operand_read(cpu, in, 0, &port) || !operand_read(cpu, in, 1, &value) ||
        !io_check(cpu, (uint16_t)port, size))
        return false;
    io_out(cpu, (uint16_t)port, size, value);
    return true;
}
