/*
 * Micro-operations that record instructions in the ring. One stands before an instruction that
 * touches memory, may fault, or ends the block; it also writes the records of those before it that
 * only work on registers (dst: how many records, nth: the last of them).
 *
 * What an instruction will read or write is known before it runs if the TLB reaches the place: then
 * it cannot fail either. Where the TLB does not reach, the handler that then runs notes its
 * accesses itself (mem.c). Only the result of a read-modify-write has to be looked at afterwards.
 */
#include "cpu/ring.h"
#include "cpu/uop.h"
#include "cpu/uop_tables.h"

static inline struct cpu_ring_record *record(struct cpu *cpu, const struct uop *u)
{
    const uint32_t *eip = &uop_block(u)->insn_eip[u->nth + 1 - u->dst];
    struct cpu_ring_record *r = ring_take(cpu, u->dst), *last = r + u->dst - 1;
    uint64_t icount = cpu->s.icount + u->nth + 1 - u->dst;

    while (r <= last)
        ring_put(r++, icount++, *eip++);
    return last;
}

UOP(ring_none)
{
    record(cpu, u);
    UOP_NEXT;
}

/* PUSH and CALL through memory: two accesses, the stack's is the last. imm: the return address. */
static inline void note_push(struct cpu *cpu, const struct uop *u, bool call)
{
    const uint8_t *from = uop_readable(cpu, uop_address(cpu, u, UOP_SIB), 4);
    uint32_t esp = cpu->s.gpr[GPR_ESP] - 4;
    struct cpu_ring_record *r = record(cpu, u);

    if (likely(from && uop_writable(cpu, esp, 4)))
        ring_note(r, CPU_WATCH_WRITE, esp, 4, call ? u->imm : uop_get(from, 32));
}

UOP(ring_push_m)
{
    note_push(cpu, u, false);
    UOP_NEXT;
}

UOP(ring_call_m)
{
    note_push(cpu, u, true);
    UOP_NEXT;
}

/* src: the register that will be stored; imm: the value that will. */
#define RING_FORMS(bits)                                                                           \
    UOP_LOCAL(ring_load##bits)                                                                     \
    {                                                                                              \
        uint32_t address = uop_address(cpu, u, UOP_SIB);                                           \
        const uint8_t *p = uop_readable(cpu, address, bits / 8);                                   \
        struct cpu_ring_record *r = record(cpu, u);                                                \
        if (likely(p))                                                                             \
            ring_note(r, CPU_WATCH_READ, address, bits / 8, uop_get(p, bits));                     \
        UOP_NEXT;                                                                                  \
    }                                                                                              \
    UOP_LOCAL(ring_store_r##bits)                                                                  \
    {                                                                                              \
        uint32_t address = uop_address(cpu, u, UOP_SIB);                                           \
        struct cpu_ring_record *r = record(cpu, u);                                                \
        if (likely(uop_writable(cpu, address, bits / 8)))                                          \
            ring_note(r, CPU_WATCH_WRITE, address, bits / 8, uop_read(cpu, u->src, bits));         \
        UOP_NEXT;                                                                                  \
    }                                                                                              \
    UOP_LOCAL(ring_store_i##bits)                                                                  \
    {                                                                                              \
        uint32_t address = uop_address(cpu, u, UOP_SIB);                                           \
        struct cpu_ring_record *r = record(cpu, u);                                                \
        if (likely(uop_writable(cpu, address, bits / 8)))                                          \
            ring_note(r, CPU_WATCH_WRITE, address, bits / 8, u->imm);                              \
        UOP_NEXT;                                                                                  \
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
