/*
 * A kernel's boot on two engines at once.
 *
 *   lockstep_boot KERNEL INITRD COMMAND-LINE [STEPS [SEED]]
 *
 * Two machines run the same guest in slices of random length, one by `step`, one by `block`.
 * Between slices exec hooks and watches come and go, on both. After each slice the CPU's state and
 * all that the hooks were told must be the same; now and then, and at the end, so must all memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/hooks.h"
#include "emu/boot/boot.h"
#include "emu/machine/machine.h"

enum { SLICE_STEPS = 20000, SLICES_TO_MEMORY = 400, RAM_MB = 32, HOOKS = 16 };

struct side {
    struct machine *machine;
    struct cpu_hooks hooks;
    uint64_t told; /* a digest of what the hooks were told, and when */
    uint32_t hook[HOOKS];
    int watch;
};

static uint64_t chance;

static uint32_t below(uint32_t n)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (uint32_t)(chance >> 16) % n;
}

/* ---- Observers ------------------------------------------------------------------------------- */

static void tell(struct side *s, uint64_t what)
{
    s->told = (s->told ^ what ^ machine_icount(s->machine) << 24) * 0x9e3779b97f4a7c15ull;
    s->told ^= s->told >> 29;
}

static void on_exec(void *ctx, uint32_t linear)
{
    tell(ctx, linear);
}

static void on_mem(void *ctx, unsigned kind, uint32_t linear, unsigned size, uint32_t old,
                   uint32_t value)
{
    tell(ctx, (uint64_t)linear << 8 | kind << 4 | size);
    tell(ctx, (uint64_t)old << 32 | value);
}

/* Where the guest is now, it will be again. */
static void change_hook(struct side *s, unsigned i, uint32_t linear)
{
    struct cpu *cpu = machine_cpu(s->machine);

    if (s->hook[i])
        cpu_hook_exec_remove(cpu, s->hook[i]);
    s->hook[i] = linear;
    if (linear && cpu_hook_exec_add(cpu, linear))
        exit(2);
}

static void change_watch(struct side *s, uint32_t first, uint32_t size)
{
    struct cpu *cpu = machine_cpu(s->machine);

    if (s->watch)
        cpu_watch_remove(cpu, s->watch);
    s->watch = size ? cpu_watch_add(cpu, first, first + size - 1, 3) : 0;
}

static void disturb(struct side *a, struct side *b)
{
    const struct cpu_state *s = cpu_state(machine_cpu(a->machine));
    uint32_t linear = below(3) ? s->seg[SEG_CS].base + s->eip : 0, size = below(2) ? 64 : 0;
    uint32_t near_stack = (s->gpr[GPR_ESP] & ~63u) - 64 * below(4);
    unsigned i = below(HOOKS), what = below(20);

    if (what == 0) {
        change_hook(a, i, linear);
        change_hook(b, i, linear);
    } else if (what == 1) {
        change_watch(a, near_stack, size);
        change_watch(b, near_stack, size);
    }
}

/* ---- Two machines ------------------------------------------------------------------------ */

static int fail(const char *why)
{
    printf("lockstep_boot: %s\n", why);
    return 1;
}

static bool start(struct side *s, const struct boot *boot, const char *engine)
{
    struct machine_config config;
    char why[256];

    machine_config_init(&config);
    config.engine = engine;
    config.ram_mb = RAM_MB;
    s->hooks = (struct cpu_hooks){.ctx = s, .exec = on_exec, .mem = on_mem};
    s->machine = machine_create(&config, why, sizeof(why));
    if (s->machine && boot_load(boot, s->machine, why, sizeof(why)) == 0 &&
        machine_attach(s->machine, &s->hooks) == 0)
        return true;
    fail(why);
    return false;
}

static bool same_memory(struct side *a, struct side *b)
{
    return memcmp(machine_ram(a->machine), machine_ram(b->machine), machine_ram_size(a->machine)) ==
           0;
}

static const char *difference(struct side *a, struct side *b)
{
    const struct cpu_state *sa = cpu_state(machine_cpu(a->machine));
    const struct cpu_state *sb = cpu_state(machine_cpu(b->machine));

    if (sa->icount != sb->icount)
        return "icount";
    if (sa->eip != sb->eip || memcmp(sa->gpr, sb->gpr, sizeof(sa->gpr)) != 0)
        return "EIP or a general register";
    if (sa->eflags != sb->eflags)
        return "EFLAGS";
    if (memcmp(sa, sb, sizeof(*sa)) != 0)
        return "another register";
    return a->told != b->told ? "what the hooks were told" : NULL;
}

/* True: go on. */
static bool slice(struct side *a, struct side *b, uint64_t until, const char **differs)
{
    enum machine_end end = machine_run(a->machine, until);

    if (machine_run(b->machine, until) != end)
        *differs = "the reason to stop";
    else
        *differs = difference(a, b);
    return end == MACHINE_RUNNING;
}

static int run(struct side *a, struct side *b, uint64_t steps)
{
    const char *differs = NULL;
    unsigned slices = 0;
    bool on = true;

    while (on && !differs && machine_icount(a->machine) < steps) {
        uint64_t before = machine_icount(a->machine);

        on = slice(a, b, before + 1 + below(SLICE_STEPS), &differs);
        if (++slices % SLICES_TO_MEMORY == 0 && !differs && !same_memory(a, b))
            differs = "memory";
        if (differs)
            printf("in the slice from step %llu: ", (unsigned long long)before);
        disturb(a, b);
    }
    if (!differs && !same_memory(a, b))
        differs = "memory";
    if (differs) {
        printf("%s differs\n", differs);
        return 1;
    }
    printf("%llu steps in %u slices: in step\n", (unsigned long long)machine_icount(a->machine),
           slices);
    return 0;
}

int main(int argc, char **argv)
{
    struct side a = {0}, b = {0};
    struct boot boot = {0};
    char why[256];
    int code;

    if (argc < 4)
        return fail("usage: lockstep_boot KERNEL INITRD COMMAND-LINE [STEPS [SEED]]");
    chance = (argc > 5 ? strtoull(argv[5], NULL, 0) : 1) * 0x9e3779b97f4a7c15ull + 1;
    if (boot_read(&boot, argv[1], argv[2], argv[3], RAM_MB << 20, why, sizeof(why)))
        return fail(why);
    if (!start(&a, &boot, "step") || !start(&b, &boot, "block"))
        return 1;
    code = run(&a, &b, argc > 4 ? strtoull(argv[4], NULL, 0) : 1000000);
    machine_destroy(a.machine);
    machine_destroy(b.machine);
    boot_release(&boot);
    return code;
}
