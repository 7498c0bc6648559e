/*
 * Debug registers (SDM vol. 3, 17.2 and 17.3). Instruction breakpoints are faults, looked for by
 * the run loop while DR7 enables one. Data breakpoints make their page slow, as watches do, and
 * like I/O breakpoints are traps: noted in pending_db, taken after the instruction.
 */
#include "cpu/cpu_internal.h"

enum break_type { BREAK_EXECUTE, BREAK_WRITE, BREAK_IO, BREAK_ACCESS };

enum { BREAKPOINTS = 4, DR7_LOCAL = 0x155 /* L0..L3, LE */ };

static bool enabled(const struct cpu *cpu, unsigned n)
{
    return cpu->s.dr[7] >> (2 * n) & 3;
}

static enum break_type type_of(const struct cpu *cpu, unsigned n)
{
    return cpu->s.dr[7] >> (16 + 4 * n) & 3;
}

/* LEN 0..3 stands for 1, 2, 8 (undefined here: taken as 4) and 4 bytes. */
static uint32_t length_of(const struct cpu *cpu, unsigned n)
{
    static const uint8_t length[] = {1, 2, 4, 4};

    return length[cpu->s.dr[7] >> (18 + 4 * n) & 3];
}

/* Do size bytes at addr touch breakpoint n? Its address counts from a multiple of its length. */
static bool touches(const struct cpu *cpu, unsigned n, uint32_t addr, uint32_t size)
{
    uint32_t length = length_of(cpu, n);
    uint32_t first = cpu->s.dr[n] & ~(length - 1);

    return addr - first < length || first - addr < size;
}

static bool watches_data(const struct cpu *cpu, unsigned n)
{
    enum break_type type = type_of(cpu, n);

    return enabled(cpu, n) && (type == BREAK_WRITE || type == BREAK_ACCESS);
}

void debug_update(struct cpu *cpu)
{
    cpu->exec_breakpoints = false;
    for (unsigned n = 0; n < BREAKPOINTS; n++)
        if (enabled(cpu, n) && type_of(cpu, n) == BREAK_EXECUTE)
            cpu->exec_breakpoints = true;
    mmu_refresh(cpu);
}

void debug_enter_handler(struct cpu *cpu, uint32_t causes)
{
    cpu->s.dr[6] |= causes;
    cpu->s.dr[7] &= ~DR7_GD;
}

void debug_task_switch(struct cpu *cpu)
{
    if (!(cpu->s.dr[7] & DR7_LOCAL))
        return;
    cpu->s.dr[7] &= ~(uint32_t)DR7_LOCAL;
    debug_update(cpu);
}

bool debug_raise(struct cpu *cpu, uint32_t causes)
{
    fault_record(cpu, VEC_DB);
    cpu->fault.dr6 = causes;
    return false;
}

bool debug_check_code(struct cpu *cpu, uint32_t linear)
{
    uint32_t hits = 0;

    for (unsigned n = 0; n < BREAKPOINTS; n++)
        if (enabled(cpu, n) && type_of(cpu, n) == BREAK_EXECUTE && cpu->s.dr[n] == linear)
            hits |= 1u << n;
    return !hits || debug_raise(cpu, hits);
}

void debug_note_data(struct cpu *cpu, uint32_t linear, unsigned size, bool write)
{
    for (unsigned n = 0; n < BREAKPOINTS; n++)
        if (watches_data(cpu, n) && (write || type_of(cpu, n) == BREAK_ACCESS) &&
            touches(cpu, n, linear, size))
            cpu->s.pending_db |= 1u << n;
}

void debug_note_io(struct cpu *cpu, uint16_t port, unsigned size)
{
    if (!(cpu->s.cr4 & CR4_DE))
        return;
    for (unsigned n = 0; n < BREAKPOINTS; n++)
        if (enabled(cpu, n) && type_of(cpu, n) == BREAK_IO && touches(cpu, n, port, size))
            cpu->s.pending_db |= 1u << n;
}

bool debug_page_watched(const struct cpu *cpu, uint32_t linear_page)
{
    for (unsigned n = 0; n < BREAKPOINTS; n++)
        if (watches_data(cpu, n) && (cpu->s.dr[n] & ~(uint32_t)PAGE_MASK) == linear_page)
            return true;
    return false;
}
