#include "guest_machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/boot/boot.h"

enum { SKIPPED = 77 };

static _Noreturn void die(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void collect(void *ctx, uint8_t byte)
{
    struct guest_machine *g = ctx;

    if (g->length < GUEST_OUTPUT_MAX - 1)
        g->output[g->length++] = (char)byte;
}

void guest_start(struct guest_machine *g, char **argv, const char *command_line)
{
    struct boot boot = {0};
    struct machine_config config;
    char why[256];

    if (access(argv[1], R_OK) < 0 || access(argv[2], R_OK) < 0) {
        printf("skipped: the guest is not built\n");
        exit(SKIPPED);
    }
    memset(g, 0, sizeof(*g));
    machine_config_init(&config);
    config.serial = (struct char_out){collect, g};
    g->machine = machine_create(&config, why, sizeof(why));
    if (!g->machine)
        die("machine", why);
    if (boot_read(&boot, argv[1], argv[2], command_line, machine_ram_size(g->machine), why,
                  sizeof(why)) ||
        boot_load(&boot, g->machine, why, sizeof(why)))
        die(argv[1], why);
    boot_release(&boot);
}

void guest_end(struct guest_machine *g)
{
    machine_destroy(g->machine);
}

enum machine_end guest_run(struct guest_machine *g, uint64_t steps)
{
    uint64_t until = cpu_state(machine_cpu(g->machine))->icount + steps;
    enum machine_end end = MACHINE_RUNNING;

    while (end == MACHINE_RUNNING && cpu_state(machine_cpu(g->machine))->icount < until)
        end = machine_run(g->machine, until);
    return end;
}

void guest_type(struct guest_machine *g, const char *text)
{
    size_t n = strlen(text);

    guest_expect(machine_serial_input(g->machine, (const uint8_t *)text, n) == n, g,
                 "it can be typed");
    guest_run(g, GUEST_STEPS);
}

void guest_expect(bool ok, const struct guest_machine *g, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "not so: %s; the guest wrote: %s\n", what, g->output);
    exit(1);
}
