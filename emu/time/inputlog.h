/*
 * Everything that came to a machine from outside, in order, with the moment at which it came.
 *
 * A moment is a step and a turn within it (machine_turn()). A machine that starts in the same state
 * and is given the same log does the same things, step by step: that is how the past is run again
 * (emu/time/history.h) and how a recording is replayed (emu/run/recording.h).
 */
#ifndef FORKSCOPE_EMU_INPUTLOG_H
#define FORKSCOPE_EMU_INPUTLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/machine/machine.h"

struct moment {
    uint64_t icount;
    uint32_t turn;
};

/* Is `a` earlier than `b`? */
static inline bool moment_before(struct moment a, struct moment b)
{
    return a.icount < b.icount || (a.icount == b.icount && a.turn < b.turn);
}

struct moment moment_now(const struct machine *m);

/* Stable: recordings hold these numbers. */
enum input_kind {
    INPUT_SERIAL = 1,    /* bytes that the UART accepted */
    INPUT_KEY = 2,       /* a scan code that the keyboard accepted */
    INPUT_MEMORY = 3,    /* a debugger's write: physical address (4 bytes), then the bytes */
    INPUT_REGISTERS = 4, /* a debugger's: the CPU's state (emu/time/statelayout.h) */
    INPUT_CARRIER = 5,   /* one byte, 1 or 0: the modem's carrier has come or gone */
};

struct input {
    struct moment when;
    enum input_kind kind;
    uint32_t size;
    uint8_t *bytes;
};

struct inputlog {
    struct input *input;
    size_t count, room;
    size_t next; /* the first one that the machine has not got yet */
};

void inputlog_release(struct inputlog *log);

/* Adds one at the end; `when` is not before the last one's. 0 or -ENOMEM. */
int inputlog_add(struct inputlog *log, struct moment when, enum input_kind kind, const void *bytes,
                 uint32_t size);
/* The same for registers. */
int inputlog_add_registers(struct inputlog *log, struct moment when, const struct cpu_state *state);
/* Bytes of such an entry. */
size_t inputlog_registers_size(void);

/* Forgets what has not been given to the machine. */
void inputlog_truncate(struct inputlog *log);

/* The machine was put back to `now`, before any input of that moment. */
void inputlog_rewind(struct inputlog *log, struct moment now);

/* Gives the machine the input of this very moment, if there is any. */
void inputlog_feed(struct inputlog *log, struct machine *m);

/*
 * As machine_run(), with the input that comes on the way; the input of step `until` itself is left
 * for the next call. Where the log has ended the machine runs on without.
 */
enum machine_end inputlog_run(struct inputlog *log, struct machine *m, uint64_t until);

/* From the step of `to` on to its turn, with all the input that came before it or then. False: the
 * machine does not do what it did when the log was written. */
bool inputlog_finish(struct inputlog *log, struct machine *m, struct moment to);

#endif
