/*
 * The log of -d: what the CPU does, one line a thing, for those who know QEMU's -d.
 *
 *   int    every interrupt and exception delivered, with its vector, error code and where from
 *   exec   every instruction about to be carried out, by address and symbol
 *
 * Each line begins with the instruction count. For more than that there is the trace.
 */
#ifndef FORKSCOPE_EMU_CPULOG_H
#define FORKSCOPE_EMU_CPULOG_H

#include <stddef.h>

#include "emu/guest/symbols.h"
#include "emu/machine/machine.h"

struct cpulog;

/* Are all names of a comma list known? 0, or -EINVAL with a sentence in `why`. */
int cpulog_check(const char *items, char *why, size_t why_size);

/* `path` NULL: stderr. Attaches to the machine. 0 and *out, or -errno with a sentence in `why`. */
int cpulog_open(struct cpulog **out, struct machine *m, const struct symbols *symbols,
                const char *items, const char *path, char *why, size_t why_size);

/* The first write error so far, as -errno, with a sentence; 0: none. */
int cpulog_flush(struct cpulog *log, char *why, size_t why_size);
/* Detaches and closes; NULL is allowed. As cpulog_flush(). */
int cpulog_close(struct cpulog *log, char *why, size_t why_size);

#endif
