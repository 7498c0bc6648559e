/*
 * A machine that runs the guest, for tests that act on it from outside. A failure is told on stderr
 * and ends the test.
 */
#ifndef TESTS_GUEST_MACHINE_H
#define TESTS_GUEST_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/machine/machine.h"

enum { GUEST_OUTPUT_MAX = 4096, GUEST_BOOT_STEPS = 12000000, GUEST_STEPS = 2000000 };

struct guest_machine {
    struct machine *machine;
    char output[GUEST_OUTPUT_MAX]; /* of the serial line; ends with NUL */
    size_t length;
};

/* Loads the kernel argv[1] with the initrd argv[2]; exits with 77 where they are not there. */
void guest_start(struct guest_machine *g, char **argv, const char *command_line);
void guest_end(struct guest_machine *g);

/* BOOT_STEPS are enough for init to wait, STEPS for it to answer. */
enum machine_end guest_run(struct guest_machine *g, uint64_t steps);

/* Typed on the serial line at once, so it must fit into the UART's FIFO; then the guest answers. */
void guest_type(struct guest_machine *g, const char *text);

void guest_expect(bool ok, const struct guest_machine *g, const char *what);

#endif
