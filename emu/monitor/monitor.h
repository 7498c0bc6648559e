/*
 * The monitor: commands in words, for looking at a machine and driving it. One table
 * (emu/monitor/monitor.def) gives their names, arguments, help and completion; the terminal
 * (--monitor stdio), gdb (`monitor COMMAND`) and the viewer's prompt all use it.
 *
 * A command may be shortened as long as it stays unique; where several fit, the first of the table
 * that says so counts (`s` is step). Numbers are decimal or 0x...; addresses may be symbols,
 * FILE:LINE, or registers ($esp), with +N or -N behind them. The usual words of gdb and QEMU are
 * understood, too (emu/monitor/monitor_words.def).
 */
#ifndef FORKSCOPE_EMU_MONITOR_H
#define FORKSCOPE_EMU_MONITOR_H

#include <stdbool.h>
#include <stddef.h>

#include "emu/control/control.h"

struct monitor;

/* Where a command's text goes: whole lines, more than one at a time. */
struct monitor_out {
    void (*say)(void *ctx, const char *text);
    void *ctx;
};

/* NULL: out of memory. */
struct monitor *monitor_create(struct control *c);
void monitor_destroy(struct monitor *m);

/* Carries out one line. Commands that order the machine to run return at once, with
 * control_running() true: the caller lets it run, then calls monitor_tell_stop(). */
void monitor_execute(struct monitor *m, const char *line, struct monitor_out out);

/* Why and where the machine stands. */
void monitor_tell_stop(struct monitor *m, struct monitor_out out);

/* The nth word that the last word of `line` may become, NULL behind the last. The text lives until
 * the next call. */
const char *monitor_complete(struct monitor *m, const char *line, unsigned n);
/* What all of those have in common goes into `more`: the letters to be added to `line`, and a space
 * where there is one word only. Returns how many there are. */
unsigned monitor_extend(struct monitor *m, const char *line, char *more, size_t size);

/* `quit` was said. */
bool monitor_quits(const struct monitor *m);

#endif
