/* A build without SDL2. */
#include <errno.h>

#include "emu/support/log.h"
#include "emu/viewer/view_window.h"
#include "emu/viewer_build.h"

const bool viewer_has_window = false;

int view_window_run(struct view_stage *stage, const struct view_place *place, char *why,
                    size_t why_size)
{
    (void)stage, (void)place;
    return log_why(why, why_size, -ENOTSUP,
                   "no window: this build has no SDL2; --screenshot FILE and --panel NAME=FILE "
                   "work without");
}
