/*
 * REP MOVS and REP STOS in bulk. Each iteration is a step, so a run of them ends at a page's end,
 * at the step where the CPU has to stop, or when ECX is zero. Only forwards, only 32-bit addresses,
 * only DS to ES.
 */
#include "cpu/ring.h"
#include "cpu/uop.h"
#include "cpu/uop_tables.h"

static inline uint32_t min32(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Whole elements from `linear` to the end of its page. */
static inline uint32_t elements_left(uint32_t linear, unsigned size)
{
    return (PAGE_SIZE - (linear & PAGE_MASK)) / size;
}

/* How many iterations beyond one may be done now: the rest of the block is already paid for. */
static inline uint32_t iterations_left(const struct cpu *cpu, const struct uop *u)
{
    uint64_t spare = cpu->run_limit - cpu->s.icount - uop_block(u)->ninsn;

    return spare > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uint32_t)spare;
}

/* Bytes move one element after the other; an overlap repeats what was just written. */
static void move(uint8_t *to, const uint8_t *from, uint32_t n, unsigned size)
{
    if (to + n * size <= from || from + n * size <= to) {
        memcpy(to, from, (size_t)n * size);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        le_store(to + i * size, size, le_load(from + i * size, size));
}

static void fill(uint8_t *to, uint32_t value, uint32_t n, unsigned size)
{
    if (size == 1) {
        memset(to, (int)value, n);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        le_store(to + i * size, size, value);
}

/* After `n` iterations: the last one of all counts with the block, all others here. */
static inline void retire(struct cpu *cpu, uint32_t n)
{
    cpu->s.gpr[GPR_ECX] -= n;
    cpu->s.icount += n - (cpu->s.gpr[GPR_ECX] == 0);
}

/* One run; 0: this is for the handler. */
static inline uint32_t rep_movs(struct cpu *cpu, const struct uop *u, unsigned size)
{
    uint32_t esi = cpu->s.gpr[GPR_ESI], edi = cpu->s.gpr[GPR_EDI];
    const uint8_t *from = uop_readable(cpu, esi, size);
    uint8_t *to = uop_writable(cpu, edi, size);
    uint32_t n = min32(cpu->s.gpr[GPR_ECX], iterations_left(cpu, u));

    if (!from || !to || (cpu->s.eflags & EFLAGS_DF))
        return 0;
    n = min32(n, min32(elements_left(esi, size), elements_left(edi, size)));
    move(to, from, n, size);
    cpu->s.gpr[GPR_ESI] = esi + n * size;
    cpu->s.gpr[GPR_EDI] = edi + n * size;
    return n;
}

static inline uint32_t rep_stos(struct cpu *cpu, const struct uop *u, unsigned size)
{
    uint32_t edi = cpu->s.gpr[GPR_EDI];
    uint8_t *to = uop_writable(cpu, edi, size);
    uint32_t n = min32(cpu->s.gpr[GPR_ECX], iterations_left(cpu, u));

    if (!to || (cpu->s.eflags & EFLAGS_DF))
        return 0;
    n = min32(n, elements_left(edi, size));
    fill(to, cpu->s.gpr[GPR_EAX], n, size);
    cpu->s.gpr[GPR_EDI] = edi + n * size;
    return n;
}

/* The ring gets a record for each iteration; one without any where there is none to do, or where
 * the handler will do it. */
static inline void record_iterations(struct cpu *cpu, const struct uop *u, uint32_t n,
                                     unsigned size)
{
    uint32_t linear = uop_block(u)->insn_eip[u->nth], to = cpu->s.gpr[GPR_EDI] - n * size;
    const uint8_t *p = n ? uop_readable(cpu, to, size) : NULL; /* all lie in one page */
    uint64_t icount = cpu->s.icount + u->nth;
    struct cpu_ring_record *r;

    if (n == 0)
        ring_put(ring_take(cpu, 1), icount, linear);
    for (uint32_t some; n > 0; n -= some) {
        some = min32(n, RING_SLACK);
        r = ring_take(cpu, some);
        for (uint32_t i = 0; i < some; i++, to += size, p += size)
            ring_write(r + i, (struct cpu_ring_record){.icount = icount++,
                                                       .linear = linear,
                                                       .address = to,
                                                       .value = le_load(p, size),
                                                       .kind = CPU_WATCH_WRITE,
                                                       .size = (uint8_t)size});
    }
}

#define REP(name, size)                                                                            \
    UOP_LOCAL(name##size)                                                                          \
    {                                                                                              \
        if (unlikely(cpu->ring.start != NULL) && cpu->s.gpr[GPR_ECX] == 0)                         \
            record_iterations(cpu, u, 0, size);                                                    \
        while (cpu->s.gpr[GPR_ECX] != 0) {                                                         \
            uint32_t n = name(cpu, u, size);                                                       \
            if (unlikely(cpu->ring.start != NULL))                                                 \
                record_iterations(cpu, u, n, size);                                                \
            if (n == 0)                                                                            \
                UOP_GIVE_UP;                                                                       \
            retire(cpu, n);                                                                        \
        }                                                                                          \
        cpu->s.eflags &= ~(uint32_t)EFLAGS_RF; /* set where an iteration before was a handler's */ \
        UOP_NEXT;                                                                                  \
    }

REP(rep_movs, 1)
REP(rep_movs, 2)
REP(rep_movs, 4)
REP(rep_stos, 1)
REP(rep_stos, 2)
REP(rep_stos, 4)

uop_fn *const uop_rep_movs[UOP_SIZES] = {uop_rep_movs1, uop_rep_movs2, uop_rep_movs4};
uop_fn *const uop_rep_stos[UOP_SIZES] = {uop_rep_stos1, uop_rep_stos2, uop_rep_stos4};
