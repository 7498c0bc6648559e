/* What was said to the monitor, and its answers: the last rows. */
#include "emu/viewer/panels.h"

void panel_monitor(struct view *v, struct view_area area)
{
    struct view_area inner = view_area_part(area, 1, 1, area.cols - 2, area.rows - 1);

    panel_title(area, "monitor", ": gives a command");
    if (v->monitor[0] == '\0')
        view_wrap(inner, 0, 1, 4, VIEW_DIM,
                  "The monitor's commands work here, too: type : and then help, info registers, x, "
                  "gdt, tasks, last-write …");
    else if (inner.cols > 0)
        panel_text(inner, v->monitor, v->scroll[PANEL_MONITOR], false);
}
