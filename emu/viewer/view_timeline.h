/*
 * The scale of the timeline: which position a column stands for.
 *
 * A fork's landmarks are unevenly spread: thousands of steps lie between two, and one step between
 * others. So the scale goes from landmark to landmark, each stretch as wide as the logarithm of
 * its steps; within a stretch it is even.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_TIMELINE_H
#define FORKSCOPE_EMU_VIEWER_VIEW_TIMELINE_H

#include "emu/viewer/view.h"

enum { VIEW_SCALE_KNOTS = LANDMARK_COUNT + 4 };

struct view_scale {
    unsigned count; /* of knots, at least 2 */
    struct {
        int column;
        uint64_t position;
    } knot[VIEW_SCALE_KNOTS];
};

/* From the positions around a fork, or of the whole run where there is none, to `columns`. */
void view_scale_make(struct view_scale *scale, const struct view *v, int columns);
uint64_t view_scale_position(const struct view_scale *scale, int column);
/* -1 and `columns` for what lies outside. */
int view_scale_column(const struct view_scale *scale, uint64_t position);

#endif
