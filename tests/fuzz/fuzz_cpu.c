/*
 * Hostile guests: random registers, descriptor tables, TSS, page tables and code, run for a few
 * thousand steps on every engine. Nothing may crash, hang or run past `until`, and all engines must
 * end with the same registers and the same memory.
 *
 *   fuzz_cpu [first-seed [cases]]
 *
 * A case is its seed: `fuzz_cpu SEED 1` runs one again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/cpu.h"
#include "cpu/engine.h"
#include "cpu/hooks.h"
#include "tests/fuzz/cpu_world.h"

enum { SLICES = 8, SLICE_STEPS = 250, STEPS = SLICES * SLICE_STEPS, DEFAULT_CASES = 600 };

/* ---- The machine ----------------------------------------------------------------------------- */

struct bed {
    struct cpu *cpu;
    uint8_t ram[WORLD_RAM];
    uint64_t trace; /* a hash of everything that the hooks reported */
};

static struct bus_page bed_page(void *ctx, uint32_t page)
{
    struct bed *bed = ctx;

    if (page >= WORLD_DEVICE)
        return (struct bus_page){0};
    return (struct bus_page){.host = bed->ram + page, .writable = page != WORLD_READ_ONLY};
}

static uint32_t bed_read(void *ctx, uint32_t paddr, unsigned size)
{
    struct bed *bed = ctx;
    uint32_t value = 0;

    if (paddr >= WORLD_DEVICE)
        return paddr < WORLD_RAM ? paddr * 0x01010101 : 0xffffffff;
    memcpy(&value, bed->ram + paddr, size);
    return value;
}

static void bed_write(void *ctx, uint32_t paddr, uint32_t value, unsigned size)
{
    struct bed *bed = ctx;

    if (paddr < WORLD_DEVICE && paddr >> 12 != WORLD_READ_ONLY >> 12)
        memcpy(bed->ram + paddr, &value, size);
}

static uint32_t bed_in(void *ctx, uint16_t port, unsigned size)
{
    (void)ctx;
    (void)size;
    return port * 0x01010101u;
}

static void bed_out(void *ctx, uint16_t port, uint32_t value, unsigned size)
{
    struct bed *bed = ctx;

    (void)value;
    (void)size;
    if (port == 0x92)
        cpu_set_a20(bed->cpu, value & 2);
}

static uint8_t bed_intack(void *ctx)
{
    struct bed *bed = ctx;

    cpu_set_intr(bed->cpu, false);
    return 0x20;
}

static void bed_ferr(void *ctx, bool level)
{
    (void)ctx;
    (void)level;
}

/* How often the worlds came where few guests go; printed, so that a change which keeps them away is
 * seen. */
static struct {
    uint64_t task_switches, v86_entries, v86_exits;
} reached;

static bool in_v86(const struct bed *bed)
{
    return cpu_state(bed->cpu)->eflags & EFLAGS_VM;
}

static void mix(struct bed *bed, uint64_t value)
{
    bed->trace = (bed->trace ^ value) * 0x100000001b3;
}

static void on_interrupt(void *ctx, const struct cpu_int_event *event)
{
    struct bed *bed = ctx;

    mix(bed, cpu_state(bed->cpu)->icount);
    mix(bed, event->vector | event->kind << 8 | event->slot_count << 16);
    for (unsigned i = 0; i < event->slot_count; i++) {
        reached.v86_exits += event->slot[i].word == FRAME_GS;
        mix(bed, (uint64_t)event->slot[i].linear << 32 | event->slot[i].value);
    }
}

static void on_iret(void *ctx, const struct cpu_iret_event *event)
{
    reached.v86_entries += event->cpl_from == 0 && in_v86(ctx);
    mix(ctx, event->slot_count);
}

static void on_task(void *ctx, const struct cpu_task_event *event)
{
    reached.task_switches++;
    reached.v86_entries += in_v86(ctx);
    mix(ctx, event->to_tr);
}

static void on_mem(void *ctx, unsigned kind, uint32_t linear, unsigned size, uint32_t old,
                   uint32_t value)
{
    mix(ctx, (uint64_t)linear << 32 | kind << 8 | size);
    mix(ctx, (uint64_t)old << 32 | value);
}

static void on_insn(void *ctx, uint32_t linear)
{
    struct bed *bed = ctx;

    mix(bed, cpu_state(bed->cpu)->icount);
    mix(bed, linear);
}

static struct cpu *create(struct bed *bed, const struct cpu_model *model, const char *engine)
{
    const struct cpu_bus bus = {bed,    bed_page, bed_read,   bed_write,
                                bed_in, bed_out,  bed_intack, bed_ferr};
    const struct cpu_hooks hooks = {
        .ctx = bed,
        .interrupt = on_interrupt,
        .iret = on_iret,
        .task = on_task,
        .mem = on_mem,
        .exec = on_insn,
        .insn = on_insn,
    };
    struct cpu *cpu = cpu_create(model, &bus, engine);

