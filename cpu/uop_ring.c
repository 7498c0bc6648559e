/*
 * Micro-operations that record instructions in the ring. One stands before an instruction that
 * touches memory, may fault, or ends the block; it also writes the records of those before it that
 * only work on registers (dst: how many records, nth: the last of them, imm: its address).
 *
 * What an instruction will read or write is known before it runs if the TLB reaches the place: then
 * it cannot fail either. Where the TLB does not reach, the handler that then runs notes its
 * accesses itself (mem.c). Only the result of a read-modify-write has to be looked at afterwards.
 */
#include "cpu/ring.h"
#include "cpu/uop.h"
#include "cpu/uop_tables.h"

/* Not inlined: a call in the midst of the others would cost every record. */
__attribute__((noinline)) UOP_LOCAL(ring_full)
{
    ring_wrap(&cpu->ring);
    UOP_GO(u);
}

/* The record of the instruction, with its access, and those of the plain ones before it. */
static inline void record(struct cpu *cpu, const struct uop *u, struct cpu_ring_record with)
{
    unsigned before = u->dst - 1u;
    struct cpu_ring_record *r = cpu->ring.next;

    cpu->ring.next += before + 1;
    with.icount = cpu->s.icount + u->nth - before;
    if (before > 0) {
        const uint32_t *eip = &uop_block(u)->insn_eip[u->nth - before];

        for (; before > 0; before--)
            ring_put(r++, with.icount++, *eip++);
    }
    with.linear = u->imm;
    ring_write(r, with);
}

static inline struct cpu_ring_record access(unsigned kind, uint32_t address, unsigned size,
                                            uint32_t value)
{
    return (struct cpu_ring_record){
        .address = address, .value = value, .kind = (uint8_t)kind, .size = (uint8_t)size};
}

/* `reachable`: otherwise the handler will say what it accesses. */
#define RECORD(reachable, ...)                                                                     \
    do {                                                                                           \
        if (unlikely(cpu->ring.next >= cpu->ring.end))                                             \
            UOP_TAIL return uop_ring_full(cpu, u);                                                 \
        if (likely(reachable))                                                                     \
            record(cpu, u, access(__VA_ARGS__));                                                   \
        else                                                                                       \
            record(cpu, u, access(0, 0, 0, 0));                                                    \
        UOP_NEXT;                                                                                  \
    } while (0)

UOP(ring_none)
{
    RECORD(true, 0, 0, 0, 0);
}

/* PUSH and CALL through memory: two accesses, the stack's is the last. */
UOP(ring_push_m)
{
    const uint8_t *from = uop_readable(cpu, uop_address(cpu, u, UOP_SIB), 4);
    uint32_t esp = cpu->s.gpr[GPR_ESP] - 4;

    RECORD(from && uop_writable(cpu, esp, 4), CPU_WATCH_WRITE, esp, 4, uop_get(from, 32));
}

UOP(ring_call_m)
{
    const uint8_t *from = uop_readable(cpu, uop_address(cpu, u, UOP_SIB), 4);
    uint32_t esp = cpu->s.gpr[GPR_ESP] - 4;

    RECORD(from && uop_writable(cpu, esp, 4), CPU_WATCH_WRITE, esp, 4, u[1].imm);
}

/* src: the register that will be stored. An immediate is that of the micro-operation behind. */
#define RING_FORMS(bits)                                                                           \
    UOP_LOCAL(ring_load##bits)                                                                     \
    {                                                                                              \
        uint32_t address = uop_address(cpu, u, UOP_SIB);                                           \
        const uint8_t *p = uop_readable(cpu, address, bits / 8);                                   \
        RECORD(p, CPU_WATCH_READ, address, bits / 8, uop_get(p, bits));                            \
    }                                                                                              \
    UOP_LOCAL(ring_store_r##bits)                                                                  \
    {                                                                                              \
        uint32_t address = uop_address(cpu, u, UOP_SIB);                                           \
        RECORD(uop_writable(cpu, address, bits / 8), CPU_WATCH_WRITE, address, bits / 8,           \
               uop_read(cpu, u->src, bits));                                                       \
    }                                                                                              \
    UOP_LOCAL(ring_store_i##bits)                                                                  \
    {                                                                                              \
        uint32_t address = uop_address(cpu, u, UOP_SIB);                                           \
        RECORD(uop_writable(cpu, address, bits / 8), CPU_WATCH_WRITE, address, bits / 8,           \
               u[1].imm);                                                                          \
    }                                                                                              \
    UOP_LOCAL(ring_result##bits)                                                                   \
    {                                                                                              \
        uint32_t address = uop_address(cpu, u, UOP_SIB);                                           \
        const uint8_t *p = uop_writable(cpu, address, bits / 8);                                   \
        if (likely(p))                                                                             \
            ring_note(cpu->ring.next - 1, CPU_WATCH_WRITE, address, bits / 8, uop_get(p, bits));   \
        UOP_NEXT;                                                                                  \
    }

RING_FORMS(8)
RING_FORMS(16)
RING_FORMS(32)

uop_fn *const uop_ring_load[UOP_SIZES] = {uop_ring_load8, uop_ring_load16, uop_ring_load32};
uop_fn *const uop_ring_store_r[UOP_SIZES] = {uop_ring_store_r8, uop_ring_store_r16,
                                             uop_ring_store_r32};
uop_fn *const uop_ring_store_i[UOP_SIZES] = {uop_ring_store_i8, uop_ring_store_i16,
                                             uop_ring_store_i32};
uop_fn *const uop_ring_result[UOP_SIZES] = {uop_ring_result8, uop_ring_result16, uop_ring_result32};
