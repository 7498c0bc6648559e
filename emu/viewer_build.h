/*
 * What the viewer of this build can do, for `forkscope doctor`. Defined in emu/viewer/.
 */
#ifndef FORKSCOPE_EMU_VIEWER_BUILD_H
#define FORKSCOPE_EMU_VIEWER_BUILD_H

#include <stdbool.h>

extern const bool viewer_has_window, viewer_has_png;
/* "Spleen" or "plain". */
const char *viewer_letters(void);

#endif
