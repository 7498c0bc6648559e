/*
 * The tour: the landmarks of a fork in the order in which they came, for slides.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_TOUR_H
#define FORKSCOPE_EMU_VIEWER_VIEW_TOUR_H

#include "emu/viewer/view_stage.h"

enum { VIEW_TOUR_STOPS = LANDMARK_COUNT + 1 };

struct view_tour_stop {
    uint64_t position;
    const char *name;
};

/* The stops of a fork by time; those that never came are left out. Returns how many. */
unsigned view_tour_stops(const struct view_fork *fork, struct view_tour_stop out[VIEW_TOUR_STOPS]);

/* Writes 01-int.png, 01-int.txt, 02-push.png … into a directory, made if need be. 0, or -errno with
 * a sentence in `why`. */
int view_tour_export(struct view_stage *stage, const char *directory, char *why, size_t why_size);

#endif
