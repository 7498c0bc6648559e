/* The parts of view_ui.c. Private to emu/viewer/view_{ui,ui_draw,mouse,moves,prompts}.c. */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_UI_PARTS_H
#define FORKSCOPE_EMU_VIEWER_VIEW_UI_PARTS_H

#include <stdio.h>

#include "emu/viewer/view_ui.h"

/* Steps between two looks at keys and mouse: a few milliseconds. */
enum { VIEW_UI_WORK = 500000 };

/* A sentence for the last row. */
#define SAY(ui, ...) snprintf((ui)->message, sizeof((ui)->message), __VA_ARGS__)

static inline struct view *view_of(struct view_ui *ui)
{
    return &ui->stage->view;
}

/* ---- view_ui.c --------------------------------------------------------------------------- */

void view_ui_key(struct view_ui *ui, uint32_t key);

/* ---- view_mouse.c ------------------------------------------------------------------------ */

void view_mouse_press(struct view_ui *ui, int x, int y);
void view_mouse_move(struct view_ui *ui, int x, int y);
void view_mouse_release(struct view_ui *ui);

/* The cells between the two that a drag began and ended at, whichever of them is above or left; a
 * window has an edge beyond its last cell, and may have become smaller. */
struct view_rectangle {
    int x0, y0, x1, y1;
};
struct view_rectangle view_mouse_marked(const struct view_ui *ui);
/* The marked cells, or everything, as text. */
void view_mouse_copy(struct view_ui *ui);

/* ---- view_moves.c: where keys lead ------------------------------------------------------- */

void view_move_to(struct view_ui *ui, uint64_t position);
void view_move_order(struct view_ui *ui, enum control_action action, bool back);
void view_move_out_back(struct view_ui *ui);
void view_move_run(struct view_ui *ui); /* or pauses */
void view_move_step(struct view_ui *ui, bool back);
void view_move_int(struct view_ui *ui, bool back);
void view_move_fork(struct view_ui *ui, bool back);
void view_move_landmark(struct view_ui *ui, enum view_landmark landmark);
void view_move_tour(struct view_ui *ui, bool back);
void view_move_writer(struct view_ui *ui);
/* At once where the place is known; else view_move_on() goes on looking, while it returns true. */
void view_move_search(struct view_ui *ui, const struct view_place *place);
bool view_move_on(struct view_ui *ui);

/* ---- view_prompts.c: what is typed ------------------------------------------------------- */

void view_prompt_ask(struct view_ui *ui, enum view_prompt prompt);
void view_prompt_key(struct view_ui *ui, uint32_t key);
void view_prompt_typing(struct view_ui *ui); /* from now on keys go to the guest */
void view_prompt_guest(struct view_ui *ui, uint32_t key);
/* For struct monitor_out; ctx is the view. */
void view_prompt_say(void *ctx, const char *text);

#endif
