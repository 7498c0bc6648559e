/*
 * How long going back takes: one step, from random steps of a kernel's run, and a search through
 * all of it for something that never happened. Times are of the host's clock; no test looks at
 * them.
 *
 *   bench_history KERNEL INITRD|- COMMAND-LINE STEPS
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "emu/boot/boot.h"
#include "emu/time/history.h"

enum { VISITS = 300 };

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int ascending(const void *a, const void *b)
{
    const double *p = a, *q = b;

    return *p < *q ? -1 : *p > *q;
}

static void step_back(struct history *h, uint64_t steps)
{
    static double first[VISITS], second[VISITS];
    uint64_t random = 1;

    for (unsigned i = 0; i < VISITS; i++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        uint64_t at = 2 + (random >> 16) % (steps - 2);
        double then = seconds();

        history_goto(h, at);
        first[i] = seconds() - then;
        then = seconds();
        history_goto(h, at - 1);
        second[i] = seconds() - then;
    }
    qsort(first, VISITS, sizeof(double), ascending);
    qsort(second, VISITS, sizeof(double), ascending);
    printf("goto a random step       median %6.2f ms, longest %6.2f ms\n", first[VISITS / 2] * 1e3,
           first[VISITS - 1] * 1e3);
    printf("one step back from there median %6.2f ms, longest %6.2f ms\n", second[VISITS / 2] * 1e3,
           second[VISITS - 1] * 1e3);
}

static void never(void *ctx, uint32_t linear)
{
    (void)ctx;
    (void)linear;
}

static void search(struct history *h, struct machine *m, uint64_t steps)
{
    const struct cpu_hooks hooks = {.exec = never};
    double then;
    uint64_t found;

    history_goto_end(h);
    cpu_hook_exec_add(machine_cpu(m), 1);
    then = seconds();
    history_find_back(h, &hooks, UINT64_MAX, &found);
    printf("search of all %" PRIu64 " M steps: %.2f s\n", steps / 1000000, seconds() - then);
    cpu_hook_exec_remove(machine_cpu(m), 1);
}

static double run_to(struct machine *m, struct history *h, uint64_t steps)
{
    enum machine_end end = MACHINE_RUNNING;
    double then = seconds();

    while (machine_icount(m) < steps && end == MACHINE_RUNNING)
        end = h ? history_run(h, steps) : machine_run(m, steps);
    return seconds() - then;
}

static struct machine *boot_machine(const struct boot *boot)
{
    struct machine_config config;
    struct machine *m;
    char why[256];

    machine_config_init(&config);
    m = machine_create(&config, why, sizeof(why));
    if (m && boot_load(boot, m, why, sizeof(why)) == 0)
        return m;
    fprintf(stderr, "bench_history: %s\n", why);
    exit(2);
}

int main(int argc, char **argv)
{
    struct boot boot = {0};
    char why[256];

    if (argc != 5) {
        fprintf(stderr, "usage: bench_history KERNEL INITRD|- COMMAND-LINE STEPS\n");
        return 2;
    }
    if (boot_read(&boot, argv[1], strcmp(argv[2], "-") == 0 ? NULL : argv[2], argv[3], 64 << 20,
                  why, sizeof(why))) {
        fprintf(stderr, "bench_history: %s\n", why);
        return 2;
    }
    struct machine *m = boot_machine(&boot), *plain = boot_machine(&boot);
    struct history *h = history_create(m, &(struct history_config){0});
    uint64_t steps = strtoull(argv[4], NULL, 10);
    double off = run_to(plain, NULL, steps), on = run_to(m, h, steps);

    steps = machine_icount(m);
    printf("forwards: %.3f s without history, %.3f s with it; %u snapshots, %zu KB\n", off, on,
           history_stats(h).snapshots, history_stats(h).bytes / 1024);
    step_back(h, steps);
    search(h, m, steps);
    history_destroy(h);
    machine_destroy(m);
    machine_destroy(plain);
    boot_release(&boot);
    return 0;
}
