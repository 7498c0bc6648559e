/*
 * gdb's remote protocol: `target remote :1234` on a live machine.
 *
 * A guest whose tasks are known (emu/guest/tasks.h) shows its processes as gdb's inferiors: process
 * id and thread id are tgid and pid; the kernel's own threads, and the time before there are tasks,
 * are process GDB_KERNEL. Memory is read through the page tables of the process asked about,
 * registers of a task that sleeps are its user registers, as saved on its kernel stack. Any other
 * guest is one process with one thread, 1.1.
 *
 * The machine always runs as a whole: what gdb resumes or not decides only what is reported.
 * Breakpoints at kernel addresses are for every process, others for the process that asked.
 *
 * One client at a time. It is never trusted and never waited for: whatever it sends, or stops to
 * read, only ends its connection.
 */
#ifndef FORKSCOPE_EMU_GDBSTUB_H
#define FORKSCOPE_EMU_GDBSTUB_H

#include <stdbool.h>
#include <stddef.h>

#include "emu/control/control.h"

enum { GDB_KERNEL = 99999 };

struct gdbstub;
struct pollfd;

/* `spec` as -gdb has it: "tcp:[HOST]:PORT"; without HOST only this machine can connect, port 0
 * takes any free one. Says on stderr where it listens. 0, or -errno with a sentence. */
int gdbstub_open(struct gdbstub **out, struct control *c, const char *spec, char *why,
                 size_t why_size);
void gdbstub_close(struct gdbstub *g);

/* Is `spec` of that form? */
bool gdbstub_spec_valid(const char *spec);

/* What to poll() for: up to 2 descriptors; returns how many. */
unsigned gdbstub_fds(const struct gdbstub *g, struct pollfd *fds);
/* Takes what has come, and gives orders. Never blocks. */
void gdbstub_service(struct gdbstub *g);
/* Has the person behind gdb pressed Ctrl-C, or gone? For while the machine works and nothing is
 * served: nothing is taken out of the stream but that, and acknowledgements. */
bool gdbstub_is_impatient(struct gdbstub *g);
/* The machine has come to stand. */
void gdbstub_stopped(struct gdbstub *g);

bool gdbstub_connected(const struct gdbstub *g);
/* The client wants the machine to stand. */
bool gdbstub_holds(const struct gdbstub *g);
/* The client has killed the machine. */
bool gdbstub_killed(const struct gdbstub *g);

#endif
