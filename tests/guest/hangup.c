/*
 * The carrier of the serial line is lost: whoever sat there has gone (S-166).
 *
 *      hangup KERNEL INITRD
 *
 * The session leader gets SIGHUP, which ends it; init starts another shell on the same line, which
 * it can use.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/boot.h"
#include "emu/machine_internal.h"

enum {
    BOOT_STEPS = 12000000,
    STEPS = 2000000,
    OUTPUT_MAX = 4096,
    SKIPPED = 77,
    ENDED_BY_SIGHUP = 128 + 1
};

struct guest {
    struct machine *machine;
    char output[OUTPUT_MAX];
    size_t length;
};

static _Noreturn void die(const char *what, const char *why)
{
    fprintf(stderr, "hangup: %s: %s\n", what, why);
    exit(1);
}

static void collect(void *ctx, uint8_t byte)
{
    struct guest *g = ctx;

    if (g->length < OUTPUT_MAX - 1)
        g->output[g->length++] = (char)byte;
}

static void start(struct guest *g, char **argv, const char *command_line)
{
    static struct boot boot;
    struct machine_config config;
    char why[256];

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
}

/* Long enough for the guest to have nothing to do. */
static enum machine_end run(struct guest *g, uint64_t steps)
{
    uint64_t until = cpu_state(machine_cpu(g->machine))->icount + steps;
    enum machine_end end = MACHINE_RUNNING;

    while (end == MACHINE_RUNNING && cpu_state(machine_cpu(g->machine))->icount < until)
        end = machine_run(g->machine, until);
    return end;
}

static void set_carrier(struct guest *g, bool there)
{
    uart_set_modem(&g->machine->uart, UART_CTS | UART_DSR | (there ? UART_DCD : 0));
}

static void expect(bool ok, const struct guest *g, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "not so: %s; the guest wrote: %s\n", what, g->output);
    exit(1);
}

static void leader_ends(char **argv)
{
    struct guest g;

    start(&g, argv, "quiet init=/bin/init -c cat");
    expect(run(&g, BOOT_STEPS) == MACHINE_RUNNING, &g, "cat waits for input");
    set_carrier(&g, false);
    expect(run(&g, STEPS) == MACHINE_EXIT, &g, "the session ends");
    expect(machine_exit_value(g.machine) == ENDED_BY_SIGHUP, &g, "its leader was ended by SIGHUP");
    machine_destroy(g.machine);
}

/* At once: it must fit into the UART's FIFO. */
static void type(struct guest *g, const char *text)
{
    size_t n = strlen(text);

    expect(machine_serial_input(g->machine, (const uint8_t *)text, n) == n, g, "it can be typed");
    run(g, STEPS);
}

static void next_shell_works(char **argv)
{
    struct guest g;

    start(&g, argv, "quiet");
    run(&g, BOOT_STEPS);
    expect(strstr(g.output, "# ") != NULL, &g, "a shell has prompted");
    set_carrier(&g, false);
    run(&g, STEPS);
    set_carrier(&g, true);
    g.length = 0;
    memset(g.output, 0, sizeof(g.output));
    type(&g, "echo an''other\n");
    expect(strstr(g.output, "another") != NULL, &g, "another shell answers");
    machine_destroy(g.machine);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        die("usage", "hangup KERNEL INITRD");
    if (access(argv[1], R_OK) < 0 || access(argv[2], R_OK) < 0) {
        printf("skipped: the guest is not built\n");
        return SKIPPED;
    }
    leader_ends(argv);
    next_shell_works(argv);
    return 0;
}
