/*
 * A snapshot: everything that decides a machine's future, at one moment between two steps.
 *
 * That is the CPU's registers and cached translations, the state of every device (the table in
 * snapshot.c), the clock with its deadlines, jitter, and RAM (emu/ramimage.h). Not in it: wiring,
 * configuration, hooks, decoded code, ROM, and what the outside will still send (emu/inputlog.h).
 * A machine of the same configuration that a snapshot is loaded into goes on exactly as the one
 * that it was saved from, in whichever engine.
 */
#ifndef FORKSCOPE_EMU_SNAPSHOT_H
#define FORKSCOPE_EMU_SNAPSHOT_H

#include "emu/machine.h"
#include "emu/ramimage.h"

struct snapshot {
    uint64_t icount;
    struct ramimage ram;
    uint8_t *state; /* all but RAM */
    size_t state_size;
};

/* 0 or -ENOMEM. */
int snapshot_save(struct snapshot *snapshot, struct machine *m, struct ramstore *store);
void snapshot_load(const struct snapshot *snapshot, struct machine *m, struct ramstore *store);
void snapshot_drop(struct snapshot *snapshot, struct ramstore *store);

#endif
