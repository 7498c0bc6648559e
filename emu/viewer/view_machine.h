/*
 * A live machine, or one that replays recorded input, as what is looked at.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_MACHINE_H
#define FORKSCOPE_EMU_VIEWER_VIEW_MACHINE_H

#include "emu/run/session.h"
#include "emu/viewer/view_drive.h"

/* The session is open and live, and outlives the drive. 0, or -errno with a sentence in `why`;
 * view_drive_close() in any case. */
int view_machine_open(struct view_drive **out, struct session *s, char *why, size_t why_size);

#endif
