/*
 * A recording of events (forkscope run --trace) as what is looked at, without a machine.
 *
 * It is read piece by piece, while something is looked for and while nobody asks for anything, up
 * to the VIEW_EVENTS_MAX events that the journal holds; who goes on from there loses the oldest. A
 * step leads to the next position that an event tells of.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_EVENTS_H
#define FORKSCOPE_EMU_VIEWER_VIEW_EVENTS_H

#include "emu/viewer/view_drive.h"

/* 0, or -errno with a sentence in `why`: what trace_reader_open() says, or that the first event
 * cannot be read. view_drive_close() in any case. */
int view_events_open(struct view_drive **out, const char *path, char *why, size_t why_size);

#endif
