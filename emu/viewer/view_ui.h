/*
 * What a person does to the viewer: keys and mouse in, another picture out. No SDL.
 *
 * The window hands over events in cells, calls view_ui_work() while it returns true, and draws
 * with view_ui_draw(). Nothing here waits: a guest that runs, runs in slices of view_ui_work().
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_UI_H
#define FORKSCOPE_EMU_VIEWER_VIEW_UI_H

#include "emu/viewer/view_stage.h"
#include "emu/viewer/view_tour.h"

/* Keys that are no characters. */
enum view_key {
    VIEW_KEY_ENTER = 0x110000,
    VIEW_KEY_BACKSPACE,
    VIEW_KEY_ESCAPE,
    VIEW_KEY_TAB,
    VIEW_KEY_BACKTAB,
    VIEW_KEY_LEFT,
    VIEW_KEY_RIGHT,
    VIEW_KEY_UP,
    VIEW_KEY_DOWN,
    VIEW_KEY_PAGE_UP,
    VIEW_KEY_PAGE_DOWN,
    VIEW_KEY_COPY,
    VIEW_KEY_F1,
    VIEW_KEY_F12,
    VIEW_KEY_QUIT,
};

enum view_event_kind {
    VIEW_EVENT_KEY,     /* key */
    VIEW_EVENT_PRESS,   /* x, y: the mouse button goes down */
    VIEW_EVENT_MOVE,    /* x, y: while it is down */
    VIEW_EVENT_RELEASE, /* x, y */
    VIEW_EVENT_WHEEL,   /* x, y; key: rows to scroll, as int */
};

struct view_event {
    enum view_event_kind kind;
    uint32_t key;
    int x, y;
};

/* What is being typed into the last row. */
enum view_prompt {
    VIEW_PROMPT_NONE,
    VIEW_PROMPT_GOTO,
    VIEW_PROMPT_BREAK,
    VIEW_PROMPT_WATCH,
    VIEW_PROMPT_ADDRESS,
    VIEW_PROMPT_MONITOR,
};

struct view_ui {
    struct view_stage *stage;
    struct view_grid grid; /* what was drawn last */
    enum view_prompt prompt;
    char typed[VIEW_LINE];
    char choices[VIEW_LINE]; /* what the last word may become, after Tab */
    char message[VIEW_LINE]; /* in the last row until the next key */
    bool help, quit;
    bool busy;      /* an order is under way */
    bool told;      /* and the monitor gave it: its stop is told there */
    bool searching; /* for the place to begin at */
    struct view_place search;
    bool tour;
    int theme, font_size;
    bool font_changed;

    /* A rectangle of cells that the mouse marks. */
    bool pressed, scrubbing, marked;
    int mark_x, mark_y, to_x, to_y;
    /* Asked several times a second while a search backwards is under way, which nothing else may
     * interrupt: shows ui->message, and says whether the person wants it to end. NULL: nobody. */
    bool (*give_up)(void *window);
    bool (*has_input)(void *window); /* of any kind: ends what nobody asked for */
    void *window;
    bool looking_around; /* for what nobody asked for */
    char *copied;        /* text for the clipboard; the window takes it and frees it */
};

/* 0 or -ENOMEM. */
int view_ui_open(struct view_ui *ui, struct view_stage *stage, const struct view_place *place,
                 int cols, int rows);
void view_ui_close(struct view_ui *ui);
int view_ui_resize(struct view_ui *ui, int cols, int rows);

void view_ui_event(struct view_ui *ui, const struct view_event *event);
/* Lets the guest run for a few milliseconds, if it is to run. False: there is nothing to do until
 * the next event. */
bool view_ui_work(struct view_ui *ui);
void view_ui_draw(struct view_ui *ui);
/* The last row alone: for give_up(). */
void view_ui_draw_message(struct view_ui *ui);

#endif
