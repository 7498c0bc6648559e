/*
 * --on-crash view: a run that died is shown in the viewer, at its end, from where one can go back.
 *
 * What is shown is the same run once more, by a recording of it, so that what was typed is there,
 * too; the outputs of the run are not written a second time.
 */
#ifndef FORKSCOPE_EMU_CRASH_VIEW_H
#define FORKSCOPE_EMU_CRASH_VIEW_H

#include "emu/options.h"

struct crash_view {
    char path[256]; /* of a recording of our own; "": the run has one, or needs none */
};

/* Before the run is opened: sees that it leaves a recording. Without it the viewer shows a run
 * without input. */
void crash_view_prepare(struct crash_view *v, struct options *o);

/* After it: shows it if it died, with a word on stderr where it cannot, and cleans up. */
void crash_view_finish(const struct crash_view *v, const struct options *o, bool died);

#endif
