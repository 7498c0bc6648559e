/*
 * The machine that is looked at: taken to any position it has been at, and further; with the
 * journal of what happened and what it sent.
 *
 * Orders that may take long are given and then worked off in pieces, as emu/control/control.h has
 * it. view_drive_goto() is for what is near, or known to be quick.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_DRIVE_H
#define FORKSCOPE_EMU_VIEWER_VIEW_DRIVE_H

#include "emu/control/control.h"
#include "emu/monitor/monitor.h"
#include "emu/run/session.h"
#include "emu/viewer/view.h"

struct view_drive {
    struct session *session;
    struct control *control;
    struct monitor *monitor;
    struct view_journal journal;
    struct view_serial serial;
    struct trace_collector *collector;
    struct cpu_hooks hooks;
    bool divisor;                     /* the serial port's first register is its divisor now */
    int64_t quiet_since, idle_before; /* virtual time: since when the guest does nothing */
    bool waits;                       /* it has done nothing for a while: input would help */
};

/* The session is open and live. 0, or -errno with a sentence in `why`; view_drive_close() in any
 * case. */
int view_drive_open(struct view_drive *d, struct session *s, char *why, size_t why_size);
void view_drive_close(struct view_drive *d);

/* What can be gone to: the first position, and how far the machine has been. */
uint64_t view_drive_first(const struct view_drive *d);
uint64_t view_drive_frontier(const struct view_drive *d);

/* Exactly there, back or forward; false: the machine ends before it, and stands at its end. */
bool view_drive_goto(struct view_drive *d, uint64_t position);

/* Ahead, up to `position`, when something is looked for: false where that is of no use, because the
 * run is over or the guest waits for input. view_drive_stir() before the first. */
bool view_drive_ahead(struct view_drive *d, uint64_t position);
void view_drive_stir(struct view_drive *d);

/* As control_go() and control_work(); ends by itself when the guest waits for input. */
int view_drive_order(struct view_drive *d, const struct control_order *order, char *why,
                     size_t why_size);
bool view_drive_work(struct view_drive *d, uint64_t steps);
void view_drive_pause(struct view_drive *d);
/* Why it stands, in words; "" where there is nothing to say. */
void view_drive_describe(const struct view_drive *d, char *to, size_t size);

/* A byte for the serial port. Given in the past, it begins another future. */
void view_drive_type(struct view_drive *d, uint8_t byte);

/* "do_fork", "fork.c:120", "0xc0100104", "c0100104". 0, or -EINVAL with a sentence in `why`. */
int view_drive_locate(const struct view_drive *d, const char *text, uint32_t *address, char *why,
                      size_t why_size);
/* A breakpoint or watchpoint there: 1 it is set, 0 it was removed, -ENOMEM. */
int view_drive_toggle(struct view_drive *d, uint32_t address, bool watch);
/* Goes back to the last step that wrote the word at `address`, and says who it was; stays where it
 * is if nobody did. */
void view_drive_last_writer(struct view_drive *d, uint32_t address, char *says, size_t size);

#endif
