/*
 * All that a picture needs: what is looked at, what is shown of it, letters and colours.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_STAGE_H
#define FORKSCOPE_EMU_VIEWER_VIEW_STAGE_H

#include "emu/options.h"
#include "emu/viewer/view_drive.h"
#include "emu/viewer/view_font.h"
#include "emu/viewer/view_place.h"
#include "emu/viewer/view_theme.h"

struct view_stage {
    struct options *options;
    struct view_drive *drive;
    struct view view;
    struct view_font font;
    const struct view_theme *theme;
};

/* Takes the drive, which may be NULL after an error, and closes it. The options outlive the stage;
 * `home` is the file near which sources are looked for. 0, or -errno with a sentence in `why`;
 * view_stage_close() in any case. */
int view_stage_open(struct view_stage *stage, struct options *o, struct view_drive *drive,
                    const char *home, char *why, size_t why_size);
void view_stage_close(struct view_stage *stage);

/* Goes to a position; what was shown before is remembered, to mark what differs. */
void view_stage_goto(struct view_stage *stage, uint64_t position);
/* Goes to a place, with the step before it as what was shown before. 0, or -errno with a sentence
 * in `why` where the guest never comes there. */
int view_stage_find(struct view_stage *stage, const struct view_place *place, char *why,
                    size_t why_size);
/* Runs ahead, at most `steps`, until the fork of this number is over. NULL: no such fork. */
const struct view_fork *view_stage_fork(struct view_stage *stage, unsigned number, uint64_t steps);

/* Finds out all that the last drawing asked for. False: that was nothing. */
bool view_stage_look_around(struct view_stage *stage);

/* The whole picture at its usual size. 0, or -errno with a sentence in `why`. */
int view_stage_picture(struct view_stage *stage, const char *path, char *why, size_t why_size);

#endif
