/*
 * The parent's end of the native program: starts it, hands it batches, notices when it dies.
 */
#ifndef FORKSCOPE_TESTS_ORACLE_NATIVE_H
#define FORKSCOPE_TESTS_ORACLE_NATIVE_H

#include <stdbool.h>

#include "tests/oracle/oracle_case.h"

struct native;

/* NULL with a sentence in `why` where the program cannot run here. */
struct native *native_start(const char *program, char *why, unsigned long why_size);
void native_stop(struct native *native);

/* The limit of GDT entry 15, where Linux keeps the number of the CPU and its node for getcpu(). The
 * program stays on one CPU so that this stays the same. */
uint32_t native_cpu_limit(const struct native *native);

struct oracle_batch *native_batch(struct native *native, unsigned number);

/* Starts work on a batch; the other may be filled meanwhile. 0 or -errno. */
int native_submit(struct native *native, unsigned number);

/* Waits for the batch. -EPIPE: the program died at batch->current; -ETIMEDOUT: it hangs there. In
 * both cases it is gone, and native_start() makes a new one. */
int native_wait(struct native *native);

#endif
