/*
 * Repeated string instructions in bulk: REP MOVS and STOS, REPE and REPNE CMPS and SCAS. Each
 * iteration is a step, so a run of them ends at a page's end, at the step where the CPU has to
 * stop, or where the instruction is done. Only forwards, only 32-bit addresses, only DS and ES.
 */
#include "cpu/ring.h"
#include "cpu/uop.h"
#include "cpu/uop_tables.h"

/* Iterations that were done together. `n` is 0 where the handler has to do the next one. */
struct run {
    uint32_t n;
    bool ends; /* the last one was the instruction's last */
};

static inline uint32_t min32(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Whole elements from `linear` to the end of its page. */
static inline uint32_t elements_left(uint32_t linear, unsigned size)
{
    return (PAGE_SIZE - (linear & PAGE_MASK)) / size;
}

/* How many iterations may be done now: beyond them the rest of the block is already paid for. */
static inline uint32_t iterations_left(const struct cpu *cpu, const struct uop *u)
{
    uint64_t spare = cpu->run_limit - cpu->s.icount - uop_block(u)->ninsn;

    if (cpu->s.eflags & EFLAGS_DF)
        return 0;
    return spare > cpu->s.gpr[GPR_ECX] ? cpu->s.gpr[GPR_ECX] : (uint32_t)spare;
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

/* How many of `n` elements at `b` go on comparing as `equal` says, with those at `a` or with
 * `value` where that is NULL. */
static inline uint32_t count_alike(const uint8_t *a, uint32_t value, const uint8_t *b, uint32_t n,
                                   unsigned size, bool equal)
{
    uint32_t i = 0;

    while (i < n &&
           ((a ? le_load(a + i * size, size) : value) == le_load(b + i * size, size)) == equal)
        i++;
    return i;
}

/* ---- One run ----------------------------------------------------------------------------- */

static inline struct run rep_movs(struct cpu *cpu, const struct uop *u, unsigned size)
{
    uint32_t esi = cpu->s.gpr[GPR_ESI], edi = cpu->s.gpr[GPR_EDI], n = iterations_left(cpu, u);
    const uint8_t *from = uop_readable(cpu, esi, size);
    uint8_t *to = uop_writable(cpu, edi, size);

    if (!from || !to)
        return (struct run){0, false};
    n = min32(n, min32(elements_left(esi, size), elements_left(edi, size)));
    move(to, from, n, size);
    cpu->s.gpr[GPR_ESI] = esi + n * size;
    cpu->s.gpr[GPR_EDI] = edi + n * size;
    return (struct run){n, n == cpu->s.gpr[GPR_ECX]};
}

static inline struct run rep_stos(struct cpu *cpu, const struct uop *u, unsigned size)
{
    uint32_t edi = cpu->s.gpr[GPR_EDI], n = iterations_left(cpu, u);
    uint8_t *to = uop_writable(cpu, edi, size);

    if (!to)
        return (struct run){0, false};
    n = min32(n, elements_left(edi, size));
    fill(to, cpu->s.gpr[GPR_EAX], n, size);
    cpu->s.gpr[GPR_EDI] = edi + n * size;
    return (struct run){n, n == cpu->s.gpr[GPR_ECX]};
}

/* `n` iterations may be done, of which `alike` go on. Only the instruction's last one leaves its
 * flags. */
static inline struct run compared(struct cpu *cpu, const uint8_t *a, uint32_t value,
                                  const uint8_t *b, uint32_t n, unsigned size, bool equal)
{
    uint32_t alike = count_alike(a, value, b, n, size, equal), done = alike + (alike < n);
    struct run run = {done, alike < n || n == cpu->s.gpr[GPR_ECX]};

    if (done > 0 && run.ends)
        lazy_sub(&cpu->lazy, a ? le_load(a + (done - 1) * size, size) : value,
                 le_load(b + (done - 1) * size, size), 8 * size);
    return run;
}

static inline struct run rep_cmps(struct cpu *cpu, const struct uop *u, unsigned size)
{
    uint32_t esi = cpu->s.gpr[GPR_ESI], edi = cpu->s.gpr[GPR_EDI], n = iterations_left(cpu, u);
    const uint8_t *a = uop_readable(cpu, esi, size), *b = uop_readable(cpu, edi, size);
    struct run run;

    if (!a || !b)
        return (struct run){0, false};
    n = min32(n, min32(elements_left(esi, size), elements_left(edi, size)));
    run = compared(cpu, a, 0, b, n, size, u->imm);
    cpu->s.gpr[GPR_ESI] = esi + run.n * size;
    cpu->s.gpr[GPR_EDI] = edi + run.n * size;
    return run;
}

static inline struct run rep_scas(struct cpu *cpu, const struct uop *u, unsigned size)
{
    uint32_t edi = cpu->s.gpr[GPR_EDI], n = iterations_left(cpu, u);
    const uint8_t *b = uop_readable(cpu, edi, size);
    struct run run;

    if (!b)
        return (struct run){0, false};
    n = min32(n, elements_left(edi, size));
    run = compared(cpu, NULL, uop_read(cpu, GPR_EAX, 8 * size), b, n, size, u->imm);
    cpu->s.gpr[GPR_EDI] = edi + run.n * size;
    return run;
}

/* ---- The whole instruction --------------------------------------------------------------- */

/* The ring gets a record for each iteration; one without access where there is none to do, or where
 * the handler will do it. `at` is where the run's accesses begin. */
__attribute__((noinline)) static void record_run(struct cpu *cpu, const struct uop *u, uint32_t n,
                                                 uint32_t at, unsigned kind, unsigned size)
{
    struct cpu_ring_record first = {.icount = cpu->s.icount + u->nth,
                                    .linear = uop_block(u)->insn_eip[u->nth]};

    if (n == 0) {
        ring_put(ring_take(cpu, 1), first.icount, first.linear);
        return;
    }
    first.address = at;
    first.kind = (uint8_t)kind;
    first.size = (uint8_t)size;
    ring_put_run(&cpu->ring, &first, n, uop_readable(cpu, at, size)); /* all lie in one page */
}

/* The last iteration of all counts with the block, all others here. RF is set between two. */
static inline void retire(struct cpu *cpu, struct run run)
{
    cpu->s.gpr[GPR_ECX] -= run.n;
    cpu->s.icount += run.n - run.ends;
    if (!run.ends)
        cpu->s.eflags |= EFLAGS_RF;
}

/* `reg` points to what the last access of an iteration, of `kind`, is. */
#define REP(name, size, reg, kind)                                                                 \
    UOP_LOCAL(name##size)                                                                          \
    {                                                                                              \
        struct run run = {0, cpu->s.gpr[GPR_ECX] == 0};                                            \
        if (unlikely(cpu->ring.start != NULL) && run.ends)                                         \
            record_run(cpu, u, 0, 0, kind, size);                                                  \
        while (!run.ends) {                                                                        \
            uint32_t at = cpu->s.gpr[reg];                                                         \
            run = name(cpu, u, size);                                                              \
            if (unlikely(cpu->ring.start != NULL))                                                 \
                record_run(cpu, u, run.n, at, kind, size);                                         \
            if (run.n == 0)                                                                        \
                UOP_GIVE_UP;                                                                       \
            retire(cpu, run);                                                                      \
        }                                                                                          \
        cpu->s.eflags &= ~(uint32_t)EFLAGS_RF;                                                     \
        UOP_NEXT;                                                                                  \
    }

#define REP_SIZES(name, reg, kind)                                                                 \
    REP(name, 1, reg, kind)                                                                        \
    REP(name, 2, reg, kind)                                                                        \
    REP(name, 4, reg, kind)                                                                        \
    uop_fn *const uop_##name[UOP_SIZES] = {uop_##name##1, uop_##name##2, uop_##name##4};

REP_SIZES(rep_movs, GPR_EDI, CPU_WATCH_WRITE)
REP_SIZES(rep_stos, GPR_EDI, CPU_WATCH_WRITE)
REP_SIZES(rep_cmps, GPR_ESI, CPU_WATCH_READ)
REP_SIZES(rep_scas, GPR_EDI, CPU_WATCH_READ)
