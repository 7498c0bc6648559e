/*
 * A snapshot: everything that decides a machine's future, at one moment between two steps.
 *
 * That is the CPU's registers and cached translations, the state of every device (the table in
 * statelayout.c), the clock with its deadlines, jitter, and RAM (emu/time/ramimage.h). Not in it:
 * wiring, configuration, hooks, decoded code, ROM, and what the outside will still send
 * (emu/time/inputlog.h). A machine of the same configuration that a snapshot is loaded into goes on
 * exactly as the one that it was saved from, in whichever engine.
 */
#ifndef FORKSCOPE_EMU_SNAPSHOT_H
#define FORKSCOPE_EMU_SNAPSHOT_H

#include "emu/machine/machine.h"
#include "emu/time/ramimage.h"
#include "emu/time/statelayout.h"

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

/* One state of the machine as bytes (emu/time/statelayout.h), and back: as section_decode(). */
enum { SNAPSHOT_SECTION_MAX = 65536 };
void snapshot_encode(const struct machine *m, const struct section *section, uint8_t *to);
const char *snapshot_decode(struct machine *m, const struct section *section, const uint8_t *from);

/* A number that differs where two machines would go on differently; the same on every host. */
uint64_t snapshot_hash(const struct machine *m);

#endif
