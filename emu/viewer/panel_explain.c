/* The current step in words, under everything else. */
#include "emu/viewer/panels.h"
#include "emu/viewer/view_explain.h"

void panel_explain(struct view *v, struct view_area area)
{
    struct view_area inner = view_area_part(area, 1, 0, area.cols - 2, area.rows);
    struct view_explain e;
    int y = 1;

    view_explain(v, &e);
    panel_title(area, e.title[0] ? e.title : "this step", "");
    if (e.story[0])
        y = view_wrap(inner, 0, y, 2, VIEW_NOTE, e.story);
    if (e.now[0])
        y = view_wrap(inner, 0, y, 2, VIEW_TEXT, e.now);
    view_wrap(inner, 0, y, 2, VIEW_DIM, e.next);
}
