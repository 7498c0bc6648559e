/*
 * A person's line at a terminal: edited as in a shell, completed with Tab, remembered for the arrow
 * keys. By libedit; a build without it, and a terminal of which nothing is known, have plain lines,
 * which the terminal itself edits (emu/monitor/monitor_terminal.c).
 *
 * Nothing here waits for a key, but that an escape sequence is given half a second to be complete.
 */
#ifndef FORKSCOPE_EMU_MONITOR_EDITOR_H
#define FORKSCOPE_EMU_MONITOR_EDITOR_H

#include "emu/monitor/monitor.h"

struct monitor_editor;

/* On standard input and output. NULL: there is none to be had. */
struct monitor_editor *monitor_editor_open(struct monitor *m, const char *prompt);
void monitor_editor_close(struct monitor_editor *e);

/* Shows the prompt and takes the terminal; gives it back, the line that was begun is forgotten. */
void monitor_editor_begin(struct monitor_editor *e);
void monitor_editor_end(struct monitor_editor *e);

enum monitor_editor_event {
    EDITOR_MORE, /* the line is not complete */
    EDITOR_LINE, /* *line is, until the next call; the terminal was given back */
    EDITOR_LEFT, /* Ctrl-D on an empty line, or there is no terminal any more */
};

/* Takes a key that has come. */
enum monitor_editor_event monitor_editor_take(struct monitor_editor *e, const char **line);

#endif
