/* The panels, each in a source of its own. Private to emu/viewer: others use view_draw_panel(). */
#ifndef FORKSCOPE_EMU_VIEWER_PANELS_H
#define FORKSCOPE_EMU_VIEWER_PANELS_H

#include "emu/viewer/view.h"

/* Each draws its own title in row 0. */
typedef void panel_draw(struct view *v, struct view_area area);

panel_draw panel_timeline, panel_source, panel_stack, panel_registers, panel_fork, panel_explain,
    panel_calls, panel_processes, panel_pages, panel_tables, panel_syscalls, panel_memory,
    panel_screen, panel_serial, panel_monitor;

/* The title row: text, and at its right end what it is about. */
void panel_title(struct view_area area, const char *title, const char *about);

/* Text as on a terminal: its last rows, or those `back` rows before; a cursor behind it. */
void panel_text(struct view_area area, const char *text, int back, bool cursor);

/* "CF ZF IF". Returns `buf`. */
const char *panel_flags(uint32_t eflags, char *buf, size_t size);

/* "forkdemo (1)". Returns `buf`. */
const char *panel_who(int32_t pid, const char *comm, char *buf, size_t size);

/* The colour of who put a word on a stack; struct view_slot's owner. */
unsigned panel_owner_style(int owner);

#endif
