/*
 * A run that people take part in: gdb (-gdb, -s), the monitor (--monitor), a machine that waits for
 * them (-S). Between slices of the machine each client is served; none is waited for while the
 * machine runs.
 *
 * The machine stands while any client wants it to, and runs otherwise. At its end it stays to be
 * looked at for as long as somebody is there.
 */
#ifndef FORKSCOPE_EMU_LIVE_H
#define FORKSCOPE_EMU_LIVE_H

#include "emu/control/control.h"

/* Do the options ask for such a run? */
bool live_wanted(const struct options *o);

/* Called when the guest has died and somebody will look at it (--on-crash), before they do. */
struct live_death {
    void (*tell)(void *ctx);
    void *ctx;
};

/* Opens the clients, runs to the end. 0, or -errno with a sentence: a client could not be opened.
 */
int live_run(struct control *c, const struct live_death *death, enum run_end *end, char *why,
             size_t why_size);

#endif