    if (!cpu)
        exit(EXIT_FAILURE);
    cpu_set_hooks(cpu, &hooks);
    return cpu;
}

/* ---- Running --------------------------------------------------------------------------------- */

static void set_hooks(struct cpu *cpu, const struct world *w)
{
    int error = 0;

    if (w->watch)
        error |= cpu_watch_add(cpu, w->watch, w->watch | 0x3f, 3) < 0;
    for (unsigned i = 0; w->exec_hook && i < 64; i++)
        error |= cpu_hook_exec_add(cpu, w->exec_hook + 7 * i);
    cpu_hook_every_insn(cpu, w->every_insn);
    if (error)
        exit(EXIT_FAILURE);
}

/* Runs a world for `steps` in slices; between them pins change, as a machine's devices would do it.
 * False: the processor broke the contract of cpu_run(). */
static bool run_world(struct bed *bed, const struct world *w, const char *engine, uint64_t steps)
{
    bool good = true;

    memcpy(bed->ram, w->ram, WORLD_RAM);
    bed->trace = 0;
    bed->cpu = create(bed, &w->model, engine);
    cpu_set_state(bed->cpu, &w->state);
    set_hooks(bed->cpu, w);
    for (unsigned slice = 1; good && (slice - 1) * SLICE_STEPS < steps; slice++) {
        uint64_t end = slice * SLICE_STEPS, until = end < steps ? end : steps;
        enum cpu_stop stop = cpu_run(bed->cpu, until);
        uint64_t now = cpu_state(bed->cpu)->icount;

        good = now <= until && (stop == CPU_STOP_ICOUNT ? now == until : stop != CPU_STOP_REQUEST);
        if (until == steps)
            break;
        if (stop == CPU_STOP_SHUTDOWN)
            cpu_reset(bed->cpu);
        cpu_set_intr(bed->cpu, slice & 1);
        if (slice == SLICES / 2)
            cpu_set_nmi(bed->cpu);
    }
    return good;
}

static bool same_end(const struct bed *a, const struct bed *b)
{
    return memcmp(cpu_state(a->cpu), cpu_state(b->cpu), sizeof(struct cpu_state)) == 0 &&
           memcmp(a->ram, b->ram, WORLD_RAM) == 0 && a->trace == b->trace;
}

static bool same_after(const struct world *w, const char *engine, uint64_t steps)
{
    static struct bed step, other;
    bool same;

    same = run_world(&step, w, "step", steps) && run_world(&other, w, engine, steps) &&
           same_end(&step, &other);
    cpu_destroy(step.cpu);
    cpu_destroy(other.cpu);
    return same;
}

/* Where an engine first leaves the path, and what stands there. */
static void print_difference(const struct world *w, const char *engine)
{
    static struct bed bed;
    uint64_t good = 0, bad = STEPS;
    const struct cpu_state *s;
    uint8_t code[8] = {0};

    while (bad - good > 1) {
        uint64_t middle = good + (bad - good) / 2;

        if (same_after(w, engine, middle))
            good = middle;
        else
            bad = middle;
    }
    run_world(&bed, w, "step", good);
    s = cpu_state(bed.cpu);
    cpu_peek(bed.cpu, s->cr3, s->seg[SEG_CS].base + s->eip, code, sizeof(code));
    printf("  step %" PRIu64 " at %04x:%08x, code", good, s->seg[SEG_CS].selector, s->eip);
    for (unsigned i = 0; i < sizeof(code); i++)
        printf(" %02x", code[i]);
    printf("\n");
    cpu_destroy(bed.cpu);
}

static bool run_case(uint64_t seed)
{
    static struct world world;
    static struct bed bed;
    bool good;

    cpu_world_make(&world, seed);
    good = run_world(&bed, &world, "step", STEPS);
    cpu_destroy(bed.cpu);
    if (!good)
        printf("seed %" PRIu64 ": step runs past its end or stops for no reason\n", seed);
    for (unsigned i = 0; good && cpu_engines[i]; i++) {
        const char *name = cpu_engines[i]->name;

        good = same_after(&world, name, STEPS);
        if (!good) {
            printf("seed %" PRIu64 ": %s does not end as step does\n", seed, name);
            print_difference(&world, name);
        }
    }
    return good;
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    uint64_t cases = argc > 2 ? strtoull(argv[2], NULL, 0) : DEFAULT_CASES;
    unsigned bad = 0;

    for (uint64_t i = 0; i < cases; i++)
        bad += !run_case(seed + i);
    printf("%" PRIu64 " task switches, %" PRIu64 " ways into v86 mode, %" PRIu64 " out of it\n",
           reached.task_switches, reached.v86_entries, reached.v86_exits);
    printf("%" PRIu64 " worlds from seed %" PRIu64 ", %u bad\n", cases, seed, bad);
    return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
