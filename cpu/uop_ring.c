/*
 * Micro-operations that record instructions in the ring. One stands before an instruction that
 * touches memory, may fault, or ends the block; its record also stands for those before it that
 * only work on registers (nth: the instruction, imm: its address, place: the ones before).
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

/* The record of the instruction, with its access; `place` speaks of the plain ones before it. */
static inline void record(struct cpu *cpu, const struct uop *u, struct cpu_ring_record with)
{
    with.icount = cpu->s.icount + u->nth;
    with.linear = u->imm;
    with.unused = u->place;
    ring_write(cpu->ring.next++, with);
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
#define RING_FORMS(bits, suffix, form)                                                             \
    UOP_LOCAL(ring_load##bits##_##suffix)                                                          \
    {                                                                                              \
        uint32_t address = uop_address(cpu, u, form);                                              \
        const uint8_t *p = uop_readable(cpu, address, bits / 8);                                   \
        RECORD(p, CPU_WATCH_READ, address, bits / 8, uop_get(p, bits));                            \
    }                                                                                              \
    UOP_LOCAL(ring_store_r##bits##_##suffix)                                                       \
    {                                                                                              \
        uint32_t address = uop_address(cpu, u, form);                                              \
        RECORD(uop_writable(cpu, address, bits / 8), CPU_WATCH_WRITE, address, bits / 8,           \
               uop_read(cpu, u->src, bits));                                                       \
    }                                                                                              \
    UOP_LOCAL(ring_store_i##bits##_##suffix)                                                       \
    {                                                                                              \
        uint32_t address = uop_address(cpu, u, form);                                              \
        RECORD(uop_writable(cpu, address, bits / 8), CPU_WATCH_WRITE, address, bits / 8,           \
               u[1].imm);                                                                          \
    }                                                                                              \
    UOP_LOCAL(ring_result##bits##_##suffix)                                                        \
    {                                                                                              \
        uint32_t address = uop_address(cpu, u, form);                                              \
        const uint8_t *p = uop_writable(cpu, address, bits / 8);                                   \
        if (likely(p))                                                                             \
            ring_note(cpu->ring.next - 1, CPU_WATCH_WRITE, address, bits / 8, uop_get(p, bits));   \
        UOP_NEXT;                                                                                  \
    }

#define RING_SIZES(suffix, form)                                                                   \
    RING_FORMS(8, suffix, form) RING_FORMS(16, suffix, form) RING_FORMS(32, suffix, form)
RING_SIZES(base, UOP_BASE)
RING_SIZES(sib, UOP_SIB)

#define BY_SIZE(name, suffix)                                                                      \
    {                                                                                              \
        uop_##name##8_##suffix, uop_##name##16_##suffix, uop_##name##32_##suffix                   \
    }
#define ADDRESSES(name)                                                                            \
    {                                                                                              \
        [UOP_BASE] = BY_SIZE(name, base), [UOP_SIB] = BY_SIZE(name, sib)                           \
    }

uop_fn *const uop_ring_load[UOP_ADDRESS_FORMS][UOP_SIZES] = ADDRESSES(ring_load);
uop_fn *const uop_ring_store_r[UOP_ADDRESS_FORMS][UOP_SIZES] = ADDRESSES(ring_store_r);
uop_fn *const uop_ring_store_i[UOP_ADDRESS_FORMS][UOP_SIZES] = ADDRESSES(ring_store_i);
uop_fn *const uop_ring_result[UOP_ADDRESS_FORMS][UOP_SIZES] = ADDRESSES(ring_result);
