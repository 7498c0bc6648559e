/*
 * The current step in words: what just happened, what comes next, and at a landmark what is to be
 * seen there.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_EXPLAIN_H
#define FORKSCOPE_EMU_VIEWER_VIEW_EXPLAIN_H

#include "emu/viewer/view.h"

enum { VIEW_EXPLAIN_TEXT = 640 };

struct view_explain {
    char title[VIEW_LINE];         /* "landmark 2: the CPU pushed", or "" */
    char now[VIEW_EXPLAIN_TEXT];   /* what the step before did; "" nothing to say */
    char next[VIEW_EXPLAIN_TEXT];  /* what the next instruction will do; "" nothing to say */
    char story[VIEW_EXPLAIN_TEXT]; /* the landmark's sentence, or "" */
};

void view_explain(const struct view *v, struct view_explain *out);

/* What the next step will do; `to`, VIEW_EXPLAIN_TEXT bytes, is left alone where nothing can be
 * said. */
void view_explain_next(const struct view *v, char *to);

#endif
