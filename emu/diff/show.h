/*
 * What `forkscope diff` prints: the events around the difference, what differs in them, and the
 * registers and the stack that each side was last known to have.
 */
#ifndef FORKSCOPE_EMU_DIFF_SHOW_H
#define FORKSCOPE_EMU_DIFF_SHOW_H

#include "emu/diff/known.h"
#include "emu/diff/side.h"

enum { DIFF_CONTEXT = 10 };

struct diff {
    struct diff_side side[2];
    enum trace_level level;
    uint64_t same;              /* events that both have */
    char *before[DIFF_CONTEXT]; /* the last of them, a ring */
    struct trace_event frame[2],
        regs[2]; /* the last with pushed words, with registers; seq 0: none */
    struct diff_known known[2];
    bool aligned;     /* they go on alike, */
    unsigned only[2]; /* after so many events of each */
};

/* An event that both have: the items are given away. */
void diff_remember(struct diff *d, struct diff_item a, struct diff_item b);
void diff_forget(struct diff *d);
/* On standard output: the traces part at what each side has next. */
void diff_show(struct diff *d);

#endif
