/*
 * The benchmark kernel on a machine that is being watched: what does watching cost?
 *
 *   bench_hooks MODE KERNEL COMMAND-LINE
 *
 *   none        nothing attached
 *   idle        a function for every hook, none of them armed
 *   exec        one exec hook, on the kernel's entry
 *   interrupts  every interrupt and every IRET
 *   ring        every instruction with its data access, into a ring
 *   history     nothing attached, and every step can be gone back to
 *
 * The debug console's bytes go to standard output at once, so that tools/bench can take the time
 * between two of them.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cpu/hooks.h"
#include "emu/boot/boot.h"
#include "emu/machine/machine.h"
#include "emu/time/history.h"

enum { RING_RECORDS = 1 << 13 };

struct watcher {
    struct machine *machine;
    struct history *history;
    struct cpu_hooks hooks;
    uint64_t seen;
};

static void put(void *ctx, uint8_t byte)
{
    (void)ctx;
    if (write(STDOUT_FILENO, &byte, 1) != 1)
        _exit(1);
}

static void on_exec(void *ctx, uint32_t linear)
{
    struct watcher *w = ctx;

    w->seen += linear != 0;
}

static void on_mem(void *ctx, unsigned kind, uint32_t linear, unsigned size, uint32_t old,
                   uint32_t value)
{
    struct watcher *w = ctx;

    w->seen += kind + linear + size + old + value;
}

static void on_interrupt(void *ctx, const struct cpu_int_event *event)
{
    struct watcher *w = ctx;

    w->seen += event->slot_count;
}

static void on_iret(void *ctx, const struct cpu_iret_event *event)
{
    struct watcher *w = ctx;

    w->seen += event->slot_count;
}

static void on_cr_write(void *ctx, unsigned cr, uint32_t old, uint32_t value)
{
    struct watcher *w = ctx;

    w->seen += cr + (old != value);
}

static void arm_idle(struct watcher *w)
{
    w->hooks.exec = on_exec;
    w->hooks.insn = on_exec;
    w->hooks.mem = on_mem;
}

static void arm_exec(struct watcher *w)
{
    w->hooks.exec = on_exec;
    cpu_hook_exec_add(machine_cpu(w->machine), cpu_state(machine_cpu(w->machine))->eip);
}

static void arm_interrupts(struct watcher *w)
{
    w->hooks.interrupt = on_interrupt;
    w->hooks.iret = on_iret;
    w->hooks.cr_write = on_cr_write;
}

static void arm_ring(struct watcher *w)
{
    if (cpu_ring_start(machine_cpu(w->machine), RING_RECORDS))
        _exit(1);
}

static void arm_history(struct watcher *w)
{
    w->history = history_create(w->machine, &(struct history_config){0});
    if (!w->history)
        _exit(1);
}

static void arm_nothing(struct watcher *w)
{
    (void)w;
}

static const struct {
    const char *name;
    void (*arm)(struct watcher *w);
} modes[] = {
    {"none", arm_nothing},          {"idle", arm_idle}, {"exec", arm_exec},
    {"interrupts", arm_interrupts}, {"ring", arm_ring}, {"history", arm_history},
};
enum { MODES = sizeof(modes) / sizeof(modes[0]) };

static int fail(const char *why)
{
    fprintf(stderr, "bench_hooks: %s\n", why);
    return 2;
}

static int run(struct watcher *w)
{
    enum machine_end end = MACHINE_RUNNING;

    while (end == MACHINE_RUNNING)
        end =
            w->history ? history_run(w->history, UINT64_MAX) : machine_run(w->machine, UINT64_MAX);
    return end == MACHINE_EXIT ? 0 : fail("the kernel did not come to its end");
}

int main(int argc, char **argv)
{
    struct watcher w = {.hooks.ctx = &w};
    struct machine_config config;
    struct boot boot = {0};
    char why[256];
    unsigned mode = 0;

    while (argc == 4 && mode < MODES && strcmp(modes[mode].name, argv[1]) != 0)
        mode++;
    if (argc != 4 || mode == MODES)
        return fail(
            "usage: bench_hooks none|idle|exec|interrupts|ring|history KERNEL COMMAND-LINE");
    machine_config_init(&config);
    config.debugcon = (struct char_out){put, NULL};
    w.machine = machine_create(&config, why, sizeof(why));
    if (!w.machine || boot_read(&boot, argv[2], NULL, argv[3], 64 << 20, why, sizeof(why)) ||
        boot_load(&boot, w.machine, why, sizeof(why)))
        return fail(why);
    modes[mode].arm(&w);
    if (machine_attach(w.machine, &w.hooks))
        return fail("out of memory");
    mode = (unsigned)run(&w);
    history_destroy(w.history);
    machine_destroy(w.machine);
    boot_release(&boot);
    return (int)mode;
}
