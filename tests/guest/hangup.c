/*
 * The carrier of the serial line is lost: whoever sat there has gone (S-166).
 *
 *      hangup KERNEL INITRD
 *
 * The session leader gets SIGHUP, which ends it; init starts another shell on the same line, which
 * it can use.
 */
#include <string.h>

#include "emu/machine/machine_internal.h"
#include "guest_machine.h"

enum { ENDED_BY_SIGHUP = 128 + 1 };

static void set_carrier(struct guest_machine *g, bool there)
{
    uart_set_modem(&g->machine->uart, UART_CTS | UART_DSR | (there ? UART_DCD : 0));
}

static void leader_ends(char **argv)
{
    struct guest_machine g;

    guest_start(&g, argv, "quiet init=/bin/init -c cat");
    guest_expect(guest_run(&g, GUEST_BOOT_STEPS) == MACHINE_RUNNING, &g, "cat waits for input");
    set_carrier(&g, false);
    guest_expect(guest_run(&g, GUEST_STEPS) == MACHINE_EXIT, &g, "the session ends");
    guest_expect(machine_exit_value(g.machine) == ENDED_BY_SIGHUP, &g,
                 "its leader was ended by SIGHUP");
    guest_end(&g);
}

static void next_shell_works(char **argv)
{
    struct guest_machine g;

    guest_start(&g, argv, "quiet");
    guest_run(&g, GUEST_BOOT_STEPS);
    guest_expect(strstr(g.output, "# ") != NULL, &g, "a shell has prompted");
    set_carrier(&g, false);
    guest_run(&g, GUEST_STEPS);
    set_carrier(&g, true);
    g.length = 0;
    memset(g.output, 0, sizeof(g.output));
    guest_type(&g, "echo an''other\n");
    guest_expect(strstr(g.output, "another") != NULL, &g, "another shell answers");
    guest_end(&g);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    leader_ends(argv);
    next_shell_works(argv);
    return 0;
}
