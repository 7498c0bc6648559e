/*
 * The machine that is looked at: takes it to any position, keeps the journal of what happened.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_DRIVE_H
#define FORKSCOPE_EMU_VIEWER_VIEW_DRIVE_H

#include "emu/session.h"
#include "emu/viewer/view.h"

struct view_drive {
    struct session *session;
    struct inspect in; /* of the machine that is shown */
    struct view_journal journal;
    struct view_serial serial;
    struct trace_collector *collector;
    struct cpu_hooks hooks;
    struct machine *past;
    bool divisor; /* the serial port's first register is its divisor now */
    bool over;
    enum machine_end end;
};

/* The session is open. 0, or -errno with a sentence in `why`. */
int view_drive_open(struct view_drive *d, struct session *s, char *why, size_t why_size);
void view_drive_close(struct view_drive *d);

/* How far the machine has been. */
uint64_t view_drive_frontier(const struct view_drive *d);
/* Exactly there, back or forward; false: the machine ends before it, and stands at its end. */
bool view_drive_goto(struct view_drive *d, uint64_t position);

#endif
