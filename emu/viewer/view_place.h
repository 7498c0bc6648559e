/*
 * A place as people write it: "6046042" a step, "push" a landmark of the first fork, "2:frame" of
 * the second, "end".
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_PLACE_H
#define FORKSCOPE_EMU_VIEWER_VIEW_PLACE_H

#include "emu/viewer/view_journal.h"

enum view_place_kind { VIEW_PLACE_STEP, VIEW_PLACE_LANDMARK, VIEW_PLACE_EAX, VIEW_PLACE_END };

struct view_place {
    enum view_place_kind kind;
    uint64_t step;
    unsigned fork;
    enum view_landmark landmark;
};

/* 0, or -EINVAL with a sentence in `why`. */
int view_place_parse(const char *text, struct view_place *out, char *why, size_t why_size);

/* The position of a place in a fork; VIEW_NEVER: it did not come to that. */
uint64_t view_place_in(const struct view_place *place, const struct view_fork *fork);

#endif
