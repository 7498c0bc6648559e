/*
 * The monitor on standard input and output (--monitor stdio). A person gets a prompt with line
 * editing (emu/monitor/monitor_editor.h) and leaves with Ctrl-D; behind the end of a pipe the
 * machine runs on.
 */
#ifndef FORKSCOPE_EMU_MONITOR_TERMINAL_H
#define FORKSCOPE_EMU_MONITOR_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "emu/control/control.h"

struct monitor_terminal;
struct pollfd;

/* `stands`: the machine waits for a command from the start. 0, or -errno with a sentence. */
int monitor_terminal_open(struct monitor_terminal **out, struct control *c, bool stands, char *why,
                          size_t why_size);
void monitor_terminal_close(struct monitor_terminal *t);

/* As those of emu/gdb/gdbstub.h. */
unsigned monitor_terminal_fds(const struct monitor_terminal *t, struct pollfd *fds);
void monitor_terminal_service(struct monitor_terminal *t);
void monitor_terminal_stopped(struct monitor_terminal *t);
/* Ctrl-C while the machine stands: the line that was begun is forgotten. False: nobody is asked for
 * one. */
bool monitor_terminal_interrupt(struct monitor_terminal *t);
bool monitor_terminal_holds(const struct monitor_terminal *t);
bool monitor_terminal_quits(const struct monitor_terminal *t);

#endif
